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

/// Rounded to nearest, ties to even, in the low halves; finite values only.
__m256i roundBF16(Vector v) {
  __m256i bits = _mm256_castps_si256(v);
  __m256i odd =
      _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
  bits =
      _mm256_add_epi32(_mm256_add_epi32(bits, odd), _mm256_set1_epi32(0x7fff));
  return _mm256_srli_epi32(bits, 16);
}
__m256i pack(const BFloat16 *, Vector a, Vector b) {
  // packus works within halves of 128 bits; their quarters are put in order.
  return _mm256_permute4x64_epi64(
      _mm256_packus_epi32(roundBF16(a), roundBF16(b)), 0xd8);
}
__m256i pack(const Float16 *, Vector a, Vector b) {
  return _mm256_set_m128i(_mm256_cvtps_ph(b, _MM_FROUND_TO_NEAREST_INT),
                          _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT));
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
template <typename T> void storePart(T *p, Vector a, int64_t count) {
  T values[2 * kLanes];
  store(values, a, a);
  __builtin_memcpy(p, values, count * sizeof(T));
}

template <typename T> Vector rounded(Vector v) {
  T values[2 * kLanes];
  store(values, v, v);
  return load(values);
}
template <> [[maybe_unused]] Vector rounded<float>(Vector v) { return v; }

} // namespace

#include "RowKernels.h"

const KernelSet mlir::norm::bench::kKernelsAVX2 = {
    "AVX2", kHasF16, computeRows, sumPart, finishPart, copyArray};
