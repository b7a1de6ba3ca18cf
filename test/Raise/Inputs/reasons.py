#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Looks for the reasons of lib/Raise in the tests.

usage: reasons.py SOURCES TESTS

A reason is a string literal of five words and more in a .cpp file of SOURCES, but for
what asserts say and what certificates and printed expressions are made of. It
is in a test if the first words of its longest part between {0}, {1} are. Exit
status 1 if a reason is in no test."""
import pathlib
import re
import sys

# What is written, and no reason.
OTHER = {"LowerTosa.cpp", "Print.cpp", "PrintPlan.cpp", "Quotation.cpp", "CertificateFiles.cpp"}
FIRST = 40  # characters
# No program is known that is refused with these; the conditions are kept, as the
# plan would be wrong without them.
UNREACHED = {
    # findInput leaves out tensors that do not cover the root; of scalars in a
    # body none is known whose op has more points than the root.
    "the values that are normalized are part of a larger tensor",
    # Of a gated root every dynamic position is read by the input, of others the
    # sizes are traced to what stays.
    "a size of the result is known from nothing but what the norm replaces",
    # It told of x + (z - z) in f16 before leaves that vanish were refused.
    "numbers in the statistic cancel, and for rows of small values rounding decides what is left",
    # The rows that were refused with it are read as tensors of the program.
    "what the program rounds is not what the norm rounds",
    # A statistic of other dimensions is no multiple of one of the op's: the
    # reduction is the reason.
    "a statistic is used in a shape that the result of the op does not have",
    # The same of gradients; and what autodiff does not write.
    "a size of the result is known from nothing but what the op replaces",
    # It told of sums in parts of the row before whole rows were compared.
    "what the program rounds is not what the gradient of a norm rounds",
    "an operand cannot be brought into the shape that the op wants",
    "the scale or the bias cannot be brought into the shape of the normalized dimensions",
    "the gradient of a scale is read before its operands are there",
}
LITERAL = r'"((?:[^"\\\n]|\\.)*)"'


def reasons(folder):
    for path in sorted(folder.rglob("*.cpp")):
        if path.name in OTHER or "Certificate" in path.name:
            continue
        text = re.sub(r"//.*|#include.*", "", path.read_text())
        text = re.sub(r"(llvm_unreachable|assert)\((?:[^;]|\n)*?;", "", text)
        for found in re.finditer(rf"{LITERAL}(?:\s*{LITERAL})*", text):
            words = "".join(re.findall(LITERAL, found.group()))
            if words.strip().count(" ") >= 4:
                yield words


def main():
    sources, tests = map(pathlib.Path, sys.argv[1:])
    files = [p for p in tests.rglob("*") if p.suffix in (".mlir", ".test") and "corpus" not in p.parts]
    known = re.sub(r"\s+", " ", "\n".join(p.read_text(encoding="utf-8") for p in files))
    found = sorted(set(reasons(sources)) - UNREACHED)
    parts = {r: max(re.split(r"\{\d[^}]*\}", r), key=len).strip() for r in found}
    missing = [r for r in found if parts[r][:FIRST] not in known]
    for reason in missing:
        print(f"in no test: {reason}")
    print(f"{len(found)} reasons, {len(missing)} in no test")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
