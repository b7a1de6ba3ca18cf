//===- RowKernels.h - rows by vectors of any width --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The kernels of one set of vector instructions. A file that includes this one
// has defined before, in an unnamed namespace:
//
//   Vector, kLanes, kUnroll      a vector of floats, its lanes, sums in flight
//   zero, splat, add, sub, mul, fma, reduce
//   load(p), loadPart(p, n), storePart(p, v, n)
//                                for float, BFloat16, and Float16 if kHasF16
//   loadPair(p, a, b), store(p, a, b), stream(p, a, b)
//                                two vectors of elements, in any order that
//                                the three share
//   keep(v, n)                   v with zeros from lane n on
//   rounded<T>(v)                v after a store to T and a load
//   kBlockBytes<T>               the alignment that stream needs
//
// Everything is in the unnamed namespace: a function that the linker shared
// with other files could bring its instructions to a machine without them.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_ROWKERNELS_H
#define NORM_TOOLS_NORM_BENCH_ROWKERNELS_H

namespace {

constexpr int64_t kBlock = 2 * kLanes;

int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }

/// The arrays of a task from one element on.
template <typename T> struct Span {
  const T *x, *residual, *scale, *bias;
  T *y, *sum;

  Span(const Task &task, int64_t row, int64_t column) {
    int64_t at = row * task.cols + column;
    x = static_cast<const T *>(task.x) + at;
    residual = static_cast<const T *>(task.residual) + at;
    scale = static_cast<const T *>(task.scale) + column;
    bias = static_cast<const T *>(task.bias) + column;
    y = static_cast<T *>(task.y) + at;
    sum = static_cast<T *>(task.sum) + at;
  }
};

/// A row's mean (0 but for layernorm) and rstd.
struct RowStatistic {
  float mean, rstd;
};

