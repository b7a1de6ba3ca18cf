#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes tests given as mathematics as MLIR.

usage: rows.py [--form=tensor|generic|keep] FILE

FILE is Python; each function in it becomes a func.func. Parameters are tensors,
annotated with their types ("4x64xf32"), a float literal takes the type of what
it meets, operands broadcast as in NumPy, and reductions keep their dimensions.
The form decides which ops say it:
  tensor   arith and math on tensors, linalg.reduce and linalg.broadcast
  generic  one linalg.generic for each operation, reductions drop a dimension
           and tensor.expand_shape brings it back
  keep     one linalg.generic for each operation, reductions to (d0, 0)
"""
import argparse
import inspect
import math


class Value:
    """An SSA value: a tensor with a shape, or a scalar (shape None)."""

    def __init__(self, name, shape, element):
        self.name, self.shape, self.element = name, shape, element

    @property
    def type(self):
        return type_of(self.shape, self.element)


class Extent(str):
    """A dynamic extent: "?", and the index that holds it."""

    def __new__(cls, name):
        extent = super().__new__(cls, "?")
        extent.name = name
        return extent


def shape_of(sizes):
    return tuple(Extent(s.name) if isinstance(s, Value) else s for s in sizes)


def type_of(shape, element):
    if shape is None:
        return element
    return f"tensor<{''.join(f'{d}x' for d in shape)}{element}>"


def binary(name, flip=False):
    def method(self, other):
        lhs, rhs = (other, self) if flip else (self, other)
        return elementwise(name, lhs, rhs)

    return method


for python, op in [("add", "addf"), ("sub", "subf"), ("mul", "mulf"), ("truediv", "divf")]:
    setattr(Value, f"__{python}__", binary(f"arith.{op}"))
    setattr(Value, f"__r{python}__", binary(f"arith.{op}", flip=True))
Value.__neg__ = lambda self: elementwise("arith.negf", self)


class Writer:
    form = "tensor"

    def __init__(self):
        self.lines, self.count = [], 0

    def emit(self, text):
        self.lines.append("  " + text)

    def fresh(self):
        self.count += 1
        return f"%v{self.count}"

    def value(self, text, shape, element):
        result = Value(self.fresh(), shape, element)
        self.emit(f"{result.name} = {text}")
        return result


writer = Writer()


INFINITY = {"f64": 0x7FF0 << 48, "f32": 0x7F800000, "f16": 0x7C00, "bf16": 0x7F80}
WIDTH = {"f64": 64, "f32": 32, "f16": 16, "bf16": 16}


def constant(number, element, shape=None):
    digits = f"{number:.17e}"
    if math.isinf(number):
        digits = f"0x{INFINITY[element] | (number < 0) << (WIDTH[element] - 1):X}"
    if shape is None or "?" not in shape:
        text = digits if shape is None else f"dense<{digits}>"
        type_ = type_of(shape, element)
        return writer.value(f"arith.constant {text} : {type_}", shape, element)
    return None


def index(number):
    return writer.value(f"arith.constant {number} : index", None, "index")


def size(tensor, dim):
    """An extent as a number or an index value."""
    extent_ = tensor.shape[dim]
    return Value(extent_.name, None, "index") if extent_ == "?" else extent_


def sizes_like(shape, tensors):
    """The extents of a broadcast result, from the operands that have them."""
    sizes = []
    for position, extent in enumerate(shape):
        if extent != "?":
            sizes.append(extent)
            continue
        for tensor in tensors:
            own = position - len(shape) + len(tensor.shape)
            if own >= 0 and tensor.shape[own] == "?":
                sizes.append(size(tensor, own))
                break
    return sizes


def names_of(sizes):
    return ", ".join(s.name for s in sizes if isinstance(s, Value))


def empty(sizes, element):
    shape = shape_of(sizes)
    type_ = type_of(shape, element)
    return writer.value(f"tensor.empty({names_of(sizes)}) : {type_}", shape, element)


def fill(number, sizes, element):
    init, scalar = empty(sizes, element), constant(number, element)
    return writer.value(
        f"linalg.fill ins({scalar.name} : {element}) outs({init.name} : {init.type}) -> {init.type}",
        init.shape,
        element,
    )


def affine(rank, results):
    dims = ", ".join(f"d{i}" for i in range(rank))
    return f"affine_map<({dims}) -> ({', '.join(results)})>"


def generic(inputs, init, iterators, body, element, maps=None):
    """linalg.generic whose inputs broadcast to the loops; body(names) -> text."""
    rank = len(iterators)

    def broadcast(tensor):
        first = rank - len(tensor.shape)
        return affine(
            rank,
            [
                "0" if extent == 1 and init.shape[first + i] != 1 else f"d{first + i}"
                for i, extent in enumerate(tensor.shape)
            ],
        )

    maps = maps or [broadcast(i) for i in inputs] + [broadcast(init)]
    names = [f"%in{i}" for i in range(len(inputs))]
    arguments = ", ".join(
        f"{n}: {v.element}" for n, v in zip(names + ["%out"], inputs + [init])
    )
    ins = ", ".join(v.name for v in inputs) + " : " + ", ".join(v.type for v in inputs)
    iterator_types = ", ".join(f'"{i}"' for i in iterators)
    return writer.value(
        f"linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{iterator_types}]}} "
        + (f"ins({ins}) " if inputs else "")
        + f"outs({init.name} : {init.type}) {{\n  ^bb0({arguments}):\n    "
        + body(names)
        + f"\n  }} -> {init.type}",
        init.shape,
        element,
    )


def broadcast_shape(shapes):
    rank = max(len(s) for s in shapes)
    padded = [(1,) * (rank - len(s)) + tuple(s) for s in shapes]
    return tuple(next((e for e in extents if e != 1), 1) for extents in zip(*padded))


def groups(rank, kept):
    """Reassociation of `rank` dims into those that are kept."""
    if not kept:
        return []
    ends = list(kept[:-1]) + [rank - 1]
    starts = [0] + [e + 1 for e in ends[:-1]]
    return [list(range(s, e + 1)) for s, e in zip(starts, ends)]


def collapse(tensor, kept):
    if len(kept) == len(tensor.shape):
        return tensor
    shape = tuple(tensor.shape[i] for i in kept)
    return writer.value(
        f"tensor.collapse_shape {tensor.name} {groups(len(tensor.shape), kept)} "
        f": {tensor.type} into {type_of(shape, tensor.element)}",
        shape,
        tensor.element,
    )


def expand(tensor, kept, sizes):
    if len(kept) == len(sizes):
        return tensor
    shape = shape_of(sizes)
    text = ", ".join(s.name if isinstance(s, Value) else str(s) for s in sizes)
    return writer.value(
        f"tensor.expand_shape {tensor.name} {groups(len(shape), kept)} output_shape [{text}] "
        f": {tensor.type} into {type_of(shape, tensor.element)}",
        shape,
        tensor.element,
    )


def broadcast_to(tensor, sizes):
    shape = shape_of(sizes)
    if shape == tensor.shape:
        return tensor
    first = len(shape) - len(tensor.shape)
    kept = [i for i, e in enumerate(tensor.shape) if e != 1]
    added = [i for i in range(len(shape)) if i - first not in kept]
    small, init = collapse(tensor, kept), empty(sizes, tensor.element)
    if not added:
        return small
    return writer.value(
        f"linalg.broadcast ins({small.name} : {small.type}) outs({init.name} : {init.type}) "
        f"dimensions = {added}",
        shape,
        tensor.element,
    )


def scalar_op(name, element, result):
    """The text after the operands of an arith or math op."""
    if name in ("arith.extf", "arith.truncf", "arith.sitofp"):
        return f"{element} to {result}"
    if name.startswith("arith.cmpf"):
        return element
    if name == "arith.select":
        return result
    if name == "math.fpowi":
        return f"{element}, i32"
    return element


def elementwise(name, *operands, result=None, mode=""):
    """An operation on operands that broadcast; `mode` is how it rounds."""
    mode = f" {mode}" if mode else ""
    tensors = [v for v in operands if isinstance(v, Value) and v.shape is not None]
    scalars = [v for v in operands if isinstance(v, Value)]
    element = next((v.element for v in scalars if v.element != "i1"), None)
    result = result or element
    if not tensors:
        names = ", ".join(
            v.name if isinstance(v, Value) else constant(v, element).name for v in operands
        )
        return writer.value(f"{name} {names}{mode} : {scalar_op(name, element, result)}", None, result)
    shape = broadcast_shape([t.shape for t in tensors])
    sizes = sizes_like(shape, tensors)
    if writer.form == "tensor":
        # Constants and scalars become tensors, small operands are broadcast.
        names = []
        for v in operands:
            if not isinstance(v, Value):
                own = "i32" if isinstance(v, int) and name == "math.fpowi" else element
                if own == "i32":
                    v = splat(writer.value(f"arith.constant {v} : i32", None, own), sizes)
                else:
                    v = constant(v, own, shape) or fill(v, sizes, own)
            elif v.shape is None:
                v = splat(v, sizes)
            names.append(broadcast_to(v, sizes).name)
        suffix = scalar_op(name, type_of(shape, element), type_of(shape, result))
        if name == "arith.select":
            suffix = f"{type_of(shape, 'i1')}, {suffix}"
        if name == "math.fpowi":
            suffix = f"{type_of(shape, element)}, {type_of(shape, 'i32')}"
        return writer.value(f"{name} {', '.join(names)}{mode} : {suffix}", shape, result)
    captured = {}
    for i, v in enumerate(operands):
        if not isinstance(v, Value):
            if name == "math.fpowi":
                captured[i] = writer.value(f"arith.constant {v} : i32", None, "i32").name
            else:
                captured[i] = constant(v, element).name
        elif v.shape is None:
            captured[i] = v.name
    init = empty(sizes, result)

    def body(names):
        names = iter(names)
        arguments = [captured[i] if i in captured else next(names) for i in range(len(operands))]
        return (
            f"%res = {name} {', '.join(arguments)}{mode} : {scalar_op(name, element, result)}\n"
            f"    linalg.yield %res : {result}"
        )

    return generic(tensors, init, ["parallel"] * len(shape), body, result)


def splat(scalar, sizes):
    shape = shape_of(sizes)
    dims = names_of(sizes)
    return writer.value(
        f"tensor.splat {scalar.name}{f'[{dims}]' if dims else ''} : {type_of(shape, scalar.element)}",
        shape,
        scalar.element,
    )


def reduction(name):
    def apply(tensor, axes=-1, init=0.0):
        rank = len(tensor.shape)
        axes = sorted(a % rank for a in ([axes] if isinstance(axes, int) else axes))
        kept = [i for i in range(rank) if i not in axes]
        sizes = [1 if i in axes else size(tensor, i) for i in range(rank)]
        if writer.form == "keep":
            start = fill(init, sizes, tensor.element)
        else:
            start = fill(init, [sizes[i] for i in kept], tensor.element)
        if writer.form == "tensor":
            result = writer.value(
                f"linalg.reduce {{ {name} }} ins({tensor.name} : {tensor.type}) "
                f"outs({start.name} : {start.type}) dimensions = {axes}",
                start.shape,
                tensor.element,
            )
            return expand(result, kept, sizes)
        iterators = ["reduction" if i in axes else "parallel" for i in range(rank)]
        output = [f"d{i}" for i in kept]
        if writer.form == "keep":
            output = ["0" if i in axes else f"d{i}" for i in range(rank)]
        element = tensor.element
        result = generic(
            [tensor],
            start,
            iterators,
            lambda n: f"%res = {name} {n[0]}, %out : {element}\n    linalg.yield %res : {element}",
            element,
            [affine(rank, [f"d{i}" for i in range(rank)]), affine(rank, output)],
        )
        return result if writer.form == "keep" else expand(result, kept, sizes)

    return apply


def convert(element, mode=""):
    """To another float type; `mode` is how a narrowing rounds."""

    def apply(value):
        if value.element == element:
            return value
        name = "arith.extf" if WIDTH[element] > WIDTH[value.element] else "arith.truncf"
        return elementwise(name, value, result=element, mode=mode)

    return apply


def unary(name):
    return lambda value: elementwise(name, value)


def compare(predicate):
    return lambda lhs, rhs: elementwise(f"arith.cmpf {predicate},", lhs, rhs, result="i1")


def extent(tensor, dim):
    """A dynamic extent as an f32 scalar."""
    number = size(tensor, dim)
    integer = writer.value(f"arith.index_cast {number.name} : index to i64", None, "i64")
    return writer.value(f"arith.sitofp {integer.name} : i64 to f32", None, "f32")


def reshape(tensor, text):
    """Collapses or expands to a shape, grouping from the left."""
    shape = tuple(int(d) for d in text.split("x"))
    small, large = sorted([tensor.shape, shape], key=len)
    parts, position = [], 0
    for extent_ in small:
        group, product = [], 1
        while product < extent_ or not group:
            group.append(position)
            product *= large[position]
            position += 1
        parts.append(group)
    parts[-1] += range(position, len(large))
    type_ = type_of(shape, tensor.element)
    if len(shape) < len(tensor.shape):
        text = f"tensor.collapse_shape {tensor.name} {parts} : {tensor.type} into {type_}"
    else:
        text = (
            f"tensor.expand_shape {tensor.name} {parts} output_shape {list(shape)} "
            f": {tensor.type} into {type_}"
        )
    return writer.value(text, shape, tensor.element)


def cut(tensor, start, count, step=1):
    """`count` elements of the last dimension."""
    rank = len(tensor.shape)
    sizes = [size(tensor, i) for i in range(rank - 1)] + [count]
    shape = shape_of(sizes)
    text = ", ".join(s.name if isinstance(s, Value) else str(s) for s in sizes)
    return writer.value(
        f"tensor.extract_slice {tensor.name}[{', '.join(['0'] * (rank - 1) + [str(start)])}] "
        f"[{text}] [{', '.join(['1'] * (rank - 1) + [str(step)])}] "
        f": {tensor.type} to {type_of(shape, tensor.element)}",
        shape,
        tensor.element,
    )


def transpose(tensor, *permutation):
    sizes = [size(tensor, p) for p in permutation]
    init = empty(sizes, tensor.element)
    return writer.value(
        f"linalg.transpose ins({tensor.name} : {tensor.type}) outs({init.name} : {init.type}) "
        f"permutation = {list(permutation)}",
        init.shape,
        tensor.element,
    )


def repeat(tensor, text):
    """The tensor in a larger shape, by one op that does nothing else."""
    shape = [int(d) for d in text.split("x")]
    return generic(
        [tensor],
        empty(shape, tensor.element),
        ["parallel"] * len(shape),
        lambda n: f"linalg.yield {n[0]} : {tensor.element}",
        tensor.element,
    )


def first(tensor, count):
    """The tensor with 0 from position `count` of the last dimension on."""
    rank, element = len(tensor.shape), tensor.element
    limit, zero = index(count), constant(0.0, element)
    return generic(
        [tensor],
        empty([size(tensor, i) for i in range(rank)], element),
        ["parallel"] * rank,
        lambda n: f"%position = linalg.index {rank - 1} : index\n"
        f"    %below = arith.cmpi slt, %position, {limit.name} : index\n"
        f"    %res = arith.select %below, {n[0]}, {zero.name} : {element}\n"
        f"    linalg.yield %res : {element}",
        element,
    )


def mask(tensor, count, cast="uitofp"):
    """1 up to position `count` of the last dimension and 0 from there on, or
    what `cast` makes of a true i1."""
    rank, element = len(tensor.shape), tensor.element
    limit = index(count)
    return generic(
        [tensor],
        empty([size(tensor, i) for i in range(rank)], element),
        ["parallel"] * rank,
        lambda n: f"%position = linalg.index {rank - 1} : index\n"
        f"    %below = arith.cmpi slt, %position, {limit.name} : index\n"
        f"    %res = arith.{cast} %below : i1 to {element}\n"
        f"    linalg.yield %res : {element}",
        element,
    )


NAMES = {
    "sum": reduction("arith.addf"),
    "prod": reduction("arith.mulf"),
    "largest": reduction("arith.maximumf"),
    "rsqrt": unary("math.rsqrt"),
    "sqrt": unary("math.sqrt"),
    "abs": unary("math.absf"),
    "exp": unary("math.exp"),
    "tanh": unary("math.tanh"),
    "pow": lambda base, exponent: elementwise("math.powf", base, exponent),
    "powi": lambda base, exponent: elementwise("math.fpowi", base, exponent),
    "max": lambda lhs, rhs: elementwise("arith.maximumf", lhs, rhs),
    "min": lambda lhs, rhs: elementwise("arith.minimumf", lhs, rhs),
    "max_num": lambda lhs, rhs: elementwise("arith.maxnumf", lhs, rhs),
    "min_num": lambda lhs, rhs: elementwise("arith.minnumf", lhs, rhs),
    "equal": compare("oeq"),
    "greater": compare("ogt"),
    "greater_or_nan": compare("ugt"),
    "less_or_nan": compare("ult"),
    "less": compare("olt"),
    "where": lambda c, lhs, rhs: elementwise("arith.select", c, lhs, rhs),
    "fma": lambda a, b, c: elementwise("math.fma", a, b, c),
    "scalar": constant,
    "extent": extent,
    "reshape": reshape,
    "cut": cut,
    "first": first,
    "mask": mask,
    "transpose": transpose,
    "repeat": repeat,
    "broadcast": lambda t, text: elementwise(
        "arith.addf", t, fill(0.0, [int(d) for d in text.split("x")], t.element)
    ),
    **{element: convert(element) for element in ("f64", "f32", "f16", "bf16")},
}


def write_function(name, function):
    writer.lines, writer.count = [], 0
    parameters = []
    for parameter in inspect.signature(function).parameters.values():
        *shape, element = parameter.annotation.split("x")
        own = Value(f"%{parameter.name}", tuple(d if d == "?" else int(d) for d in shape), element)
        sizes = [
            writer.value(f"tensor.dim {own.name}, {index(i).name} : {own.type}", None, "index")
            if extent_ == "?"
            else extent_
            for i, extent_ in enumerate(own.shape)
        ]
        parameters.append(Value(own.name, shape_of(sizes), element))
    results = function(*parameters)
    results = results if isinstance(results, tuple) else (results,)
    arguments = ", ".join(f"{p.name}: {p.type}" for p in parameters)
    types = ", ".join(r.type for r in results)
    print(f"func.func @{name}({arguments}) -> ({types}) {{")
    print("\n".join(writer.lines))
    print(f"  return {', '.join(r.name for r in results)} : {types}\n}}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--form", choices=["tensor", "generic", "keep"], default="tensor")
    parser.add_argument("file")
    options = parser.parse_args()
    writer.form = options.form
    scope = dict(NAMES)
    with open(options.file, encoding="utf-8") as file:
        exec(compile(file.read(), options.file, "exec"), scope)
    for name, value in scope.items():
        if inspect.isfunction(value) and name not in NAMES and not name.startswith("_"):
            write_function(name, value)


if __name__ == "__main__":
    main()
