#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Says whether the work of norm-raise is linear in the size of a program.

usage: growth.py NORM_OPT GENERATOR NAME SIZE

Raises the programs `GENERATOR NAME SIZE` and `.. 2 * SIZE` and compares the
counts of `norm-raise=work=true`: each may double, and no more.
"""
import re
import subprocess
import sys


def get_counts(tool, generator, name, size):
    program = subprocess.run([sys.executable, generator, name, str(size)], check=True, capture_output=True).stdout
    raised = subprocess.run([tool, "--norm-raise=work=true"], input=program, check=True, capture_output=True)
    line = re.search(r"norm-raise work: (.*)", raised.stderr.decode()).group(1)
    norms = len(re.findall(rb"= norm\.", raised.stdout))
    counts = {what: int(number) for number, what in re.findall(r"(\d+) ([a-z ]+)", line)}
    return counts, norms


def main():
    tool, generator, name, size = sys.argv[1:4] + [int(sys.argv[4])]
    small, _ = get_counts(tool, generator, name, size)
    large, norms = get_counts(tool, generator, name, 2 * size)
    # What does not depend on the size is small beside it.
    slow = [f"{what}: {small[what]} of {size}, {large[what]} of {2 * size}" for what in small if large[what] > 2.1 * small[what] + 50]
    if large["ops read"] < size / 4:
        slow.append(f"only {large['ops read']} ops read")
    print(f"{name}: {'; '.join(slow) if slow else 'linear'}, {norms} norms")


main()
