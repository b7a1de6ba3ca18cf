//===- _kernels.h - when and how kernels of norms are called ----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PYTHON_TORCH_KERNELS_H
#define NORM_PYTHON_TORCH_KERNELS_H

#include "_tensors.h"

#include <atomic>
#include <cstring>
#include <limits>
#include <unordered_map>

//===----------------------------------------------------------------------===//
// When a kernel pays
//===----------------------------------------------------------------------===//

namespace {
/// Numbered as _table.py does.
enum Op { LayerNorm, RMSNorm };
enum Direction { Forward, Backward };

/// A kernel is called for this many bytes of x or more, of rows that are not
/// longer.
struct Range {
  std::atomic<int64_t> least{0};
  std::atomic<int64_t> longest{std::numeric_limits<int64_t>::max()};
};

Range ranges[2][2][kTypes];
std::atomic<uint64_t> normCounts[2];
} // namespace

namespace {
/// x as rows.
struct Rows {
  int64_t count = 0, length = 1;
};
} // namespace

/// Whether norms are enabled. Backwards stand in the dispatcher when they are
/// not.
static std::atomic<bool> isEnabled{false};

/// Whether a layer_norm of PyTorch takes parameters of this type: that of x, or
/// for narrow types f32.
static bool isTypeFor(const Tensor &x, const OptionalTensor &parameter) {
  if (!isThere(parameter) || parameter->scalar_type() == x.scalar_type())
    return true;
  bool isNarrow =
      x.scalar_type() == at::kHalf || x.scalar_type() == at::kBFloat16;
  return isNarrow && parameter->scalar_type() == at::kFloat;
}

/// The rows of x over its last dimensions `shape`, if a kernel takes it.
static std::optional<Rows> takeRows(Op op, Direction direction, const Tensor &x,
                                    IntArrayRef shape,
                                    const OptionalTensor &weight,
                                    const OptionalTensor &bias = {}) {
  if (!isEnabled || x.layout() != at::kStrided || !isPlain(x) || shape.empty())
    return std::nullopt;
  if (op == LayerNorm && !(isTypeFor(x, weight) && isTypeFor(x, bias) &&
                           (!isThere(weight) || !isThere(bias) ||
                            weight->scalar_type() == bias->scalar_type())))
    return std::nullopt;
  const Range &range = ranges[op][direction][numberOf(x.scalar_type())];
  if (int64_t(x.nbytes()) < range.least || x.numel() == 0)
    return std::nullopt;
  int64_t first = x.dim() - int64_t(shape.size());
  if (first < 0 || x.sizes().slice(first) != shape)
    return std::nullopt;
  for (const OptionalTensor *parameter : {&weight, &bias})
    if (!isPlain(*parameter) || (*parameter && (*parameter)->defined() &&
                                 (*parameter)->sizes() != shape))
      return std::nullopt;
  Rows rows;
  for (int64_t size : shape)
    rows.length *= size;
  if (rows.length > range.longest)
    return std::nullopt;
  rows.count = x.numel() / rows.length;
  return rows;
}

//===----------------------------------------------------------------------===//
// Kernels of ops
//===----------------------------------------------------------------------===//

namespace {
/// All bytes of an op count; those between fields are zero.
template <typename T> struct Bytes {
  size_t operator()(const T &op) const {
    return std::hash<std::string_view>()(
        std::string_view(reinterpret_cast<const char *>(&op), sizeof(op)));
  }
  bool operator()(const T &lhs, const T &rhs) const {
    return std::memcmp(&lhs, &rhs, sizeof(T)) == 0;
  }
};
} // namespace

template <typename T> static T makeOp(Op op, const Rows &rows) {
  T made;
  std::memset(&made, 0, sizeof(made));
  made.struct_size = sizeof(made);
  made.kind = op == LayerNorm ? NORM_OP_LAYERNORM : NORM_OP_RMSNORM;
  made.row_length = rows.length;
  return made;
}

/// The kernel of `op`, or NULL after the reason was told.
template <typename T>
static const NormKernel *
findKernel(const T &op, NormStatus (*compile)(NormContext *, const T *,
                                              NormKernel **, NormError **)) {
  static std::shared_mutex mutex;
  static auto *kernels =
      new std::unordered_map<T, NormKernel *, Bytes<T>, Bytes<T>>;
  static uint64_t known = 0;
  uint64_t generation = host::getSettings().generation;
  {
    std::shared_lock<std::shared_mutex> lock(mutex);
    if (auto found = kernels->find(op);
        known == generation && found != kernels->end())
      return found->second;
  }
  NormKernel *made = nullptr;
  NormError *error = nullptr;
  if (compile(host::getSettings().context, &op, &made, &error) != NORM_SUCCESS)
    host::tellFailure(host::takeMessage(error));
  std::unique_lock<std::shared_mutex> lock(mutex);
  // Kernels of an earlier context stay, as a thread may be in one.
  if (known != generation)
    kernels->clear();
  known = generation;
  auto [entry, isNew] = kernels->try_emplace(op, made);
  if (!isNew)
    normKernelDestroy(made);
  return entry->second;
}

/// Writes where the program of Python is to `place`, of so many bytes.
static void (*tellPlace)(char *place, size_t size);

static std::string findPlace() {
  char place[512] = "";
  if (tellPlace)
    tellPlace(place, sizeof(place));
  return place;
}

namespace {
/// The tensors of one call, as the kernel has them.
class Call {
public:
  explicit Call(const Rows &rows)
      : matrix{rows.count, rows.length}, row{rows.length}, column{rows.count} {}

  void rows(const Tensor &tensor) { add(tensor, 2, matrix); }
  void parameter(const OptionalTensor &tensor) {
    if (tensor && tensor->defined())
      add(*tensor, 1, row);
  }
  void statistic(const Tensor &tensor) { add(tensor, 1, column); }

  /// Whether the kernel did it, one of those that `direction` counts.
  bool run(const NormKernel *kernel, Direction direction) {
    if (!kernel)
      return false;
    ++host::getSettings().callCount;
    std::string message;
    host::NamedCalls names(findPlace);
    if (!host::callKernel(kernel, pointers, count, message)) {
      host::tellFailure(message);
      return false;
    }
    ++normCounts[direction];
    return true;
  }

private:
  void add(const Tensor &tensor, int32_t rank, int64_t *shape) {
    tensors[count] = viewOf(tensor, rank, shape);
    pointers[count] = &tensors[count];
    ++count;
  }

  static constexpr size_t kMost = 9;
  int64_t matrix[2], row[1], column[1];
  NormTensor tensors[kMost];
  const NormTensor *pointers[kMost];
  size_t count = 0;
};
} // namespace

#endif // NORM_PYTHON_TORCH_KERNELS_H
