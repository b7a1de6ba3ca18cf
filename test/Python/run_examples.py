# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the blocks of Python in a page, those about PyTorch where it is."""

import importlib.util
import re
import sys

page = open(sys.argv[1], encoding="utf-8").read()
blocks = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
assert blocks
for block in blocks:
    if "import torch" in block and not importlib.util.find_spec("torch"):
        continue
    exec(block, {})
