# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms in the graphs of torch.compile(), forward and backward.

Inductor calls the pass after PyTorch's decompositions. Row-local nodes are cut
into groups by PyTorch's partitioner; a group in which norm finds a norm becomes
one call of a compiled kernel, and the rest stays Inductor's. The call carries
the program of its group as text, so that a saved artefact is whole.
"""

import hashlib
import math
import operator
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

import torch
from torch import Tensor
from torch._inductor import config as inductor
from torch._inductor.custom_graph_pass import CustomGraphPass
from torch._inductor.pattern_matcher import stable_topological_sort
from torch.fx import Graph, Node
from torch.fx.passes.infra.partitioner import CapabilityBasedPartitioner
from torch.fx.passes.operator_support import OperatorSupportBase

from .. import _instrument, _norm, _programs
from .._once import once
from . import _call, _linalg, _saved
from ._kernels import NAMES
from ._state import STATE
from ._table import pays_compiled

_TYPES = {name: dtype for dtype, name in NAMES.items()}


# ----------------------------------------------------------------------------
# The call
# ----------------------------------------------------------------------------


@once
def _types_of(program: str) -> Tuple[Tuple[int, torch.dtype], ...]:
    """Ranks and types of the results of ``main``."""
    types = re.search(r"-> \((.*?)\) \{", program).group(1)
    return tuple((sizes.count("x"), _TYPES[name]) for sizes, name in re.findall(r"tensor<((?:[\d?]+x)*)(\w+)>", types))


@once
def _kernel_of(program: str, precision: str):
    return _programs.compile(program, file="", precision=precision)


def _call_program(
    program: str, precision: str, arguments: Sequence[Tensor], sizes: Sequence[int], names: str = ""
) -> List[Tensor]:
    """The function ``main`` of an MLIR program, its norms raised and fused. The
    sizes of all results follow one another in ``sizes``, the lines of ``names`` are
    what its norms are called."""
    arguments = [a.detach().contiguous() for a in arguments]
    try:
        with _instrument.Named(lambda: names):
            results = _kernel_of(program, precision)(*arguments)
    except Exception as error:  # of whatever kind: the program as the graph had it
        STATE.fall_back(f"{type(error).__name__}: {error}")
        return _plain(program)(*arguments)
    STATE.count_call()
    return list(results) if isinstance(results, tuple) else [results]


def _compile(program: str) -> None:
    """Makes the kernel that calls will ask for."""
    if _call.is_loaded():
        _call.compile(program, STATE.precision == "strict")
    else:
        _kernel_of(program, STATE.precision)


@once
def _plain(program: str):
    """The program without raises, compiled in the case that its kernel fails."""
    function = _programs.compile(program, raises=False)

    def call(*arguments):
        results = function(*arguments)
        return list(results) if isinstance(results, tuple) else [results]

    return call


def _call_fake(
    program: str, precision: str, arguments: Sequence[Tensor], sizes: Sequence[int], names: str = ""
) -> List[Tensor]:
    made, at = [], 0
    for rank, dtype in _types_of(program):
        made.append(arguments[0].new_empty(sizes[at : at + rank], dtype=dtype))
        at += rank
    return made


# Of no gradient: it is there in graphs that have been differentiated.
_library = torch.library.Library("norm", "FRAGMENT")
_library.define(
    "call(str program, str precision, Tensor[] arguments, SymInt[] sizes, str names='') -> Tensor[]",
    tags=(torch.Tag.pt2_compliant_tag,),
)
_library.impl("call", _call_program, "CPU")  # until _call.cpp takes it over
torch.library.register_fake("norm::call", _call_fake, lib=_library)


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


def _trimmed(nodes: Sequence[Node]) -> List[Node]:
    """Without views of what comes from outside or goes there: they cost nothing
    where they are, and sizes that are not known are no products for the rest."""
    kept = set(nodes)
    while True:
        views = [n for n in kept if n.target in _linalg.VIEWS]
        ends = [n for n in views if kept.isdisjoint(n.all_input_nodes) or kept.isdisjoint(n.users)]
        if not ends:
            return [node for node in nodes if node in kept]
        kept.difference_update(ends)


def _between_views(nodes: Sequence[Node]) -> List[List[Node]]:
    """A group cut at its views, by what is connected: of hidden.view(.., groups,
    length), the norm over each group, what comes before it, and after it. Nodes
    of a part have the same number of views before them, so that no path leaves
    the part and comes back."""
    views: Dict[Node, int] = {}
    for node in nodes:
        views[node] = max((views[n] for n in node.all_input_nodes if n in views), default=0)
        views[node] += node.target in _linalg.VIEWS
    parts = []
    for number in sorted(set(views.values())):
        parts += _connected([n for n in nodes if views[n] == number and n.target not in _linalg.VIEWS])
    return parts


def _boundary(nodes: Sequence[Node]) -> Tuple[List[Node], List[Node]]:
    """What a group reads from outside, and what is read outside of it."""
    inside = set(nodes)
    inputs = dict.fromkeys(
        n
        for node in nodes
        for n in node.all_input_nodes
        if n not in inside and not isinstance(_linalg.value_of(n), torch.SymInt)
    )
    outputs = [node for node in nodes if any(user not in inside for user in node.users)]
    return list(inputs), outputs


def _count_of(value: Tensor) -> int:
    """Of elements, with sizes that are not known as PyTorch guesses them."""
    sizes = (size.node.hint or 1 if isinstance(size, torch.SymInt) else size for size in value.shape)
    return math.prod(sizes)


_ROOTS = (torch.ops.aten.rsqrt.default, torch.ops.aten.sqrt.default, torch.ops.aten.pow.Tensor_Scalar)


class Plan(NamedTuple):
    """What becomes of a group: ``nodes`` by one call."""

    nodes: List[Node]
    program: str
    norms: int
    reductions: int  # in no norm
    names: str  # of the forward's norms, a line each


def _name_of(node: Node) -> str:
    """The module of the model that the node comes from, and its line."""
    modules = list((node.meta.get("nn_module_stack") or {}).values())
    module = re.sub(r"^(L\['\w+'\]|self)\.?", "", modules[-1][0]) if modules else ""
    lines = re.findall(r'File "(.*?)", line (\d+)', node.meta.get("stack_trace") or "")
    own = [line for line in lines if not line[0].startswith(_call.FOLDER)]
    where = "{}:{}".format(os.path.basename(own[-1][0]), own[-1][1]) if own else ""
    return f"{module} ({where})" if module and where else module or where


def _find_norms(program: "_linalg.Program") -> Tuple[List[Optional[Node]], int]:
    """What the norms that are raised in the program come from, and how many
    reductions are in none."""
    found: List[_programs.Remark] = []
    raised = _programs.raise_norms(program.text, precision=STATE.precision, remarks=found.append)
    norms = [remark for remark in found if remark.kind == "passed" and remark.category == "norm-raise"]
    return [program.origins.get(remark.line) for remark in norms], raised.count('"reduction"')


def _between(nodes: Sequence[Node], named: Set[Node]) -> List[Node]:
    """Of a group the nodes that are named, and those on the paths between them."""
    before, after = set(named), set(named)
    for node in nodes:
        if not after.isdisjoint(node.all_input_nodes):
            after.add(node)
    for node in reversed(nodes):
        if not before.isdisjoint(node.users):
            before.add(node)
    return [node for node in nodes if node in before and node in after]


def _norms_of(nodes: Sequence[Node], program: "_linalg.Program") -> List[List[Node]]:
    """The nodes that were norms, by what is connected."""
    norms = _programs.report(program.text).data["norms"]
    lines = [place["line"] for norm in norms if norm["raised"] for place in norm["locations"]]
    return _connected(_between(nodes, {program.origins[line] for line in lines if line in program.origins}))


def _rest_of(nodes: Sequence[Node], taken: Set[Node]) -> List[List[Node]]:
    """A group without some of its nodes and those between them: what comes after
    these, and what does not, by what is connected. No path leaves one of the two
    and comes back: it would be between nodes that are taken, or outside of the
    group."""
    after: Set[Node] = set()
    for node in nodes:
        if any(source in taken or source in after for source in node.all_input_nodes):
            after.add(node)
    parts = ([n for n in nodes if n not in taken and (n in after) == is_after] for is_after in (False, True))
    return [group for part in parts for group in _connected(_trimmed(part))]


def _attempt(group: List[Node]) -> List[Plan]:
    """What to replace of a group that may be of no use."""
    try:
        return _propose(group)
    except _linalg.Unsupported:
        return []  # not for norm, and no failure
    except Exception as error:
        STATE.fall_back(f"{type(error).__name__}: {error}")
        return []


def _propose(nodes: List[Node], is_whole: bool = True) -> List[Plan]:
    """What to replace of a group: the group, or where it has reductions that are in
    no norm, as of a softmax, the nodes of its norms alone. The norms of the rest, as
    of the gradient of a norm that reads another's result, are looked for then."""
    if not any(n.target in _linalg.REDUCTIONS for n in nodes):
        return []
    inputs, outputs = _boundary(nodes)
    if not outputs or any(not isinstance(_linalg.value_of(n), Tensor) for n in inputs + outputs):
        return []
    if not any(pays_compiled(_count_of(_linalg.value_of(n))) for n in inputs):
        return []
    program = _linalg.translate(nodes, inputs, outputs)
    STATE.note_program(program.text)
    found, reductions = _find_norms(program)
    norms, names = len(found), "\n".join(_name_of(node) if node else "" for node in found)
    if not norms:
        parts = _between_views(nodes) if is_whole and any(n.target in _ROOTS for n in nodes) else []
        return [plan for part in parts for plan in _propose(part, is_whole=False)] if len(parts) > 1 else []
    whole = Plan(nodes, program.text, norms, reductions, names)
    if reductions and is_whole:
        parts = [plan for part in _norms_of(nodes, program) for plan in _propose(part, is_whole=False)]
        if sum(plan.norms for plan in parts) == norms and sum(plan.reductions for plan in parts) < reductions:
            taken = {node for plan in parts for node in plan.nodes}
            return parts + [plan for rest in _rest_of(nodes, taken) for plan in _attempt(rest)]
    return [whole]


