//===- Result.cpp - new arrays of Python libraries ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Array.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>

#include <sys/mman.h>

using namespace norm::python;

//===----------------------------------------------------------------------===//
// Memory of our own
//===----------------------------------------------------------------------===//

namespace {
/// A tensor that frees itself.
struct Owned {
  NormManagedTensor managed;
  int64_t numbers[64];
  void *memory;
};
} // namespace

/// Large results lie in huge pages where there are any: first touching small
/// ones takes longer than a norm does.
static void *allocateBytes(int64_t bytes) {
  constexpr int64_t hugePage = 2 << 20;
  bool large = bytes >= 2 * hugePage;
  void *memory;
  if (posix_memalign(&memory, large ? hugePage : 64, bytes > 0 ? bytes : 1) !=
      0)
    return nullptr;
#ifdef MADV_HUGEPAGE
  if (large)
    madvise(memory, bytes / hugePage * hugePage, MADV_HUGEPAGE);
#endif
  return memory;
}

static NormManagedTensor *allocateOwned(const NormTensor &prototype) {
  auto *owned = new Owned;
  int64_t count = 1;
  bool overflows = false;
  int32_t rank = prototype.ndim;
  for (int32_t dim = rank - 1; dim >= 0; --dim) {
    owned->numbers[dim] = prototype.shape[dim];
    owned->numbers[rank + dim] = count;
    overflows |= __builtin_mul_overflow(count, prototype.shape[dim], &count);
  }
  int64_t bytes = prototype.dtype.bits / 8;
  overflows |= __builtin_mul_overflow(bytes, count, &bytes);
  owned->memory = overflows ? nullptr : allocateBytes(bytes);
  if (!owned->memory) {
    delete owned;
    throw std::bad_alloc();
  }
  owned->managed.version = {1, 0};
  owned->managed.manager_ctx = owned;
  owned->managed.flags = 0;
  owned->managed.deleter = [](NormManagedTensor *self) {
    auto *owned = static_cast<Owned *>(self->manager_ctx);
    std::free(owned->memory);
    delete owned;
  };
  owned->managed.dl_tensor = prototype;
  owned->managed.dl_tensor.data = owned->memory;
  owned->managed.dl_tensor.byte_offset = 0;
  owned->managed.dl_tensor.shape = owned->numbers;
  owned->managed.dl_tensor.strides = owned->numbers + rank;
  return &owned->managed;
}

/// A capsule that frees `managed` unless somebody takes it over.
static nb::object makeCapsule(NormManagedTensor *managed) {
  PyObject *capsule =
      PyCapsule_New(managed, "dltensor_versioned", [](PyObject *capsule) {
        if (!PyCapsule_IsValid(capsule, "dltensor_versioned"))
          return;
        auto *managed = static_cast<NormManagedTensor *>(
            PyCapsule_GetPointer(capsule, "dltensor_versioned"));
        if (managed->deleter)
          managed->deleter(managed);
      });
  if (!capsule) {
    managed->deleter(managed);
    throw nb::python_error();
  }
  return nb::steal(capsule);
}

namespace {
/// DLPack's managed tensor before it had versions.
struct Unversioned {
  NormTensor tensor;
  void *context;
  void (*deleter)(Unversioned *self);
};
} // namespace

nb::object norm::python::toUnversioned(nb::handle capsule) {
  auto *managed = static_cast<NormManagedTensor *>(
      PyCapsule_GetPointer(capsule.ptr(), "dltensor_versioned"));
  if (!managed)
    throw nb::python_error();
  auto *unversioned =
      new Unversioned{managed->dl_tensor, managed, [](Unversioned *self) {
                        auto *managed =
                            static_cast<NormManagedTensor *>(self->context);
                        managed->deleter(managed);
                        delete self;
                      }};
  PyObject *result =
      PyCapsule_New(unversioned, "dltensor", [](PyObject *capsule) {
        if (!PyCapsule_IsValid(capsule, "dltensor"))
          return;
        auto *unversioned = static_cast<Unversioned *>(
            PyCapsule_GetPointer(capsule, "dltensor"));
        unversioned->deleter(unversioned);
      });
  if (!result) {
    delete unversioned;
    throw nb::python_error();
  }
  PyCapsule_SetName(capsule.ptr(), "used_dltensor_versioned");
  return nb::steal(result);
}

