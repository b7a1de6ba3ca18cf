//===- Instrument.cpp - the pass norm-instrument --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Instrument.h"

#include "norm/Dialect/Norm/Transforms/Formula.h"
#include "norm/Models/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Remarks.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMINSTRUMENT
#include "norm/Models/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

/// Why `op`, which is in `function`, is not watched; empty if it is.
static std::string getWatchObstacle(NormOpInterface op, func::FuncOp function) {
  if (op->getParentOp() != function)
    return "the norm is in a loop or a branch";
  if (!isa<RankedTensorType>(op.getInput().getType()))
    return "the norm is on memrefs";
  if (ShapedType::isDynamic(op.getRowLength()))
    return "the length of its rows is not known";
  if (op.getRowLength() == 0)
    return "its rows have no elements";
  return "";
}

SmallVector<NormOpInterface> norm::getWatchedNorms(func::FuncOp function) {
  SmallVector<NormOpInterface> norms;
  function.walk([&](NormOpInterface op) {
    if (getWatchObstacle(op, function).empty())
      norms.push_back(op);
  });
  return norms;
}

//===----------------------------------------------------------------------===//
// The row loop
//===----------------------------------------------------------------------===//

/// (1/count) * sum of `value` over the first `count` elements of the row.
static Value emitLeadingMean(OpBuilder &builder, Location loc, Value value,
                             int64_t count, int64_t length) {
  IntegerAttr leading =
      count == length ? IntegerAttr() : builder.getI64IntegerAttr(count);
  Value sum = RowReduceOp::create(builder, loc, Reduction::add, value, leading);
  return emitQuotient(builder, loc, sum,
                      emitConstant(builder, loc, value.getType(), count));
}

/// The values of a row, in the order that Instrumentation has.
static SmallVector<Value> emitSample(OpBuilder &builder, NormOpInterface op,
                                     Value element, const NormProfile &norm) {
  Location loc = op.getLoc();
  Value h = ScalarEmitter().convert(builder, loc, element, op.getComputeType());
  if (norm.kind == NormKind::layernorm) {
    auto moments = RowMomentsOp::create(builder, loc, h);
    return {moments.getMean(), moments.getVariance()};
  }
  int64_t n = norm.rowLength;
  Value square = arith::MulFOp::create(builder, loc, h, h);
  return {emitLeadingMean(builder, loc, h, n, n),
          emitLeadingMean(builder, loc, square, n, n),
          emitLeadingMean(builder, loc, square, norm.k, n)};
}

/// The row loop beside `op` that measures what it reads; norm-fuse-rows makes
/// one loop of the two.
static ValueRange emitSampleLoop(OpBuilder &builder, NormOpInterface op,
                                 const NormProfile &norm) {
  Location loc = op.getLoc();
  builder.setInsertionPoint(op);
  AffineMap all = builder.getMultiDimIdentityMap(op.getInputType().getRank());
  auto rowDims = llvm::to_vector_of<unsigned>(op.getRowDimensions());
  SmallVector<OpFoldResult> sizes =
      llvm::map_to_vector(rowDims, [&](unsigned dim) {
        return tensor::getMixedSize(builder, loc, op.getInput(), dim);
      });
  unsigned count = getSampleCount(norm.kind);
  Value init =
      tensor::EmptyOp::create(builder, loc, sizes, op.getComputeType());
  SmallVector<AffineMap> maps = {all};
  maps.append(count, all.getSubMap(rowDims));
  auto loop = RowLoopOp::create(builder, loc, ValueRange{op.getInput()},
                                SmallVector<Value>(count, init), maps,
                                op.getDimensions());
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBlock());
  SmallVector<Value> sample =
      emitSample(builder, op, loop.getBlock()->getArgument(0), norm);
  RowYieldOp::create(builder, loc, sample);
  return loop.getResults();
}

//===----------------------------------------------------------------------===//
// The function
//===----------------------------------------------------------------------===//

/// "FILE:LINE:COLUMN" where there is one.
static std::string describePlace(Location loc) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (auto file = loc->findInstanceOf<FileLineColLoc>())
    os << file.getFilename().getValue() << ":" << file.getLine() << ":"
       << file.getColumn();
  else
    os << loc;
  return text;
}

