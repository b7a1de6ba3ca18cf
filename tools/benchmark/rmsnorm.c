/* A plain C rmsnorm, the opponent of compare_c.py: what a compiler makes of the
 * obvious two loops with -O3 -march=native -ffast-math.
 *
 *   rmsnorm ROWS COLUMNS ROUNDS
 *
 * prints median and minimum seconds of a call after a warm-up, like norm-run,
 * whose arrays are of huge pages, too. */

#define _DEFAULT_SOURCE
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

__attribute__((noinline)) static void rmsnorm(const float *restrict x,
                                              const float *restrict scale,
                                              float *restrict y, long rows,
                                              long columns) {
  for (long row = 0; row < rows; ++row) {
    const float *in = x + row * columns;
    float *out = y + row * columns;
    float sum = 0;
    for (long i = 0; i < columns; ++i)
      sum += in[i] * in[i];
    float rstd = 1.0f / sqrtf(sum / columns + 1e-5f);
    for (long i = 0; i < columns; ++i)
      out[i] = in[i] * rstd * scale[i];
  }
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

/* An array that asks for huge pages. */
static float *allocate(long count) {
  const size_t page = 2 << 20;
  size_t bytes = (sizeof(float) * count + page - 1) / page * page;
  float *array = aligned_alloc(page, bytes);
#ifdef MADV_HUGEPAGE
  if (array)
    madvise(array, bytes, MADV_HUGEPAGE);
#endif
  return array;
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: rmsnorm ROWS COLUMNS ROUNDS\n");
    return 1;
  }
  long rows = atol(argv[1]), columns = atol(argv[2]), rounds = atol(argv[3]);
  float *x = allocate(rows * columns), *y = allocate(rows * columns);
  float *scale = allocate(columns);
  double *seconds = malloc(sizeof(double) * rounds);
  if (!x || !y || !scale || !seconds)
    return 1;
  for (long i = 0; i < rows * columns; ++i) {
    x[i] = (float)(i * 2654435761u % 1000) / 500 - 1;
    y[i] = 0;
  }
  for (long i = 0; i < columns; ++i)
    scale[i] = 1 + (float)i / columns;
  rmsnorm(x, scale, y, rows, columns);
  for (long round = 0; round < rounds; ++round) {
    double start = now();
    rmsnorm(x, scale, y, rows, columns);
    seconds[round] = now() - start;
  }
  qsort(seconds, rounds, sizeof(double), ascending);
  printf("time: median %.6e s, minimum %.6e s (%ld rounds, 1 thread)\n",
         (seconds[(rounds - 1) / 2] + seconds[rounds / 2]) / 2, seconds[0],
         rounds);
  fprintf(stderr, "y[1] = %g\n", y[1]);
  return 0;
}
