//===- CertificateFile.h - what all certificates have -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_CERTIFICATEFILE_H
#define NORM_LIB_RAISE_CHECK_CERTIFICATEFILE_H

#include "Check/CertificateClaims.h"
#include "Check/Quotation.h"

namespace mlir::norm::raise::certificate {

/// A value at indices over the positions of the root: one for each dimension of
/// a tensor, one for each loop of a scalar in the body of a structured op.
struct Place {
  Value value;
  SmallVector<AffineExpr> indices;
  /// What the op takes the value times of.
  Fraction multiple = 1;
};

/// The one place that knows what a witness looks like. Loops that a scalar does
/// not vary along are at 0.
Place readWitness(const Witness &witness);

/// The lengths that a literal may stand for: `statistic`, which may be null,
/// and dimensions of `values`, neighbours together.
SmallVector<int64_t> getLikelyLengths(ExprRef statistic,
                                      ArrayRef<Value> values);

StringRef getFormat(const llvm::fltSemantics &semantics);

/// Writes one certificate, of a norm or of a gradient: the quoted program, and
/// what is stated of it.
class CertificateFile {
public:
  virtual ~CertificateFile() = default;

  std::string write();
  /// Whether program and op are the same when they are multiplied out.
  bool isEvident() const { return allEqual; }
  bool hasNarrowLiterals() const { return claims->hasNarrow(); }

protected:
  /// Quotes what `wanted` is computed from within `cone`.
  CertificateFile(const Point &root, const Cone &cone, ArrayRef<Value> wanted,
                  ArrayRef<int64_t> lengths, NarrowReading reading);

  /// States what program and op compute; gives the claim that they agree.
  virtual std::string writeClaim() = 0;
  /// Writes the plan, a line for each part.
  virtual void writePlan() = 0;
  /// Writes what is known of the statistic.
  virtual void writeFacts() {
    os << "; a mean of squares\n(assert (>= |op.statistic| 0.0))\n";
  }
  /// What the quoted program is.
  virtual StringRef getHeading() const {
    return "The program before the raise";
  }

  /// The index of a position of the root, of which one alone is 0.
  Index getPosition(unsigned dim);
  std::vector<Index> getPositions();
  /// `place` in the quoted program.
  Place quoted(Place place) {
    place.value = quotation.values.lookup(place.value);
    return place;
  }
  /// Where `witness` is in the quoted program; a number is no value, and a
  /// factor that `semantics` has.
  Place getPlace(const Witness &witness, const llvm::fltSemantics &semantics);
  Place getRoot();
  std::string toString(const Place &place);
  /// The dimensions in `mask`, as d0, d1.
  std::string toString(uint32_t mask);
  std::vector<Index> getIndices(const Place &place,
                                const std::vector<Index> &positions);
  Poly read(const Place &place, const std::vector<Index> &positions);
  Poly define(StringRef name, const Poly &poly) {
    return statements.defineAlways(("op." + name).str(), poly);
  }
  /// That both are equal, under names.
  std::string state(StringRef lhsName, const Poly &lhs, StringRef rhsName,
                    const Poly &rhs);

  const Point &root;
  unsigned rank;
  Quotation quotation;
  Terms terms;
  Statements statements{terms};
  std::optional<AsmState> names;
  std::optional<Claims> claims;
  std::optional<Reader> reader;
  bool allEqual = true;
  std::string text;
  llvm::raw_string_ostream os{text};
};

/// The file of the first reading of literals of 16 bits by which the claim is
/// evident, or of the first one.
std::string writeEvident(
    llvm::function_ref<std::unique_ptr<CertificateFile>(NarrowReading)> make);

} // namespace mlir::norm::raise::certificate

#endif // NORM_LIB_RAISE_CHECK_CERTIFICATEFILE_H
