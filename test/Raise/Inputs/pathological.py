#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes programs that would take an unbounded algebra long: one per function.

usage: pathological.py NAME

Each ends in a root of the form x * rsqrt(s), so that there is something to find.
"""
import sys

MATRIX, ROW = "tensor<4x64xf32>", "tensor<4xf32>"


class Writer:
    def __init__(self):
        self.count = 0

    def op(self, text):
        self.count += 1
        print(f"  %v{self.count} = {text}")
        return f"%v{self.count}"

    def binary(self, name, lhs, rhs, type_=MATRIX):
        return self.op(f"arith.{name} {lhs}, {rhs} : {type_}")

    def sum(self, value):
        init = self.op(f"tensor.empty() : {ROW}")
        zero = self.op(f"linalg.fill ins(%zero : f32) outs({init} : {ROW}) -> {ROW}")
        return self.op(
            f"linalg.reduce {{ arith.addf }} ins({value} : {MATRIX}) outs({zero} : {ROW}) dimensions = [1]"
        )

    def broadcast(self, row):
        init = self.op(f"tensor.empty() : {MATRIX}")
        return self.op(
            f"linalg.broadcast ins({row} : {ROW}) outs({init} : {MATRIX}) dimensions = [1]"
        )

    def root(self, numerator, statistic):
        """numerator * rsqrt(mean(statistic) + epsilon)"""
        mean = self.binary("divf", self.sum(statistic), "%n", ROW)
        rstd = self.op(f"math.rsqrt {self.binary('addf', mean, '%e', ROW)} : {ROW}")
        return self.binary("mulf", numerator, self.broadcast(rstd))


def chained_adds(w, count=10000):
    """x + z + z + .., and a norm of it."""
    value = "%x"
    for _ in range(count):
        value = w.binary("addf", value, "%z")
    return w.root(value, w.binary("mulf", value, value))


def chained_squares(w, count=10000):
    """(x^2)^2 .."""
    value = "%x"
    for _ in range(count):
        value = w.binary("mulf", value, value)
    return w.root(value, w.binary("mulf", value, value))


def nested_reductions(w, depth=500):
    """d = d - mean(d), over and over: each is a reduction of all before."""
    value = "%x"
    for _ in range(depth):
        mean = w.binary("divf", w.sum(value), "%n", ROW)
        value = w.binary("subf", value, w.broadcast(mean))
    return w.root(value, w.binary("mulf", value, value))


def nested_norms(w, depth=500):
    """Statistics of statistics: s = mean((x * rsqrt(s + e))^2)."""
    value = "%x"
    for _ in range(depth):
        row = w.binary("divf", w.sum(w.binary("mulf", value, value)), "%n", ROW)
        value = w.binary("mulf", "%x", w.broadcast(row))
    return w.root(value, w.binary("mulf", value, value))


def exponential(w, depth=60):
    """t = (t + c) * (t + d): 2^depth terms when it is multiplied out."""
    value = w.sum("%x")
    other = w.sum("%z")
    for _ in range(depth):
        lhs = w.binary("addf", value, other, ROW)
        rhs = w.binary("subf", value, "%n", ROW)
        value = w.binary("mulf", lhs, rhs, ROW)
    centred = w.binary("subf", "%x", w.broadcast(value))
    return w.root(centred, w.binary("mulf", centred, centred))


def powers_of_sums(w, depth=40):
    """t = sum((x + t)^2): every step squares what came before."""
    value = w.sum("%x")
    for _ in range(depth):
        shifted = w.binary("addf", "%x", w.broadcast(value))
        value = w.sum(w.binary("mulf", shifted, shifted))
    centred = w.binary("subf", "%x", w.broadcast(value))
    return w.root(centred, w.binary("mulf", centred, centred))


def shared_twice(w, depth=200):
    """d = d + d * s: a tree of 2^depth leaves, a graph of few."""
    value = "%x"
    for _ in range(depth):
        value = w.binary("addf", value, w.binary("mulf", value, "%z"))
    return w.root(value, w.binary("mulf", value, value))


def many_terms(w, count=400):
    """A numerator that is a sum of many products."""
    value = w.binary("mulf", "%x", "%z")
    for _ in range(count):
        row = w.broadcast(w.sum(w.binary("mulf", value, "%z")))
        value = w.binary("addf", value, w.binary("mulf", "%x", row))
    return w.root(value, w.binary("mulf", value, value))


def main():
    w = Writer()
    print(f"func.func @{sys.argv[1]}(%x: {MATRIX}, %z: {MATRIX}) -> {MATRIX} {{")
    print("  %zero = arith.constant 0.0 : f32")
    print(f"  %n = arith.constant dense<64.0> : {ROW}")
    print(f"  %e = arith.constant dense<1.0e-5> : {ROW}")
    print(f"  return {globals()[sys.argv[1]](w)} : {MATRIX}\n}}")


if __name__ == "__main__":
    main()
