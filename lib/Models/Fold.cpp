//===- Fold.cpp - the pass norm-fold --------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Fold.h"

#include "FoldCertificate.h"
#include "FoldParameters.h"
#include "PassOptions.h"
#include "ResidualStream.h"
#include "Weights.h"

#include "norm/Dialect/Norm/IR/NormDescription.h"
#include "norm/Models/Passes.h"
#include "norm/Raise/Certificates.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMFOLD
#include "norm/Models/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

/// Each term reads centred weights; equal ones are made once.
static void centreTerms(RewriterBase &rewriter, ArrayRef<StreamTerm> terms,
                        WeightFunction &weights) {
  llvm::DenseMap<std::pair<Value, int64_t>, Value> centred;
  llvm::DenseSet<Value> arguments;
  for (const StreamTerm &term : terms) {
    if (term.argument) {
      if (arguments.insert(term.argument->argument).second)
        weights.centre(*term.argument);
      continue;
    }
    Value constant = term.weights->get();
    Value &known = centred[{constant, term.dim}];
    if (!known) {
      rewriter.setInsertionPointAfterValue(constant);
      known = centreWeights(rewriter, constant.getLoc(),
                            {constant, static_cast<unsigned>(term.dim)});
    }
    rewriter.modifyOpInPlace(term.weights->getOwner(),
                             [&] { term.weights->set(known); });
  }
}

/// layernorm(x) -> rmsnorm(x), for rows of x whose mean is 0: the variance is
/// the mean square.
static void makeRMSNorm(RewriterBase &rewriter, NormOpInterface op) {
  NormDescription description = NormDescription::get(op);
  description.kind = NormKind::rmsnorm;
  description.meanInit = nullptr;
  rewriter.setInsertionPoint(op);
  NormOpInterface made = description.create(rewriter, op.getLoc());
  for (auto [from, to] : {std::pair(op.getY(), made.getY()),
                          std::pair(op.getStatistic(), made.getStatistic()),
                          std::pair(op.getRstd(), made.getRstd())})
    if (from)
      rewriter.replaceAllUsesWith(from, to);
  rewriter.eraseOp(op);
}

//===----------------------------------------------------------------------===//
// A function
//===----------------------------------------------------------------------===//

namespace {
/// Folds the norms of one function.
class Folder {
public:
  Folder(func::FuncOp function, const FoldOptions &options)
      : function(function), options(options), rewriter(function.getContext()),
        weights(function) {}

  FoldReport run();

private:
  void centre(NormOpInterface op);

  func::FuncOp function;
  const FoldOptions &options;
  IRRewriter rewriter;
  WeightFunction weights;
  FoldReport report;
};
} // namespace

/// The norms of `function` on tensors.
static SmallVector<NormOpInterface> getNorms(func::FuncOp function) {
  SmallVector<NormOpInterface> norms;
  function.walk([&](NormOpInterface op) {
    if (isa<RankedTensorType>(op.getInput().getType()))
      norms.push_back(op);
  });
  return norms;
}

/// Makes `op` an rmsnorm, with all that read the same stream, or none.
void Folder::centre(NormOpInterface op) {
  ResidualStream stream = findResidualStream(op, options);
  auto add = [&](NormOpInterface norm) {
    report.outcomes.push_back({norm.getLoc(), "centred",
                               unsigned(stream.terms.size()),
                               unsigned(stream.norms.size()), stream.obstacle});
  };
  if (!stream.obstacle.empty())
    return add(op);
  for (NormOpInterface norm : stream.norms)
    add(norm);
  if (options.certifies)
    certifyStream(function.getName(), stream, report.certificates);
  centreTerms(rewriter, stream.terms, weights);
  for (NormOpInterface norm : stream.norms)
    makeRMSNorm(rewriter, norm);
}

FoldReport Folder::run() {
  // Those that read one stream go together.
  llvm::DenseSet<Operation *> refused;
  for (bool found = true; found;) {
    found = false;
    for (NormOpInterface op : getNorms(function)) {
      if (!op.isCentered() || refused.contains(op))
        continue;
      size_t before = report.outcomes.size();
      centre(op);
      if (report.outcomes.size() == before + 1 &&
          !report.outcomes.back().reason.empty()) {
        refused.insert(op);
        continue;
      }
      found = true;
      break;
    }
  }
  if (options.foldsParameters)
    for (NormOpInterface op : getNorms(function))
      if (op.getScale() || op.getBias())
        report.outcomes.push_back(
            foldParameters(rewriter, op, options, weights));
  report.arguments = weights.finish();
  return std::move(report);
}

