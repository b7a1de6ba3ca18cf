# Sends arrays of all types and layouts through functions that return their
# arguments: round_trip.py NORM_RUN PROGRAM FOLDER

import subprocess
import sys

import numpy as np

NORM_RUN, PROGRAM, FOLDER = sys.argv[1:4]


def run(entry, array, outputs=1):
    """The results of `entry` on an array."""
    np.save(f"{FOLDER}/x.npy", array)
    files = [f"{FOLDER}/y{i}.npy" for i in range(outputs)]
    subprocess.run([NORM_RUN, PROGRAM, "--no-raise", "--threads=1",
                    f"--entry={entry}", f"--input={FOLDER}/x.npy"]
                   + [f"--output={file}" for file in files], check=True)
    return [np.load(file) for file in files]


def expect_same(entry, array, expected=None):
    """Runs `entry` and checks type, shape and bits of its result."""
    expected = array if expected is None else expected
    (found,) = run(entry, array)
    assert found.dtype == expected.dtype, (entry, found.dtype, expected.dtype)
    assert found.shape == expected.shape, (entry, found.shape)
    assert found.tobytes() == expected.tobytes(), (entry, found, expected)


values = np.array([[0, 1, 2], [3, 100, 5]])
for entry, dtype in [("f64", np.float64), ("f32", np.float32),
                     ("f16", np.float16), ("bf16", np.uint16),
                     ("i8", np.int8), ("i16", np.int16), ("i32", np.int32),
                     ("i64", np.int64), ("index", np.int64)]:
    array = values.astype(dtype)
    expect_same(entry, array)
    # Column-major, big-endian and both at once.
    expect_same(entry, np.asfortranarray(array))
    swapped = array.astype(array.dtype.newbyteorder(">"))
    expect_same(entry, swapped, array)
    expect_same(entry, np.asfortranarray(swapped), array)

expect_same("i1", values > 2)
# Signless integers take unsigned ones; bfloat16 may be a void of two bytes.
expect_same("i32", values.astype(np.uint32), values.astype(np.int32))
expect_same("bf16", values.astype(np.uint16).view("V2"),
            values.astype(np.uint16))
expect_same("scalar", np.float32(3).reshape(()))
cube = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
expect_same("cube", cube)
expect_same("cube", np.asfortranarray(cube), cube)
expect_same("dynamic", np.ones((5, 7), np.float32))
expect_same("dynamic", np.ones((0, 7), np.float32))
expect_same("dynamic", np.ones((3, 0), np.float32))
first, second = run("twice", np.arange(5, dtype=np.float32), outputs=2)
assert np.array_equal(first, np.arange(5)) and np.array_equal(first, second)
# NaN payloads and signed zeros are bits like any other.
expect_same("f32", np.array([[-0.0, np.nan, np.inf], [1, -np.inf, 1e-45]],
                            np.float32))
