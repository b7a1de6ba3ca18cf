# Element types, and bodies of elementwise ops that are called twice: with symbols,
# which write MLIR, and with NumPy arrays in f64.

import math

import numpy as np

NUMPY = {"f64": np.float64, "f32": np.float32, "f16": np.float16,
         "i8": np.int8}
# Half the distance of neighbours of 1.
UNIT = {"f64": 2.0**-53, "f32": 2.0**-24, "f16": 2.0**-11, "bf16": 2.0**-8,
        "f8E4M3FN": 2.0**-4, "i8": 0.0}


def store(values, element):
    """Float64 values rounded to `element`, as NumPy has it; bf16 as bits."""
    values = np.asarray(values)
    if element == "bf16":
        bits = np.atleast_1d(values).astype(np.float32).view(np.uint32)
        bits = bits.astype(np.uint64)
        bits = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
        return bits.astype(np.uint16).reshape(values.shape)
    return values.astype(NUMPY[element])


def widen(array, element):
    if element == "bf16":
        bits = np.atleast_1d(array).astype(np.uint32) << 16
        array = bits.view(np.float32).reshape(np.shape(array))
    if element == "f8E4M3FN":
        codes = np.asarray(array).astype(int)
        exponent, digits = (codes & 0x7F) >> 3, codes & 7
        value = np.where(exponent == 0, digits * 2.0**-9,
                         (8 + digits) * 2.0**(exponent - 10.0))
        value = np.where(codes & 0x7F == 0x7F, np.nan, value)
        return np.where(codes & 0x80, -value, value)
    return array.astype(np.float64)


class Symbol:
    """A scalar in the body of an op, in `element`."""

    def __init__(self, name, element, lines):
        self.name, self.element, self.lines = name, element, lines

    def emit(self, op, *others, element=None):
        """The result of `op` on this and other symbols or numbers."""
        element = element or self.element
        operands = ", ".join(
            [self.name] + [self.constant(o).name for o in others])
        name = f"%v{len(self.lines)}"
        types = (f"{self.element} to {element}" if element != self.element
                 else element)
        self.lines.append(f"{name} = {op} {operands} : {types}")
        return Symbol(name, element, self.lines)

    def constant(self, value):
        if isinstance(value, Symbol):
            return value
        name = f"%v{len(self.lines)}"
        self.lines.append(
            f"{name} = arith.constant {value:.17e} : {self.element}")
        return Symbol(name, self.element, self.lines)

    def __add__(self, other):
        return self.emit("arith.addf", other)

    def __sub__(self, other):
        return self.emit("arith.subf", other)

    def __mul__(self, other):
        return self.emit("arith.mulf", other)

    def __truediv__(self, other):
        return self.emit("arith.divf", other)

    def __radd__(self, other):
        return self.constant(other) + self

    def __rsub__(self, other):
        return self.constant(other) - self

    def __rtruediv__(self, other):
        return self.constant(other) / self

    __rmul__ = __mul__

    def __neg__(self):
        return self.emit("arith.negf")

    def convert(self, element):
        if element == self.element:
            return self
        if element == "i8":
            return self.emit("arith.fptosi", element=element)
        op = "arith.extf" if UNIT[element] < UNIT[self.element] else "arith.truncf"
        if {element, self.element} == {"f16", "bf16"}:
            return self.convert("f32").convert(element)
        return self.emit(op, element=element)


def function(op, numpy):
    return lambda a, *b: (a.emit(op, *b) if isinstance(a, Symbol)
                          else numpy(a, *b))


exp = function("math.exp", np.exp)
tanh = function("math.tanh", np.tanh)
erf = function("math.erf", np.vectorize(math.erf, otypes=[float]))
absolute = function("math.absf", np.abs)
maximum = function("arith.maximumf", np.maximum)
minimum = function("arith.minimumf", np.minimum)
roundeven = function("math.roundeven", np.round)
