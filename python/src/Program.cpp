//===- Program.cpp - MLIR programs: compile, raise, report ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ops.h"

#include "Array.h"
#include "Context.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

#include <exception>
#include <optional>
#include <vector>

using namespace norm::python;

//===----------------------------------------------------------------------===//
// Texts
//===----------------------------------------------------------------------===//

namespace {
/// A program, whose bytes belong to a Python object: str or bytes.
struct Source {
  explicit Source(nb::handle program) {
    Py_ssize_t length;
    if (PyUnicode_Check(program.ptr())) {
      data = PyUnicode_AsUTF8AndSize(program.ptr(), &length);
      if (!data)
        throw nb::python_error();
    } else if (PyBytes_Check(program.ptr())) {
      data = PyBytes_AsString(program.ptr());
      length = PyBytes_Size(program.ptr());
    } else {
      throw nb::type_error(("expected MLIR as str, or as bytes of text or "
                            "bytecode, got " +
                            describeType(program))
                               .c_str());
    }
    size = static_cast<size_t>(length);
  }

  const char *data;
  size_t size;
};

/// A Python function for remarks. What it raises ends the call.
struct RemarkFunction {
  nb::handle function;
  std::exception_ptr failure;

  static void call(const NormRemark *remark, void *self) {
    static constexpr const char *kKinds[] = {"passed", "missed", "failed",
                                             "analysis"};
    nb::gil_scoped_acquire gil;
    try {
      reinterpret_cast<RemarkFunction *>(self)->function(
          kKinds[remark->kind - 1], remark->category, remark->name,
          remark->message, remark->file, remark->line, remark->column);
    } catch (...) {
      static_cast<RemarkFunction *>(self)->failure = std::current_exception();
      throw;
    }
  }
};

/// What the functions on programs have in common.
struct ProgramCall {
  ProgramCall(const std::string &file, bool isStrict, nb::handle remarks)
      : file(file) {
    options.struct_size = sizeof(options);
    options.strict = isStrict;
    options.file_name = this->file.c_str();
    if (!remarks.is_none()) {
      function.function = remarks;
      options.remark_callback = RemarkFunction::call;
      options.remark_user_data = &function;
    }
  }

  /// Runs `work` without the interpreter's lock and raises what went wrong.
  template <typename Work> void run(Work work) {
    NormError *error = nullptr;
    NormStatus status;
    {
      nb::gil_scoped_release release;
      status = work(&error);
    }
    if (status == NORM_CALLBACK_FAILED && function.failure) {
      normErrorDestroy(error);
      std::rethrow_exception(function.failure);
    }
    check(status, error);
  }

  std::shared_ptr<NormContext> context = getContext();
  std::string file;
  RemarkFunction function;
  NormProgramOptions options = {};
};
} // namespace

static nb::str takeText(NormText *text) {
  std::unique_ptr<NormText, void (*)(NormText *)> owner(text, normTextDestroy);
  return nb::str(normTextGetData(text), normTextGetSize(text));
}

static nb::str raiseNorms(nb::handle program, const std::string &file,
                          bool isStrict, nb::handle remarks, bool locations) {
  Source source(program);
  ProgramCall call(file, isStrict, remarks);
  call.options.locations = locations;
  NormText *text = nullptr;
  call.run([&](NormError **error) {
    return normRaise(call.context.get(), source.data, source.size,
                     &call.options, &text, error);
  });
  return takeText(text);
}

