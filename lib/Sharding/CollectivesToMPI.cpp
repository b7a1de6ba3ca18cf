//===- CollectivesToMPI.cpp - the pass norm-collectives-to-mpi ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Buffers are made here, as shard.all_reduce does not bufferize: what is called
// reads and writes memory that no tensor aliases.
//
//===----------------------------------------------------------------------===//

#include "norm/Sharding/Passes.h"

#include "UnevenParts.h"

#include "norm/Sharding/MPI.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Shard/IR/ShardDialect.h"
#include "mlir/Dialect/Shard/IR/ShardOps.h"
#include "mlir/Dialect/Shard/Transforms/Transforms.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMCOLLECTIVESTOMPI
#include "norm/Sharding/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;

namespace {
/// Turns the collectives of one module into calls.
class MPICalls {
public:
  explicit MPICalls(ModuleOp module)
      : module(module), builder(module.getContext()) {}

  LogicalResult convert(Operation *op);

private:
  LogicalResult convertReduce(shard::AllReduceOp op);
  LogicalResult convertGather(shard::AllGatherOp op);
  void convertIndex(shard::ProcessLinearIndexOp op);
  void convertShape(shard::GridShapeOp op);

  func::CallOp call(Location loc, StringRef name, ValueRange operands,
                    TypeRange results = {});
  Value emitCommunicator(Operation *op, FlatSymbolRefAttr grid,
                         ArrayRef<shard::GridAxis> axes);
  LLVM::GlobalOp getDescription(shard::GridOp grid,
                                ArrayRef<shard::GridAxis> axes);
  Value emitPointer(Location loc, Value buffer);
  Value emitBuffer(Location loc, ArrayRef<OpFoldResult> shape, Type element);
  Value emitCount(Location loc, Value tensor);
  Value emitInput(Location loc, Value tensor);
  Value emitTensor(Location loc, Value buffer);
  Value emitInteger(Location loc, int64_t value, unsigned bits = 64) {
    return arith::ConstantIntOp::create(builder, loc, value, bits);
  }

  ModuleOp module;
  OpBuilder builder;
  SymbolTableCollection symbols;
};
} // namespace

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// A call of the function `name`, which is declared if it is not yet.
func::CallOp MPICalls::call(Location loc, StringRef name, ValueRange operands,
                            TypeRange results) {
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(module.getBody());
    auto declaration = func::FuncOp::create(
        builder, loc, name,
        builder.getFunctionType(TypeRange(operands), results));
    declaration.setPrivate();
  }
  return func::CallOp::create(builder, loc, name, results, operands);
}

/// The global with what norm_mpi_communicator() reads, made once.
LLVM::GlobalOp MPICalls::getDescription(shard::GridOp grid,
                                        ArrayRef<shard::GridAxis> axes) {
  SmallVector<int64_t> words{grid.getRank()};
  llvm::append_range(words, grid.getShape());
  words.push_back(axes.size());
  llvm::append_range(words, axes);
  std::string name = ("norm_mpi_" + grid.getSymName()).str();
  for (shard::GridAxis axis : axes)
    name += "_" + std::to_string(axis);
  if (auto global = module.lookupSymbol<LLVM::GlobalOp>(name))
    return global;
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(module.getBody());
  auto type = LLVM::LLVMArrayType::get(builder.getI64Type(), words.size());
  return LLVM::GlobalOp::create(builder, grid.getLoc(), type,
                                /*isConstant=*/true, LLVM::Linkage::Internal,
                                name, builder.getI64TensorAttr(words));
}

Value MPICalls::emitCommunicator(Operation *op, FlatSymbolRefAttr grid,
                                 ArrayRef<shard::GridAxis> axes) {
  shard::GridOp gridOp = shard::getGrid(op, grid, symbols);
  SmallVector<shard::GridAxis> all;
  if (axes.empty()) {
    all = llvm::to_vector(llvm::seq<shard::GridAxis>(0, gridOp.getRank()));
    axes = all;
  }
  Value description = LLVM::AddressOfOp::create(builder, op->getLoc(),
                                                getDescription(gridOp, axes));
  return call(op->getLoc(), "norm_mpi_communicator", description,
              LLVM::LLVMPointerType::get(op->getContext()))
      .getResult(0);
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

Value MPICalls::emitPointer(Location loc, Value buffer) {
  Value address =
      memref::ExtractAlignedPointerAsIndexOp::create(builder, loc, buffer);
  Value integer =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), address);
  return LLVM::IntToPtrOp::create(
      builder, loc, LLVM::LLVMPointerType::get(builder.getContext()), integer);
}

Value MPICalls::emitBuffer(Location loc, ArrayRef<OpFoldResult> shape,
                           Type element) {
  SmallVector<int64_t> extents;
  SmallVector<Value> dynamic;
  dispatchIndexOpFoldResults(shape, dynamic, extents);
  return memref::AllocOp::create(builder, loc,
                                 MemRefType::get(extents, element), dynamic);
}

