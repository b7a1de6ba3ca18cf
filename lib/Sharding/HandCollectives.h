//===- HandCollectives.h - collectives in other words -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A program that is split by hand may call a function of its runtime, or
// upstream's ops of MPI on buffers, to add up over processes. Where it is known
// what these do, they are shard.all_reduce:
//   - a call of a declaration with the attribute norm.all_reduce = [0], which
//     says over which axes of the grid it adds up, or [] for all;
//   - mpi.allreduce(.., MPI_SUM, comm_world) of a buffer that has a tensor's
//     elements into a buffer that nothing but a tensor reads afterwards.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_SHARDING_HANDCOLLECTIVES_H
#define NORM_LIB_SHARDING_HANDCOLLECTIVES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Shard/IR/ShardOps.h"

namespace mlir::norm::sharding {

/// Writes the collectives of `function`, whose calls are of functions of
/// `module`, as shard.all_reduce on `grid`.
void readHandCollectives(func::FuncOp function, ModuleOp module,
                         shard::GridOp grid);

/// Warns of declarations of `module` with norm.all_reduce that are no
/// collectives, since what it says are not axes of `grid`.
void checkHandCollectives(ModuleOp module, shard::GridOp grid);

/// Takes those declarations with norm.all_reduce out of `module` that nothing
/// calls.
void eraseUnusedCollectives(ModuleOp module);

} // namespace mlir::norm::sharding

#endif // NORM_LIB_SHARDING_HANDCOLLECTIVES_H
