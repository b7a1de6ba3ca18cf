# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes gradients of loops over three layers.

The first loop saves x, r = rstd and a = -1/2 r / v of each layer, the second one
computes the gradient of each layer's norm from what it reads at position j.

usage: loops.py
"""

MAPS = """#row = affine_map<(d0, d1) -> (d0)>
#all = affine_map<(d0, d1) -> (d0, d1)>
#element = affine_map<(d0) -> (d0)>
"""


def get_text(name, count="%c3", saved_at="%i", read_at="%j", in_first="", in_second=""):
    """One function: the first loop has `count` iterations and saves a at
    `saved_at`, the second one reads it at `read_at`."""
    return f"""func.func @{name}(%x: tensor<4x8xf32>, %dys: tensor<3x4x8xf32>) -> tensor<3x4x8xf32> {{
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %half = arith.constant -0.5 : f32
  %two = arith.constant 2.0 : f32
  %n = arith.constant 8.0 : f32
  %epsilon = arith.constant 1.0e-05 : f32
  %empty = tensor.empty() : tensor<4x8xf32>
  %rows = tensor.empty() : tensor<4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %xs0 = arith.constant dense<0.0> : tensor<3x4x8xf32>
  %rs0 = arith.constant dense<1.0> : tensor<3x4xf32>
  %saved:4 = scf.for %i = %c0 to {count} step %c1 iter_args(%h = %x, %xs = %xs0, %rs = %rs0, %as = %rs0)
      -> (tensor<4x8xf32>, tensor<3x4x8xf32>, tensor<3x4xf32>, tensor<3x4xf32>) {{
    %squares = linalg.generic {{indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}}
        ins(%h : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) {{
    ^bb0(%in: f32, %sum: f32):
      %square = arith.mulf %in, %in : f32
      %next = arith.addf %sum, %square : f32
      linalg.yield %next : f32
    }} -> tensor<4xf32>
    %r, %a = linalg.generic {{indexing_maps = [#element, #element, #element], iterator_types = ["parallel"]}}
        ins(%squares : tensor<4xf32>) outs(%rows, %rows : tensor<4xf32>, tensor<4xf32>) {{
    ^bb0(%in: f32, %out0: f32, %out1: f32):
      %mean = arith.divf %in, %n : f32
      %v = arith.addf %mean, %epsilon : f32
      %rstd = math.rsqrt %v : f32
      %over = arith.divf %rstd, %v : f32
      %factor = arith.mulf %over, %half : f32
      linalg.yield %rstd, %factor : f32, f32
    }} -> (tensor<4xf32>, tensor<4xf32>)
    %y = linalg.generic {{indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}}
        ins(%h, %r : tensor<4x8xf32>, tensor<4xf32>) outs(%empty : tensor<4x8xf32>) {{
    ^bb0(%in: f32, %rstd: f32, %out: f32):
      %scaled = arith.mulf %in, %rstd : f32
      %result = math.tanh %scaled : f32
      linalg.yield %result : f32
    }} -> tensor<4x8xf32>
    %h3 = tensor.expand_shape %h [[0, 1], [2]] output_shape [1, 4, 8] : tensor<4x8xf32> into tensor<1x4x8xf32>
    %r2 = tensor.expand_shape %r [[0, 1]] output_shape [1, 4] : tensor<4xf32> into tensor<1x4xf32>
    %a2 = tensor.expand_shape %a [[0, 1]] output_shape [1, 4] : tensor<4xf32> into tensor<1x4xf32>{in_first}
    %xs1 = tensor.insert_slice %h3 into %xs[%i, 0, 0] [1, 4, 8] [1, 1, 1] : tensor<1x4x8xf32> into tensor<3x4x8xf32>
    %rs1 = tensor.insert_slice %r2 into %rs[%i, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<3x4xf32>
    %as1 = tensor.insert_slice %a2 into %as[{saved_at}, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<3x4xf32>
    scf.yield %y, %xs1, %rs1, %as1 : tensor<4x8xf32>, tensor<3x4x8xf32>, tensor<3x4xf32>, tensor<3x4xf32>
  }}
  %result = scf.for %i = %c0 to %c3 step %c1 iter_args(%dxs = %xs0) -> (tensor<3x4x8xf32>) {{
    %j = arith.subi %c2, %i : index{in_second}
    %x3 = tensor.extract_slice %saved#1[%j, 0, 0] [1, 4, 8] [1, 1, 1] : tensor<3x4x8xf32> to tensor<1x4x8xf32>
    %xj = tensor.collapse_shape %x3 [[0, 1], [2]] : tensor<1x4x8xf32> into tensor<4x8xf32>
    %dy3 = tensor.extract_slice %dys[%j, 0, 0] [1, 4, 8] [1, 1, 1] : tensor<3x4x8xf32> to tensor<1x4x8xf32>
    %dy = tensor.collapse_shape %dy3 [[0, 1], [2]] : tensor<1x4x8xf32> into tensor<4x8xf32>
    %dot = linalg.generic {{indexing_maps = [#all, #all, #row], iterator_types = ["parallel", "reduction"]}}
        ins(%dy, %xj : tensor<4x8xf32>, tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) {{
    ^bb0(%in0: f32, %in1: f32, %sum: f32):
      %product = arith.mulf %in0, %in1 : f32
      %next = arith.addf %sum, %product : f32
      linalg.yield %next : f32
    }} -> tensor<4xf32>
    %r2 = tensor.extract_slice %saved#2[%j, 0] [1, 4] [1, 1] : tensor<3x4xf32> to tensor<1x4xf32>
    %rj = tensor.collapse_shape %r2 [[0, 1]] : tensor<1x4xf32> into tensor<4xf32>
    %a2 = tensor.extract_slice %saved#3[{read_at}, 0] [1, 4] [1, 1] : tensor<3x4xf32> to tensor<1x4xf32>
    %aj = tensor.collapse_shape %a2 [[0, 1]] : tensor<1x4xf32> into tensor<4xf32>
    %dx = linalg.generic {{indexing_maps = [#all, #all, #row, #row, #row, #all], iterator_types = ["parallel", "parallel"]}}
        ins(%dy, %xj, %dot, %rj, %aj : tensor<4x8xf32>, tensor<4x8xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>)
        outs(%empty : tensor<4x8xf32>) {{
    ^bb0(%in0: f32, %in1: f32, %in2: f32, %in3: f32, %in4: f32, %out: f32):
      %linear = arith.mulf %in0, %in3 : f32
      %scaled = arith.mulf %in2, %in4 : f32
      %mean = arith.divf %scaled, %n : f32
      %twice = arith.mulf %in1, %two : f32
      %term = arith.mulf %twice, %mean : f32
      %total = arith.addf %linear, %term : f32
      linalg.yield %total : f32
    }} -> tensor<4x8xf32>
    %dx3 = tensor.expand_shape %dx [[0, 1], [2]] output_shape [1, 4, 8] : tensor<4x8xf32> into tensor<1x4x8xf32>
    %next = tensor.insert_slice %dx3 into %dxs[%j, 0, 0] [1, 4, 8] [1, 1, 1] : tensor<1x4x8xf32> into tensor<3x4x8xf32>
    scf.yield %next : tensor<3x4x8xf32>
  }}
  return %result : tensor<3x4x8xf32>
}}
"""


def write(name, changes=(), **options):
    """The function with parts of its text replaced, each of which is there."""
    text = get_text(name, **options)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    print(text)


print(MAPS)
write("layers")
write(
    "clamped_index",
    saved_at="%k",
    in_first="""
    %least = arith.maxsi %i, %c0 : index
    %k = arith.minsi %least, %c2 : index""",
)
write(
    "another_layer",
    read_at="%other",
    in_second="""
    %low = arith.addi %j, %c1 : index
    %other = arith.minsi %low, %c2 : index""",
)
write("layers_left_out", count="%c2")
write(
    "other_order",
    saved_at="%k",
    in_first="""
    %k = arith.subi %c2, %i : index""",
)
write(
    "clamp_that_counts",
    saved_at="%k",
    in_first="""
    %k = arith.minsi %i, %c1 : index""",
)

# What is saved is the same at each iteration: an argument, an op's result, and a
# constant.
SAVES_A = "insert_slice %a2 into %as"
INVARIANT = (SAVES_A, "insert_slice %g into %as")
write(
    "argument_saved",
    [INVARIANT, ("%dys: tensor<3x4x8xf32>)", "%dys: tensor<3x4x8xf32>, %g: tensor<1x4xf32>)")],
)
FIRST_LOOP = "  %saved:4 ="
write(
    "invariant_saved",
    [
        INVARIANT,
        (
            FIRST_LOOP,
            "  %g = tensor.expand_shape %zeros [[0, 1]] output_shape [1, 4] : tensor<4xf32> into tensor<1x4xf32>\n"
            + FIRST_LOOP,
        ),
    ],
)
write(
    "constant_saved",
    [INVARIANT, (FIRST_LOOP, "  %g = arith.constant dense<2.0> : tensor<1x4xf32>\n" + FIRST_LOOP)],
)

# x is saved as the second result of an op whose first one is a copy: tanh(x). The
# second loop computes rstd of that, but a is of x.
SAVES_TANH = [
    (
        "    %h3 = tensor.expand_shape %h [[0, 1], [2]] output_shape [1, 4, 8] : tensor<4x8xf32> into tensor<1x4x8xf32>",
        """    %hc, %hd = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]}
        ins(%h : tensor<4x8xf32>) outs(%empty, %empty : tensor<4x8xf32>, tensor<4x8xf32>) {
    ^bb0(%in: f32, %out0: f32, %out1: f32):
      %t = math.tanh %in : f32
      linalg.yield %in, %t : f32, f32
    } -> (tensor<4x8xf32>, tensor<4x8xf32>)""",
    ),
    (
        "insert_slice %h3 into %xs[%i, 0, 0] [1, 4, 8] [1, 1, 1] : tensor<1x4x8xf32>",
        "insert_slice %hd into %xs[%i, 0, 0] [1, 4, 8] [1, 1, 1] : tensor<4x8xf32>",
    ),
    (
        """    %r2 = tensor.extract_slice %saved#2[%j, 0] [1, 4] [1, 1] : tensor<3x4xf32> to tensor<1x4xf32>
    %rj = tensor.collapse_shape %r2 [[0, 1]] : tensor<1x4xf32> into tensor<4xf32>""",
        """    %sumj = linalg.generic {indexing_maps = [#all, #row], iterator_types = ["parallel", "reduction"]}
        ins(%xj : tensor<4x8xf32>) outs(%zeros : tensor<4xf32>) {
    ^bb0(%in: f32, %sum: f32):
      %square = arith.mulf %in, %in : f32
      %total = arith.addf %sum, %square : f32
      linalg.yield %total : f32
    } -> tensor<4xf32>
    %rj = linalg.generic {indexing_maps = [#element, #element], iterator_types = ["parallel"]}
        ins(%sumj : tensor<4xf32>) outs(%rows : tensor<4xf32>) {
    ^bb0(%in: f32, %out0: f32):
      %mean = arith.divf %in, %n : f32
      %v = arith.addf %mean, %epsilon : f32
      %rstd = math.rsqrt %v : f32
      linalg.yield %rstd : f32
    } -> tensor<4xf32>""",
    ),
]
write("another_result_saved", SAVES_TANH)

# a is saved along the second dimension, at an offset that is an operand, too; dx
# is that of no norm.
ALONG_COLUMNS = [
    ("%as = %rs0)", "%as = %as0)"),
    (FIRST_LOOP, "  %as0 = arith.constant dense<1.0> : tensor<4x3xf32>\n" + FIRST_LOOP),
    (
        "-> (tensor<4x8xf32>, tensor<3x4x8xf32>, tensor<3x4xf32>, tensor<3x4xf32>)",
        "-> (tensor<4x8xf32>, tensor<3x4x8xf32>, tensor<3x4xf32>, tensor<4x3xf32>)",
    ),
    (
        "%as1 : tensor<4x8xf32>, tensor<3x4x8xf32>, tensor<3x4xf32>, tensor<3x4xf32>",
        "%as1 : tensor<4x8xf32>, tensor<3x4x8xf32>, tensor<3x4xf32>, tensor<4x3xf32>",
    ),
    (
        "insert_slice %a2 into %as[%i, 0] [1, 4] [1, 1] : tensor<1x4xf32> into tensor<3x4xf32>",
        "insert_slice %a2 into %as[0, %i] [4, 1] [1, 1] : tensor<4x1xf32> into tensor<4x3xf32>",
    ),
    (
        "%a [[0, 1]] output_shape [1, 4] : tensor<4xf32> into tensor<1x4xf32>",
        "%a [[0, 1]] output_shape [4, 1] : tensor<4xf32> into tensor<4x1xf32>",
    ),
    (
        "%saved#3[%j, 0] [1, 4] [1, 1] : tensor<3x4xf32> to tensor<1x4xf32>",
        "%saved#3[%c0, %j] [4, 1] [1, 1] : tensor<4x3xf32> to tensor<4x1xf32>",
    ),
    (
        "%aj = tensor.collapse_shape %a2 [[0, 1]] : tensor<1x4xf32>",
        "%aj = tensor.collapse_shape %a2 [[0, 1]] : tensor<4x1xf32>",
    ),
]
write("operand_beside_index", ALONG_COLUMNS + [("%two = arith.constant 2.0", "%two = arith.constant 3.0")])
