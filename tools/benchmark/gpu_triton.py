# A norm in Triton: one program for a row, which it keeps in registers.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import triton
import triton.language as tl


@triton.jit
def norm_kernel(x, residual, scale, bias, y, total, n, epsilon,
                HAS_RESIDUAL: tl.constexpr, IS_LAYERNORM: tl.constexpr,
                BLOCK: tl.constexpr):
    row = tl.program_id(0).to(tl.int64)
    columns = tl.arange(0, BLOCK)
    inside = columns < n
    values = tl.load(x + row * n + columns, mask=inside, other=0.0)
    if HAS_RESIDUAL:
        values += tl.load(residual + row * n + columns, mask=inside, other=0.0)
        tl.store(total + row * n + columns, values, mask=inside)
    g = tl.load(scale + columns, mask=inside, other=0.0).to(tl.float32)
    values = values.to(tl.float32)
    if IS_LAYERNORM:
        mean = tl.sum(values, axis=0) / n
        values = tl.where(inside, values - mean, 0.0)
    rstd = tl.rsqrt(tl.sum(values * values, axis=0) / n + epsilon)
    result = values * rstd * g
    if IS_LAYERNORM:
        result += tl.load(bias + columns, mask=inside, other=0.0).to(tl.float32)
    tl.store(y + row * n + columns, result.to(y.dtype.element_ty), mask=inside)
