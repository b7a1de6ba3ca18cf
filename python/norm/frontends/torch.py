# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Modules of PyTorch: torch.export, which torch-mlir lowers to linalg.

Needs the extra ``torch``::

    model = norm.frontends.torch.compile(module, x)
    print(model.report())
    y = model(x)
"""

import os
from typing import Any, Optional

import torch
import torch.utils._pytree as pytree
import torch_mlir
from torch_mlir import fx
from torch_mlir.extras.fx_decomp_util import get_decomposition_table

from .._errors import ArgumentError, UnsupportedError
from .._programs import RemarkFunction
from ._model import Model, lower

__all__ = ["compile", "to_mlir"]

_PIPELINE = (
    "builtin.module(func.func(torch-match-quantized-custom-ops),"
    "torchdynamo-export-to-torch-backend-pipeline{extra-library=},"
    "torch-backend-to-linalg-on-tensors-backend-pipeline)"
)
_TOOL = os.path.join(list(torch_mlir.__path__)[0], "_mlir_libs", "torch-mlir-opt")


class _Flat(torch.nn.Module):
    """A module as a function of tensors alone. Parameters and buffers come
    first, so that they are read where they lie instead of being constants of the
    program; what is no tensor is a constant."""

    def __init__(self, module, names, leaves, tree):
        super().__init__()
        self.training = module.training
        self._inner = [module]  # Not a submodule: that would be exported as well.
        self._names = names
        self._leaves = leaves
        self._tree = tree

    def forward(self, *tensors):
        given = iter(tensors)
        state = {name: next(given) for name in self._names}
        leaves = [next(given) if _is_tensor(leaf) else leaf for leaf in self._leaves]
        arguments = pytree.tree_unflatten(leaves, self._tree)
        return torch.func.functional_call(self._inner[0], state, arguments)


def _is_tensor(value):
    return isinstance(value, torch.Tensor)


def _state(module):
    named = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    return list(named), [tensor.detach() for tensor in named.values()]


def _set_epsilon(program: torch.export.ExportedProgram) -> None:
    """torch-mlir takes a norm without an epsilon for one with 0; PyTorch takes
    that of the type that it computes in."""
    for node in program.graph.nodes:
        if node.target is not torch.ops.aten.rms_norm.default:
            continue
        names = ["input", "normalized_shape", "weight", "eps"]
        values = {**dict(zip(names, node.args)), **node.kwargs}
        if values.get("eps") is None:
            dtype = values["input"].meta["val"].dtype
            computed = torch.float64 if dtype == torch.float64 else torch.float32
            values["eps"] = torch.finfo(computed).eps
            node.args = tuple(values.get(name) for name in names)
            node.kwargs = {}


def _is_dense(tensor: torch.Tensor) -> bool:
    """Elements in the order of the dimensions, none left out."""
    return (
        isinstance(tensor, torch.Tensor)
        and all(isinstance(extent, int) for extent in tensor.shape)
        and tensor.is_contiguous()
        and tensor.storage_offset() == 0
    )


def _reads_in_order(source, size, stride, storage_offset=None) -> bool:
    """Whether as_strided of these arguments has the elements of `source`, all and in
    their order. Its result does not say: that of as_strided_copy is dense anyhow."""
    tensor = source.meta.get("val")
    if not _is_dense(tensor) or not all(isinstance(extent, int) for extent in size):
        return False
    expected = 1
    for extent, step in zip(reversed(size), reversed(stride)):
        if extent != 1 and not (isinstance(step, int) and step == expected):
            return False
        expected *= extent
    return storage_offset in (None, 0) and expected == tensor.numel()


def _open_strides(graph: torch.fx.Graph) -> None:
    """What PyTorch's group norm decomposes to reads the elements of a dense tensor in
    another shape by strides, which torch-mlir lowers to a gather by tables. It is a
    view."""
    strided = (
        torch.ops.aten.as_strided.default,
        torch.ops.aten.as_strided_copy.default,
    )
    for node in graph.nodes:
        if node.target in strided and _reads_in_order(*node.args, **node.kwargs):
            node.target = torch.ops.aten.view.default
            node.args, node.kwargs = (node.args[0], list(node.args[1])), {}


def _check(program: torch.export.ExportedProgram, names) -> None:
    signature = program.graph_signature
    for output in signature.output_specs:
        if output.kind.name.endswith("MUTATION"):
            place = signature.user_inputs.index(output.target)
            changed = f"'{names[place]}'" if place < len(names) else "an argument"
            raise UnsupportedError(
                f"expected a module that changes nothing in place, got {changed}"
                " changed"
            )


def _lower(module, arguments, dynamic_shapes):
    names, tensors = _state(module)
    leaves, tree = pytree.tree_flatten(arguments)
    inputs = tuple(tensors) + tuple(filter(_is_tensor, leaves))
    if dynamic_shapes is not None:
        dynamic_shapes = ((None,) * len(tensors) + tuple(dynamic_shapes),)
    with torch.no_grad():
        program = torch.export.export(
            _Flat(module, names, leaves, tree), inputs, dynamic_shapes=dynamic_shapes
        )
    _set_epsilon(program)
    # This makes changes in place new values, which the signature then tells of.
    program = program.run_decompositions(get_decomposition_table())
    _open_strides(program.graph)
    _check(program, names)
    try:
        imported = fx.export_and_import(
            program, output_type="raw", func_name="main", decomposition_table={}
        )
    except Exception as error:  # The importer has no errors of its own.
        raise UnsupportedError(
            f"expected a program that torch-mlir imports, got {error!r}"
        ) from error
    text = imported.operation.get_asm(enable_debug_info=True)
    return tensors, program, lower("torch-mlir", _TOOL, _PIPELINE, text)


def to_mlir(
    module: torch.nn.Module, *arguments: Any, dynamic_shapes: Any = None
) -> str:
    """A module as MLIR in linalg, for norm.report() or norm.raise_norms().

    Its function takes the parameters and buffers, then the arguments. Parameters
    and errors are those of compile().
    """
    return _lower(module, arguments, dynamic_shapes)[2]


def compile(
    module: torch.nn.Module,
    *arguments: Any,
    dynamic_shapes: Optional[Any] = None,
    raises: bool = True,
    remarks: RemarkFunction = None,
) -> Model:
    """Compiles a module for this machine's CPU, with its norms raised.

    Args:
      module: what torch.export.export() takes. Parameters and buffers are read
        where they lie, so later calls see what is written to them in place.
      arguments: what it is called on: trees of tensors and constants.
      dynamic_shapes: for each tensor in the arguments None, or a dict from
        dimensions to names, as torch.export.export() has them. Without it, shapes
        are those of later calls.
      raises, remarks: see norm.compile().

    Returns:
      A Model, called like the module. No gradients are computed: what requires
      them is refused unless under torch.no_grad().

    Raises:
      UnsupportedError: the module has an op that cannot be compiled, or changes
        something in place. What torch.export itself cannot take is its error.
    """
    tensors, program, mlir = _lower(module, arguments, dynamic_shapes)
    leaves, tree = pytree.tree_flatten(arguments)
    out_tree = program.call_spec.out_spec

    def call(compiled, *values):
        found, structure = pytree.tree_flatten(values)
        if structure != tree:
            raise ArgumentError(f"expected arguments {tree}, got {structure}")
        inputs = list(tensors)
        for value, leaf in zip(found, leaves):
            if not _is_tensor(leaf):
                if _is_tensor(value) or value != leaf:
                    raise ArgumentError(f"expected {leaf!r}, got {value!r}")
            elif not _is_tensor(value):
                raise ArgumentError(f"expected a tensor, got {value!r}")
            else:
                inputs.append(value.contiguous())
        results = compiled(*inputs)
        if not isinstance(results, tuple):
            results = (results,)
        return pytree.tree_unflatten(results, out_tree)

    return Model(mlir, call, raises, remarks)
