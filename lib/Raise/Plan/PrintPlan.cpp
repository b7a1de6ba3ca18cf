//===- PrintPlan.cpp - a plan in words ------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Plan/BackwardPlan.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

static void printIndices(llvm::raw_ostream &os, ArrayRef<AffineExpr> indices) {
  os << '[';
  llvm::interleaveComma(indices, os);
  os << ']';
}

static void printWitness(llvm::raw_ostream &os, StringRef role,
                         const std::optional<Witness> &witness) {
  if (!witness)
    return;
  os << "  " << role << ": ";
  if (witness->number) {
    os << *witness->number << "\n";
    return;
  }
  if (witness->multiple != 1.0)
    os << llvm::formatv("{0:e} * ", witness->multiple);
  Value value = witness->value;
  value.printAsOperand(os, OpPrintingFlags());
  printIndices(os, witness->indices);
  if (witness->op)
    os << ", a scalar of a body, made into a tensor";
  os << "\n";
}

static StringRef getName(View::Kind kind) {
  switch (kind) {
  case View::Kind::Same:
    return "as it is";
  case View::Kind::Cast:
    return "by a cast";
  case View::Kind::Collapse:
    return "collapsed";
  case View::Kind::Expand:
    return "expanded";
  case View::Kind::Copy:
    return "by a copy";
  }
  llvm_unreachable("a kind of view");
}

static StringRef getName(StatisticKind kind) {
  switch (kind) {
  case StatisticKind::Statistic:
    return "statistic";
  case StatisticKind::Rstd:
    return "rstd";
  case StatisticKind::Mean:
    return "mean";
  }
  llvm_unreachable("a kind of statistic");
}

static void printStatistic(llvm::raw_ostream &os, const StatisticUse &use) {
  os << "  reads ";
  Value value = use.value;
  value.printAsOperand(os, OpPrintingFlags());
  os << " from its " << getName(use.kind) << ' ' << getName(use.view.kind);
  if (use.form == StatisticForm::Reciprocal)
    os << ", as the reciprocal";
  if (use.form == StatisticForm::Root)
    os << ", as the root";
  if (use.coefficient != 1.0)
    os << llvm::formatv(", times {0}", use.coefficient);
  if (use.summand != 0.0)
    os << llvm::formatv(", plus {0}", use.summand);
  os << "\n";
}

static void printRoot(llvm::raw_ostream &os, const NormPlan &plan,
                      StringRef name) {
  os << "  root: ";
  if (plan.replacement.view)
    os << "result " << *plan.replacement.result << " of "
       << plan.root.owner->getName() << ", read from " << name << ' '
       << getName(plan.replacement.view->kind) << "\n";
  else
    os << "a scalar in the body of " << plan.root.owner->getName()
       << ", which reads " << name << "\n";
}

std::string mlir::norm::raise::toString(const NormPlan &plan) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "  over dimensions [";
  llvm::interleaveComma(plan.spec.rowDims, os);
  os << llvm::formatv("], epsilon {0:e6}\n", plan.spec.epsilon);
  printWitness(os, "input", plan.input);
  printWitness(os, "scale", plan.scale);
  printWitness(os, "bias", plan.bias);
  printWitness(os, "gate", plan.gate);
  printWitness(os, "rest", plan.rest);
  os << "  place: in front of " << plan.placement.before->getName();
  os << (plan.destination ? ", into the destination of the program\n" : "\n");
  for (const StatisticUse &use : plan.statistics)
    printStatistic(os, use);
  printRoot(os, plan, "y");
  return text;
}

std::string mlir::norm::raise::toString(const BackwardPlan &plan) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "  over dimensions [";
  llvm::interleaveComma(plan.dx.spec.rowDims, os);
  os << "]\n";
  printWitness(os, "dy", plan.dy.witness);
  printWitness(os, "input", plan.dx.input);
  printWitness(os, "rstd", plan.rstd.witness);
  std::pair<StringRef, const std::optional<BackwardOperand> &> others[] = {
      {"scale", plan.scale},
      {"mean", plan.mean},
      {"residual", plan.residual},
      {"factor of dy", plan.gain}};
  for (const auto &[name, operand] : others)
    if (operand)
      printWitness(os, name, operand->witness);
  os << "  place: in front of " << plan.dx.placement.before->getName() << "\n";
  for (const ParameterGradient &sum : plan.sums) {
    bool isScale = sum.kind == ParameterGradient::Kind::Scale;
    os << "  reads ";
    Value(sum.value).printAsOperand(os, OpPrintingFlags());
    os << " from its " << (isScale ? "dscale" : "dbias") << ' '
       << getName(sum.view.kind) << "\n";
  }
  if (plan.hasDx)
    printRoot(os, plan.dx, "dx");
  return text;
}
