# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes norms of many shapes and types, and a C program that runs each of them
and compares it with the definition in f64.

    neon.py OUT.mlir OUT.c [--all]

--all: every op, type and shape, in place of a choice.
"""
import sys

# Rows, row length, by how much rows are apart more than they are long, and
# whether sizes are known to the compiler.
SHAPES = [
    (1, 1, 0, True), (3, 7, 0, True), (5, 64, 0, False), (4, 1000, 0, False), (33, 33, 0, True),
    (2, 4096, 0, True), (6, 65, 3, False), (17, 128, 0, False), (300, 16, 0, True),
    (1, 5120, 0, False), (9, 257, 1, False), (64, 96, 0, True),
]
TYPES = [("f32", "f32"), ("f64", "f64"), ("f16", "f16"), ("bf16", "bf16"), ("bf16", "f32"), ("f16", "f32")]
OPS = ["rmsnorm", "prmsnorm", "layernorm", "gated", "columns"]


def cases(everything):
    """All of them, or one op and type for each shape."""
    number = 0
    for i, op in enumerate(OPS):
        for j, shape in enumerate(SHAPES):
            for k, types in enumerate(TYPES):
                if op == "columns" and shape[2]:
                    continue
                if everything or (i == j % len(OPS) and k == (i + j) % len(TYPES)):
                    yield number, op, shape, types
                    number += 1


def memref(rows, columns, apart, is_known, type):
    sizes = f"{rows}x{columns}" if is_known else "?x?"
    layout = f", strided<[{columns + apart}, 1]>" if apart else ""
    return f"memref<{sizes}x{type}{layout}>"


def function(number, op, shape, types):
    rows, columns, apart, is_known = shape
    x, vector = memref(*shape, types[0]), f"memref<{columns if is_known else '?'}x{types[1]}>"
    if op == "columns":  # a row of the norm is a column of the matrix
        vector = f"memref<{rows if is_known else '?'}x{types[1]}>"
    head = (f"func.func @f{number}(%x: {x}, %g: {vector}, %b: {vector}, %y: {x}) "
            "attributes {llvm.emit_c_interface} {\n")
    ins, outs = f"ins(%x : {x}) scale(%g : {vector})", f"outs(%y : {x})"
    if op == "gated":  # y = silu(x) g times 1 / sqrt(sum((x g)^2) + 1)
        compute = "f64" if types[0] == "f64" else "f32"

        def widen(name, source, type):
            return (f"    %{name} = arith.extf %{source} : {type} to {compute}\n" if type != compute
                    else f"    %{name} = arith.addf %{source}, %zero : {compute}\n")

        narrow = (f"    %out = arith.truncf %p : {compute} to {types[0]}\n" if types[0] != compute
                  else f"    %out = arith.addf %p, %zero : {compute}\n")
        return (head + f"  norm.row_loop ins(%x, %g : {x}, {vector}) outs(%y : {x})\n"
                "    maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d1)>, "
                "affine_map<(d0, d1) -> (d0, d1)>] dimensions = [1] {\n"
                f"  ^bb0(%u: {types[0]}, %w: {types[1]}):\n"
                f"    %zero = arith.constant 0.0 : {compute}\n    %one = arith.constant 1.0 : {compute}\n"
                + widen("a", "u", types[0]) + widen("c", "w", types[1]) +
                f"    %m = arith.mulf %a, %c : {compute}\n"
                f"    %q = arith.mulf %m, %m : {compute}\n"
                f"    %s = norm.row_reduce add %q : {compute}\n"
                f"    %t = arith.addf %s, %one : {compute}\n"
                f"    %r = math.rsqrt %t : {compute}\n"
                f"    %n = arith.negf %a : {compute}\n"
                f"    %e = math.exp %n : {compute}\n"
                f"    %d = arith.addf %e, %one : {compute}\n"
                f"    %v = arith.divf %m, %d : {compute}\n"
                f"    %p = arith.mulf %v, %r : {compute}\n" + narrow +
                f"    norm.row_yield %out : {types[0]}\n  }}\n  return\n}}\n")
    if op == "prmsnorm":
        tail = f"k = {max(1, columns // 16)} epsilon = 1.0e-5"
    elif op == "layernorm":
        ins, tail = ins + f" bias(%b : {vector})", "epsilon = 1.0e-5"
    else:
        tail = ("dimensions = [0] " if op == "columns" else "") + "epsilon = 1.0e-5"
    name = "rmsnorm" if op == "columns" else op
    return head + f"  norm.{name} {ins} {outs} {tail}\n  return\n}}\n"


DRIVER = r"""
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { uint16_t bits; } bf16;
typedef struct { void *allocated, *aligned; int64_t offset, sizes[2], strides[2]; } Matrix;
typedef struct { void *allocated, *aligned; int64_t offset, size, stride; } Vector;
enum { f32, f64, f16, bf16_ };
enum { rmsnorm, prmsnorm, layernorm, gated, columns };

