//===- OrderedRemarks.h - final remarks in program order --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// --remark-policy=final keeps the last remark of each place until the end, in a
// set that is ordered by addresses: another order in every run. Here they come
// in the order in which they were made.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_OPT_ORDEREDREMARKS_H
#define NORM_TOOLS_NORM_OPT_ORDEREDREMARKS_H

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

namespace mlir::norm {

/// Makes the remarks of `config` come in order if its policy is final.
void orderFinalRemarks(MlirOptMainConfig &config);

} // namespace mlir::norm

#endif // NORM_TOOLS_NORM_OPT_ORDEREDREMARKS_H
