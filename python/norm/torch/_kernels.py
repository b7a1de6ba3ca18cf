# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels of whole norms as PyTorch calls them: results beside their statistics.

A kernel is a function of matrices [rows, length], compiled once for each row
length, set of types and epsilon.
"""

from typing import Optional

import torch

from .. import _programs
from .._once import once

NAMES = {
    torch.float32: "f32",
    torch.float64: "f64",
    torch.float16: "f16",
    torch.bfloat16: "bf16",
}


def compute_type(type: torch.dtype) -> torch.dtype:
    """C of the ops: f32, or f64 for elements of that type."""
    return torch.float64 if type is torch.float64 else torch.float32


@once
def forward(
    op: str,
    length: int,
    x: torch.dtype,
    scale: Optional[torch.dtype],
    bias: Optional[torch.dtype],
    epsilon: float,
):
    """A function (x, scale?, bias?) of norm.``op``: (y, rstd) of rmsnorm, (y,
    mean, rstd) of layernorm. Statistics are one number of C for each row."""
    matrix = f"tensor<?x{length}x{NAMES[x]}>"
    row = f"tensor<?x{NAMES[compute_type(x)]}>"
    parameters = operands = ""
    for name, type in (("scale", scale), ("bias", bias)):
        if type is not None:
            vector = f"tensor<{length}x{NAMES[type]}>"
            parameters += f", %{name}: {vector}"
            operands += f" {name}(%{name} : {vector})"
    if op == "layernorm":
        mean, types, order = f"mean(%c : {row})", f"{matrix}, {row}, {row}", "%y#0, %y#2, %y#1"
    else:
        mean, types, order = "", f"{matrix}, {row}", "%y#0, %y#1"
    return _programs.compile(
        f"""
func.func @main(%x: {matrix}{parameters}) -> ({types}) {{
  %zero = arith.constant 0 : index
  %m = tensor.dim %x, %zero : {matrix}
  %a = tensor.empty(%m) : {matrix}
  %b = tensor.empty(%m) : {row}
  %c = tensor.empty(%m) : {row}
  %y:{3 if mean else 2} = norm.{op} ins(%x : {matrix}){operands} outs(%a : {matrix}) rstd(%b : {row}) {mean}
      epsilon = {epsilon:.17e} -> ({types})
  return {order} : {types}
}}""",
        file="",
        raises=False,
    )


@once
def backward(
    op: str,
    length: int,
    dy: torch.dtype,
    x: torch.dtype,
    scale: Optional[torch.dtype],
    bias: Optional[torch.dtype],
    wants: tuple,
):
    """A function (dy, x, scale?, rstd, mean?) of norm.``op``_backward, mean for
    layernorm, that gives those of (dx, dscale, dbias) that ``wants`` names.
    dscale and dbias have the types of scale and bias."""
    c = NAMES[compute_type(x)]
    matrix = f"tensor<?x{length}x{NAMES[x]}>"
    gradient = f"tensor<?x{length}x{NAMES[dy]}>"
    row = f"tensor<?x{c}>"
    parameters, operands = f"%dy: {gradient}, %x: {matrix}", f"ins(%dy, %x : {gradient}, {matrix})"
    if scale is not None:
        vector = f"tensor<{length}x{NAMES[scale]}>"
        parameters += f", %scale: {vector}"
        operands += f" scale(%scale : {vector})"
    for name in ("rstd", "mean") if op == "layernorm" else ("rstd",):
        parameters += f", %{name}: {row}"
        operands += f" {name}(%{name} : {row})"
    types = []
    for keyword, name, type in (("outs", "dx", matrix), ("dscale", "dscale", scale), ("dbias", "dbias", bias)):
        if name in wants:
            if name != "dx":
                type = f"tensor<{length}x{NAMES[type]}>"
            types.append(type)
            operands += f" {keyword}(%{name} : {type})"
    empties = "".join(
        f"  %{name} = tensor.empty({'%m' if name == 'dx' else ''}) : {type}\n"
        for name, type in zip([n for n in ("dx", "dscale", "dbias") if n in wants], types)
    )
    types = ", ".join(types)
    many = f":{len(wants)}" if len(wants) > 1 else ""
    results = ", ".join(f"%r#{i}" for i in range(len(wants))) if many else "%r"
    return _programs.compile(
        f"""
func.func @main({parameters}) -> ({types}) {{
  %zero = arith.constant 0 : index
  %m = tensor.dim %x, %zero : {matrix}
{empties}  %r{many} = norm.{op}_backward {operands} -> {f"({types})" if many else types}
  return {results} : {types}
}}""",
        file="",
        raises=False,
    )
