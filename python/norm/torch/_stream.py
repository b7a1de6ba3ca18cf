# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sums in an exported graph that layernorms read, and the products behind them.

Subtracting the mean of a row is a linear map C, and layernorm(x) = rmsnorm(C x).
C goes through sums, reshapes and products into weights: C(a W + b) = a (W C) + C b.
The walk starts at a layernorm and collects all that is connected with its input:
weights whose rows are to be centred, and layernorms that read the sum. What is
neither ends it, with a sentence.

A weight is known by the memory it has, so that tied ones are one.
"""

from typing import Dict, List, NamedTuple, Optional, Set, Tuple

import torch
from torch.fx import Node

from ._rows import CHECKS, aligned, is_copy, moved, shape_of, source_dim

aten = torch.ops.aten

SUMS = {aten.add.Tensor, aten.sub.Tensor}
MULTIPLES = {aten.mul.Tensor, aten.mul.Scalar, aten.div.Tensor, aten.div.Scalar}
CONVOLUTIONS = {aten.conv1d.default, aten.conv2d.default, aten.conv3d.default}
PRODUCTS = {aten.linear.default, aten.addmm.default, aten.mm.default, aten.matmul.default}


class Stop(Exception):
    """Why something stays, in words."""


class Use(NamedTuple):
    """The place of a weight among the arguments of a node."""

    node: Node
    place: int


class Weight(NamedTuple):
    """A dimension of a parameter or buffer."""

    key: int
    dim: int


class Product(NamedTuple):
    """x W + b: uses and dimensions of what is not x."""

    x: Node
    weight: Use
    outputs: int  # the dimension of the weight that the result has
    inputs: int  # and that which is added up; -1 for windows
    bias: Optional[Use]


def product_of(node: Node) -> Optional[Product]:
    """``node`` as a product or a convolution with something in the place of
    weights."""
    args = node.args
    if node.target is aten.linear.default or node.target in CONVOLUTIONS:
        bias = Use(node, 2) if len(args) > 2 and args[2] is not None else None
        return Product(args[0], Use(node, 1), 0, 1 if node.target is aten.linear.default else -1, bias)
    if node.target is aten.addmm.default and not node.kwargs:
        return Product(args[1], Use(node, 2), 1, 0, Use(node, 0))
    if node.target in PRODUCTS and len(shape_of(args[1])) == 2:
        return Product(args[0], Use(node, 1), 1, 0, None)
    return None


def scope_of(node: Node) -> str:
    """The name of the module whose call a node is of."""
    stack = node.meta.get("nn_module_stack")
    return list(stack.values())[-1][0] if stack else ""


class Graph:
    """An exported program, and whose memory its placeholders are."""

    def __init__(self, program: torch.export.ExportedProgram, tensors: Dict[str, torch.Tensor]) -> None:
        self.nodes = list(program.graph.nodes)
        signature = program.graph_signature
        names = {**signature.inputs_to_parameters, **signature.inputs_to_buffers}
        self.unsaved = {name: names[name] for name in names if names[name] not in tensors}
        self.tensors: Dict[int, torch.Tensor] = {}
        self.names: Dict[int, List[str]] = {}
        self.mixed: Set[int] = set()  # memory that tensors share in parts
        for name, tensor in tensors.items():
            key = tensor.untyped_storage().data_ptr()
            if not _is_same(self.tensors.setdefault(key, tensor), tensor):
                self.mixed.add(key)
            self.names.setdefault(key, []).append(name)
        self.keys: Dict[Node, int] = {}
        for node in self.nodes:
            if node.op == "placeholder" and names.get(node.name) in tensors:
                self.keys[node] = tensors[names[node.name]].untyped_storage().data_ptr()
        self.norms = [node for node in self.nodes if node.target is aten.layer_norm.default]

    def name(self, key: int) -> str:
        return self.names[key][0]

    def weight(self, node: Node, dim: int) -> Optional[Weight]:
        """The weight that ``node`` is a copy of."""
        while node not in self.keys:
            if not isinstance(node, Node) or not is_copy(node):
                return None
            source = source_dim(node, dim)
            if source is None:
                return None
            node, dim = node.args[0], source
        if self.keys[node] in self.mixed:
            raise Stop(f"{' and '.join(map(repr, self.names[self.keys[node]][:2]))} lie in one piece of memory")
        return Weight(self.keys[node], dim)

    def uses(self, key: int) -> Set[Use]:
        """Where a weight and its copies are read for more than a copy."""
        found: Set[Use] = set()
        pending = [node for node, own in self.keys.items() if own == key]
        while pending:
            node = pending.pop()
            for user in node.users:
                if is_copy(user):
                    pending.append(user)
                elif user.target not in CHECKS:
                    found |= {Use(user, i) for i, a in enumerate(user.args) if a is node or _holds(a, node)}
        return found

    def check_untied(self, key: int, wanted: Set[Use]) -> None:
        """Stops if a weight is read elsewhere, or by a module that does not run."""
        names = self.names[key]
        for use in self.uses(key) - wanted:
            raise Tied(key, f"'{self.name(key)}' is read by {describe(use.node)}, too (tied weights)")
        scopes = {scope_of(use.node) for use in self.uses(key)}
        for name in names[1:]:
            if len(names) > 1 and name.rpartition(".")[0] not in scopes and names[0].rpartition(".")[0] in scopes:
                raise Tied(key, f"'{names[0]}' is '{name}', too, which does not run here (tied weights)")


class Tied(Stop):
    """A weight that has another use."""

    def __init__(self, key: int, text: str) -> None:
        super().__init__(text)
        self.key = key


def _is_same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return (one.storage_offset(), one.shape, one.stride(), one.dtype) == (
        other.storage_offset(), other.shape, other.stride(), other.dtype,
    )  # fmt: skip


def _holds(argument, node: Node) -> bool:
    return isinstance(argument, (list, tuple)) and any(a is node for a in argument)


def describe(node: Node) -> str:
    name = str(node.target).rpartition("aten.")[2].partition(".")[0] if node.op == "call_function" else node.op
    scope = scope_of(node)
    return f"'{name}' in '{scope}'" if scope else f"'{name}'"


class Stream:
    """What is connected with the input of a layernorm by sums and copies."""

    def __init__(self, graph: Graph, norm: Node, keeps_results: bool) -> None:
        self.graph, self.keeps_results = graph, keeps_results
        self.norms: List[Node] = []
        self.terms: Dict[Use, Weight] = {}
        self.added: Set[Node] = set()  # placeholders that are terms themselves
        self.dims: Dict[Node, int] = {}
        self.pending: List[Tuple[Node, int]] = []
        if len(norm.args[1]) != 1:
            raise Stop("the row has more than one dimension")
        self.visit(norm.args[0], len(shape_of(norm.args[0])) - 1)
        while self.pending:
            node, dim = self.pending.pop()
            self.look_at_producer(node, dim)
            for user in node.users:
                self.look_at_reader(user, node, dim)
        self.check_weights()

    def visit(self, node: Node, dim: int) -> None:
        if self.dims.setdefault(node, dim) != dim:
            raise Stop("a tensor is read along two of its dimensions")
        if (node, dim) in self.pending or node in self.added:
            return
        self.added.add(node)
        if node.meta["val"].dtype not in (torch.float32, torch.float64):
            raise Stop("the sum is narrower than float32, in which rows keep no mean of 0")
        self.pending.append((node, dim))

    # Producers ---------------------------------------------------------------

    def add_weight(self, use: Use, dim: int) -> bool:
        weight = self.graph.weight(use.node.args[use.place], dim)
        if weight is not None:
            self.terms[use] = weight
        return weight is not None

    def look_at_producer(self, node: Node, dim: int) -> None:
        if node.name in self.graph.unsaved:
            raise Stop(f"the sum takes in '{self.graph.unsaved[node.name]}', which state dicts do not have")
        if node.op == "placeholder":
            raise Stop(f"the sum takes in the input '{node.name}'")
        if node.target in SUMS:
            self.visit_sum(node, dim)
        elif node.target in MULTIPLES:
            self.visit_multiple(node, dim)
        elif node.target is aten.dropout.default or node.target is aten.neg.default:
            if node.target is aten.dropout.default and node.args[2]:
                raise Stop("a dropout is at work: model.eval() ends that")
            self.visit_operand(node, 0, dim)
        elif node.target is aten.embedding.default:
            if dim != len(shape_of(node)) - 1 or not self.add_weight(Use(node, 0), 1):
                raise Stop(f"a term is no row of a weight: {describe(node)}")
        elif is_copy(node) and source_dim(node, dim) is not None:
            self.visit_operand(node, 0, source_dim(node, dim))
        elif node.target is aten.cat.default and self.cat_dim(node) != dim:
            self.visit_parts(node, dim)
        else:
            self.visit_product(node, dim)

    def visit_operand(self, node: Node, place: int, dim: int) -> None:
        if not self.add_weight(Use(node, place), dim):
            self.visit(node.args[place], dim)

    def visit_sum(self, node: Node, dim: int) -> None:
        for place, operand in enumerate(node.args[:2]):
            at = aligned(node, operand, dim) if isinstance(operand, Node) else None
            if at is None:
                raise Stop(f"a term is the same along the row: {describe(node)}")
            self.visit_operand(node, place, at)

    def visit_multiple(self, node: Node, dim: int) -> None:
        """A multiple by a number, or by one number for each row."""
        along = [i for i, o in enumerate(node.args[:2]) if isinstance(o, Node) and aligned(node, o, dim) is not None]
        if len(along) != 1 or along[0] == 1 and "div" in str(node.target) or len(node.args) > 2 or node.kwargs:
            raise Stop(f"a term is no product with weights: {describe(node)}")
        self.visit_operand(node, along[0], aligned(node, node.args[along[0]], dim))

    @staticmethod
    def cat_dim(node: Node) -> int:
        return (node.args[1] if len(node.args) > 1 else 0) % len(shape_of(node))

    def visit_parts(self, node: Node, dim: int) -> None:
        for part in node.args[0]:
            weight = self.graph.weight(part, dim)
            if weight is None:
                self.visit(part, dim)
            elif self.terms.setdefault(Use(node, 0), weight) != weight:
                raise Stop(f"a list has two weights: {describe(node)}")

    def visit_product(self, node: Node, dim: int) -> None:
        product = product_of(node) if node.op == "call_function" else None
        channel = 1 if node.target in CONVOLUTIONS else len(shape_of(node) or ()) - 1
        if product is None or dim != channel or not self.add_weight(product.weight, product.outputs):
            raise Stop(f"a term is no product with weights: {describe(node)}")
        if product.bias is not None and not self.add_weight(product.bias, 0):
            raise Stop(f"a term is no product with weights: {describe(node)}")

    # Readers -----------------------------------------------------------------

    def look_at_reader(self, user: Node, node: Node, dim: int) -> None:
        if user.target in CHECKS:
            return
        if user.target is aten.layer_norm.default and user.args[0] is node:
            if len(user.args[1]) != 1 or dim != len(shape_of(node)) - 1:
                raise Stop(f"another norm reads the sum: {describe(user)}")
            if user not in self.norms:
                self.norms.append(user)
        elif user.target in SUMS | MULTIPLES:
            at = dim + len(shape_of(user)) - len(shape_of(node))
            self.visit(user, at)
        elif user.target is aten.dropout.default or user.target is aten.neg.default:
            self.visit(user, dim)
        elif is_copy(user) and moved(user, dim) is not None:
            self.visit(user, moved(user, dim))
        elif user.target is aten.cat.default and self.cat_dim(user) != dim:
            self.visit(user, dim)
        elif user.op != "output" or not self.keeps_results:
            what = "the model's result" if user.op == "output" else describe(user)
            raise Stop(f"a reader of the sum is no layernorm: {what}")

    def check_weights(self) -> None:
        along: Dict[int, int] = {}
        for weight in self.terms.values():
            if along.setdefault(weight.key, weight.dim) != weight.dim:
                raise Stop(f"'{self.graph.name(weight.key)}' has rows along two of its dimensions")
        for weight in self.terms.values():
            if self.graph.tensors[weight.key].shape[weight.dim] <= 1:
                raise Stop("rows of one element have no mean to lose")
            self.graph.check_untied(weight.key, set(self.terms))


def readers_of(graph: Graph, norm: Node) -> List[Product]:
    """The products that read a norm; all of its readers, or it stops."""
    found: List[Product] = []
    pending = [(norm, len(shape_of(norm)) - 1)]
    while pending:
        node, dim = pending.pop()
        for user in node.users:
            if user.target in CHECKS:
                continue
            if is_copy(user) and moved(user, dim) is not None:
                pending.append((user, moved(user, dim)))
                continue
            product = product_of(user) if user.op == "call_function" else None
            if product is None or product.x is not node or product.inputs < 0 or dim != len(shape_of(node)) - 1:
                what = "the model's result" if user.op == "output" else describe(user)
                raise Stop(f"a reader of the norm is no product: {what}")
            if graph.weight(user.args[product.weight.place], product.inputs) is None:
                raise Stop(f"a reader of the norm has no weights: {describe(user)}")
            found.append(product)
    if not found:
        raise Stop("nothing reads the norm")
    return found
