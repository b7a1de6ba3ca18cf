# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a kernel and a program of the installed package, against float64, and
says which libraries of LLVM the process loaded."""

import numpy

import norm

x = numpy.random.default_rng(0).standard_normal((7, 1000)).astype("float32")
wide = x.astype("float64")
expected = wide / numpy.sqrt((wide**2).mean(axis=1, keepdims=True) + 1e-6)
right = []
if abs(norm.rmsnorm(x, epsilon=1e-6) - expected).max() < 1e-5:
    right.append("rmsnorm")

program = norm.compile("""
func.func @main(%x: tensor<?x1000xf32>, %y: tensor<?x1000xf32>) -> tensor<?x1000xf32> {
  %sum = arith.addf %x, %y : tensor<?x1000xf32>
  return %sum : tensor<?x1000xf32>
}
""")
if (program(x, x) == x + x).all():
    right.append("program")

print("right:", ", ".join(right))
maps = open("/proc/self/maps", encoding="utf-8").read()
found = [name for name in ("libMLIR", "libLLVM") if name in maps]
print("libraries of LLVM:", ", ".join(found) or "none")
