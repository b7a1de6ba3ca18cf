//===- Certificate.cpp - a proof for each raise ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Certificate.h"

#include "Check/CertificateEpsilon.h"
#include "Check/CertificateFile.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;
using namespace mlir::norm::raise::certificate;

namespace {
/// Writes the certificate of one norm.
class NormCertificate : public CertificateFile {
public:
  NormCertificate(const NormPlan &plan, NarrowReading reading)
      : CertificateFile(plan.root, plan.cone, getWanted(plan),
                        getLikelyLengths(plan.match.statisticLength,
                                         plan.cone.values.getArrayRef()),
                        reading),
        plan(plan) {}

private:
  static SmallVector<Value> getWanted(const NormPlan &plan);

  void writePlan() override;
  std::string writeClaim() override;
  Place getPlace(const Witness &witness) {
    return CertificateFile::getPlace(witness,
                                     plan.spec.computeType.getFloatSemantics());
  }
  Poly readHere(const Place &place) { return read(place, getPositions()); }
  std::pair<Poly, Poly> getMeanAndStatistic();
  void solveEpsilon(const Poly &statistic);
  std::string getUse(unsigned number, const StatisticUse &use, const Poly &mean,
                     const Poly &statistic, const Poly &rstd);

  const NormPlan &plan;
  Fraction epsilon;
};
} // namespace

static SmallVector<std::pair<StringRef, const Witness *>>
getWitnesses(const NormPlan &plan) {
  SmallVector<std::pair<StringRef, const Witness *>> witnesses = {
      {"input", &plan.input}};
  for (auto [name, witness] :
       {std::pair("scale", &plan.scale), std::pair("bias", &plan.bias),
        std::pair("gate", &plan.gate), std::pair("rest", &plan.rest)})
    if (*witness)
      witnesses.push_back({name, &**witness});
  return witnesses;
}

static const llvm::fltSemantics &getComputeSemantics(const NormPlan &plan) {
  return plan.spec.computeType.getFloatSemantics();
}

SmallVector<Value> NormCertificate::getWanted(const NormPlan &plan) {
  SmallVector<Value> wanted = {plan.root.value};
  for (auto [name, witness] : getWitnesses(plan))
    if (!witness->number)
      wanted.push_back(readWitness(*witness).value);
  for (const StatisticUse &use : plan.statistics)
    wanted.push_back(use.value);
  return wanted;
}

//===----------------------------------------------------------------------===//
// The op
//===----------------------------------------------------------------------===//

/// By the definition of the op, over the row of the input.
std::pair<Poly, Poly> NormCertificate::getMeanAndStatistic() {
  Place input = getPlace(plan.input);
  std::vector<Index> element = getIndices(input, getPositions());
  std::vector<unsigned> dims;
  std::vector<Extent> extents;
  for (auto [dim, index] : llvm::enumerate(element))
    for (unsigned position = 0; position < rank; ++position)
      if ((plan.match.rowMask >> position & 1) &&
          index.variables().count("d" + std::to_string(position))) {
        dims.push_back(dim);
        extents.push_back(reader->getExtent(input.value, dim));
        break;
      }
  if (plan.match.kind == NormKind::prmsnorm) {
    // Whole slices of a row of several dimensions.
    int64_t slice = 1, k = plan.match.statisticLength->constant.value;
    bool isKnown = !dims.empty();
    for (const Extent &extent : ArrayRef(extents).drop_front(isKnown)) {
      slice *= extent.number;
      isKnown &= extent.isStatic();
    }
    if (!isKnown || k % slice != 0) {
      terms.fail("the first k elements of a row are no slice of it");
      return {};
    }
    extents[0] = Extent();
    extents[0].number = k / slice;
  }
  Variables variables;
  Poly length = Fraction(1);
  for (const Extent &extent : extents) {
    variables.push_back(terms.fresh(extent));
    length = terms.mul(length, statements.extent(extent));
  }
  for (auto [dim, variable] : llvm::zip(dims, variables))
    element[dim] = Index::variable(variable.name);
  Poly x = terms.scale(reader->read(input.value, element), input.multiple);
  Poly share = statements.reciprocal(length);
  Poly mean;
  if (plan.match.kind == NormKind::layernorm)
    mean = define("mean", terms.mul(terms.sum(x, variables), share));
  Poly square = terms.power(terms.sub(x, mean), 2);
  return {mean,
          define("statistic", terms.mul(terms.sum(square, variables), share))};
}

void NormCertificate::solveEpsilon(const Poly &statistic) {
  epsilon = claims->derive(
      plan.spec.epsilon, getComputeSemantics(plan),
      getEpsilons(statements, terms, statistic, plan.match.epsMode));
}

