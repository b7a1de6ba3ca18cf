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
static const std::string kOnlyEntry;

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

llvm::Error DeviceCall::launch(const std::vector<normrt::Argument> &arguments) {
  if (llvm::Error error = enter())
    return error;
  auto code = kernels.get(*device);
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
  if (*bytes)
    error = llvm::joinErrors(
        std::move(error),
        check(driver.memFreeAsync(memory, stream), "cuMemFreeAsync"));
  return error;
}

llvm::Error DeviceCall::clear(const View &view) {
  if (llvm::Error error = enter())
    return error;
  return check(device->driver().memsetD8Async(view.begin, 0,
                                              view.end - view.begin, stream),
               "cuMemsetD8Async");
}

llvm::Error capi::checkAlignment(const View &view) {
  if (view.isEmpty() || view.begin % kArgumentAlignment == 0)
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

llvm::Error capi::callProgram(DeviceCall &call, const Signature &signature,
                              const CallTensors &tensors) {
  auto views = checkTensors(signature, tensors, call.getPlace());
  if (!views)
    return views.takeError();
  std::vector<normrt::Argument> arguments;
  for (auto [view, spec] : llvm::zip(*views, signature.tensors)) {
    if (spec.isScalar) {
      arguments.push_back({readBits(view), {}, ""});
      continue;
    }
    if (llvm::Error error = checkAlignment(view))
      return error;
    arguments.push_back({view.begin, {view.shape, view.shape + view.rank}, ""});
  }
  return call.launch(arguments);
}