_ADDS = (torch.ops.aten.add.Tensor, torch.ops.aten.add.Scalar)


def _without_sums_before(nodes: Sequence[Node]) -> List[List[Node]]:
    """A group whose reductions read sums of tensors as values from outside, by what
    is connected: of the gradient of a norm by five readers, or of one whose x is
    scale * xh + bias of another norm, the raise does not follow all terms. What is
    left out is all before it, too: no path leaves the rest and comes back."""
    after: Set[Node] = set()
    for node in nodes:
        if node.target in _linalg.REDUCTIONS or not after.isdisjoint(node.all_input_nodes):
            after.add(node)
    out = {node for node in nodes if node.target in _ADDS and node not in after}
    for node in reversed(nodes):
        if not out.isdisjoint(node.users):
            out.add(node)
    return _connected(_trimmed([node for node in nodes if node not in out])) if out else []


def _count_left(nodes: Sequence[Node], plans: Sequence[Plan]) -> int:
    """The reductions of a group that are in no norm."""
    taken = {node for plan in plans for node in plan.nodes}
    return sum(plan.reductions for plan in plans) + sum(
        node.target in _linalg.REDUCTIONS and node not in taken for node in nodes
    )


def _plans_of(group: List[Node]) -> List[Plan]:
    """What to replace of a group: as it is, or without sums before its reductions
    where that has more norms."""
    plans = _attempt(group)
    if _count_left(group, plans):
        others = [plan for part in _without_sums_before(group) for plan in _attempt(part)]
        if sum(plan.norms for plan in others) > sum(plan.norms for plan in plans):
            return others
    return plans