/// What from_dlpack() functions want: an object with `__dlpack__`.
static nb::object makeExporter(NormManagedTensor *managed) {
  nb::object capsule = makeCapsule(managed);
  return nb::module_::import_("norm._export").attr("Exporter")(capsule);
}

//===----------------------------------------------------------------------===//
// NumPy
//===----------------------------------------------------------------------===//

/// The dtype of elements of `type`.
static nb::object getNumPyType(NormDataType type) {
  nb::module_ numpy = nb::module_::import_("numpy");
  if (type.code == NORM_TYPE_BFLOAT)
    return numpy.attr("dtype")(
        nb::module_::import_("ml_dtypes").attr("bfloat16"));
  static constexpr const char *kNames[] = {"int", "uint", "float"};
  if (type.code == NORM_TYPE_BOOL)
    return numpy.attr("dtype")("bool");
  return numpy.attr("dtype")(
      (std::string(kNames[type.code]) + std::to_string(type.bits)).c_str());
}

static bool isSame(NormDataType lhs, NormDataType rhs) {
  return lhs.code == rhs.code && lhs.bits == rhs.bits;
}

/// numpy.empty(), of the dtype object that `like` has if that is the type.
static nb::object makeNumPy(const Array &like, NormDataType type, int32_t ndim,
                            const int64_t *shape) {
  static PyObject *empty =
      nb::object(nb::module_::import_("numpy").attr("empty")).release().ptr();
  static PyObject *dtypeName = PyUnicode_InternFromString("dtype");
  nb::object dtype =
      like.type.library == Library::NumPy && isSame(like.tensor.dtype, type)
          ? nb::getattr(like.object, nb::handle(dtypeName))
          : getNumPyType(type);
  nb::object extents = nb::steal(PyTuple_New(ndim));
  for (int32_t dim = 0; dim < ndim; ++dim)
    PyTuple_SetItem(extents.ptr(), dim, PyLong_FromLongLong(shape[dim]));
  PyObject *arguments[] = {extents.ptr(), dtype.ptr()};
  PyObject *array = PyObject_Vectorcall(empty, arguments, 2, nullptr);
  if (!array)
    throw nb::python_error();
  return nb::steal(array);
}

/// An array of NumPy over `managed`. NumPy's own from_dlpack() makes arrays
/// that are read only where it is older than 2.1, and knows no bfloat16.
static nb::object adoptNumPy(NormManagedTensor *managed) {
  const NormTensor &tensor = managed->dl_tensor;
  nb::object dtype = getNumPyType(tensor.dtype);
  nb::list shape, strides;
  for (int32_t dim = 0; dim < tensor.ndim; ++dim) {
    shape.append(tensor.shape[dim]);
    strides.append(tensor.strides[dim] * (tensor.dtype.bits / 8));
  }
  nb::dict interface;
  interface["version"] = 3;
  interface["typestr"] = dtype.attr("str");
  interface["shape"] = nb::tuple(shape);
  interface["strides"] = nb::tuple(strides);
  interface["data"] = nb::make_tuple(
      reinterpret_cast<uintptr_t>(tensor.data) + tensor.byte_offset, false);
  nb::object owner = nb::module_::import_("norm._export")
                         .attr("Memory")(makeCapsule(managed), interface);
  return nb::module_::import_("numpy").attr("asarray")(owner).attr("view")(
      dtype);
}

//===----------------------------------------------------------------------===//
// All libraries
//===----------------------------------------------------------------------===//

