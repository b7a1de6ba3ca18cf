#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes norms that are beyond one limit of the raise: one per function, named
after the enumerator of Limit.

usage: limits.py NAME
"""
import sys

from growing import ROW, X, Writer


class Norm(Writer):
    def __init__(self):
        super().__init__()
        self.lines += [
            "  %zero = arith.constant 0.0 : f32",
            "  %n = arith.constant 64.0 : f32",
            "  %e = arith.constant 1.0e-5 : f32",
            f"  %z = arith.constant dense<0.0> : {ROW}",
            f"  %i = tensor.empty() : {X}",
            f"  %j = tensor.empty() : {ROW}",
        ]

    def elementwise(self, body, inputs, result=X):
        """A generic op; `body` reads %a0, %a1, .. and gives %r."""
        maps = {X: "#id", ROW: "#row"}
        if result == ROW:
            maps = {ROW: "affine_map<(d0) -> (d0)>"}
        types = [t for _, t in inputs]
        iterators = ", ".join(['"parallel"'] * (2 if result == X else 1))
        arguments = ", ".join(f"%a{i}: f32" for i in range(len(inputs)))
        return self.op(
            f"linalg.generic {{indexing_maps = [{', '.join(maps[t] for t in types + [result])}], iterator_types = [{iterators}]}} "
            f"ins({', '.join(v for v, _ in inputs)} : {', '.join(types)}) outs({'%i' if result == X else '%j'} : {result}) {{\n"
            f"  ^bb0({arguments}, %o: f32):\n{body}    linalg.yield %r : f32\n  }} -> {result}"
        )

    def sum(self, body, inputs):
        """The sum over rows of what `body` gives as %p."""
        maps = {X: "#id", ROW: "#row"}
        types = [t for _, t in inputs]
        arguments = ", ".join(f"%a{i}: f32" for i in range(len(inputs)))
        return self.op(
            f'linalg.generic {{indexing_maps = [{", ".join(maps[t] for t in types + [ROW])}], iterator_types = ["parallel", "reduction"]}} '
            f"ins({', '.join(v for v, _ in inputs)} : {', '.join(types)}) outs(%z : {ROW}) {{\n"
            f"  ^bb0({arguments}, %o: f32):\n{body}    %r = arith.addf %o, %p : f32\n    linalg.yield %r : f32\n  }} -> {ROW}"
        )

    def squares(self, value):
        return self.sum("    %p = arith.mulf %a0, %a0 : f32\n", [(value, X)])

    def end(self, value, total):
        """value * rsqrt(total / n + e)"""
        body = "    %m = arith.divf %a1, %n : f32\n    %s = arith.addf %m, %e : f32\n    %q = math.rsqrt %s : f32\n"
        body += "    %r = arith.mulf %a0, %q : f32\n"
        return self.elementwise(body, [(value, X), (total, ROW)])

    def finish(self, value, arguments=()):
        self.function(", ".join(["%x: " + X, *arguments]), value, X)


def depth():
    """The statistic in 300 steps, one body each."""
    w = Norm()
    total = w.squares("%x")
    for _ in range(300):
        total = w.op(f"math.tanh {total} : {ROW}")
    w.finish(w.end("%x", total))


def depth_in_a_body():
    """The same in one body of 10,000 ops."""
    w = Norm()
    total = w.squares("%x")
    steps = ["    %t0 = math.tanh %a0 : f32\n"]
    steps += [f"    %t{i} = math.tanh %t{i - 1} : f32\n" for i in range(1, 10000)]
    body = "".join(steps) + "    %r = math.tanh %t9999 : f32\n"
    w.finish(w.end("%x", w.elementwise(body, [(total, ROW)], ROW)))


def size():
    """A statistic of 2^12 values."""
    w = Norm()
    total = w.squares("%x")
    for _ in range(12):
        left = w.op(f"math.tanh {total} : {ROW}")
        total = w.op(f"arith.mulf {left}, {w.op(f'math.sin {total} : {ROW}')} : {ROW}")
    w.finish(w.end("%x", total))


def row_of(op):
    """Two chains of `op` of 20 tensors in another order, of which one is the row."""
    w = Norm()
    names = ["%x"] + [f"%z{i}" for i in range(19)]

    def chain(values):
        value = values[0]
        for other in values[1:]:
            value = w.op(f"arith.{op} {value}, {other} : {X}")
        return value

    value = chain(names)
    w.finish(w.end(value, w.squares(chain(names[::-1]))), [f"{z}: {X}" for z in names[1:]])


def elementwise_size():
    row_of("mulf")


def residual_size():
    row_of("addf")


def rank():
    """A norm in 17 loops."""
    w = Norm()
    total = w.squares("%x")
    ones, wide = ", ".join(["1"] * 15), "tensor<4x64x" + "1x" * 15 + "f32>"
    groups = "[[0], [" + ", ".join(str(i) for i in range(1, 17)) + "]]"
    value = w.op(f"tensor.expand_shape %x {groups} output_shape [4, 64, {ones}] : {X} into {wide}")
    dims = ", ".join(f"d{i}" for i in range(17))
    full = f"affine_map<({dims}) -> ({dims})>"
    iterators = ", ".join(['"parallel"'] * 17)
    init = w.op(f"tensor.empty() : {wide}")
    value = w.op(
        f"linalg.generic {{indexing_maps = [{full}, affine_map<({dims}) -> (d0)>, {full}], iterator_types = [{iterators}]}} "
        f"ins({value}, {total} : {wide}, {ROW}) outs({init} : {wide}) {{\n  ^bb0(%a0: f32, %a1: f32, %o: f32):\n"
        "    %m = arith.divf %a1, %n : f32\n    %s = arith.addf %m, %e : f32\n    %q = math.rsqrt %s : f32\n"
        f"    %r = arith.mulf %a0, %q : f32\n    linalg.yield %r : f32\n  }} -> {wide}"
    )
    w.finish(w.op(f"tensor.collapse_shape {value} {groups} : {wide} into {X}"))


def bound_indices():
    """Sums over 8 dimensions of sums over 8 dimensions .., none a product."""
    def iterators(parallel, reduction):
        return ", ".join(['"parallel"'] * parallel + ['"reduction"'] * reduction)

    w = Norm()
    cube, half = "tensor<" + "2x" * 8 + "f32>", "tensor<" + "2x" * 4 + "f32>"
    w.lines += [f"  %c = arith.constant dense<0.0> : {cube}", f"  %h = arith.constant dense<0.0> : {half}"]
    w.lines += [f"  %k = tensor.empty() : {cube}"]
    dims = [f"d{i}" for i in range(16)]
    domain = ", ".join(dims)
    value = "%x"
    for _ in range(4):
        value = w.op(
            f"linalg.generic {{indexing_maps = [affine_map<({domain}) -> ({', '.join(dims[8:])})>, affine_map<({domain}) -> ({', '.join(dims[:8])})>, "
            f"affine_map<({domain}) -> ({', '.join(dims[:8])})>], iterator_types = [{iterators(8, 8)}]}} "
            f"ins({value}, %x : {cube}, {cube}) outs(%c : {cube}) {{\n  ^bb0(%a: f32, %b: f32, %o: f32):\n    %t = arith.addf %a, %b : f32\n"
            f"    %p = math.exp %t : f32\n    %r = arith.addf %o, %p : f32\n    linalg.yield %r : f32\n  }} -> {cube}"
        )
    short = ", ".join(dims[:8])
    total = w.op(
        f"linalg.generic {{indexing_maps = [affine_map<({short}) -> ({short})>, affine_map<({short}) -> ({', '.join(dims[:4])})>], "
        f"iterator_types = [{iterators(4, 4)}]}} "
        f"ins({value} : {cube}) outs(%h : {half}) {{\n  ^bb0(%a: f32, %o: f32):\n    %p = math.exp %a : f32\n"
        f"    %r = arith.addf %o, %p : f32\n    linalg.yield %r : f32\n  }} -> {half}"
    )
    result = w.op(
        f"linalg.generic {{indexing_maps = [affine_map<({short}) -> ({short})>, affine_map<({short}) -> ({', '.join(dims[:4])})>, affine_map<({short}) -> ({short})>], "
        f"iterator_types = [{iterators(8, 0)}]}} ins(%x, {total} : {cube}, {half}) outs(%k : {cube}) {{\n"
        f"  ^bb0(%a: f32, %b: f32, %o: f32):\n    %q = math.rsqrt %b : f32\n    %r = arith.mulf %a, %q : f32\n    linalg.yield %r : f32\n  }} -> {cube}"
    )
    w.function(f"%x: {cube}", result, cube)


def terms():
    """A row of 30 terms, added in another order in the statistic."""
    w = Norm()
    inputs = [("%x", X)] + [(f"%c{i}", ROW) for i in range(30)]

    def add(order, result):
        body, value = "", f"%a{order[0]}"
        for position, i in enumerate(order[1:]):
            name = result if position == len(order) - 2 else f"%s{position}"
            body += f"    {name} = arith.addf {value}, %a{i} : f32\n"
            value = name
        return body

    total = w.sum(add(list(range(31)), "%t") + "    %p = arith.mulf %t, %t : f32\n", inputs)
    body = add(list(range(30, -1, -1)), "%t") + "    %m = arith.divf %a31, %n : f32\n    %s = arith.addf %m, %e : f32\n"
    body += "    %q = math.rsqrt %s : f32\n    %r = arith.mulf %t, %q : f32\n"
    w.finish(w.elementwise(body, inputs + [(total, ROW)]), [f"%c{i}: {ROW}" for i in range(30)])


def expansion():
    """A statistic of products of six sums of x and a row sum: 64 terms."""
    w = Norm()
    totals = [w.sum("    %p = arith.addf %a0, %a0 : f32\n", [(f"%z{i}", X)]) for i in range(6)]
    inputs = [("%x", X)] + [(total, ROW) for total in totals]
    body = "    %s0 = arith.addf %a0, %a1 : f32\n    %p0 = arith.mulf %s0, %s0 : f32\n"
    for i in range(1, 6):
        name = "%p" if i == 5 else f"%p{i}"
        body += f"    %s{i} = arith.addf %a0, %a{i + 1} : f32\n    {name} = arith.mulf %p{i - 1}, %s{i} : f32\n"
    w.finish(w.end("%x", w.sum(body, inputs)), [f"%z{i}: {X}" for i in range(6)])


def cone_size():
    """Two gates whose product is no tensor, and a statistic that is reshaped 410 times."""
    w = Norm()
    total, column = w.squares("%x"), ROW.replace("xf32", "x1xf32")
    rows = ROW[len("tensor<"):].partition("x")[0]
    for _ in range(205):
        wide = w.op(f"tensor.expand_shape {total} [[0, 1]] output_shape [{rows}, 1] : {ROW} into {column}")
        total = w.op(f"tensor.collapse_shape {wide} [[0, 1]] : {column} into {ROW}")
    body = "    %m = arith.divf %a1, %n : f32\n    %s = arith.addf %m, %e : f32\n    %q = math.rsqrt %s : f32\n"
    body += "    %g = arith.mulf %q, %a2 : f32\n    %h = arith.mulf %g, %a3 : f32\n    %r = arith.mulf %a0, %h : f32\n"
    w.finish(w.elementwise(body, [("%x", X), (total, ROW), ("%y0", X), ("%y1", X)]), [f"%y{i}: {X}" for i in range(2)])


def not_the_limit():
    """The row is a sum of 20 tensors, and a leaf; the reason is the divisor."""
    w = Norm()
    value = "%x"
    for i in range(19):
        value = w.op(f"arith.addf {value}, %z{i} : {X}")
    body = "    %q = math.rsqrt %a1 : f32\n    %r = arith.mulf %a0, %q : f32\n"
    w.finish(w.elementwise(body, [(value, X), (w.squares(value), ROW)]), [f"%z{i}: {X}" for i in range(19)])


if __name__ == "__main__":
    globals()[sys.argv[1]]()
