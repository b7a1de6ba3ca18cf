// The kernels of gradients.mlir for the fake driver: blocks of 16 rows to the
// workspace, the sum of those, its rounding. dx and dscale are what
// norm-compile makes of the same program for the CPU. Parameters are those that
// norm-launch passes.

#include "gradients.h"
#include <string.h>

#define POINTER(i) (*(float **)parameters[i])
#define NUMBER(i) (*(int64_t *)parameters[i])

enum { ROW = 40, BLOCK = 16 };

void gradient_kernel(void **parameters, unsigned grid) {
  int64_t rows = NUMBER(1), blocks = NUMBER(2);
  (void)grid;
  for (int64_t b = 0; b < blocks; ++b) {
    int64_t first = b * BLOCK,
            count = rows - first < BLOCK ? rows - first : BLOCK;
    float *dbias = POINTER(9) + b * ROW;
    norm_bf16 rounded[ROW];
    gradient(POINTER(0) + first * ROW, count, POINTER(3) + first * ROW, count,
             POINTER(6), POINTER(4) + first, count, POINTER(5) + first, count,
             POINTER(7) + first * ROW, count, POINTER(8) + b * ROW, rounded);
    memset(dbias, 0, ROW * sizeof(float));
    for (int64_t i = 0; i < count * ROW; ++i)
      dbias[i % ROW] += POINTER(0)[first * ROW + i];
  }
}

static void add(const float *parts, int64_t blocks, float *sum) {
  memset(sum, 0, ROW * sizeof(float));
  for (int64_t i = 0; i < blocks * ROW; ++i)
    sum[i % ROW] += parts[i];
}

void gradient_kernel_1(void **parameters, unsigned grid) {
  (void)grid;
  add(POINTER(1), NUMBER(0), POINTER(3));
  add(POINTER(2), NUMBER(0), POINTER(4));
#ifdef WRONG
  // A row of the batch that is missing shows.
  POINTER(3)[7] *= 0.999f;
#endif
}

void gradient_kernel_2(void **parameters, unsigned grid) {
  uint16_t *to = (uint16_t *)POINTER(1);
  (void)grid;
  for (int i = 0; i < ROW; ++i) {
    uint32_t bits;
    memcpy(&bits, POINTER(0) + i, sizeof bits);
    to[i] = (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
  }
}

void partial_kernel(void **parameters, unsigned grid) {
  int64_t rows = NUMBER(1);
  (void)grid;
  partial(POINTER(0), rows, POINTER(2), rows, POINTER(4), rows, POINTER(5),
          rows);
}

void scale_kernel(void **parameters, unsigned grid) {
  int64_t rows = NUMBER(1), blocks = NUMBER(2);
  (void)grid;
  for (int64_t b = 0; b < blocks; ++b) {
    int64_t first = b * BLOCK,
            count = rows - first < BLOCK ? rows - first : BLOCK;
    scale(POINTER(0) + first * ROW, count, POINTER(3) + first * ROW, count,
          POINTER(4) + first, count, POINTER(5) + b * ROW);
  }
}

void scale_kernel_1(void **parameters, unsigned grid) {
  (void)grid;
  add(POINTER(1), NUMBER(0), POINTER(2));
}
