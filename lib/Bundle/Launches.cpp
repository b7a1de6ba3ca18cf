//===- Launches.cpp - how a bundle's kernels are launched -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The host code of an entry is read, not compiled: whoever loads a bundle
// evaluates the same expressions of the extents.
//
//===----------------------------------------------------------------------===//

#include "Launches.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// A memref that the host passes to a kernel: a part of an argument.
struct View {
  unsigned argument;
  llvm::json::Value offset;
  SmallVector<llvm::json::Value> sizes, strides;
};

class HostReader {
public:
  explicit HostReader(const Extents &extents) : extents(extents) {}

  FailureOr<KernelLaunch> read(gpu::LaunchFuncOp launch);

private:
  FailureOr<llvm::json::Value> getExpr(Value value);
  FailureOr<llvm::json::Value> getExpr(OpFoldResult value);
  FailureOr<View> getView(Value memref);
  FailureOr<View> getPart(memref::ReinterpretCastOp op);
  LogicalResult addParameters(KernelLaunch &result, Value operand);

  const Extents &extents;
};
} // namespace

/// The operator of an op on indices, none of which is negative.
static StringRef getOperator(Operation *op) {
  return llvm::TypeSwitch<Operation *, StringRef>(op)
      .Case([](arith::AddIOp) { return "add"; })
      .Case([](arith::SubIOp) { return "sub"; })
      .Case([](arith::MulIOp) { return "mul"; })
      .Case<arith::DivUIOp, arith::DivSIOp>([](auto) { return "div"; })
      .Case<arith::CeilDivUIOp, arith::CeilDivSIOp>(
          [](auto) { return "ceildiv"; })
      .Case<arith::RemUIOp, arith::RemSIOp>([](auto) { return "rem"; })
      .Case<arith::MinUIOp, arith::MinSIOp>([](auto) { return "min"; })
      .Case<arith::MaxUIOp, arith::MaxSIOp>([](auto) { return "max"; })
      .Default(StringRef());
}

FailureOr<llvm::json::Value> HostReader::getExpr(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return llvm::json::Value(constant.getSExtValue());
  Operation *op = value.getDefiningOp();
  if (auto dim = dyn_cast_or_null<memref::DimOp>(op)) {
    FailureOr<View> view = getView(dim.getSource());
    std::optional<int64_t> index = dim.getConstantIndex();
    if (succeeded(view) && index)
      return view->sizes[*index];
  }
  if (op && !getOperator(op).empty()) {
    FailureOr<llvm::json::Value> a = getExpr(op->getOperand(0)),
                                 b = getExpr(op->getOperand(1));
    if (failed(a) || failed(b))
      return failure();
    return llvm::json::Value(llvm::json::Array{getOperator(op), *a, *b});
  }
  return emitError(value.getLoc(),
                   "expected a launch to depend on extents alone");
}

FailureOr<llvm::json::Value> HostReader::getExpr(OpFoldResult value) {
  if (auto known = dyn_cast<Attribute>(value))
    return llvm::json::Value(cast<IntegerAttr>(known).getInt());
  return getExpr(cast<Value>(value));
}

/// Sizes, strides and offset of an op that gives them.
FailureOr<View> HostReader::getPart(memref::ReinterpretCastOp op) {
  Value source = op.getSource();
  if (auto metadata = source.getDefiningOp<memref::ExtractStridedMetadataOp>())
    source = metadata.getSource();
  FailureOr<View> view = getView(source);
  FailureOr<llvm::json::Value> offset = getExpr(op.getMixedOffsets().front());
  if (failed(view) || failed(offset))
    return failure();
  View part{view->argument, *offset, {}, {}};
  for (auto [size, stride] :
       llvm::zip(op.getMixedSizes(), op.getMixedStrides())) {
    FailureOr<llvm::json::Value> sizeExpr = getExpr(size),
                                 strideExpr = getExpr(stride);
    if (failed(sizeExpr) || failed(strideExpr))
      return failure();
    part.sizes.push_back(*sizeExpr);
    part.strides.push_back(*strideExpr);
  }
  return part;
}

