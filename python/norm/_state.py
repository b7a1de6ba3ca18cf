# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is on inside a host, PyTorch or JAX, and what has happened so far."""

import threading
import warnings
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple


class State:
    """Counters and options of this process beside one host."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.lock = threading.Lock()
        self.precision = "relaxed"
        self.programs: Optional[List[str]] = None  # of groups, where a report wants them
        # Norms forward and backward, and calls, since it was called.
        self.take_counts: Callable[[], Tuple[int, int, int]] = lambda: (0, 0, 0)
        self.reset()

    def reset(self) -> None:
        self.take_counts()
        self.forward = self.backward = self.calls = 0
        self.fallbacks: List[str] = []
        self.fallback_count = 0  # with those for a reason that was noted before

    def count_norms(self, direction: str, count: int = 1) -> None:
        with self.lock:
            setattr(self, direction, getattr(self, direction) + count)

    def note_program(self, program: str) -> None:
        """A group that was searched."""
        if self.programs is not None and program not in self.programs:
            self.programs.append(program)

    @contextmanager
    def collecting(self) -> Iterator[List[str]]:
        """The programs of groups that are searched in the meantime."""
        kept, self.programs = self.programs, []
        try:
            yield self.programs
        finally:
            self.programs = kept

    def count_call(self) -> None:
        with self.lock:
            self.calls += 1

    def fall_back(self, reason: str) -> None:
        """Notes why the host computes what a kernel was to, and says so once."""
        with self.lock:
            self.fallback_count += 1
            if reason in self.fallbacks:
                return
            self.fallbacks.append(reason)
        warnings.warn(f"norm: {self.host} computes this itself: {reason}", RuntimeWarning, stacklevel=3)

    def stats(self) -> Dict[str, Any]:
        with self.lock:
            forward, backward, calls = self.take_counts()
            self.forward += forward
            self.backward += backward
            self.calls += calls
            return {
                "forward": self.forward,
                "backward": self.backward,
                "calls": self.calls,
                "fallbacks": list(self.fallbacks),
            }
