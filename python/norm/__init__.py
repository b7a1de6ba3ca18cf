# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Normalization layers: found in MLIR programs, compiled, called on arrays.

Arrays are of any library that has DLPack (NumPy, PyTorch, JAX, ...), and lie on
the CPU, or all on one CUDA device. They are read where they lie, and results are
arrays of the library of the first argument.
"""

from ._errors import ArgumentError, Error, ProgramError, UnsupportedError
from ._instrument import Instrument, Profile, instrument
from ._norm import (
    __version__,
    add_rmsnorm,
    layernorm,
    layernorm_backward,
    prmsnorm,
    prmsnorm_backward,
    rmsnorm,
    rmsnorm_backward,
)
from ._programs import Remark, Report, compile, raise_norms, report
from ._settings import cache_info, configure

__all__ = [
    "ArgumentError",
    "Error",
    "Instrument",
    "Profile",
    "ProgramError",
    "Remark",
    "Report",
    "UnsupportedError",
    "add_rmsnorm",
    "cache_info",
    "compile",
    "configure",
    "instrument",
    "layernorm",
    "layernorm_backward",
    "prmsnorm",
    "prmsnorm_backward",
    "raise_norms",
    "report",
    "rmsnorm",
    "rmsnorm_backward",
]
