#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""rooms.py FOLDER: counts the includes between the rooms of lib/Raise, and
prints those that run against the direction."""

import pathlib
import re
import sys

# What each room may include, beside itself. "" is the folder above them.
BELOW = {
    "Expr": set(),
    "Read": {"Expr"},
    "Match": {"Expr", "Read"},
    "Plan": {"Expr", "Read", "Match"},
    "Check": {"Expr", "Read", "Match", "Plan"},
    "Rewrite": {"Expr", "Read", "Match", "Plan"},
    "": {"Expr", "Read", "Match", "Plan", "Check", "Rewrite"},
}

root = pathlib.Path(sys.argv[1])
total = wrong = 0
for path in sorted(root.rglob("*")):
    if path.suffix not in (".h", ".cpp"):
        continue
    own = path.relative_to(root).parent.as_posix()
    own = "" if own == "." else own
    if own not in BELOW:
        sys.exit(f"rooms.py: expected a known room, got {own}")
    for name in re.findall(r'^#include "([^"]+)"', path.read_text(), re.M):
        if name.split("/")[0] in ("mlir", "llvm", "norm"):
            continue
        room = name.rpartition("/")[0]
        total += 1
        if room != own and room not in BELOW[own]:
            wrong += 1
            print(f"{path.relative_to(root)} includes {name}")
print(f"{total} includes, {wrong} against the direction")
