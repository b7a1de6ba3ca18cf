#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Raises programs by wrong laws and looks at what gets through.

usage: broken_laws.py --norm-opt=PATH --broken=PATH --law=NAME FILE..

Every norm that is raised by the wrong law has to be raised by the right ones,
too, as the same op; prints how often the second opinion refused one.
"""
import argparse
import re
import subprocess
import sys

import rows
import variants

NORM = re.compile(r"(norm\.\w+) ins\((.*?)(epsilon.*)")


def norms_of(command, text):
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"broken_laws.py: {result.stderr[:2000]}")
    found = {}
    for part in re.split(r"func\.func ", result.stdout)[1:]:
        name = re.match(r"(?:private )?@(\w+)", part).group(1)
        found[name] = sorted(
            (op, "scale" in rest, "bias" in rest, attributes)
            for op, rest, attributes in NORM.findall(part)
        )
    return found, result.stderr.count("disagrees with the algebra")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--norm-opt", required=True)
    parser.add_argument("--broken", required=True)
    parser.add_argument("--law", required=True)
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    functions = {}
    for path in options.files:
        functions.update(variants.functions_of(path))
    _, text = variants.write(functions, "f32", False, "generic")
    right, _ = norms_of([options.norm_opt, "--norm-raise"], text)
    wrong, refused = norms_of(
        [options.broken, f"--raise-by-broken-law=law={options.law}", "--remarks-filter=norm-raise"],
        text,
    )
    through = 0
    for name, norms in wrong.items():
        for norm in norms:
            # Fewer parameters may have been taken in.
            same = [n for n in right[name] if n[0] == norm[0] and n[3] == norm[3]]
            if not same:
                through += 1
                print(f"{name}: {norm}, right is {right[name]}")
    raised = sum(len(norms) for norms in wrong.values())
    print(f"{options.law}: {raised} raised, {refused} refused by the second opinion, {through} wrong")
    sys.exit(through > 0)


if __name__ == "__main__":
    main()
