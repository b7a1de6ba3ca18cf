#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks programs that someone wrote to have them raised wrongly.

usage: adversary.py [--check=norm-fuzz-check] [--only=NAME] FILE

FILE is Python in the notation of rows.py, and of the helpers below. Each function
is one program; "T" in the type of a parameter stands for an element type. Every
program is written for f32 and f64 or the types in its docstring, with
static and with dynamic rows, in each form, and raised by both precisions. Its
docstring starts with what is expected:
  raised   a norm is found, in the relaxed precision at least
  kept     no norm is found
  same     either
In each case the raised program computes what was written, at the edges as well
(test/lib/norm-fuzz-check/Samples.h). A parameter whose name starts with x is
scaled up and down, one that starts with z is far larger than the others.
"""
import argparse
import inspect
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile

import rows
from rows import Value, writer

TOLERANCE = {"f64": 1e-9, "f32": 3e-5, "f16": 4e-3, "bf16": 3e-2}
LARGEST = {
    "f64": 1.7976931348623157e308,
    "f32": 3.4028234663852886e38,
    "f16": 65504.0,
    "bf16": 3.3895313892515355e38,
}
# A difference of these kinds is none that a raise has to answer for.
ALLOWED = ("gained", "kind", "end")
PRECISIONS = ["relaxed", "strict"]


# Helpers ----------------------------------------------------------------------


def compare(predicate):
    return lambda a, b: rows.elementwise(f"arith.cmpf {predicate},", a, b, result="i1")


def where(condition, a, b):
    element = next(v.element for v in (a, b) if isinstance(v, Value))
    a, b = (v if isinstance(v, Value) else rows.constant(float(v), element) for v in (a, b))
    return rows.elementwise("arith.select", condition, a, b)


def mask(tensor, limit, *casts):
    """The tensor times the float that `index < limit` becomes by the casts, each of
    which names an op and its result type; without casts it is a select."""
    rank, element = len(tensor.shape), tensor.element
    bound, zero = rows.index(limit), rows.constant(0.0, element)
    lines, value, type_ = [], "%below", "i1"
    for i, (name, result) in enumerate(casts):
        result = element if result == "float" else result
        lines.append(f"%cast{i} = arith.{name} {value} : {type_} to {result}")
        value, type_ = f"%cast{i}", result
    last = f"%res = arith.mulf %in0, {value} : {element}"
    if not casts:
        last = f"%res = arith.select %below, %in0, {zero.name} : {element}"
    return rows.generic(
        [tensor],
        rows.empty([rows.size(tensor, i) for i in range(rank)], element),
        ["parallel"] * rank,
        lambda n: "\n    ".join(
            [
                f"%position = linalg.index {rank - 1} : index",
                f"%below = arith.cmpi slt, %position, {bound.name} : index",
                *lines,
                last,
                f"linalg.yield %res : {element}",
            ]
        ),
        element,
    )


def integer(number, bits, *casts):
    """An integer constant as a float, by the casts."""
    number %= 2**bits
    number -= 2**bits if number >= 2 ** (bits - 1) else 0
    value = writer.value(f"arith.constant {number} : i{bits}", None, f"i{bits}")
    for name, result in casts:
        value = writer.value(f"arith.{name} {value.name} : {value.element} to {result}", None, result)
    return value


def dim(tensor, i):
    count = rows.size(tensor, i)
    return count if isinstance(count, Value) else rows.index(count)


def indices(name, a, b):
    a, b = (v if isinstance(v, Value) else rows.index(v) for v in (a, b))
    return writer.value(f"arith.{name} {a.name}, {b.name} : index", None, "index")


def guard(predicate, a, b, value, other):
    """A choice of whole tensors by a comparison of integers."""
    a, b = (v if isinstance(v, Value) else rows.index(v) for v in (a, b))
    condition = writer.value(f"arith.cmpi {predicate}, {a.name}, {b.name} : index", None, "i1")
    return writer.value(
        f"arith.select {condition.name}, {value.name}, {other.name} : {value.type}",
        value.shape,
        value.element,
    )


def choose(flag, value, other):
    condition = writer.value(f"arith.constant {'true' if flag else 'false'}", None, "i1")
    return writer.value(
        f"arith.select {condition.name}, {value.name}, {other.name} : {value.type}",
        value.shape,
        value.element,
    )


def slice_of(tensor, offsets, sizes, shape):
    """A slice whose offsets and sizes are values, and a cast to what they are."""
    text = lambda values: ", ".join(v.name if isinstance(v, Value) else str(v) for v in values)
    own = rows.shape_of(sizes)
    steps = ", ".join(["1"] * len(sizes))
    result = writer.value(
        f"tensor.extract_slice {tensor.name}[{text(offsets)}] [{text(sizes)}] [{steps}] "
        f": {tensor.type} to {rows.type_of(own, tensor.element)}",
        own,
        tensor.element,
    )
    if rows.type_of(shape, tensor.element) == result.type:
        return result
    return writer.value(
        f"tensor.cast {result.name} : {result.type} to {rows.type_of(shape, tensor.element)}",
        rows.shape_of([rows.size(tensor, i) if e == "?" else e for i, e in enumerate(shape)]),
        tensor.element,
    )


def largest(tensor):
    return LARGEST[tensor.element]


def rounder(tensor):
    """1.5 * 2^(p - 1): beside it a number is rounded to an integer."""
    return 1.5 * 2.0 ** {"f64": 52, "f32": 23, "f16": 10, "bf16": 7}[tensor.element]


def splitter(tensor):
    """Dekker's factor, by which a number is split in two halves."""
    return 2.0 ** {"f64": 27, "f32": 12, "f16": 6, "bf16": 4}[tensor.element] + 1.0


