# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""store.py FILE.mlir FOLDER THREADS: compiles main() of a program into FOLDER."""

import pathlib
import sys

import norm

norm.configure(cache_directory=sys.argv[2], threads=int(sys.argv[3]))
norm.compile(pathlib.Path(sys.argv[1]).read_text())
