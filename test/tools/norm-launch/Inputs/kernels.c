// The kernels of norms.mlir for the fake driver: what norm-compile makes of the
// same program for the CPU. Parameters are those that norm-launch passes.

#include "norms.h"

#define POINTER(i) (*(void **)parameters[i])

void wide_kernel(void **parameters, unsigned grid) {
  (void)grid;
  int64_t rows = *(int64_t *)parameters[1];
  wide(POINTER(0), rows, POINTER(2), POINTER(3), rows);
}

void short_kernel(void **parameters, unsigned grid) {
  (void)grid;
  int64_t rows = *(int64_t *)parameters[1];
  short_(POINTER(0), rows, POINTER(3), rows);
}

void block_kernel(void **parameters, unsigned grid) {
  (void)grid;
  // A wrong element, if asked for.
  block(POINTER(0), POINTER(1), POINTER(2), POINTER(3), POINTER(4));
#ifdef WRONG
  ((float *)POINTER(4))[77] += 0.001f;
#endif
}
