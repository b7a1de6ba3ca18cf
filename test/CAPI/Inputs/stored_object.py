# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""stored_object.py COMMAND...: whether norm-run and COMMAND make one object of a program.

COMMAND FILE.mlir FOLDER THREADS compiles main() by the C interface, into FOLDER.
"""

import pathlib
import subprocess
import sys
import tempfile

TEST = pathlib.Path(__file__).parents[2]
PROGRAMS = [
    TEST / "tools/Inputs/norm.mlir",
    TEST / "corpus/torch/f_rms_norm_bf16.mlir",
    TEST / "corpus/torch/f_rms_norm_bf16.tosa.mlir",
    TEST / "tools/norm-run/tosa.mlir",
    TEST.parent / "examples/rmsnorm_2048x4096.mlir",
]


def get_stored(folder):
    """The object in the one file of a folder of kernels."""
    (entry,) = pathlib.Path(folder).glob("llvmcache-*")
    magic, rest = entry.read_bytes().split(b"\n", 1)
    assert magic == b"norm kernel 1", magic
    length, rest = rest[32:].split(b"\n", 1)
    return rest[int(length):]


def main():
    objects = {}
    for program in PROGRAMS:
        for threads in "012":
            with tempfile.TemporaryDirectory() as folder:
                ours = pathlib.Path(folder, "run.o")
                kernels = pathlib.Path(folder, "kernels")
                subprocess.run(sys.argv[1:] + [program, kernels, threads], check=True)
                # Without --threads norm-run leaves their number to the runtime.
                subprocess.run(["norm-run", program, "--random=1", f"--object={ours}"]
                               + [f"--threads={threads}"] * (threads != "0"),
                               check=True, stdout=subprocess.DEVNULL)
                objects[program, threads] = ours.read_bytes()
                same = get_stored(kernels) == objects[program, threads]
                print(program.name, threads, "same" if same else "DIFFERENT")
    print(len(set(objects.values())), "objects")


main()
