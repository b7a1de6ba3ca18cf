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
/// A memref that the host passes to a kernel: a part of an argument or of a
/// workspace.
struct View {
  /// {"pointer": i} or {"workspace": i}.
  llvm::json::Object place;
  llvm::json::Value offset;
  SmallVector<llvm::json::Value> sizes, strides;
};

class HostReader {
public:
  explicit HostReader(const Extents &extents) : extents(extents) {}

  FailureOr<KernelLaunch> read(gpu::LaunchFuncOp launch);
  ArrayRef<llvm::json::Value> getWorkspaces() const { return workspaces; }

private:
  FailureOr<llvm::json::Value> getExpr(Value value);
  FailureOr<llvm::json::Value> getExpr(OpFoldResult value);
  FailureOr<View> getView(Value memref);
  FailureOr<View> getPart(memref::ReinterpretCastOp op);
  FailureOr<View> getArgument(Value memref, unsigned argument);
  FailureOr<View> getWorkspace(gpu::AllocOp alloc);
  LogicalResult addParameters(KernelLaunch &result, Value operand);

  const Extents &extents;
  /// The number of each workspace, and its bytes.
  DenseMap<Operation *, int64_t> workspaceNumbers;
  SmallVector<llvm::json::Value> workspaces;
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
  View part{view->place, *offset, {}, {}};
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
  if (auto alloc = memref.getDefiningOp<gpu::AllocOp>())
    return getWorkspace(alloc);
  if (std::optional<unsigned> argument = getArgumentNumber(memref))
    return getArgument(memref, *argument);
  return emitError(memref.getLoc(),
                   "expected a kernel to work on arguments of the function");
}

/// a * b, as a number where both are.
static llvm::json::Value multiply(const llvm::json::Value &a,
                                  const llvm::json::Value &b) {
  if (auto left = a.getAsInteger(), right = b.getAsInteger(); left && right)
    return *left * *right;
  return llvm::json::Array{"mul", a, b};
}

/// Appends the strides of a contiguous array to `view`, which has its sizes.
/// Returns the number of elements.
static llvm::json::Value addStrides(View &view) {
  llvm::json::Value stride = 1;
  for (const llvm::json::Value &size : llvm::reverse(view.sizes)) {
    view.strides.insert(view.strides.begin(), stride);
    stride = multiply(stride, size);
  }
  return stride;
}

FailureOr<View> HostReader::getWorkspace(gpu::AllocOp alloc) {
  MemRefType type = alloc.getType();
  View view{{}, 0, {}, {}};
  auto dynamic = alloc.getDynamicSizes().begin();
  for (int64_t extent : type.getShape()) {
    FailureOr<llvm::json::Value> size =
        ShapedType::isDynamic(extent)
            ? getExpr(*dynamic++)
            : FailureOr<llvm::json::Value>(llvm::json::Value(extent));
    if (failed(size))
      return failure();
    view.sizes.push_back(*size);
  }
  llvm::json::Value elements = addStrides(view);
  auto [number, isNew] =
      workspaceNumbers.try_emplace(alloc, workspaceNumbers.size());
  if (isNew)
    workspaces.push_back(multiply(
        elements, int64_t(type.getElementType().getIntOrFloatBitWidth() / 8)));
  view.place["workspace"] = number->second;
  return view;
}

FailureOr<View> HostReader::getArgument(Value memref, unsigned argument) {
  auto type = cast<MemRefType>(memref.getType());
  if (auto cast = memref.getDefiningOp<memref::CastOp>())
    type = mlir::cast<MemRefType>(cast.getSource().getType());
  bool isContiguous = extents.isContiguous(argument);
  if (isContiguous && !type.getLayout().isIdentity())
    return emitError(memref.getLoc(), "expected an argument without an offset, "
                                      "got ")
           << type;
  View view{llvm::json::Object{{"pointer", argument}}, 0, {}, {}};
  for (int64_t dim = 0; dim < type.getRank(); ++dim) {
    view.sizes.push_back(extents.get(argument, dim));
    if (!isContiguous)
      view.strides.push_back(extents.getStride(argument, dim));
  }
  if (isContiguous)
    addStrides(view);
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
    result.parameters.append(2, llvm::json::Value(std::move(view->place)));
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

FailureOr<FunctionLaunches> norm::readLaunches(func::FuncOp function,
                                               const Extents &extents) {
  HostReader reader(extents);
  FunctionLaunches found;
  WalkResult result = function.walk([&](gpu::LaunchFuncOp op) {
    FailureOr<KernelLaunch> launch = reader.read(op);
    if (failed(launch))
      return WalkResult::interrupt();
    found.launches.push_back(std::move(*launch));
    return WalkResult::advance();
  });
  if (result.wasInterrupted())
    return failure();
  llvm::append_range(found.workspaces, reader.getWorkspaces());
  return found;
}
