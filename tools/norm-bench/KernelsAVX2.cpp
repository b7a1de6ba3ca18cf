//===- KernelsAVX2.cpp - rows by AVX2, FMA and F16C -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <immintrin.h>

using namespace mlir::norm::bench;

namespace {

using Vector = __m256;
constexpr int64_t kLanes = 8;
constexpr int kUnroll = 4;
constexpr bool kHasF16 = true;
template <typename T> constexpr int64_t kBlockBytes = 64;
template <> constexpr int64_t kBlockBytes<BFloat16> = 32;
template <> constexpr int64_t kBlockBytes<Float16> = 32;

Vector zero() { return _mm256_setzero_ps(); }
Vector splat(float value) { return _mm256_set1_ps(value); }
Vector add(Vector a, Vector b) { return _mm256_add_ps(a, b); }
Vector sub(Vector a, Vector b) { return _mm256_sub_ps(a, b); }
Vector mul(Vector a, Vector b) { return _mm256_mul_ps(a, b); }
Vector fma(Vector a, Vector b, Vector c) { return _mm256_fmadd_ps(a, b, c); }
float reduce(Vector v) {
  __m128 half =
      _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  half = _mm_add_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

__m128i bitsAt(const void *p) {
  return _mm_loadu_si128(static_cast<const __m128i *>(p));
}
Vector load(const float *p) { return _mm256_loadu_ps(p); }
Vector load(const Float16 *p) { return _mm256_cvtph_ps(bitsAt(p)); }
Vector load(const BFloat16 *p) {
  return _mm256_castsi256_ps(
      _mm256_slli_epi32(_mm256_cvtepu16_epi32(bitsAt(p)), 16));
}

/// Rounded to bf16 in the upper halves, to nearest, ties to even; finite values
/// only. The lower halves are left over.
__m256i roundBF16(Vector v) {
  __m256i bits = _mm256_castps_si256(v);
  __m256i odd =
      _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  return _mm256_add_epi32(_mm256_add_epi32(bits, odd),
                          _mm256_set1_epi32(0x7fff));
}
__m128i narrow(const BFloat16 *, Vector v) {
  __m256i bits = _mm256_srli_epi32(roundBF16(v), 16);
  return _mm_packus_epi32(_mm256_castsi256_si128(bits),
                          _mm256_extracti128_si256(bits, 1));
}
__m128i narrow(const Float16 *, Vector v) {
  return _mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT);
}

/// Pairs of bf16 are the even and the odd elements: a shift and a mask take
/// them apart.
__m256i pack(const BFloat16 *, Vector even, Vector odd) {
  return _mm256_blend_epi16(_mm256_srli_epi32(roundBF16(even), 16),
                            roundBF16(odd), 0xaa);
}
__m256i pack(const Float16 *p, Vector a, Vector b) {
  return _mm256_set_m128i(narrow(p, b), narrow(p, a));
}
template <typename T> void loadPair(const T *p, Vector &a, Vector &b) {
  a = load(p);
  b = load(p + kLanes);
}
void loadPair(const BFloat16 *p, Vector &even, Vector &odd) {
  __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(p));
  even = _mm256_castsi256_ps(_mm256_slli_epi32(bits, 16));
  odd = _mm256_castsi256_ps(
      _mm256_and_si256(bits, _mm256_set1_epi32(0xffff0000)));
}

void storeVector(float *p, Vector v) { _mm256_storeu_ps(p, v); }
template <typename T> void store(T *p, Vector a, Vector b) {
  _mm256_storeu_si256(reinterpret_cast<__m256i *>(p), pack(p, a, b));
}
void store(float *p, Vector a, Vector b) {
  storeVector(p, a);
  storeVector(p + kLanes, b);
}
template <typename T> void stream(T *p, Vector a, Vector b) {
  _mm256_stream_si256(reinterpret_cast<__m256i *>(p), pack(p, a, b));
}
void stream(float *p, Vector a, Vector b) {
  _mm256_stream_ps(p, a);
  _mm256_stream_ps(p + kLanes, b);
}

template <typename T> Vector loadPart(const T *p, int64_t count) {
  T values[kLanes] = {};
  __builtin_memcpy(values, p, count * sizeof(T));
  return load(values);
}
Vector keep(Vector v, int64_t count) {
  float values[kLanes];
  storeVector(values, v);
  return loadPart(values, count);
}
template <typename T> void storePart(T *p, Vector v, int64_t count) {
  __m128i values = narrow(p, v);
  __builtin_memcpy(p, &values, count * sizeof(T));
}
void storePart(float *p, Vector v, int64_t count) {
  float values[kLanes];
  storeVector(values, v);
  __builtin_memcpy(p, values, count * sizeof(float));
}

template <typename T> Vector rounded(Vector v);
template <> [[maybe_unused]] Vector rounded<float>(Vector v) { return v; }
template <> [[maybe_unused]] Vector rounded<BFloat16>(Vector v) {
  return _mm256_castsi256_ps(
      _mm256_and_si256(roundBF16(v), _mm256_set1_epi32(0xffff0000)));
}
template <> [[maybe_unused]] Vector rounded<Float16>(Vector v) {
  return _mm256_cvtph_ps(_mm256_cvtps_ph(v, _MM_FROUND_TO_NEAREST_INT));
}

} // namespace

#include "RowKernels.h"

const KernelSet mlir::norm::bench::kKernelsAVX2 = {
    "AVX2", kHasF16, computeRows, sumPart, finishPart, copyArray, addArrays};
