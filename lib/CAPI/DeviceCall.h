//===- DeviceCall.h - a call on a CUDA device -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_DEVICECALL_H
#define NORM_LIB_CAPI_DEVICECALL_H

#include "DeviceKernels.h"
#include "norm/Execution/View.h"

namespace mlir::norm::capi {

/// One call of a function, enqueued on a stream of a device without waiting for
/// anything: no memory is allocated but in the order of the stream, so that a
/// graph can capture it. The thread has the context of the device for as long
/// as this lives.
class DeviceCall {
public:
  DeviceCall(run::Place place, void *stream)
      : place(place), stream(static_cast<normrt::CUstream>(stream)) {}

  run::Place getPlace() const { return place; }

  /// Enqueues the function on `arguments`. Where its launches have a workspace,
  /// that is allocated before them and freed behind them, on the stream.
  llvm::Error launch(DeviceKernels &kernels,
                     const std::vector<normrt::Argument> &arguments);

  /// The shapes of the arguments behind the first ones.
  llvm::Expected<std::vector<std::vector<int64_t>>>
  inferShapes(DeviceKernels &kernels,
              const std::vector<normrt::Argument> &first);

  /// Enqueues that the bytes of `view` become 0.
  llvm::Error clear(const run::View &view);

private:
  llvm::Error enter();
  llvm::Expected<const normrt::LoadedBundle *> getCode(DeviceKernels &kernels);
  llvm::Error check(normrt::CUresult result, const char *what) const;

  const run::Place place;
  const normrt::CUstream stream;
  std::optional<normrt::ScopedContext> context;
  const normrt::Device *device = nullptr;
};

/// Whether kernels can load 16 bytes at once from where `view` begins.
bool isAligned(const run::View &view);
/// That it is.
llvm::Error checkAlignment(const run::View &view);

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_DEVICECALL_H
