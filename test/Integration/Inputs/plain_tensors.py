"""Runs the functions of plain-tensors.mlir beside NumPy.

    plain_tensors.py NORM_RUN PROGRAM PREFIX
"""
import subprocess
import sys

import numpy as np

NORM_RUN, PROGRAM, PREFIX = sys.argv[1:]
x = np.random.default_rng(0).standard_normal((6, 7)).astype(np.float32)
powers = np.exp(x.astype(np.float64) - x.max(1, keepdims=True))
padded = np.full((8, 8), 3, np.float32)
padded[:6, :7] = x
windows = np.lib.stride_tricks.sliding_window_view(x[:, :6].astype(np.float64), (3, 3))
# Largest errors relative to the largest result; elsewhere bits are those of x.
ERRORS = {"softmax": 1e-6, "winograd": 1e-5}
EXPECTED = {
    "softmax": [powers / powers.sum(1, keepdims=True)],
    "pack": [padded.reshape(2, 4, 4, 2).transpose(2, 0, 1, 3)],
    "unpack": [x],
    "bitcast": [x.view(np.int32)],
    "reshape": [x.reshape(14, 3)],
    "views": [x, x.reshape(2, 3, 7)],
    "nothing": [x[:0, :3]],
    "winograd": [(windows * x[:3, 1:4]).sum((2, 3))[None, :, :, None]],
    "growing": [np.concatenate([x] * 4)],
    "shrinking": [x[2:]],
}

np.save(PREFIX + ".x.npy", x)
for name, expected in EXPECTED.items():
    for options in ([], ["--threads=1"], ["--no-raise"], ["--no-raise", "--threads=1"]):
        outputs = [f"{PREFIX}.{number}.npy" for number in range(len(expected))]
        subprocess.run([NORM_RUN, PROGRAM, f"--entry={name}", f"--input={PREFIX}.x.npy", *options,
                        *(f"--output={output}" for output in outputs)], check=True)
        for output, wanted in zip(outputs, expected):
            found = np.load(output)
            assert found.shape == wanted.shape, (name, options, found.shape)
            error = np.abs(found - wanted).max(initial=0)
            assert error <= ERRORS.get(name, 0) * np.abs(wanted).max(initial=0), (name, options, error)
