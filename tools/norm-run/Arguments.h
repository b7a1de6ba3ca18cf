//===- Arguments.h - arguments of the entry function ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Matches array files and random values with the arguments of the function to
// run, and says in the user's terms where they do not fit.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_RUN_ARGUMENTS_H
#define NORM_TOOLS_NORM_RUN_ARGUMENTS_H

#include "../support/HostTensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

#include <optional>
#include <string>

namespace mlir::norm::run {

/// The function `name` of `module`, which can be called (getSignature), and
/// whose arguments are all tensors.
llvm::Expected<func::FuncOp> findTensorFunction(ModuleOp module,
                                                StringRef name);

/// The arguments of `entry`: `files` in order, the rest random from `seed`.
/// Errors: more files than arguments; arguments left over without a seed; a
/// file whose shape or element type does not fit; a random argument whose shape
/// is not static. Of a split argument this is the part of process `rank`: cut
/// from a file of the whole, or from the file of each process, whose name has
/// %r for its number.
llvm::Expected<SmallVector<HostTensor>>
prepareArguments(func::FuncOp entry, ArrayRef<std::string> files,
                 std::optional<uint64_t> seed, int64_t rank = 0);

/// `path` with `rank` in place of each %r, and whether it has one.
std::pair<std::string, bool> insertRank(StringRef path, int64_t rank);

/// `path` with the number of the call for each "%c".
std::string insertCall(StringRef path, int64_t call);

} // namespace mlir::norm::run

#endif // NORM_TOOLS_NORM_RUN_ARGUMENTS_H
