//===- Interpreter.h - programs with kernels, op by op ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_LIB_NORM_EMULATE_INTERPRETER_H
#define NORM_TEST_LIB_NORM_EMULATE_INTERPRETER_H

#include "Block.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

namespace mlir::norm::emulate {

/// What all threads of a launch have in common.
struct Launch {
  /// The order of blocks and threads.
  std::mt19937_64 random;
  /// Decides what approximations are, within their error.
  uint64_t approximation;
  /// Launches so far, blocks of this one, and values in its kernel.
  int64_t number = 0, blocks = 0, values = 0;
  Stacks stacks = {};
};

/// Executes functions on the host, or the kernel in one thread. An op that is
/// an error, or not known, is reported where it stands.
class Interpreter {
public:
  /// `thread` is null on the host.
  explicit Interpreter(Launch &launch, Thread *thread = nullptr)
      : launch(launch), thread(thread) {
    if (thread)
      values.reserve(launch.values);
  }

  /// Runs the only block of `region` on `arguments`; the operands of its
  /// terminator are the results.
  FailureOr<SmallVector<Datum>> run(Region &region, ArrayRef<Datum> arguments);

private:
  LogicalResult execute(Operation &op);
  LogicalResult executeElementwise(Operation *op);
  LogicalResult executeLaunch(gpu::LaunchFuncOp op);
  LogicalResult executeGPU(Operation *op);
  LogicalResult executeNVVM(Operation *op);
  LogicalResult executePointer(Operation *op);
  FailureOr<std::pair<Buffer *, int64_t>> resolve(Operation *op, Value pointer,
                                                  Type type);
  LogicalResult executeLoop(scf::ForOp op);
  LogicalResult executeIf(scf::IfOp op);
  LogicalResult executeMemRef(Operation *op);
  LogicalResult executeVector(Operation *op);
  LogicalResult access(Operation *op, Value memref, ValueRange indices,
                       MutableArrayRef<uint64_t> lanes, bool writes,
                       int64_t alignment);
  LogicalResult fail(Operation *op, const Twine &message);
  LogicalResult set(ValueRange results, ArrayRef<Datum> data);
  uint64_t getScalar(Value value) { return values[value].lanes[0]; }

  Launch &launch;
  Thread *thread;
  DenseMap<Value, Datum> values;
};

/// A view of new memory with the shape of `type`, whose dynamic extents are
/// `extents`; shared memory if `shared` is not null.
std::shared_ptr<View> allocate(MemRefType type, ArrayRef<int64_t> extents,
                               SharedMemory *shared = nullptr);

} // namespace mlir::norm::emulate

#endif // NORM_TEST_LIB_NORM_EMULATE_INTERPRETER_H