static StringRef toString(StatisticForm form) {
  return form == StatisticForm::Plain        ? "plain"
         : form == StatisticForm::Reciprocal ? "reciprocal"
                                             : "root";
}

static StringRef toString(StatisticKind kind) {
  return kind == StatisticKind::Mean   ? "mean"
         : kind == StatisticKind::Rstd ? "rstd"
                                       : "statistic";
}

/// That a tensor of the program is what is made of a result of the op.
std::string NormCertificate::getUse(unsigned number, const StatisticUse &use,
                                    const Poly &mean, const Poly &statistic,
                                    const Poly &rstd) {
  Poly part = use.kind == StatisticKind::Mean   ? mean
              : use.kind == StatisticKind::Rstd ? rstd
                                                : statistic;
  if (use.form == StatisticForm::Reciprocal)
    part = statements.reciprocal(part);
  else if (use.form == StatisticForm::Root)
    part = statements.root(part);
  Poly value = readHere(quoted({use.value, use.indices}));
  const llvm::fltSemantics &semantics = APFloat::IEEEsingle();
  Claim coefficient = claims->deriveRoot(use.coefficient, semantics);
  Poly times = coefficient.number;
  if (coefficient.kind == Claim::Kind::Root)
    times = statements.root(times);
  part =
      terms.add(terms.mul(part, times), claims->derive(use.summand, semantics));
  std::string own = std::to_string(number);
  return state("use" + own, value, "result" + own, part);
}

std::string NormCertificate::writeClaim() {
  auto [mean, statistic] = getMeanAndStatistic();
  terms.setNonNegative(statements.expand(statistic));
  Poly y, value = readHere(getRoot());
  std::map<StringRef, Poly> operands;
  for (auto [name, witness] : getWitnesses(plan))
    operands[name] = readHere(getPlace(*witness));
  solveEpsilon(statistic);
  bool isInside = plan.match.epsMode == EpsMode::inside;
  Poly deviation = isInside ? statements.root(terms.add(statistic, epsilon))
                            : terms.add(statements.root(statistic), epsilon);
  Poly rstd = define("rstd", statements.reciprocal(deviation));
  y = terms.mul(terms.sub(operands["input"], mean), rstd);
  if (plan.scale)
    y = terms.mul(
        y, terms.add(operands["scale"], Fraction(plan.spec.scaleOffset)));
  if (plan.bias)
    y = terms.add(y, operands["bias"]);
  if (plan.gate)
    y = terms.mul(y, operands["gate"]);
  if (plan.rest)
    y = terms.add(y, operands["rest"]);
  std::vector<std::string> equal = {state("root", value, "y", y)};
  for (auto [number, use] : llvm::enumerate(plan.statistics))
    equal.push_back(getUse(number, use, mean, statistic, rstd));
  return equal.size() == 1 ? equal[0] : "(and " + llvm::join(equal, " ") + ")";
}

//===----------------------------------------------------------------------===//
// The file
//===----------------------------------------------------------------------===//

void NormCertificate::writePlan() {
  const NormMatch &match = plan.match;
  StringRef kinds[] = {"rmsnorm", "prmsnorm", "layernorm"};
  os << "; kind = " << kinds[unsigned(match.kind)] << "\n";
  os << "; root = " << toString(getRoot())
     << "\n; row = " << toString(match.rowMask) << "\n";
  for (auto [name, witness] : getWitnesses(plan))
    os << "; " << name << " = " << toString(getPlace(*witness)) << "\n";
  os << "; offset = " << plan.spec.scaleOffset << "\n";
  if (match.kind == NormKind::prmsnorm)
    os << "; length = " << int64_t(match.statisticLength->constant.value)
       << "\n";
  os << "; epsilon = " << certificate::toString(epsilon)
     << (match.epsMode == EpsMode::inside ? " inside, " : " outside, ")
     << llvm::formatv("{0:e16}", plan.spec.epsilon) << " of "
     << getFormat(claims->getSemantics(epsilon, plan.spec.epsilon,
                                       getComputeSemantics(plan)))
     << "\n";
  for (const StatisticUse &use : plan.statistics) {
    const llvm::fltSemantics &semantics = APFloat::IEEEsingle();
    os << "; result = " << toString(quoted({use.value, use.indices})) << " is "
       << claims->deriveRoot(use.coefficient, semantics).str() << " * "
       << ::toString(use.form) << " " << ::toString(use.kind) << " + "
       << certificate::toString(claims->derive(use.summand, semantics)) << "\n";
  }
}

RaiseCertificate mlir::norm::raise::certify(const NormPlan &plan) {
  auto function = plan.root.owner->getParentOfType<FunctionOpInterface>();
  return {function ? function.getName().str() : "module",
          writeEvident([&](NarrowReading reading) {
            return std::make_unique<NormCertificate>(plan, reading);
          })};
}
