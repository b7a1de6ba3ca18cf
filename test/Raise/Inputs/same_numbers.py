# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs each function of a file raised and as it is, and compares the results.

usage: same_numbers.py NORM-RUN FILE.mlir COUNT

COUNT is the number of functions that there are.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import numpy

runner, program, count = sys.argv[1:]
names = re.findall(r"^func\.func @(\w+)", pathlib.Path(program).read_text(), re.MULTILINE)
assert len(names) == int(count), names
with tempfile.TemporaryDirectory() as folder:
    for name in names:
        results = []
        for way in ([], ["--no-raise"]):
            result = pathlib.Path(folder, f"{name}{len(way)}.npy")
            command = [runner, program, f"--entry={name}", "--random=1", f"--output={result}", *way]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            results.append(numpy.load(result))
        raised, plain = results
        error = abs(raised - plain).max()
        assert error < 1e-5 * abs(plain).max(), (name, error)
