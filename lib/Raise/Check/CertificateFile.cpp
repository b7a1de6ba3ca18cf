//===- CertificateFile.cpp - what all certificates have -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/CertificateFile.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;
using namespace mlir::norm::raise::certificate;

Place certificate::readWitness(const Witness &witness) {
  Fraction multiple = toFraction(witness.multiple);
  if (!witness.op)
    return {witness.value, witness.indices, multiple};
  linalg::LinalgOp op = witness.op;
  Place place = {witness.value, {}, multiple};
  place.indices.assign(op.getNumLoops(),
                       getAffineConstantExpr(0, op.getContext()));
  for (auto [loop, index] : llvm::zip(witness.loops, witness.indices))
    place.indices[loop] = index;
  return place;
}

SmallVector<int64_t> certificate::getLikelyLengths(ExprRef statistic,
                                                   ArrayRef<Value> values) {
  llvm::SetVector<int64_t> lengths;
  auto insert = [&](double length) {
    if (length > 1 && length < 1e15)
      lengths.insert(int64_t(length));
  };
  if (statistic && statistic->isConstant())
    insert(statistic->constant.value);
  for (Value value : values) {
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

StringRef certificate::getFormat(const llvm::fltSemantics &semantics) {
  return &semantics == &APFloat::IEEEdouble()   ? "f64"
         : &semantics == &APFloat::IEEEsingle() ? "f32"
         : &semantics == &APFloat::IEEEhalf()   ? "f16"
                                                : "bf16";
}

CertificateFile::CertificateFile(const Point &root, const Cone &cone,
                                 ArrayRef<Value> wanted,
                                 ArrayRef<int64_t> lengths,
                                 NarrowReading reading)
    : root(root), rank(root.extents.size()),
      quotation(quote(cone, wanted, "before")) {
  if (!quotation.failure.empty())
    terms.fail(quotation.failure);
  func::FuncOp function = *quotation.function;
  names.emplace(function,
                OpPrintingFlags().printGenericOpForm().useLocalScope());
  claims.emplace(function, lengths, reading);
  reader.emplace(function, *names, claims->getLiterals(), terms, statements);
}

//===----------------------------------------------------------------------===//
// Places
//===----------------------------------------------------------------------===//

Index CertificateFile::getPosition(unsigned dim) {
  Extent extent = reader->getExtent(quotation.values.lookup(root.value), dim);
  std::string name = "d" + std::to_string(dim);
  terms.setRange(name, extent);
  return extent.isStatic() && extent.number == 1 ? Index()
                                                 : Index::variable(name);
}

std::vector<Index> CertificateFile::getPositions() {
  std::vector<Index> positions;
  positions.reserve(rank);
  for (unsigned dim = 0; dim < rank; ++dim)
    positions.push_back(getPosition(dim));
  return positions;
}

Place CertificateFile::getPlace(const Witness &witness,
                                const llvm::fltSemantics &semantics) {
  if (witness.number)
    return {Value(), {}, claims->derive(*witness.number, semantics)};
  return quoted(readWitness(witness));
}

Place CertificateFile::getRoot() {
  Place place = {root.value, {}};
  for (unsigned dim = 0; dim < rank; ++dim)
    place.indices.push_back(getAffineDimExpr(dim, root.value.getContext()));
  return quoted(place);
}

std::string CertificateFile::toString(const Place &place) {
  if (!place.value)
    return certificate::toString(place.multiple);
  std::string result = reader->getName(place.value) + " at affine_map<";
  llvm::raw_string_ostream(result)
      << AffineMap::get(rank, 0, place.indices, place.value.getContext())
      << ">";
  if (place.multiple != Fraction(1))
    result += " times " + certificate::toString(place.multiple);
  return result;
}

std::string CertificateFile::toString(uint32_t mask) {
  std::string result;
  for (unsigned dim = 0; dim < rank; ++dim)
    if (mask >> dim & 1)
      result += (result.empty() ? "d" : ", d") + std::to_string(dim);
  return result;
}

std::vector<Index>
CertificateFile::getIndices(const Place &place,
                            const std::vector<Index> &positions) {
  return terms.apply(
      AffineMap::get(rank, 0, place.indices, place.value.getContext()),
      positions);
}

Poly CertificateFile::read(const Place &place,
                           const std::vector<Index> &positions) {
  if (!place.value)
    return place.multiple;
  return terms.scale(reader->read(place.value, getIndices(place, positions)),
                     place.multiple);
}

std::string CertificateFile::state(StringRef lhsName, const Poly &lhs,
                                   StringRef rhsName, const Poly &rhs) {
  allEqual &= statements.expand(lhs).str() == statements.expand(rhs).str();
  std::string left = toSMT(define(lhsName, lhs));
  return "(= " + left + " " + toSMT(define(rhsName, rhs)) + ")";
}

//===----------------------------------------------------------------------===//
// The file
//===----------------------------------------------------------------------===//

std::string CertificateFile::write() {
  func::FuncOp function = *quotation.function;
  os << "; norm certificate 1\n; " << root.value.getLoc() << "\n;\n; "
     << getHeading() << ":\n";
  std::string quoted;
  llvm::raw_string_ostream quotedStream(quoted);
  function->print(quotedStream, *names);
  for (StringRef line : llvm::split(quoted, '\n'))
    os << ";   " << line << "\n";
  os << ";\n; What it is raised to, and what its literals stand for:\n";
  std::string claim = writeClaim();
  writePlan();
  for (Value literal : claims->getOrder())
    os << "; literal = " << reader->getName(literal) << " as "
       << claims->getLiterals().at(literal).str() << "\n";
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
     << statements.getText();
  writeFacts();
  os << "; sat: the statements do not contradict each other\n(check-sat)\n"
     << "(assert (not " << claim << "))\n; unsat: the claim holds\n"
     << "(check-sat)\n; end\n";
  return text;
}

std::string certificate::writeEvident(
    llvm::function_ref<std::unique_ptr<CertificateFile>(NarrowReading)> make) {
  std::string text;
  for (NarrowReading reading :
       {NarrowReading::Length, NarrowReading::Written, NarrowReading::Scaled}) {
    std::unique_ptr<CertificateFile> file = make(reading);
    std::string own = file->write();
    if (text.empty() || file->isEvident())
      text = std::move(own);
    if (file->isEvident() || !file->hasNarrowLiterals())
      break;
  }
  return text;
}
