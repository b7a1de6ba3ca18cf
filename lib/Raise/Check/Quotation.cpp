//===- Quotation.cpp - the program that a certificate is about ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Quotation.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// Ops that are looked at from one end of a cone.
static constexpr unsigned kMaxPath = 48;

/// Whether `op` is quoted, and not only its results as arguments: it is of the
/// cone, or a constant, a scalar or a size.
static bool isQuoted(Operation *op, const llvm::SetVector<Operation *> &cone) {
  if (cone.contains(op))
    return true;
  if (op->getNumRegions() != 0 || !isMemoryEffectFree(op))
    return false;
  Attribute constant;
  if (matchPattern(op, m_Constant(&constant)))
    return !isa<ElementsAttr>(constant) || isa<SplatElementsAttr>(constant);
  return isa<tensor::EmptyOp, tensor::FromElementsOp, tensor::SplatOp>(op) ||
         llvm::none_of(op->getResultTypes(),
                       [](Type type) { return isa<ShapedType>(type); });
}

/// The values from outside of `op` that it and its regions read.
static llvm::SetVector<Value> getInputs(Operation *op) {
  llvm::SetVector<Value> inputs;
  op->walk([&](Operation *nested) {
    for (Value operand : nested->getOperands())
      if (nested == op ||
          !op->isAncestor(operand.getParentBlock()->getParentOp()))
        inputs.insert(operand);
  });
  return inputs;
}

/// Whether the elements of the results of `op` follow from single elements, or
/// are sums of those of one tensor.
static bool isFollowed(Operation *op) {
  if (auto structured = dyn_cast<linalg::LinalgOp>(op))
    return structured.hasPureTensorSemantics() &&
           (structured.getNumReductionLoops() == 0 ||
            structured.getNumDpsInputs() == 1);
  return isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp, tensor::CastOp,
             tensor::ExtractSliceOp>(op) ||
         (op->hasTrait<OpTrait::Elementwise>() && isMemoryEffectFree(op));
}

namespace {
/// A tensor, the ones it follows from, and the ops between.
struct Path {
  llvm::SetVector<Value> values;
  llvm::SetVector<Operation *> ops;

  /// The ops that lead to a value of `meetings` behind the tensor.
  llvm::SetVector<Operation *>
  getOpsTo(const llvm::DenseSet<Value> &meetings) const;
};
} // namespace

llvm::SetVector<Operation *>
Path::getOpsTo(const llvm::DenseSet<Value> &meetings) const {
  llvm::SetVector<Operation *> leading;
  auto leads = [&](Value value) {
    return values.contains(value) && value != values.front() &&
           (meetings.contains(value) ||
            leading.contains(value.getDefiningOp()));
  };
  // One that reads nothing but numbers, as a fill.
  auto isConstant = [&](Operation *op) {
    return llvm::none_of(op->getOperands(), [&](Value operand) {
      Operation *producer = operand.getDefiningOp();
      return isa<RankedTensorType>(operand.getType()) &&
             (!producer ||
              !(isa<tensor::EmptyOp, tensor::SplatOp, arith::ConstantOp>(
                    producer) ||
                leading.contains(producer)));
    });
  };
  for (size_t before = ~0u; before != leading.size();) {
    before = leading.size();
    for (Operation *op : llvm::reverse(ops))
      if (llvm::any_of(op->getOperands(), leads) || isConstant(op))
        leading.insert(op);
  }
  return leading;
}

static Path followBack(Value end) {
  Path path;
  path.values.insert(end);
  for (unsigned i = 0; i < path.values.size() && path.ops.size() < kMaxPath;
       ++i) {
    Operation *producer = path.values[i].getDefiningOp();
    if (!producer || !isFollowed(producer))
      continue;
    path.ops.insert(producer);
    for (Value operand : producer->getOperands())
      if (isa<RankedTensorType>(operand.getType()) &&
          !operand.getDefiningOp<tensor::EmptyOp>())
        path.values.insert(operand);
  }
  return path;
}

