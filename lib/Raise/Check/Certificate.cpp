//===- Certificate.cpp - a proof for each raise ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Certificate.h"

#include "Check/CertificateClaims.h"
#include "Check/CertificateEpsilon.h"
#include "Check/Quotation.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;
using namespace mlir::norm::raise::certificate;

namespace {
/// A value at indices over the positions of the root: one for each dimension of
/// a tensor, one for each loop of a scalar in the body of a structured op.
struct Place {
  Value value;
  SmallVector<AffineExpr> indices;
  /// What the norm takes the value times of.
  Fraction factor = 1;
};

/// Writes one certificate.
class CertificateWriter {
public:
  CertificateWriter(const NormPlan &plan, NarrowReading reading);

  std::string write();
  /// Whether program and op are the same when they are multiplied out.
  bool isEvident() const { return allEqual; }
  bool hasNarrowLiterals() const { return claims->hasNarrow(); }

private:
  void writePlan();
  void writeClaim();
  Index getPosition(unsigned dim);
  /// Where `witness` is in the quoted program; a number is no value, and a
  /// factor.
  Place getPlace(const Witness &witness);
  /// `place` in the quoted program.
  Place quoted(Place place) {
    place.value = quotation.values.lookup(place.value);
    return place;
  }
  Place getRoot();
  std::string toString(const Place &place);
  std::vector<Index> getIndices(const Place &place);
  Poly read(const Place &place) {
    if (!place.value)
      return place.factor;
    return terms.scale(reader->read(place.value, getIndices(place)),
                       place.factor);
  }
  Poly define(StringRef name, const Poly &poly) {
    return statements.defineAlways(("op." + name).str(), poly);
  }
  std::pair<Poly, Poly> getMeanAndStatistic();
  void solveEpsilon(const Poly &statistic);
  /// That both are equal, under names.
  std::string state(StringRef lhsName, const Poly &lhs, StringRef rhsName,
                    const Poly &rhs);
  std::string getUse(unsigned number, const StatisticUse &use, const Poly &mean,
                     const Poly &statistic, const Poly &rstd);

  const NormPlan &plan;
  unsigned rank;
  Quotation quotation;
  Terms terms;
  Statements statements{terms};
  std::optional<AsmState> names;
  std::optional<Claims> claims;
  std::optional<Reader> reader;
  Fraction epsilon;
  bool allEqual = true;
  std::string claim;
  std::string text;
  llvm::raw_string_ostream os{text};
};
} // namespace

//===----------------------------------------------------------------------===//
// Witnesses
//===----------------------------------------------------------------------===//

/// The one place that knows what a witness looks like. Loops that a scalar does
/// not vary along are at 0.
static Place readWitness(const Witness &witness) {
  Fraction factor = toFraction(witness.factor);
  if (!witness.op)
    return {witness.value, witness.indices, factor};
  linalg::LinalgOp op = witness.op;
  Place place = {witness.value, {}, factor};
  place.indices.assign(op.getNumLoops(),
                       getAffineConstantExpr(0, op.getContext()));
  for (auto [loop, index] : llvm::zip(witness.loops, witness.indices))
    place.indices[loop] = index;
  return place;
}

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

/// The lengths that a literal may stand for: the row, its first k elements, and
/// dimensions of the tensors that are read, neighbours together.
static SmallVector<int64_t> getLikelyLengths(const NormPlan &plan) {
  llvm::SetVector<int64_t> lengths;
  auto insert = [&](double length) {
    if (length > 1 && length < 1e15)
      lengths.insert(int64_t(length));
  };
  if (plan.match.statisticLength && plan.match.statisticLength->isConstant())
    insert(plan.match.statisticLength->constant.value);
  for (Value value : plan.cone.values) {
    ArrayRef<int64_t> shape =
        cast<RankedTensorType>(value.getType()).getShape();
    for (size_t first = 0; first < shape.size(); ++first) {
      double product = 1;
      for (size_t last = first;
           last < shape.size() && !ShapedType::isDynamic(shape[last]); ++last)
        insert(product *= double(shape[last]));
    }
  }
  return lengths.takeVector();
}

CertificateWriter::CertificateWriter(const NormPlan &plan,
                                     NarrowReading reading)
    : plan(plan), rank(plan.root.extents.size()) {
  SmallVector<Value> wanted = {plan.root.value};
  for (auto [name, witness] : getWitnesses(plan))
    if (!witness->number)
      wanted.push_back(readWitness(*witness).value);
  for (const StatisticUse &use : plan.statistics)
    wanted.push_back(use.value);
  quotation = quote(plan.cone, wanted, "before");
  if (!quotation.failure.empty())
    terms.fail(quotation.failure);
  func::FuncOp function = *quotation.function;
  names.emplace(function,
                OpPrintingFlags().printGenericOpForm().useLocalScope());
  claims.emplace(function, getLikelyLengths(plan), reading);
  reader.emplace(function, *names, claims->getLiterals(), terms, statements);
}

