# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layernorms of a module that are rmsnorms once its weights are others.

The module is changed in place, after a trial: outputs before and after have to agree, or all is as it was.
"""

import copy
from typing import Any, Callable, Dict, List, Optional

import torch
import torch.utils._pytree as pytree
from torch import nn

from .._errors import ArgumentError, UnsupportedError
from ._plan import FoldReport, Plan, RMSNorm, tensors_of
from ._stream import Tied

__all__ = ["FoldReport", "RMSNorm", "fold"]


_Results = List[Optional[torch.Tensor]]


def _run(model: nn.Module, inputs, keywords) -> _Results:
    """The results that are tensors of floats, in their places."""
    with torch.no_grad():
        leaves = pytree.tree_leaves(model(*inputs, **keywords))
    return [leaf.clone() if isinstance(leaf, torch.Tensor) and leaf.is_floating_point() else None for leaf in leaves]


def _difference(before: _Results, after: _Results, dims: Dict[int, int]) -> float:
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


def _untie(tied: List[Tied], plan: Plan) -> Callable[[], None]:
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


def _plan(model: nn.Module, inputs, keywords, results: str, parameters: bool) -> Plan:
    try:
        with torch.no_grad():
            program = torch.export.export(model, inputs, keywords, strict=False)
    except Exception as error:  # It has no errors of its own.
        raise UnsupportedError(f"expected a module that torch.export takes, got {error!r}"[:400]) from error
    fold = Plan(model, program, results)
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
      UnsupportedError: torch.export does not take the module, it does not run without
        what its norms have lost, or outputs differ by more than ``tolerance``; all is
        as it was.
    """
    if results not in ("exact", "centred"):
        raise ArgumentError(f"expected results to be 'exact' or 'centred', got {results!r}")
    if model.training:
        raise ArgumentError("expected a module in evaluation, got one in training: model.eval() changes that")
    for name, tensor in tensors_of(model).items():
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
        try:
            after = _run(model, inputs, keywords)
        except Exception as error:  # A module may read what a norm has lost.
            raise UnsupportedError(
                f"expected a module that runs without scale and bias of its norms, got {error!r}; the module is as it"
                " was"[:400]
            ) from error
        difference = _difference(before, after, plan.results_dims)
    finally:
        if not difference <= tolerance:
            for step in reversed(undo):
                step()
    if not difference <= tolerance:
        raise UnsupportedError(
            f"expected outputs that differ by at most {tolerance:g} of the largest, got {difference:.1e}; the module"
            " is as it was"
        )
    return plan.report(difference)
