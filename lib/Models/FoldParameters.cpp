//===- FoldParameters.cpp - scale and bias of a norm in its readers -------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FoldParameters.h"

#include "LinearSum.h"
#include "RowPath.h"
#include "RowProduct.h"
#include "Weights.h"

#include "norm/Dialect/Norm/IR/NormDescription.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

namespace {
/// A product that reads a norm, and the vector that is added behind it.
struct Reader {
  RowProduct product;
  /// The weights, where they are an argument.
  std::optional<ArgumentDim> argument;
  /// The operand of a sum that is a vector over the columns; null if there is
  /// none.
  OpOperand *bias = nullptr;
  BlockArgument biasArgument;
};

/// Finds the readers of one norm.
class ReaderSearch {
public:
  ReaderSearch(NormOpInterface op, const FoldOptions &options)
      : op(op), options(options) {}

  /// The readers; or `obstacle` is set.
  SmallVector<Reader> run();

  std::string obstacle;

private:
  void visit(Value rows, const RowPath &path);
  void addProduct(OpOperand &use, int64_t rowDim);
  void findBias(Reader &reader);
  void checkTypes();
  void checkArguments();
  bool isConstant(Value vector) const {
    return !vector || getConstantElements(vector);
  }
  /// Whether `vector` is null, an argument that is a weight, or a constant.
  bool isKnown(Value vector) const {
    return isConstant(vector) || (isa<BlockArgument>(vector) &&
                                  traceArgument(vector, 0, options.numWeights));
  }

  NormOpInterface op;
  const FoldOptions &options;
  SmallVector<Reader> readers;
};
} // namespace

static bool isWide(Value value) {
  Type element = getElementTypeOrSelf(value);
  return element.isF32() || element.isF64();
}

void ReaderSearch::checkTypes() {
  if (op.getDimensions().size() != 1)
    obstacle = "the row has more than one dimension";
  else if (op.getScaleRounding())
    obstacle = "the norm rounds before its scale";
  else if (!isWide(op.getY()))
    obstacle = "the norm is narrower than f32, in which weights would round";
  else if (!isKnown(op.getScale()) || !isKnown(op.getBias()))
    obstacle = "scale or bias is no constant";
}

/// Through reshapes that leave columns alone to a sum with a vector.
void ReaderSearch::findBias(Reader &reader) {
  Value value = reader.product.op->getResult(0);
  auto weights =
      cast<RankedTensorType>(reader.product.weights->get().getType());
  if (weights.getRank() != 2 || reader.product.columnMap.getNumResults() != 1)
    return;
  RowPath path(reader.product.columnMap.getDimPosition(0));
  while (value.hasOneUse()) {
    OpOperand &use = *value.getUses().begin();
    if (std::optional<RowPath> longer = path.extend(use.getOwner())) {
      path = *longer;
      value = use.getOwner()->getResult(0);
      continue;
    }
    auto sum = dyn_cast<linalg::LinalgOp>(use.getOwner());
    if (!sum || !isPlainSum(sum) || sum.isDpsInit(&use))
      return;
    OpOperand *other = sum.getDpsInputOperand(1 - use.getOperandNumber());
    AffineExpr along =
        sum.getMatchingIndexingMap(&use).getResult(path.getRowDim());
    std::optional<unsigned> dim =
        sum.getMatchingIndexingMap(other).getResultPosition(along);
    if (!dim || !isWide(other->get()))
      return;
    auto type = cast<RankedTensorType>(other->get().getType());
    std::optional<ArgumentDim> argument =
        traceArgument(other->get(), *dim, options.numWeights);
    bool isVector =
        argument
            ? cast<RankedTensorType>(argument->argument.getType()).getRank() ==
                  1
            : type.getRank() == 1 && getConstantElements(other->get());
    if (!isVector)
      return;
    reader.bias = other;
    if (argument)
      reader.biasArgument = argument->argument;
    return;
  }
}

void ReaderSearch::addProduct(OpOperand &use, int64_t rowDim) {
  auto matched = matchRowProduct(use, rowDim);
  if (auto *reason = std::get_if<std::string>(&matched)) {
    obstacle = *reason;
    return;
  }
  Reader reader{std::get<RowProduct>(matched), std::nullopt, nullptr, {}};
  const RowProduct &product = reader.product;
  Value weights = product.weights->get();
  reader.argument =
      traceArgument(weights, product.weightsRowDim, options.numWeights);
  findBias(reader);
  bool isConstantReader = isConstant(weights) && isConstant(op.getScale()) &&
                          isConstant(op.getBias());
  if (!isWide(weights) || !isWide(product.op->getResult(0)))
    obstacle = "a product is narrower than f32, in which weights would round";
  else if (!isConstantReader && !reader.argument)
    obstacle = "scale, bias and the weights of a product are neither all "
               "constant nor all arguments that are weights";
  else if (!isConstantReader && op.getBias() && !reader.biasArgument)
    obstacle = "no argument is added behind a product, which the bias of the "
               "norm could join";
  readers.push_back(reader);
}

void ReaderSearch::visit(Value rows, const RowPath &path) {
  for (OpOperand &use : rows.getUses()) {
    if (!obstacle.empty())
      return;
    if (isa<tensor::DimOp>(use.getOwner()))
      continue;
    if (std::optional<RowPath> longer = path.extend(use.getOwner()))
      visit(use.getOwner()->getResult(0), *longer);
    else
      addProduct(use, path.getRowDim());
  }
}

