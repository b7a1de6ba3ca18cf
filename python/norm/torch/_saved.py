# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the forward of a compiled graph hands over to its backward.

PyTorch's gradient of layer_norm reads the normalized rows (x - mean) * rstd and
rstd / length, and the partitioner of forward and backward keeps just these: a
gradient in which x is nowhere. The raise reads gradients of x. So the pass marks
the nodes that center and normalize rows as recomputed, and the partitioner keeps
x, mean and rstd: as many bytes and two numbers for each row. The backward's
kernel computes the normalized rows of them on its way.
"""

from typing import Dict, Set

import torch
from torch.fx import Graph, Node
from torch.utils.checkpoint import CheckpointPolicy

from . import _linalg

aten = torch.ops.aten
_NORMALIZING = (aten.sub.Tensor, aten.mul.Tensor, aten.div.Tensor)


def _is_of_rows(node: Node) -> bool:
    """Whether it has one number for each row."""
    value = _linalg.value_of(node)
    return _linalg.is_tensor(value) and _linalg.size_of(value.shape[-1]) == 1


def _find_statistics(graph: Graph) -> Set[Node]:
    """What is computed from a mean and variance of rows, one number for each row."""
    found: Set[Node] = set()
    for node in graph.nodes:
        if node.target is aten.var_mean.correction and _linalg.is_supported(node):
            found.update(user for user in node.users if _is_of_rows(user))
        elif _linalg.is_supported(node) and _is_of_rows(node) and not found.isdisjoint(node.all_input_nodes):
            found.add(node)
    return found


def _find_backward(graph: Graph) -> Set[Node]:
    """What depends on gradients of results."""
    found: Set[Node] = set()
    for node in graph.nodes:
        is_tangent = node.op == "placeholder" and "tangents" in node.name
        if is_tangent or not found.isdisjoint(node.all_input_nodes):
            found.add(node)
    return found


def _find_equals(graph: Graph) -> Dict[Node, Node]:
    """The first node that computes the same, as the partitioner will have it: a
    gradient normalizes rows once more."""
    first: Dict[object, Node] = {}
    equals: Dict[Node, Node] = {}
    for node in graph.nodes:
        equals[node] = node
        if node.op == "call_function" and node.target in _NORMALIZING and not node.kwargs:
            key = (node.target, *(equals[a] if isinstance(a, Node) else a for a in node.args))
            equals[node] = first.setdefault(key, node)
    return equals


def keep_inputs_of_norms(graph: Graph) -> None:
    """Marks normalized rows that a backward reads as recomputed."""
    statistics = _find_statistics(graph)
    if not statistics:
        return
    equals, backward = _find_equals(graph), _find_backward(graph)
    recomputed: Set[Node] = set()
    for node in reversed(graph.nodes):
        if node in backward or backward.isdisjoint(node.users) and recomputed.isdisjoint(map(equals.get, node.users)):
            continue
        if node in statistics:  # rstd / length
            is_marked = node.target is aten.div.Tensor and not isinstance(node.args[1], Node)
        else:
            is_marked = node.target in _NORMALIZING and not statistics.isdisjoint(node.all_input_nodes)
        if is_marked:
            recomputed.add(equals[node])
    for node in graph.nodes:
        if equals[node] in recomputed:
            node.meta["recompute"] = CheckpointPolicy.PREFER_RECOMPUTE