FoldReport norm::foldNorms(func::FuncOp function, const FoldOptions &options) {
  return Folder(function, options).run();
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

static remark::RemarkOpts getFoldOptions(StringRef name) {
  return remark::RemarkOpts::name(name).category("norm-fold");
}

static void emitFoldRemark(const FoldOutcome &outcome) {
  bool isCentring = outcome.change == "centred";
  if (!outcome.reason.empty())
    remark::missed(outcome.loc, getFoldOptions(isCentring ? "not-folded"
                                                          : "parameters-stay"))
        << remark::reason("{0}", outcome.reason);
  else if (isCentring)
    remark::passed(outcome.loc, getFoldOptions("folded"))
        << "the layernorm is an rmsnorm of a sum of centred terms"
        << remark::metric("terms", outcome.uses)
        << remark::metric("norms", outcome.norms);
  else
    remark::passed(outcome.loc, getFoldOptions("parameters"))
        << "scale and bias are in the products that read the norm"
        << remark::metric("products", outcome.uses);
}

static void emitArgumentRemark(func::FuncOp function,
                               const ArgumentChange &change) {
  std::string text = "@" + getFoldWeightsName(function) + " makes argument " +
                     std::to_string(change.argument) + ": " + change.change;
  remark::passed(function.getLoc(), getFoldOptions("argument")) << text;
}

namespace {
struct NormFold : norm::impl::NormFoldBase<NormFold> {
  using NormFoldBase::NormFoldBase;

  /// The option `weights` as how many arguments are weights.
  FailureOr<unsigned> getNumWeights() {
    unsigned number = 0;
    if (weights == "constant")
      return 0;
    if (weights == "any")
      return std::numeric_limits<unsigned>::max();
    if (!StringRef(weights).getAsInteger(10, number))
      return number;
    return emitError(getOperation().getLoc(),
                     "expected weights to be constant, any or a number of "
                     "arguments, got ")
           << weights;
  }

  /// Whether a function has so many arguments.
  LogicalResult checkNumber(ArrayRef<func::FuncOp> functions,
                            unsigned numWeights) {
    unsigned most = 0;
    for (func::FuncOp function : functions)
      most = std::max(most, function.getNumArguments());
    if (weights == "any" || numWeights <= most)
      return success();
    return emitError(getOperation().getLoc(),
                     "expected weights to be at most the number of arguments, ")
           << most << ", got " << numWeights;
  }

  /// Whether new arguments can be asked of those who call `function`.
  LogicalResult checkCallers(func::FuncOp function, const FoldReport &report) {
    if (report.arguments.empty() ||
        SymbolTable::symbolKnownUseEmpty(function, getOperation()))
      return success();
    return emitError(function.getLoc(),
                     "expected a function with weights among its "
                     "arguments not to be called in the module");
  }

  void runOnOperation() override {
    Location loc = getOperation().getLoc();
    FailureOr<unsigned> numWeights = getNumWeights();
    if (failed(numWeights) ||
        failed(checkOption(loc, "results", results, "exact", "centred")) ||
        failed(checkOption(loc, "parameters", parameters, "fold", "keep")))
      return signalPassFailure();
    std::string error;
    if (!certify.empty() && !raise::canWriteCertificates(certify, error)) {
      emitError(loc) << error;
      return signalPassFailure();
    }
    FoldOptions options{*numWeights, results == "centred", parameters == "fold",
                        !certify.empty()};
    SmallVector<RaiseCertificate> certificates;
    auto functions = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    if (failed(checkNumber(functions, *numWeights)))
      return signalPassFailure();
    for (func::FuncOp function : functions) {
      if (function.isDeclaration())
        continue;
      if (SymbolTable::lookupSymbolIn(getOperation(),
                                      getFoldWeightsName(function))) {
        emitError(function.getLoc(), "expected no function @")
            << getFoldWeightsName(function) << " in the module";
        return signalPassFailure();
      }
      FoldReport report = foldNorms(function, options);
      if (failed(checkCallers(function, report)))
        return signalPassFailure();
      for (const FoldOutcome &outcome : report.outcomes)
        emitFoldRemark(outcome);
      for (const ArgumentChange &change : report.arguments)
        emitArgumentRemark(function, change);
      llvm::append_range(certificates, report.certificates);
    }
    if (!raise::writeCertificates(certificates, certify, error)) {
      emitError(loc) << error;
      return signalPassFailure();
    }
  }
};
} // namespace
