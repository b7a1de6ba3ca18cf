//===- Ops.cpp - norms on arrays ------------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ops.h"

#include "Array.h"
#include "Context.h"

#include <cstring>
#include <string_view>
#include <unordered_map>

using namespace norm::python;

//===----------------------------------------------------------------------===//
// Kernels
//===----------------------------------------------------------------------===//

namespace {
/// Looks at all bytes of an op; those between fields are zero.
struct HashOp {
  size_t operator()(const NormOp &op) const {
    return std::hash<std::string_view>()(
        {reinterpret_cast<const char *>(&op), sizeof(op)});
  }
};
struct EqualOps {
  bool operator()(const NormOp &lhs, const NormOp &rhs) const {
    return !std::memcmp(&lhs, &rhs, sizeof(NormOp));
  }
};
using Kernel = std::shared_ptr<NormKernel>;
} // namespace

/// The kernel of `op`. One that is not known is compiled without the
/// interpreter's lock; another thread that needs it, too, waits in the library.
static Kernel getKernel(const NormOp &op) {
  static auto *kernels =
      new std::unordered_map<NormOp, Kernel, HashOp, EqualOps>;
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
    status = normOpCompile(context.get(), &op, &made, &error);
  }
  check(status, error);
  Kernel kernel(made, normKernelDestroy);
  if (number == getContextNumber())
    kernels->emplace(op, kernel);
  return kernel;
}

//===----------------------------------------------------------------------===//
// Calls
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

