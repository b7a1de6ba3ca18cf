//===- Execution.h - compiling and calling a function -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Machine code for this CPU from a module of the LLVM dialect, calls of its
// entry function with host tensors, and their timing.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_SUPPORT_EXECUTION_H
#define NORM_TOOLS_SUPPORT_EXECUTION_H

#include "HostTensor.h"
#include "norm/ExecutionEngine/MachineCode.h"

#include <vector>

namespace mlir::norm::run {

/// How long a call took, in seconds.
struct CallTimes {
  double median;
  double minimum;
};

/// Loads what compiled code may call: the OpenMP runtime, told to use `threads`
/// threads (if more than one), and the helpers for 16-bit floats where they are
/// installed.
llvm::Error loadRuntimes(unsigned threads);

/// A call whose arguments and results lie in memory of the caller's, to be made
/// many times.
class PreparedCall {
public:
  PreparedCall(PreparedCall &&) = default;

  /// Makes the call; it costs no allocation.
  void operator()() { function(operands.data()); }

  /// Moves tensor `index`, of the arguments and then the results, to `data`.
  void setData(unsigned index, void *data);

private:
  friend class CompiledFunction;

  PreparedCall() = default;

  Code::Function function = nullptr;
  /// Descriptors of the tensors, and pointers to them.
  std::vector<SmallVector<int64_t, 11>> descriptors;
  std::vector<void *> operands;
};

/// A function as machine code, which it keeps alive.
class CompiledFunction {
public:
  /// Compiles `module` with LLVM's -O3 and looks up `name`: CompiledModule in
  /// one step.
  static llvm::Expected<CompiledFunction>
  create(ModuleOp module, StringRef name, FunctionType tensorTypes);

  /// Calls the function once. Results of static shape are allocated here and
  /// passed in, others are taken over from the function.
  llvm::Expected<SmallVector<HostTensor>>
  call(ArrayRef<HostTensor> arguments) const;

  /// Times `rounds` calls, after one that is not counted. The memory of
  /// results of static shape is allocated and touched before.
  llvm::Expected<CallTimes> time(ArrayRef<HostTensor> arguments,
                                 unsigned rounds) const;

  /// A call on tensors of the given shapes; setData() says where each lies. An
  /// error where the function allocates its results itself.
  llvm::Expected<PreparedCall>
  prepare(ArrayRef<SmallVector<int64_t>> argumentShapes) const;

private:
  friend class CompiledModule;
  class Frame;

  std::shared_ptr<Code> code;
  Code::Function function = nullptr;
  SmallVector<RankedTensorType> resultTypes;
  /// Whether the function returns descriptors of memory that it allocated.
  bool returnsResults = false;
};

/// A module of the LLVM dialect as machine code for this CPU.
class CompiledModule {
public:
  /// Compiles `module`, which must outlive the result, with LLVM's -O<level>.
  static llvm::Expected<CompiledModule> create(ModuleOp module, unsigned level);

  /// The function `name`, which came from a function with the given types on
  /// tensors. The module must contain `_mlir_ciface_<name>` (from the attribute
  /// llvm.emit_c_interface).
  llvm::Expected<CompiledFunction> lookup(StringRef name,
                                          FunctionType tensorTypes) const;

private:
  ModuleOp module;
  std::shared_ptr<Code> code;
};

} // namespace mlir::norm::run

#endif // NORM_TOOLS_SUPPORT_EXECUTION_H
