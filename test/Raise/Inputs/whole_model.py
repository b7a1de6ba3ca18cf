#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes a decoder model as importers of whole models write it, in linalg beside
buffers: rotary embeddings by slices, a cache that loops write, attention as a loop
that keeps a running maximum, and products of one token or of many. It has
2 * LAYERS + 1 norms.

usage: whole_model.py LAYERS TOKENS
"""
import sys

LAYERS, TOKENS = int(sys.argv[1]), int(sys.argv[2])
WIDTH, HEADS, GROUPS, SIZE, INNER, CACHE, WORDS = 96, 6, 2, 16, 160, 32, 50
lines, arguments = [], []


def op(text):
    lines.append(f"  %v{len(lines)} = {text}")
    return f"%v{len(lines) - 1}"


def tensor(*shape, of="f32"):
    return f"tensor<{'x'.join(map(str, shape))}x{of}>"


def argument(type_):
    arguments.append(f"%a{len(arguments)}: {type_}")
    return arguments[-1].split(":")[0]


def elementwise(body, inputs, shape):
    """A generic of `inputs`, of which some have extents of 1; `body` ends in %r."""
    rank = len(shape)
    dims = ", ".join(f"d{i}" for i in range(rank))
    maps = []
    for _, own in inputs:
        used = [f"d{i}" if extent == whole else "0" for i, (extent, whole) in enumerate(zip(own, shape))]
        maps.append(f"affine_map<({dims}) -> ({', '.join(used)})>")
    maps.append(f"affine_map<({dims}) -> ({dims})>")
    init = op(f"tensor.empty() : {tensor(*shape)}")
    names = ", ".join(name for name, _ in inputs)
    types = ", ".join(tensor(*own) for _, own in inputs)
    block = ", ".join(f"%i{i}: f32" for i in range(len(inputs)))
    parallel = ", ".join(['"parallel"'] * rank)
    return op(
        f"linalg.generic {{indexing_maps = [{', '.join(maps)}], iterator_types = [{parallel}]}} "
        f"ins({names} : {types}) outs({init} : {tensor(*shape)}) {{\n  ^bb0({block}, %o: f32):\n"
        f"    {body}\n    linalg.yield %r : f32\n  }} -> {tensor(*shape)}"
    )


def binary(name, a, b, shape, b_shape=None):
    return elementwise(f"%r = arith.{name} %i0, %i1 : f32", [(a, shape), (b, b_shape or shape)], shape)


def norm(x):
    row, one = (1, TOKENS, WIDTH), (1, TOKENS, 1)
    square = elementwise("%r = math.fpowi %i0, %two : f32, i32", [(x, row)], row)
    empty = op(f"tensor.empty() : {tensor(1, TOKENS)}")
    init = op(f"linalg.fill ins(%zero : f32) outs({empty} : {tensor(1, TOKENS)}) -> {tensor(1, TOKENS)}")
    total = op(
        f"linalg.reduce {{ arith.addf }} ins({square} : {tensor(*row)}) outs({init} : {tensor(1, TOKENS)}) "
        "dimensions = [2]"
    )
    total = op(f"tensor.expand_shape {total} [[0], [1, 2]] output_shape [1, {TOKENS}, 1] : "
               f"{tensor(1, TOKENS)} into {tensor(*one)}")
    mean = binary("mulf", total, "%inverse", one)
    shifted = binary("addf", mean, "%epsilon", one)
    rstd = elementwise("%r = math.rsqrt %i0 : f32", [(shifted, one)], one)
    scaled = binary("mulf", x, rstd, row, one)
    scale = op(f"tensor.expand_shape {argument(tensor(WIDTH))} [[0, 1, 2]] output_shape [1, 1, {WIDTH}] : "
               f"{tensor(WIDTH)} into {tensor(1, 1, WIDTH)}")
    return elementwise("%r = arith.mulf %i0, %i1 : f32", [(scale, (1, 1, WIDTH)), (scaled, row)], row)


def product(x, width, inner=WIDTH, bias=False):
    """x, one row for each token, times a matrix."""
    zero = op(f"arith.constant dense<0.0> : {tensor(TOKENS, width)}")
    row = op(f"tensor.collapse_shape {x} [[0, 1], [2]] : {tensor(1, TOKENS, inner)} into {tensor(TOKENS, inner)}")
    weight = argument(tensor(inner, width))
    result = op(
        f"linalg.matmul ins({row}, {weight} : {tensor(TOKENS, inner)}, {tensor(inner, width)}) "
        f"outs({zero} : {tensor(TOKENS, width)}) -> {tensor(TOKENS, width)}"
    )
    if bias:
        own = op(f"tensor.expand_shape {argument(tensor(width))} [[0, 1]] output_shape [1, {width}] : "
                 f"{tensor(width)} into {tensor(1, width)}")
        result = elementwise(
            "%r = arith.addf %i0, %i1 : f32", [(own, (1, width)), (result, (TOKENS, width))], (TOKENS, width)
        )
    return op(f"tensor.expand_shape {result} [[0, 1], [2]] output_shape [1, {TOKENS}, {width}] : "
              f"{tensor(TOKENS, width)} into {tensor(1, TOKENS, width)}")


def heads_of(x, heads):
    """[1, token, head * size] as [1, head, token, size]."""
    flat, split, whole = (1, TOKENS, heads * SIZE), (1, TOKENS, heads, SIZE), (1, heads, TOKENS, SIZE)
    x = op(f"tensor.expand_shape {x} [[0], [1], [2, 3]] output_shape [1, {TOKENS}, {heads}, {SIZE}] : "
           f"{tensor(*flat)} into {tensor(*split)}")
    empty = op(f"tensor.empty() : {tensor(*whole)}")
    return op(f"linalg.transpose ins({x} : {tensor(*split)}) outs({empty} : {tensor(*whole)}) "
              "permutation = [0, 2, 1, 3]")


def rotated(x, heads):
    """x * cos + (-right, left) * sin."""
    whole, half = (1, heads, TOKENS, SIZE), (1, heads, TOKENS, SIZE // 2)
    angle = (1, 1, TOKENS, SIZE)
    straight = binary("mulf", x, "%cos", whole, angle)
    part = lambda at: op(f"tensor.extract_slice {x}[0, 0, 0, {at}] [1, {heads}, {TOKENS}, {SIZE // 2}] [1, 1, 1, 1] : "
                         f"{tensor(*whole)} to {tensor(*half)}")
    left, right = part(0), part(SIZE // 2)
    negative = elementwise("%r = arith.negf %i0 : f32", [(right, half)], half)
    into = op(f"tensor.empty() : {tensor(*whole)}")
    for at, value in ((0, negative), (SIZE // 2, left)):
        into = op(f"tensor.insert_slice {value} into {into}[0, 0, 0, {at}] [1, {heads}, {TOKENS}, {SIZE // 2}] "
                  f"[1, 1, 1, 1] : {tensor(*half)} into {tensor(*whole)}")
    return binary("addf", straight, binary("mulf", into, "%sin", whole, angle), whole)


def buffer(x, *shape):
    return op(f"bufferization.to_buffer {x} : {tensor(*shape)} to memref<{'x'.join(map(str, shape))}xf32>")


def cached(x):
    """The cache with the rows of these tokens; and its buffer."""
    shape, own = (1, GROUPS, CACHE, SIZE), (1, GROUPS, TOKENS, SIZE)
    cache, rows = buffer(argument(tensor(*shape)), *shape), buffer(x, *own)
    lines.append(f"""  scf.for %h = %c0 to %groups step %c1 {{
    scf.for %t = %c0 to %tokens step %c1 {{
      scf.for %d = %c0 to %size step %c1 {{
        %e = memref.load {rows}[%c0, %h, %t, %d] : memref<1x{GROUPS}x{TOKENS}x{SIZE}xf32>
        %at = arith.addi %position, %t : index
        memref.store %e, {cache}[%c0, %h, %at, %d] : memref<1x{GROUPS}x{CACHE}x{SIZE}xf32>
      }}
    }}
  }}""")
    return cache


def attention(query, keys, values):
    shape = f"1x{HEADS}x{TOKENS}x{SIZE}"
    q = buffer(query, 1, HEADS, TOKENS, SIZE)
    out, sums = op(f"memref.alloc() : memref<{shape}xf32>"), op(f"memref.alloc() : memref<{SIZE}xf32>")
    cache = f"memref<1x{GROUPS}x{CACHE}x{SIZE}xf32>"
    lines.append(f"""  affine.for %h = 0 to {HEADS} {{
    %g = arith.divsi %h, %share : index
    affine.for %t = 0 to {TOKENS} {{
      affine.for %d = 0 to {SIZE} {{
        memref.store %zero, {sums}[%d] : memref<{SIZE}xf32>
      }}
      %end:2 = affine.for %k = 0 to {CACHE} iter_args(%most = %lowest, %sum = %zero) -> (f32, f32) {{
        %dot = affine.for %d = 0 to {SIZE} iter_args(%acc = %zero) -> (f32) {{
          %a = memref.load {q}[%c0, %h, %t, %d] : memref<{shape}xf32>
          %b = memref.load {keys}[%c0, %g, %k, %d] : {cache}
          %p = arith.mulf %a, %b : f32
          %s = arith.addf %acc, %p : f32
          affine.yield %s : f32
        }}
        %more = arith.cmpf ogt, %dot, %most : f32
        %new = arith.select %more, %dot, %most : f32
        %d0 = arith.subf %most, %new : f32
        %fade = math.exp %d0 : f32
        %d1 = arith.subf %dot, %new : f32
        %weight = math.exp %d1 : f32
        %faded = arith.mulf %sum, %fade : f32
        %next = arith.addf %faded, %weight : f32
        affine.for %d = 0 to {SIZE} {{
          %a = memref.load {values}[%c0, %g, %k, %d] : {cache}
          %b = memref.load {sums}[%d] : memref<{SIZE}xf32>
          %p = arith.mulf %weight, %a : f32
          %q = arith.mulf %b, %fade : f32
          %s = arith.addf %p, %q : f32
          memref.store %s, {sums}[%d] : memref<{SIZE}xf32>
        }}
        affine.yield %new, %next : f32, f32
      }}
      affine.for %d = 0 to {SIZE} {{
        %a = memref.load {sums}[%d] : memref<{SIZE}xf32>
        %b = arith.divf %a, %end#1 : f32
        memref.store %b, {out}[%c0, %h, %t, %d] : memref<{shape}xf32>
      }}
    }}
  }}""")
    out = op(f"bufferization.to_tensor {out} restrict : memref<{shape}xf32> to {tensor(1, HEADS, TOKENS, SIZE)}")
    split, flat = (1, TOKENS, HEADS, SIZE), (1, TOKENS, HEADS * SIZE)
    empty = op(f"tensor.empty() : {tensor(*split)}")
    out = op(f"linalg.transpose ins({out} : {tensor(1, HEADS, TOKENS, SIZE)}) outs({empty} : {tensor(*split)}) "
             "permutation = [0, 2, 1, 3]")
    return op(f"tensor.collapse_shape {out} [[0], [1], [2, 3]] : {tensor(*split)} into {tensor(*flat)}")


row = (1, TOKENS, WIDTH)
for name, value in (("c0", 0), ("c1", 1), ("groups", GROUPS), ("tokens", TOKENS), ("size", SIZE),
                    ("share", HEADS // GROUPS)):
    lines.append(f"  %{name} = arith.constant {value} : index")
lines.append("  %two = arith.constant 2 : i32")
lines.append("  %zero = arith.constant 0.0 : f32")
lines.append("  %lowest = arith.constant 0xFF800000 : f32")
lines.append(f"  %inverse = arith.constant dense<{1 / WIDTH!r}> : {tensor(1, TOKENS, 1)}")
lines.append(f"  %epsilon = arith.constant dense<9.99999997E-7> : {tensor(1, TOKENS, 1)}")
arguments += ["%position: index", f"%cos: {tensor(1, 1, TOKENS, SIZE)}", f"%sin: {tensor(1, 1, TOKENS, SIZE)}"]
words, table = argument(tensor(1, TOKENS, of="i64")), argument(tensor(WORDS, WIDTH))
empty = op(f"tensor.empty() : {tensor(*row)}")
x = op(
    "linalg.generic {indexing_maps = [affine_map<(a, b, c) -> (a, b)>, affine_map<(a, b, c) -> (a, b, c)>], "
    f'iterator_types = ["parallel", "parallel", "parallel"]}} ins({words} : {tensor(1, TOKENS, of="i64")}) '
    f"outs({empty} : {tensor(*row)}) {{\n  ^bb0(%w: i64, %o: f32):\n    %i = arith.index_cast %w : i64 to index\n"
    f"    %c = linalg.index 2 : index\n    %e = tensor.extract {table}[%i, %c] : {tensor(WORDS, WIDTH)}\n"
    f"    linalg.yield %e : f32\n  }} -> {tensor(*row)}"
)
for _ in range(LAYERS):
    h = norm(x)
    query = rotated(heads_of(product(h, HEADS * SIZE, bias=True), HEADS), HEADS)
    key = rotated(heads_of(product(h, GROUPS * SIZE, bias=True), GROUPS), GROUPS)
    value = heads_of(product(h, GROUPS * SIZE, bias=True), GROUPS)
    mixed = attention(query, cached(key), cached(value))
    x = binary("addf", x, product(mixed, WIDTH, HEADS * SIZE), row)
    h = norm(x)
    inner = (1, TOKENS, INNER)
    gate = product(h, INNER)
    sigmoid = elementwise(
        "%n = arith.negf %i0 : f32\n    %e = math.exp %n : f32\n    %one = arith.constant 1.0 : f32\n"
        "    %d = arith.addf %e, %one : f32\n    %r = arith.divf %one, %d : f32", [(gate, inner)], inner
    )
    gated = binary("mulf", binary("mulf", gate, sigmoid, inner), product(h, INNER), inner)
    x = binary("addf", x, product(gated, WIDTH, INNER), row)
logits = product(norm(x), WORDS)
print(f"func.func @main({', '.join(arguments)}) -> {tensor(1, TOKENS, WORDS)} {{")
print("\n".join(lines))
print(f"  return {logits} : {tensor(1, TOKENS, WORDS)}\n}}")