/// An argument changes for all of its uses, which have to be of these readers.
void ReaderSearch::checkArguments() {
  llvm::DenseSet<OpOperand *> uses;
  llvm::DenseSet<Value> changed;
  for (const Reader &reader : readers) {
    uses.insert(reader.product.weights);
    if (op.getBias() && reader.bias)
      uses.insert(reader.bias);
  }
  for (const Reader &reader : readers)
    for (BlockArgument argument :
         {reader.argument ? reader.argument->argument : BlockArgument(),
          op.getBias() ? reader.biasArgument : BlockArgument()}) {
      if (!argument || !obstacle.empty())
        continue;
      if (!changed.insert(argument).second)
        obstacle = "argument " + std::to_string(argument.getArgNumber()) +
                   " is read by two products (tied weights)";
      else
        obstacle = getTiedObstacle(argument, uses);
    }
}

SmallVector<Reader> ReaderSearch::run() {
  checkTypes();
  if (obstacle.empty())
    visit(op.getY(), RowPath(op.getDimensions()[0]));
  if (obstacle.empty() && readers.empty())
    obstacle = "nothing reads it";
  if (obstacle.empty())
    checkArguments();
  // Uses are listed from the last to the first.
  std::reverse(readers.begin(), readers.end());
  return std::move(readers);
}

//===----------------------------------------------------------------------===//
// The rewrite
//===----------------------------------------------------------------------===//

/// value + vector, which has the columns of `product`, under the same name.
static void addColumns(RewriterBase &rewriter, const RowProduct &product,
                       Value vector) {
  Value value = product.op->getResult(0);
  auto type = cast<RankedTensorType>(value.getType());
  Location loc = value.getLoc();
  rewriter.setInsertionPointAfterValue(value);
  Value init = tensor::EmptyOp::create(
      rewriter, loc, tensor::getMixedSizes(rewriter, loc, value),
      type.getElementType());
  AffineMap identity = rewriter.getMultiDimIdentityMap(type.getRank());
  SmallVector<utils::IteratorType> loops(type.getRank(),
                                         utils::IteratorType::parallel);
  auto sum = linalg::GenericOp::create(
      rewriter, loc, TypeRange{init.getType()}, ValueRange{value, vector},
      ValueRange{init},
      ArrayRef<AffineMap>{identity, product.columnMap, identity}, loops,
      [](OpBuilder &b, Location loc, ValueRange args) {
        linalg::YieldOp::create(
            b, loc,
            arith::AddFOp::create(b, loc, args[0], args[1]).getResult());
      });
  Value result = sum.getResult(0);
  if (result.getType() != type)
    result = tensor::CastOp::create(rewriter, loc, type, result);
  rewriter.replaceUsesWithIf(value, result, [&](OpOperand &use) {
    Operation *user = use.getOwner();
    return user != sum && !isa<tensor::DimOp>(user);
  });
}

static void setOperand(RewriterBase &rewriter, OpOperand *use, Value value) {
  rewriter.modifyOpInPlace(use->getOwner(), [&] { use->set(value); });
}

/// The constants of `reader` with the norm's scale and bias in them.
static void foldIntoConstants(RewriterBase &rewriter, NormOpInterface op,
                              const Reader &reader) {
  const RowProduct &product = reader.product;
  linalg::LinalgOp old = product.op;
  Location loc = old.getLoc();
  WeightsAlong w{product.weights->get(), product.weightsRowDim};
  rewriter.setInsertionPoint(old);
  if (op.getBias()) {
    bool joins = reader.bias && !reader.biasArgument;
    FloatType type = joins ? rewriter.getF64Type() : product.getResultType();
    Value shift = sumWeights(rewriter, loc, w, op.getBias(), type);
    if (joins)
      setOperand(rewriter, reader.bias,
                 addToWeights(rewriter, loc, reader.bias->get(), shift));
    else
      addColumns(rewriter, product, shift);
  }
  rewriter.setInsertionPoint(old);
  if (op.getScale())
    setOperand(rewriter, product.weights,
               scaleWeights(rewriter, loc, w, op.getScale(),
                            double(op.getScaleOffset())));
}

static void foldIntoArguments(NormOpInterface op, const Reader &reader,
                              WeightFunction &weights) {
  if (op.getBias())
    weights.shift(reader.biasArgument, *reader.argument, op.getBias());
  if (op.getScale())
    weights.scale(*reader.argument, op.getScale(), double(op.getScaleOffset()));
}

FoldOutcome models::foldParameters(RewriterBase &rewriter, NormOpInterface op,
                                   const FoldOptions &options,
                                   WeightFunction &weights) {
  ReaderSearch search(op, options);
  SmallVector<Reader> readers = search.run();
  FoldOutcome outcome{op.getLoc(), "parameters", unsigned(readers.size()), 0,
                      search.obstacle};
  if (!search.obstacle.empty())
    return outcome;
  for (const Reader &reader : readers) {
    if (reader.argument)
      foldIntoArguments(op, reader, weights);
    else
      foldIntoConstants(rewriter, op, reader);
  }
  NormDescription description = NormDescription::get(op);
  description.scale = description.bias = nullptr;
  description.scaleOffset = 0;
  rewriter.setInsertionPoint(op);
  NormOpInterface plain = description.create(rewriter, op.getLoc());
  rewriter.replaceOp(op, plain->getResults());
  return outcome;
}