# ----------------------------------------------------------------------------
# The pass
# ----------------------------------------------------------------------------


def _sizes_of(graph: Graph, inputs: Sequence[Node], value: Tensor) -> List[object]:
    """The sizes of a result as numbers, and as nodes where an input has them."""
    known = {
        _linalg.size_of(size): (node, dim)
        for node in reversed(inputs)
        for dim, size in enumerate(_linalg.value_of(node).shape)
    }
    found: List[object] = []
    for size in value.shape:
        if isinstance(size, torch.SymInt):
            node, dim = known[_linalg.size_of(size)]
            size_node = graph.call_function(torch.ops.aten.sym_size.int, (node, dim))
            size_node.meta["val"] = size
            found.append(size_node)
        else:
            found.append(size)
    return found


def _replace(graph: Graph, plan: Plan) -> None:
    """The nodes of a group by one call. Leaves the order of nodes to be mended."""
    nodes = plan.nodes
    inside, (inputs, outputs) = set(nodes), _boundary(nodes)
    sample = _linalg.value_of(inputs[0])
    values = [_linalg.value_of(n) for n in outputs]
    values = [sample.new_empty(v.shape, dtype=v.dtype) for v in values]
    with graph.inserting_before(nodes[0]):
        sizes = [size for value in values for size in _sizes_of(graph, inputs, value)]
        made = graph.call_function(
            torch.ops.norm.call.default, (plan.program, STATE.precision, inputs, sizes, plan.names)
        )
        made.meta["val"] = values
        for number, (output, value) in enumerate(zip(outputs, values)):
            part = graph.call_function(operator.getitem, (made, number))
            part.meta["val"] = value
            output.replace_all_uses_with(part, delete_user_cb=lambda user: user not in inside)
    for node in reversed(nodes):
        graph.erase_node(node)


