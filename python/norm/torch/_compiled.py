# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms in the graphs of torch.compile(), forward and backward.

Inductor calls the pass after PyTorch's decompositions. Row-local nodes are cut
into groups by PyTorch's partitioner; a group in which norm finds a norm becomes
one call of a compiled kernel, and the rest stays Inductor's. The call carries
the program of its group as text, so that a saved artefact is whole.
"""

import hashlib
import operator
import re
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

import torch
from torch import Tensor
from torch._inductor import config as inductor
from torch._inductor.custom_graph_pass import CustomGraphPass
from torch._inductor.pattern_matcher import stable_topological_sort
from torch.fx import Graph, Node
from torch.fx.passes.infra.partitioner import CapabilityBasedPartitioner
from torch.fx.passes.operator_support import OperatorSupportBase

from .. import _norm, _programs
from .._once import once
from . import _linalg
from ._kernels import NAMES
from ._state import STATE
from ._table import pays

_TYPES = {name: dtype for dtype, name in NAMES.items()}


# ----------------------------------------------------------------------------
# The call
# ----------------------------------------------------------------------------


@once
def _results_of(program: str) -> Tuple[Tuple[Tuple[int, ...], torch.dtype], ...]:
    """Shapes and types of the results of ``main``."""
    types = re.search(r"-> \((.*?)\) \{", program).group(1)
    shaped = re.findall(r"tensor<((?:\d+x)*)(\w+)>", types)
    return tuple((tuple(map(int, sizes.split("x")[:-1])), _TYPES[name]) for sizes, name in shaped)


@once
def _kernel_of(program: str, precision: str):
    return _programs.compile(program, precision=precision)


@torch.library.custom_op("norm::call", mutates_args=(), device_types="cpu")
def call(program: str, precision: str, arguments: Sequence[Tensor]) -> List[Tensor]:
    """The function ``main`` of an MLIR program, its norms raised and fused."""
    results = _kernel_of(program, precision)(*(a.detach().contiguous() for a in arguments))
    STATE.count_call()
    return list(results) if isinstance(results, tuple) else [results]


@call.register_fake
def _(program: str, precision: str, arguments: Sequence[Tensor]) -> List[Tensor]:
    return [arguments[0].new_empty(shape, dtype=dtype) for shape, dtype in _results_of(program)]


# ----------------------------------------------------------------------------
# Groups
# ----------------------------------------------------------------------------


class _Support(OperatorSupportBase):
    def is_node_supported(self, submodules, node: Node) -> bool:
        return _linalg.is_supported(node)


def _connected(nodes: Sequence[Node]) -> List[List[Node]]:
    """``nodes``, in their order, by what is connected without others."""
    leader: Dict[Node, Node] = {node: node for node in nodes}

    def find(node: Node) -> Node:
        while leader[node] is not node:
            node = leader[node]
        return node

    for node in nodes:
        for source in node.all_input_nodes:
            if source in leader:
                leader[find(node)] = find(source)
    groups: Dict[Node, List[Node]] = {}
    for node in nodes:
        groups.setdefault(find(node), []).append(node)
    return list(groups.values())


def _boundary(nodes: Sequence[Node]) -> Tuple[List[Node], List[Node]]:
    """What a group reads from outside, and what is read outside of it."""
    inside = set(nodes)
    inputs = dict.fromkeys(n for node in nodes for n in node.all_input_nodes if n not in inside)
    outputs = [node for node in nodes if any(user not in inside for user in node.users)]
    return list(inputs), outputs


def _find_norms(program: str) -> int:
    """How many norms are raised in the program."""
    found = []
    _programs.raise_norms(program, precision=STATE.precision, remarks=found.append)
    return sum(remark.kind == "passed" and remark.category == "norm-raise" for remark in found)


def _propose(nodes: Sequence[Node]) -> Optional[Tuple[str, int]]:
    """The program of a group and how many norms it has, if it has any."""
    if not any(n.target in _linalg.REDUCTIONS for n in nodes):
        return None
    inputs, outputs = _boundary(nodes)
    if not outputs or any(not isinstance(_linalg.value_of(n), Tensor) for n in inputs + outputs):
        return None
    largest = max((_linalg.value_of(n) for n in inputs), key=lambda v: v.numel() * v.element_size())
    if not pays("compiled", "forward", largest, largest.shape[-1]):
        return None
    program = _linalg.translate(nodes, inputs, outputs)
    count = _find_norms(program)
    if not count:
        return None
    _kernel_of(program, STATE.precision)
    return program, count


# ----------------------------------------------------------------------------
# The pass
# ----------------------------------------------------------------------------


def _replace(graph: Graph, nodes: Sequence[Node], program: str) -> None:
    """The nodes of a group by one call. Leaves the order of nodes to be mended."""
    inside, (inputs, outputs) = set(nodes), _boundary(nodes)
    sample = _linalg.value_of(inputs[0])
    values = [sample.new_empty(shape, dtype=dtype) for shape, dtype in _results_of(program)]
    with graph.inserting_before(nodes[0]):
        made = graph.call_function(call._opoverload, (program, STATE.precision, inputs))
        made.meta["val"] = values
        for number, (output, value) in enumerate(zip(outputs, values)):
            part = graph.call_function(operator.getitem, (made, number))
            part.meta["val"] = value
            output.replace_all_uses_with(part, delete_user_cb=lambda user: user not in inside)
    for node in reversed(nodes):
        graph.erase_node(node)


class NormPass(CustomGraphPass):
    """A graph of Inductor with its norms as calls."""

    def __call__(self, graph: Graph) -> None:
        try:
            self._run(graph)
        except Exception as error:  # of whatever kind: nothing is replaced before all is planned
            STATE.fall_back(f"{type(error).__name__}: {error}")

    def _run(self, graph: Graph) -> None:
        is_backward = any(n.op == "placeholder" and "tangents" in n.name for n in graph.nodes)
        order = {node: number for number, node in enumerate(graph.nodes)}
        partitions = CapabilityBasedPartitioner(graph.owning_module, _Support()).propose_partitions()
        plans = []
        for partition in partitions:
            nodes = sorted(partition.nodes, key=order.__getitem__)
            for group in _connected(nodes):
                try:
                    plan = _propose(group)
                except _linalg.Unsupported:
                    continue  # not for norm, and no failure
                except Exception as error:
                    STATE.fall_back(f"{type(error).__name__}: {error}")
                    continue
                if plan:
                    plans.append((group, *plan))
        for group, program, count in plans:
            _replace(graph, group, program)
            STATE.count_norms("backward" if is_backward else "forward", count)
        if plans:
            stable_topological_sort(graph)

    def uuid(self) -> str:
        """Changes with norm and its options, as what is compiled does."""
        state = hashlib.sha256(f"{_norm.__version__} {STATE.precision}".encode())
        for file in sorted(Path(__file__).parent.glob("*.py")):
            state.update(file.read_bytes())
        return state.hexdigest()


_previous = None
_pass: Optional[NormPass] = None


def enable() -> None:
    global _pass, _previous
    if _pass is None:
        _pass, _previous = NormPass(), inductor.post_grad_custom_pre_pass
        inductor.post_grad_custom_pre_pass = _pass


def disable() -> None:
    global _pass
    if _pass is not None:
        if inductor.post_grad_custom_pre_pass is _pass:
            inductor.post_grad_custom_pre_pass = _previous
        _pass = None
