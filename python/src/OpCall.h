//===- OpCall.h - a call of a norm on arrays --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PYTHON_OPCALL_H
#define NORM_PYTHON_OPCALL_H

#include "Array.h"
#include "Context.h"

#include <cstring>
#include <memory>
#include <vector>

namespace norm::python {

using Kernel = std::shared_ptr<NormKernel>;

/// The kernel of `op`, all of whose bytes count; those between fields are zero.
Kernel getKernel(const NormOp &op);
Kernel getKernel(const NormBackwardOp &op);

/// An op whose bytes are zero, but for what all calls set.
template <typename Op>
Op makeOp(NormOpKind kind, double epsilon, bool epsilonOutside,
          bool scalePlusOne) {
  Op op;
  std::memset(&op, 0, sizeof(op));
  op.struct_size = sizeof(op);
  op.kind = kind;
  op.epsilon = epsilon;
  op.flags = (epsilonOutside ? NORM_OP_EPSILON_OUTSIDE : 0) |
             (scalePlusOne ? NORM_OP_SCALE_PLUS_ONE : 0);
  return op;
}

/// k as an integer, of Python or NumPy; a number with a fraction is none. For
/// None 6.25 % of a row.
int64_t getK(nb::handle object, int64_t rowLength);

/// The extent of the rows of `x`.
int64_t getRowLength(const Array &x);

/// The tensors of one call, in the order of the kernel.
class OpCall {
public:
  /// Of a call on a device its stream, or None.
  explicit OpCall(nb::handle stream) : stream(stream) {}

  /// An argument, unless it is None.
  const Array *argument(nb::handle object, const char *role);

  /// An argument whose rows follow each other at one stride, if `isDense`.
  const Array *rows(nb::handle object, const char *role, bool isDense);

  /// An argument with one value for each row, unless it is None.
  const Array *statistic(nb::handle object, const char *role);

  /// A scale or bias, unless it is None: a row, or a number for all its
  /// elements. Returns its type, zero for none.
  NormDataType row(nb::handle object, const char *role, const Array &x);

  /// `out`, or a new array of the library of `x`, of `type` and with the
  /// dimensions of x from `first` to before `last`. Returns the type.
  NormDataType result(nb::handle out, const char *role, const Array &x,
                      NormDataType type, int32_t first, int32_t last,
                      bool isDense = false);

  void run(const Kernel &kernel);

  nb::object takeResult(unsigned number) {
    return results[number].is_valid() ? std::move(results[number])
                                      : fresh[number].finish();
  }
  unsigned getResultCount() const { return resultCount; }
  /// The results in their order, of which there are more than one.
  nb::tuple takeResults();

private:
  static constexpr unsigned kMaxTensors = 9, kMaxResults = 4;

  const nb::handle stream;

  void add(const NormTensor &tensor, uint64_t tensorFlags) {
    tensors[count] = &tensor;
    flags[count++] = tensorFlags;
  }

  Array arrays[kMaxTensors];
  NewArray fresh[kMaxResults];
  nb::object results[kMaxResults];
  Array *stored[kMaxResults] = {};
  unsigned used = 0, resultCount = 0;
  const NormTensor *tensors[kMaxTensors];
  uint64_t flags[kMaxTensors];
  size_t count = 0;
};

/// The type of an array, zero for none.
inline NormDataType getType(const Array *array) {
  return array ? array->tensor.dtype : NormDataType{0, 0, 0};
}

/// C, the type that rows of x are computed in, which statistics have.
inline NormDataType getComputeType(const Array &x) {
  return {NORM_TYPE_FLOAT,
          static_cast<uint8_t>(x.tensor.dtype.bits == 64 ? 64 : 32), 1};
}

/// What the documentation of the functions has in common.
#define NORM_STREAM                                                            \
  "  stream: of a call on a CUDA device, which is not waited for: 1 for the\n" \
  "    legacy default stream, 2 for that of the thread, or a handle. None "    \
  "for\n"                                                                      \
  "    the one that PyTorch works on, or else 1. Where it is given, scale "    \
  "and\n"                                                                      \
  "    bias are arrays.\n"
#define NORM_SCALE                                                             \
  "  scale: shape [n], or a number; its elements may have another type.\n"
#define NORM_FLAGS                                                             \
  "  epsilon_outside: add epsilon to the root, not under it.\n"                \
  "  scale_plus_one: the factor is 1 + scale.\n"
#define NORM_ERRORS                                                            \
  "\nRaises:\n"                                                                \
  "  ArgumentError: shapes do not fit, arrays lie on different devices, out "  \
  "is\n"                                                                       \
  "    read-only, or overlaps another array other than exactly; on a device\n" \
  "    arrays have to be dense and aligned to 16 bytes.\n"                     \
  "  TypeError: an argument is no array, or k no integer.\n"                   \
  "  ValueError: a tensor requires gradients.\n"

} // namespace norm::python

#endif // NORM_PYTHON_OPCALL_H