template <OpKind op, typename T> struct RowKernel {
  static constexpr bool kAdds = op == OpKind::AddRMSNorm;
  static constexpr bool kCenters = op == OpKind::LayerNorm;

  /// The input of the norm at i: a vector, two, or `part` elements.
  static Vector input(const Span<T> &row, int64_t i) {
    Vector v = load(row.x + i);
    return kAdds ? rounded<T>(add(v, load(row.residual + i))) : v;
  }
  static void inputPair(const Span<T> &row, int64_t i, Vector &a, Vector &b) {
    loadPair(row.x + i, a, b);
    if (kAdds) {
      Vector c, d;
      loadPair(row.residual + i, c, d);
      a = rounded<T>(add(a, c));
      b = rounded<T>(add(b, d));
    }
  }
  static Vector inputPart(const Span<T> &row, int64_t i, int64_t part) {
    Vector v = loadPart(row.x + i, part);
    return kAdds ? rounded<T>(add(v, loadPart(row.residual + i, part))) : v;
  }

  /// Sums over `count` elements; the sum of add-rmsnorm is stored on the way
  /// with `storeSum`. `kInFlight` sums are taken at a time.
  template <int kInFlight>
  static RowSums sumsOf(const Span<T> &row, int64_t count, float shiftBy,
                        bool storeSum) {
    Vector shift = splat(shiftBy), total[kInFlight], squares[kInFlight];
    for (int j = 0; j < kInFlight; ++j)
      total[j] = squares[j] = zero();
    auto take = [&](int j, Vector v) {
      if (kCenters) {
        v = sub(v, shift);
        total[j] = add(total[j], v);
      }
      squares[j] = fma(v, v, squares[j]);
    };
    int64_t i = 0;
    for (; i + kInFlight * kLanes <= count; i += kInFlight * kLanes)
      for (int j = 0; j < kInFlight; j += 2) {
        Vector a, b;
        inputPair(row, i + j * kLanes, a, b);
        take(j, a);
        take(j + 1, b);
        if (kAdds && storeSum)
          store(row.sum + i + j * kLanes, a, b);
      }
    for (; i + kLanes <= count; i += kLanes) {
      Vector v = input(row, i);
      take(0, v);
      if (kAdds && storeSum)
        storePart(row.sum + i, v, kLanes);
    }
    if (i < count) {
      Vector v = inputPart(row, i, count - i);
      if (kAdds && storeSum)
        storePart(row.sum + i, v, count - i);
      if (kCenters) {
        v = keep(sub(v, shift), count - i);
        total[0] = add(total[0], v);
      }
      squares[0] = fma(v, v, squares[0]);
    }
    for (int width = kInFlight / 2; width > 0; width /= 2)
      for (int j = 0; j < width; ++j) {
        total[j] = add(total[j], total[j + width]);
        squares[j] = add(squares[j], squares[j + width]);
      }
    return {reduce(total[0]), reduce(squares[0])};
  }

  static RowSums sums(const Span<T> &row, int64_t count, float shift,
                      bool storeSum) {
    // Short rows spend their time on joining sums.
    if (count < 4 * kUnroll * kLanes)
      return sumsOf<2>(row, count, shift, storeSum);
    return sumsOf<kUnroll>(row, count, shift, storeSum);
  }

  static RowStatistic statistic(const Task &task, RowSums sums, float shift) {
    float mean = kCenters ? sums.total / task.cols : 0;
    float variance = sums.squares / task.k - mean * mean;
    variance = variance < 0 ? 0 : variance;
    return {mean + (kCenters ? shift : 0),
            1 / __builtin_sqrtf(variance + static_cast<float>(kEpsilon))};
  }

  /// y of `count` elements, and the sum of add-rmsnorm with kStream. Fetches
  /// `next` meanwhile, if that is not null.
  template <bool kStream>
  static void finish(const Span<T> &row, int64_t count, RowStatistic statistic,
                     const Span<T> *next, bool nextIntoL1) {
    Vector mean = splat(statistic.mean), rstd = splat(statistic.rstd);
    auto normalize = [&](Vector v, Vector scale, Vector bias) {
      if (kCenters)
        v = sub(v, mean);
      v = mul(v, rstd);
      return kCenters ? fma(v, scale, bias) : mul(v, scale);
    };
    int64_t i = 0;
    auto part = [&](int64_t size) {
      Vector v = kAdds && !kStream ? loadPart(row.sum + i, size)
                                   : inputPart(row, i, size);
      if (kAdds && kStream)
        storePart(row.sum + i, v, size);
      storePart(row.y + i,
                normalize(v, loadPart(row.scale + i, size),
                          kCenters ? loadPart(row.bias + i, size) : zero()),
                size);
      i += size;
    };
    // Stores that cross cache lines cost more than a few short ones before.
    auto misaligned = reinterpret_cast<uintptr_t>(row.y) % kBlockBytes<T>;
    int64_t head = (kBlockBytes<T> - misaligned) % kBlockBytes<T> / sizeof(T);
    head = lesser(head, count);
    while (i < head)
      part(lesser(head - i, kLanes));
    bool streamSum =
        reinterpret_cast<uintptr_t>(row.sum + i) % kBlockBytes<T> == 0;
    for (; i + kBlock <= count; i += kBlock) {
      if (kStream && next)
        fetch(*next, i, nextIntoL1);
      Vector in[2], out[2], scale[2], bias[2] = {zero(), zero()};
      if (kAdds && !kStream)
        loadPair(row.sum + i, in[0], in[1]);
      else
        inputPair(row, i, in[0], in[1]);
      loadPair(row.scale + i, scale[0], scale[1]);
      if (kCenters)
        loadPair(row.bias + i, bias[0], bias[1]);
      for (int j = 0; j < 2; ++j)
        out[j] = normalize(in[j], scale[j], bias[j]);
      if (kStream)
        stream(row.y + i, out[0], out[1]);
      else
        store(row.y + i, out[0], out[1]);
      if (kAdds && kStream && streamSum)
        stream(row.sum + i, in[0], in[1]);
      else if (kAdds && kStream)
        store(row.sum + i, in[0], in[1]);
    }
    while (i < count)
      part(lesser(count - i, kLanes));
  }

  static void fetch(const Span<T> &next, int64_t i, bool intoL1) {
    for (int64_t at = 0; at < kBlock * int64_t(sizeof(T)); at += 64) {
      auto *x = reinterpret_cast<const char *>(next.x + i) + at;
      auto *residual = reinterpret_cast<const char *>(next.residual + i) + at;
      intoL1 ? __builtin_prefetch(x, 0, 3) : __builtin_prefetch(x, 0, 2);
      if (kAdds)
        intoL1 ? __builtin_prefetch(residual, 0, 3)
               : __builtin_prefetch(residual, 0, 2);
    }
  }

  static float shiftOf(const Span<T> &row) {
    return kCenters ? reduce(loadPart(row.x, 1)) : 0;
  }

  template <bool kStream>
  static void rows(const Task &task, int64_t first, int64_t last) {
    bool intoL1 = task.cols * int64_t(sizeof(T)) * (kAdds ? 2 : 1) <= 16384;
    for (int64_t i = first; i < last; ++i) {
      Span<T> row(task, i, 0), next(task, i + 1, 0);
      float shift = shiftOf(row);
      RowSums total = sums(row, task.k, shift, !kStream);
      finish<kStream>(row, task.cols, statistic(task, total, shift),
                      i + 1 < last ? &next : nullptr, intoL1);
    }
    if (kStream)
      _mm_sfence();
  }

  static RowSums partSums(const Task &task, int64_t row, int64_t first,
                          int64_t last, bool storeSum) {
    last = lesser(last, task.k);
    if (first >= last)
      return {};
    return sums(Span<T>(task, row, first), last - first,
                shiftOf(Span<T>(task, row, 0)), storeSum);
  }

  template <bool kStream>
  static void partFinish(const Task &task, int64_t row, int64_t first,
                         int64_t last, RowSums total) {
    float shift = shiftOf(Span<T>(task, row, 0));
    finish<kStream>(Span<T>(task, row, first), last - first,
                    statistic(task, total, shift), nullptr, false);
    if (kStream)
      _mm_sfence();
  }
};