/// A report in the format of number `format`; empty texts are not given, and
/// `sources` is None for no lines of files.
static nb::str report(nb::handle program, const std::string &file,
                      const std::string &target, int format,
                      int64_t dynamicExtent, const std::string &measured,
                      const std::string &baseline,
                      const std::optional<std::string> &sources) {
  Source source(program);
  ProgramCall call(file, /*isStrict=*/false, nb::none());
  NormReportOptions options = {};
  options.struct_size = sizeof(options);
  options.target = target.c_str();
  options.format = format;
  options.dynamic_extent = dynamicExtent;
  options.measured = measured.empty() ? nullptr : measured.c_str();
  options.baseline = baseline.empty() ? nullptr : baseline.c_str();
  options.sources = sources ? sources->c_str() : nullptr;
  NormText *text = nullptr;
  call.run([&](NormError **error) {
    return normReport(call.context.get(), source.data, source.size,
                      &call.options, &options, &text, error);
  });
  return takeText(text);
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

namespace {
/// A compiled function that is called with arrays.
class Function {
public:
  Function(nb::handle program, const std::string &entry,
           const std::string &file, bool raises, bool isStrict,
           nb::handle remarks);

  nb::object call(nb::args arguments, nb::handle out, nb::handle stream) const;
  std::string describe() const;

private:
  void callOn(std::vector<Array> &arrays, nb::object out,
              nb::handle stream) const;
  nb::object callNew(std::vector<Array> &arrays, nb::handle stream) const;
  nb::object callOnDevice(std::vector<Array> &arrays, const Array &like,
                          nb::handle stream) const;

  std::shared_ptr<NormKernel> kernel;
  std::string name;
  size_t argumentCount, resultCount;
};
} // namespace

Function::Function(nb::handle program, const std::string &entry,
                   const std::string &file, bool raises, bool isStrict,
                   nb::handle remarks)
    : name(entry) {
  Source source(program);
  ProgramCall call(file, isStrict, remarks);
  call.options.entry = entry.c_str();
  call.options.no_raise = !raises;
  NormKernel *made = nullptr;
  call.run([&](NormError **error) {
    return normCompile(call.context.get(), source.data, source.size,
                       &call.options, &made, error);
  });
  kernel = std::shared_ptr<NormKernel>(made, normKernelDestroy);
  argumentCount = normKernelGetArgumentCount(made);
  resultCount = normKernelGetResultCount(made);
}

/// The first of `count` arrays that lies on a device, or else the first one, or
/// null.
static const Array *findExample(const std::vector<Array> &arrays,
                                size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (arrays[i].isOnDevice())
      return &arrays[i];
  return count ? &arrays.front() : nullptr;
}

void Function::callOn(std::vector<Array> &arrays, nb::object out,
                      nb::handle stream) const {
  const Array *example = findExample(arrays, argumentCount);
  if (normKernelAllocatesResults(kernel.get()) &&
      !(example && example->isOnDevice()))
    throw nb::value_error("expected no out, as the function tells the shapes "
                          "of its results after the call only");
  if (nb::len(out) != resultCount)
    throw nb::value_error(("expected out to have " +
                           std::to_string(resultCount) + " arrays, got " +
                           std::to_string(nb::len(out)))
                              .c_str());
  for (size_t i = 0; i < resultCount; ++i)
    arrays[argumentCount + i].read(out[i], "out", stream);
  std::vector<const NormTensor *> tensors;
  std::vector<uint64_t> flags;
  for (const Array &array : arrays) {
    tensors.push_back(&array.tensor);
    flags.push_back(array.flags);
  }
  NormCallOptions options = {};
  options.struct_size = sizeof(options);
  example = findExample(arrays, arrays.size());
  options.stream = example ? example->getStream(stream) : nullptr;
  if (example && example->isOnDevice())
    keepKernel(kernel);
  NormError *error = nullptr;
  NormStatus status;
  {
    nb::gil_scoped_release release;
    status =
        normKernelCallWithOptions(kernel.get(), tensors.data(), flags.data(),
                                  tensors.size(), &options, &error);
  }
  check(status, error);
}

namespace {
/// Results on a device, which the library of an argument makes.
struct DeviceResults {
  DeviceResults(const Array &like, nb::handle stream, size_t count)
      : like(like), stream(stream), arrays(count), views(count) {}

  static int32_t allocate(void *self, const NormTensor *prototype,
                          NormManagedTensor **result) {
    auto &results = *static_cast<DeviceResults *>(self);
    nb::gil_scoped_acquire gil;
    try {
      *result = results.add(*prototype);
      return 0;
    } catch (...) {
      results.failure = std::current_exception();
      return 1;
    }
  }

  /// The tensor belongs to the array.
  NormManagedTensor *add(const NormTensor &prototype) {
    NewArray &array = arrays[made];
    NormManagedTensor &view = views[made++];
    array.allocate(like, prototype.dtype, prototype.ndim, prototype.shape,
                   stream);
    view = {};
    view.deleter = [](NormManagedTensor *) {};
    view.dl_tensor = array.tensor;
    return &view;
  }

  const Array &like;
  nb::handle stream;
  std::vector<NewArray> arrays;
  std::vector<NormManagedTensor> views;
  size_t made = 0;
  std::exception_ptr failure;
};
} // namespace

/// The results as one object.
static nb::object takeResults(std::vector<NewArray> &results) {
  nb::list objects;
  for (NewArray &result : results)
    objects.append(result.finish());
  return results.size() == 1 ? nb::object(objects[0]) : nb::tuple(objects);
}

nb::object Function::callOnDevice(std::vector<Array> &arrays, const Array &like,
                                  nb::handle stream) const {
  std::vector<const NormTensor *> tensors;
  for (size_t i = 0; i < argumentCount; ++i)
    tensors.push_back(&arrays[i].tensor);
  DeviceResults results(like, stream, resultCount);
  std::vector<NormManagedTensor *> managed(resultCount);
  NormCallOptions options = {};
  options.struct_size = sizeof(options);
  options.stream = like.getStream(stream);
  keepKernel(kernel);
  options.allocate = DeviceResults::allocate;
  options.allocate_data = &results;
  NormError *error = nullptr;
  NormStatus status;
  {
    nb::gil_scoped_release release;
    status = normKernelCallAllocatingWithOptions(kernel.get(), tensors.data(),
                                                 tensors.size(), &options,
                                                 managed.data(), &error);
  }
  if (results.failure) {
    normErrorDestroy(error);
    std::rethrow_exception(results.failure);
  }
  check(status, error);
  return takeResults(results.arrays);
}

/// Results are arrays of the library of the first argument.
nb::object Function::callNew(std::vector<Array> &arrays,
                             nb::handle stream) const {
  if (const Array &like = *findExample(arrays, argumentCount);
      like.isOnDevice())
    return callOnDevice(arrays, like, stream);
  if (!stream.is_none())
    throwArgumentError("expected no stream for arrays on the CPU");
  std::vector<const NormTensor *> tensors;
  for (size_t i = 0; i < argumentCount; ++i)
    tensors.push_back(&arrays[i].tensor);
  std::vector<NormManagedTensor *> managed(resultCount);
  NormError *error = nullptr;
  NormStatus status;
  {
    nb::gil_scoped_release release;
    status = normKernelCallAllocating(kernel.get(), tensors.data(),
                                      tensors.size(), managed.data(), &error);
  }
  check(status, error);
  std::vector<NewArray> results(resultCount);
  for (size_t i = 0; i < resultCount; ++i)
    results[i].adopt(arrays[0], managed[i]);
  return takeResults(results);
}

nb::object Function::call(nb::args arguments, nb::handle out,
                          nb::handle stream) const {
  if (arguments.size() != argumentCount)
    throw nb::type_error(("expected " + std::to_string(argumentCount) +
                          " arguments, got " + std::to_string(arguments.size()))
                             .c_str());
  std::vector<Array> arrays(argumentCount + (out.is_none() ? 0 : resultCount));
  for (size_t i = 0; i < argumentCount; ++i)
    arrays[i].read(arguments[i], ("argument " + std::to_string(i)).c_str(),
                   stream);
  if (out.is_none() && argumentCount == 0)
    throw nb::type_error("expected out, as there is no argument that tells of "
                         "which library results are to be");
  if (out.is_none())
    return callNew(arrays, stream);
  bool isSequence =
      nb::isinstance<nb::tuple>(out) || nb::isinstance<nb::list>(out);
  callOn(arrays, isSequence ? nb::borrow(out) : nb::object(nb::make_tuple(out)),
         stream);
  return nb::borrow(out);
}

static std::string describeElement(NormDataType type) {
  switch (type.code) {
  case NORM_TYPE_FLOAT8_E4M3FN:
    return "f8E4M3FN";
  case NORM_TYPE_FLOAT8_E5M2:
    return "f8E5M2";
  default:
    static constexpr const char *kNames[] = {"i",  "ui", "f",   "",
                                             "bf", "",   "bool"};
    return kNames[type.code] + std::to_string(type.bits);
  }
}

/// "f32" with its extents.
static std::string describeTensor(const NormKernel *kernel, size_t index) {
  NormTensorType type = {};
  type.struct_size = sizeof(type);
  NormError *error = nullptr;
  NormStatus status = normKernelGetTensorType(kernel, index, &type, &error);
  check(status, error);
  std::string text = "[";
  for (int32_t dim = 0; dim < type.ndim; ++dim)
    text += (dim ? ", " : "") +
            (type.shape[dim] < 0 ? "?" : std::to_string(type.shape[dim]));
  return describeElement(type.dtype) + text + "]";
}

std::string Function::describe() const {
  std::string text = "<norm function " + name + "(";
  for (size_t i = 0; i < argumentCount + resultCount; ++i)
    text += (i == argumentCount ? ") -> "
             : i                ? ", "
                                : "") +
            describeTensor(kernel.get(), i);
  return text + (resultCount ? ">" : ")>");
}

void norm::python::addPrograms(nb::module_ &module) {
  using nb::arg;
  module.def("raise_norms", raiseNorms, arg("program"), arg("file"),
             arg("strict"), arg("remarks").none(), arg("locations") = false);
  module.def("report", report, arg("program"), arg("file"), arg("target"),
             arg("format"), arg("dynamic_extent"), arg("measured"),
             arg("baseline"), arg("sources").none());
  nb::class_<Function>(module, "Function")
      .def(nb::init<nb::handle, const std::string &, const std::string &, bool,
                    bool, nb::handle>(),
           arg("program"), arg("entry"), arg("file"), arg("raises"),
           arg("strict"), arg("remarks").none())
      .def("__call__", &Function::call, arg("arguments"), nb::kw_only(),
           arg("out").none() = nb::none(), arg("stream").none() = nb::none())
      .def("__repr__", &Function::describe);
}
