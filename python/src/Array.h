//===- Array.h - arrays of Python libraries as tensors ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PYTHON_ARRAY_H
#define NORM_PYTHON_ARRAY_H

#include "norm-c/Tensor.h"

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include <memory>
#include <string>

namespace norm::python {

namespace nb = nanobind;

/// How arrays of one type are read and made.
enum class Library {
  /// numpy.ndarray, by its array interface.
  NumPy,
  /// A type with DLPack's table of C functions, as torch.Tensor.
  Exchange,
  /// A type with `__dlpack__`, and `__array_namespace__` for results.
  DLPack
};

/// DLPack's table of C functions, version 1.
struct Exchange {
  NormTensorVersion version;
  Exchange *previous;
  int (*allocate)(NormTensor *prototype, NormManagedTensor **out, void *context,
                  void (*setError)(void *, const char *kind,
                                   const char *message));
  int (*getManaged)(void *object, NormManagedTensor **out);
  int (*toObject)(NormManagedTensor *tensor, void **object);
  int (*getTensor)(void *object, NormTensor *out);
  int (*getStream)(int32_t deviceType, int32_t deviceId, void **stream);
};

/// What is known of a type of arrays.
struct ArrayType {
  PyTypeObject *type;
  Library library;
  const Exchange *exchange = nullptr;
  /// Arrays of JAX never change, but its tensors do not say so.
  bool isImmutable = false;
};

/// A tensor and what keeps it: valid as long as the array and this are.
class Array {
public:
  Array() = default;
  Array(const Array &) = delete;

  /// Reads `object`; throws what Python is to raise. `role` is its name in
  /// messages. What lies on a device is to be ready for work on `stream`, a
  /// number as DLPack has it, or None.
  void read(nb::handle object, const char *role,
            nb::handle stream = nb::none());

  bool isOnDevice() const {
    return tensor.device.device_type != NORM_DEVICE_CPU;
  }
  /// `stream`; where that is None the one that the library of the array works
  /// on, or else the legacy default stream. NULL on the CPU.
  void *getStream(nb::handle stream) const;

  /// Kernels read and write rows whose elements lie side by side, with strides
  /// of at least 0 between rows. Any other array gets a dense copy in its
  /// place: of its elements, or to be written and stored back; also one whose
  /// `merged` outermost dimensions do not lie at one stride.
  void makeReadable(int merged = 0);
  void makeWritable(int merged = 0);
  /// After the call; does nothing where there is no copy.
  void storeBack();

  /// A row of `count` times `value`, of f64 or f32, where `like` lies.
  void fill(double value, bool isDouble, int64_t count, const Array &like,
            nb::handle stream);

  NormTensor tensor;
  uint64_t flags = 0;
  ArrayType type;
  PyObject *object = nullptr;

private:
  static constexpr int kMaxRank = 32;

  bool isReadAsItIs(int merged) const;
  bool hasOneStride(int merged) const;
  bool overlapsItself() const;
  bool allocateCopy();

  void readNumPy(const char *role);
  void readExchange(const char *role);
  void readDLPack(const char *role, nb::handle stream);

  nb::object owner, made;
  int64_t strides[kMaxRank];
  /// The copy, and what it stands for.
  std::unique_ptr<char[]> copy;
  NormTensor original;
  int64_t copyStrides[kMaxRank];
  int64_t rowLength;
};

/// A new dense array of the library of `like`, where `like` lies, with the
/// given shape. The memory can be written to until finish() makes the array of
/// it.
class NewArray {
public:
  NewArray() = default;
  NewArray(const NewArray &) = delete;
  ~NewArray();

  void allocate(const Array &like, NormDataType type, int32_t ndim,
                const int64_t *shape, nb::handle stream = nb::none());
  /// Takes over `managed` as an array of the library of `like`.
  void adopt(const Array &like, NormManagedTensor *managed);
  nb::object finish();

  NormTensor tensor;

private:
  ArrayType type;
  PyObject *like = nullptr;
  nb::object object;
  NormManagedTensor *managed = nullptr;
  Array view;
  int64_t shape[32];
};

/// A capsule for those who know DLPack from before its versions; takes over
/// what is in `capsule`.
nb::object toUnversioned(nb::handle capsule);

/// The functions of the library of `like` that make arrays, as the array API
/// standard has them.
nb::object getNamespace(const Array &like);
/// Its type of elements.
nb::object getElementType(nb::handle space, NormDataType type);

/// "torch.Tensor", for messages.
std::string describeType(nb::handle object);

} // namespace norm::python

#endif // NORM_PYTHON_ARRAY_H
