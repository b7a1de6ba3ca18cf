# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""calls.py SEED FIRST COUNT: calls of the Python package with arguments that a caller
should not have given. An answer is a value or an exception of Python."""

import pathlib
import random
import sys

import numpy as np

import mutate
import norm

ROOT = pathlib.Path(__file__).resolve().parents[3]
SEEDS = sorted(ROOT.glob("test/corpus/*/*_f32.mlir"))
ADD = "func.func @main(%x: tensor<?x8xf32>, %y: tensor<?x8xf32>) -> tensor<?x8xf32> {" \
    " %z = arith.addf %x, %y : tensor<?x8xf32> return %z : tensor<?x8xf32> }"


class Liar:
    """An array that is none."""

    def __init__(self, chance):
        self.chance = chance
        self.shape, self.dtype, self.ndim = chance.choice([(2, 8), (-1,), None]), "float32", 2

    def __dlpack_device__(self):
        return self.chance.choice([(1, 0), (2, 0), None, (1,), (10**30, 0)])

    def __dlpack__(self, **_options):
        what = self.chance.choice([None, 3, "capsule", np.ones(3).__dlpack__(), ZeroDivisionError])
        if isinstance(what, type):
            raise what
        return what


def array(chance, good=0.0):
    if chance.random() < good:
        return np.ones(chance.choice([(2, 8), (2, 8), (8,)]), "f4")
    n = chance.choice([0, 1, 7, 8, 8, 8, 8])
    x = np.ones(chance.choice([(n,), (2, n), (2, n), (3, 2, n), (), (1,) * 32, (0, n)]),
                chance.choice(["f4"] * 6 + ["f8", "f2", ">f4", "i4", "?", "c8", "O", "U3", "V7", "M8[s]"]))
    how = chance.randrange(8)
    if how == 0 and x.ndim:
        x = x[..., ::chance.choice([-1, 2, -3])]
    elif how == 1:
        x = x.T
    elif how == 2:
        x = np.broadcast_to(x, (2,) + x.shape) if x.ndim < 32 else x
    elif how == 3:
        x.flags.writeable = False
    elif how == 4 and x.dtype == "f4":
        x = np.frombuffer(bytearray(4 * x.size + 1), "u1")[1:].view("f4").reshape(x.shape)
    elif how == 5:
        x = np.asfortranarray(x)
    elif how == 6 and x.dtype == "f4":
        x = np.lib.stride_tricks.as_strided(x, x.shape, [0] * x.ndim)
    return x


def anything(chance):
    return chance.choice([
        lambda: array(chance), lambda: array(chance), lambda: array(chance), lambda: array(chance), lambda: Liar(chance),
        lambda: chance.choice([None, 0, -1, 1.5, float("nan"), float("inf"), 10**400, "x", b"x", [], [1.0], (), {}, object(), np.float32(2),
                               np.array(3.0), True, norm, int])])()


def call(chance):
    how = chance.randrange(10)
    if how < 6:
        function = chance.choice([norm.rmsnorm, norm.layernorm, norm.prmsnorm, norm.add_rmsnorm])
        first = array(chance, 0.5) if chance.random() < 0.9 else anything(chance)
        options = {name: chance.choice([lambda: anything(chance), lambda: chance.choice([0, 1, 3, 1e-6, 2**63, -1, True])])()
                   for name in ("epsilon", "k", "out", "epsilon_outside", "scale_plus_one", "other") if chance.random() < 0.1}
        if chance.random() < 0.2:
            options["out"] = first
        arguments = [np.ones(8, "f4") if chance.random() < 0.6 else chance.choice([array, anything])(chance) for _ in range(chance.randrange(3))]
        if function is norm.add_rmsnorm and chance.random() < 0.7:
            arguments = [np.copy(first)] + arguments[1:]
        return lambda: function(first, *arguments, **options)
    if how < 8:
        text = chance.choice(SEEDS).read_text()
        text = mutate.change_text(text, chance.choice(SEEDS).read_text(), chance)
        text = text if chance.random() < 0.5 else text.decode("latin-1")
        function = chance.choice([norm.raise_norms, norm.report, norm.compile])
        options = {"precision": chance.choice(["strict", "relaxed", "x", 3, None])} if chance.random() < 0.3 else {}
        return lambda: function(text, **options)
    if how < 9:
        arguments = [array(chance, 0.7) if chance.random() < 0.8 else anything(chance) for _ in range(chance.choice([2, 2, 2, 2, 0, 1, 3]))]
        options = {"out": anything(chance)} if chance.random() < 0.3 else {}
        return lambda: norm.compile(ADD)(*arguments, **options)
    options = {name: anything(chance) for name in ("threads", "cache_directory") if chance.random() < 0.7}
    options.pop("cache_directory", None) if isinstance(options.get("cache_directory"), str) else None
    return lambda: norm.configure(**options)


def main():
    seed, first, count = map(int, sys.argv[1:4])
    norm.configure(cache_directory="", threads=1)
    for number in range(first, first + count):
        chance = random.Random(f"{seed} {number}")
        run = call(chance)
        print("case", number, flush=True)
        try:
            run()
        except Exception as error:
            print("refused", type(error).__name__, str(error)[:100].replace("\n", " "), flush=True)
            # Exceptions without a message and internal ones say nothing.
            if isinstance(error, SystemError) or "std::" in str(error):
                sys.exit(f"{type(error)}: {error}")
    norm.configure(cache_directory="", threads=1)


main()
