//===- norm-broken-law.cpp - a raise by a wrong law, for tests ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-opt with the pass --raise-by-broken-law=law=NAME: norm-raise, but the
// expression of one kind of op is wrong, or a law of the normal form. What is
// raised all the same has to be right, because the second opinion does not use
// the expressions.
//
//===----------------------------------------------------------------------===//

#include "norm/InitAllDialects.h"

#include "Raiser.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

namespace {
/// Row expressions of which one law is wrong.
class BrokenContext : public ExprContext {
public:
  BrokenContext(MLIRContext *context, StringRef law)
      : ExprContext(context), law(law) {}

  // a^p a^q = a^max(p, q)
  ExprRef mul(ArrayRef<Factor> factors) override {
    SmallVector<Factor> kept;
    for (Factor factor : factors) {
      Coefficient coefficient;
      SmallVector<Factor> parts = factorsOf(factor.operand, coefficient);
      auto isPower = [](const Factor &f) { return f.exponent == Rational(2); };
      bool isRepeated = law == "merge" && llvm::all_of(parts, isPower) &&
                        llvm::any_of(kept, [&](const Factor &other) {
                          return other.operand == factor.operand;
                        });
      if (!isRepeated)
        kept.push_back(factor);
    }
    return ExprContext::mul(kept);
  }

  ExprRef sum(ExprRef body, ArrayRef<unsigned> dims,
              ArrayRef<ExprRef> extents) override {
    Coefficient coefficient;
    SmallVector<Factor> factors = factorsOf(body, coefficient);
    // sum((u + c)^2) = sum(u^2) for a c that sums have computed
    if (law == "expansion")
      for (Factor &factor : factors)
        if (factor.operand->kind == Expr::Kind::Add &&
            factor.exponent == Rational(2))
          factor.operand = withoutSums(factor.operand);
    // sum(j < n, [j < k] f) = sum(j < n, f)
    if (law == "mask")
      llvm::erase_if(factors, [](Factor factor) {
        return factor.operand->kind == Expr::Kind::Below;
      });
    return ExprContext::sum(scale(coefficient, mul(factors)), dims, extents);
  }

  // f(d1, d0) = f(d0, d1)
  ExprRef
  substitute(ExprRef expr, ArrayRef<AffineExpr> replacements,
             ArrayRef<int64_t> extents,
             ArrayRef<std::pair<unsigned, AffineExpr>> boundReplacements,
             ArrayRef<BoundIndex> boundRanges) override {
    SmallVector<AffineExpr> kept(replacements);
    if (law == "position" && kept.size() == 2 && kept[0] == dim(1) &&
        kept[1] == dim(0))
      std::swap(kept[0], kept[1]);
    return ExprContext::substitute(expr, kept, extents, boundReplacements,
                                   boundRanges);
  }

private:
  ExprRef withoutSums(ExprRef expr) {
    Coefficient constant;
    SmallVector<Term> terms = termsOf(expr, constant);
    llvm::erase_if(terms, [](Term term) { return term.operand->hasSum; });
    return terms.empty() ? expr : add(terms, constant);
  }

  std::string law;
};

class BrokenBuilder : public ExprReader {
public:
  BrokenBuilder(ExprContext &context, std::string law)
      : ExprReader(context), law(std::move(law)) {}

protected:
  ExprRef evaluate(Operation *op, ArrayRef<ExprRef> operands) override {
    ExprContext &context = getContext();
    auto isSum = [&](ExprRef expr) {
      return expr->kind == Expr::Kind::Add && expr->operands.size() > 1;
    };
    // a / c = a / (c + 1)
    if (law == "divisor" && isa<arith::DivFOp>(op) && operands[1]->isConstant())
      return context.div(operands[0],
                         context.add(operands[1], context.constant(1.0)));
    // (a + b)^2 = a^2 + b^2
    if (law == "square" && isa<arith::MulFOp>(op) &&
        operands[0] == operands[1] && isSum(operands[0])) {
      Coefficient constant;
      SmallVector<Term> squares;
      for (const Term &term : context.termsOf(operands[0], constant))
        squares.push_back({term.coefficient * term.coefficient,
                           context.pow(term.operand, 2)});
      return context.add(squares, constant * constant);
    }
    // a - b = b - a
    if (law == "sign" && isa<arith::SubFOp>(op))
      return context.sub(operands[1], operands[0]);
    // max(a, b) = a, min(a, b) = a
    if (law == "clamp" && isa<arith::MaximumFOp, arith::MinimumFOp>(op))
      return operands[0];
    // a^p = a^2
    if (law == "power" && isa<math::PowFOp, math::FPowIOp>(op))
      return context.pow(operands[0], 2);
    // sqrt(a) = rsqrt(a) = a^(-1/2)
    if (law == "root" && isa<math::SqrtOp>(op))
      return context.pow(operands[0], {-1, 2});
    // c a = a
    if (law == "factor" && isa<arith::MulFOp>(op) && operands[1]->isConstant())
      return operands[0];
    // tanh(a) = a, and so is |a|
    if (law == "identity" && isa<math::TanhOp, math::AbsFOp>(op))
      return operands[0];
    return ExprReader::evaluate(op, operands);
  }

private:
  std::string law;
};

struct RaiseByBrokenLaw
    : public PassWrapper<RaiseByBrokenLaw, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(RaiseByBrokenLaw)

  RaiseByBrokenLaw() = default;
  RaiseByBrokenLaw(const RaiseByBrokenLaw &other) : PassWrapper(other) {}

  StringRef getArgument() const final { return "raise-by-broken-law"; }
  StringRef getDescription() const final {
    return "norm-raise with one wrong law";
  }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, linalg::LinalgDialect, NormDialect,
                    tensor::TensorDialect>();
  }
  void runOnOperation() override {
    Raiser raiser(getOperation(), {RaisePrecision::Relaxed, field},
                  /*explain=*/nullptr,
                  std::make_unique<BrokenContext>(&getContext(), law),
                  [&](ExprContext &context) {
                    return std::make_unique<BrokenBuilder>(context, law);
                  });
    raise::RaiseReport report;
    raiser.run(report);
    report.emitRemarks();
  }

  Option<std::string> law{*this, "law", llvm::cl::desc("Which law is wrong")};
  Option<bool> field{*this, "field", llvm::cl::init(true),
                     llvm::cl::desc("Whether the field is asked, too")};
};
} // namespace

int main(int argc, char **argv) {
  mlir::registerAllPasses();
  PassRegistration<RaiseByBrokenLaw>();
  DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::norm::registerAllDialects(registry);
  return asMainReturnCode(
      MlirOptMain(argc, argv, "raise by a broken law\n", registry));
}
