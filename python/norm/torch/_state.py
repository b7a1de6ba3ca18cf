# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is on, and what has happened so far."""

from .._state import State

STATE = State("PyTorch")
