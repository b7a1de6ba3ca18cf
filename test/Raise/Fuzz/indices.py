# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Index arithmetic as exporters write it: sizes and offsets that are computed."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Inputs"))
import rows
from rows import Value, writer


def op(name, a, b):
    return writer.value(f"arith.{name} {a.name}, {b.name} : index", None, "index")


class Indices:
    """Computes numbers and extents in random ways."""

    def __init__(self, random):
        self.random = random

    def zero(self, known):
        """0, of an extent if there is one among `known`."""
        extents = [e for e in known if isinstance(e, Value)] or [rows.index(64)]
        e, c = self.random.choice(extents), rows.index
        ways = [
            lambda: op("subi", e, e),
            lambda: op("minsi", c(0), e),
            lambda: op("minsi", e, c(0)),
            lambda: op("muli", e, c(0)),
            lambda: op("maxsi", op("minsi", c(0), e), c(0)),
            lambda: op("remsi", e, c(1)),
            lambda: self.through_i64(c(0)),
        ]
        return self.random.choice(ways)()

    def through_i64(self, value):
        wide = writer.value(f"arith.index_cast {value.name} : index to i64", None, "i64")
        return writer.value(f"arith.index_cast {wide.name} : i64 to index", None, "index")

    def number(self, number, known):
        """A static number, as it is or as a value."""
        if self.random.random() < 0.4:
            return number
        if number == 0:
            return self.zero(known)
        c = rows.index
        ways = [
            lambda: op("addi", c(number), self.zero(known)),
            lambda: op("subi", c(number), self.zero(known)),
            lambda: op("minsi", c(number), c(number + 100)),
            lambda: self.through_i64(c(number)),
            lambda: op("maxsi", c(number), c(0)),
            lambda: op("muli", c(number), c(1)),
            lambda: op("addi", c(number - 1), c(1)),
        ]
        return self.random.choice(ways)()

    def size(self, extent, known):
        """An extent; a static one stays as it is."""
        if not isinstance(extent, Value) or self.random.random() < 0.5:
            return extent
        c = rows.index
        ways = [
            lambda: op("addi", extent, c(0)),
            lambda: op("muli", extent, c(1)),
            lambda: op("subi", extent, self.zero(known)),
            lambda: op("maxsi", extent, c(0)),
            lambda: op("subi", op("addi", extent, c(3)), c(3)),
            lambda: op("divsi", op("muli", extent, c(2)), c(2)),
            lambda: op("ceildivsi", extent, c(1)),
            lambda: self.through_i64(extent),
        ]
        return self.random.choice(ways)()