/// The ops of the cone, and those by which tensors at which it ends are
/// related: one follows from another, as (x + x) / 2 from x, or both from a
/// third, as where x is cast twice.
static llvm::SetVector<Operation *> addRelations(const Cone &cone,
                                                 ArrayRef<Value> wanted) {
  llvm::SetVector<Operation *> ops = cone.ops;
  llvm::SetVector<Value> ends;
  auto insert = [&](Value value) {
    if (isa<RankedTensorType>(value.getType()) &&
        !cone.ops.contains(value.getDefiningOp()))
      ends.insert(value);
  };
  for (Operation *op : cone.ops)
    llvm::for_each(getInputs(op), insert);
  llvm::for_each(wanted, insert);
  SmallVector<Path> paths;
  llvm::DenseSet<Value> reached, meetings;
  for (Value end : ends) {
    paths.push_back(followBack(end));
    for (Value value : paths.back().values)
      if (!reached.insert(value).second)
        meetings.insert(value);
  }
  for (const Path &path : paths) {
    llvm::SetVector<Operation *> leading = path.getOpsTo(meetings);
    ops.insert(leading.begin(), leading.end());
  }
  return ops;
}

/// The ops to quote, each behind what it reads.
static SmallVector<Operation *>
sortOps(const llvm::SetVector<Operation *> &cone, ArrayRef<Value> wanted) {
  SmallVector<Operation *> sorted, stack;
  llvm::SmallPtrSet<Operation *, 32> entered, done;
  auto push = [&](Value value) {
    Operation *op = value.getDefiningOp();
    Operation *owner = value.getParentBlock()->getParentOp();
    if (isa_and_nonnull<linalg::LinalgOp>(owner)) // a scalar of a body
      op = owner;
    if (op && isQuoted(op, cone) && !entered.contains(op))
      stack.push_back(op);
  };
  for (Value value : wanted) {
    push(value);
    while (!stack.empty()) {
      Operation *op = stack.back();
      if (!entered.insert(op).second) {
        stack.pop_back();
        if (done.insert(op).second)
          sorted.push_back(op);
        continue;
      }
      for (Value input : getInputs(op))
        push(input);
    }
  }
  return sorted;
}

Quotation mlir::norm::raise::quote(const Cone &cone, ArrayRef<Value> wanted,
                                   StringRef name) {
  MLIRContext *context = wanted.front().getContext();
  IRRewriter rewriter(context);
  Quotation quotation;
  auto function = func::FuncOp::create(rewriter.getUnknownLoc(), name,
                                       FunctionType::get(context, {}, {}));
  quotation.function = function;
  Block *block = function.addEntryBlock();
  auto getArgument = [&](Value value) {
    if (!quotation.values.contains(value))
      quotation.values.map(value,
                           block->addArgument(value.getType(), value.getLoc()));
  };
  for (Operation *op : sortOps(addRelations(cone, wanted), wanted)) {
    for (Value input : getInputs(op))
      getArgument(input);
    rewriter.setInsertionPointToEnd(block);
    Operation *copy = rewriter.clone(*op, quotation.values);
    auto structured = dyn_cast<linalg::LinalgOp>(copy);
    if (!structured || isa<linalg::GenericOp>(copy))
      continue;
    FailureOr<linalg::GenericOp> generic =
        linalg::generalizeNamedOp(rewriter, structured);
    if (failed(generic)) {
      quotation.failure =
          ("op " + op->getName().getStringRef() + " cannot be quoted").str();
      continue;
    }
    quotation.values.map(op->getResults(), generic->getResults());
  }
  for (Value value : wanted)
    getArgument(value);
  rewriter.setInsertionPointToEnd(block);
  func::ReturnOp::create(rewriter, rewriter.getUnknownLoc());
  function.setFunctionType(
      FunctionType::get(context, block->getArgumentTypes(), {}));
  return quotation;
}
