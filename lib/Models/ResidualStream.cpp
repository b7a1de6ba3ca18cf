//===- ResidualStream.cpp - sums that layernorms read ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ResidualStream.h"

#include "LinearSum.h"
#include "RowPath.h"
#include "RowProduct.h"
#include "Weights.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

namespace {
/// Collects what is connected with a value.
class StreamWalk {
public:
  explicit StreamWalk(const FoldOptions &options) : options(options) {}

  ResidualStream run(NormOpInterface op) {
    visit(op.getInput(), op.getDimensions()[0]);
    while (!pending.empty() && stream.obstacle.empty()) {
      auto [value, dim] = pending.pop_back_val();
      lookAtProducer(value, dim);
      lookAtReaders(value, dim);
    }
    checkArguments();
    return std::move(stream);
  }

private:
  void visit(Value value, int64_t dim);
  void lookAtProducer(Value value, int64_t dim);
  void lookAtReaders(Value value, int64_t dim);
  void lookAtReader(OpOperand &use, int64_t dim);
  bool visitTerms(linalg::LinalgOp op, AffineExpr along);
  bool addProduct(linalg::LinalgOp op, AffineExpr along);
  bool addTable(linalg::LinalgOp op, AffineExpr along);
  bool addWeights(OpOperand &use, int64_t dim);
  void visitInit(linalg::LinalgOp op, AffineExpr along);
  void visitSources(Operation *view, int64_t dim);
  void checkArguments();
  void stop(const Twine &reason) {
    if (stream.obstacle.empty())
      stream.obstacle = reason.str();
  }

  const FoldOptions &options;
  ResidualStream stream;
  SmallVector<std::pair<Value, int64_t>> pending;
};
} // namespace

static StringRef getOpName(Operation *op) {
  return op->getName().getStringRef();
}

void StreamWalk::visit(Value value, int64_t dim) {
  auto [known, isNew] = stream.dims.try_emplace(value, dim);
  if (!isNew) {
    if (known->second != dim)
      stop("a tensor is read along two of its dimensions");
    return;
  }
  Type element = getElementTypeOrSelf(value);
  if (!element.isF32() && !element.isF64())
    return stop("the residual stream is narrower than f32, in which rows keep "
                "no mean of 0");
  pending.push_back({value, dim});
}

/// Takes weights as a term; false if they are no constants and no arguments
/// that are weights.
bool StreamWalk::addWeights(OpOperand &use, int64_t dim) {
  Type element = getElementTypeOrSelf(use.get());
  if (!element.isF32() && !element.isF64())
    return false;
  std::optional<ArgumentDim> argument =
      traceArgument(use.get(), dim, options.numWeights);
  if (isMissing(use.get()))
    stop("the elements of weights are not in the program");
  if (!argument && !getConstantElements(use.get()))
    return false;
  stream.terms.push_back({&use, dim, argument});
  return true;
}

/// Whether `op` adds up products of two tensors.
static bool isProduct(linalg::LinalgOp op) {
  return op.hasPureTensorSemantics() && op->getNumResults() == 1 &&
         (multipliesAndAdds(op) || convolves(op));
}

/// a W, or a convolution of a with W, in which W alone has the dimension along
/// the rows; what it is added to is a term of its own.
bool StreamWalk::addProduct(linalg::LinalgOp op, AffineExpr along) {
  if (!isProduct(op))
    return false;
  OpOperand *weights = nullptr;
  for (OpOperand *input : op.getDpsInputOperands()) {
    AffineMap map = op.getMatchingIndexingMap(input);
    if (!map.isFunctionOfDim(cast<AffineDimExpr>(along).getPosition()))
      continue;
    if (weights || !map.getResultPosition(along))
      return false;
    weights = input;
  }
  if (!weights ||
      !addWeights(*weights,
                  *op.getMatchingIndexingMap(weights).getResultPosition(along)))
    return false;
  visitInit(op, along);
  return true;
}

void StreamWalk::visitInit(linalg::LinalgOp op, AffineExpr along) {
  OpOperand *init = op.getDpsInitOperand(0);
  if (isZeros(init->get()))
    return;
  unsigned dim = *op.getMatchingIndexingMap(init).getResultPosition(along);
  if (!addWeights(*init, dim))
    visit(init->get(), dim);
}

/// Rows of a table, table[token, i] with i along the row.
bool StreamWalk::addTable(linalg::LinalgOp op, AffineExpr along) {
  auto extract = getYielded(op).getDefiningOp<tensor::ExtractOp>();
  if (!extract || extract->getBlock() != op.getBlock())
    return false;
  unsigned loop = cast<AffineDimExpr>(along).getPosition();
  std::optional<int64_t> dim;
  for (auto [i, index] : llvm::enumerate(extract.getIndices())) {
    if (!variesAlong(index, op, loop))
      continue;
    auto own = index.getDefiningOp<linalg::IndexOp>();
    if (dim || !own || own.getDim() != loop)
      return false;
    dim = i;
  }
  return dim && addWeights(extract.getTensorMutable(), *dim);
}

/// The operands of a sum.
bool StreamWalk::visitTerms(linalg::LinalgOp op, AffineExpr along) {
  for (OpOperand *input : op.getDpsInputOperands()) {
    if (!op.payloadUsesValueFromOperand(input))
      continue;
    std::optional<unsigned> dim =
        op.getMatchingIndexingMap(input).getResultPosition(along);
    if (!dim)
      stop("a term of the residual stream is the same along the row");
    else if (!addWeights(*input, *dim))
      visit(input->get(), *dim);
  }
  return true;
}

