//===- Program.h - a function of a module, compiled and called --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one way from a module to a call, under the tools, the C interface and
// Python: compile(), link(), call(). Tensors are described as DLPack does.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_PROGRAM_H
#define NORM_EXECUTION_PROGRAM_H

#include "norm/Execution/MachineCode.h"
#include "norm/Execution/Pipeline.h"
#include "norm/Execution/Signature.h"
#include "norm/Execution/View.h"

#include <functional>

namespace mlir::norm::run {

/// What is needed to call a function, but for the linking.
struct StoredKernel {
  Signature signature;
  std::unique_ptr<llvm::MemoryBuffer> object;
};

/// A function that can be called, with the code that it is part of.
struct Program {
  Signature signature;
  std::shared_ptr<Code> code;
  Code::Function function;
};

/// The function `name` of `module`, which must have a body.
llvm::Expected<func::FuncOp> findEntry(ModuleOp module, StringRef name);

/// Runs `stages` on the module of `entry` and compiles it for this machine;
/// with `finished` as runStages() has it. The module is used up.
llvm::Expected<StoredKernel>
compile(func::FuncOp entry, ArrayRef<Stage> stages,
        llvm::function_ref<void(const Stage &)> finished = nullptr);

/// That the stages made of the function `name` what calls by `signature`
/// expect.
llvm::Error checkInterface(ModuleOp module, StringRef name,
                           const Signature &signature);

/// Makes `stored`, of the function `entry`, executable.
llvm::Expected<Program> link(StoredKernel stored, StringRef entry);

/// The tensors of a call, whose `flags`, as DLPack has them, may be null.
struct CallTensors {
  const NormTensor *const *tensors;
  const uint64_t *flags = nullptr;

  uint64_t getFlags(size_t index) const { return flags ? flags[index] : 0; }
};

/// The views of the first `count` tensors of a call at `place`, checked. Those
/// of scalars lie on the CPU everywhere.
llvm::Expected<SmallVector<View, 6>> checkTensors(const Signature &signature,
                                                  const CallTensors &tensors,
                                                  size_t count, Place place);

/// Calls a function on arguments and results, which are checked first.
llvm::Error call(const Program &program, const CallTensors &tensors);

/// The call of a function on arguments and results, which are checked once,
/// here: for callers that make it many times. The memory of the tensors, and
/// `program`, have to outlive it.
llvm::Expected<std::function<void()>> bind(const Program &program,
                                           const CallTensors &tensors);

/// Calls a function on arguments; the results get memory of their own, which
/// their deleters free.
llvm::Error callAllocating(const Program &program, const CallTensors &arguments,
                           NormManagedTensor **results);

/// Writes what compiled code reads of a memref to `words`: allocated and
/// aligned pointer, offset, extents and strides. Returns the word behind it.
int64_t *writeDescriptor(int64_t *words, const void *data,
                         ArrayRef<int64_t> shape, ArrayRef<int64_t> strides);

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_PROGRAM_H
