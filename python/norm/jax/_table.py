# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""When a kernel is worth its call, and its threads: by norms and bytes. Measured
beside XLA on two cores (docs/JAX.md); a call costs what XLA's own fusions do."""

from typing import Sequence

# XLA allocates results anew; from so many bytes on, glibc takes memory for each
# from the system, and the time goes to its pages. RMSNorms of 32 bits were then
# 0.9 times as fast as XLA's.
FRESH = 1 << 25
# Bytes that a call reads and writes, from which on a second thread is worth its
# start. Gradients compute more for each.
FORWARD_SHARED, BACKWARD_SHARED = 3 << 20, 1 << 19


def is_backward(norms: Sequence[str]) -> bool:
    return any("backward" in norm for norm in norms)


def pays(norms: Sequence[str], result_bytes: Sequence[int], is_narrow: bool) -> bool:
    """Whether a kernel of these norms (as the raise calls them) is not slower than
    XLA; ``is_narrow`` where elements have 16 bits."""
    if is_backward(norms) or is_narrow or any("layernorm" in norm for norm in norms):
        return True
    return max(result_bytes) < FRESH


def shares(norms: Sequence[str], moved: int) -> bool:
    """Whether threads share the rows of a call that moves so many bytes."""
    return moved >= (BACKWARD_SHARED if is_backward(norms) else FORWARD_SHARED)
