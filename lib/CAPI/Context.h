//===- Context.h - settings and the kernels made under them -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_CONTEXT_H
#define NORM_LIB_CAPI_CONTEXT_H

#include "DeviceKernels.h"
#include "Instrument.h"
#include "KernelCache.h"
#include "OpSpec.h"
#include "Session.h"
#include "norm/Execution/Host.h"

#include "llvm/ADT/StringMap.h"

#include <memory>
#include <mutex>

namespace mlir::norm::capi {

/// Reads and compiles a program in a context of its own; remarks go to
/// `remarks`, if that is not null.
llvm::Expected<run::StoredKernel> compile(const Request &request,
                                          std::vector<StoredRemark> *remarks);

/// All that code for `machine`, a processor or a chip, depends on.
std::string getKey(const Request &request, StringRef machine);

} // namespace mlir::norm::capi

struct NormContext {
  using Program = mlir::norm::run::Program;

  explicit NormContext(const NormContextOptions &options);

  /// A function that can be called, and made once more.
  struct Made {
    std::shared_ptr<const Program> program;
    std::shared_ptr<mlir::norm::capi::Recipe> recipe;
    /// Of a norm for rows without gaps, and for those at any stride.
    std::shared_ptr<mlir::norm::capi::DeviceKernels> devices, stridedDevices;
  };
  /// From the folder, or compiled.
  llvm::Expected<Made>
  get(mlir::norm::capi::Request request,
      std::vector<mlir::norm::capi::StoredRemark> *remarks);
  /// From this context, the folder, or compiled.
  llvm::Expected<Made> get(const mlir::norm::capi::OpSpec &spec);

  /// A kernel of an op, which one thread makes while others wait for it.
  struct Slot {
    std::mutex mutex;
    Made made;
  };

  const mlir::norm::capi::KernelCache cache;
  const unsigned threads;
  /// Null where nothing is lent.
  std::shared_ptr<const mlir::norm::run::Host> host;
  /// Kernels outlive the context.
  const std::shared_ptr<mlir::norm::capi::MeasurementSlot> measurement =
      std::make_shared<mlir::norm::capi::MeasurementSlot>();
  const std::shared_ptr<mlir::norm::capi::Counts> counts =
      std::make_shared<mlir::norm::capi::Counts>();
  std::mutex mutex;
  llvm::StringMap<std::shared_ptr<Slot>> slots;
};

#endif // NORM_LIB_CAPI_CONTEXT_H