/// The number of elements of `tensor`, an i64.
Value MPICalls::emitCount(Location loc, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  int64_t known = 1;
  SmallVector<Value> others;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      others.push_back(tensor::DimOp::create(builder, loc, tensor, dim));
    else
      known *= type.getDimSize(dim);
  Value count = emitInteger(loc, known);
  for (Value other : others)
    count = arith::MulIOp::create(
        builder, loc, count,
        arith::IndexCastOp::create(builder, loc, builder.getI64Type(), other));
  return count;
}

/// A buffer of its own with the elements of `tensor`.
Value MPICalls::emitInput(Location loc, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Value buffer = emitBuffer(loc, tensor::getMixedSizes(builder, loc, tensor),
                            type.getElementType());
  Value source = bufferization::ToBufferOp::create(
      builder, loc, buffer.getType(), tensor, /*read_only=*/true);
  memref::CopyOp::create(builder, loc, source, buffer);
  return buffer;
}

Value MPICalls::emitTensor(Location loc, Value buffer) {
  auto type = cast<MemRefType>(buffer.getType());
  return bufferization::ToTensorOp::create(
      builder, loc,
      RankedTensorType::get(type.getShape(), type.getElementType()), buffer,
      /*restrict=*/true, /*writable=*/true);
}

//===----------------------------------------------------------------------===//
// Collectives
//===----------------------------------------------------------------------===//

/// Sums of 16-bit floats are taken in f32.
LogicalResult MPICalls::convertReduce(shard::AllReduceOp op) {
  Location loc = op.getLoc();
  auto type = dyn_cast<RankedTensorType>(op.getResult().getType());
  auto from = dyn_cast<RankedTensorType>(op.getInput().getType());
  auto element =
      type ? dyn_cast<FloatType>(type.getElementType()) : FloatType();
  if (!element || !from || !isa<FloatType>(from.getElementType()) ||
      element.getWidth() < 16 || element.getWidth() > 64 ||
      op.getReduction() != shard::ReductionKind::Sum)
    return op.emitOpError("expected the sum of a tensor of floats of 16 to 64 "
                          "bits");
  FloatType wide =
      element.isF64() ? FloatType(builder.getF64Type()) : builder.getF32Type();
  auto convert = [&](Value value, FloatType to) -> Value {
    auto source = cast<RankedTensorType>(value.getType());
    unsigned width = source.getElementTypeBitWidth();
    if (source.getElementType() == to)
      return value;
    if (width < to.getWidth())
      return arith::ExtFOp::create(builder, loc, source.clone(to), value);
    return arith::TruncFOp::create(builder, loc, source.clone(to), value);
  };
  Value buffer = emitInput(loc, convert(op.getInput(), wide));
  Value elementType =
      emitInteger(loc, wide.isF64() ? NORM_MPI_FLOAT64 : NORM_MPI_FLOAT32, 32);
  Value communicator = emitCommunicator(op, op.getGridAttr(), op.getGridAxes());
  call(loc, "norm_mpi_all_reduce",
       {emitPointer(loc, buffer), emitCount(loc, op.getInput()), elementType,
        communicator});
  op.getResult().replaceAllUsesWith(convert(emitTensor(loc, buffer), element));
  op.erase();
  return success();
}

/// The parts of all processes, P x part, with dim `axis + 1` put beside the
/// first one: the dims of the gathered tensor, before the two become one.
static Value emitGatheredOrder(OpBuilder &builder, Location loc, Value parts,
                               int64_t axis) {
  auto type = cast<RankedTensorType>(parts.getType());
  SmallVector<int64_t> order;
  SmallVector<OpFoldResult> shape;
  for (int64_t dim = 1; dim < type.getRank(); ++dim) {
    if (dim == axis + 1)
      order.push_back(0);
    order.push_back(dim);
  }
  if (axis == 0)
    return parts;
  for (int64_t dim : order)
    shape.push_back(tensor::getMixedSize(builder, loc, parts, dim));
  Value init =
      tensor::EmptyOp::create(builder, loc, shape, type.getElementType());
  return linalg::TransposeOp::create(builder, loc, parts, init, order)
      ->getResult(0);
}

