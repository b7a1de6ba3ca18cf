# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random sums of rows with layernorms, some of which cannot be folded, before and after norm-fold:

    fold_random.py NORM_OPT NORM_RUN FIRST_SEED COUNT

Results have to agree, whatever was folded; some of the norms have to be."""

import random
import re
import subprocess
import sys
import tempfile

import numpy as np

NORM_OPT, NORM_RUN = sys.argv[1:3]
FIRST, COUNT = map(int, sys.argv[3:])
M, N, K = 4, 6, 5
X = f"tensor<{M}x{N}xf32>"
MAPS = {"mn": "(m, n) -> (m, n)", "n": "(m, n) -> (n)"}


class Program:
    """The text of a function, line by line."""

    def __init__(self, seed):
        self.random, self.numbers = random.Random(seed), np.random.default_rng(seed)
        self.constants = self.random.random() < 0.4
        self.lines, self.arguments, self.weights, self.count = [], [], {}, 0
        self.spoils = self.random.random() < 0.4  # whether ops come that stand in the way
        self.activations = [self.activation() for _ in range(2)]
        self.values = [self.product(), self.table()]
        self.results = []

    def name(self):
        self.count += 1
        return f"%v{self.count}"

    def line(self, text):
        name = self.name()
        self.lines.append(f"  {name} = {text}")
        return name

    def activation(self):
        self.arguments.append((f"%a{len(self.arguments)}", (M, K)))
        return self.arguments[-1][0]

    def weight(self, *shape):
        """An array with means of its own; sometimes one that is there."""
        known = [name for name, value in self.weights.items() if value.shape == shape]
        if known and self.random.random() < 0.08:
            return self.random.choice(known)
        name = f"%w{len(self.weights)}"
        self.weights[name] = (self.numbers.standard_normal(shape) + 0.7).astype(np.float32)
        return name

    def generic(self, maps, inputs, types, body):
        empty = self.line(f"tensor.empty() : {X}")
        names = [f"%b{i}" for i in range(len(inputs))]
        return self.line(
            f"linalg.generic {{indexing_maps = [{', '.join(f'affine_map<{MAPS[m]}>' for m in [*maps, 'mn'])}], "
            f'iterator_types = ["parallel", "parallel"]}} ins({", ".join(inputs)} : {", ".join(types)}) outs({empty} : {X}) {{\n'
            f"  ^bb0({', '.join(f'{n}: f32' for n in names)}, %o: f32):\n{body}  }} -> {X}")  # fmt: skip

    def zeros(self, kind):
        return self.line(f"linalg.fill ins(%zero : f32) outs({self.line(f'tensor.empty() : {kind}')} : {kind}) -> {kind}")

    # Terms -------------------------------------------------------------------

    def product(self, rows=None, init=None):
        rows, depth = (rows, N) if rows else (self.random.choice(self.activations), K)
        kind = f"tensor<{depth}x{N}xf32>"
        if self.random.random() < 0.5:
            w = self.transpose(self.weight(N, depth), f"tensor<{N}x{depth}xf32>", kind)
        else:
            w = self.weight(depth, N)
        init = init or self.zeros(X)
        return self.line(f"linalg.matmul ins({rows}, {w} : tensor<{M}x{depth}xf32>, {kind}) outs({init} : {X}) -> {X}")

    def table(self):
        w, empty = self.weight(7, N), self.line(f"tensor.empty() : {X}")
        return self.line(
            f"linalg.generic {{indexing_maps = [affine_map<(m, n) -> (m, n)>], iterator_types = [\"parallel\", \"parallel\"]}} "
            f"outs({empty} : {X}) {{\n  ^bb0(%o: f32):\n    %m = linalg.index 0 : index\n    %n = linalg.index 1 : index\n"
            f"    %v = tensor.extract {w}[%m, %n] : tensor<7x{N}xf32>\n    linalg.yield %v : f32\n  }} -> {X}")  # fmt: skip

    def combine(self, a, b):
        op = self.random.choice(("addf", "subf"))
        factor = self.random.choice(("%half", "%two"))
        body = f"    %0 = arith.mulf %b1, {factor} : f32\n    %1 = arith.{op} %b0, %0 : f32\n    linalg.yield %1 : f32\n"
        return self.generic(["mn", "mn"], [a, b], [X, X], body)

    def bias(self, a):
        body = "    %0 = arith.addf %b0, %b1 : f32\n    linalg.yield %0 : f32\n"
        if self.random.random() < 0.5:
            return self.generic(["mn", "n"], [a, self.weight(N)], [X, f"tensor<{N}xf32>"], body)
        spread = self.generic(["n"], [self.weight(N)], [f"tensor<{N}xf32>"], "    linalg.yield %b0 : f32\n")
        return self.generic(["mn", "mn"], [a, spread], [X, X], body)

    def transpose(self, a, old, new):
        empty = self.line(f"tensor.empty() : {new}")
        return self.line(f"linalg.transpose ins({a} : {old}) outs({empty} : {new}) permutation = [1, 0]")

    def turned(self, a):
        flipped = f"tensor<{N}x{M}xf32>"
        return self.transpose(self.transpose(a, X, flipped), flipped, X)

    def reshaped(self, a):
        half = f"tensor<2x{M // 2}x{N}xf32>"
        wide = self.line(f"tensor.expand_shape {a} [[0, 1], [2]] output_shape [2, {M // 2}, {N}] : {X} into {half}")
        return self.line(f"tensor.collapse_shape {wide} [[0, 1], [2]] : {half} into {X}")

    def listed(self, a, b):
        both = f"tensor<{2 * M}x{N}xf32>"
        rows = self.line(f"tensor.concat dim(0) {a}, {b} : ({X}, {X}) -> {both}")
        first = self.random.randrange(M + 1)
        return self.line(f"tensor.extract_slice {rows}[{first}, 0] [{M}, {N}] [1, 1] : {both} to {X}")

    def spoil(self, a):
        kind = self.random.randrange(5)
        if kind == 0:
            return self.generic(["mn"], [a], [X], "    %0 = math.tanh %b0 : f32\n    linalg.yield %0 : f32\n")
        if kind == 1:
            return self.generic(["mn"], [a], [X], "    %0 = arith.addf %b0, %two : f32\n    linalg.yield %0 : f32\n")
        if kind == 2:
            body = "    %0 = arith.mulf %b0, %b1 : f32\n    linalg.yield %0 : f32\n"
            return self.generic(["mn", "n"], [a, self.weight(N)], [X, f"tensor<{N}xf32>"], body)
        if kind == 3:
            return self.product(rows=a)
        self.results.append((a, X))
        return a

    def norm(self, a):
        parameters = ""
        for word in ("scale", "bias"):
            if self.random.random() < 0.6:
                parameters += f" {word}({self.weight(N)} : tensor<{N}xf32>)"
        empty = self.line(f"tensor.empty() : {X}")
        y = self.line(f"norm.layernorm ins({a} : {X}){parameters} outs({empty} : {X}) epsilon = 1.0e-05 -> {X}")
        for _ in range(self.random.randrange(1, 3)):
            if self.random.random() < 0.2:
                self.results.append((y, X))
            else:
                p = self.product(rows=y)
                self.results.append((self.bias(p) if self.random.random() < 0.7 else p, X))
                if self.random.random() < 0.4:  # a further layer
                    self.values.append(self.combine(self.values[-1], self.results.pop()[0]))

    def build(self):
        for _ in range(self.random.randrange(2, 7)):
            a, b = (self.random.choice(self.values) for _ in "ab")
            step = self.random.randrange(9 if self.spoils else 7)
            self.values.append(
                (lambda: self.combine(a, b), lambda: self.bias(a), lambda: self.turned(a), lambda: self.reshaped(a),
                 lambda: self.listed(a, b), lambda: self.product(init=a), lambda: self.combine(a, self.product()),
                 lambda: self.spoil(a), lambda: self.spoil(a))[step]())  # fmt: skip
            if self.random.random() < 0.3:
                self.norm(self.values[-1])
        self.norm(self.values[-1])
        if not self.results:
            self.results.append((self.product(rows=self.line(f"tensor.empty() : {X}")), X))
        kind = lambda shape: f"tensor<{'x'.join(map(str, shape))}xf32>"  # noqa: E731
        weights = [] if self.constants else [f"{name}: {kind(value.shape)}" for name, value in self.weights.items()]
        head = ", ".join([*weights, *(f"{name}: {kind(shape)}" for name, shape in self.arguments)])
        types = ", ".join(type for _, type in self.results)
        text = f"func.func @main({head}) -> ({types}) {{\n"
        text += "  %zero = arith.constant 0.0 : f32\n  %half = arith.constant 0.5 : f32\n  %two = arith.constant 2.0 : f32\n"
        for name, value in self.weights.items() if self.constants else ():
            text += f"  {name} = arith.constant dense<{value.tolist()}> : {kind(value.shape)}\n"
        return text + "\n".join(self.lines) + f"\n  return {', '.join(n for n, _ in self.results)} : {types}\n}}\n"


def run(folder, program, entry, arrays, count):
    for i, array in enumerate(arrays):
        np.save(f"{folder}/in{i}.npy", array)
    subprocess.run([NORM_RUN, f"{folder}/{program}", f"--entry={entry}", "--threads=1",
                    *(f"--input={folder}/in{i}.npy" for i in range(len(arrays))),
                    *(f"--output={folder}/out{i}.npy" for i in range(count))], check=True)  # fmt: skip
    return [np.load(f"{folder}/out{i}.npy") for i in range(count)]


def numbers(text, key):
    return [int(n) for n in re.search(rf"norm.{key} = array<i64: (.*?)>", text).group(1).split(", ")]


norms = folded = plain = 0
for seed in range(FIRST, FIRST + COUNT):
    with tempfile.TemporaryDirectory() as folder:
        program = Program(seed)
        text = program.build()
        open(f"{folder}/model.mlir", "w").write(text)
        weights = "constant" if program.constants else len(program.weights)
        subprocess.run([NORM_OPT, f"{folder}/model.mlir", f"--norm-fold=weights={weights}", "-o", f"{folder}/folded.mlir"],
                       check=True)  # fmt: skip
        after = open(f"{folder}/folded.mlir").read()
        norms += text.count("norm.layernorm")
        folded += after.count("norm.rmsnorm")
        plain += text.count(" scale(") - after.count(" scale(")
        arrays = [] if program.constants else list(program.weights.values())
        inputs = [program.numbers.standard_normal(shape).astype(np.float32) for _, shape in program.arguments]
        expected = run(folder, "model.mlir", "main", arrays + inputs, len(program.results))
        if "@fold_weights" in after:
            takes, gives = numbers(after, "takes"), numbers(after, "gives")
            for n, array in zip(gives, run(folder, "folded.mlir", "fold_weights", [arrays[n] for n in takes], len(gives))):
                arrays[n] = array
        for y, wanted in zip(run(folder, "folded.mlir", "main", arrays + inputs, len(program.results)), expected):
            # A row without deviation is all rounding.
            if not np.allclose(y, wanted, rtol=2e-3, atol=2e-3 * max(1.0, np.abs(wanted).max())):
                sys.exit(f"seed {seed}: results differ by {np.abs(y - wanted).max():.1e} of {np.abs(wanted).max():.1e}\n{text}")
print(f"{COUNT} programs: {folded} of {norms} layernorms folded, {plain} scales in products")
if COUNT >= 20 and (folded < norms // 5 or plain == 0 or folded == norms):
    sys.exit("too few norms, or all, are folded")
