# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random decisions that can be taken back, one by one."""
import random


class Choices:
    """Draws from a seed; what `forced` names has the value given there."""

    def __init__(self, seed, forced=None):
        self.random = random.Random(seed)
        self.forced = forced or {}
        self.taken = {}

    def pick(self, name, options, weights=None):
        """One of `options`, the first of which is the simplest."""
        options = list(options)
        drawn = self.random.choices(options, weights)[0]
        value = self.forced.get(name, drawn)
        if value not in options:
            value = options[0]
        self.taken[name] = (value, value == options[0], options[0])
        return value

    def maybe(self, name, probability):
        return self.pick(name, [False, True], [1 - probability, probability])

    def unusual(self):
        """The decisions that were not for the simplest option."""
        return {n: value for n, (value, simplest, _) in self.taken.items() if not simplest}
