# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a program of training_step.py raised and unraised:

    compare.py FOLDER [options of norm-run]

prints times of a step, and the largest error of each way as a part of the largest
element of its result, against float64. Exit status 1 if one is beyond 2e-6, or
if raising makes an error more than twice as large.
"""

import pathlib
import re
import subprocess
import sys

import numpy as np

FOLDER, OPTIONS = pathlib.Path(sys.argv[1]), sys.argv[2:]


def files(prefix):
    return [FOLDER / f"{prefix}{i}.npy" for i in range(len(list(FOLDER.glob(f"{prefix}[0-9]*.npy"))))]


def run(*options):
    references = [np.load(file) for file in files("ref")]
    outputs = [FOLDER / f"out{i}.npy" for i in range(len(references))]
    text = subprocess.run(
        ["norm-run", FOLDER / "step.mlir", *(f"--input={file}" for file in files("in")),
         *(f"--output={file}" for file in outputs), "--time=20", *options, *OPTIONS],
        check=True, capture_output=True, text=True).stdout
    errors = [np.abs(np.load(file) - reference).max() / np.abs(reference).max()
              for file, reference in zip(outputs, references)]
    seconds = float(re.search(r"median (\S+) s", text).group(1))
    return seconds, max(errors)


unraised = run("--no-raise")
raised = run()
for name, (seconds, error) in (("unraised", unraised), ("raised", raised)):
    print(f"{name}: {seconds * 1e3:.3f} ms, error {error:.1e}")
right = max(raised[1], unraised[1]) <= 2e-6 and raised[1] <= 2 * unraised[1]
print("right" if right else "wrong")
sys.exit(not right)
