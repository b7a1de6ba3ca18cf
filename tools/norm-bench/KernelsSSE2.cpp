//===- KernelsSSE2.cpp - rows by SSE2, which every x86-64 has -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <emmintrin.h>

using namespace mlir::norm::bench;

namespace {

using Vector = __m128;
constexpr int64_t kLanes = 4;
constexpr int kUnroll = 4;
constexpr bool kHasF16 = false;
template <typename T> constexpr int64_t kBlockBytes = 32;
template <> constexpr int64_t kBlockBytes<BFloat16> = 16;

Vector zero() { return _mm_setzero_ps(); }
Vector splat(float value) { return _mm_set1_ps(value); }
Vector add(Vector a, Vector b) { return _mm_add_ps(a, b); }
Vector sub(Vector a, Vector b) { return _mm_sub_ps(a, b); }
Vector mul(Vector a, Vector b) { return _mm_mul_ps(a, b); }
Vector fma(Vector a, Vector b, Vector c) { return add(mul(a, b), c); }
float reduce(Vector v) {
  v = _mm_add_ps(v, _mm_movehl_ps(v, v));
  return _mm_cvtss_f32(_mm_add_ss(v, _mm_shuffle_ps(v, v, 1)));
}

Vector load(const float *p) { return _mm_loadu_ps(p); }
Vector load(const BFloat16 *p) {
  __m128i bits = _mm_loadl_epi64(reinterpret_cast<const __m128i *>(p));
  return _mm_castsi128_ps(_mm_unpacklo_epi16(_mm_setzero_si128(), bits));
}

/// Rounded to bf16 in the upper halves, to nearest, ties to even; finite values
/// only. The lower halves are left over.
__m128i roundBF16(Vector v) {
  __m128i bits = _mm_castps_si128(v);
  __m128i odd = _mm_and_si128(_mm_srli_epi32(bits, 16), _mm_set1_epi32(1));
  return _mm_add_epi32(_mm_add_epi32(bits, odd), _mm_set1_epi32(0x7fff));
}
__m128i upperHalves(__m128i bits) {
  return _mm_and_si128(bits, _mm_set1_epi32(0xffff0000));
}

/// Pairs of bf16 are the even and the odd elements: a shift and a mask take
/// them apart.
__m128i pack(Vector even, Vector odd) {
  return _mm_or_si128(_mm_srli_epi32(roundBF16(even), 16),
                      upperHalves(roundBF16(odd)));
}
void loadPair(const float *p, Vector &a, Vector &b) {
  a = load(p);
  b = load(p + kLanes);
}
void loadPair(const BFloat16 *p, Vector &even, Vector &odd) {
  __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i *>(p));
  even = _mm_castsi128_ps(_mm_slli_epi32(bits, 16));
  odd = _mm_castsi128_ps(upperHalves(bits));
}

void storeVector(float *p, Vector v) { _mm_storeu_ps(p, v); }
void store(BFloat16 *p, Vector a, Vector b) {
  _mm_storeu_si128(reinterpret_cast<__m128i *>(p), pack(a, b));
}
void store(float *p, Vector a, Vector b) {
  storeVector(p, a);
  storeVector(p + kLanes, b);
}
void stream(BFloat16 *p, Vector a, Vector b) {
  _mm_stream_si128(reinterpret_cast<__m128i *>(p), pack(a, b));
}
void stream(float *p, Vector a, Vector b) {
  _mm_stream_ps(p, a);
  _mm_stream_ps(p + kLanes, b);
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
void storePart(BFloat16 *p, Vector v, int64_t count) {
  // The signed pack expects the sign extended.
  __m128i bits = _mm_srai_epi32(roundBF16(v), 16);
  bits = _mm_packs_epi32(bits, bits);
  __builtin_memcpy(p, &bits, count * sizeof(BFloat16));
}
void storePart(float *p, Vector v, int64_t count) {
  float values[kLanes];
  storeVector(values, v);
  __builtin_memcpy(p, values, count * sizeof(float));
}

template <typename T> Vector rounded(Vector v);
template <> [[maybe_unused]] Vector rounded<float>(Vector v) { return v; }
template <> [[maybe_unused]] Vector rounded<BFloat16>(Vector v) {
  return _mm_castsi128_ps(upperHalves(roundBF16(v)));
}

} // namespace

#include "RowKernels.h"

const KernelSet mlir::norm::bench::kKernelsSSE2 = {
    "SSE2", kHasF16, computeRows, sumPart, finishPart, copyArray, addArrays};
