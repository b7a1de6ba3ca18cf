//===- BackwardCertificate.cpp - a proof for each gradient ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By the definition of the op, with its operands as they are read at a position
// of the root, sums over the row as over the row's positions, and sums over
// rows as over the other ones:
//
//   m = dy [factor] (o + scale),  xh = (x - mean) r,  S = sum(m xh)
//   inside    dx = r (m - sum(m) / n - [i < k] xh S / k) + residual
//   outside   dx = r m - [i < k] xh S / (k (1/r - epsilon)) + residual
//   dscale = sum over rows of dy xh,  dbias = sum over rows of dy
//
// where sum(m) / n is layernorm's alone and [i < k] prmsnorm's. rstd is what
// the program has, whatever that is: nothing is stated of it but how the
// program computes it. What the op does not say and the certificate uses is
// that the mean of the squares of x - mean is not negative, and that x - mean,
// and so S, is 0 where that is: of max(v, 0) the gradient at 0 is any number.
//
//===----------------------------------------------------------------------===//

#include "Check/BackwardOps.h"
#include "Check/Certificate.h"
#include "Check/CertificateFile.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;
using namespace mlir::norm::raise::certificate;

namespace {
/// The operands at some positions, and what follows from them there.
struct RowTerms {
  Poly dy, m, x, r, normalized;
};

/// Writes the certificate of one gradient.
class BackwardCertificate : public CertificateFile {
public:
  BackwardCertificate(const BackwardPlan &plan, const Cone &cone,
                      NarrowReading reading)
      : CertificateFile(plan.dx.root, cone, getWanted(plan),
                        getLikelyLengths(plan.match.length,
                                         plan.dx.cone.values.getArrayRef()),
                        reading),
        plan(plan) {}

private:
  static SmallVector<Value> getWanted(const BackwardPlan &plan);

  void writePlan() override;
  void writeFacts() override;
  std::string writeClaim() override;
  Place getPlace(const BackwardOperand &operand) {
    return CertificateFile::getPlace(
        operand.witness, plan.dx.spec.computeType.getFloatSemantics());
  }
  bool isOfRow(unsigned dim) const { return plan.match.rowMask >> dim & 1; }
  /// `positions` with variables in place of those of the row, or of the others.
  Variables setVariables(std::vector<Index> &positions, bool ofRow);
  Poly countElements(const Variables &variables);
  RowTerms readTerms(const std::vector<Index> &positions);
  Poly getInputGradient(const std::vector<Index> &positions);
  std::string stateSum(unsigned number, const ParameterGradient &sum,
                       const std::vector<Index> &positions);
  void stateStatistic(const std::vector<Index> &positions);

  const BackwardPlan &plan;
  Fraction epsilon;
};
} // namespace

static SmallVector<std::pair<StringRef, const BackwardOperand *>>
getOperands(const BackwardPlan &plan) {
  SmallVector<std::pair<StringRef, const BackwardOperand *>> operands = {
      {"dy", &plan.dy}, {"rstd", &plan.rstd}};
  for (auto [name, operand] :
       {std::pair("scale", &plan.scale), std::pair("mean", &plan.mean),
        std::pair("residual", &plan.residual), std::pair("factor", &plan.gain)})
    if (*operand)
      operands.push_back({name, &**operand});
  return operands;
}

SmallVector<Value> BackwardCertificate::getWanted(const BackwardPlan &plan) {
  SmallVector<Value> wanted = {plan.dx.root.value,
                               readWitness(plan.dx.input).value};
  for (auto [name, operand] : getOperands(plan))
    if (!operand->witness.number)
      wanted.push_back(readWitness(operand->witness).value);
  for (const ParameterGradient &sum : plan.sums)
    wanted.push_back(sum.value);
  return wanted;
}

//===----------------------------------------------------------------------===//
// The op
//===----------------------------------------------------------------------===//

Variables BackwardCertificate::setVariables(std::vector<Index> &positions,
                                            bool ofRow) {
  Variables variables;
  Value value = quotation.values.lookup(root.value);
  for (unsigned dim = 0; dim < rank; ++dim) {
    if (isOfRow(dim) != ofRow)
      continue;
    variables.push_back(terms.fresh(reader->getExtent(value, dim)));
    positions[dim] = Index::variable(variables.back().name);
  }
  return variables;
}

Poly BackwardCertificate::countElements(const Variables &variables) {
  Poly count = Fraction(1);
  for (const Variable &variable : variables)
    count = terms.mul(count, statements.extent(variable.extent));
  return count;
}

RowTerms BackwardCertificate::readTerms(const std::vector<Index> &positions) {
  auto readOperand = [&](const BackwardOperand &operand) {
    Poly value = read(getPlace(operand), positions);
    return operand.isReciprocal ? statements.reciprocal(value) : value;
  };
  RowTerms at;
  at.dy = readOperand(plan.dy);
  if (plan.gain)
    at.dy = terms.mul(at.dy, readOperand(*plan.gain));
  at.m = at.dy;
  if (plan.scale)
    at.m = terms.mul(at.dy, terms.add(readOperand(*plan.scale),
                                      Fraction(plan.dx.spec.scaleOffset)));
  at.x = read(quoted(readWitness(plan.dx.input)), positions);
  if (plan.mean)
    at.x = terms.sub(at.x, readOperand(*plan.mean));
  at.r = readOperand(plan.rstd);
  at.normalized = terms.mul(at.x, at.r);
  return at;
}

/// That x - mean has a mean of squares.
void BackwardCertificate::stateStatistic(const std::vector<Index> &positions) {
  std::vector<Index> row = positions;
  Variables variables = setVariables(row, /*ofRow=*/true);
  Poly squares = terms.sum(terms.power(readTerms(row).x, 2), variables);
  Poly statistic = define(
      "statistic",
      terms.mul(squares, statements.reciprocal(countElements(variables))));
  terms.setNonNegative(statements.expand(statistic));
}

