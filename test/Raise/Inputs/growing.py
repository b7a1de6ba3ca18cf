#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes programs that grow with a number: one per function.

usage: growing.py NAME SIZE
"""
import sys

MAPS = """#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#id3 = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
"""
X, ROW = "tensor<4x64xf32>", "tensor<4xf32>"


class Writer:
    def __init__(self):
        self.lines, self.count = [], 0

    def op(self, text):
        self.count += 1
        self.lines.append(f"  %v{self.count} = {text}")
        return f"%v{self.count}"

    def function(self, arguments, result, type_):
        print(f"{MAPS}func.func @main({arguments}) -> {type_} {{")
        print("\n".join(self.lines))
        print(f"  return {result} : {type_}\n}}")


def decode_step(layers, d=32):
    """One token through blocks as exporters write them: 2 * layers + 1 norms."""
    w, arguments = Writer(), []
    token, one = f"tensor<1x1x{d}xf32>", "tensor<1x1x1xf32>"
    w.lines += [
        "  %two = arith.constant 2 : i32",
        f"  %zero = arith.constant dense<0.0> : tensor<1x{d}xf32>",
        f'  %rn = "tosa.const"() <{{values = dense<{1 / d!r}> : {one}}}> : () -> {one}',
        f'  %eps = "tosa.const"() <{{values = dense<9.99999997E-7> : {one}}}> : () -> {one}',
        '  %sh = "tosa.const"() <{values = dense<0> : tensor<1xi8>}> : () -> tensor<1xi8>',
        f"  %s3 = tosa.const_shape {{values = dense<[1, 1, {d}]> : tensor<3xindex>}} : () -> !tosa.shape<3>",
        f"  %s2 = tosa.const_shape {{values = dense<[1, {d}]> : tensor<2xindex>}} : () -> !tosa.shape<2>",
    ]

    def argument(type_):
        arguments.append(f"%a{len(arguments)}: {type_}")
        return arguments[-1].split(":")[0]

    def mul(lhs, rhs, lhs_type=token, rhs_type=token):
        return w.op(f"tosa.mul {lhs}, {rhs}, %sh : ({lhs_type}, {rhs_type}, tensor<1xi8>) -> {lhs_type}")

    def norm(x):
        init = w.op(f"tensor.empty() : {token}")
        square = w.op(
            f'linalg.generic {{indexing_maps = [#id3, #id3], iterator_types = ["parallel", "parallel", "parallel"]}} '
            f"ins({x} : {token}) outs({init} : {token}) {{\n  ^bb0(%in: f32, %out: f32):\n"
            f"    %p = math.fpowi %in, %two : f32, i32\n    linalg.yield %p : f32\n  }} -> {token}"
        )
        total = w.op(f"tosa.reduce_sum {square} {{axis = 2 : i32}} : ({token}) -> {one}")
        mean = mul(total, "%rn", one, one)
        rstd = w.op(f"tosa.rsqrt {w.op(f'tosa.add {mean}, %eps : ({one}, {one}) -> {one}')} : ({one}) -> {one}")
        g = argument(f"tensor<{d}xf32>")
        scale = w.op(f"tosa.reshape {g}, %s3 : (tensor<{d}xf32>, !tosa.shape<3>) -> {token}")
        return mul(scale, mul(x, rstd, token, one))

    def product(x):
        weight = argument(f"tensor<{d}x{d}xf32>")
        row = w.op(f"tosa.reshape {x}, %s2 : ({token}, !tosa.shape<2>) -> tensor<1x{d}xf32>")
        result = w.op(
            f"linalg.matmul ins({row}, {weight} : tensor<1x{d}xf32>, tensor<{d}x{d}xf32>) "
            f"outs(%zero : tensor<1x{d}xf32>) -> tensor<1x{d}xf32>"
        )
        return w.op(f"tosa.reshape {result}, %s3 : (tensor<1x{d}xf32>, !tosa.shape<3>) -> {token}")

    def add(lhs, rhs):
        return w.op(f"tosa.add {lhs}, {rhs} : ({token}, {token}) -> {token}")

    x = argument(token)
    for _ in range(layers):
        x = add(x, product(norm(x)))
        h = norm(x)
        u = product(h)
        gate = mul(u, w.op(f"tosa.sigmoid {u} : ({token}) -> {token}"))
        x = add(x, product(mul(gate, product(h))))
    y = norm(x)
    w.function(", ".join(arguments), y, token)


def matrix_vector_products(size):
    """W_n (.. (W_1 x)): an MLP of batch 1."""
    w = Writer()
    w.lines.append("  %z = arith.constant dense<0.0> : tensor<8xf32>")
    value = "%x"
    for i in range(size):
        value = w.op(
            f"linalg.matvec ins(%w{i}, {value} : tensor<8x8xf32>, tensor<8xf32>) outs(%z : tensor<8xf32>) -> tensor<8xf32>"
        )
    weights = ", ".join(f"%w{i}: tensor<8x8xf32>" for i in range(size))
    w.function(f"%x: tensor<8xf32>, {weights}", value, "tensor<8xf32>")


def nested_sums(size):
    """v = x * sum(exp(v)): a sum in each sum, none of them a product."""
    w = Writer()
    w.lines.append("  %z = arith.constant dense<0.0> : tensor<4xf32>")
    w.lines.append(f"  %i = tensor.empty() : {X}")
    value = "%x"
    for _ in range(size):
        power = w.op(f"math.exp {value} : {X}")
        total = w.op(f"linalg.reduce {{ arith.addf }} ins({power} : {X}) outs(%z : {ROW}) dimensions = [1]")
        row = w.op(f"linalg.broadcast ins({total} : {ROW}) outs(%i : {X}) dimensions = [1]")
        value = w.op(f"arith.mulf %x, {row} : {X}")
    w.function(f"%x: {X}", value, X)


def body(size):
    """One body of many ops, which doubles the expression with each."""
    w = Writer()
    w.lines.append(f"  %i = tensor.empty() : {X}")
    lines = ["    %a0 = math.tanh %in : f32"]
    for i in range(size):
        lines.append(f"    %b{i} = math.{'sin' if i % 2 else 'tanh'} %a{i} : f32")
        lines.append(f"    %a{i + 1} = arith.{'mulf' if i % 3 else 'addf'} %a{i}, %b{i} : f32")
    result = w.op(
        f'linalg.generic {{indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}} '
        f"ins(%x : {X}) outs(%i : {X}) {{\n  ^bb0(%in: f32, %out: f32):\n"
        + "\n".join(lines)
        + f"\n    linalg.yield %a{size} : f32\n  }} -> {X}"
    )
    w.function(f"%x: {X}", result, X)


def doublings(size):
    """v + v + .., in one body: 2^size * v."""
    w = Writer()
    w.lines.append(f"  %i = tensor.empty() : {X}")
    lines = [f"    %a{i + 1} = arith.addf %a{i}, %a{i} : f32" for i in range(size)]
    result = w.op(
        f'linalg.generic {{indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}} '
        f"ins(%x : {X}) outs(%i : {X}) {{\n  ^bb0(%a0: f32, %out: f32):\n"
        + "\n".join(lines)
        + f"\n    linalg.yield %a{size} : f32\n  }} -> {X}"
    )
    w.function(f"%x: {X}", result, X)


def integers(size):
    w = Writer()
    value = "%x"
    for _ in range(size):
        value = w.op(f"arith.addi {value}, %x : tensor<4x64xi32>")
    converted = w.op(f"arith.sitofp {value} : tensor<4x64xi32> to {X}")
    root = w.op(f"math.rsqrt {converted} : {X}")
    result = w.op(f"arith.mulf {converted}, {root} : {X}")
    w.function("%x: tensor<4x64xi32>", result, X)


def indices(size):
    """Sizes that are read off tensors, which were given the size before."""
    w = Writer()
    w.lines += ["  %c0 = arith.constant 0 : index", "  %c1 = arith.constant 1 : index"]
    value = "%x"
    for _ in range(size):
        extent = w.op(f"tensor.dim {value}, %c0 : tensor<?xf32>")
        longer = w.op(f"arith.addi {extent}, %c1 : index")
        value = w.op(f"tensor.empty({longer}) : tensor<?xf32>")
    w.function("%x: tensor<?xf32>", w.op(f"math.exp {value} : tensor<?xf32>"), "tensor<?xf32>")


def dynamic(size):
    w = Writer()
    value = "%x"
    for _ in range(size):
        value = w.op(f"arith.addf {value}, %z : tensor<?x64xf32>")
    w.function("%x: tensor<?x64xf32>, %z: tensor<?x64xf32>", value, "tensor<?x64xf32>")


def casts(size):
    """Reshapes of reshapes."""
    w = Writer()
    value, three = "%x", "tensor<4x8x8xf32>"
    for _ in range(size):
        value = w.op(f"tensor.expand_shape {value} [[0], [1, 2]] output_shape [4, 8, 8] : {X} into {three}")
        value = w.op(f"tensor.collapse_shape {value} [[0], [1, 2]] : {three} into {X}")
    w.function(f"%x: {X}", value, X)


if __name__ == "__main__":
    globals()[sys.argv[1]](int(sys.argv[2]))
