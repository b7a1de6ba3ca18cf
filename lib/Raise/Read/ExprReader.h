//===- ExprReader.h - from IR to row expressions ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_READ_EXPRREADER_H
#define NORM_LIB_RAISE_READ_EXPRREADER_H

#include "Expr/Expr.h"
#include "Read/ExtentClasses.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::norm::raise {

/// What a value is, twice: with every rounding kept as a node, and with those
/// looked through that a relaxed raise may drop.
struct ValueExpr {
  ExprRef relaxed;
  ExprRef exact;
};

/// Whether `op` has more loops, or reads or gives tensors of more dimensions,
/// than kMaxRank. Such ops are not looked into: dimension numbers are few.
bool exceedsRank(Operation *op);

/// Whether `value`, a sum over k of x[r, k] * g[k], is read back by the rows r,
/// as the mean of a row x * g is. What a product of a matrix and a vector gives
/// is the row itself, and so is the gradient of a scale.
bool isReadAsStatistic(Value value);

/// Gives every value of a program its row expression. A tensor is an expression
/// in its own dimensions, a scalar in the body of a linalg op one in the loops
/// of that op, any other scalar one without dimensions. What is not understood
/// is a leaf; so the result is always true, if not always useful.
///
/// This is the one place that says which roundings are looked through (see
/// `applyRounding`).
class ExprReader {
public:
  explicit ExprReader(ExprContext &context) : context(context) {}
  virtual ~ExprReader() = default;

  /// The expression of `value`, computed from what it depends on as far as that
  /// is not known yet.
  ValueExpr get(Value value);

  /// The expression of `value` in the reading that raises go by: the relaxed
  /// one unless `readExact` was called.
  ExprRef read(Value value) {
    return isExact ? get(value).exact : get(value).relaxed;
  }
  void readExact() { isExact = true; }
  bool readsExact() const { return isExact; }

  /// From now on reads as gradients are written: a sum that is 0 because a mean
  /// has been taken off its values counts as 0, and a sum over rows of what a
  /// row is scaled by is looked into, and so is a part of a row that is put
  /// beside zeros.
  void readGradients() { isOfGradients = true; }

  /// Whether a shared function was read (see SharedFunctions.h).
  bool hasSharedFunctions() const { return sawFunction; }
  /// From now on, where `isCut`, a shared function is a leaf. Nothing is known
  /// any more.
  void cutSharedFunctions(bool isCut) {
    forget(0);
    cutsFunctions = isCut;
  }

  /// The same of a root: its own operation is looked into, though the value is
  /// a leaf to others because a limit was met.
  ExprRef readRoot(Value value) {
    ExprRef expr = read(value);
    auto found = uncut.find(value);
    if (found == uncut.end() || expr->value != value)
      return expr;
    return isExact ? found->second.exact : found->second.relaxed;
  }

  /// Ops that were looked at so far, each as often as that was.
  unsigned numVisited = 0;

  /// A mark of what is known now; `forget` drops what was computed since.
  size_t mark() const { return known.size(); }
  void forget(size_t mark);

  /// Declares that `value` is `expr` (what a rewrite has put in place).
  void set(Value value, ValueExpr expr);

  /// The extent of dimension `dim` of a shaped value: a constant, or the
  /// dynamic extent that it comes from.
  ExprRef getExtent(Value shaped, int64_t dim);

  ExprContext &getContext() { return context; }

  /// The extents of the program that are known to agree.
  ExtentClasses &getExtentClasses() { return extentClasses; }

  /// The extents of the loops of `op` as numbers, dynamic where unknown.
  static SmallVector<int64_t> getLoopRanges(linalg::LinalgOp op);

  /// The extent of loop `loop` of `op`.
  ExprRef getLoopExtent(linalg::LinalgOp op, unsigned loop);

  /// The extents of the space in which `owner` computes: the loops of a
  /// structured op, the dimensions of an elementwise result; none for others.
  std::optional<SmallVector<ExprRef>> getSpace(Operation *owner);

  /// `value` (a tensor or a scalar) read at `indices`, positions of a space
  /// with the given extents.
  ValueExpr getAt(Value value, ArrayRef<AffineExpr> indices,
                  ArrayRef<int64_t> extents);

  /// Whether the relaxed reading of `value` takes a product with a mask for a
  /// slice, [j < k] x_j for the first k elements, somewhere between `value` and
  /// the tensors `inputs`: NaN and infinities of the others are then ignored.
  bool readsMaskAsSlice(Value value, ArrayRef<Value> inputs) const;

protected:
  /// The law of one op; tests put a wrong one in its place.
  virtual ExprRef evaluate(Operation *op, ArrayRef<ExprRef> operands);

private:
  ExprRef makeExtent(Value shaped, int64_t dim);
  void setComputed(Value value, ValueExpr expr);
  void setLeafFor(Value value, ValueExpr expr);
  bool cutSharedFunction(Value value, ValueExpr expr);
  void forEachOperand(Operation *op, llvm::function_ref<void(Value)> visit);
  void compute(Value value);
  void visitKnown(Operation *op);
  void visit(Operation *op);
  void visitLinalg(linalg::LinalgOp op);
  void visitBody(linalg::LinalgOp op);
  bool visitShapeOp(Operation *op);
  bool visitPlacement(Operation *op);
  void visitNorm(NormOpInterface op);
  void readRstd(NormOpInterface op);
  void visitExtract(tensor::ExtractOp extract);
  bool isProduct(linalg::LinalgOp op, ArrayRef<ExprRef> inputs);
  ValueExpr getResult(linalg::LinalgOp op, unsigned number);
  ValueExpr makeLeaf(Value value);
  void setView(Value result, Value source, ArrayRef<AffineExpr> indices);
  ExprRef readLaw(Operation *op, ArrayRef<ExprRef> operands);
  ValueExpr evaluateBoth(Operation *op, ArrayRef<ExprRef> relaxed,
                         ArrayRef<ExprRef> exact);
  ValueExpr applyRounding(Operation *op, ValueExpr expr);

  ExprContext &context;
  bool isExact = false;
  bool isOfGradients = false, cutsFunctions = false, sawFunction = false;
  ExtentClasses extentClasses;
  /// Products of extents that are being computed.
  llvm::DenseSet<std::pair<Value, int64_t>> activeExtents;
  llvm::DenseMap<Value, ValueExpr> values;
  /// What was computed for values that a limit made leaves.
  llvm::DenseMap<Value, ValueExpr> uncut;
  /// Shared functions that are leaves.
  llvm::DenseSet<Value> functions;
  /// The values in the order in which they became known.
  SmallVector<Value> known;
  /// Ops whose values are being computed.
  llvm::SmallPtrSet<Operation *, 8> active;
  /// Products with a mask that the relaxed reading takes for slices.
  llvm::SmallPtrSet<Operation *, 8> maskProducts;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_READ_EXPRREADER_H
