# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The gradient of max(0, E[x^2] - E[x]^2).

A variance is computed like that so that rounding cannot make it negative. The
gradient of the maximum M = max(v, 0) by v is spelled by JAX

    select(v == M, 1, 0) / select(0 == M, 2, 1)

which is 1 where v > 0. Where v = 0 a row has one value, and what the gradient
multiplies is 0: x - E[x]. So it is 1 for every v that is a variance.
"""

from typing import Dict, NamedTuple, Optional, Sequence, Tuple

from .._linalg import Number, Operand, View


class Made(NamedTuple):
    """How a tensor came to be."""

    opcode: str
    operands: Tuple[Operand, ...]
    dims: Tuple[int, ...] = ()  # of a sum


class Variances:
    """What is known of the tensors of a group."""

    def __init__(self) -> None:
        self.made: Dict[str, Made] = {}

    def note(self, value: View, opcode: str, operands: Sequence[Operand], dims: Sequence[int] = ()) -> None:
        self.made[value.name] = Made(opcode, tuple(operands), tuple(dims))

    def _get(self, value: Operand, opcode: str) -> Optional[Made]:
        made = self.made.get(value.name) if isinstance(value, View) else None
        return made if made and made.opcode == opcode else None

    def _mean(self, value: Operand) -> Optional[Tuple[Operand, Tuple]]:
        """Of sum(a) * c or sum(a) / c: a, and what the sum and c are."""
        for opcode in ("multiply", "divide"):
            scaled = self._get(value, opcode)
            if scaled and isinstance(scaled.operands[1], Number):
                total = self._get(scaled.operands[0], "sum")
                if total:
                    return total.operands[0], (opcode, scaled.operands[1], total.dims)
        return None

    def _is_variance(self, value: Operand) -> bool:
        """E[x * x] - E[x] * E[x]"""
        difference = self._get(value, "subtract")
        square = difference and self._get(difference.operands[1], "multiply")
        first = difference and self._mean(difference.operands[0])
        second = square and self._mean(square.operands[0])
        if not first or not second or square.operands[0] != square.operands[1] or first[1] != second[1]:
            return False
        product = self._get(first[0], "multiply")
        return bool(product) and product.operands == (second[0], second[0])

    def compare(self, one: Operand, other: Operand) -> Optional[bool]:
        """Whether two values are equal, where one is max(v, 0) of a variance v and
        the other v, or 0."""
        for value, maximum in ((one, other), (other, one)):
            made = self._get(maximum, "maximum")
            if made and Number(0.0) in made.operands:
                (variance,) = (o for o in made.operands if o != Number(0.0))
                if self._is_variance(variance) and value in (variance, Number(0.0)):
                    return value == variance
        return None
