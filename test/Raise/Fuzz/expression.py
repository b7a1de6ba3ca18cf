# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Expressions over tensors, as the fuzzer writes and rewrites them.

Operands broadcast as in NumPy and reductions keep their dimensions. A node that
is used twice is computed once; nodes are never changed. Dynamic extents are
numbers of the class Dynamic.
"""


FLOATS = ("f64", "f32", "f16", "bf16")


class Dynamic(int):
    """An extent that the program reads at run time, and what it will be."""


class Node:
    __slots__ = ("op", "args", "attr", "shape", "type", "nonnegative")

    def __init__(self, op, args, shape, type_, attr=None, nonnegative=False):
        self.op, self.args, self.attr = op, tuple(args), attr
        self.shape, self.type = tuple(shape), type_
        self.nonnegative = nonnegative

    @property
    def rank(self):
        return len(self.shape)

    def __add__(self, other):
        return binary("add", self, other)

    def __radd__(self, other):
        return binary("add", other, self)

    def __sub__(self, other):
        return binary("sub", self, other)

    def __rsub__(self, other):
        return binary("sub", other, self)

    def __mul__(self, other):
        return binary("mul", self, other)

    def __rmul__(self, other):
        return binary("mul", other, self)

    def __truediv__(self, other):
        return binary("div", self, other)

    def __rtruediv__(self, other):
        return binary("div", other, self)

    def __neg__(self):
        return unary("neg", self)


def leaf(name, shape, type_, kind=""):
    return Node("leaf", (), shape, type_, (name, kind))


def constant(value, type_):
    return Node("const", (), (), type_, value, nonnegative=value >= 0)


def extent(tensor, dim, type_):
    """A dynamic extent as a scalar."""
    return Node("extent", (tensor,), (), type_, dim, nonnegative=True)


def is_constant(node, value=None):
    return node.op == "const" and (value is None or node.attr == value)


def broadcast_shapes(*shapes):
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(s)) + tuple(s) for s in shapes]
    return tuple(next((e for e in extents if e != 1), 1) for extents in zip(*padded))


def is_square(node):
    return (node.op == "mul" and node.args[0] is node.args[1]) or (
        node.op in ("powf", "powi") and node.attr in (2, 2.0)
    )


def binary(op, lhs, rhs):
    if not isinstance(lhs, Node):
        lhs = constant(float(lhs), rhs.type)
    if not isinstance(rhs, Node):
        rhs = constant(float(rhs), lhs.type)
    assert lhs.type == rhs.type, (op, lhs.type, rhs.type)
    both = lhs.nonnegative and rhs.nonnegative
    nonnegative = {
        "sub": False,
        "mul": both or lhs is rhs,
        "max": lhs.nonnegative or rhs.nonnegative,
    }.get(op, both)
    return Node(op, (lhs, rhs), broadcast_shapes(lhs.shape, rhs.shape), lhs.type, None, nonnegative)


def unary(op, arg):
    return Node(
        op, (arg,), arg.shape, arg.type, None, op in ("sqrt", "rsqrt", "abs", "exp", "logistic")
    )


def power(base, exponent, integer=False):
    even = exponent == int(exponent) and int(exponent) % 2 == 0
    return Node(
        "powi" if integer else "powf",
        (base,),
        base.shape,
        base.type,
        exponent,
        even or base.nonnegative,
    )


def fused(a, b, c):
    return Node(
        "fma",
        (a, b, c),
        broadcast_shapes(a.shape, b.shape, c.shape),
        a.type,
        None,
        (a * b).nonnegative and c.nonnegative,
    )


def guard(count, value):
    """`value` where `count` is more than 0, NaN elsewhere."""
    return Node("guard", (count, value), value.shape, value.type, None, value.nonnegative)


def cast(arg, type_):
    if arg.type == type_:
        return arg
    return Node("cast", (arg,), arg.shape, type_, None, arg.nonnegative)


def reduction(arg, axes, kind="sum", init=0.0):
    axes = tuple(sorted(axes))
    shape = [1 if i in axes else e for i, e in enumerate(arg.shape)]
    return Node("reduce", (arg,), shape, arg.type, (axes, kind, init), arg.nonnegative)


def sums(args, axes):
    """The sums of several tensors of one shape in one op."""
    shape = [1 if i in axes else e for i, e in enumerate(args[0].shape)]
    both = Node("sums", args, shape, args[0].type, tuple(sorted(axes)))
    return [Node("part", (both,), shape, both.type, i, a.nonnegative) for i, a in enumerate(args)]


def transpose(arg, permutation):
    shape = [arg.shape[p] for p in permutation]
    return Node("transpose", (arg,), shape, arg.type, tuple(permutation), arg.nonnegative)


def reshape(arg, shape, groups):
    """Collapses or expands; `groups` are the dims of the longer shape."""
    return Node("reshape", (arg,), shape, arg.type, groups, arg.nonnegative)


def broadcast(arg, shape):
    return Node("broadcast", (arg,), shape, arg.type, None, arg.nonnegative)


def cut(arg, start, count, step=1):
    shape = arg.shape[:-1] + (count,)
    return Node("cut", (arg,), shape, arg.type, (start, count, step), arg.nonnegative)


def first(arg, count):
    """The tensor with 0 from element `count` of the last dimension on."""
    return Node("first", (arg,), arg.shape, arg.type, count, arg.nonnegative)


def masked(arg, count, kind):
    """`arg` times what an integer mask of the first `count` elements becomes as a
    float: 1 or, where its only bit is a sign, -1."""
    return Node("mask", (arg,), arg.shape, arg.type, (count, kind), False)


def where_not_empty(z, value, otherwise):
    """`value` where the first extent of `z` is more than 0."""
    return Node("not empty", (z, value, otherwise), value.shape, value.type)


def rounded(arg, type_, mode):
    """A cast that names how it rounds."""
    return Node("cast", (arg,), arg.shape, type_, mode, arg.nonnegative)


def integer(value, bits, kind):
    """An integer constant of few bits as a float, through `kind` of extension."""
    return Node("integer", (), (), "f32", (value, bits, kind))


def with_args(node, args):
    """The same operation on other operands of the same shapes and types."""
    copy = Node(node.op, args, node.shape, node.type, node.attr, node.nonnegative)
    return copy


def in_f64(roots):
    """The same program with all arithmetic in f64: leaves are widened, roundings
    left out."""
    memo = {}

    def visit(node):
        if id(node) not in memo:
            memo[id(node)] = widened(node)
        return memo[id(node)]

    def widened(node):
        if node.op == "leaf":
            return cast(node, "f64") if node.type in FLOATS else node
        args = [visit(arg) for arg in node.args]
        if node.op == "cast" and node.type in FLOATS and args[0].type == "f64":
            return args[0]
        type_ = "f64" if node.type in FLOATS else node.type
        return Node(node.op, args, node.shape, type_, node.attr, node.nonnegative)

    return [visit(root) for root in roots]


def nodes_of(roots):
    """Every node once, operands before users."""
    seen, order = set(), []

    def visit(node):
        if id(node) in seen:
            return
        seen.add(id(node))
        for arg in node.args:
            visit(arg)
        order.append(node)

    for root in roots:
        visit(root)
    return order


def replace(roots, target, replacement, edge=None):
    """`roots` with `replacement` for `target`: for all of its uses, or for the
    one at `edge` (user, operand number) only."""
    memo = {} if edge else {id(target): replacement}

    def visit(node):
        if id(node) in memo:
            return memo[id(node)]
        args = [visit(arg) for arg in node.args]
        if edge and node is edge[0]:
            args[edge[1]] = replacement
        changed = any(a is not b for a, b in zip(args, node.args))
        memo[id(node)] = with_args(node, args) if changed else node
        return memo[id(node)]

    return [visit(root) for root in roots]
