//===- Array.cpp - arrays of Python libraries as tensors ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Array.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

using namespace norm::python;

/// CUDA's number of the legacy default stream.
static constexpr uintptr_t kLegacyStream = 1;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// Python strings that are used in every call.
struct Names {
  nb::object arrayStruct = intern("__array_struct__");
  nb::object dtype = intern("dtype");
  nb::object type = intern("type");
  nb::object dlpack = intern("__dlpack__");
  nb::object dlpackDevice = intern("__dlpack_device__");
  nb::object requiresGrad = intern("requires_grad");
  nb::object isNeg = intern("is_neg");

  static nb::object intern(const char *text) {
    return nb::steal(PyUnicode_InternFromString(text));
  }
};

static const Names &getNames() {
  // Never freed: the interpreter may be gone when statics are.
  static const Names *names = new Names;
  return *names;
}

static std::string getQualifiedName(PyTypeObject *type) {
  nb::handle handle(reinterpret_cast<PyObject *>(type));
  return nb::cast<std::string>(handle.attr("__module__")) + "." +
         nb::cast<std::string>(handle.attr("__qualname__"));
}

std::string norm::python::describeType(nb::handle object) {
  return getQualifiedName(Py_TYPE(object.ptr()));
}

/// The table of `type`, if the type has one of its own. A subclass may have no
/// memory that the table of its base could tell of.
static const Exchange *getExchange(PyTypeObject *type) {
  nb::handle handle(reinterpret_cast<PyObject *>(type));
  const char *name = "__dlpack_c_exchange_api__";
  if (!nb::hasattr(handle, name))
    return nullptr;
  bool isOwn =
      nb::cast<bool>(handle.attr("__dict__").attr("__contains__")(name));
  if (!isOwn && getQualifiedName(type) != "torch.nn.parameter.Parameter")
    return nullptr;
  nb::object capsule = handle.attr(name);
  auto *exchange = static_cast<Exchange *>(
      PyCapsule_GetPointer(capsule.ptr(), "dlpack_exchange_api"));
  if (!exchange)
    throw nb::python_error();
  while (exchange && exchange->version.major != 1)
    exchange = exchange->previous;
  return exchange;
}

