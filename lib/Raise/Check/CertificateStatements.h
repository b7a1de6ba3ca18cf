//===- CertificateStatements.h - what a certificate states ------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The statements of a certificate in SMT-LIB 2. A name is what it stands for:
//
//   (define-fun |%9[d0, d1]| () Real (* |%arg0[d0, d1]| |1/(sqrt(%7[d0]))|))
//
// Roots and reciprocals are given by what makes them so: s >= 0, s s = v; and
// q v = 1. What has no meaning over the reals (exp, tanh) is a function of
// which nothing is stated. MLIR's dialect smt has no real numbers; hence the
// text.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_CERTIFICATESTATEMENTS_H
#define NORM_LIB_RAISE_CHECK_CERTIFICATESTATEMENTS_H

#include "Check/CertificateTerms.h"

namespace mlir::norm::raise::certificate {

/// `poly` in SMT-LIB.
std::string toSMT(const Poly &poly);

/// The statements, in an order in which each name is given before it is used.
class Statements {
public:
  explicit Statements(Terms &terms) : terms(terms) {}

  /// `poly` under the name of `element`; numbers, what has a name, and what
  /// varies with a sum have none.
  Poly define(const Poly &element, const Poly &poly,
              const std::string &comment);
  /// `poly` under `name`, whatever it is.
  Poly defineAlways(const std::string &name, const Poly &poly);
  /// q where q named = 1.
  Poly reciprocal(const Poly &named);
  /// s where s >= 0 and s^2 = named. Roots of what is the same when multiplied
  /// out are one.
  Poly root(const Poly &named);
  /// `poly` with what the names in it stand for in their places, unless that is
  /// long.
  Poly expand(const Poly &poly);
  /// A function by cases; "{0}" in `pattern` is the first operand.
  Poly choice(const std::string &name, const std::vector<Poly> &operands,
              llvm::StringRef pattern);
  /// A function of which nothing is stated.
  Poly function(const std::string &name, const std::vector<Poly> &operands);
  /// What roots are taken of, and what is divided by, multiplied out.
  ArrayRef<Poly> getRoots() const { return roots; }
  ArrayRef<Poly> getDivisors() const { return divisors; }
  /// A dynamic extent.
  Poly extent(const Extent &extent);
  /// Notes what is not stated.
  void note(const std::string &what);

  /// All of it: `; `, comments, statements.
  std::string getText() const;
  bool hasFunctions() const { return numFunctions > 0; }
  const std::vector<std::string> &getNotes() const { return notes; }

private:
  Poly state(const std::string &name, const std::string &text);
  Poly expandName(const std::string &name);
  std::string defineRoot(const std::string &name, const Poly &poly);
  std::string defineReciprocal(const std::string &name, const Poly &poly);
  bool declareFunction(const std::string &name);
  void declare(const Poly &poly);

  Terms &terms;
  std::vector<std::string> lines;
  std::set<std::string> stated;
  std::vector<std::string> notes;
  std::vector<Poly> roots, divisors;
  /// What names stand for, and the same multiplied out.
  std::map<std::string, Poly> definitions, expanded;
  unsigned numFunctions = 0;
};

} // namespace mlir::norm::raise::certificate

#endif // NORM_LIB_RAISE_CHECK_CERTIFICATESTATEMENTS_H
