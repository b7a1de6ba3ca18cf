//===- HandCollectives.cpp - collectives in other words -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "HandCollectives.h"

#include "ShardedRow.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MPI/IR/MPI.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace mlir::norm::sharding;

using Axes = SmallVector<shard::GridAxis>;

static constexpr StringLiteral kAllReduce = "norm.all_reduce";

static Axes getAllAxes(shard::GridOp grid) {
  Axes axes;
  for (int64_t axis = 0; axis < grid.getRank(); ++axis)
    axes.push_back(axis);
  return axes;
}

static Value reduce(Operation *at, Value input, ArrayRef<shard::GridAxis> axes,
                    shard::GridOp grid) {
  OpBuilder builder(at);
  return emitAllReduce(builder, at->getLoc(), input, grid, axes);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// The numbers of a list in any of the ways to write one; none for what is no
/// list of integers.
static std::optional<SmallVector<int64_t>> getNumbers(Attribute attribute) {
  if (auto array = dyn_cast<DenseI64ArrayAttr>(attribute))
    return llvm::to_vector(array.asArrayRef());
  if (auto array = dyn_cast<DenseI32ArrayAttr>(attribute))
    return llvm::to_vector_of<int64_t>(array.asArrayRef());
  auto array = dyn_cast<ArrayAttr>(attribute);
  if (!array)
    return std::nullopt;
  SmallVector<int64_t> numbers;
  for (Attribute element : array) {
    auto integer = dyn_cast<IntegerAttr>(element);
    if (!integer || integer.getValue().getBitWidth() > 64)
      return std::nullopt;
    numbers.push_back(integer.getType().isUnsignedInteger()
                          ? int64_t(integer.getValue().getZExtValue())
                          : integer.getValue().getSExtValue());
  }
  return numbers;
}

/// The axes of `grid` that `attribute` names; none where they are not such.
static std::optional<Axes> getAxes(Attribute attribute, shard::GridOp grid) {
  std::optional<SmallVector<int64_t>> numbers = getNumbers(attribute);
  if (!numbers)
    return std::nullopt;
  Axes axes;
  for (int64_t number : *numbers) {
    if (number < 0 || number >= grid.getRank() ||
        llvm::is_contained(axes, shard::GridAxis(number)))
      return std::nullopt;
    axes.push_back(number);
  }
  return axes.empty() ? getAllAxes(grid) : axes;
}

/// Whether calls of `function` may be sums of a tensor over processes.
static bool isCollective(func::FuncOp function) {
  FunctionType type = function.getFunctionType();
  return function.isDeclaration() && type.getInputs() == type.getResults() &&
         type.getNumInputs() == 1 && isa<RankedTensorType>(type.getInput(0));
}

/// The axes over which `call` adds up its operand; none for another call.
static std::optional<Axes> getAxes(func::CallOp call, ModuleOp module,
                                   shard::GridOp grid) {
  auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
  if (!callee || !isCollective(callee))
    return std::nullopt;
  Attribute attribute = callee->getAttr(kAllReduce);
  return attribute ? getAxes(attribute, grid) : std::nullopt;
}

void mlir::norm::sharding::checkHandCollectives(ModuleOp module,
                                                shard::GridOp grid) {
  for (auto function : module.getOps<func::FuncOp>()) {
    Attribute attribute = function->getAttr(kAllReduce);
    if (!attribute)
      continue;
    if (!isCollective(function))
      function.emitWarning("expected a function with ")
          << kAllReduce
          << " to have no body and to make of a ranked tensor one of the same "
             "type, got "
          << function.getFunctionType()
          << (function.isDeclaration() ? "" : " with a body")
          << "; its calls are taken for no collective";
    else if (!getAxes(attribute, grid))
      function.emitWarning("expected ")
          << kAllReduce << " to be axes of the grid, each once, got "
          << attribute;
  }
}

//===----------------------------------------------------------------------===//
// MPI on buffers
//===----------------------------------------------------------------------===//

namespace {
/// A sum over all processes: the tensor that is given, the one that is made,
/// and the ops in between, each after those that use it.
struct BufferSum {
  Value input;
  bufferization::ToTensorOp result;
  SmallVector<Operation *> ops;
};
} // namespace

/// The op that copies to `buffer` all of another one, and what it copies.
static std::pair<Operation *, Value> getCopyInto(Operation *user,
                                                 Value buffer) {
  if (auto copy = dyn_cast<memref::CopyOp>(user))
    if (copy.getTarget() == buffer && copy.getSource() != buffer)
      return {user, copy.getSource()};
  if (auto copy = dyn_cast<linalg::CopyOp>(user))
    if (copy.getOutputs()[0] == buffer && copy.getInputs()[0] != buffer)
      return {user, copy.getInputs()[0]};
  return {nullptr, nullptr};
}

/// The tensor whose elements `buffer` has when `at` reads it: it is that of the
/// tensor, which nothing else uses, or a new one that is filled with it.
static Value getTensorOf(Value buffer, Operation *at, BufferSum &sum) {
  if (auto cast = buffer.getDefiningOp<bufferization::ToBufferOp>()) {
    sum.ops.push_back(cast);
    return cast->hasOneUse() ? cast.getTensor() : Value();
  }
  if (!buffer.getDefiningOp<memref::AllocOp>())
    return nullptr;
  Operation *copy = nullptr;
  Value source;
  for (Operation *user : buffer.getUsers()) {
    auto [found, from] = getCopyInto(user, buffer);
    if (found && (copy || found->getBlock() != at->getBlock() ||
                  !found->isBeforeInBlock(at)))
      return nullptr;
    if (found)
      std::tie(copy, source) = std::tie(found, from);
  }
  auto cast = copy ? source.getDefiningOp<bufferization::ToBufferOp>()
                   : bufferization::ToBufferOp();
  if (!cast || !cast->hasOneUse() || cast->getBlock() != at->getBlock())
    return nullptr;
  sum.ops.append({copy, cast});
  return cast.getTensor();
}

/// Whether nothing but `sum`, a tensor behind it and a deallocation uses
/// `buffer`, which is new.
static bool takesBuffer(Value buffer, Operation *at, BufferSum &sum) {
  if (!buffer.getDefiningOp<memref::AllocOp>())
    return false;
  for (Operation *user : buffer.getUsers()) {
    if (user == at || llvm::is_contained(sum.ops, user))
      continue;
    auto tensor = dyn_cast<bufferization::ToTensorOp>(user);
    bool isBehind =
        user->getBlock() == at->getBlock() && at->isBeforeInBlock(user);
    if (tensor && isBehind && !sum.result)
      sum.result = tensor;
    else if (!isa<memref::DeallocOp>(user))
      return false;
    sum.ops.insert(sum.ops.begin(), user);
  }
  sum.ops.push_back(buffer.getDefiningOp());
  return true;
}

static std::optional<BufferSum> getBufferSum(mpi::AllReduceOp op) {
  if (op.getOp() != mpi::MPI_ReductionOpEnum::MPI_SUM || op.getRetval() ||
      !op.getComm().getDefiningOp<mpi::CommWorldOp>())
    return std::nullopt;
  Value from = op.getSendbuf(), to = op.getRecvbuf();
  BufferSum sum;
  sum.input = getTensorOf(from, op, sum);
  sum.ops.insert(sum.ops.begin(), op);
  if (!sum.input || !takesBuffer(to, op, sum))
    return std::nullopt;
  if (from != to && from.getDefiningOp<memref::AllocOp>()) {
    for (Operation *user : from.getUsers()) {
      if (llvm::is_contained(sum.ops, user))
        continue;
      if (!isa<memref::DeallocOp>(user))
        return std::nullopt;
      sum.ops.insert(sum.ops.begin(), user);
    }
    sum.ops.push_back(from.getDefiningOp());
  }
  if (!sum.result || sum.result.getType() != sum.input.getType())
    return std::nullopt;
  return sum;
}

static void replace(const BufferSum &sum, mpi::AllReduceOp op,
                    shard::GridOp grid) {
  Value world = op.getComm();
  Value result = reduce(op, sum.input, getAllAxes(grid), grid);
  sum.result->getResult(0).replaceAllUsesWith(result);
  for (Operation *used : sum.ops)
    used->erase();
  if (world.use_empty())
    world.getDefiningOp()->erase();
}

void mlir::norm::sharding::readHandCollectives(func::FuncOp function,
                                               ModuleOp module,
                                               shard::GridOp grid) {
  Block &block = function.getBody().front();
  for (auto call : llvm::make_early_inc_range(block.getOps<func::CallOp>()))
    if (std::optional<Axes> axes = getAxes(call, module, grid)) {
      call.getResult(0).replaceAllUsesWith(
          reduce(call, call.getOperand(0), *axes, grid));
      call.erase();
    }
  SmallVector<mpi::AllReduceOp> sums(block.getOps<mpi::AllReduceOp>());
  for (mpi::AllReduceOp op : sums)
    if (std::optional<BufferSum> sum = getBufferSum(op))
      replace(*sum, op, grid);
}

void mlir::norm::sharding::eraseUnusedCollectives(ModuleOp module) {
  for (auto function :
       llvm::make_early_inc_range(module.getOps<func::FuncOp>()))
    if (function.isDeclaration() && function->hasAttr(kAllReduce) &&
        SymbolTable::symbolKnownUseEmpty(function, module))
      function.erase();
}
