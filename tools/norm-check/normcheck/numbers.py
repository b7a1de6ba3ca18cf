# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Literals, and what they stand for."""
import re
from fractions import Fraction

from .errors import Malformed

# Bits of the significand, and the least exponent.
FORMATS = {"f64": (53, -1022), "f32": (24, -126), "f16": (11, -14), "bf16": (8, -126)}

DECIMAL = re.compile(r"-?\d{1,60}(?:\.\d{0,60})?(?:[eE][+-]?\d{1,3})?")


def decimal(text):
    """A decimal number of a length that a float has."""
    if not DECIMAL.fullmatch(text):
        raise Malformed(f"expected a number, got {text[:40]!r}")
    return Fraction(text)


# Bits of a number, and of its significand as it is stored.
BITS = {"f64": (64, 52), "f32": (32, 23), "f16": (16, 10), "bf16": (16, 7)}


def number_of_bits(bits, type):
    """The number that bits are, None for infinities and NaN."""
    width, stored = BITS[type]
    significand, exponent = bits & (1 << stored) - 1, bits >> stored & (1 << width - 1 - stored) - 1
    if bits >> width or exponent == (1 << width - 1 - stored) - 1:
        return None
    value = Fraction(significand + (1 << stored if exponent else 0))
    value *= Fraction(2) ** (max(exponent, 1) - 1 + FORMATS[type][1] - stored)
    return -value if bits >> width - 1 else value, type


def number_of(text):
    """The value of a literal attribute: a fraction and its type, else None."""
    found = re.fullmatch(r"(?:dense<)?([^<>\[\]]+?)>? : (?:tensor<(?:\d+x|\?x)*)?(\w+)>?", text.strip())
    if text in ("true", "false"):
        return Fraction(text == "true"), "i1"
    if not found:
        return None
    value, type = found.group(1), found.group(2)
    if value in ("true", "false"):
        return Fraction(value == "true"), "i1"
    if type in BITS and re.fullmatch(r"0x[0-9A-F]{4,16}", value):
        return number_of_bits(int(value, 16), type)
    if not DECIMAL.fullmatch(value):
        return None
    return (nearest(Fraction(value), type) if type in FORMATS else Fraction(value)), type


def is_infinite(text, sign):
    """Whether a literal attribute is the infinity of a sign."""
    found = re.fullmatch(r"(?:dense<)?0x([0-9A-F]{4,16})>? : (?:tensor<(?:\d+x|\?x)*)?(\w+)>?", text.strip())
    if not found or found.group(2) not in BITS:
        return False
    width, stored = BITS[found.group(2)]
    return int(found.group(1), 16) == ((1 << width) - (1 << stored) if sign < 0 else (1 << width - 1) - (1 << stored))


def exponent_of(value, type):
    """The exponent of the last place of a number of a float type."""
    precision, least = FORMATS[type]
    power = abs(value.numerator).bit_length() - value.denominator.bit_length()
    if Fraction(2) ** power > abs(value):
        power -= 1
    return max(power, least) - precision + 1


def is_power_of_two(value):
    """0 counts as one: each of few bits is meant as it is written."""
    return all(n & (n - 1) == 0 for n in (abs(value.numerator), value.denominator))


def nearest(value, type):
    """Rounded to a float type, ties to even."""
    if not value:
        return value
    unit = Fraction(2) ** exponent_of(value, type)
    return round(value / unit) * unit




FRACTION = r"\d+(?:/[1-9]\d*)?"
CLAIM = re.compile(rf"(1/)?sqrt\(({FRACTION})\)|sqrt\(sqrt\(({FRACTION})\)\)|(-?{FRACTION})")


def parse_number(text):
    """("is", number), ("sqrt", number, whether it is the reciprocal), or ("root4",
    number)."""
    found = CLAIM.fullmatch(text) if len(text) < 1000 else None
    if not found:
        raise Malformed(f"expected a number, got {text[:40]!r}")
    if found.group(2):
        return "sqrt", Fraction(found.group(2)), bool(found.group(1))
    if found.group(3):
        return "root4", Fraction(found.group(3))
    return "is", Fraction(found.group(4))


def rounds_to(claim, value, type, halves=1):
    """Whether the type rounds what is claimed to the value; or it is within so
    many halves of a unit in the last place."""
    if type not in FORMATS:
        return claim == ("is", value)
    half = halves * Fraction(2) ** exponent_of(value, type) / 2 if value else Fraction(0)
    low, high = value - half, value + half
    if claim[0] == "is":
        return low <= claim[1] <= high
    if low <= 0:
        return False
    if claim[0] == "root4":
        return low**4 <= claim[1] <= high**4
    if claim[2]:
        low, high = 1 / high, 1 / low
    return low * low <= claim[1] <= high * high
