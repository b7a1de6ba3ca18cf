//===- Kernel.cpp - kernels of the interface ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"
#include "Versioned.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;
using namespace mlir::norm::run;

static size_t getTensorCount(const NormKernel *kernel) {
  return kernel->op ? kernel->op->getTensorCount()
                    : kernel->program->signature.tensors.size();
}

size_t normKernelGetArgumentCount(const NormKernel *kernel) {
  if (!kernel)
    return 0;
  return kernel->op ? kernel->op->argumentCount
                    : kernel->program->signature.argumentCount;
}

size_t normKernelGetResultCount(const NormKernel *kernel) {
  return kernel ? getTensorCount(kernel) - normKernelGetArgumentCount(kernel)
                : 0;
}

int32_t normKernelAllocatesResults(const NormKernel *kernel) {
  return kernel && !kernel->op && kernel->program->signature.allocatesResults;
}

NormStatus normKernelGetTensorType(const NormKernel *kernel, size_t index,
                                   NormTensorType *type, NormError **error) {
  auto get = [&]() -> llvm::Error {
    if (!kernel || !type)
      return rejectArgument(
          "expected a kernel and a place for the type, got NULL");
    if (index >= getTensorCount(kernel))
      return rejectArgument("expected the number of a tensor below " +
                            Twine(getTensorCount(kernel)) + ", got " +
                            Twine(index));
    if (kernel->op)
      return writeVersioned(getOpTensorType(*kernel->op, index), type,
                            "tensor type");
    const TensorSpec &spec = kernel->program->signature.tensors[index];
    return writeVersioned<NormTensorType>(
        {sizeof(NormTensorType), spec.type,
         static_cast<int32_t>(spec.shape.size()), spec.shape.data(),
         spec.strides.empty() ? nullptr : spec.strides.data()},
        type, "tensor type");
  };
  return finish(get(), error);
}

/// Calls `work` on the code of the kernel, that which tells of its rows where
/// the context has an instrument.
static llvm::Error
measure(const NormKernel &kernel,
        llvm::function_ref<llvm::Error(const Program &)> work) {
  run::ScopedHost host(kernel.host.get());
  MeasuredCall call(*kernel.measurement, *kernel.recipe);
  llvm::Error error = work(call.getProgram(*kernel.program));
  if (!error)
    call.finish();
  return error;
}

/// What a call on the CPU has no use for.
static llvm::Error checkNoOptions(const NormCallOptions &options) {
  if (options.stream || options.allocate)
    return rejectArgument("expected no stream and no memory of a device for "
                          "tensors on the CPU, got one");
  return llvm::Error::success();
}

static llvm::Error callOnDevice(const NormKernel &kernel,
                                const CallTensors &tensors, Place place,
                                const NormCallOptions &options) {
  DeviceCall call(place, options.stream);
  return kernel.op ? callOp(call, kernel, tensors)
                   : callProgram(call, kernel, tensors);
}

static llvm::Error call(const NormKernel *kernel,
                        const NormTensor *const *tensors, const uint64_t *flags,
                        size_t count, const NormCallOptions *given) {
  auto options = copyVersioned(given, "call options");
  if (!options)
    return options.takeError();
  if (!kernel)
    return rejectArgument("expected a kernel, got NULL");
  if (count != getTensorCount(kernel))
    return rejectArgument("expected " + Twine(getTensorCount(kernel)) +
                          " tensors, got " + Twine(count));
  if (!tensors && count)
    return rejectArgument("expected an array of tensors, got NULL");
  if (Place place = findPlace({tensors, count}); !place.isCPU)
    return callOnDevice(*kernel, {tensors, flags}, place, *options);
  if (llvm::Error error = checkNoOptions(*options))
    return error;
  if (kernel->program->signature.allocatesResults)
    return rejectArgument(
        "expected a kernel that knows the shapes of its results, use "
        "normKernelCallAllocating");
  return measure(*kernel, [&](const Program &program) {
    return kernel->op ? callOp(program, *kernel->op, {tensors, flags})
                      : run::call(program, {tensors, flags});
  });
}

NormStatus normKernelCall(const NormKernel *kernel,
                          const NormTensor *const *tensors,
                          const uint64_t *flags, size_t count,
                          NormError **error) {
  return finish(call(kernel, tensors, flags, count, nullptr), error);
}

NormStatus normKernelCallWithOptions(const NormKernel *kernel,
                                     const NormTensor *const *tensors,
                                     const uint64_t *flags, size_t count,
                                     const NormCallOptions *options,
                                     NormError **error) {
  return finish(call(kernel, tensors, flags, count, options), error);
}

static llvm::Error callAllocatingOn(const NormKernel *kernel,
                                    const NormTensor *const *arguments,
                                    size_t count, const NormCallOptions *given,
                                    NormManagedTensor **results) {
  auto options = copyVersioned(given, "call options");
  if (!options)
    return options.takeError();
  if (!kernel || kernel->op)
    return rejectArgument(
        kernel ? "expected a kernel of normCompile, got one of a norm"
               : "expected a kernel, got NULL");
  const Signature &signature = kernel->program->signature;
  if (count != signature.argumentCount)
    return rejectArgument("expected " + Twine(signature.argumentCount) +
                          " arguments, got " + Twine(count));
  if ((!arguments && count) || (!results && signature.getResultCount()))
    return rejectArgument("expected arrays of arguments and results, got NULL");
  if (Place place = findPlace({arguments, count}); !place.isCPU) {
    DeviceCall call(place, options->stream);
    return callAllocating(call, *kernel, {arguments, nullptr}, *options,
                          results);
  }
  if (llvm::Error error = checkNoOptions(*options))
    return error;
  return measure(*kernel, [&](const Program &program) {
    return run::callAllocating(program, {arguments, nullptr}, results);
  });
}

NormStatus normKernelCallAllocating(const NormKernel *kernel,
                                    const NormTensor *const *arguments,
                                    size_t count, NormManagedTensor **results,
                                    NormError **error) {
  return finish(callAllocatingOn(kernel, arguments, count, nullptr, results),
                error);
}

NormStatus normKernelCallAllocatingWithOptions(
    const NormKernel *kernel, const NormTensor *const *arguments, size_t count,
    const NormCallOptions *options, NormManagedTensor **results,
    NormError **error) {
  return finish(callAllocatingOn(kernel, arguments, count, options, results),
                error);
}

void normKernelDestroy(NormKernel *kernel) { delete kernel; }