/// A dimension of one position has index 0.
Index CertificateWriter::getPosition(unsigned dim) {
  Extent extent =
      reader->getExtent(quotation.values.lookup(plan.root.value), dim);
  std::string name = "d" + std::to_string(dim);
  terms.setRange(name, extent);
  return extent.isStatic() && extent.number == 1 ? Index()
                                                 : Index::variable(name);
}

Place CertificateWriter::getPlace(const Witness &witness) {
  if (witness.number)
    return {Value(),
            {},
            claims->derive(*witness.number, getComputeSemantics(plan))};
  return quoted(readWitness(witness));
}

Place CertificateWriter::getRoot() {
  Place root = {plan.root.value, {}};
  for (unsigned dim = 0; dim < rank; ++dim)
    root.indices.push_back(getAffineDimExpr(dim, plan.root.value.getContext()));
  return quoted(root);
}

std::string CertificateWriter::toString(const Place &place) {
  if (!place.value)
    return certificate::toString(place.factor);
  std::string text = reader->getName(place.value) + " at affine_map<";
  llvm::raw_string_ostream(text)
      << AffineMap::get(rank, 0, place.indices, place.value.getContext())
      << ">";
  if (place.factor != Fraction(1))
    text += " times " + certificate::toString(place.factor);
  return text;
}

std::vector<Index> CertificateWriter::getIndices(const Place &place) {
  std::vector<Index> positions;
  for (unsigned dim = 0; dim < rank; ++dim)
    positions.push_back(getPosition(dim));
  return terms.apply(
      AffineMap::get(rank, 0, place.indices, place.value.getContext()),
      positions);
}

//===----------------------------------------------------------------------===//
// The op
//===----------------------------------------------------------------------===//

/// By the definition of the op, over the row of the input.
std::pair<Poly, Poly> CertificateWriter::getMeanAndStatistic() {
  Place input = getPlace(plan.input);
  std::vector<Index> element = getIndices(input);
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
  Poly x = terms.scale(reader->read(input.value, element), input.factor);
  Poly share = statements.reciprocal(length);
  Poly mean;
  if (plan.match.kind == NormKind::layernorm)
    mean = define("mean", terms.mul(terms.sum(x, variables), share));
  Poly square = terms.power(terms.sub(x, mean), 2);
  return {mean,
          define("statistic", terms.mul(terms.sum(square, variables), share))};
}

