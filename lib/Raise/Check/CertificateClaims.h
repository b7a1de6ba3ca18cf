//===- CertificateClaims.h - what literals stand for ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A literal is a rounded number: 0.0013020834 in f32 stands for 1/768, and
// 9.99999974E-6 for 1/100000. A certificate is about what literals stand for,
// says so, and its checker looks whether that is rounded to the literal. Such a
// number may be any that is: with another one nothing false can be proved of
// the program that has these numbers.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_CERTIFICATECLAIMS_H
#define NORM_LIB_RAISE_CHECK_CERTIFICATECLAIMS_H

#include "Check/CertificateReader.h"

namespace mlir::norm::raise::certificate {

/// The very number that `number` is.
Fraction toFraction(double number);

/// What literals of 16 bits stand for, of which one stands for many numbers: a
/// length or its reciprocal; what is written; a length times a power of two.
enum class NarrowReading { Length, Written, Scaled };

/// What the literals of one quoted program stand for.
class Claims {
public:
  /// `lengths` are the numbers that a literal, its reciprocal or its square may
  /// be, the likeliest first.
  Claims(func::FuncOp function, ArrayRef<int64_t> lengths,
         NarrowReading reading = NarrowReading::Length);

  const llvm::DenseMap<Value, Claim> &getLiterals() const { return literals; }
  /// The literals in the order of the program.
  ArrayRef<Value> getOrder() const { return order; }

  /// A number that was computed from literals and lengths, and that `semantics`
  /// rounds to `number`; one of `candidates` if one of them is.
  Fraction derive(double number, const llvm::fltSemantics &semantics,
                  ArrayRef<Fraction> candidates = {}) const;
  /// `number` as a root of one, where it is no number of few digits.
  Claim deriveRoot(double number, const llvm::fltSemantics &semantics) const;
  /// Whether a literal has 16 bits.
  bool hasNarrow() const;
  /// The type that rounds `meant` to `number`: `semantics`, or one of 16 bits
  /// that a literal has.
  const llvm::fltSemantics &
  getSemantics(const Fraction &meant, double number,
               const llvm::fltSemantics &semantics) const;

private:
  bool fits(double candidate, double number,
            const llvm::fltSemantics &semantics) const;
  Claim getClaim(const APFloat &literal) const;

  SmallVector<int64_t> lengths;
  NarrowReading reading;
  llvm::DenseMap<Value, Claim> literals;
  SmallVector<Value> order;
};

} // namespace mlir::norm::raise::certificate

#endif // NORM_LIB_RAISE_CHECK_CERTIFICATECLAIMS_H
