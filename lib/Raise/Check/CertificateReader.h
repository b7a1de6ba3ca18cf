//===- CertificateReader.h - what a quoted program computes -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_CERTIFICATEREADER_H
#define NORM_LIB_RAISE_CHECK_CERTIFICATEREADER_H

#include "Check/CertificateStatements.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::norm::raise::certificate {

/// What a literal stands for: a number, or a root of one.
struct Claim {
  enum class Kind { Number, Root, ReciprocalRoot, FourthRoot };
  Kind kind = Kind::Number;
  Fraction number;

  std::string str() const;
};

inline bool isTruth(Value value) {
  return getElementTypeOrSelf(value).isInteger(1);
}

/// Reads a quoted function: each op at an index is stated under the name of its
/// result. Roundings are the identity, and integers do not wrap around.
class Reader {
public:
  Reader(func::FuncOp function, AsmState &names,
         const llvm::DenseMap<Value, Claim> &claims, Terms &terms,
         Statements &statements);

  /// A tensor at indices, or a scalar of the body of a structured op at a point
  /// of its loops.
  Poly read(Value value, const std::vector<Index> &indices);
  /// The extent of a dimension of a tensor, or of a loop of such a scalar.
  Extent getExtent(Value value, unsigned dim);
  std::string getName(Value value);

private:
  // Extents.
  void joinExtents(ArrayRef<std::pair<Value, unsigned>> dims);
  void joinExtents(Operation *op);
  Extent resolve(const Extent &extent);
  Extent trace(Value value, unsigned dim);
  Extent getSize(OpFoldResult size);
  Extent getDimension(Value value, unsigned dim) {
    return resolve(trace(value, dim));
  }
  Extent getLoopExtent(linalg::GenericOp op, unsigned loop);

  // Integers.
  Poly getWhole(Value value);
  std::optional<Poly> getIntegerMeaning(Operation *op, ArrayRef<Poly> operands);
  std::optional<Poly> divide(Operation *op, const Poly &number,
                             int64_t divisor);
  std::optional<int64_t> getConstantIndex(OpFoldResult index);

  // Tensors.
  Poly at(Value value, const std::vector<Index> &indices);
  Poly compute(Value value, const std::vector<Index> &indices);
  std::optional<std::vector<Index>>
  getSourceIndices(Operation *op, const std::vector<Index> &indices);
  Poly readResult(linalg::GenericOp op, OpResult result,
                  const std::vector<Index> &indices);
  std::optional<SmallVector<Value>> getSummands(linalg::GenericOp op,
                                                unsigned number);

  // Scalars.
  Poly readBody(linalg::GenericOp op, Value scalar,
                const std::vector<Index> &loops);
  Poly readScalar(Operation *op, const std::vector<Index> &loops,
                  const std::vector<Poly> &operands);
  Poly getMeaning(Operation *op, const std::vector<Index> &loops,
                  const std::vector<Poly> &operands);
  bool isNonNegative(const Poly &poly) {
    return terms.isNonNegative(poly) ||
           terms.isNonNegative(statements.expand(poly));
  }
  std::optional<Poly> getClamped(Operation *op, ArrayRef<Poly> operands);
  void noteSign(Operation *op, ArrayRef<Poly> operands, const Poly &meaning);
  Poly getNumber(Operation *op, const std::vector<Index> &loops);
  Poly getPower(Operation *op, const std::vector<Poly> &operands);
  Poly getSelect(const std::vector<Poly> &operands);
  Poly getComparison(Operation *op, const std::vector<Poly> &operands);
  Poly compare(const std::string &name, const std::vector<Poly> &operands);
  std::optional<Index> toIndex(const Poly &poly);
  std::optional<std::vector<Index>> toIndices(const std::vector<Poly> &polys);
  Poly toPoly(const Index &index);
  const llvm::SetVector<Value> &getSlice(linalg::GenericOp op, Value value);
  Poly getElement(Value value, const std::vector<Index> &indices) {
    return terms.element(getName(value), indices);
  }
  std::string getComment(Operation *op);

  AsmState &names;
  const llvm::DenseMap<Value, Claim> &claims;
  Terms &terms;
  Statements &statements;
  std::map<std::string, Extent> classes;
  std::map<std::string, Poly> known;
  llvm::DenseMap<Value, Poly> wholes;
  llvm::DenseMap<Value, llvm::SetVector<Value>> slices;
};

} // namespace mlir::norm::raise::certificate

#endif // NORM_LIB_RAISE_CHECK_CERTIFICATEREADER_H
