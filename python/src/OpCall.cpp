//===- OpCall.cpp - a call of a norm on arrays ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpCall.h"

#include <string_view>
#include <unordered_map>

using namespace norm::python;

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

namespace {
template <typename Op> struct HashOp {
  size_t operator()(const Op &op) const {
    return std::hash<std::string_view>()(
        {reinterpret_cast<const char *>(&op), sizeof(op)});
  }
};
template <typename Op> struct EqualOps {
  bool operator()(const Op &lhs, const Op &rhs) const {
    return !std::memcmp(&lhs, &rhs, sizeof(Op));
  }
};
} // namespace

/// One that is not known is compiled without the interpreter's lock; another
/// thread that needs it, too, waits in the library.
template <typename Op>
static Kernel findKernel(const Op &op,
                         NormStatus (*compile)(NormContext *, const Op *,
                                               NormKernel **, NormError **)) {
  static auto *kernels =
      new std::unordered_map<Op, Kernel, HashOp<Op>, EqualOps<Op>>;
  static unsigned number = 0;
  std::shared_ptr<NormContext> context = getContext();
  if (number != getContextNumber()) {
    kernels->clear();
    number = getContextNumber();
  }
  if (auto found = kernels->find(op); found != kernels->end())
    return found->second;
  NormKernel *made = nullptr;
  NormError *error = nullptr;
  NormStatus status;
  {
    nb::gil_scoped_release release;
    status = compile(context.get(), &op, &made, &error);
  }
  check(status, error);
  Kernel kernel(made, normKernelDestroy);
  if (number == getContextNumber())
    kernels->emplace(op, kernel);
  return kernel;
}

Kernel norm::python::getKernel(const NormOp &op) {
  return findKernel(op, normOpCompile);
}

Kernel norm::python::getKernel(const NormBackwardOp &op) {
  return findKernel(op, normBackwardOpCompile);
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

/// Whether `object` is a number of Python or NumPy, and no array.
static bool isScalar(nb::handle object) {
  return PyNumber_Check(object.ptr()) && !PyUnicode_Check(object.ptr()) &&
         !nb::hasattr(object, "__dlpack__");
}

static double getNumber(nb::handle object) {
  // Python drops an imaginary part.
  nb::object dtype = nb::getattr(object, "dtype", nb::none());
  if (nb::cast<std::string>(nb::str(nb::getattr(dtype, "kind", nb::none()))) ==
      "c")
    throw nb::type_error("expected a real number, got a complex one");
  nb::object number = nb::steal(PyNumber_Float(object.ptr()));
  if (!number.is_valid())
    throw nb::python_error();
  return PyFloat_AsDouble(number.ptr());
}

int64_t norm::python::getK(nb::handle object, int64_t rowLength) {
  if (object.is_none())
    return (rowLength + 15) / 16;
  nb::object number = nb::steal(PyNumber_Index(object.ptr()));
  if (!number.is_valid()) {
    PyErr_Clear();
    throw nb::type_error(
        ("expected k to be an integer, got " + describeType(object)).c_str());
  }
  int overflow = 0;
  long long value = PyLong_AsLongLongAndOverflow(number.ptr(), &overflow);
  if (overflow)
    return overflow < 0 ? INT64_MIN : INT64_MAX;
  return value;
}

int64_t norm::python::getRowLength(const Array &x) {
  if (x.tensor.ndim < 1)
    throw nb::value_error(
        "expected x to have at least one dimension, got none");
  return x.tensor.shape[x.tensor.ndim - 1];
}

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

const Array *OpCall::argument(nb::handle object, const char *role) {
  return rows(object, role, /*isDense=*/false);
}

const Array *OpCall::rows(nb::handle object, const char *role, bool isDense) {
  if (object.is_none())
    return nullptr;
  Array &array = arrays[used++];
  array.read(object, role, stream);
  array.makeReadable(isDense ? array.tensor.ndim - 1 : 0);
  add(array.tensor, array.flags);
  return &array;
}

const Array *OpCall::statistic(nb::handle object, const char *role) {
  if (object.is_none())
    return nullptr;
  Array &array = arrays[used++];
  array.read(object, role, stream);
  array.makeReadable(array.tensor.ndim);
  add(array.tensor, array.flags);
  return &array;
}

NormDataType OpCall::row(nb::handle object, const char *role, const Array &x) {
  if (object.is_none())
    return {0, 0, 0};
  Array &array = arrays[used++];
  bool isNumber = isScalar(object);
  if (!isNumber) {
    array.read(object, role, stream);
    // To read one on a device would be to wait for it.
    isNumber = array.tensor.ndim == 0 && !array.isOnDevice();
  }
  // What fills an array there works on another stream, and so does who frees
  // it.
  if (isNumber && x.isOnDevice() && !stream.is_none())
    throwArgumentError("expected " + std::string(role) +
                       " to be an array where stream is given, got a number");
  if (isNumber)
    array.fill(getNumber(object), x.tensor.dtype.bits == 64, getRowLength(x), x,
               stream);
  else
    array.makeReadable();
  add(array.tensor, array.flags);
  return array.tensor.dtype;
}

NormDataType OpCall::result(nb::handle out, const char *role, const Array &x,
                            NormDataType type, int32_t first, int32_t last,
                            bool isDense) {
  if (!out.is_none()) {
    Array &array = arrays[used++];
    array.read(out, role, stream);
    array.makeWritable(isDense ? array.tensor.ndim - 1 : 0);
    stored[resultCount] = &array;
    add(array.tensor, array.flags);
    results[resultCount++] = nb::borrow(out);
    return array.tensor.dtype;
  }
  NewArray &made = fresh[resultCount++];
  made.allocate(x, type, last - first, x.tensor.shape + first, stream);
  add(made.tensor, 0);
  return type;
}

void OpCall::run(const Kernel &kernel) {
  NormError *error = nullptr;
  NormStatus status;
  NamedCalls names;
  NormCallOptions options = {};
  options.struct_size = sizeof(options);
  options.stream = arrays[0].getStream(stream);
  if (arrays[0].isOnDevice())
    keepKernel(kernel);
  {
    nb::gil_scoped_release release;
    status = normKernelCallWithOptions(kernel.get(), tensors, flags, count,
                                       &options, &error);
  }
  check(status, error);
  for (Array *array : stored)
    if (array)
      array->storeBack();
}

nb::tuple OpCall::takeResults() {
  nb::list taken;
  for (unsigned number = 0; number < resultCount; ++number)
    taken.append(takeResult(number));
  return nb::tuple(taken);
}
