#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Raises tests that are given as mathematics in other types, shapes and forms.

usage: variants.py --norm-opt=PATH [--except=NAME,..] FILE..

Every function of FILE (see rows.py) that is written for one element type is
written for f64, f32, f16 and bf16, with static and dynamic rows, in each form,
and raised before and after upstream's passes. The norms found have to be those
found in the function as it stands. Functions named in --except are norms in
some types only: a literal that is off by one in f32 is not in bf16. Prints
what differs and how many programs were raised.
"""
import argparse
import collections
import contextlib
import inspect
import io
import re
import subprocess
import sys

import rows

CLEAN = ["--canonicalize", "--cse"]
FUSE = ["--linalg-generalize-named-ops", "--linalg-fuse-elementwise-ops"]
UNIT = ["--linalg-fold-unit-extent-dims"]
PIPELINES = {
    "tensor": [[], ["--convert-elementwise-to-linalg"] + FUSE + CLEAN],
    "generic": [CLEAN + FUSE + CLEAN],
    "keep": [["--linalg-generalize-named-ops"] + CLEAN, FUSE + UNIT + CLEAN],
}
NORM = re.compile(r"norm\.(rmsnorm|prmsnorm|layernorm) ins")


def functions_of(path):
    scope = dict(rows.NAMES)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    exec(compile(text, path, "exec"), scope)
    sources = dict(re.findall(r"^def (\w+)(\(.*?)(?=^\S|\Z)", text, re.M | re.S))
    return {
        name: (value, sources[name])
        for name, value in scope.items()
        if inspect.isfunction(value) and name not in rows.NAMES and name in sources
    }


def annotations_of(function):
    return {p.name: p.annotation for p in inspect.signature(function).parameters.values()}


def is_of_one_type(source):
    return source.count("xf32") == len(re.findall(r"xf(?:64|32|16)|xbf16", source)) and not re.search(
        r"\b(f64|f32|f16|bf16|scalar|extent)\(", source
    )


def has_free_batch(function, source):
    """Whether the first dimension of the full-rank tensors may be dynamic."""
    shapes = [a.split("x")[:-1] for a in annotations_of(function).values()]
    rank = max(len(s) for s in shapes)
    return (
        rank > 1
        and "?" not in source
        and all(s[0] == shapes[0][0] for s in shapes if len(s) == rank)
        and shapes[0][0] != "1"
        and not re.search(r"reshape|broadcast|transpose|, 0\)|\(0|8x8", source)
    )


def write(functions, element, dynamic, form):
    """The functions as MLIR, and their names."""
    rows.writer.form = form
    written, output = [], io.StringIO()
    for name, (function, source) in functions.items():
        if (element != "f32" and not is_of_one_type(source)) or (
            dynamic and not has_free_batch(function, source)
        ):
            continue
        saved = dict(function.__annotations__)
        rank = max(a.count("x") for a in saved.values())
        for parameter, annotation in saved.items():
            annotation = annotation.replace("xf32", "x" + element) if element != "f32" else annotation
            if dynamic and annotation.count("x") == rank:
                annotation = "?" + annotation[annotation.index("x"):]
            function.__annotations__[parameter] = annotation
        with contextlib.redirect_stdout(output):
            rows.write_function(name, function)
        function.__annotations__.update(saved)
        written.append(name)
    return written, output.getvalue()


def raise_all(norm_opt, text, pipeline):
    """The norms of each function after the raise."""
    result = subprocess.run(
        [norm_opt] + pipeline + ["--norm-raise"], input=text, capture_output=True, text=True
    )
    if result.returncode:
        sys.exit(f"variants.py: {result.stderr[:2000]}")
    found = {}
    for part in re.split(r"func\.func ", result.stdout)[1:]:
        name = re.match(r"(?:private )?@(\w+)", part).group(1)
        found[name] = collections.Counter(NORM.findall(part))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--norm-opt", required=True)
    parser.add_argument("--except", dest="exceptions", default="")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    exceptions = options.exceptions.split(",")
    functions = {}
    for path in options.files:
        functions.update(functions_of(path))
    _, text = write(functions, "f32", False, "generic")
    expected = raise_all(options.norm_opt, text, [])
    programs, differences = 0, 0
    for element in ["f32", "f64", "f16", "bf16"]:
        for dynamic in [False, True]:
            for form, pipelines in PIPELINES.items():
                names, text = write(functions, element, dynamic, form)
                for pipeline in pipelines:
                    found = raise_all(options.norm_opt, text, pipeline)
                    for name in names:
                        programs += 1
                        if found[name] == expected[name] or name in exceptions:
                            continue
                        differences += 1
                        print(
                            f"{name} in {element}{', dynamic' if dynamic else ''}, {form}, "
                            f"{' '.join(pipeline) or 'as it is'}: {dict(found[name])}, "
                            f"expected {dict(expected[name])}"
                        )
    print(f"{programs} programs, {differences} differ")
    sys.exit(differences > 0)


if __name__ == "__main__":
    main()