NewArray::~NewArray() {
  if (managed && managed->deleter)
    managed->deleter(managed);
}

/// Raises the Python error that a library names.
static void setError(void *, const char *kind, const char *message) {
  nb::gil_scoped_acquire gil;
  nb::object type = nb::module_::import_("builtins")
                        .attr("__dict__")
                        .attr("get")(kind, nb::handle(PyExc_RuntimeError));
  PyErr_SetString(type.ptr(), message);
}

nb::object norm::python::getNamespace(const Array &like) {
  if (like.type.library == Library::Exchange)
    return nb::module_::import_("torch");
  nb::handle example(like.object);
  if (!nb::hasattr(example, "__array_namespace__"))
    throw nb::type_error(("expected `out` and no numbers, as there is no way "
                          "to make a new " +
                          describeType(example))
                             .c_str());
  return example.attr("__array_namespace__")();
}

nb::object norm::python::getElementType(nb::handle space, NormDataType type) {
  std::string name = type.code == NORM_TYPE_BFLOAT ? "bfloat"
                     : type.code == NORM_TYPE_INT  ? "int"
                     : type.code == NORM_TYPE_UINT ? "uint"
                                                   : "float";
  return type.code == NORM_TYPE_BOOL
             ? nb::object(space.attr("bool"))
             : nb::object(
                   space.attr((name + std::to_string(type.bits)).c_str()));
}

/// A new array on the device of `like`.
static nb::object makeOnDevice(const Array &like, NormDataType type,
                               int32_t ndim, const int64_t *shape) {
  nb::object space = getNamespace(like);
  nb::list extents;
  for (int32_t dim = 0; dim < ndim; ++dim)
    extents.append(shape[dim]);
  return space.attr("empty")(
      nb::tuple(extents), nb::arg("dtype") = getElementType(space, type),
      nb::arg("device") = nb::handle(like.object).attr("device"));
}

void NewArray::allocate(const Array &example, NormDataType dtype, int32_t ndim,
                        const int64_t *extents, nb::handle stream) {
  type = example.type;
  like = example.object;
  if (example.isOnDevice()) {
    object = makeOnDevice(example, dtype, ndim, extents);
    view.read(object, "the result", stream);
    tensor = view.tensor;
    return;
  }
  if (type.library == Library::NumPy) {
    object = makeNumPy(example, dtype, ndim, extents);
    view.read(object, "the result");
    tensor = view.tensor;
    return;
  }
  std::copy_n(extents, ndim, shape);
  NormTensor prototype = {
      nullptr, {NORM_DEVICE_CPU, 0}, ndim, dtype, shape, nullptr, 0};
  if (type.library == Library::Exchange) {
    if (type.exchange->allocate(&prototype, &managed, nullptr, setError))
      throw nb::python_error();
  } else {
    managed = allocateOwned(prototype);
  }
  tensor = managed->dl_tensor;
}

void NewArray::adopt(const Array &example, NormManagedTensor *given) {
  type = example.type;
  like = example.object;
  managed = given;
  if (type.library == Library::NumPy) {
    managed = nullptr;
    object = adoptNumPy(given);
  }
}

nb::object NewArray::finish() {
  if (object.is_valid())
    return std::move(object);
  NormManagedTensor *taken = managed;
  if (type.library == Library::Exchange) {
    void *made;
    managed = nullptr;
    if (type.exchange->toObject(taken, &made))
      throw nb::python_error();
    return nb::steal(static_cast<PyObject *>(made));
  }
  nb::handle example(like);
  if (!nb::hasattr(example, "__array_namespace__"))
    throw nb::type_error(("expected `out`, as there is no way to make a new " +
                          describeType(example))
                             .c_str());
  nb::object from = example.attr("__array_namespace__")().attr("from_dlpack");
  managed = nullptr;
  return from(makeExporter(taken));
}
