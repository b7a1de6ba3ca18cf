//===- SplitGroups.h - groups of channels as a dimension --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A norm of groups of channels, as Flax writes it, takes its statistics over x
// in the shape [n, s, g, c], repeats them for the c channels of each group, and
// computes the rest in the shape [n, s, g c]. There the row is a part of the
// last dimension, and no dimensions are the row. So ops that read what was
// repeated are written over [n, s, g, c]; functions in which that finds no more
// norms stay as they are.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_SPLITGROUPS_H
#define NORM_LIB_RAISE_SPLITGROUPS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::norm::raise {

/// Writes ops of `function` that read repeated statistics over groups; whether
/// there were any.
bool splitGroups(func::FuncOp function);

/// Does so in the functions of `module` in which `countNorms`, of a module that
/// it may change, then finds more.
void splitGroupsOfNorms(ModuleOp module,
                        llvm::function_ref<unsigned(ModuleOp)> countNorms);

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_SPLITGROUPS_H
