# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A training step of a decoder of two layers as an MLIR program: forward, loss
of each row, and the gradients of the input and all parameters.

    training_step.py FOLDER [ROWS WIDTH]

writes step.mlir, the inputs in0.npy, ..., and the results in float64, ref0.npy,
..., to FOLDER. Each layer is x + attention of
its RMSNorm, and then x + a gated MLP of its RMSNorm; an RMSNorm follows both.

Nothing of norm is used. The program consists of linalg ops on tensors, and its
gradients are what a tape gives that knows the derivatives of +, *, /, exp, rsqrt,
sums and products of matrices alone.
"""

import pathlib
import sys

import numpy as np

EPSILON = 1e-5


class Tensor:
    """A value of the program, and what it is in float64."""

    def __init__(self, name, value):
        self.name, self.value = name, value
        self.shape = value.shape

    @property
    def type(self):
        return "tensor<" + "".join(f"{size}x" for size in self.shape) + "f32>"


class Tape:
    """Writes ops, and remembers how they are differentiated."""

    def __init__(self):
        self.lines, self.steps, self.inputs = [], [], []

    # Ops -----------------------------------------------------------------------

    def input(self, value):
        tensor = Tensor(f"%in{len(self.inputs)}", value.astype(np.float64))
        self.inputs.append(tensor)
        return tensor

    def generic(self, operands, maps, shape, iterators, body, value, start=None):
        number = len(self.lines)
        out = Tensor(f"%v{number}", value)
        dims = ", ".join(f"d{i}" for i in range(len(iterators)))
        maps = ", ".join(f"affine_map<({dims}) -> ({m})>" for m in maps)
        kinds = ", ".join(f'"{kind}"' for kind in iterators)
        init = f"  %e{number} = tensor.empty() : {out.type}\n"
        name = f"%e{number}"
        if start is not None:
            init += (f"  %c{number} = arith.constant {start} : f32\n"
                     f"  %f{number} = linalg.fill ins(%c{number} : f32) outs(%e{number} : {out.type}) -> {out.type}\n")
            name = f"%f{number}"
        arguments = ", ".join(f"%a{i}: f32" for i in range(len(operands)))
        self.lines.append(
            f"{init}  {out.name} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [{kinds}]}}\n"
            f"      ins({', '.join(o.name for o in operands)} : {', '.join(o.type for o in operands)})"
            f" outs({name} : {out.type}) {{\n  ^bb0({arguments}, %o: f32):\n{body}  }} -> {out.type}")
        return out

    def elementwise(self, body, function, *operands):
        """Of matrices, of numbers for each row, and of rows, which are repeated."""
        shape = max((o.shape for o in operands), key=len)
        views, maps = [], []
        for o in operands:
            of_rows = len(o.shape) < len(shape) and o.shape[0] == shape[0] and o in self.of_rows
            maps.append("d0, d1" if len(o.shape) == 2 else "d0" if len(shape) == 1 or of_rows else "d1")
            views.append(o.value[:, None] if of_rows else o.value)
        maps.append("d0, d1" if len(shape) == 2 else "d0")
        text = "".join(f"    {line}\n" for line in body) + "    linalg.yield %r : f32\n"
        out = self.generic(operands, maps, shape, ["parallel"] * len(shape), text, function(*views))
        if len(shape) == 1 and all(o in self.of_rows for o in operands):
            self.of_rows.add(out)
        return out

    of_rows = set()

    def reduce(self, x, axis, kind="addf", start="0.0"):
        body = f"    %r = arith.{kind} %o, %a0 fastmath<reassoc> : f32\n    linalg.yield %r : f32\n"
        value = x.value.max(axis) if kind == "maximumf" else x.value.sum(axis)
        iterators = ["reduction" if i == axis else "parallel" for i in range(2)]
        out = self.generic([x], ["d0, d1", f"d{1 - axis}"], value.shape, iterators, body, value, start)
        if axis == 1:
            self.of_rows.add(out)
        return out

    def product(self, a, b, left="ik", right="kj"):
        """sum over k of a and b, whose dims are named; the result is ij."""
        names = {"i": "d0", "j": "d1", "k": "d2"}
        maps = [", ".join(names[c] for c in which) for which in (left, right, "ij")]
        body = ("    %p = arith.mulf %a0, %a1 : f32\n    %r = arith.addf %o, %p fastmath<reassoc> : f32\n"
                "    linalg.yield %r : f32\n")
        value = np.einsum(f"{left},{right}->ij", a.value, b.value)
        return self.generic([a, b], maps, value.shape, ["parallel", "parallel", "reduction"], body, value, "0.0")

    def mul_raw(self, a, b):
        return self.elementwise(["%r = arith.mulf %a0, %a1 : f32"], np.multiply, a, b)

    def add_raw(self, a, b):
        return self.elementwise(["%r = arith.addf %a0, %a1 : f32"], np.add, a, b)

    def times_raw(self, a, number):
        return self.elementwise([f"%c = arith.constant {number:.9e} : f32", "%r = arith.mulf %a0, %c : f32"],
                                lambda x: x * number, a)

    # Differentiable ops ----------------------------------------------------------

    def record(self, out, *derivatives):
        """`derivatives` are pairs of an operand and of its gradient by that of out."""
        self.steps.append((out, derivatives))
        return out

    def fit(self, gradient, operand):
        """Sums where the operand was repeated."""
        if gradient.shape == operand.shape and (operand in self.of_rows) == (gradient in self.of_rows):
            return gradient
        return self.reduce(gradient, 1 if operand in self.of_rows else 0)

    def mul(self, a, b):
        out = self.mul_raw(a, b)
        return self.record(out, (a, lambda g: self.fit(self.mul_raw(g, b), a)),
                           (b, lambda g: self.fit(self.mul_raw(g, a), b)))

    def add(self, a, b):
        return self.record(self.add_raw(a, b), (a, lambda g: g), (b, lambda g: g))

    def minus_constant(self, a, b):
        out = self.elementwise(["%r = arith.subf %a0, %a1 : f32"], np.subtract, a, b)
        return self.record(out, (a, lambda g: g))

    def times(self, a, number):
        return self.record(self.times_raw(a, number), (a, lambda g: self.times_raw(g, number)))

    def square(self, a):
        out = self.mul_raw(a, a)
        return self.record(out, (a, lambda g: self.mul_raw(g, self.times_raw(a, 2.0))))

    def exp(self, a):
        out = self.elementwise(["%r = math.exp %a0 : f32"], np.exp, a)
        return self.record(out, (a, lambda g: self.mul_raw(g, out)))

    def reciprocal(self, a):
        out = self.elementwise(["%one = arith.constant 1.0 : f32", "%r = arith.divf %one, %a0 : f32"],
                               lambda x: 1 / x, a)
        return self.record(out, (a, lambda g: self.times_raw(self.mul_raw(g, self.mul_raw(out, out)), -1.0)))

    def plus(self, a, number):
        out = self.elementwise([f"%c = arith.constant {number:.9e} : f32", "%r = arith.addf %a0, %c : f32"],
                               lambda x: x + number, a)
        return self.record(out, (a, lambda g: g))

    def rsqrt(self, a):
        out = self.elementwise(["%r = math.rsqrt %a0 : f32"], lambda x: 1 / np.sqrt(x), a)

        def derivative(g):
            ratio = self.elementwise(["%r = arith.divf %a0, %a1 : f32"], np.divide, out, a)
            return self.mul_raw(g, self.times_raw(ratio, -0.5))

        return self.record(out, (a, derivative))

    def sum(self, a):
        """Over rows' elements; its gradient is repeated."""
        out = self.reduce(a, 1)
        return self.record(out, (a, lambda g: self.repeat(g, a)))

    def repeat(self, g, like):
        number = len(self.lines)
        body = "    linalg.yield %a0 : f32\n"
        return self.generic([g], ["d0", "d0, d1"], like.shape, ["parallel"] * 2, body,
                            np.broadcast_to(g.value[:, None], like.shape))

    def matmul(self, a, b, right="kj"):
        out = self.product(a, b, "ik", right)
        if right == "kj":
            return self.record(out, (a, lambda g: self.product(g, b, "ik", "jk")),
                               (b, lambda g: self.product(a, g, "ki", "kj")))
        return self.record(out, (a, lambda g: self.product(g, b, "ik", "kj")),
                           (b, lambda g: self.product(g, a, "ki", "kj")))

    # Layers ------------------------------------------------------------------------

    def rmsnorm(self, x, scale):
        mean = self.times(self.sum(self.square(x)), 1 / x.shape[1])
        return self.mul(self.mul(x, self.rsqrt(self.plus(mean, EPSILON))), scale)

    def softmax(self, x):
        largest = self.reduce(x, 1, "maximumf", "0xFF800000")
        e = self.exp(self.minus_constant(x, largest))
        return self.mul(e, self.reciprocal(self.sum(e)))

    def layer(self, x, mask, scale1, wq, wk, wv, wo, scale2, w1, w2):
        h = self.rmsnorm(x, scale1)
        q, k, v = (self.matmul(h, w) for w in (wq, wk, wv))
        scores = self.times(self.matmul(q, k, "jk"), x.shape[1] ** -0.5)
        x = self.add(x, self.matmul(self.matmul(self.softmax(self.add_mask(scores, mask)), v), wo))
        u = self.matmul(self.rmsnorm(x, scale2), w1)
        gate = self.reciprocal(self.plus(self.exp(self.times(u, -1.0)), 1.0))
        return self.add(x, self.matmul(self.mul(u, gate), w2))

    def add_mask(self, scores, mask):
        return self.record(self.add_raw(scores, mask), (scores, lambda g: g))

    def gradients(self, out, gradient, of):
        known = {out: gradient}
        for value, derivatives in reversed(self.steps):
            g = known.get(value)
            if g is None:
                continue
            for operand, derivative in derivatives:
                part = derivative(g)
                known[operand] = part if operand not in known else self.add_raw(known[operand], part)
        return [known[tensor] for tensor in of]


