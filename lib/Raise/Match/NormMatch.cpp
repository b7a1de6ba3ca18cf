//===- NormMatch.cpp - a root that is a norm ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Match/NormMatch.h"

#include "Expr/Polynomial.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

NormMatch mlir::norm::raise::rescale(ExprContext &context,
                                     const NormMatch &match,
                                     Coefficient factor) {
  Coefficient square = factor.pow(2);
  NormMatch result = match;
  result.input = context.scale(factor, match.input);
  result.mean = context.scale(factor, match.mean);
  result.statistic =
      distribute(context, context.constant(square), match.statistic);
  result.rstd = context.scale(factor.pow(-1), match.rstd);
  result.epsilon =
      match.epsilon * (match.epsMode == EpsMode::inside ? square : factor);
  return result;
}

std::string mlir::norm::raise::toString(const NormMatch &match) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << (match.kind == NormKind::rmsnorm    ? "rmsnorm"
         : match.kind == NormKind::prmsnorm ? "prmsnorm"
                                            : "layernorm")
     << " of " << toString(match.input);
  if (match.kind == NormKind::prmsnorm)
    os << ", k " << toString(match.statisticLength);
  if (match.scale)
    os << ", scale " << toString(match.scale);
  if (match.bias)
    os << ", bias " << toString(match.bias);
  if (match.gate)
    os << ", gate " << toString(match.gate);
  if (match.rest)
    os << ", rest " << toString(match.rest);
  os << llvm::formatv(", epsilon {0:e6} {1}", match.epsilon.value,
                      stringifyEpsMode(match.epsMode));
  return text;
}