Poly BackwardCertificate::getInputGradient(
    const std::vector<Index> &positions) {
  std::vector<Index> row = positions;
  Variables variables = setVariables(row, /*ofRow=*/true);
  RowTerms at = readTerms(positions), inRow = readTerms(row);
  Poly count = countElements(variables);
  Poly gradient = at.m, weight = at.normalized;
  if (plan.match.kind == NormKind::layernorm) {
    Poly mean =
        terms.mul(terms.sum(inRow.m, variables), statements.reciprocal(count));
    gradient = terms.sub(gradient, define("gradient_mean", mean));
  }
  if (plan.match.kind == NormKind::prmsnorm) {
    int64_t k = plan.dx.spec.k;
    count = Fraction(k);
    for (unsigned dim = 0; dim < rank; ++dim)
      if (isOfRow(dim) && !positions[dim].isConstant())
        weight = terms.mul(weight, terms.below(positions[dim], k));
  }
  define("centred", at.x);
  bool isInside = plan.match.epsMode == EpsMode::inside;
  if (!isInside) {
    epsilon = claims->derive(plan.dx.spec.epsilon,
                             plan.dx.spec.computeType.getFloatSemantics());
    count = terms.mul(count, terms.sub(statements.reciprocal(at.r), epsilon));
  }
  Poly sum = define("product_sum",
                    terms.sum(terms.mul(inRow.m, inRow.normalized), variables));
  Poly term = terms.mul(terms.mul(weight, sum), statements.reciprocal(count));
  Poly dx = isInside ? terms.mul(at.r, terms.sub(gradient, term))
                     : terms.sub(terms.mul(at.r, gradient), term);
  if (plan.residual)
    dx = terms.add(dx, read(getPlace(*plan.residual), positions));
  return dx;
}

/// That a tensor of the program is a sum over rows.
std::string BackwardCertificate::stateSum(unsigned number,
                                          const ParameterGradient &sum,
                                          const std::vector<Index> &positions) {
  std::vector<Index> rows = positions;
  Variables variables = setVariables(rows, /*ofRow=*/false);
  RowTerms at = readTerms(rows);
  Poly summand = at.dy;
  if (sum.kind == ParameterGradient::Kind::Scale)
    summand = terms.mul(summand, at.normalized);
  Poly value = read(quoted({sum.value, sum.indices}), positions);
  std::string own = std::to_string(number);
  return state("use" + own, value, "result" + own,
               terms.sum(summand, variables));
}

std::string BackwardCertificate::writeClaim() {
  std::vector<Index> positions = getPositions();
  stateStatistic(positions);
  std::vector<std::string> equal;
  if (plan.hasDx) {
    Poly value = read(getRoot(), positions);
    equal.push_back(state("root", value, "dx", getInputGradient(positions)));
  }
  for (auto [number, sum] : llvm::enumerate(plan.sums))
    equal.push_back(stateSum(number, sum, positions));
  return equal.size() == 1 ? equal[0] : "(and " + llvm::join(equal, " ") + ")";
}

//===----------------------------------------------------------------------===//
// The file
//===----------------------------------------------------------------------===//

void BackwardCertificate::writePlan() {
  StringRef kinds[] = {"rmsnorm", "prmsnorm", "layernorm"};
  os << "; kind = " << kinds[unsigned(plan.match.kind)] << "_backward\n"
     << "; root = " << toString(getRoot())
     << "\n; row = " << toString(plan.match.rowMask)
     << "\n; dx = " << (plan.hasDx ? "root" : "none")
     << "\n; input = " << toString(quoted(readWitness(plan.dx.input))) << "\n";
  for (auto [name, operand] : getOperands(plan))
    os << "; " << name << " = " << (operand->isReciprocal ? "1 / " : "")
       << toString(getPlace(*operand)) << "\n";
  os << "; offset = " << plan.dx.spec.scaleOffset << "\n";
  if (plan.match.kind == NormKind::prmsnorm)
    os << "; length = " << plan.dx.spec.k << "\n";
  if (plan.hasDx && plan.match.epsMode == EpsMode::outside) {
    const llvm::fltSemantics &semantics =
        plan.dx.spec.computeType.getFloatSemantics();
    os << "; epsilon = " << certificate::toString(epsilon) << " outside, "
       << llvm::formatv("{0:e16}", plan.dx.spec.epsilon) << " of "
       << getFormat(
              claims->getSemantics(epsilon, plan.dx.spec.epsilon, semantics))
       << "\n";
  }
  for (const ParameterGradient &sum : plan.sums)
    os << "; result = " << toString(quoted({sum.value, sum.indices})) << " is "
       << (sum.kind == ParameterGradient::Kind::Scale ? "dscale" : "dbias")
       << "\n";
}

void BackwardCertificate::writeFacts() {
  CertificateFile::writeFacts();
  if (plan.hasDx)
    os << "; no square of them is negative\n"
          "(assert (=> (= |op.statistic| 0.0) (and (= |op.centred| 0.0) "
          "(= |op.product_sum| 0.0))))\n";
}

RaiseCertificate mlir::norm::raise::certify(const BackwardPlan &plan) {
  auto function = plan.dx.root.owner->getParentOfType<FunctionOpInterface>();
  Cone cone = plan.dx.cone;
  cone.ops = getOps(plan);
  return {function ? function.getName().str() : "module",
          writeEvident([&](NarrowReading reading) {
            return std::make_unique<BackwardCertificate>(plan, cone, reading);
          })};
}