LogicalResult MPICalls::convertGather(shard::AllGatherOp op) {
  Location loc = op.getLoc();
  auto type = cast<RankedTensorType>(op.getInput().getType());
  auto result = cast<RankedTensorType>(op.getResult().getType());
  int64_t axis = op.getGatherAxis().getSExtValue();
  if (type.isDynamicDim(axis) || !type.getElementType().isIntOrFloat() ||
      type.getElementTypeBitWidth() % 8 != 0)
    return op.emitOpError("expected a gather of whole bytes, along a dimension "
                          "of static extent");
  SmallVector<OpFoldResult> shape =
      tensor::getMixedSizes(builder, loc, op.getInput());
  shape.insert(shape.begin(), builder.getIndexAttr(result.getDimSize(axis) /
                                                   type.getDimSize(axis)));
  Value part = emitInput(loc, op.getInput());
  Value all = emitBuffer(loc, shape, type.getElementType());
  Value communicator = emitCommunicator(op, op.getGridAttr(), op.getGridAxes());
  Value bytes = arith::MulIOp::create(
      builder, loc, emitCount(loc, op.getInput()),
      emitInteger(loc, type.getElementTypeBitWidth() / 8));
  call(loc, "norm_mpi_all_gather",
       {emitPointer(loc, part), emitPointer(loc, all), bytes, communicator});
  Value ordered = emitGatheredOrder(builder, loc, emitTensor(loc, all), axis);
  SmallVector<ReassociationIndices> groups;
  for (int64_t dim = 0; dim < type.getRank(); ++dim)
    groups.push_back(dim == axis  ? ReassociationIndices{dim, dim + 1}
                     : dim < axis ? ReassociationIndices{dim}
                                  : ReassociationIndices{dim + 1});
  op.getResult().replaceAllUsesWith(
      tensor::CollapseShapeOp::create(builder, loc, result, ordered, groups));
  op.erase();
  return success();
}

void MPICalls::convertIndex(shard::ProcessLinearIndexOp op) {
  Value rank =
      call(op.getLoc(), "norm_mpi_rank", {}, builder.getI64Type()).getResult(0);
  op.getResult().replaceAllUsesWith(arith::IndexCastOp::create(
      builder, op.getLoc(), builder.getIndexType(), rank));
  op.erase();
}

/// all_to_all: a gather of what is concatenated, of which each process keeps
/// its part of what is split. More bytes, one message.
static void gatherAndSlice(shard::AllToAllOp op) {
  OpBuilder builder(op);
  auto type = cast<RankedTensorType>(op.getInput().getType());
  auto result = cast<RankedTensorType>(op.getResult().getType());
  int64_t concat = op.getConcatAxis().getSExtValue(),
          split = op.getSplitAxis().getSExtValue();
  SmallVector<int64_t> shape = llvm::to_vector(type.getShape());
  shape[concat] = result.getDimSize(concat);
  Value all = shard::AllGatherOp::create(
      builder, op.getLoc(), type.clone(shape), op.getGrid(), op.getGridAxes(),
      op.getInput(), APInt(64, concat));
  Value part =
      shard::AllSliceOp::create(builder, op.getLoc(), result, op.getGrid(),
                                op.getGridAxes(), all, APInt(64, split));
  op.getResult().replaceAllUsesWith(part);
  op.erase();
}

/// The extents of the grid, which are static.
void MPICalls::convertShape(shard::GridShapeOp op) {
  ArrayRef<int64_t> shape =
      shard::getGrid(op, op.getGridAttr(), symbols).getShape();
  for (auto [i, result] : llvm::enumerate(op.getResults())) {
    size_t axis = op.getAxes().empty() ? i : op.getAxes()[i];
    result.replaceAllUsesWith(
        arith::ConstantIndexOp::create(builder, op.getLoc(), shape[axis]));
  }
  op.erase();
}

LogicalResult MPICalls::convert(Operation *op) {
  builder.setInsertionPoint(op);
  if (auto reduce = dyn_cast<shard::AllReduceOp>(op))
    return convertReduce(reduce);
  if (auto gather = dyn_cast<shard::AllGatherOp>(op))
    return convertGather(gather);
  if (auto index = dyn_cast<shard::ProcessLinearIndexOp>(op)) {
    convertIndex(index);
    return success();
  }
  if (auto shape = dyn_cast<shard::GridShapeOp>(op)) {
    convertShape(shape);
    return success();
  }
  if (isa_and_nonnull<shard::ShardDialect>(op->getDialect()) &&
      !isa<shard::GridOp>(op))
    return op->emitOpError("has no call of MPI here: all_reduce of sums and "
                           "all_gather have");
  return success();
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

namespace {
struct NormCollectivesToMPI
    : norm::impl::NormCollectivesToMPIBase<NormCollectivesToMPI> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    norm::sharding::restoreConstants(module);
    module.walk([](shard::AllToAllOp op) {
      if (op.getConcatAxis() != op.getSplitAxis())
        gatherAndSlice(op);
    });
    SymbolTableCollection symbols;
    RewritePatternSet patterns(&getContext());
    shard::populateAllOpLoweringPatterns(patterns, symbols);
    if (failed(applyPatternsGreedily(module, std::move(patterns))))
      return signalPassFailure();
    SmallVector<Operation *> ops;
    module.walk([&](Operation *op) { ops.push_back(op); });
    MPICalls calls(module);
    for (Operation *op : ops)
      if (failed(calls.convert(op)))
        return signalPassFailure();
    for (auto grid : llvm::make_early_inc_range(module.getOps<shard::GridOp>()))
      grid.erase();
  }
};
} // namespace
