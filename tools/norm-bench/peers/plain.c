/*===- plain.c - norms as a user would write them in C
 * -----------------------===*
 *
 * Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * One loop for each sum, one for the result, OpenMP over the rows. norm-bench
 * compiles it on the machine that it runs on, with -O3 -march=native
 * -ffast-math (and -fopenmp for more than one thread) and STORAGE as the type
 * of elements: 0 f32, 1 bf16, 2 f16, 3 f64.
 */

#include <math.h>
#include <stdint.h>

#if STORAGE == 0
typedef float element, number;
static inline number load(element v) { return v; }
static inline element narrow(number v) { return v; }
#elif STORAGE == 1
typedef uint16_t element;
typedef float number;
static inline number load(element v) {
  union {
    uint32_t bits;
    float value;
  } wide = {(uint32_t)v << 16};
  return wide.value;
}
static inline element narrow(number v) {
  union {
    float value;
    uint32_t bits;
  } wide = {v};
  return (wide.bits + 0x7fff + ((wide.bits >> 16) & 1)) >> 16;
}
#elif STORAGE == 2
typedef _Float16 element;
typedef float number;
static inline number load(element v) { return (float)v; }
static inline element narrow(number v) { return (_Float16)v; }
#else
typedef double element, number;
static inline number load(element v) { return v; }
static inline element narrow(number v) { return v; }
#endif

static void rmsnorm(const element *restrict x, const element *restrict scale,
                    element *restrict y, long n, long k, number epsilon) {
  number sum = 0;
  for (long i = 0; i < k; i++)
    sum += load(x[i]) * load(x[i]);
  number rstd = 1 / sqrt(sum / k + epsilon);
  for (long i = 0; i < n; i++)
    y[i] = narrow(load(x[i]) * rstd * load(scale[i]));
}

static void layernorm(const element *restrict x, const element *restrict scale,
                      const element *restrict bias, element *restrict y, long n,
                      number epsilon) {
  number mean = 0, sum = 0;
  for (long i = 0; i < n; i++)
    mean += load(x[i]);
  mean /= n;
  for (long i = 0; i < n; i++)
    sum += (load(x[i]) - mean) * (load(x[i]) - mean);
  number rstd = 1 / sqrt(sum / n + epsilon);
  for (long i = 0; i < n; i++)
    y[i] = narrow((load(x[i]) - mean) * rstd * load(scale[i]) + load(bias[i]));
}

static void add(const element *restrict x, const element *restrict residual,
                element *restrict sum, long n) {
  for (long i = 0; i < n; i++)
    sum[i] = narrow(load(x[i]) + load(residual[i]));
}

/* op: 0 rmsnorm, 1 prmsnorm, 2 layernorm, 3 add-rmsnorm. */
void norm_plain_c(int op, long rows, long n, long k, double epsilon,
                  int threads, const element *x, const element *residual,
                  const element *scale, const element *bias, element *y,
                  element *sum) {
#ifdef _OPENMP
#pragma omp parallel for schedule(static) num_threads(threads)
#endif
  for (long row = 0; row < rows; row++) {
    long at = row * n;
    if (op == 3) {
      add(x + at, residual + at, sum + at, n);
      rmsnorm(sum + at, scale, y + at, n, k, epsilon);
    } else if (op == 2) {
      layernorm(x + at, scale, bias, y + at, n, epsilon);
    } else {
      rmsnorm(x + at, scale, y + at, n, k, epsilon);
    }
  }
}
