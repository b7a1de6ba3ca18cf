//===- norm-broken-law.cpp - a raise by a wrong law, for tests ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// mlir-opt with the pass --raise-by-broken-law=law=NAME: norm-raise, but the
// expression of one kind of op is wrong. What is raised all the same has to be
// right, because the second opinion does not use the expressions.
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
    Raiser raiser(getOperation(), RaisePrecision::Relaxed, /*explain=*/nullptr,
                  [&](ExprContext &context) {
                    return std::make_unique<BrokenBuilder>(context, law);
                  });
    raiser.run(/*wantedMisses=*/nullptr);
  }

  Option<std::string> law{*this, "law", llvm::cl::desc("Which law is wrong")};
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
