# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What norm.torch.fold() does to a module: weights in float64, rounded once, and the
modules that take the places of layernorms."""

from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

import torch
from torch import nn
from torch.fx import Node

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


def tensors_of(model: nn.Module) -> Dict[str, torch.Tensor]:
    """Parameters and buffers that a state dict has, under each of their names."""
    return {name: value for name, value in model.state_dict(keep_vars=True).items() if isinstance(value, torch.Tensor)}


def _mean(w: torch.Tensor, dim: int) -> torch.Tensor:
    return w.mean(dim, keepdim=True)


class Plan:
    """Changes that are planned for a module: weights in float64, by their memory,
    and modules."""

    def __init__(self, model: nn.Module, program: torch.export.ExportedProgram, results: str) -> None:
        self.model, self.results = model, results
        self.graph = Graph(program, tensors_of(model))
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
