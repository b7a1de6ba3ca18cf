# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where a dimension of a tensor goes in an exported graph.

    %t = aten.transpose.int(%x: f32[2, 5, 32], 1, 2)

Dimension 2 of %x is dimension 1 of %t. A reshape keeps a dimension where its
extent and the number of elements before it are the same.
"""

import math
from typing import Optional

import torch
from torch.fx import Node

aten = torch.ops.aten

COPIES = {
    aten.alias.default, aten.clone.default, aten.contiguous.default, aten.detach.default, aten.lift_fresh_copy.default,
}  # fmt: skip
CASTS = {aten.to.dtype, aten.to.dtype_layout, aten.to.device, aten._to_copy.default, aten.to.other}
RESHAPES = {
    aten.view.default, aten.reshape.default, aten._unsafe_view.default, aten.flatten.using_ints, aten.unflatten.int,
    aten.squeeze.default, aten.squeeze.dim, aten.squeeze.dims, aten.unsqueeze.default,
}  # fmt: skip
TRANSPOSES = {aten.transpose.int, aten.permute.default, aten.t.default, aten.numpy_T.default, aten.mT.default}
SLICES = {aten.slice.Tensor, aten.select.int}
CHECKS = {aten._assert_tensor_metadata.default, aten.sym_size.int}


def shape_of(node: Node):
    value = node.meta.get("val")
    return tuple(value.shape) if isinstance(value, torch.Tensor) else None


def _order(node: Node, rank: int):
    """The source of each dimension of a transposed tensor."""
    dims = list(range(rank))
    if node.target is aten.permute.default:
        return [d % rank for d in node.args[1]]
    if node.target is aten.transpose.int:
        i, j = (d % rank for d in node.args[1:3])
    elif rank < 2:
        return dims
    else:
        i, j = rank - 2, rank - 1
    dims[i], dims[j] = dims[j], dims[i]
    return dims


def _reshaped(before, after, dim: int) -> Optional[int]:
    first = math.prod(before[:dim])
    for to, extent in enumerate(after):
        if extent == before[dim] and math.prod(after[:to]) == first:
            return to
    return None


def moved(node: Node, dim: int) -> Optional[int]:
    """The dimension of ``node`` that is ``dim`` of its first argument, for a copy
    of that, or of a part that has all of the dimension; None for others."""
    target, source = node.target, node.args[0] if node.args else None
    if not isinstance(source, Node) or shape_of(source) is None or shape_of(node) is None:
        return None
    before, after = shape_of(source), shape_of(node)
    if target in COPIES or target in CASTS and source.meta["val"].dtype == node.meta["val"].dtype:
        return dim
    if target in RESHAPES:
        return _reshaped(before, after, dim)
    if target in TRANSPOSES:
        return _order(node, len(before)).index(dim)
    if target is aten.expand.default or target is aten.slice.Tensor:
        to = dim + len(after) - len(before)
        return to if after[to] == before[dim] else None
    if target is aten.select.int:
        gone = node.args[1] % len(before)
        return None if gone == dim else dim - (gone < dim)
    return None


def is_copy(node: Node) -> bool:
    """Whether ``node`` has elements of its first argument and no others."""
    return node.target in COPIES | CASTS | RESHAPES | TRANSPOSES | SLICES | {aten.expand.default}


def source_dim(node: Node, dim: int) -> Optional[int]:
    """The dimension of the first argument that is ``dim`` of ``node``."""
    source = shape_of(node.args[0]) if isinstance(node.args[0], Node) else None
    return next((d for d in range(len(source or ())) if moved(node, d) == dim), None)


def aligned(node: Node, operand: Node, dim: int) -> Optional[int]:
    """The dimension of an operand that is broadcast to ``dim`` of ``node``; None
    if it is the same along that."""
    shape = shape_of(operand) or ()
    at = dim - (len(shape_of(node)) - len(shape))
    return at if at >= 0 and shape[at] == shape_of(node)[dim] else None