/// k as an integer, of Python or NumPy; a number with a fraction is none.
static int64_t getCount(nb::handle object) {
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

namespace {
/// The tensors of one call, in the order of the kernel.
class Call {
public:
  Call(NormOpKind kind, double epsilon, uint32_t opFlags) {
    std::memset(&op, 0, sizeof(op));
    op.struct_size = sizeof(op);
    op.kind = kind;
    op.epsilon = epsilon;
    op.flags = opFlags;
  }

  /// An argument, unless it is None; its type is stored to `type`.
  const Array *argument(nb::handle object, const char *role,
                        NormDataType &type) {
    if (object.is_none())
      return nullptr;
    Array &array = arrays[used++];
    array.read(object, role);
    array.makeReadable();
    type = array.tensor.dtype;
    add(array.tensor, array.flags);
    return &array;
  }

  /// A scale or bias, unless it is None: a row, or a number for all its
  /// elements.
  void row(nb::handle object, const char *role, NormDataType &type) {
    if (object.is_none())
      return;
    Array &array = arrays[used++];
    bool isNumber = isScalar(object);
    if (!isNumber) {
      array.read(object, role);
      isNumber = array.tensor.ndim == 0;
    }
    if (isNumber)
      array.fill(getNumber(object), op.x.bits == 64, op.row_length);
    else
      array.makeReadable();
    type = array.tensor.dtype;
    add(array.tensor, array.flags);
  }

  /// `out`, or a new array like x.
  void result(nb::handle out, const char *role) {
    const Array &x = arrays[0];
    if (!out.is_none()) {
      Array &array = arrays[used++];
      array.read(out, role);
      array.makeWritable();
      stored[resultCount] = &array;
      add(array.tensor, array.flags);
      results[resultCount++] = nb::borrow(out);
      return;
    }
    NewArray &made = fresh[resultCount++];
    made.allocate(x, x.tensor.dtype, x.tensor.ndim, x.tensor.shape);
    add(made.tensor, 0);
  }

  void run() {
    Kernel kernel = getKernel(op);
    NormError *error = nullptr;
    NormStatus status;
    {
      nb::gil_scoped_release release;
      status = normKernelCall(kernel.get(), tensors, flags, count, &error);
    }
    check(status, error);
    for (Array *array : stored)
      if (array)
        array->storeBack();
  }

  nb::object takeResult(unsigned number) {
    return results[number].is_valid() ? std::move(results[number])
                                      : fresh[number].finish();
  }

  NormDataType getLastType() const { return tensors[count - 1]->dtype; }

  NormOp op;

private:
  void add(const NormTensor &tensor, uint64_t tensorFlags) {
    tensors[count] = &tensor;
    flags[count++] = tensorFlags;
  }

  Array arrays[6];
  NewArray fresh[2];
  nb::object results[2];
  Array *stored[2] = {};
  unsigned used = 0, resultCount = 0;
  const NormTensor *tensors[6];
  uint64_t flags[6];
  size_t count = 0;
};
} // namespace

static uint32_t getFlags(bool epsilonOutside, bool scalePlusOne) {
  return (epsilonOutside ? NORM_OP_EPSILON_OUTSIDE : 0) |
         (scalePlusOne ? NORM_OP_SCALE_PLUS_ONE : 0);
}

/// The extent of the rows of `x`.
static int64_t getRowLength(const Array &x) {
  if (x.tensor.ndim < 1)
    throw nb::value_error(
        "expected x to have at least one dimension, got none");
  return x.tensor.shape[x.tensor.ndim - 1];
}

/// y of a norm without a residual.
static nb::object runNorm(Call &call, nb::handle x, nb::handle scale,
                          nb::handle bias, nb::handle out, nb::handle k) {
  if (x.is_none())
    throw nb::type_error("expected x to be an array, got None");
  call.op.row_length = getRowLength(*call.argument(x, "x", call.op.x));
  if (call.op.kind == NORM_OP_PRMSNORM)
    call.op.k = k.is_none() ? (call.op.row_length + 15) / 16 : getCount(k);
  call.row(scale, "scale", call.op.scale);
  call.row(bias, "bias", call.op.bias);
  call.result(out, "out");
  call.op.y = call.getLastType();
  call.run();
  return call.takeResult(0);
}

static nb::object rmsnorm(nb::handle x, nb::handle scale, nb::handle bias,
                          double epsilon, nb::handle out, bool epsilonOutside,
                          bool scalePlusOne) {
  Call call(NORM_OP_RMSNORM, epsilon, getFlags(epsilonOutside, scalePlusOne));
  return runNorm(call, x, scale, bias, out, nb::none());
}

static nb::object prmsnorm(nb::handle x, nb::handle scale, nb::handle bias,
                           nb::handle k, double epsilon, nb::handle out,
                           bool epsilonOutside, bool scalePlusOne) {
  Call call(NORM_OP_PRMSNORM, epsilon, getFlags(epsilonOutside, scalePlusOne));
  return runNorm(call, x, scale, bias, out, k);
}

static nb::object layernorm(nb::handle x, nb::handle scale, nb::handle bias,
                            double epsilon, nb::handle out, bool epsilonOutside,
                            bool scalePlusOne) {
  Call call(NORM_OP_LAYERNORM, epsilon, getFlags(epsilonOutside, scalePlusOne));
  return runNorm(call, x, scale, bias, out, nb::none());
}

static nb::object addRMSNorm(nb::handle x, nb::handle residual,
                             nb::handle scale, nb::handle bias, double epsilon,
                             nb::handle out, bool epsilonOutside,
                             bool scalePlusOne) {
  if (x.is_none() || residual.is_none())
    throw nb::type_error("expected x and residual to be arrays, got None");
  nb::object outY = nb::none(), outZ = nb::none();
  if (!out.is_none()) {
    if (nb::len(out) != 2)
      throw nb::value_error("expected out to be two arrays, y and the sum");
    outY = out[0];
    outZ = out[1];
  }
  Call call(NORM_OP_RMSNORM, epsilon, getFlags(epsilonOutside, scalePlusOne));
  call.op.row_length = getRowLength(*call.argument(x, "x", call.op.x));
  call.argument(residual, "residual", call.op.residual);
  call.row(scale, "scale", call.op.scale);
  call.row(bias, "bias", call.op.bias);
  call.result(outY, "out[0]");
  call.op.y = call.getLastType();
  call.result(outZ, "out[1]");
  call.run();
  nb::object y = call.takeResult(0);
  return nb::make_tuple(y, call.takeResult(1));
}

//===----------------------------------------------------------------------===//
// Documentation
//===----------------------------------------------------------------------===//

/// What the functions have in common, behind the formula of each.
#define NORM_ARGUMENTS                                                         \
  "  scale: shape [n], or a number; its elements may have another type.\n"     \
  "  bias: shape [n], or a number; its elements may have another type.\n"      \
  "  epsilon: finite and at least 0.\n"

#define NORM_FLAGS                                                             \
  "  epsilon_outside: add epsilon to the root, not under it.\n"                \
  "  scale_plus_one: the factor is 1 + scale.\n"

#define NORM_ERRORS                                                            \
  "\nRaises:\n"                                                                \
  "  ArgumentError: shapes do not fit, an array does not lie on the CPU, "     \
  "out\n"                                                                      \
  "    is read-only, or overlaps another array other than exactly.\n"          \
  "  TypeError: an argument is no array, or k no integer.\n"                   \
  "  ValueError: a tensor requires gradients.\n"

static const char kRMSNormText[] =
    "y = x / sqrt(mean(x^2) + epsilon) * scale + bias, over the last dimension."
    "\n\nArgs:\n"
    "  x: shape [..., n], of float64, float32, float16 or "
    "bfloat16.\n" NORM_ARGUMENTS
    "  out: an array of the shape of x for y; it may be x.\n" NORM_FLAGS
    "\nReturns:\n"
    "  out, or a new array like x.\n" NORM_ERRORS;

static const char kPRMSNormText[] =
    "y = x / sqrt(mean(x[:k]^2) + epsilon) * scale + bias, over the last "
    "dimension.\n\nArgs:\n"
    "  x: shape [..., n], of float64, float32, float16 or "
    "bfloat16.\n" NORM_ARGUMENTS
    "  k: how many elements give the statistic, 1 to n; 6.25 % of n, rounded\n"
    "    up, unless given.\n"
    "  out: an array of the shape of x for y; it may be x.\n" NORM_FLAGS
    "\nReturns:\n"
    "  out, or a new array like x.\n" NORM_ERRORS;

static const char kLayerNormText[] =
    "y = (x - mean(x)) / sqrt(var(x) + epsilon) * scale + bias, over the last "
    "dimension;\nthe variance is the biased one.\n\nArgs:\n"
    "  x: shape [..., n], of float64, float32, float16 or "
    "bfloat16.\n" NORM_ARGUMENTS
    "  out: an array of the shape of x for y; it may be x.\n" NORM_FLAGS
    "\nReturns:\n"
    "  out, or a new array like x.\n" NORM_ERRORS;

static const char kAddRMSNormText[] =
    "z = x + residual, rounded to the type of x, and y = rmsnorm(z, scale, "
    "bias).\n\nArgs:\n"
    "  x: shape [..., n], of float64, float32, float16 or bfloat16.\n"
    "  residual: the shape of x; its elements may have another "
    "type.\n" NORM_ARGUMENTS
    "  out: a tuple of arrays of the shape of x for y and z, which may be x\n"
    "    and the residual.\n" NORM_FLAGS "\nReturns:\n"
    "  The tuple of y and z.\n" NORM_ERRORS;

void norm::python::addOps(nb::module_ &module) {
  using nb::arg;
  module.def("rmsnorm", rmsnorm, kRMSNormText, arg("x"),
             arg("scale").none() = nb::none(), arg("bias").none() = nb::none(),
             nb::kw_only(), arg("epsilon") = 1e-5,
             arg("out").none() = nb::none(), arg("epsilon_outside") = false,
             arg("scale_plus_one") = false);
  module.def("prmsnorm", prmsnorm, kPRMSNormText, arg("x"),
             arg("scale").none() = nb::none(), arg("bias").none() = nb::none(),
             nb::kw_only(), arg("k").none() = nb::none(), arg("epsilon") = 1e-5,
             arg("out").none() = nb::none(), arg("epsilon_outside") = false,
             arg("scale_plus_one") = false);
  module.def("layernorm", layernorm, kLayerNormText, arg("x"),
             arg("scale").none() = nb::none(), arg("bias").none() = nb::none(),
             nb::kw_only(), arg("epsilon") = 1e-5,
             arg("out").none() = nb::none(), arg("epsilon_outside") = false,
             arg("scale_plus_one") = false);
  module.def("add_rmsnorm", addRMSNorm, kAddRMSNormText, arg("x"),
             arg("residual"), arg("scale").none() = nb::none(),
             arg("bias").none() = nb::none(), nb::kw_only(),
             arg("epsilon") = 1e-5, arg("out").none() = nb::none(),
             arg("epsilon_outside") = false, arg("scale_plus_one") = false);
}
