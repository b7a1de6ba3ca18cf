# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms as ops of PyTorch, which torch.compile() keeps.

Importing this registers ``torch.ops.norm.rmsnorm``, ``layernorm`` and
``add_rmsnorm`` for the CPU. They compute no gradients.
"""

from typing import Optional, Tuple

import torch
from torch import Tensor

from .. import _norm

__all__ = ["add_rmsnorm", "layernorm", "rmsnorm"]


def _new(x: Tensor) -> Tensor:
    return torch.empty(x.shape, dtype=x.dtype, device=x.device)


@torch.library.custom_op("norm::rmsnorm", mutates_args=(), device_types="cpu")
def rmsnorm(
    x: Tensor,
    scale: Optional[Tensor] = None,
    bias: Optional[Tensor] = None,
    epsilon: float = 1e-5,
) -> Tensor:
    """norm.rmsnorm() of tensors."""
    return _norm.rmsnorm(x, scale, bias, epsilon=epsilon)


@torch.library.custom_op("norm::layernorm", mutates_args=(), device_types="cpu")
def layernorm(
    x: Tensor,
    scale: Optional[Tensor] = None,
    bias: Optional[Tensor] = None,
    epsilon: float = 1e-5,
) -> Tensor:
    """norm.layernorm() of tensors."""
    return _norm.layernorm(x, scale, bias, epsilon=epsilon)


@torch.library.custom_op("norm::add_rmsnorm", mutates_args=(), device_types="cpu")
def add_rmsnorm(
    x: Tensor,
    residual: Tensor,
    scale: Optional[Tensor] = None,
    bias: Optional[Tensor] = None,
    epsilon: float = 1e-5,
) -> Tuple[Tensor, Tensor]:
    """norm.add_rmsnorm() of tensors: the norm of the sum, and the sum."""
    return _norm.add_rmsnorm(x, residual, scale, bias, epsilon=epsilon)


@rmsnorm.register_fake
@layernorm.register_fake
def _(x, scale=None, bias=None, epsilon=1e-5):
    return _new(x)


@add_rmsnorm.register_fake
def _(x, residual, scale=None, bias=None, epsilon=1e-5):
    return _new(x), _new(x)