class _Pass(CustomGraphPass):
    """A pass after those that stood in its place. If it fails, the graph is as it
    was: nothing is changed before all is planned."""

    def __init__(self, previous) -> None:
        self.previous = () if previous is None else previous if isinstance(previous, (list, tuple)) else (previous,)

    def __call__(self, graph: Graph) -> None:
        for other in self.previous:
            other(graph)
        try:
            self._run(graph)
        except Exception as error:  # of whatever kind
            STATE.fall_back(f"{type(error).__name__}: {error}")

    def _run(self, graph: Graph) -> None:
        raise NotImplementedError

    def uuid(self) -> object:
        """Changes with norm and its options, as what is compiled does."""
        state = hashlib.sha256(f"{_norm.__version__} {STATE.precision}".encode())
        for file in sorted(Path(__file__).parent.glob("*.py")):
            state.update(file.read_bytes())
        others = [getattr(other, "uuid", lambda: None)() for other in self.previous]
        return None if None in others else (state.hexdigest(), others)


class KeepInputs(_Pass):
    """Forward and backward as one graph, before it is parted."""

    def _run(self, graph: Graph) -> None:
        _saved.keep_inputs_of_norms(graph)


class NormPass(_Pass):
    """A graph of Inductor with its norms as calls."""

    def _run(self, graph: Graph) -> None:
        is_backward = any(n.op == "placeholder" and "tangents" in n.name for n in graph.nodes)
        order = {node: number for number, node in enumerate(graph.nodes)}
        partitions = CapabilityBasedPartitioner(graph.owning_module, _Support()).propose_partitions()
        plans: List[Plan] = []
        groups: List[List[Node]] = []
        for partition in partitions:
            nodes = sorted(partition.nodes, key=order.__getitem__)
            groups += _connected(_trimmed(nodes))
        for plan in (plan for group in groups for plan in _plans_of(group)):
            try:
                _compile(plan.program)
                plans.append(plan)
            except Exception as error:
                STATE.fall_back(f"{type(error).__name__}: {error}")
        try:
            for plan in plans:
                _replace(graph, plan)
                STATE.count_norms("backward" if is_backward else "forward", plan.norms)
        finally:
            stable_topological_sort(graph)


_HOOKS = {"joint_custom_post_pass": KeepInputs, "post_grad_custom_pre_pass": NormPass}
_passes: Dict[str, _Pass] = {}
_previous: Dict[str, object] = {}


def enable() -> None:
    _call.load()
    for hook, kind in _HOOKS.items():
        if hook not in _passes:
            _previous[hook] = getattr(inductor, hook)
            _passes[hook] = kind(_previous[hook])
            setattr(inductor, hook, _passes[hook])


def is_on() -> bool:
    return bool(_passes)


def disable() -> None:
    for hook, own in _passes.items():
        if getattr(inductor, hook) is own:
            setattr(inductor, hook, _previous[hook])
    _passes.clear()


@contextmanager
def searching() -> Iterator[List[str]]:
    """The programs of the groups of all graphs that are compiled in the meantime,
    none of which comes from a cache."""
    was_on = is_on()
    torch._dynamo.reset()
    with STATE.collecting() as programs, inductor.patch(force_disable_caches=True):
        enable()
        try:
            yield programs
        finally:
            if not was_on:
                disable()
            torch._dynamo.reset()