/// Calls `run` with the row kernel of the task.
template <typename T, typename Run>
auto withOperation(const Task &task, Run run) {
  switch (task.op) {
  case OpKind::RMSNorm:
  case OpKind::PRMSNorm:
    return run(RowKernel<OpKind::RMSNorm, T>());
  case OpKind::LayerNorm:
    return run(RowKernel<OpKind::LayerNorm, T>());
  default: // Backwards have none.
    break;
  }
  return run(RowKernel<OpKind::AddRMSNorm, T>());
}

template <typename Run> auto withKernel(const Task &task, Run run) {
  if (task.type == Storage::BF16)
    return withOperation<BFloat16>(task, run);
  if constexpr (kHasF16)
    if (task.type == Storage::F16)
      return withOperation<Float16>(task, run);
  return withOperation<float>(task, run);
}

void computeRows(const Task &task, int64_t first, int64_t last, bool stream) {
  withKernel(task, [&](auto kernel) {
    using Kernel = decltype(kernel);
    if (stream)
      Kernel::template rows<true>(task, first, last);
    else
      Kernel::template rows<false>(task, first, last);
  });
}

RowSums sumPart(const Task &task, int64_t row, int64_t first, int64_t last,
                bool stream) {
  return withKernel(task, [&](auto kernel) {
    return decltype(kernel)::partSums(task, row, first, last, !stream);
  });
}

void finishPart(const Task &task, int64_t row, int64_t first, int64_t last,
                RowSums sums, bool stream) {
  withKernel(task, [&](auto kernel) {
    using Kernel = decltype(kernel);
    if (stream)
      Kernel::template partFinish<true>(task, row, first, last, sums);
    else
      Kernel::template partFinish<false>(task, row, first, last, sums);
  });
}

template <CopyKind kKind>
void copyBlocks(char *to, const char *from, size_t size) {
  constexpr size_t step = kBlock * sizeof(float);
  constexpr size_t ahead = 1024;
  size_t i = 0;
  for (; i + step <= size; i += step) {
    if (kKind == CopyKind::FetchAndStream)
      for (size_t at = 0; at < step; at += 64)
        __builtin_prefetch(from + i + ahead + at, 0, 3);
    auto *source = reinterpret_cast<const float *>(from + i);
    auto *target = reinterpret_cast<float *>(to + i);
    Vector a = load(source), b = load(source + kLanes);
    if (kKind == CopyKind::Plain)
      store(target, a, b);
    else
      stream(target, a, b);
  }
  __builtin_memcpy(to + i, from + i, size - i);
  if (kKind != CopyKind::Plain)
    _mm_sfence();
}

template <CopyKind kKind>
void addBlocks(char *to, const char *left, const char *right, size_t size) {
  constexpr size_t step = kBlock * sizeof(float);
  constexpr size_t ahead = 1024;
  auto at = [](const char *p, size_t i) {
    return reinterpret_cast<const float *>(p + i);
  };
  size_t i = 0;
  for (; i + step <= size; i += step) {
    if (kKind == CopyKind::FetchAndStream)
      for (size_t line = 0; line < step; line += 64) {
        __builtin_prefetch(left + i + ahead + line, 0, 3);
        __builtin_prefetch(right + i + ahead + line, 0, 3);
      }
    auto *target = reinterpret_cast<float *>(to + i);
    Vector a = add(load(at(left, i)), load(at(right, i)));
    Vector b = add(load(at(left, i) + kLanes), load(at(right, i) + kLanes));
    if (kKind == CopyKind::Plain)
      store(target, a, b);
    else
      stream(target, a, b);
  }
  for (; i + sizeof(float) <= size; i += sizeof(float))
    *reinterpret_cast<float *>(to + i) = *at(left, i) + *at(right, i);
  if (kKind != CopyKind::Plain)
    _mm_sfence();
}

void addArrays(char *to, const char *left, const char *right, size_t size,
               CopyKind kind) {
  switch (kind) {
  case CopyKind::Plain:
    return addBlocks<CopyKind::Plain>(to, left, right, size);
  case CopyKind::Stream:
    return addBlocks<CopyKind::Stream>(to, left, right, size);
  case CopyKind::FetchAndStream:
    return addBlocks<CopyKind::FetchAndStream>(to, left, right, size);
  }
}

void copyArray(char *to, const char *from, size_t size, CopyKind kind) {
  switch (kind) {
  case CopyKind::Plain:
    return copyBlocks<CopyKind::Plain>(to, from, size);
  case CopyKind::Stream:
    return copyBlocks<CopyKind::Stream>(to, from, size);
  case CopyKind::FetchAndStream:
    return copyBlocks<CopyKind::FetchAndStream>(to, from, size);
  }
}

} // namespace

#endif // NORM_TOOLS_NORM_BENCH_ROWKERNELS_H