/// What arrays of the type of `object` are; looked up once for each type.
static const ArrayType &getArrayType(nb::handle object, const char *role) {
  static auto *known = new std::vector<ArrayType *>;
  PyTypeObject *type = Py_TYPE(object.ptr());
  for (ArrayType *entry : *known)
    if (entry->type == type)
      return *entry;
  ArrayType found{type, Library::DLPack};
  std::string name = getQualifiedName(type);
  found.isImmutable = name.compare(0, 3, "jax") == 0;
  if (name == "numpy.ndarray")
    found.library = Library::NumPy;
  else if ((found.exchange = getExchange(type)))
    found.library = Library::Exchange;
  else if (!nb::hasattr(object, getNames().dlpack))
    throw nb::type_error(("expected " + std::string(role) +
                          " to be an array with __dlpack__, got " +
                          describeType(object))
                             .c_str());
  Py_INCREF(reinterpret_cast<PyObject *>(type));
  known->push_back(new ArrayType(found));
  return *known->back();
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

void Array::read(nb::handle array, const char *role, nb::handle stream) {
  type = getArrayType(array, role);
  object = array.ptr();
  switch (type.library) {
  case Library::NumPy:
    return readNumPy(role);
  case Library::Exchange:
    return readExchange(role);
  case Library::DLPack:
    return readDLPack(role, stream);
  }
}

namespace {
/// NumPy's struct behind `__array_struct__`, version 2 of its protocol.
struct ArrayInterface {
  int two, ndim;
  char kind;
  int itemsize, flags;
  Py_intptr_t *shape, *strides;
  void *data;
};
enum { kNativeOrder = 0x200, kWritable = 0x400 };
} // namespace

/// Whether the elements are those of ml_dtypes; any two bytes look the same.
static bool isBFloat16(PyObject *array) {
  static PyObject *known = nullptr;
  nb::object type =
      nb::getattr(nb::getattr(array, getNames().dtype), getNames().type);
  if (type.ptr() == known)
    return true;
  if (nb::cast<std::string>(type.attr("__name__")) != "bfloat16")
    return false;
  known = type.inc_ref().ptr();
  return true;
}

static NormDataType getNumPyType(const ArrayInterface &info, PyObject *array) {
  auto make = [&](int code) {
    return NormDataType{static_cast<uint8_t>(code),
                        static_cast<uint8_t>(info.itemsize * 8), 1};
  };
  switch (info.kind) {
  case 'f':
    if (info.itemsize <= 8)
      return make(NORM_TYPE_FLOAT);
    break;
  case 'i':
    return make(NORM_TYPE_INT);
  case 'u':
    return make(NORM_TYPE_UINT);
  case 'b':
    return make(NORM_TYPE_BOOL);
  case 'V':
    if (info.itemsize == 2 && isBFloat16(array))
      return make(NORM_TYPE_BFLOAT);
    break;
  default:
    break;
  }
  std::string name =
      nb::cast<std::string>(nb::str(nb::getattr(array, getNames().dtype)));
  throw nb::type_error(
      ("expected an array of float64, float32, float16, bfloat16, integers or "
       "booleans, got " +
       name)
          .c_str());
}

void Array::readNumPy(const char *role) {
  owner = nb::getattr(object, getNames().arrayStruct);
  auto *info =
      static_cast<ArrayInterface *>(PyCapsule_GetPointer(owner.ptr(), nullptr));
  if (!info)
    throw nb::python_error();
  if (info->ndim > kMaxRank)
    throw nb::value_error(("expected " + std::string(role) +
                           " to have at most 32 dimensions, got " +
                           std::to_string(info->ndim))
                              .c_str());
  if (!(info->flags & kNativeOrder))
    throw nb::value_error(("expected " + std::string(role) +
                           " in the byte order of this machine, got the other")
                              .c_str());
  for (int dim = 0; dim < info->ndim; ++dim) {
    if (info->strides[dim] % info->itemsize && info->shape[dim] > 1)
      throw nb::value_error(("expected strides of " + std::string(role) +
                             " to be multiples of its elements, got " +
                             std::to_string(info->strides[dim]) + " bytes")
                                .c_str());
    strides[dim] = info->strides[dim] / info->itemsize;
  }
  static_assert(sizeof(Py_intptr_t) == sizeof(int64_t));
  tensor = {info->data,
            {NORM_DEVICE_CPU, 0},
            info->ndim,
            getNumPyType(*info, object),
            reinterpret_cast<int64_t *>(info->shape),
            strides,
            0};
  flags = info->flags & kWritable ? 0 : NORM_TENSOR_READ_ONLY;
}

/// A kernel has no derivative here, and does not know of lazy negation.
static void checkTorch(PyObject *object, const char *role) {
  nb::handle handle(object);
  nb::object requiresGrad = nb::getattr(handle, getNames().requiresGrad);
  if (requiresGrad.is(nb::bool_(true)) &&
      nb::cast<bool>(nb::module_::import_("torch").attr("is_grad_enabled")()))
    throw nb::value_error(
        ("expected " + std::string(role) +
         " not to require gradients, or to be used under "
         "torch.no_grad(); norm.frontends.torch_ops has ops with gradients")
            .c_str());
  if (nb::cast<bool>(nb::getattr(handle, getNames().isNeg)()))
    throw nb::value_error(("expected " + std::string(role) +
                           " to hold its numbers, got a lazy negation of them; "
                           "resolve_neg() computes it")
                              .c_str());
}

void Array::readExchange(const char *role) {
  if (type.exchange->getTensor(object, &tensor))
    throw nb::python_error();
  flags = 0;
  checkTorch(object, role);
}

static bool isCUDA(int32_t deviceType) {
  return deviceType == NORM_DEVICE_CUDA ||
         deviceType == NORM_DEVICE_CUDA_MANAGED;
}

/// What `__dlpack__` is called with: of an array on a CUDA device the stream
/// that the call will be on.
static nb::dict getExportOptions(nb::handle object, nb::handle stream) {
  nb::dict options;
  nb::object getDevice =
      nb::getattr(object, getNames().dlpackDevice, nb::none());
  if (getDevice.is_none() || !isCUDA(nb::cast<int32_t>(getDevice()[0])))
    return options;
  options["stream"] = stream.is_none() ? nb::object(nb::int_(kLegacyStream))
                                       : nb::borrow(stream);
  return options;
}

void Array::readDLPack(const char *role, nb::handle stream) {
  flags = type.isImmutable ? NORM_TENSOR_READ_ONLY : 0;
  nb::object method = nb::getattr(object, getNames().dlpack);
  nb::dict options = getExportOptions(object, stream);
  try {
    owner = method(nb::arg("max_version") = nb::make_tuple(1, 1), **options);
  } catch (nb::python_error &error) {
    if (!error.matches(PyExc_TypeError))
      throw;
    owner = method(**options);
  }
  if (PyCapsule_IsValid(owner.ptr(), "dltensor_versioned")) {
    auto *managed = static_cast<NormManagedTensor *>(
        PyCapsule_GetPointer(owner.ptr(), "dltensor_versioned"));
    if (managed->version.major != 1)
      throw nb::type_error(("expected " + std::string(role) +
                            " in version 1 of DLPack, got version " +
                            std::to_string(managed->version.major))
                               .c_str());
    tensor = managed->dl_tensor;
    flags |= managed->flags;
    return;
  }
  // The struct before versions starts with the tensor.
  auto *managed =
      static_cast<NormTensor *>(PyCapsule_GetPointer(owner.ptr(), "dltensor"));
  if (!managed)
    throw nb::python_error();
  tensor = *managed;
}

void *Array::getStream(nb::handle stream) const {
  if (!stream.is_none()) {
    auto number = nb::cast<int64_t>(stream);
    // 0 could be either of the default streams.
    if (number <= 0)
      throw nb::value_error("expected stream to be 1 for the legacy default "
                            "stream, 2 for that of the thread, or a handle");
    return reinterpret_cast<void *>(number);
  }
  if (!isCUDA(tensor.device.device_type))
    return nullptr;
  void *current = reinterpret_cast<void *>(kLegacyStream);
  if (type.exchange && type.exchange->getStream &&
      type.exchange->getStream(tensor.device.device_type,
                               tensor.device.device_id, &current))
    throw nb::python_error();
  return current;
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

/// Whether the `merged` outermost dimensions lie at one stride: a step of one
/// is all steps of the next.
bool Array::hasOneStride(int merged) const {
  int last = -1;
  for (int dim = merged - 1; dim >= 0; --dim) {
    if (tensor.shape[dim] == 1)
      continue;
    if (last >= 0 &&
        tensor.strides[dim] != tensor.strides[last] * tensor.shape[last])
      return false;
    last = dim;
  }
  return true;
}

bool Array::isReadAsItIs(int merged) const {
  if (!tensor.strides || tensor.ndim < 1 || tensor.ndim > kMaxRank)
    return true;
  int last = tensor.ndim - 1;
  bool isDense = tensor.shape[last] <= 1 || tensor.strides[last] == 1;
  for (int dim = 0; dim < tensor.ndim; ++dim) {
    if (tensor.shape[dim] <= 0)
      return true;
    isDense &= tensor.shape[dim] == 1 || tensor.strides[dim] >= 0;
  }
  isDense &= hasOneStride(merged);
  // What is no memory of this machine is refused, not copied.
  return isDense || tensor.device.device_type != NORM_DEVICE_CPU ||
         !tensor.data || tensor.dtype.bits % 8 || tensor.dtype.lanes != 1;
}

/// Whether two indices may lead to one element: from the smallest stride on, a
/// step has to pass all that lies below.
bool Array::overlapsItself() const {
  std::vector<std::pair<int64_t, int64_t>> steps;
  for (int dim = 0; dim < tensor.ndim; ++dim)
    if (tensor.shape[dim] > 1)
      steps.emplace_back(std::abs(tensor.strides[dim]), tensor.shape[dim]);
  std::sort(steps.begin(), steps.end());
  int64_t reach = 0;
  for (auto [stride, extent] : steps) {
    if (stride <= reach)
      return true;
    reach += stride * (extent - 1);
  }
  return false;
}

/// Puts memory for a copy in the place of the tensor; not where the extents are
/// beyond all memory.
bool Array::allocateCopy() {
  int64_t bytes = tensor.dtype.bits / 8, count = 1;
  for (int dim = tensor.ndim - 1; dim >= 0; --dim) {
    copyStrides[dim] = count;
    if (__builtin_mul_overflow(count, tensor.shape[dim], &count))
      return false;
  }
  if (__builtin_mul_overflow(count, bytes, &bytes))
    return false;
  copy.reset(new char[static_cast<size_t>(bytes)]);
  original = tensor;
  tensor.data = copy.get();
  tensor.byte_offset = 0;
  tensor.strides = copyStrides;
  return true;
}

/// Copies all elements of `from` to `to`, of the same shape and type.
static void copyElements(const NormTensor &from, const NormTensor &to) {
  size_t bytes = from.dtype.bits / 8;
  int last = from.ndim - 1;
  std::vector<int64_t> index(static_cast<size_t>(from.ndim), 0);
  auto address = [&](const NormTensor &tensor) {
    int64_t offset = 0;
    for (int dim = 0; dim < last; ++dim)
      offset += index[static_cast<size_t>(dim)] * tensor.strides[dim];
    return static_cast<char *>(tensor.data) + tensor.byte_offset +
           offset * static_cast<int64_t>(bytes);
  };
  while (true) {
    const char *source = address(from);
    char *target = address(to);
    for (int64_t i = 0; i < from.shape[last]; ++i) {
      std::memcpy(target, source, bytes);
      source += from.strides[last] * static_cast<int64_t>(bytes);
      target += to.strides[last] * static_cast<int64_t>(bytes);
    }
    int dim = last - 1;
    for (; dim >= 0; --dim) {
      if (++index[static_cast<size_t>(dim)] < from.shape[dim])
        break;
      index[static_cast<size_t>(dim)] = 0;
    }
    if (dim < 0)
      return;
  }
}

void Array::makeReadable(int merged) {
  if (!isReadAsItIs(merged) && allocateCopy())
    copyElements(original, tensor);
}

void Array::makeWritable(int merged) {
  if (!isReadAsItIs(merged) && !overlapsItself())
    allocateCopy();
}

void Array::storeBack() {
  if (copy)
    copyElements(tensor, original);
}

void Array::fill(double value, bool isDouble, int64_t count, const Array &like,
                 nb::handle stream) {
  if (like.isOnDevice()) {
    nb::object space = getNamespace(like);
    NormDataType element = {NORM_TYPE_FLOAT,
                            static_cast<uint8_t>(isDouble ? 64 : 32), 1};
    made = space.attr("full")(nb::make_tuple(count), value,
                              nb::arg("dtype") = getElementType(space, element),
                              nb::arg("device") =
                                  nb::handle(like.object).attr("device"));
    return read(made, "a number", stream);
  }
  size_t bytes = isDouble ? 8 : 4;
  rowLength = count;
  copyStrides[0] = 1;
  copy.reset(new char[static_cast<size_t>(count) * bytes + 1]);
  for (int64_t i = 0; i < count; ++i)
    if (isDouble)
      reinterpret_cast<double *>(copy.get())[i] = value;
    else
      reinterpret_cast<float *>(copy.get())[i] = static_cast<float>(value);
  tensor = {copy.get(), {NORM_DEVICE_CPU, 0},
            1,          {NORM_TYPE_FLOAT, static_cast<uint8_t>(8 * bytes), 1},
            &rowLength, copyStrides,
            0};
  flags = NORM_TENSOR_READ_ONLY;
}
