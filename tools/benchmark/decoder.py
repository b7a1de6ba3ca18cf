#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a decoder of many layers as loose linalg ops: what the raise is timed on.

usage: decoder.py [--layers=80] [--rows=16] [--width=64]

Each layer is x += W2 silu(W1 rmsnorm(x) g1) and x += W4 tanh(W3 rmsnorm(x) g2),
with each operation in a generic op of its own: 2 norms and some 30 ops.
"""
import argparse


class Writer:
    def __init__(self, rows, width):
        self.rows, self.width, self.count = rows, width, 0
        self.full, self.row = f"tensor<{rows}x{width}xf32>", f"tensor<{rows}xf32>"
        self.vector, self.square = f"tensor<{width}xf32>", f"tensor<{width}x{width}xf32>"

    def op(self, text):
        self.count += 1
        print(f"  %v{self.count} = {text}")
        return f"%v{self.count}"

    def elementwise(self, op, *inputs):
        """One op of arith or math on full tensors, or one vector per row."""
        types = [t for _, t in inputs]
        maps = {self.full: "#id", self.row: "#row", self.vector: "#column"}
        result = self.full if self.full in types else self.row
        rank1 = result == self.row
        init = self.op(f"tensor.empty() : {result}")
        indexing = ", ".join(["#one" if rank1 else maps[t] for t in types + [result]])
        iterators = '"parallel"' if rank1 else '"parallel", "parallel"'
        names = [f"%a{i}" for i in range(len(inputs))]
        arguments = ", ".join(f"{n}: f32" for n in names + ["%o"])
        value = self.op(
            f"linalg.generic {{indexing_maps = [{indexing}], iterator_types = [{iterators}]}} "
            f"ins({', '.join(v for v, _ in inputs)} : {', '.join(types)}) outs({init} : {result}) {{\n"
            f"  ^bb0({arguments}):\n    %r = {op.format(*names)} : f32\n    linalg.yield %r : f32\n"
            f"  }} -> {result}"
        )
        return value, result

    def sum_of_rows(self, value):
        init = self.op(f"tensor.empty() : {self.row}")
        zero = self.op(f"linalg.fill ins(%zero : f32) outs({init} : {self.row}) -> {self.row}")
        text = (
            'linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} '
            f"ins({value[0]} : {self.full}) outs({zero} : {self.row}) {{\n  ^bb0(%a: f32, %o: f32):\n"
            f"    %r = arith.addf %a, %o : f32\n    linalg.yield %r : f32\n  }} -> {self.row}"
        )
        return self.op(text), self.row

    def matmul(self, value, weight):
        init = self.op(f"tensor.empty() : {self.full}")
        zero = self.op(f"linalg.fill ins(%zero : f32) outs({init} : {self.full}) -> {self.full}")
        text = (
            f"linalg.matmul ins({value[0]}, {weight} : {self.full}, {self.square}) "
            f"outs({zero} : {self.full}) -> {self.full}"
        )
        return self.op(text), self.full

    def rmsnorm(self, x, scale):
        square = self.elementwise("arith.mulf {0}, {1}", x, x)
        mean = self.elementwise("arith.divf {0}, %n", self.sum_of_rows(square))
        shifted = self.elementwise("arith.addf {0}, %epsilon", mean)
        rstd = self.elementwise("math.rsqrt {0}", shifted)
        normalized = self.elementwise("arith.mulf {0}, {1}", x, rstd)
        return self.elementwise("arith.mulf {0}, {1}", normalized, (scale, self.vector))

    def layer(self, x, number):
        for half, activation in [("a", "silu"), ("b", "tanh")]:
            y = self.rmsnorm(x, f"%g{half}{number}")
            y = self.matmul(y, "%w0")
            if activation == "silu":
                negated = self.elementwise("arith.negf {0}", y)
                power = self.elementwise("math.exp {0}", negated)
                shifted = self.elementwise("arith.addf {0}, %one", power)
                y = self.elementwise("arith.divf {0}, {1}", y, shifted)
            else:
                y = self.elementwise("math.tanh {0}", y)
            y = self.matmul(y, "%w1")
            x = self.elementwise("arith.addf {0}, {1}", x, y)
        return x


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=80)
    parser.add_argument("--rows", type=int, default=16)
    parser.add_argument("--width", type=int, default=64)
    options = parser.parse_args()
    writer = Writer(options.rows, options.width)
    scales = [f"%g{half}{i}: {writer.vector}" for i in range(options.layers) for half in "ab"]
    arguments = [f"%x: {writer.full}", f"%w0: {writer.square}", f"%w1: {writer.square}"] + scales
    print("#id = affine_map<(d0, d1) -> (d0, d1)>\n#row = affine_map<(d0, d1) -> (d0)>")
    print("#column = affine_map<(d0, d1) -> (d1)>\n#one = affine_map<(d0) -> (d0)>")
    print(f"func.func @main({', '.join(arguments)}) -> {writer.full} {{")
    for name, number in [("zero", 0.0), ("one", 1.0), ("epsilon", 1e-5), ("n", options.width)]:
        print(f"  %{name} = arith.constant {float(number):e} : f32")
    x = ("%x", writer.full)
    for number in range(options.layers):
        x = writer.layer(x, number)
    print(f"  return {x[0]} : {writer.full}\n}}")


if __name__ == "__main__":
    main()
