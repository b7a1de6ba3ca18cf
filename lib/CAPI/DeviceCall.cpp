//===- DeviceCall.cpp - a call on a CUDA device ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;
using namespace mlir::norm::run;

/// What the one entry of a bundle answers to.
static constexpr const char *kOnlyEntry = "";

llvm::Error DeviceCall::check(normrt::CUresult result, const char *what) const {
  normrt::Status status = device->driver().check(result, what);
  return status ? llvm::Error::success() : failOnDevice(status.error());
}

llvm::Error DeviceCall::enter() {
  if (device)
    return llvm::Error::success();
  auto driver = normrt::Driver::get();
  if (!driver)
    return failOnDevice(driver.error());
  context.emplace(**driver);
  auto opened = getDevice(place.ordinal);
  if (!opened)
    return opened.takeError();
  device = *opened;
  return llvm::Error::success();
}

llvm::Expected<const normrt::LoadedBundle *>
DeviceCall::getCode(DeviceKernels &kernels) {
  if (llvm::Error error = enter())
    return error;
  return kernels.get(*device);
}

llvm::Expected<std::vector<std::vector<int64_t>>>
DeviceCall::inferShapes(DeviceKernels &kernels,
                        const std::vector<normrt::Argument> &first) {
  auto code = getCode(kernels);
  if (!code)
    return code.takeError();
  auto shapes = (*code)->inferShapes(kOnlyEntry, first);
  if (!shapes)
    return rejectArgument(shapes.error().message);
  return std::move(*shapes);
}

llvm::Error DeviceCall::launch(DeviceKernels &kernels,
                               const std::vector<normrt::Argument> &arguments) {
  auto code = getCode(kernels);
  if (!code)
    return code.takeError();
  auto bytes = (*code)->countWorkspaceBytes(kOnlyEntry, arguments);
  if (!bytes)
    return rejectArgument(bytes.error().message);
  const normrt::Driver &driver = device->driver();
  normrt::CUdeviceptr memory = 0;
  if (*bytes)
    if (llvm::Error error = check(driver.memAllocAsync(&memory, *bytes, stream),
                                  "cuMemAllocAsync of a workspace"))
      return error;
  normrt::Workspace workspace{memory, *bytes};
  auto bound = (*code)->bind(kOnlyEntry, arguments, &workspace);
  llvm::Error error = llvm::Error::success();
  if (!bound)
    error = failOnDevice(bound.error());
  else if (normrt::Status status = bound->launch(stream); !status)
    error = failOnDevice(status.error());
  if (!*bytes)
    return error;
  llvm::Error notFreed =
      check(driver.memFreeAsync(memory, stream), "cuMemFreeAsync");
  if (!error)
    return notFreed;
  llvm::consumeError(std::move(notFreed));
  return error;
}

llvm::Error DeviceCall::clear(const View &view) {
  if (llvm::Error error = enter())
    return error;
  return check(device->driver().memsetD8Async(view.begin, 0,
                                              view.end - view.begin, stream),
               "cuMemsetD8Async");
}

bool capi::isAligned(const View &view) {
  return view.isEmpty() || view.begin % kArgumentAlignment == 0;
}

llvm::Error capi::checkAlignment(const View &view) {
  if (isAligned(view))
    return llvm::Error::success();
  return rejectArgument("expected data of " + view.name.getText() +
                        " on a CUDA device to be aligned to " +
                        Twine(kArgumentAlignment) + " bytes, got address 0x" +
                        Twine::utohexstr(view.begin));
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// The bits of a scalar, which the host passes by value.
static uint64_t readBits(const View &view) {
  uint64_t bits = 0;
  std::memcpy(&bits, view.data, view.elementBytes);
  return bits;
}

/// The first `count` tensors of a call, checked, as the entry takes them.
static llvm::Expected<std::vector<normrt::Argument>>
getArguments(const Signature &signature, const CallTensors &tensors,
             size_t count, Place place) {
  auto views = checkTensors(signature, tensors, count, place);
  if (!views)
    return views.takeError();
  std::vector<normrt::Argument> arguments;
  for (auto [view, spec] : llvm::zip(*views, signature.tensors)) {
    if (spec.isScalar) {
      arguments.push_back({readBits(view), {}, "", {}});
      continue;
    }
    if (spec.strides.empty())
      if (llvm::Error error = checkAlignment(view))
        return error;
    arguments.push_back(
        {view.begin, view.getShape().vec(), "", view.getStrides().vec()});
  }
  return arguments;
}

llvm::Error capi::callProgram(DeviceCall &call, const NormKernel &kernel,
                              const CallTensors &tensors) {
  const Signature &signature = kernel.program->signature;
  auto arguments = getArguments(signature, tensors, signature.tensors.size(),
                                call.getPlace());
  if (!arguments)
    return arguments.takeError();
  return call.launch(*kernel.devices, *arguments);
}

/// The result number `index`, of that shape, from the caller.
static llvm::Expected<NormManagedTensor *>
allocateResult(const NormCallOptions &options, NormDataType type,
               std::vector<int64_t> shape, Place place, size_t index) {
  NormTensor prototype = {
      nullptr, {}, static_cast<int32_t>(shape.size()), type, shape.data(),
      nullptr, 0};
  prototype.device.device_type =
      static_cast<decltype(prototype.device.device_type)>(NORM_DEVICE_CUDA);
  prototype.device.device_id = place.ordinal;
  NormManagedTensor *made = nullptr;
  if (options.allocate(options.allocate_data, &prototype, &made) || !made)
    return makeFailure(NORM_OUT_OF_MEMORY, "no memory for result " +
                                               Twine(index) + " of shape " +
                                               getShapeText(shape));
  return made;
}

llvm::Error capi::callAllocating(DeviceCall &call, const NormKernel &kernel,
                                 const CallTensors &arguments,
                                 const NormCallOptions &options,
                                 NormManagedTensor **results) {
  const Signature &signature = kernel.program->signature;
  size_t first = signature.argumentCount, count = signature.getResultCount();
  std::fill_n(results, count, nullptr);
  if (!options.allocate)
    return rejectArgument("expected options with allocate, for results on a "
                          "CUDA device, got none");
  auto known = getArguments(signature, arguments, first, call.getPlace());
  if (!known)
    return known.takeError();
  auto shapes = call.inferShapes(*kernel.devices, *known);
  if (!shapes)
    return shapes.takeError();
  std::vector<const NormTensor *> tensors(arguments.tensors,
                                          arguments.tensors + first);
  llvm::Error error = llvm::Error::success();
  for (size_t i = 0; i < count && !error; ++i) {
    auto made = allocateResult(options, signature.tensors[first + i].type,
                               (*shapes)[i], call.getPlace(), i);
    if (!made) {
      error = made.takeError();
      break;
    }
    results[i] = *made;
    tensors.push_back(&results[i]->dl_tensor);
  }
  if (!error)
    error = callProgram(call, kernel, {tensors.data(), nullptr});
  if (!error)
    return error;
  for (size_t i = 0; i < count; ++i)
    if (NormManagedTensor *made = std::exchange(results[i], nullptr);
        made && made->deleter)
      made->deleter(made);
  return error;
}
