//===- RaiseNorms.cpp - raising round by round --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Raiser.h"
#include "SplitGroups.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

/// How often the program is looked at. Each round but the last raises
/// something, or has a gradient that waits for what the next one may find.
static constexpr unsigned kMaxRounds = 4;

/// Raises the norms of `module`, a round at a time.
static RaiseReport
raiseInRounds(ModuleOp module, RaiseOptions options, llvm::raw_ostream *explain,
              llvm::raw_ostream *work,
              SmallVectorImpl<RaiseCertificate> *certificates) {
  RaiseReport report;
  bool mayFindMore = true;
  for (unsigned round = 0; mayFindMore && round < kMaxRounds; ++round) {
    Raiser raiser(module, options, explain);
    raiser.certifyTo(certificates);
    mayFindMore = raiser.run(report, /*isAgain=*/round > 0);
    if (work)
      raiser.printWork(*work);
  }
  return report;
}

unsigned mlir::norm::raiseNorms(
    ModuleOp module, RaiseOptions options, llvm::raw_ostream *explain,
    SmallVectorImpl<RaiseMiss> *misses, llvm::raw_ostream *work,
    SmallVectorImpl<RaiseCertificate> *certificates) {
  // What a raise builds; a context need not have loaded it.
  module.getContext()
      ->loadDialect<NormDialect, arith::ArithDialect, func::FuncDialect,
                    linalg::LinalgDialect, math::MathDialect,
                    tensor::TensorDialect>();
  splitGroupsOfNorms(module, [&](ModuleOp copy) {
    RaiseReport report = raiseInRounds(copy, options, /*explain=*/nullptr,
                                       /*work=*/nullptr,
                                       /*certificates=*/nullptr);
    return unsigned(report.norms.size() + report.backwards.size());
  });
  RaiseReport report =
      raiseInRounds(module, options, explain, work, certificates);
  if (!misses)
    report.emitRemarks();
  else
    for (const NearMiss &miss :
         llvm::concat<NearMiss>(report.backwardMisses, report.misses))
      misses->push_back({miss.loc, miss.reason});
  return report.norms.size() + report.backwards.size();
}