void StreamWalk::lookAtProducer(Value value, int64_t dim) {
  Operation *producer = value.getDefiningOp();
  if (!producer)
    return stop("the residual stream enters as an argument");
  auto op = dyn_cast<linalg::LinalgOp>(producer);
  if (op && op.hasPureTensorSemantics()) {
    AffineExpr along =
        op.getIndexingMapMatchingResult(cast<OpResult>(value)).getResult(dim);
    if (isa<AffineDimExpr>(along) &&
        (isLinearSum(op) ? visitTerms(op, along)
                         : addProduct(op, along) || addTable(op, along)))
      return;
  }
  visitSources(producer, dim);
}

/// Whether `slice` takes whole rows, along `dim`, and drops no dimension.
static bool takesWholeRows(tensor::ExtractSliceOp slice, int64_t dim) {
  return slice.getSourceType().getRank() == slice.getType().getRank() &&
         slice.getSourceType().getDimSize(dim) ==
             slice.getType().getDimSize(dim) &&
         !slice.getType().isDynamicDim(dim);
}

/// What a reshape, a slice of the rows or a list of rows is made of.
void StreamWalk::visitSources(Operation *view, int64_t dim) {
  if (std::optional<int64_t> source = getSourceRowDim(view, dim))
    return visit(view->getOperand(0), *source);
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(view);
      slice && takesWholeRows(slice, dim))
    return visit(slice.getSource(), dim);
  auto concat = dyn_cast<tensor::ConcatOp>(view);
  if (!concat || int64_t(concat.getDim()) == dim)
    return stop("a term of the residual stream is no product with " +
                Twine(options.numWeights ? "" : "constant ") +
                "weights: " + getOpName(view));
  for (OpOperand &part : concat->getOpOperands())
    if (!addWeights(part, dim))
      visit(part.get(), dim);
}

/// Whether `reader` gives rows of what it reads among its own, along `dim`.
static bool passesRowsOn(Operation *reader, int64_t dim) {
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(reader))
    return takesWholeRows(slice, dim);
  auto concat = dyn_cast<tensor::ConcatOp>(reader);
  return concat && int64_t(concat.getDim()) != dim;
}

void StreamWalk::lookAtReader(OpOperand &use, int64_t dim) {
  Operation *reader = use.getOwner();
  if (isa<tensor::DimOp>(reader))
    return;
  if (auto norm = dyn_cast<NormOpInterface>(reader)) {
    if (cast<DestinationStyleOpInterface>(reader).isDpsInit(&use))
      return;
    Value mean = norm.getMeanResult();
    if (!norm.isCentered() || norm.getInput() != use.get() ||
        norm.getDimensions() != ArrayRef<int64_t>(dim))
      return stop("another norm than a layernorm reads the residual stream");
    if (mean && !mean.use_empty())
      return stop("the mean of a layernorm is used");
    if (!llvm::is_contained(stream.norms, norm))
      stream.norms.push_back(norm);
    return;
  }
  if (auto op = dyn_cast<linalg::LinalgOp>(reader)) {
    if (!op.payloadUsesValueFromOperand(&use))
      return;
    if (isLinearSum(op) || (isProduct(op) && op.isDpsInit(&use))) {
      AffineExpr along = op.getMatchingIndexingMap(&use).getResult(dim);
      OpResult result = op->getResult(0);
      if (std::optional<unsigned> to =
              op.getIndexingMapMatchingResult(result).getResultPosition(along))
        return visit(result, *to);
    }
  }
  if (std::optional<RowPath> path = RowPath(dim).extend(reader))
    return visit(reader->getResult(0), path->getRowDim());
  if (passesRowsOn(reader, dim))
    return visit(reader->getResult(0), dim);
  if (isa<func::ReturnOp>(reader) && options.centresResults)
    return;
  stop("a reader of the residual stream is no layernorm: " + getOpName(reader));
}

void StreamWalk::lookAtReaders(Value value, int64_t dim) {
  for (OpOperand &use : value.getUses())
    lookAtReader(use, dim);
}

/// An argument changes for all of its uses, which have to be of this stream.
void StreamWalk::checkArguments() {
  llvm::DenseSet<OpOperand *> uses;
  llvm::DenseMap<Value, int64_t> along;
  for (const StreamTerm &term : stream.terms) {
    uses.insert(term.weights);
    if (!term.argument)
      continue;
    auto [known, isNew] =
        along.try_emplace(term.argument->argument, term.argument->dim);
    if (!isNew && known->second != term.argument->dim)
      stop("an argument has rows along two of its dimensions");
  }
  for (const StreamTerm &term : stream.terms)
    if (term.argument)
      if (std::string tied = getTiedObstacle(term.argument->argument, uses);
          !tied.empty())
        stop(tied);
}

ResidualStream models::findResidualStream(NormOpInterface op,
                                          const FoldOptions &options) {
  ResidualStream stream;
  if (op.getDimensions().size() != 1)
    stream.obstacle = "the row has more than one dimension";
  else if (ShapedType::isDynamic(op.getRowLength()))
    stream.obstacle = "the length of the rows is not known";
  else
    return StreamWalk(options).run(op);
  return stream;
}