FailureOr<View> HostReader::getView(Value memref) {
  if (auto part = memref.getDefiningOp<memref::ReinterpretCastOp>())
    return getPart(part);
  std::optional<unsigned> argument = getArgumentNumber(memref);
  if (isa_and_nonnull<memref::AllocOp, gpu::AllocOp>(memref.getDefiningOp()))
    return emitError(memref.getLoc(),
                     "expected memory of the caller's alone, got sums over "
                     "rows, whose parts lie in memory between two kernels");
  if (!argument)
    return emitError(memref.getLoc(),
                     "expected a kernel to work on arguments of the function");
  auto type = cast<MemRefType>(memref.getType());
  if (auto cast = memref.getDefiningOp<memref::CastOp>())
    type = mlir::cast<MemRefType>(cast.getSource().getType());
  if (!type.getLayout().isIdentity())
    return emitError(memref.getLoc(), "expected arguments of a bundle to be "
                                      "contiguous, got ")
           << type;
  View view{*argument, 0, {}, {}};
  llvm::json::Value stride = 1;
  for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
    llvm::json::Value size = extents.get(*argument, dim);
    view.sizes.insert(view.sizes.begin(), size);
    view.strides.insert(view.strides.begin(), stride);
    auto a = stride.getAsInteger(), b = size.getAsInteger();
    stride = a && b ? llvm::json::Value(*a * *b)
                    : llvm::json::Value(llvm::json::Array{"mul", stride, size});
  }
  return view;
}

LogicalResult HostReader::addParameters(KernelLaunch &result, Value operand) {
  auto add = [&](llvm::json::Value value) {
    result.parameters.push_back(llvm::json::Object{{"value", value}});
  };
  if (isa<MemRefType>(operand.getType())) {
    FailureOr<View> view = getView(operand);
    if (failed(view))
      return failure();
    llvm::json::Object pointer{{"pointer", view->argument}};
    result.parameters.append(2, llvm::json::Value(std::move(pointer)));
    add(view->offset);
    llvm::for_each(view->sizes, add);
    llvm::for_each(view->strides, add);
    return success();
  }
  if (std::optional<unsigned> argument = getArgumentNumber(operand)) {
    result.parameters.push_back(llvm::json::Object{{"scalar", *argument}});
    return success();
  }
  FailureOr<llvm::json::Value> expr = getExpr(operand);
  if (failed(expr))
    return failure();
  add(*expr);
  return success();
}

/// A launch may be left out where there are no rows, as its grid is empty then.
static LogicalResult checkCondition(gpu::LaunchFuncOp launch) {
  Operation *parent = launch->getParentOp();
  if (isa<func::FuncOp>(parent))
    return success();
  auto branch = dyn_cast<scf::IfOp>(parent);
  auto compare =
      branch ? branch.getCondition().getDefiningOp<arith::CmpIOp>() : nullptr;
  if (compare && compare.getPredicate() == arith::CmpIPredicate::ugt &&
      matchPattern(compare.getRhs(), m_Zero()) &&
      isa<func::FuncOp>(branch->getParentOp()) &&
      launch->getBlock() == branch.thenBlock())
    return success();
  return launch->emitError("expected a launch where there are rows, got one "
                           "under another condition");
}

FailureOr<KernelLaunch> HostReader::read(gpu::LaunchFuncOp launch) {
  KernelLaunch result;
  result.kernel = launch.getKernelAttr();
  auto addSizes = [&](llvm::json::Array &sizes, gpu::KernelDim3 values) {
    for (Value value : {values.x, values.y, values.z}) {
      FailureOr<llvm::json::Value> expr = getExpr(value);
      if (failed(expr))
        return failure();
      sizes.push_back(std::move(*expr));
    }
    return success();
  };
  if (failed(addSizes(result.grid, launch.getGridSizeOperandValues())) ||
      failed(addSizes(result.block, launch.getBlockSizeOperandValues())))
    return failure();
  if (launch.hasClusterSize()) {
    if (failed(addSizes(result.cluster, launch.getClusterSizeOperandValues())))
      return failure();
  } else {
    result.cluster = llvm::json::Array{1, 1, 1};
  }
  if (Value bytes = launch.getDynamicSharedMemorySize()) {
    FailureOr<llvm::json::Value> expr = getExpr(bytes);
    if (failed(expr))
      return failure();
    result.dynamicSharedBytes = std::move(*expr);
  }
  for (Value operand : launch.getKernelOperands())
    if (failed(addParameters(result, operand)))
      return failure();
  if (failed(checkCondition(launch)))
    return failure();
  return result;
}

FailureOr<SmallVector<KernelLaunch>>
norm::readLaunches(func::FuncOp function, const Extents &extents) {
  SmallVector<KernelLaunch> launches;
  WalkResult result = function.walk([&](gpu::LaunchFuncOp launch) {
    FailureOr<KernelLaunch> found = HostReader(extents).read(launch);
    if (failed(found))
      return WalkResult::interrupt();
    launches.push_back(std::move(*found));
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  return launches;
}
