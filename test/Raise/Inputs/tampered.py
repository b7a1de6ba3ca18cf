#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes wrong certificates: tampered.py [--gradient | --fold] CERTIFICATE NORM_CHECK_SOURCES FOLDER

CERTIFICATE is that of layernorm in certify.test, of layer in certify_backward.test, or of a sum of rows of 24 elements
that norm-fold has centred. Each change below is made
twice: NAME.quoted has the statements of the certificate, which its quotation
and plan do not say any more; NAME.stated has statements that follow from them."""
import pathlib
import re
import sys

CHANGES = {
    "epsilon": [("; epsilon = 1/100000 inside, 1.0000000000000001e-05", "; epsilon = 1/50000 inside, 2.0e-05")],
    "outside": [("inside, ", "outside, ")],
    "divisor": [("4.800000e+01 : f32", "4.700000e+01 : f32"), (" as 48", " as 47")],
    "kind": [("; kind = layernorm", "; kind = rmsnorm")],
    "offset": [("; offset = 0", "; offset = 1")],
    "no_bias": [(r"re:; bias = .*\n", "")],
    "no_scale": [(r"re:; scale = .*\n", "")],
    "other_input": [(r"re:(; input = %\S+ at .*)", r"\1 times 2")],
    "row": [("; row = d1", "; row = d0")],
    "added": [(r're:"arith.mulf"(\(%\w+, %\w+\) <{fastmath = #arith.fastmath<none>}> : \(f32, f32\) -> f32\n'
               r'; +"linalg.yield")', r'"arith.addf"\1')],
    "subtracted": [('"arith.subf"', '"arith.addf"')],
    "squared_root": [('"math.rsqrt"', '"math.sqrt"')],
    # A root of a negative number: nothing follows from it.
    "negative": [(r're:;   +(%\w+) = "math.rsqrt"\((%\w+)\)(.*)',
                  r';   %negative = "arith.negf"(\2)\3\n;   \1 = "math.rsqrt"(%negative)\3')],
    # Numbers that are not rounded to the literals.
    "other_literal": [(" as 48", " as 49")],
    "other_epsilon": [("; epsilon = 1/100000 ", "; epsilon = 1/100001 ")],
}
# Of dx, dscale and dbias of a layernorm.
GRADIENT_CHANGES = {
    "divisor": [("4.800000e+01 : f32", "4.700000e+01 : f32"), (" as 48", " as 47")],
    "kind": [("; kind = layernorm", "; kind = rmsnorm")],
    "offset": [("; offset = 0", "; offset = 1")],
    "no_mean": [(r"re:; mean = .*\n", "")],
    "no_scale": [(r"re:; scale = .*\n", "")],
    "other_input": [(r"re:(; input = %\S+ at .*)", r"\1 times 2")],
    "reciprocal": [("; rstd = ", "; rstd = 1 / ")],
    "other_sum": [(" is dbias", " is dscale")],
    "twice": [(r"re:(; dy = %\S+ at .*)", r"\1 times 2")],
    "subtracted": [('"arith.subf"', '"arith.addf"')],
}
# Of a sum whose weights are centred.
FOLD_CHANGES = {
    "divisor": [("2.400000e+01 : f64", "2.300000e+01 : f64"), (" as 24", " as 23")],
    "subtracted": [('"arith.subf"', '"arith.addf"')],
    "other_input": [(r"re:; input = (%\S+)", "; input = %arg0")],
    "itself": [(r"re:; root = %\S+ at (.*)\n; row = (.*)\n; input = (%\S+)", r"; root = \3 at \1\n; row = \2\n; input = \3")],
    "kind": [("; kind = centred", "; kind = layernorm")],
}


def changed(text, change):
    for old, new in change:
        result = re.sub(old[3:], new, text) if old.startswith("re:") else text.replace(old, new)
        if result == text:
            sys.exit(f"{old!r} is not in the certificate")
        text = result
    return text


def restated(text):
    """The certificate with the statements that it should have."""
    from normcheck.certificate import Certificate, Claim

    lines = [line for line in text.splitlines() if line.startswith(";")]
    return "\n".join(lines[:-1] + Claim(Certificate(text)).script() + lines[-1:]) + "\n"


def main():
    changes = {"--gradient": GRADIENT_CHANGES, "--fold": FOLD_CHANGES}.get(sys.argv[1], CHANGES)
    certificate, sources, folder = sys.argv[1 + (changes is not CHANGES):]
    sys.path.insert(0, sources)
    sys.dont_write_bytecode = True
    from normcheck.errors import Malformed

    text, folder = pathlib.Path(certificate).read_text(), pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, change in changes.items():
        wrong = changed(text, change)
        (folder / f"{name}.quoted.smt2").write_text(wrong)
        try:
            (folder / f"{name}.stated.smt2").write_text(restated(wrong))
        except Malformed:
            pass
    if changes is not CHANGES:
        return
    for number in range(40):  # not complete
        (folder / f"cut.{number}.smt2").write_text(text[:len(text) * number // 40])
    (folder / "bytes.smt2").write_bytes(b"\xff\xfe\x00\x80")
    (folder / "deep.smt2").write_text(text.replace('"func.func"() ', '"func.func"() ({' * 5000))
    (folder / "loop.smt2").write_text(re.sub(r'(%\w+) = "arith.subf"\(%\w+', r'\1 = "arith.subf"(\1', text))
    (folder / "huge.smt2").write_text(text.replace("1.0000000000000001e-05", "1e999999999"))


if __name__ == "__main__":
    main()
