// Calls what norm-compile made of functions.mlir, through its header, and
// compares with the definition in f64.

#include "functions.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { N = 96, M = 5 };

static float x[M][N], g[N], y[M][N], wide[M][N + 7];

static float widen(norm_bf16 bits) {
  unsigned word = (unsigned)bits << 16;
  float value;
  memcpy(&value, &word, sizeof value);
  return value;
}

// The largest distance of a row from its norm, with `pitch` elements in a row.
static double worst(const float *rows, int pitch, const float *scale) {
  double most = 0;
  for (int i = 0; i < M; ++i) {
    double squares = 0;
    for (int j = 0; j < N; ++j)
      squares += (double)x[i][j] * x[i][j];
    double rstd = 1 / sqrt(squares / N + 1e-5);
    for (int j = 0; j < N; ++j)
      most = fmax(most, fabs(rows[i * pitch + j] - x[i][j] * rstd * scale[j]));
  }
  return most;
}

int main(void) {
  norm_bf16 narrow[M][N], result[M][N];
  float back[M][N];
  for (int j = 0; j < N; ++j)
    g[j] = 1 + 0.01f * (float)j;
  for (int i = 0; i < M; ++i)
    for (int j = 0; j < N; ++j) {
      x[i][j] = (float)(((i * 37 + j * 11) % 64) - 31) / 8;
      unsigned word;
      memcpy(&word, &x[i][j], sizeof word);
      narrow[i][j] = (norm_bf16)(word >> 16); // exact: few digits
      wide[i][j] = x[i][j];
    }
  main_(&x[0][0], g, &y[0][0]);
  printf("tensors %s\n", worst(&y[0][0], N, g) < 1e-5 ? "right" : "wrong");

  memset(y, 0, sizeof y);
  strided(&wide[0][0], M, N + 7, g, &y[0][0], M);
  printf("strided %s\n", worst(&y[0][0], N, g) < 1e-5 ? "right" : "wrong");

  bfloat_s(&narrow[0][0], M, &result[0][0], M);
  memset(y, 0, sizeof y);
  open_rows(&x[0][0], M, g, &y[0][0], M);
  printf("open %s\n", worst(&y[0][0], N, g) < 1e-5 ? "right" : "wrong");

  for (int i = 0; i < M; ++i)
    for (int j = 0; j < N; ++j)
      back[i][j] = widen(result[i][j]);
  for (int j = 0; j < N; ++j)
    g[j] = 1;
  printf("bf16 %s\n", worst(&back[0][0], N, g) < 0.01 ? "right" : "wrong");

  float flag = 0;
  scalar(2.5f, &flag);
  printf("scalar %g\n", flag);
  return 0;
}
