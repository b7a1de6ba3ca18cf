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
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
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
                                     Value element, const WatchedNorm &norm) {
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
                                 const WatchedNorm &norm) {
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

static llvm::Expected<WatchedNorm> describeNorm(NormOpInterface op, int64_t k) {
  NormDescription description = NormDescription::get(op);
  WatchedNorm norm;
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

/// Adds `values` to what `entry` returns.
static void addResults(func::FuncOp entry, ValueRange values) {
  auto terminator =
      cast<func::ReturnOp>(entry.getBody().front().getTerminator());
  terminator.getOperandsMutable().append(values);
  SmallVector<Type> types(entry.getResultTypes());
  llvm::append_range(types, values.getTypes());
  entry.setFunctionType(
      FunctionType::get(entry.getContext(), entry.getArgumentTypes(), types));
}

/// The function that is told of rows in memrefs of `type`.
static func::FuncOp getWatcher(ModuleOp module, MemRefType type) {
  StringRef name =
      type.getElementType().isF64() ? "norm_watch_f64" : "norm_watch_f32";
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  auto watcher = func::FuncOp::create(
      builder, module.getLoc(), name,
      builder.getFunctionType({builder.getI64Type(), type, type, type}, {}));
  watcher.setPrivate();
  return watcher;
}

/// Calls the watcher with the values of norm `number`, in memrefs of one
/// dimension, before the function returns. A layernorm has its second value
/// twice.
static void addCall(func::FuncOp entry, unsigned number, ValueRange values) {
  Location loc = values.front().getLoc();
  OpBuilder builder(entry.getBody().front().getTerminator());
  SmallVector<Value> arguments = {
      arith::ConstantIntOp::create(builder, loc, number, 64)};
  for (Value value : values) {
    auto type = cast<RankedTensorType>(value.getType());
    if (type.getRank() > 1) {
      ReassociationIndices all =
          llvm::to_vector(llvm::seq<int64_t>(0, type.getRank()));
      value = tensor::CollapseShapeOp::create(builder, loc, value, all);
    } else if (type.getRank() == 0) {
      value = tensor::ExpandShapeOp::create(
          builder, loc, RankedTensorType::get({1}, type.getElementType()),
          value, ArrayRef<ReassociationIndices>());
    }
    type = cast<RankedTensorType>(value.getType());
    auto any = MemRefType::get(ShapedType::kDynamic, type.getElementType());
    auto buffer = MemRefType::get(type.getShape(), type.getElementType());
    value = bufferization::ToBufferOp::create(builder, loc, buffer, value,
                                              /*read_only=*/true);
    if (buffer != any)
      value = memref::CastOp::create(builder, loc, any, value);
    arguments.push_back(value);
  }
  while (arguments.size() < 4)
    arguments.push_back(arguments.back());
  func::FuncOp watcher =
      getWatcher(entry->getParentOfType<ModuleOp>(),
                 cast<MemRefType>(arguments.back().getType()));
  func::CallOp::create(builder, loc, watcher, arguments);
}

/// Calls `tell` with each norm of the module that is not watched, and why.
static void forEachUnwatched(
    ModuleOp module, func::FuncOp entry,
    llvm::function_ref<void(NormOpInterface op, StringRef reason)> tell) {
  module.walk([&](NormOpInterface op) {
    std::string reason = op->getParentOfType<func::FuncOp>() == entry
                             ? getWatchObstacle(op, entry)
                             : "the norm is in another function than the entry";
    if (!reason.empty())
      tell(op, reason);
  });
}

/// What leaves no room for results that are added.
static llvm::Error checkResults(func::FuncOp entry) {
  auto module = entry->getParentOfType<ModuleOp>();
  if (!SymbolTable::symbolKnownUseEmpty(entry, module))
    return llvm::createStringError("function '" + entry.getName() +
                                   "' is called, and cannot have more results");
  return llvm::Error::success();
}

llvm::Expected<Instrumentation>
norm::instrumentNorms(func::FuncOp entry, int64_t k, Delivery delivery) {
  if (delivery == Delivery::results)
    if (llvm::Error error = checkResults(entry))
      return error;
  if (!llvm::hasSingleElement(entry.getBody()))
    return llvm::createStringError("function '" + entry.getName() +
                                   "' has more than one block");
  Instrumentation result;
  result.profile.program = getFingerprint(entry->getParentOfType<ModuleOp>());
  result.profile.entry = entry.getName();
  SmallVector<NormOpInterface> watched = getWatchedNorms(entry);
  entry.walk([&](NormOpInterface op) {
    if (llvm::is_contained(watched, op))
      result.numbers.push_back(result.normCount);
    ++result.normCount;
  });
  forEachUnwatched(entry->getParentOfType<ModuleOp>(), entry,
                   [&](NormOpInterface op, StringRef reason) {
                     result.profile.missed.push_back(
                         describePlace(op.getLoc()) + ": " + reason.str());
                   });
  for (NormOpInterface op : watched) {
    auto norm = describeNorm(op, k);
    if (!norm)
      return norm.takeError();
    result.profile.norms.emplace_back(std::move(*norm));
  }
  OpBuilder builder(entry.getContext());
  for (auto [number, op] : llvm::enumerate(watched)) {
    ValueRange values =
        emitSampleLoop(builder, op, result.profile.norms[number]);
    if (delivery == Delivery::results)
      addResults(entry, values);
    else
      addCall(entry, number, values);
  }
  return result;
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

/// A missed remark for each norm of the module that is not watched.
static void emitUnwatched(ModuleOp module, func::FuncOp entry) {
  forEachUnwatched(module, entry, [](NormOpInterface op, StringRef reason) {
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
    auto instrumentation = instrumentNorms(
        function, k, calls ? Delivery::calls : Delivery::results);
    if (!instrumentation)
      return fail(llvm::toString(instrumentation.takeError()));
    if (!calls)
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
