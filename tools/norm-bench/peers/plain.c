/*===- plain.c - norms as a user would write them in C
 * -----------------------===*
 *
 * Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * One loop for each sum, one for the result, OpenMP over the rows; sums over
 * rows are added up by each thread, and then by one after the other. norm-bench
 * compiles it on the machine that it runs on, with -O3 -march=native
 * -ffast-math (and -fopenmp for more than one thread) and STORAGE as the type
 * of elements: 0 f32, 1 bf16, 2 f16, 3 f64.
 */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

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

/* One row of dx, where it is asked for, and its part in the sums over rows. */
static void backward(const element *restrict dy, const element *restrict x,
                     const element *restrict scale, number rstd, number mean,
                     int centered, element *restrict dx,
                     number *restrict dscale, number *restrict dbias, long n,
                     long k) {
  if (dx) {
    number sum = 0, dot = 0;
    for (long i = 0; i < n; i++)
      dot += load(dy[i]) * load(scale[i]) * (load(x[i]) - mean);
    if (centered)
      for (long i = 0; i < n; i++)
        sum += load(dy[i]) * load(scale[i]);
    number pull = dot * rstd * rstd / k, push = sum / n;
    for (long i = 0; i < k; i++)
      dx[i] = narrow(rstd * (load(dy[i]) * load(scale[i]) - push -
                             (load(x[i]) - mean) * pull));
    for (long i = k; i < n; i++)
      dx[i] = narrow(rstd * load(dy[i]) * load(scale[i]));
  }
  if (dscale)
    for (long i = 0; i < n; i++)
      dscale[i] += load(dy[i]) * (load(x[i]) - mean) * rstd;
  if (dbias)
    for (long i = 0; i < n; i++)
      dbias[i] += load(dy[i]);
}

/* dx, dscale and dbias may be null; mean is, but for layernorm. */
void norm_plain_c_backward(long rows, long n, long k, int threads,
                           const element *dy, const element *x,
                           const element *scale, const number *rstd,
                           const number *mean, element *dx, number *dscale,
                           number *dbias) {
  for (long i = 0; dscale && i < n; i++)
    dscale[i] = 0;
  for (long i = 0; dbias && i < n; i++)
    dbias[i] = 0;
#ifdef _OPENMP
#pragma omp parallel num_threads(threads)
#endif
  {
    number *own = calloc(2 * n, sizeof(number));
#ifdef _OPENMP
#pragma omp for schedule(static)
#endif
    for (long row = 0; row < rows; row++) {
      long at = row * n;
      backward(dy + at, x + at, scale, rstd[row], mean ? mean[row] : 0,
               mean != NULL, dx ? dx + at : NULL, dscale ? own : NULL,
               dbias ? own + n : NULL, n, k);
    }
#ifdef _OPENMP
#pragma omp critical
#endif
    {
      for (long i = 0; dscale && i < n; i++)
        dscale[i] += own[i];
      for (long i = 0; dbias && i < n; i++)
        dbias[i] += own[n + i];
    }
    free(own);
  }
}
