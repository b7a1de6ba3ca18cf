//===- KernelsAVX512.h - rows by AVX-512 ------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===-------------------------------------------------------------------*- C++
//-*-===//
//
// Vectors of 16 floats. NORM_HAS_AVX512BF16 says whether the instruction that
// rounds to bf16 may be used.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_KERNELSAVX512_H
#define NORM_TOOLS_NORM_BENCH_KERNELSAVX512_H

#include "Kernels.h"

#include <immintrin.h>

using namespace mlir::norm::bench;

namespace {

using Vector = __m512;
constexpr int64_t kLanes = 16;
constexpr int kUnroll = 4;
constexpr bool kHasF16 = true;
template <typename T> constexpr int64_t kBlockBytes = 64;

Vector zero() { return _mm512_setzero_ps(); }
Vector splat(float value) { return _mm512_set1_ps(value); }
Vector add(Vector a, Vector b) { return _mm512_add_ps(a, b); }
Vector sub(Vector a, Vector b) { return _mm512_sub_ps(a, b); }
Vector mul(Vector a, Vector b) { return _mm512_mul_ps(a, b); }
Vector fma(Vector a, Vector b, Vector c) { return _mm512_fmadd_ps(a, b, c); }
float reduce(Vector v) { return _mm512_reduce_add_ps(v); }

__mmask16 lanes(int64_t count) { return (1u << count) - 1; }
Vector keep(Vector v, int64_t count) {
  return _mm512_maskz_mov_ps(lanes(count), v);
}

Vector widen(const BFloat16 *, __m256i bits) {
  return _mm512_castsi512_ps(
      _mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}
Vector widen(const Float16 *, __m256i bits) { return _mm512_cvtph_ps(bits); }

#ifndef NORM_HAS_AVX512BF16
/// Rounded to bf16 in the upper halves, to nearest, ties to even; finite values
/// only. The lower halves are left over.
__m512i roundBF16(Vector v) {
  __m512i bits = _mm512_castps_si512(v);
  __m512i odd =
      _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
  return _mm512_add_epi32(_mm512_add_epi32(bits, odd),
                          _mm512_set1_epi32(0x7fff));
}
#endif

__m256i narrow(const BFloat16 *, Vector v) {
#ifdef NORM_HAS_AVX512BF16
  return (__m256i)_mm512_cvtneps_pbh(v);
#else
  return _mm512_cvtepi32_epi16(_mm512_srli_epi32(roundBF16(v), 16));
#endif
}
__m256i narrow(const Float16 *, Vector v) {
  return _mm512_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT);
}

/// Pairs of bf16 are the even and the odd elements: a shift and a mask take
/// them apart.
__m512i pack(const BFloat16 *, Vector even, Vector odd) {
#ifdef NORM_HAS_AVX512BF16
  const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11,
                                         26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21,
                                         5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  return _mm512_permutexvar_epi16(order,
                                  (__m512i)_mm512_cvtne2ps_pbh(odd, even));
#else
  return _mm512_mask_blend_epi16(
      0xaaaaaaaa, _mm512_srli_epi32(roundBF16(even), 16), roundBF16(odd));
#endif
}
__m512i pack(const Float16 *p, Vector a, Vector b) {
  return _mm512_inserti64x4(_mm512_castsi256_si512(narrow(p, a)), narrow(p, b),
                            1);
}

template <typename T> Vector load(const T *p) {
  return widen(p, _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p)));
}
Vector load(const float *p) { return _mm512_loadu_ps(p); }

template <typename T> Vector loadPart(const T *p, int64_t count) {
  return widen(p, _mm256_maskz_loadu_epi16(lanes(count), p));
}
Vector loadPart(const float *p, int64_t count) {
  return _mm512_maskz_loadu_ps(lanes(count), p);
}

template <typename T> void loadPair(const T *p, Vector &a, Vector &b) {
  a = load(p);
  b = load(p + kLanes);
}
void loadPair(const BFloat16 *p, Vector &even, Vector &odd) {
  __m512i bits = _mm512_loadu_si512(p);
  even = _mm512_castsi512_ps(_mm512_slli_epi32(bits, 16));
  odd = _mm512_castsi512_ps(
      _mm512_and_si512(bits, _mm512_set1_epi32(0xffff0000)));
}

template <typename T> void store(T *p, Vector a, Vector b) {
  _mm512_storeu_si512(p, pack(p, a, b));
}
void store(float *p, Vector a, Vector b) {
  _mm512_storeu_ps(p, a);
  _mm512_storeu_ps(p + kLanes, b);
}

template <typename T> void stream(T *p, Vector a, Vector b) {
  _mm512_stream_si512(reinterpret_cast<__m512i *>(p), pack(p, a, b));
}
void stream(float *p, Vector a, Vector b) {
  _mm512_stream_ps(p, a);
  _mm512_stream_ps(p + kLanes, b);
}

template <typename T> void storePart(T *p, Vector a, int64_t count) {
  _mm256_mask_storeu_epi16(p, lanes(count), narrow(p, a));
}
void storePart(float *p, Vector a, int64_t count) {
  _mm512_mask_storeu_ps(p, lanes(count), a);
}

template <typename T> Vector rounded(Vector v) {
  const T *type = nullptr;
  return widen(type, narrow(type, v));
}
template <> [[maybe_unused]] Vector rounded<float>(Vector v) { return v; }

} // namespace

#include "RowKernels.h"

#endif // NORM_TOOLS_NORM_BENCH_KERNELSAVX512_H
