# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layernorms of a module that are rmsnorms once its weights are others.

What is done to weights is computed in float64 and rounded once. The module is
changed in place, after a trial: outputs before and after have to agree, or all is
as it was.
"""

import copy
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

import torch
import torch.utils._pytree as pytree
from torch import nn
from torch.fx import Node

from .._errors import ArgumentError, UnsupportedError
from ._stream import Graph, Product, Stop, Stream, Tied, readers_of, scope_of


class RMSNorm(nn.RMSNorm):
    """``nn.RMSNorm`` with a bias, which a layernorm may have left."""

    def __init__(self, shape, eps: float, weight: Optional[nn.Parameter], bias: Optional[nn.Parameter]) -> None:
        super().__init__(shape, eps=eps, elementwise_affine=False)
        self.elementwise_affine = weight is not None
        self.weight, self.bias = weight, bias

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = super().forward(x)
        return y if self.bias is None else y + self.bias


class NormResult(NamedTuple):
    """What became of one layernorm."""

    name: str
    folded: bool  # it is an rmsnorm
    plain: bool  # its scale and bias are in its readers, or it had none
    reason: str  # why it is not both


class FoldReport(NamedTuple):
    """What ``norm.torch.fold()`` did."""

    norms: List[NormResult]
    weights: Dict[str, str]  # what was done to which parameter
    residue: float  # largest sum of a centred row, in parts of the sum of its absolute values
    difference: float  # of outputs, in parts of the largest

    @property
    def folded(self) -> int:
        return sum(norm.folded for norm in self.norms)

    def __str__(self) -> str:
        plain = sum(norm.plain for norm in self.norms)
        lines = [
            f"{self.folded} of {len(self.norms)} layernorms are rmsnorms, {plain} without scale and bias;"
            f" {len(self.weights)} weights changed; outputs differ by {self.difference:.1e} of the largest"
        ]
        lines += [f"{norm.name}: {norm.reason}" for norm in self.norms if norm.reason]
        return "\n".join(lines)


def _tensors(model: nn.Module) -> Dict[str, torch.Tensor]:
    """Parameters and buffers that a state dict has, under each of their names."""
    return {name: value for name, value in model.state_dict(keep_vars=True).items() if isinstance(value, torch.Tensor)}


def _mean(w: torch.Tensor, dim: int) -> torch.Tensor:
    return w.mean(dim, keepdim=True)


class _Fold:
    """Changes that are planned for a module: weights in float64, by their memory,
    and modules."""

    def __init__(self, model: nn.Module, program: torch.export.ExportedProgram, results: str) -> None:
        self.model, self.results = model, results
        self.graph = Graph(program, _tensors(model))
        self.values: Dict[int, torch.Tensor] = {}
        self.changes: Dict[int, List[str]] = {}
        self.centred: Dict[int, int] = {}
        self.added: Dict[nn.Module, torch.Tensor] = {}  # biases of products that had none
        self.reasons: Dict[Node, str] = {}
        self.folded: Dict[Node, bool] = {}
        self.plain: Dict[Node, bool] = {}
        self.tied: List[Tied] = []
        self.results_dims: Dict[int, int] = {}  # of sums that the module returns, by their place

    def value(self, key: int) -> torch.Tensor:
        if key not in self.values:
            self.values[key] = self.graph.tensors[key].detach().to(torch.float64)
        return self.values[key]

    def change(self, key: int, value: torch.Tensor, text: str) -> None:
        self.values[key] = value
        self.changes.setdefault(key, []).append(text)

    def refuse(self, norm: Node, stop: Stop) -> None:
        self.reasons.setdefault(norm, str(stop))
        if isinstance(stop, Tied):
            self.tied.append(stop)

    # Means -------------------------------------------------------------------

    def module_of(self, norm: Node) -> nn.LayerNorm:
        """The module of a layernorm, which has to be all of it."""
        scope = scope_of(norm)
        try:
            module = self.model.get_submodule(scope)
        except AttributeError:
            module = None
        if not isinstance(module, nn.LayerNorm) or type(module).forward is not nn.LayerNorm.forward:
            raise Stop("the layernorm is a call and no module")
        return module

    def centre(self) -> None:
        """Every stream that can be, once."""
        seen: Dict[Node, bool] = {}
        for norm in self.graph.norms:
            if norm in seen:
                continue
            try:
                stream = Stream(self.graph, norm, self.results == "centred")
                modules = {id(self.module_of(n)) for n in stream.norms}
                for other in self.graph.norms:
                    if other not in stream.norms and id(self.module_of(other)) in modules:
                        raise Stop(f"'{scope_of(other)}' normalizes another sum, too (shared module)")
            except Stop as stop:
                self.refuse(norm, stop)
                continue
            self.note_results(stream)
            seen.update(dict.fromkeys(stream.norms, True))
            self.folded.update(dict.fromkeys(stream.norms, True))
            for weight in set(stream.terms.values()):
                value = self.value(weight.key)
                self.change(weight.key, value - _mean(value, weight.dim), f"centred along {weight.dim}")
                self.centred[weight.key] = weight.dim

    def note_results(self, stream: Stream) -> None:
        for place, node in enumerate(self.graph.nodes[-1].args[0]):
            if node in stream.dims:
                self.results_dims[place] = stream.dims[node]

    # Scale and bias ----------------------------------------------------------

    def fold_parameters(self) -> None:
        calls: Dict[int, List[Node]] = {}
        for norm in self.graph.norms:
            try:
                calls.setdefault(id(self.module_of(norm)), []).append(norm)
            except Stop as stop:
                self.refuse(norm, stop)
        for norms in calls.values():
            module = self.module_of(norms[0])
            if module.weight is None and module.bias is None:
                self.plain.update(dict.fromkeys(norms, True))
                continue
            try:
                products = [product for norm in norms for product in readers_of(self.graph, norm)]
                self.check_products(module, products)
            except Stop as stop:
                for norm in norms:
                    self.refuse(norm, stop)
                continue
            for product in products:
                self.fold_into(module, product)
            self.plain.update(dict.fromkeys(norms, True))

    def bias_of(self, product: Product) -> Tuple[Optional[int], Optional[nn.Module]]:
        """The memory of the bias, or the linear layer that may get one."""
        if product.bias is not None:
            weight = self.graph.weight(product.bias.node.args[product.bias.place], 0)
            if weight is None:
                raise Stop("a product that reads the norm adds something that is no weight")
            return weight.key, None
        module = self.model.get_submodule(scope_of(product.weight.node))
        if not isinstance(module, nn.Linear) or module.bias is not None:
            raise Stop("a product that reads the norm has no bias, which that of the norm could join")
        return None, module

    def check_products(self, module: nn.LayerNorm, products: List[Product]) -> None:
        """Weights change for all of their readers, which have to be these products,
        each weight in one."""
        uses = {product.weight for product in products} | {p.bias for p in products if p.bias is not None}
        seen = set()
        for product in products:
            weight = self.graph.weight(product.weight.node.args[product.weight.place], product.inputs)
            keys = [weight.key]
            if self.graph.tensors[weight.key].dtype not in (torch.float32, torch.float64):
                raise Stop("a product is narrower than float32, in which weights would round")
            if module.bias is not None:
                keys.append(self.bias_of(product)[0])
            for key in filter(None, keys):
                if key in seen:
                    raise Stop(f"'{self.graph.name(key)}' is read by two products (tied weights)")
                seen.add(key)
                self.graph.check_untied(key, uses)

    def fold_into(self, module: nn.LayerNorm, product: Product) -> None:
        weight = self.graph.weight(product.weight.node.args[product.weight.place], product.inputs)
        value, name = self.value(weight.key), scope_of(product.weight.node)
        if module.bias is not None:
            row = torch.tensordot(module.bias.detach().to(torch.float64), value, ([0], [weight.dim]))
            key, linear = self.bias_of(product)
            if key is None:
                self.added[linear] = row
            else:
                self.change(key, self.value(key) + row, f"shifted by the bias of a norm times that of '{name}'")
        if module.weight is not None:
            shape = [1] * value.dim()
            shape[weight.dim] = -1
            scale = module.weight.detach().to(torch.float64).view(shape)
            self.change(weight.key, value * scale, f"scaled along {weight.dim}")

    # The module --------------------------------------------------------------

    def apply(self) -> Callable[[], None]:
        """Changes the module; the result takes it all back."""
        undo: List[Callable[[], None]] = []
        with torch.no_grad():
            for key in self.changes:
                tensor = self.graph.tensors[key]
                undo.append(lambda tensor=tensor, old=tensor.detach().clone(): tensor.data.copy_(old))
                tensor.data.copy_(self.values[key])
        for linear, row in self.added.items():
            linear.bias = nn.Parameter(row.to(linear.weight))
            undo.append(lambda linear=linear: setattr(linear, "bias", None))
        for norm in self.graph.norms:
            if norm in self.folded or norm in self.plain:
                self.replace(norm, undo)

        def take_back() -> None:
            for step in reversed(undo):
                step()

        return take_back

    def replace(self, norm: Node, undo: List[Callable[[], None]]) -> None:
        module = self.module_of(norm) if isinstance(self.model.get_submodule(scope_of(norm)), nn.LayerNorm) else None
        if module is None:  # another call of the same one
            return
        weight, bias = (None, None) if norm in self.plain else (module.weight, module.bias)
        if norm in self.folded:
            made = RMSNorm(module.normalized_shape, module.eps, weight, bias)
        elif module.weight is None and module.bias is None:
            return
        else:
            made = nn.LayerNorm(module.normalized_shape, module.eps, elementwise_affine=False)
        made.train(module.training)
        for name, other in list(self.model.named_modules(remove_duplicate=False)):
            if other is module:
                parent, _, own = name.rpartition(".")
                owner = self.model.get_submodule(parent)
                setattr(owner, own, made)
                undo.append(lambda owner=owner, own=own: setattr(owner, own, module))

    def residue(self) -> float:
        largest = 0.0
        for key, dim in self.centred.items():
            w = self.graph.tensors[key].detach().double()
            if len(self.changes[key]) == 1:
                size = w.abs().sum(dim).max().item()
                largest = max(largest, w.sum(dim).abs().max().item() / size if size else 0.0)
        return largest

    def report(self, difference: float) -> FoldReport:
        norms, seen = [], set()
        for norm in self.graph.norms:
            name = scope_of(norm)
            if name in seen:
                continue
            seen.add(name)
            folded, plain = norm in self.folded, norm in self.plain
            reason = self.reasons.get(norm, "")
            norms.append(NormResult(name, folded, plain, "" if folded and plain else reason))
        weights = {self.graph.name(key): ", then ".join(text) for key, text in self.changes.items()}
        weights.update({name + ".bias": "added" for name, m in self.model.named_modules() if m in self.added})
        return FoldReport(norms, weights, self.residue(), difference)


def _run(model: nn.Module, inputs, keywords) -> List[Optional[torch.Tensor]]:
    """The results that are tensors of floats, in their places."""
    with torch.no_grad():
        leaves = pytree.tree_leaves(model(*inputs, **keywords))
    return [leaf.clone() if isinstance(leaf, torch.Tensor) and leaf.is_floating_point() else None for leaf in leaves]


def _difference(before: List[Optional[torch.Tensor]], after: List[Optional[torch.Tensor]], dims: Dict[int, int]) -> float:
    """The largest difference, in parts of the largest number of its tensor; means
    along ``dims`` are meant to be gone."""
    largest = 0.0
    for place, (old, new) in enumerate(zip(before, after)):
        if old is None or new is None or not old.numel():
            continue
        size = old.abs().max().item()
        if place in dims:
            old = old - old.mean(dims[place], keepdim=True)
        difference = torch.where(old == new, 0.0, old - new).abs().max().item()
        if difference != difference:
            return difference
        if difference:
            largest = max(largest, difference / size if size else float("inf"))
    return largest


def _untie(tied: List[Tied], plan: _Fold) -> Callable[[], None]:
    """Each name of a tied parameter but the first becomes a parameter of its own;
    the result takes that back."""
    undo: List[Callable[[], None]] = []
    for key in {tie.key for tie in tied}:
        for name in plan.graph.names[key][1:]:
            parent, _, own = name.rpartition(".")
            owner = plan.model.get_submodule(parent)
            old = getattr(owner, own)
            setattr(owner, own, nn.Parameter(old.detach().clone()))
            undo.append(lambda owner=owner, own=own, old=old: setattr(owner, own, old))

    def take_back() -> None:
        for step in undo:
            step()

    return take_back


def _plan(model: nn.Module, inputs, keywords, results: str, parameters: bool) -> _Fold:
    try:
        with torch.no_grad():
            program = torch.export.export(model, inputs, keywords, strict=False)
    except Exception as error:  # It has no errors of its own.
        raise UnsupportedError(f"expected a module that torch.export takes, got {error!r}"[:400]) from error
    fold = _Fold(model, program, results)
    fold.centre()
    if parameters:
        fold.fold_parameters()
    return fold


def fold(
    model: nn.Module,
    *inputs: Any,
    keywords: Optional[Dict[str, Any]] = None,
    parameters: bool = True,
    results: str = "exact",
    untie: bool = False,
    tolerance: float = 1e-4,
) -> FoldReport:
    """Makes layernorms of a module rmsnorms, exactly, by changing its weights.

    Where a layernorm reads a sum of products with weights, of embeddings and of
    parameters, and all readers of the sum are layernorms, rows of the weights lose
    their means, the sum has a mean of 0 and the layernorm is an rmsnorm. Then scale
    and bias of norms go into the linear layers that read them. All readers, or
    none; the report says why one stays. The module changes in place: weights, and
    layernorms become norm.torch.RMSNorm.

    Args:
      model: a module in evaluation, on any device, that torch.export takes.
      inputs, keywords: what it is called on. Outputs before and after have to agree.
      parameters: whether scale and bias go into the readers.
      results: ``"exact"``, or ``"centred"`` if a sum that the module returns may
        lose the mean of its rows.
      untie: lets a tied weight that would change, as that of an embedding and a
        head, become two. State dicts then have both.
      tolerance: by how much outputs may differ, in parts of the largest. A model whose
        sums are far from their deviation away from 0 may itself be that inaccurate.

    Returns:
      A FoldReport. As a string it lists the norms that stay, with the reasons.

    Raises:
      ArgumentError: the module is in training or has no weights, or ``results`` is
        another word.
      UnsupportedError: torch.export does not take the module, or outputs differ by
        more than ``tolerance``, where all is as it was.
    """
    if results not in ("exact", "centred"):
        raise ArgumentError(f"expected results to be 'exact' or 'centred', got {results!r}")
    if model.training:
        raise ArgumentError("expected a module in evaluation, got one in training: model.eval() changes that")
    for name, tensor in _tensors(model).items():
        if tensor.is_meta:
            raise ArgumentError(f"expected weights, got '{name}' on the device meta, where there are none")
    keywords = dict(keywords or {})
    before = _run(model, copy.deepcopy(inputs), copy.deepcopy(keywords))
    plan = _plan(model, copy.deepcopy(inputs), copy.deepcopy(keywords), results, parameters)
    undo: List[Callable[[], None]] = []
    difference = float("nan")
    try:
        if untie and plan.tied:
            undo.append(_untie(plan.tied, plan))
            plan = _plan(model, copy.deepcopy(inputs), copy.deepcopy(keywords), results, parameters)
        undo.append(plan.apply())
        difference = _difference(before, _run(model, inputs, keywords), plan.results_dims)
    finally:
        if not difference <= tolerance:
            for step in reversed(undo):
                step()
    if not difference <= tolerance:
        raise UnsupportedError(
            f"expected outputs that differ by at most {tolerance:g} of the largest, got {difference:.1e}; the module is as"
            " it was"
        )
    return plan.report(difference)
