//===- Limits.cpp - what the bounds of the algebra say --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Expr/Limits.h"

#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir::norm::raise;

static std::string describe(Limit limit) {
  switch (limit) {
  case Limit::None:
    break;
  case Limit::Depth:
    return llvm::formatv("more than {0} nested operations", kMaxDepth);
  case Limit::Size:
    return llvm::formatv("an expression of more than {0} values", kMaxSize);
  case Limit::ElementwiseSize:
    return llvm::formatv("an elementwise expression of more than {0} values",
                         kMaxElementwiseSize);
  case Limit::ResidualSize:
    return llvm::formatv("a sum of more than {0} rows", kMaxResidualSize);
  case Limit::Rank:
    return llvm::formatv("more than {0} loops or dimensions", kMaxRank);
  case Limit::BoundIndices:
    return llvm::formatv("more than {0} indices of nested reductions",
                         kMaxDims - kFirstBound);
  case Limit::Terms:
    return llvm::formatv("a sum of more than {0} terms", kMaxTerms);
  case Limit::Expansion:
    return llvm::formatv("a product of sums with more than {0} terms",
                         kMaxExpansion);
  case Limit::ConeSize:
    return llvm::formatv("more than {0} operations between the norm and its "
                         "input",
                         kMaxConeSize);
  }
  llvm_unreachable("no limit was met");
}

std::string mlir::norm::raise::getReason(Limit limit) {
  return "a limit of the raise was met: " + describe(limit);
}
