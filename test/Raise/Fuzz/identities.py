# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Identities of algebra: each rewrites a node into another that is equal.

A rule takes a node and a random generator and returns the new node, or None
where it does not apply. Where an identity needs a sign, `nonnegative` says so.
"""
import math

from expression import *

RULES = {}

# What is not negative over the reals, and rounded may be: a maximum or magnitude
# differs by that rounding, and a root would be NaN.
BUT_FOR_ROUNDING = "but for rounding"


def rule(weight=1.0):
    def register(function):
        RULES[function.__name__] = (function, weight)
        return function

    return register


def is_scalar(node):
    return all(e == 1 for e in node.shape)


def varies_less(node, other):
    """Whether `node` is constant along a dimension in which `other` varies."""
    shape = (1,) * (other.rank - node.rank) + node.shape
    return other.rank >= node.rank and any(a == 1 and b != 1 for a, b in zip(shape, other.shape))


def is_of_row(node, other):
    """Whether `node` is a number, or a statistic of rows in which `other` varies."""
    if node.op in ("const", "extent"):
        return True
    return varies_less(node, other) and any(n.op in ("reduce", "part") for n in nodes_of([node]))


def is_constant_along(node, axes, rank):
    shape = (1,) * (rank - node.rank) + node.shape
    return all(shape[a] == 1 for a in axes)


# Sums and products ------------------------------------------------------------


@rule(2)
def commute(node, rng):
    if node.op in ("add", "mul", "max", "min"):
        return binary(node.op, node.args[1], node.args[0])


@rule(2)
def associate(node, rng):
    """Two scalars are not added up: (x + c) - c rounds x, and x + (c - c) does not."""
    if node.op in ("add", "mul"):
        a, b = node.args
        if a.op == node.op:
            if node.op == "add" and is_scalar(a.args[1]) and is_scalar(b):
                return None
            return binary(node.op, a.args[0], binary(node.op, a.args[1], b))
        if b.op == node.op:
            if node.op == "add" and is_scalar(a) and is_scalar(b.args[0]):
                return None
            return binary(node.op, binary(node.op, a, b.args[0]), b.args[1])


@rule()
def subtract_as_add(node, rng):
    if node.op == "sub":
        a, b = node.args
        return rng.choice([a + -b, -(b - a), a + b * -1.0])


@rule()
def add_of_negative(node, rng):
    if node.op == "add" and node.args[1].op == "neg":
        return node.args[0] - node.args[1].args[0]


@rule()
def spell_negative(node, rng):
    if node.op == "neg":
        a = node.args[0]
        return rng.choice([0.0 - a, a * -1.0])


@rule()
def move_sign(node, rng):
    if node.op in ("mul", "div"):
        a, b = node.args
        if a.op == "neg":
            return -binary(node.op, a.args[0], b)
        if b.op == "neg":
            return -binary(node.op, a, b.args[0])
    if node.op == "neg" and node.args[0].op in ("mul", "div"):
        product = node.args[0]
        return binary(product.op, -product.args[0], product.args[1])


@rule(1.5)
def divide_as_multiply(node, rng):
    if node.op != "div":
        return None
    a, b = node.args
    if is_constant(b):
        return a * (1.0 / b.attr)
    if is_constant(a, 1.0):
        return None
    return a * (1.0 / b)


@rule()
def multiply_as_divide(node, rng):
    if node.op == "mul" and is_constant(node.args[1]) and node.args[1].attr not in (0.0, 1.0, -1.0):
        return node.args[0] / (1.0 / node.args[1].attr)


@rule()
def regroup_quotient(node, rng):
    if node.op == "div" and node.args[0].op == "mul":
        (a, b), c = node.args[0].args, node.args[1]
        return rng.choice([a * (b / c), (a / c) * b])
    if node.op == "mul" and node.args[1].op == "div":
        a, (b, c) = node.args[0], node.args[1].args
        return (a * b) / c


@rule(1.5)
def distribute(node, rng):
    """(a +- b) * c = a*c +- b*c, where one of the terms varies less than the
    other: a row is never torn into terms that all vary."""
    if node.op not in ("mul", "div"):
        return None
    a, b = node.args
    if node.op == "mul" and b.op in ("add", "sub") and a.op not in ("add", "sub"):
        a, b = b, a
    if a.op not in ("add", "sub") or a is b:
        return None
    left, right = a.args
    if not (is_of_row(left, a) or is_of_row(right, a) or is_scalar(a)):
        return None
    # g * (1 + m) without x is a tensor beside the norm: as g + g*m it has no
    # scale that the op could take.
    if not any(n.op == "leaf" and n.attr[1] == "x" for n in nodes_of([node])):
        return None
    # (x - 0) * g is x*g - 0*g but for g = inf: then there is a NaN.
    if is_constant(left, 0.0) or is_constant(right, 0.0):
        return None
    if not (varies_less(b, a) or is_scalar(b)):
        return None
    return binary(a.op, binary(node.op, left, b), binary(node.op, right, b))


@rule()
def factor(node, rng):
    if node.op in ("add", "sub"):
        a, b = node.args
        if a.op == b.op and a.op in ("mul", "div") and a.args[1] is b.args[1]:
            return binary(a.op, binary(node.op, a.args[0], b.args[0]), a.args[1])


@rule()
def expand_square(node, rng):
    if is_square(node) and node.args[0].op in ("add", "sub"):
        sum_ = node.args[0]
        a, b = sum_.args
        if not (is_of_row(a, sum_) or is_of_row(b, sum_)):
            return None
        middle = rng.choice([2.0 * (a * b), (2.0 * a) * b, a * (b + b)])
        expanded = binary(sum_.op, a * a, middle) + b * b
        expanded.nonnegative = BUT_FOR_ROUNDING
        return expanded


@rule()
def fuse_multiply_add(node, rng):
    if node.op == "add" and node.args[0].op == "mul" and node.type in ("f32", "f64"):
        return fused(*node.args[0].args, node.args[1])


# Things that change nothing ---------------------------------------------------


@rule(0.7)
def do_nothing(node, rng):
    if node.op in ("const", "extent", "sums") or node.type == "i1":
        return None
    return rng.choice(
        [
            lambda: node - 0.0,
            lambda: node + 0.0,
            lambda: node * 1.0,
            lambda: node / 1.0,
            lambda: -(-node),
            lambda: 1.0 * node,
        ]
    )()


@rule(0.5)
def double_and_halve(node, rng):
    if node.op in ("const", "extent", "sums") or node.type == "f16":
        return None
    return rng.choice(
        [lambda: (node + node) * 0.5, lambda: (node * 2.0) / 2.0, lambda: (0.5 * node) * 2.0]
    )()


@rule(0.5)
def clamp(node, rng):
    if node.nonnegative and node.op not in ("const", "extent", "sums"):
        zero = constant(0.0, node.type)
        return binary("max", *rng.choice([(node, zero), (zero, node)]))


@rule(0.4)
def magnitude(node, rng):
    if node.nonnegative and node.op not in ("const", "extent", "sums"):
        return unary("abs", node)


@rule(0.3)
def maximum_by_minimum(node, rng):
    if node.op == "max":
        return -binary("min", -node.args[0], -node.args[1])


@rule(0.5)
def square_of_root(node, rng):
    if node.nonnegative is True and node.op not in ("const", "extent", "sums") and node.type != "f16":
        root = unary("sqrt", node)
        return rng.choice([root * root, power(root, 2.0)])


@rule(0.5)
def widen_and_narrow(node, rng):
    if node.op in ("const", "extent", "sums"):
        return None
    wider = {"f32": ["f64"], "f16": ["f32", "f64"], "bf16": ["f32", "f64"]}.get(node.type)
    if wider:
        result = cast(cast(node, rng.choice(wider)), node.type)
        return result


@rule(0.6)
def compute_again(node, rng):
    """A second computation of the same value, which nothing merges."""
    if node.args and node.op not in ("part", "sums"):
        return with_args(node, node.args)


# Powers -----------------------------------------------------------------------


@rule(1.5)
def spell_square(node, rng):
    if is_square(node):
        a = node.args[0]
        magnitude_ = unary("abs", a)
        return rng.choice(
            [
                lambda: power(a, 2.0),
                lambda: power(a, 2, integer=True),
                lambda: magnitude_ * magnitude_,
                lambda: power(magnitude_, 2.0),
                lambda: a * a,
                lambda: a * with_args(a, a.args) if a.args and a.op != "part" else a * a,
                lambda: (-a) * (-a),
            ]
        )()


@rule(2)
def spell_reciprocal_root(node, rng):
    if node.op == "rsqrt":
        a = node.args[0]
        return rng.choice(
            [
                lambda: 1.0 / unary("sqrt", a),
                lambda: power(a, -0.5),
                lambda: unary("sqrt", 1.0 / a),
                lambda: power(unary("sqrt", a), -1.0),
                lambda: 1.0 / power(a, 0.5),
                lambda: power(1.0 / a, 0.5),
            ]
        )()
    if node.op == "div" and node.args[1].op == "sqrt":
        return node.args[0] * unary("rsqrt", node.args[1].args[0])
    if node.op == "mul" and node.args[1].op == "rsqrt":
        return node.args[0] / unary("sqrt", node.args[1].args[0])


@rule()
def spell_root(node, rng):
    if node.op == "sqrt":
        return power(node.args[0], 0.5)


@rule(0.7)
def spell_reciprocal(node, rng):
    if node.op == "div" and is_constant(node.args[0], 1.0) and not is_constant(node.args[1]):
        return power(node.args[1], -1.0)


@rule(0.7)
def rescale_root(node, rng):
    """rsqrt(a) = c * rsqrt(c^2 * a)."""
    if node.op == "rsqrt" and node.type != "f16":
        c = rng.choice([2.0, 0.5, 4.0])
        return unary("rsqrt", node.args[0] * (c * c)) * c


@rule()
def clear_divisor(node, rng):
    """rsqrt(s / n + e) = sqrt(n) * rsqrt(s + n*e)."""
    if node.op != "rsqrt" or node.args[0].op != "add" or node.type == "f16":
        return None
    mean, epsilon = node.args[0].args
    if is_constant(mean):
        mean, epsilon = epsilon, mean
    if not is_constant(epsilon) or mean.op not in ("div", "mul") or not is_constant(mean.args[1]):
        return None
    if mean.args[1].attr <= 0.0:
        return None
    n = mean.args[1].attr if mean.op == "div" else 1.0 / mean.args[1].attr
    root = unary("rsqrt", mean.args[0] + n * epsilon.attr)
    return rng.choice([lambda: root * math.sqrt(n), lambda: root / (1 / math.sqrt(n))])()


# Constants --------------------------------------------------------------------


@rule(0.5)
def split_constant(node, rng):
    if node.op == "add" and is_constant(node.args[1]):
        a, c = node.args[0], node.args[1].attr / 2
        return (a + c) + c
    if node.op == "mul" and is_constant(node.args[1]):
        return (node.args[0] * (2.0 * node.args[1].attr)) * 0.5
    if node.op == "div" and is_constant(node.args[1]) and node.type != "f16":
        root = math.sqrt(node.args[1].attr) if node.args[1].attr > 0 else 1.0
        return rng.choice(
            [lambda: (node.args[0] / (2.0 * node.args[1].attr)) * 2.0]
            + ([lambda: (node.args[0] / root) / root] if root != 1.0 else [])
        )()


# Reductions -------------------------------------------------------------------


def is_sum(node):
    return node.op == "reduce" and node.attr[1:] == ("sum", 0.0)


@rule(1.5)
def factor_into_sum(node, rng):
    if node.op not in ("mul", "div"):
        return None
    a, b = node.args
    if node.op == "mul" and is_sum(b):
        a, b = b, a
    if is_sum(a) and b.rank <= a.rank and is_constant_along(b, a.attr[0], a.rank):
        if broadcast_shapes(a.shape, b.shape) == a.shape:
            return reduction(binary(node.op, a.args[0], b), a.attr[0])


@rule()
def factor_out_of_sum(node, rng):
    if not is_sum(node) or node.args[0].op not in ("mul", "div"):
        return None
    product = node.args[0]
    a, b = product.args
    if product.op == "mul" and rng.random() < 0.5:
        a, b = b, a
    if a.shape == product.shape and is_constant_along(b, node.attr[0], product.rank):
        return binary(product.op, reduction(a, node.attr[0]), b)


@rule()
def factor_into_square(node, rng):
    """(a * b) * c where c is a constant: (a * c) * b."""
    if node.op == "mul" and is_constant(node.args[1]) and node.args[0].op == "mul":
        (a, b), c = node.args[0].args, node.args[1]
        if a is b and c.attr > 0 and rng.random() < 0.5:
            scaled = a * math.sqrt(c.attr)
            return scaled * scaled
        return (a * c) * b


@rule()
def split_sum(node, rng):
    """sum(a +- b) = sum(a) +- n * b, where b is the same for the whole row."""
    if is_sum(node) and node.args[0].op in ("add", "sub"):
        terms = node.args[0]
        full, other = terms.args
        count = math.prod(terms.shape[i] for i in node.attr[0])
        dynamic = any(isinstance(terms.shape[i], Dynamic) for i in node.attr[0])
        if full.shape == terms.shape and not dynamic:
            if other.rank == full.rank and is_constant_along(other, node.attr[0], full.rank):
                return binary(terms.op, reduction(full, node.attr[0]), other * float(count))


@rule()
def nest_sum(node, rng):
    if is_sum(node) and len(node.attr[0]) > 1:
        axes = list(node.attr[0])
        rng.shuffle(axes)
        result = node.args[0]
        for axis in axes:
            result = reduction(result, [axis])
        return result


@rule()
def merge_sums(node, rng):
    if is_sum(node) and is_sum(node.args[0]):
        inner = node.args[0]
        return reduction(inner.args[0], set(node.attr[0]) | set(inner.attr[0]))


@rule(0.6)
def sum_in_blocks(node, rng):
    """The sum over a dimension as the sum over the two that it is split into."""
    if not is_sum(node) or any(isinstance(e, Dynamic) for e in node.args[0].shape):
        return None
    arg, axis = node.args[0], rng.choice(node.attr[0])
    parts = [d for d in (2, 3, 4) if arg.shape[axis] % d == 0 and arg.shape[axis] > d]
    if len(node.attr[0]) > 1 or not parts:
        return None
    part = rng.choice(parts)
    shape = arg.shape[:axis] + (arg.shape[axis] // part, part) + arg.shape[axis + 1 :]
    groups = [[i + (i > axis)] + ([axis + 1] if i == axis else []) for i in range(arg.rank)]
    split = reshape(arg, shape, groups)
    split = reduction(split, (axis, axis + 1))
    return reshape(split, node.shape, groups)


# Layouts ----------------------------------------------------------------------


@rule(0.6)
def transpose_twice(node, rng):
    if node.rank < 2 or node.op in ("sums",):
        return None
    permutation = list(range(node.rank))
    rng.shuffle(permutation)
    if permutation == sorted(permutation):
        return None
    inverse = [permutation.index(i) for i in range(node.rank)]
    return transpose(transpose(node, permutation), inverse)


@rule(1.5)
def transpose_operands(node, rng):
    if node.op != "transpose":
        return None
    inner, permutation = node.args[0], node.attr
    if inner.op in ("neg", "sqrt", "rsqrt", "abs", "powf", "powi", "cast", "exp"):
        arg = transpose(inner.args[0], permutation)
        return Node(inner.op, (arg,), node.shape, inner.type, inner.attr, inner.nonnegative)
    if inner.op in ("add", "sub", "mul", "div", "max", "min"):
        if not all(a.rank in (0, inner.rank) for a in inner.args):
            return None
        args = [transpose(a, permutation) if a.rank else a for a in inner.args]
        if inner.args[0] is inner.args[1]:
            args[1] = args[0]
        return binary(inner.op, *args)
    if is_sum(inner):
        axes = [permutation.index(a) for a in inner.attr[0]]
        return reduction(transpose(inner.args[0], permutation), axes)
    if inner.op == "transpose":
        return transpose(inner.args[0], [inner.attr[p] for p in permutation])


@rule(0.6)
def reshape_twice(node, rng):
    if node.rank < 2 or node.op == "sums" or any(isinstance(e, Dynamic) for e in node.shape):
        return None
    at = rng.randrange(node.rank - 1)
    groups = [[i + (i > at)] + ([at + 1] if i == at else []) for i in range(node.rank - 1)]
    shape = node.shape[:at] + (node.shape[at] * node.shape[at + 1],) + node.shape[at + 2 :]
    return reshape(reshape(node, shape, groups), node.shape, groups)


@rule(1.5)
def reshape_operands(node, rng):
    if node.op != "reshape":
        return None
    inner = node.args[0]
    if inner.op in ("neg", "sqrt", "rsqrt", "abs", "powf", "powi", "cast", "exp"):
        arg = reshape(inner.args[0], node.shape, node.attr)
        return Node(inner.op, (arg,), node.shape, inner.type, inner.attr, inner.nonnegative)
    if inner.op in ("add", "sub", "mul", "div", "max", "min"):
        if not all(a.shape in ((), inner.shape) for a in inner.args):
            return None
        args = [reshape(a, node.shape, node.attr) if a.rank else a for a in inner.args]
        if inner.args[0] is inner.args[1]:
            args[1] = args[0]
        return binary(inner.op, *args)


@rule(0.7)
def broadcast_first(node, rng):
    if node.op in ("add", "sub", "mul", "div"):
        for i, arg in enumerate(node.args):
            if arg.shape != node.shape and arg.op not in ("const", "extent"):
                args = list(node.args)
                args[i] = broadcast(arg, node.shape)
                return binary(node.op, *args)


# Sequences --------------------------------------------------------------------


def apply(roots, step, limit=160):
    """`roots` after the rule that `step`, a random seed, selects; the name of
    the rule, or None where it applies nowhere."""
    import random

    rng = random.Random(step)
    nodes = nodes_of(roots)
    if len(nodes) > limit:
        return roots, None
    names = list(RULES)
    for _ in range(4):
        name = rng.choices(names, [RULES[n][1] for n in names])[0]
        order = list(nodes)
        rng.shuffle(order)
        for node in order:
            if node.type == "i1":
                continue
            users = [u for u in nodes if any(a is node for a in u.args)]
            # Rounded, x^2 - 2 m x + m^2 may be negative, and its root NaN.
            if name == "expand_square" and any(u.op in ("sqrt", "rsqrt", "powf") for u in users):
                continue
            new = RULES[name][0](node, rng)
            if new is None:
                continue
            assert new.shape == node.shape and new.type == node.type, name
            if new.nonnegative is not BUT_FOR_ROUNDING:
                new.nonnegative = new.nonnegative or node.nonnegative
            edges = [(u, i) for u in users for i, a in enumerate(u.args) if a is node]
            one = name == "compute_again" or rng.random() < 0.4
            edge = rng.choice(edges) if one and edges else None
            if edge and edge[0].op in ("sums", "part"):
                edge = None
            return replace(roots, node, new, edge), name
    return roots, None