void CertificateWriter::solveEpsilon(const Poly &statistic) {
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
std::string CertificateWriter::getUse(unsigned number, const StatisticUse &use,
                                      const Poly &mean, const Poly &statistic,
                                      const Poly &rstd) {
  Poly part = use.kind == StatisticKind::Mean   ? mean
              : use.kind == StatisticKind::Rstd ? rstd
                                                : statistic;
  if (use.form == StatisticForm::Reciprocal)
    part = statements.reciprocal(part);
  else if (use.form == StatisticForm::Root)
    part = statements.root(part);
  Poly value = read(quoted({use.value, use.indices}));
  const llvm::fltSemantics &semantics = APFloat::IEEEsingle();
  Claim factor = claims->deriveRoot(use.factor, semantics);
  Poly times = factor.number;
  if (factor.kind == Claim::Kind::Root)
    times = statements.root(times);
  part =
      terms.add(terms.mul(part, times), claims->derive(use.summand, semantics));
  std::string own = std::to_string(number);
  return state("use" + own, value, "result" + own, part);
}

std::string CertificateWriter::state(StringRef lhsName, const Poly &lhs,
                                     StringRef rhsName, const Poly &rhs) {
  allEqual &= statements.expand(lhs).str() == statements.expand(rhs).str();
  std::string left = toSMT(define(lhsName, lhs));
  return "(= " + left + " " + toSMT(define(rhsName, rhs)) + ")";
}

/// States what program and op compute; `claim` is that they agree.
void CertificateWriter::writeClaim() {
  auto [mean, statistic] = getMeanAndStatistic();
  terms.setNonNegative(statements.expand(statistic));
  Poly root = read(getRoot());
  std::map<StringRef, Poly> operands;
  for (auto [name, witness] : getWitnesses(plan))
    operands[name] = read(getPlace(*witness));
  solveEpsilon(statistic);
  bool isInside = plan.match.epsMode == EpsMode::inside;
  Poly deviation = isInside ? statements.root(terms.add(statistic, epsilon))
                            : terms.add(statements.root(statistic), epsilon);
  Poly rstd = define("rstd", statements.reciprocal(deviation));
  Poly y = terms.mul(terms.sub(operands["input"], mean), rstd);
  if (plan.scale)
    y = terms.mul(
        y, terms.add(operands["scale"], Fraction(plan.spec.scaleOffset)));
  if (plan.bias)
    y = terms.add(y, operands["bias"]);
  if (plan.gate)
    y = terms.mul(y, operands["gate"]);
  if (plan.rest)
    y = terms.add(y, operands["rest"]);
  std::vector<std::string> equal = {state("root", root, "y", y)};
  for (auto [number, use] : llvm::enumerate(plan.statistics))
    equal.push_back(getUse(number, use, mean, statistic, rstd));
  claim = equal.size() == 1 ? equal[0] : "(and " + llvm::join(equal, " ") + ")";
}

//===----------------------------------------------------------------------===//
// The file
//===----------------------------------------------------------------------===//

static StringRef getFormat(const llvm::fltSemantics &semantics) {
  return &semantics == &APFloat::IEEEdouble()   ? "f64"
         : &semantics == &APFloat::IEEEsingle() ? "f32"
         : &semantics == &APFloat::IEEEhalf()   ? "f16"
                                                : "bf16";
}

void CertificateWriter::writePlan() {
  const NormMatch &match = plan.match;
  StringRef kinds[] = {"rmsnorm", "prmsnorm", "layernorm"};
  os << "; kind = " << kinds[unsigned(match.kind)] << "\n";
  SmallVector<unsigned> row;
  for (unsigned dim = 0; dim < rank; ++dim)
    if (match.rowMask >> dim & 1)
      row.push_back(dim);
  os << "; root = " << toString(getRoot()) << "\n; row = ";
  llvm::interleave(row, os, [&](unsigned dim) { os << "d" << dim; }, ", ");
  os << "\n";
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
       << claims->deriveRoot(use.factor, semantics).str() << " * "
       << ::toString(use.form) << " " << ::toString(use.kind) << " + "
       << certificate::toString(claims->derive(use.summand, semantics)) << "\n";
  }
  for (Value literal : claims->getOrder())
    os << "; literal = " << reader->getName(literal) << " as "
       << claims->getLiterals().at(literal).str() << "\n";
}

std::string CertificateWriter::write() {
  func::FuncOp function = *quotation.function;
  os << "; norm certificate 1\n; " << plan.root.value.getLoc()
     << "\n;\n; The program before the raise:\n";
  std::string quoted;
  llvm::raw_string_ostream quotedStream(quoted);
  function->print(quotedStream, *names);
  for (StringRef line : llvm::split(quoted, '\n'))
    os << ";   " << line << "\n";
  os << ";\n; What it is raised to, and what its literals stand for:\n";
  writeClaim();
  writePlan();
  function->walk([&](arith::TruncFOp op) {
    os << "; rounding " << reader->getName(op.getResult()) << " to "
       << getElementTypeOrSelf(op.getType()) << ", taken for the identity\n";
  });
  for (const std::string &note : statements.getNotes())
    os << "; not stated: " << note << "\n";
  if (!terms.getFailure().empty()) {
    os << "; open: " << terms.getFailure() << "\n; end\n";
    return text;
  }
  os << ";\n(set-logic " << (statements.hasFunctions() ? "QF_UFNRA" : "QF_NRA")
     << ")\n"
     << statements.getText()
     << "; a mean of squares\n(assert (>= |op.statistic| 0.0))\n"
     << "; sat: the statements do not contradict each other\n(check-sat)\n"
     << "(assert (not " << claim << "))\n; unsat: the claim holds\n"
     << "(check-sat)\n; end\n";
  return text;
}

/// With the reading of literals of 16 bits by which the claim is evident.
static std::string writeCertificate(const NormPlan &plan) {
  std::string text;
  for (NarrowReading reading :
       {NarrowReading::Length, NarrowReading::Written, NarrowReading::Scaled}) {
    CertificateWriter writer(plan, reading);
    std::string own = writer.write();
    if (text.empty() || writer.isEvident())
      text = std::move(own);
    if (writer.isEvident() || !writer.hasNarrowLiterals())
      break;
  }
  return text;
}

RaiseCertificate mlir::norm::raise::certify(const NormPlan &plan) {
  auto function = plan.root.owner->getParentOfType<FunctionOpInterface>();
  return {function ? function.getName().str() : "module",
          writeCertificate(plan)};
}
