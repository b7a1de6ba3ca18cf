# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What equals its operand over the reals, and not in floating point.

Each trick takes a node and a recipe and returns a node of the same shape and
type. It may stay beside a norm or before it; what must not happen is that it
disappears: then a rounding, a NaN or an infinity is lost.
"""
from expression import *

# 1.5 * 2^(p - 1), beside which a number is rounded to an integer; 2^(p / 2) + 1,
# by which a number is split in two; a number far larger than the values.
ROUNDER = {"f64": 1.5 * 2.0**52, "f32": 1.5 * 2.0**23, "f16": 1.5 * 2.0**10, "bf16": 1.5 * 2.0**7}
SPLITTER = {"f64": 2.0**27 + 1, "f32": 2.0**12 + 1, "f16": 2.0**6 + 1, "bf16": 2.0**4 + 1}
LARGEST = {
    "f64": 1.7976931348623157e308,
    "f32": 3.4028234663852886e38,
    "f16": 65504.0,
    "bf16": 3.3895313892515355e38,
}
TRICKS = {}
# Tricks by which a rounding of their operand may become any other number. Where
# the operand is a norm, which may be rounded otherwise, values say nothing of
# them; that their arithmetic is still there does.
AMPLIFIES = {}


def trick(function, arithmetic=0):
    """Registers a trick; where it amplifies, with the least number of ops of it."""
    name = function.__name__.replace("_", " ")
    TRICKS[name] = function
    if arithmetic:
        AMPLIFIES[name] = arithmetic
    return function


def amplifier(arithmetic):
    return lambda function: trick(function, arithmetic)


def other(node, recipe, kind="huge"):
    """A leaf that is added to a node: of its shape, of rows, or for each row."""
    shape = recipe.choices.pick("shape of the leaf", ["full", "of rows", "for each row"])
    own = node.shape
    if shape == "of rows":
        own = tuple(e if i in recipe.axes else 1 for i, e in enumerate(node.shape))
    elif shape == "for each row":
        own = tuple(1 if i in recipe.axes else e for i, e in enumerate(node.shape))
    if node.rank != recipe.rank:
        own = node.shape
    return recipe.leaf(f"t_{kind}", own, node.type, kind=kind)


def pick(recipe, options):
    """One of the spellings of a trick."""
    return options[recipe.choices.pick("spelling", range(len(options)))]()


def zero(node):
    return constant(0.0, node.type)


def compare(predicate, a, b):
    a, b = (v if isinstance(v, Node) else constant(v, w.type) for v, w in ((a, b), (b, a)))
    return Node("cmp", (a, b), broadcast_shapes(a.shape, b.shape), "i1", predicate)


def select(condition, a, b):
    a, b = (v if isinstance(v, Node) else constant(v, w.type) for v, w in ((a, b), (b, a)))
    return Node("select", (condition, a, b), broadcast_shapes(condition.shape, a.shape, b.shape), a.type)


# Roundings --------------------------------------------------------------------


@amplifier(2)
def rounded_by_a_magic_number(x, recipe):
    c = ROUNDER[x.type] / recipe.choices.pick("finer", [1.0, 4.0, 16.0])
    return pick(
        recipe,
        [
            lambda: (x + c) - c,
            lambda: (c + x) - c,
            lambda: (x - c) + c,
            lambda: -(c - (x + c)),
            lambda: (x + c) + -c,
            lambda: x - (x - ((x + c) - c)),
        ],
    )


@amplifier(2)
def plus_and_minus_a_leaf(x, recipe):
    z = other(x, recipe)
    return pick(
        recipe,
        [
            lambda: (x + z) - z,
            lambda: (z + x) - z,
            lambda: z - (z - x),
            lambda: (x - z) + z,
            lambda: (x + z) + -z,
            lambda: (x + 2.0 * z) - (z + z),
            lambda: ((x + z) * 0.5 - z * 0.5) * 2.0,
        ],
    )


@amplifier(3)
def higher_half_by_Dekker(x, recipe):
    def higher():
        t = x * SPLITTER[x.type]
        return t - (t - x)

    return pick(recipe, [higher, lambda: higher() + (x - higher()), lambda: (x - higher()) * 3.0 + x])


@amplifier(3)
def rounding_error_of_a_product(x, recipe):
    if x.type not in ("f32", "f64"):
        return rounded_by_a_magic_number(x, recipe)
    error = fused(x, x, -(x * x))
    large = 2.0**24 if x.type == "f32" else 2.0**53
    return pick(
        recipe,
        [
            lambda: x + error * large,
            lambda: x - large * error,
            lambda: x + fused(-x, x, x * x) * large,
            lambda: fused(error, error * 0.0 + large, x),
        ],
    )


@amplifier(3)
def rounding_error_of_a_sum(x, recipe):
    z = other(x, recipe)
    s = x + z
    back = s - x
    error = (x - (s - back)) + (z - back)
    return pick(recipe, [lambda: x + error, lambda: x + error * 4.0, lambda: x - (z - (s - x))])


@amplifier(1)
def rounded_to_integers(x, recipe):
    return unary(recipe.choices.pick("rounding", ["roundeven", "floor", "trunc", "round"]), x)


# Leaves that vanish -----------------------------------------------------------


@trick
def zero_times_a_leaf(x, recipe):
    z = other(x, recipe, recipe.choices.pick("kind of the leaf", ["plain", "huge"]))
    return pick(
        recipe,
        [
            lambda: x + z * 0.0,
            lambda: x + (z - z),
            lambda: x - 0.0 * z,
            lambda: x + x * (z - z),
            lambda: x * (1.0 + (z - z)),
            lambda: x + (z + z - 2.0 * z),
            lambda: x + (x - x),
            lambda: x - x * 0.0,
            lambda: x + (z * 0.0) * z,
        ],
    )


@trick
def a_factor_and_its_reciprocal(x, recipe):
    z = other(x, recipe, recipe.choices.pick("kind of the leaf", ["plain", "positive"]))
    w = 1.0 + z * z
    return pick(
        recipe,
        [
            lambda: x * w / w,
            lambda: x * (w * (1.0 / w)),
            lambda: x * (z / z),
            lambda: (x / w) * w,
            lambda: (x * unary("exp", z)) * unary("exp", -z),
            lambda: x * (unary("exp", z) / unary("exp", z)),
            lambda: x * (unary("abs", z) / unary("sqrt", z * z)),
            lambda: x * (unary("rsqrt", w) * unary("sqrt", w)),
        ],
    )


@trick
def a_shift_for_each_row(x, recipe):
    own = tuple(1 if i in recipe.axes else e for i, e in enumerate(x.shape))
    # As large as x: the sum of a small x and a large shift keeps little of x.
    c = recipe.leaf("t_shift", own if x.rank == recipe.rank else x.shape, x.type, kind="x")
    if recipe.factor < 1:
        c = c * recipe.factor
    return pick(recipe, [lambda: x + c, lambda: x - c, lambda: c + x, lambda: x + c * 2.0])


# Comparisons ------------------------------------------------------------------


@trick
def clamped_to_the_finite_range(x, recipe):
    most, infinity = LARGEST[x.type], float("inf")
    bound = lambda op, value: binary(op, x, constant(value, x.type))
    return pick(
        recipe,
        [
            lambda: binary("max", bound("min", most), constant(-most, x.type)),
            lambda: binary("min", constant(most, x.type), bound("max", -most)),
            lambda: bound("min", most),
            lambda: bound("max", -most),
            lambda: bound("minnum", infinity),
            lambda: bound("maxnum", -infinity),
            lambda: bound("max", -infinity),
            lambda: bound("minnum", most),
            lambda: select(compare("ogt", x, most), most, x),
            lambda: binary("maxnum", x, x),
        ],
    )


@amplifier(1)  # y may be compared with what differs from it by a rounding
def zero_where_not_finite(x, recipe):
    infinity, most = float("inf"), LARGEST[x.type]
    y = x + 1.0
    return pick(
        recipe,
        [
            lambda: select(compare("oeq", x - x, 0.0), x, 0.0),
            lambda: select(compare("oeq", x * 0.0, 0.0), x, 0.0),
            lambda: select(compare("olt", unary("abs", x), infinity), x, 0.0),
            lambda: select(compare("ole", unary("abs", x), most), x, 0.0),
            lambda: select(compare("oeq", x, x), x, 0.0),
            lambda: select(compare("uno", x, x), 0.0, x),
            lambda: select(compare("une", x - x, 0.0), 0.0, x),
            lambda: select(compare("ord", x, x * 0.0), x, 0.0),
            lambda: select(compare("oge", x * x, 0.0), x, 0.0),
            lambda: select(compare("oge", unary("abs", x), 0.0), x, 1.0),
            lambda: select(compare("olt", x, y), x, 0.0),
            lambda: select(compare("ogt", unary("exp", x), -1.0), x, 0.0),
            lambda: select(compare("oeq", x * 2.0 - x, x), x, 0.0),
        ],
    )


# Of a statistic that is not negative ------------------------------------------


def clamps_of_statistics(v, recipe):
    """Clamps at 0 that drop or keep a NaN."""
    return pick(
        recipe,
        [
            lambda: binary("maxnum", v, zero(v)),
            lambda: binary("maxnum", zero(v), v),
            lambda: select(compare("ogt", v, 0.0), v, 0.0),
            lambda: select(compare("oge", v, 0.0), v, 0.0),
            lambda: select(compare("ult", v, 0.0), 0.0, v),
            lambda: select(compare("olt", v, 0.0), 0.0, v),
            lambda: select(compare("ugt", v, 0.0), v, 0.0),
            lambda: -binary("minnum", -v, -zero(v)),
            lambda: binary("minnum", v, constant(LARGEST[v.type], v.type)),
            lambda: binary("min", v, constant(LARGEST[v.type], v.type)),
            lambda: select(compare("oeq", v, v), v, 1.0),
        ],
    )
