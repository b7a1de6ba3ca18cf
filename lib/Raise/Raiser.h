//===- Raiser.h - finding and raising the norms of a module -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_RAISER_H
#define NORM_LIB_RAISE_RAISER_H

#include "BackwardRaiser.h"
#include "Check/SecondOpinion.h"
#include "Plan/Planner.h"
#include "Remarks.h"
#include "Rewrite/Rewriter.h"

#include "norm/Raise/Passes.h"

namespace mlir::norm::raise {

/// A plan and the second opinion on it, which has nothing against it.
struct JudgedPlan {
  NormPlan plan;
  Opinion opinion;
};

/// Finds and raises the norms of one module.
class Raiser {
public:
  /// Makes the reader of row expressions.
  using MakeReader = std::function<std::unique_ptr<ExprReader>(ExprContext &)>;

  Raiser(ModuleOp module, RaiseOptions options, llvm::raw_ostream *explain)
      : Raiser(module, options, explain,
               std::make_unique<ExprContext>(module.getContext()),
               [](ExprContext &context) {
                 return std::make_unique<ExprReader>(context);
               }) {}
  Raiser(ModuleOp module, RaiseOptions options, llvm::raw_ostream *explain,
         std::unique_ptr<ExprContext> laws, MakeReader makeReader)
      : module(module), precision(options.precision),
        checksInField(options.checkInField), explain(explain),
        ownContext(std::move(laws)), context(*ownContext),
        makeReader(std::move(makeReader)), ownReader(this->makeReader(context)),
        reader(*ownReader), planner(reader, dead, precision), rewriter(dead),
        secondOpinion(reader.getExtentClasses(),
                      {options.checkInField,
                       /*isStrict=*/precision == RaisePrecision::Strict}) {
    if (precision == RaisePrecision::Strict)
      reader.readExact();
  }

  /// Appends a certificate of each raise to `list`.
  void certifyTo(SmallVectorImpl<RaiseCertificate> *list) {
    certificates = list;
  }

  /// One round; whether another one may find more. A gradient that was read as
  /// an expression of x may be one of the results that a norm has by then. So
  /// `isAgain` looks for gradients, and for norms only where it finds some.
  bool run(RaiseReport &report, bool isAgain = false);
  void printWork(llvm::raw_ostream &os);

private:
  std::optional<MatchedPoint> matchPoint(Value value, Operation *owner,
                                         ArrayRef<ExprRef> extents,
                                         bool isFirst, bool withGate = false);
  std::vector<MatchedPoint> grow(MatchedPoint start);
  std::optional<MatchedPoint> findGatedPoint(ArrayRef<MatchedPoint> path);
  std::variant<JudgedPlan, Refusal> judge(ArrayRef<MatchedPoint> path,
                                          int exponent);
  std::optional<Refusal> tryRaise(ArrayRef<MatchedPoint> path);
  bool takesMaskForSlice(const MatchedPoint &point);
  bool raise(const MatchedPoint &start);
  bool raiseGated(const MatchedPoint &start);
  bool raiseOne(Operation *op);
  void process(Operation *op);
  void shareStatistics();
  bool raiseBackwards(ArrayRef<Operation *> ops, RaiseReport &report,
                      bool isAgain);
  void raiseForwards(ArrayRef<Operation *> ops, RaiseReport &report);

  ModuleOp module;
  RaisePrecision precision;
  bool checksInField;
  llvm::raw_ostream *explain;
  SmallVectorImpl<RaiseCertificate> *certificates = nullptr;
  std::unique_ptr<ExprContext> ownContext;
  ExprContext &context;
  MakeReader makeReader;
  std::unique_ptr<ExprReader> ownReader;
  ExprReader &reader;
  DeadOps dead;
  Planner planner;
  Rewriter rewriter;
  SecondOpinion secondOpinion;
  SmallVector<NearMiss> misses;
  llvm::DenseSet<ExprRef> raisedBases;
  llvm::DenseSet<ExprRef> refusedBases;
  std::vector<RaisedNorm> raised;
  /// Whether what was matched last is a norm but for a number.
  bool isMultiple = false;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_RAISER_H
