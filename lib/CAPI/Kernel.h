//===- Kernel.h - a function that can be called, and how --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_KERNEL_H
#define NORM_LIB_CAPI_KERNEL_H

#include "Context.h"
#include "DeviceCall.h"
#include "norm-c/Kernel.h"

struct NormKernel {
  std::shared_ptr<const mlir::norm::run::Program> program;
  std::shared_ptr<mlir::norm::capi::Recipe> recipe;
  /// Of a norm for rows without gaps, and for those at any stride.
  std::shared_ptr<mlir::norm::capi::DeviceKernels> devices, stridedDevices;
  /// If it is the kernel of a norm: its tensors may have any rank.
  std::optional<mlir::norm::capi::OpSpec> op;
  /// What the context's maker lends; null for nothing.
  std::shared_ptr<const mlir::norm::run::Host> host;
  /// The context's.
  std::shared_ptr<mlir::norm::capi::MeasurementSlot> measurement;
};

namespace mlir::norm::capi {

/// Calls the kernel of a norm, row by row of as many as lie at one stride.
llvm::Error callOp(const run::Program &program, const OpSpec &spec,
                   const run::CallTensors &tensors);

/// Enqueues the kernel of a norm, once for all rows that lie at one stride.
llvm::Error callOp(DeviceCall &device, const NormKernel &kernel,
                   const run::CallTensors &tensors);

/// Enqueues the kernel of a program.
llvm::Error callProgram(DeviceCall &call, const NormKernel &kernel,
                        const run::CallTensors &tensors);

/// The same on arguments alone: results are what `options` allocate.
llvm::Error callAllocating(DeviceCall &call, const NormKernel &kernel,
                           const run::CallTensors &arguments,
                           const NormCallOptions &options,
                           NormManagedTensor **results);

/// What tensor `index` of a norm's call is.
NormTensorType getOpTensorType(const OpSpec &spec, size_t index);

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_KERNEL_H