def main():
    folder = pathlib.Path(sys.argv[1])
    rows, width = map(int, sys.argv[2:]) if len(sys.argv) > 2 else (24, 64)
    folder.mkdir(parents=True, exist_ok=True)
    random, tape = np.random.default_rng(0), Tape()
    normal = lambda *shape: tape.input(random.standard_normal(shape).astype(np.float32))
    weight = lambda a, b: tape.input((random.standard_normal((a, b)) / np.sqrt(a)).astype(np.float32))
    ones = lambda: tape.input((1 + 0.1 * random.standard_normal(width)).astype(np.float32))
    x, target = normal(rows, width), normal(rows, width)
    mask = tape.input(np.triu(np.full((rows, rows), -1e9, np.float32), 1))
    parameters, h = [x], x
    for _ in range(2):
        own = [ones(), *(weight(width, width) for _ in range(4)), ones(), weight(width, 2 * width),
               weight(2 * width, width)]
        parameters += own
        h = tape.layer(h, mask, *own)
    last = ones()
    parameters.append(last)
    error = tape.minus_constant(tape.rmsnorm(h, last), target)
    loss = tape.reduce(tape.square(error), 1)
    gradients = tape.gradients(error, tape.times_raw(error, 2 / (rows * width)), parameters)
    results = [loss, *gradients]
    arguments = ", ".join(f"{t.name}: {t.type}" for t in tape.inputs)
    types = ", ".join(t.type for t in results)
    (folder / "step.mlir").write_text(
        f"func.func @main({arguments}) -> ({types}) {{\n" + "\n".join(tape.lines)
        + f"\n  return {', '.join(t.name for t in results)} : {types}\n}}\n")
    for number, tensor in enumerate(tape.inputs):
        np.save(folder / f"in{number}.npy", tensor.value.astype(np.float32))
    for number, tensor in enumerate(results):
        np.save(folder / f"ref{number}.npy", tensor.value)


if __name__ == "__main__":
    main()