def rms(x, n=64.0, epsilon=1e-5):
    return x * rows.NAMES["rsqrt"](rows.NAMES["sum"](x * x) / n + epsilon)


def layer(x, n=64.0, epsilon=1e-5):
    d = x - rows.NAMES["sum"](x) / n
    return d * rows.NAMES["rsqrt"](rows.NAMES["sum"](d * d) / n + epsilon)


HELPERS = {
    "infinity": float("inf"),
    **{f"is_{p}": compare(p) for p in ("oeq", "ogt", "oge", "olt", "ole", "one", "ord")},
    **{f"is_{p}": compare(p) for p in ("ueq", "ugt", "uge", "ult", "ule", "une", "uno")},
    **{f.__name__: f for f in (mask, integer, dim, indices, guard, choose, slice_of)},
    **{f.__name__: f for f in (where, largest, rounder, splitter, rms, layer)},
    "largest_in": lambda v: rows.NAMES["largest"](v),
    "rows_of": lambda v: rows.size(v, 0),
    "static_rows": lambda v: v.shape[0],
    "maxnum": lambda a, b: rows.elementwise("arith.maxnumf", a, b),
    "minnum": lambda a, b: rows.elementwise("arith.minnumf", a, b),
    "round": lambda v, type_, mode: rows.convert(type_, mode)(v),
    "op": lambda name, *operands: rows.elementwise(name, *operands),
}


# Programs ---------------------------------------------------------------------


class Variant:
    """One program for one element type, form and kind of rows."""

    def __init__(self, name, function, element, dynamic, form):
        self.function, self.element, self.dynamic, self.form = function, element, dynamic, form
        self.name = f"{name}_{element}_{'dynamic' if dynamic else 'static'}_{form}"
        words = (function.__doc__ or "same").split()
        self.expected = words[0].rstrip(":")

    def write(self, in_f64=False):
        writer.lines, writer.count, writer.form = [], 0, self.form
        arguments, values = [], []
        for parameter in inspect.signature(self.function).parameters.values():
            *shape, element = parameter.annotation.split("x")
            element = self.element if element == "T" else element
            sizes = [int(d.rstrip("?")) for d in shape]
            own = [
                "?" if d.endswith("?") or (self.dynamic and i == 0 and len(shape) > 1 and d == "4") else int(d)
                for i, d in enumerate(shape)
            ]
            value = Value(f"%{parameter.name}", tuple(own), element)
            attributes = []
            kind = {"x": "x", "z": "huge", "p": "positive"}.get(parameter.name[0])
            if kind:
                attributes.append(f'fuzz.kind = "{kind}"')
            if "?" in own:
                attributes.append(f"fuzz.shape = array<i64: {', '.join(map(str, sizes))}>")
            if any(d.endswith("?") for d in shape):
                attributes.append(f"fuzz.also = array<i64: {', '.join('0' for _ in shape)}>")
            text = f" {{{', '.join(attributes)}}}" if attributes else ""
            arguments.append(f"{value.name}: {value.type}{text}")
            known = [
                writer.value(f"tensor.dim {value.name}, {rows.index(i).name} : {value.type}", None, "index")
                if extent == "?"
                else extent
                for i, extent in enumerate(own)
            ]
            value = Value(value.name, rows.shape_of(known), element)
            values.append(rows.convert("f64")(value) if in_f64 else value)
        results = self.function(*values)
        results = results if isinstance(results, tuple) else (results,)
        types = ", ".join(r.type for r in results)
        narrowest = min([self.element] + [r.element for r in results], key=["bf16", "f16", "f32", "f64"].index)
        return (
            f"func.func @{self.name}({', '.join(arguments)}) -> ({types}) "
            f"attributes {{fuzz.tolerance = {TOLERANCE[narrowest]:.1e} : f64}} {{\n"
            + "\n".join(writer.lines)
            + f"\n  return {', '.join(r.name for r in results)} : {types}\n}}\n"
        ), TOLERANCE[narrowest]