static double get(const void *data, int type, int64_t at) {
  if (type == f32) return ((const float *)data)[at];
  if (type == f64) return ((const double *)data)[at];
  if (type == f16) return ((const _Float16 *)data)[at];
  uint32_t bits = (uint32_t)((const uint16_t *)data)[at] << 16;
  float value;
  memcpy(&value, &bits, 4);
  return value;
}
static void set(void *data, int type, int64_t at, double value) {
  if (type == f32) ((float *)data)[at] = value;
  else if (type == f64) ((double *)data)[at] = value;
  else if (type == f16) ((_Float16 *)data)[at] = value;
  else {
    float single = value;
    uint32_t bits;
    memcpy(&bits, &single, 4);
    ((uint16_t *)data)[at] = bits >> 16; /* any number will do */
  }
}
static int size_of(int type) { return type == f32 ? 4 : type == f64 ? 8 : 2; }
/* Half of a unit in the last place, relative. */
static double half_unit(int type) {
  return type == bf16_ ? 0x1p-8 : type == f16 ? 0x1p-11 : 0;
}
static double random_number(void) {
  static uint64_t state = 88172645463325252u;
  state = state * 6364136223846793005u + 1442695040888963407u;
  return ((state >> 11) * 0x1p-53 - 0.5) * 4;
}

static int run(const char *name, void (*kernel)(Matrix *, Vector *, Vector *, Matrix *), int op,
               int64_t rows, int64_t length, int64_t apart, int type, int parameter_type) {
  int64_t pitch = length + apart, numbers = rows * pitch;
  int64_t parameters = op == columns ? rows : length;
  char *x = calloc(numbers + 1, size_of(type)), *y = calloc(numbers + 1, size_of(type));
  char *g = calloc(parameters, size_of(parameter_type)), *b = calloc(parameters, size_of(parameter_type));
  for (int64_t i = 0; i < numbers; ++i) set(x, type, i, random_number());
  for (int64_t i = 0; i <= numbers; ++i) set(y, type, i, 77);
  for (int64_t i = 0; i < parameters; ++i) {
    set(g, parameter_type, i, random_number());
    set(b, parameter_type, i, random_number());
  }
  Matrix in = {x, x, 0, {rows, length}, {pitch, 1}}, out = {y, y, 0, {rows, length}, {pitch, 1}};
  Vector scale = {g, g, 0, parameters, 1}, bias = {b, b, 0, parameters, 1};
  kernel(&in, &scale, &bias, &out);
  int64_t m = op == columns ? length : rows, n = op == columns ? rows : length;
  int64_t row_step = op == columns ? 1 : pitch, step = op == columns ? pitch : 1;
  int64_t k = op == prmsnorm ? (n / 16 > 1 ? n / 16 : 1) : n;
  double bound = type == f64 ? 1e-14 : op == gated ? 1e-6 : 5e-7, worst = 0;
  int failed = 0;
  double *wanted = malloc(n * sizeof(double));
  for (int64_t i = 0; i < m; ++i) {
    double mean = 0, statistic = 0, largest = 0;
#define X(j) get(x, type, i * row_step + (j) * step)
#define G(j) get(g, parameter_type, j)
    if (op == layernorm)
      for (int64_t j = 0; j < n; ++j) mean += X(j) / n;
    for (int64_t j = 0; j < k; ++j)
      statistic += op == gated ? X(j) * G(j) * X(j) * G(j) : (X(j) - mean) * (X(j) - mean) / k;
    double epsilon = op == gated ? 1 : type == f64 ? 1e-5 : 1e-5f;
    double rstd = 1 / sqrt(statistic + epsilon);
    for (int64_t j = 0; j < n; ++j) {
      double term = op == gated ? X(j) * G(j) / (1 + exp(-X(j))) * rstd : (X(j) - mean) * rstd * G(j);
      double summand = op == layernorm ? get(b, parameter_type, j) : 0;
      double size = fabs(term) + fabs(summand);
      if (op == layernorm) size += fabs(mean) * rstd * fabs(G(j));
      wanted[j] = term + summand;
      largest = fmax(largest, size);
    }
    for (int64_t j = 0; j < n; ++j) {
      double found = get(y, type, i * row_step + j * step);
      double error = fabs(found - wanted[j]) - half_unit(type) * fabs(wanted[j]);
      worst = fmax(worst, error / largest);
      failed |= !(error <= bound * largest);
    }
  }
  for (int64_t i = 0; i <= numbers; ++i) /* what is no element is left alone */
    if (i == numbers || i % pitch >= length) failed |= get(y, type, i) != 77;
  if (failed) printf("%s: error %g of %g\n", name, worst, bound);
  free(x); free(y); free(g); free(b); free(wanted);
  return failed;
}
"""


def main():
    everything = "--all" in sys.argv[3:]
    chosen = list(cases(everything))
    with open(sys.argv[1], "w") as out:
        out.writelines(function(*case) for case in chosen)
    enum = {"bf16": "bf16_"}
    with open(sys.argv[2], "w") as out:
        out.write(DRIVER)
        for number, *_ in chosen:
            out.write(f"void _mlir_ciface_f{number}(Matrix *, Vector *, Vector *, Matrix *);\n")
        out.write("int main(void) {\n  int failed = 0;\n")
        for number, op, (rows, columns, apart, is_known), (type, parameter) in chosen:
            name = f"{op} {rows}x{columns} {type} {parameter}{'' if is_known else ' of unknown size'}"
            out.write(f'  failed += run("{name}", _mlir_ciface_f{number}, {op}, {rows}, {columns}, {apart}, '
                      f"{enum.get(type, type)}, {enum.get(parameter, parameter)});\n")
        out.write(f'  printf("%d of {len(chosen)} right\\n", {len(chosen)} - failed);\n  return failed != 0;\n}}\n')


main()
