# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of JAX and PyTorch in; reports and compiled functions out.

``norm.frontends.jax`` and ``norm.frontends.torch`` are imported by their names:
each needs packages of its own, the extras ``jax`` and ``torch``.
"""