def read(path, in_f64=False):
    """The functions of a file; in f64 no cast does anything."""
    scope = {**rows.NAMES, **HELPERS}
    if in_f64:
        scope.update({t: lambda v: v for t in TOLERANCE})
        scope["round"] = lambda v, type_, mode: v
        wide = lambda casts: [(name, "f64" if type_ in TOLERANCE else type_) for name, type_ in casts]
        scope["integer"] = lambda number, bits, *casts: integer(number, bits, *wide(casts))
    known = set(scope)
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), scope)
    return {
        n: f for n, f in scope.items() if inspect.isfunction(f) and n not in known and not n.startswith("_")
    }


def variants(path, only, in_f64=False):
    found = []
    for name, function in read(path, in_f64).items():
        if only and name != only:
            continue
        types = re.search(r"\[(.*)\]", function.__doc__ or "")
        types = types.group(1).split() if types else ["f32", "f64"]
        forms = itertools.cycle(["tensor", "generic", "keep"])
        for element in types:
            for dynamic in (False, True):
                found.append(Variant(name, function, element, dynamic, next(forms)))
    return found


def check(command, programs, exact, precision, folder):
    """What norm-fuzz-check says of each program."""
    text, wide = os.path.join(folder, "programs.mlir"), os.path.join(folder, "f64.mlir")
    with open(text, "w", encoding="utf-8") as file:
        file.write("".join(p.write()[0] for p in programs))
    with open(wide, "w", encoding="utf-8") as file:
        file.write("".join(p.write(in_f64=True)[0] for p in exact))
    arguments = [command, text, f"--exact={wide}", "--again"] + (["--strict"] if precision == "strict" else [])
    result = subprocess.run(arguments, capture_output=True, text=True)
    if result.returncode:
        return None, result.stderr
    return {f["name"]: f for f in map(json.loads, result.stdout.splitlines())}, ""


def fault(variant, found, precision):
    """What is wrong with a program, or nothing."""
    tolerance = variant.write()[1]
    if any(e > tolerance for e in found.get("errors", [])):
        return f"results differ by {max(found['errors']):.2g} of {tolerance:.2g}"
    said = precision == "relaxed" and any("range" in r for r in found.get("remarks", []))
    masks = precision == "relaxed" and any("mask is taken for a slice" in r for r in found.get("remarks", []))
    for edge in found.get("edges", []):
        if edge["what"] in ALLOWED or (said and edge["finite"]) or (masks and edge["what"] == "lost"):
            continue
        if variant.element == "f64" and edge["finite"] and edge["what"] in ("lost", "turned"):
            continue  # squares of f64 leave the range as written
        return "{what}: {written} becomes {raised} with {sample}".format(**edge)
    if found.get("modes") and found["modes"][0] != found["modes"][1]:
        return "an op that names how it rounds is gone"
    norms = [n["op"] for n in found["norms"]]
    if variant.expected == "kept" and norms:
        return f"became {', '.join(norms)}"
    if variant.expected == "raised" and not norms and precision == "relaxed":
        return "no norm was found: " + "; ".join(found["reasons"])
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", default="norm-fuzz-check", help="the program that compares")
    parser.add_argument("--only", help="the one function to check")
    parser.add_argument("--write", action="store_true", help="write the programs and end")
    parser.add_argument("--one-by-one", action="store_true", help="each program by itself")
    parser.add_argument("file")
    options = parser.parse_args()
    programs = variants(options.file, options.only)
    if options.write:
        print("".join(p.write()[0] for p in programs))
        return 0
    exact = variants(options.file, options.only, in_f64=True)
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        for precision in PRECISIONS:
            batches = [([p], [e]) for p, e in zip(programs, exact)] if options.one_by_one else [(programs, exact)]
            for batch, own in batches:
                found, error = check(options.check, batch, own, precision, folder)
                if found is None:
                    print(f"{batch[0].name}: {precision}: {error[:600]}")
                    faults += 1
                    continue
                for variant in batch:
                    what = fault(variant, found[variant.name], precision)
                    if what:
                        print(f"{variant.name}: {precision}: {what}")
                        faults += 1
    print(f"{len(programs)} programs, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