static llvm::Expected<NormProfile> describeNorm(NormOpInterface op, int64_t k) {
  NormDescription description = NormDescription::get(op);
  NormProfile norm;
  norm.kind = description.kind;
  norm.location = describePlace(op.getLoc());
  norm.rowLength = op.getRowLength();
  norm.epsilon = description.epsilon;
  norm.epsMode = description.epsMode;
  if (norm.kind == NormKind::prmsnorm)
    norm.k = description.k;
  else if (norm.kind == NormKind::rmsnorm)
    norm.k = k ? k : (norm.rowLength + 15) / 16;
  if (norm.k > norm.rowLength)
    return llvm::createStringError("expected k to be at most the row length " +
                                   Twine(norm.rowLength) + " of the norm at " +
                                   norm.location + ", got " + Twine(k));
  return norm;
}

llvm::Expected<Instrumentation> norm::instrumentNorms(func::FuncOp entry,
                                                      int64_t k) {
  auto module = entry->getParentOfType<ModuleOp>();
  std::string name = entry.getName().str();
  if (!SymbolTable::symbolKnownUseEmpty(entry, module))
    return llvm::createStringError("function '" + name +
                                   "' is called, and cannot have more results");
  if (!llvm::hasSingleElement(entry.getBody()))
    return llvm::createStringError("function '" + name +
                                   "' has more than one block");
  Instrumentation result;
  result.profile.program = getFingerprint(module);
  result.profile.entry = name;
  result.firstResult = entry.getNumResults();
  for (NormOpInterface op : getWatchedNorms(entry)) {
    auto norm = describeNorm(op, k);
    if (!norm)
      return norm.takeError();
    result.profile.norms.push_back(std::move(*norm));
  }
  OpBuilder builder(entry.getContext());
  auto terminator =
      cast<func::ReturnOp>(entry.getBody().front().getTerminator());
  SmallVector<Type> types(entry.getResultTypes());
  for (auto [op, norm] :
       llvm::zip_equal(getWatchedNorms(entry), result.profile.norms))
    for (Value value : emitSampleLoop(builder, op, norm)) {
      terminator.getOperandsMutable().append(value);
      types.push_back(value.getType());
    }
  entry.setFunctionType(
      builder.getFunctionType(entry.getArgumentTypes(), types));
  return result;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// A missed remark for each norm of the module that is not watched.
static void emitUnwatched(ModuleOp module, func::FuncOp entry) {
  module.walk([&](NormOpInterface op) {
    std::string reason = op->getParentOfType<func::FuncOp>() == entry
                             ? getWatchObstacle(op, entry)
                             : "the norm is in another function than the entry";
    if (!reason.empty())
      remark::missed(
          op.getLoc(),
          remark::RemarkOpts::name("not-watched").category("norm-instrument"))
          << remark::reason("{0}", reason);
  });
}

namespace {
struct NormInstrument : norm::impl::NormInstrumentBase<NormInstrument> {
  using NormInstrumentBase::NormInstrumentBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto function = module.lookupSymbol<func::FuncOp>(entry);
    if (!function || function.isExternal())
      return fail("expected a function '" + entry + "' with a body");
    if (k < 0)
      return fail("expected k to be at least 0, got " + Twine(k));
    emitUnwatched(module, function);
    auto instrumentation = instrumentNorms(function, k);
    if (!instrumentation)
      return fail(llvm::toString(instrumentation.takeError()));
    markResults(function, *instrumentation);
  }

  void fail(const Twine &message) {
    emitError(getOperation().getLoc()) << message;
    signalPassFailure();
  }

  /// Says of each new result which norm and which value it is.
  static void markResults(func::FuncOp function,
                          const Instrumentation &instrumentation) {
    static constexpr StringLiteral centred[] = {"mean", "variance"};
    static constexpr StringLiteral other[] = {"mean", "square", "leading"};
    Builder builder(function.getContext());
    SmallVector<Attribute> watched;
    for (auto [number, norm] : llvm::enumerate(instrumentation.profile.norms)) {
      ArrayRef<StringLiteral> names(other);
      if (norm.kind == NormKind::layernorm)
        names = centred;
      for (StringRef name : names)
        watched.push_back(builder.getStringAttr(Twine(number) + " " + name));
    }
    function->setAttr("norm.watched", builder.getArrayAttr(watched));
  }
};
} // namespace
