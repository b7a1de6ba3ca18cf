//===- Interpreter.cpp - programs with kernels, op by op ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"

#include "Scalars.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::norm::emulate;

LogicalResult Interpreter::fail(Operation *op, const Twine &message) {
  if (thread)
    return thread->fail(op, message);
  return op->emitError() << message << ", on the host";
}

LogicalResult Interpreter::set(ValueRange results, ArrayRef<Datum> data) {
  for (auto [result, datum] : llvm::zip(results, data))
    values[result] = datum;
  return success();
}

FailureOr<SmallVector<Datum>> Interpreter::run(Region &region,
                                               ArrayRef<Datum> arguments) {
  Block &block = region.front();
  (void)set(block.getArguments().take_front(arguments.size()), arguments);
  for (Operation &op : block.without_terminator())
    if (failed(execute(op)))
      return failure();
  return llvm::map_to_vector(block.getTerminator()->getOperands(),
                             [&](Value value) { return values[value]; });
}

LogicalResult Interpreter::execute(Operation &op) {
  if (auto constant = dyn_cast<arith::ConstantOp>(op))
    return set(op.getResults(), Datum{getBits(constant.getValue()), nullptr});
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return executeLoop(loop);
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return executeIf(branch);
  if (auto call = dyn_cast<func::CallOp>(op)) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        &op, call.getCalleeAttr());
    auto arguments = llvm::map_to_vector(
        op.getOperands(), [&](Value value) { return values[value]; });
    FailureOr<SmallVector<Datum>> results =
        Interpreter(launch).run(callee.getBody(), arguments);
    return failed(results) ? failure() : set(op.getResults(), *results);
  }
  if (auto launched = dyn_cast<gpu::LaunchFuncOp>(op))
    return executeLaunch(launched);
  if (isa<gpu::GPUDialect>(op.getDialect()))
    return executeGPU(&op);
  if (isa<memref::MemRefDialect>(op.getDialect()))
    return executeMemRef(&op);
  if (isa<vector::VectorDialect>(op.getDialect()))
    return executeVector(&op);
  return executeElementwise(&op);
}

/// Lane by lane; a scalar operand is that of all lanes.
LogicalResult Interpreter::executeElementwise(Operation *op) {
  if (op->getNumOperands() == 0 || op->getNumResults() != 1)
    return fail(op, "an op that the emulator does not know");
  auto vector = dyn_cast<VectorType>(op->getResult(0).getType());
  Datum result;
  SmallVector<uint64_t> operands(op->getNumOperands());
  SmallVector<ArrayRef<uint64_t>> lanes;
  for (Value operand : op->getOperands())
    lanes.push_back(values[operand].lanes);
  for (int64_t i = 0, end = vector ? vector.getNumElements() : 1; i < end;
       ++i) {
    for (auto [operand, all] : llvm::zip(operands, lanes))
      operand = all[all.size() == 1 ? 0 : i];
    std::optional<uint64_t> bits = evaluate(op, operands, launch.approximation);
    if (!bits)
      return fail(op, "an op that the emulator does not know");
    result.lanes.push_back(*bits);
  }
  return set(op->getResults(), result);
}

//===----------------------------------------------------------------------===//
// Control
//===----------------------------------------------------------------------===//

LogicalResult Interpreter::executeLoop(scf::ForOp op) {
  auto carried = llvm::map_to_vector(
      op.getInitArgs(), [&](Value value) { return values[value]; });
  int64_t end = getScalar(op.getUpperBound()), step = getScalar(op.getStep());
  for (int64_t i = getScalar(op.getLowerBound()); i < end; i += step) {
    SmallVector<Datum> arguments{Datum{{uint64_t(i)}, nullptr}};
    llvm::append_range(arguments, carried);
    FailureOr<SmallVector<Datum>> next = run(op.getRegion(), arguments);
    if (failed(next))
      return failure();
    carried = *next;
  }
  return set(op.getResults(), carried);
}

LogicalResult Interpreter::executeIf(scf::IfOp op) {
  Region &region =
      getScalar(op.getCondition()) ? op.getThenRegion() : op.getElseRegion();
  if (region.empty())
    return success();
  FailureOr<SmallVector<Datum>> results = run(region, {});
  return failed(results) ? failure() : set(op.getResults(), *results);
}

/// The blocks of a grid in random order.
LogicalResult Interpreter::executeLaunch(gpu::LaunchFuncOp op) {
  auto kernel =
      SymbolTable::lookupNearestSymbolFrom<gpu::GPUFuncOp>(op, op.getKernel());
  int64_t blocks = getScalar(op.getGridSizeX());
  int64_t threads = getScalar(op.getBlockSizeX());
  for (Value one : {op.getGridSizeY(), op.getGridSizeZ(), op.getBlockSizeY(),
                    op.getBlockSizeZ()})
    if (getScalar(one) != 1)
      return fail(op, "a launch of several dimensions, which is not emulated");
  if (blocks < 1 || threads < 1 || threads > 1024)
    return fail(op, "a launch of " + Twine(blocks) + " blocks of " +
                        Twine(threads) + " threads");
  SmallVector<Datum> arguments;
  for (Value operand : op.getKernelOperands())
    arguments.push_back(values[operand]);
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, blocks));
  std::shuffle(order.begin(), order.end(), launch.random);
  for (int64_t number : order) {
    SmallVector<Datum> all(arguments);
    for (BlockArgument memory : kernel.getWorkgroupAttributions())
      all.push_back({{},
                     allocate(cast<MemRefType>(memory.getType()), {},
                              /*shared=*/true)});
    ThreadBlock block(number, threads, launch.random);
    auto body = [&](Thread &member) -> LogicalResult {
      return Interpreter(launch, &member).run(kernel.getBody(), all);
    };
    if (failed(block.run(body)))
      return failure();
  }
  return success();
}

LogicalResult Interpreter::executeGPU(Operation *op) {
  auto setIndex = [&](int64_t value) {
    return set(op->getResults(), Datum{{uint64_t(value)}, nullptr});
  };
  if (!thread)
    return fail(op, "an op of kernels");
  if (auto id = dyn_cast<gpu::ThreadIdOp>(op))
    return setIndex(
        id.getDimension() == gpu::Dimension::x ? thread->accessor.thread : 0);
  if (auto id = dyn_cast<gpu::BlockIdOp>(op))
    return setIndex(
        id.getDimension() == gpu::Dimension::x ? thread->accessor.block : 0);
  if (isa<gpu::BarrierOp>(op))
    return thread->waitAtBarrier(op);
  if (auto shuffle = dyn_cast<gpu::ShuffleOp>(op);
      shuffle && shuffle.getMode() == gpu::ShuffleMode::XOR &&
      getScalar(shuffle.getWidth()) == 32) {
    FailureOr<uint64_t> bits = thread->exchange(
        op, getScalar(shuffle.getValue()), getScalar(shuffle.getOffset()));
    if (failed(bits))
      return failure();
    return set(op->getResults(),
               {Datum{{*bits}, nullptr}, Datum{{1}, nullptr}});
  }
  return fail(op, "an op that the emulator does not know");
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

std::shared_ptr<View> norm::emulate::allocate(MemRefType type,
                                              ArrayRef<int64_t> extents,
                                              bool shared) {
  auto view = std::make_shared<View>();
  int64_t size = 1;
  for (int64_t extent : type.getShape()) {
    if (ShapedType::isDynamic(extent)) {
      extent = extents.front();
      extents = extents.drop_front();
    }
    view->sizes.push_back(extent);
  }
  view->strides.resize(view->sizes.size());
  for (size_t i = view->sizes.size(); i-- > 0;) {
    view->strides[i] = size;
    size *= view->sizes[i];
  }
  view->buffer = std::make_shared<Buffer>(type.getElementType(), size, shared);
  return view;
}

/// Loads or stores consecutive elements from `indices` on.
LogicalResult Interpreter::access(Operation *op, Value memref,
                                  ValueRange indices,
                                  MutableArrayRef<uint64_t> lanes, bool writes,
                                  int64_t alignment) {
  if (thread)
    thread->giveWay();
  View &view = *values[memref].view;
  int64_t position = view.offset;
  for (auto [i, index] : llvm::enumerate(indices)) {
    int64_t value = getScalar(index);
    bool last = i + 1 == indices.size();
    if (value < 0 || value + (last ? int64_t(lanes.size()) : 1) > view.sizes[i])
      return fail(op, "an access out of bounds, at index " + Twine(value) +
                          " of " + Twine(view.sizes[i]));
    position += value * view.strides[i];
  }
  if (position * view.buffer->elementBytes() % alignment != 0)
    return fail(op, "an access that is not aligned to " + Twine(alignment) +
                        " bytes");
  std::string problem;
  Accessor by = thread ? thread->accessor : Accessor();
  for (uint64_t &lane : lanes) {
    if (writes)
      view.buffer->store(position, lane, by, problem);
    else
      lane = view.buffer->load(position, by, problem);
    ++position;
  }
  return problem.empty() ? success() : fail(op, problem);
}

/// The view with dimensions merged as a collapse_shape does.
static View collapse(const View &view, memref::CollapseShapeOp op) {
  View result{view.buffer, view.offset, {}, {}};
  for (const ReassociationIndices &group : op.getReassociationIndices()) {
    int64_t size = 1, stride = 1;
    for (int64_t i : llvm::reverse(group)) {
      if (size == 1)
        stride = view.strides[i];
      size *= view.sizes[i];
    }
    result.sizes.push_back(size);
    result.strides.push_back(stride);
  }
  return result;
}

/// The part of `view` that a subview takes; `get` gives dynamic operands.
static View takePart(const View &view, memref::SubViewOp op,
                     function_ref<int64_t(Value)> get) {
  View result{view.buffer, view.offset, {}, {}};
  auto value = [&](OpFoldResult known) {
    if (auto dynamic = dyn_cast<Value>(known))
      return get(dynamic);
    return cast<IntegerAttr>(cast<Attribute>(known)).getInt();
  };
  llvm::SmallBitVector dropped = op.getDroppedDims();
  for (unsigned i = 0; i < view.sizes.size(); ++i) {
    result.offset += value(op.getMixedOffsets()[i]) * view.strides[i];
    if (dropped.test(i))
      continue;
    result.sizes.push_back(value(op.getMixedSizes()[i]));
    result.strides.push_back(value(op.getMixedStrides()[i]) * view.strides[i]);
  }
  return result;
}

/// Copies, on the host, what dimensions from `dim` on have.
static void copyElements(const View &from, const View &to, size_t dim,
                         int64_t source, int64_t target) {
  std::string problem;
  if (dim == from.sizes.size()) {
    to.buffer->store(target, from.buffer->load(source, Accessor(), problem),
                     Accessor(), problem);
    return;
  }
  for (int64_t i = 0; i < from.sizes[dim]; ++i)
    copyElements(from, to, dim + 1, source + i * from.strides[dim],
                 target + i * to.strides[dim]);
}

LogicalResult Interpreter::executeMemRef(Operation *op) {
  auto setView = [&](const View &view) {
    return set(op->getResults(), Datum{{}, std::make_shared<View>(view)});
  };
  using Result = LogicalResult;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](memref::AllocOp alloc) {
        SmallVector<int64_t> extents;
        for (Value size : alloc.getDynamicSizes())
          extents.push_back(getScalar(size));
        return set(op->getResults(),
                   Datum{{}, allocate(alloc.getType(), extents, false)});
      })
      .Case([&](memref::DeallocOp) { return success(); })
      .Case([&](memref::CopyOp copy) {
        const View &from = *values[copy.getSource()].view;
        const View &to = *values[copy.getTarget()].view;
        copyElements(from, to, 0, from.offset, to.offset);
        return success();
      })
      .Case([&](memref::DimOp dim) {
        int64_t size =
            values[dim.getSource()].view->sizes[getScalar(dim.getIndex())];
        return set(op->getResults(), Datum{{uint64_t(size)}, nullptr});
      })
      .Case([&](memref::CastOp cast) {
        return setView(*values[cast.getSource()].view);
      })
      .Case([&](memref::CollapseShapeOp shape) {
        return setView(collapse(*values[shape.getSrc()].view, shape));
      })
      .Case([&](memref::SubViewOp part) {
        return setView(takePart(*values[part.getSource()].view, part,
                                [&](Value value) { return getScalar(value); }));
      })
      .Case([&](memref::LoadOp load) -> Result {
        uint64_t bits = 0;
        if (failed(access(op, load.getMemRef(), load.getIndices(), bits,
                          /*writes=*/false, /*alignment=*/1)))
          return failure();
        return set(op->getResults(), Datum{{bits}, nullptr});
      })
      .Case([&](memref::StoreOp store) {
        uint64_t bits = getScalar(store.getValue());
        return access(op, store.getMemRef(), store.getIndices(), bits,
                      /*writes=*/true, /*alignment=*/1);
      })
      .Default([&](Operation *) {
        return fail(op, "an op that the emulator does not know");
      });
}

//===----------------------------------------------------------------------===//
// Vectors
//===----------------------------------------------------------------------===//

LogicalResult Interpreter::executeVector(Operation *op) {
  auto setLanes = [&](ArrayRef<uint64_t> lanes) {
    return set(op->getResults(), Datum{SmallVector<uint64_t, 4>(lanes), {}});
  };
  using Result = LogicalResult;
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](vector::LoadOp load) -> Result {
        SmallVector<uint64_t> lanes(load.getVectorType().getNumElements());
        if (failed(access(op, load.getBase(), load.getIndices(), lanes,
                          /*writes=*/false, load.getAlignment().value_or(1))))
          return failure();
        return setLanes(lanes);
      })
      .Case([&](vector::StoreOp store) {
        SmallVector<uint64_t, 4> lanes = values[store.getValueToStore()].lanes;
        return access(op, store.getBase(), store.getIndices(), lanes,
                      /*writes=*/true, store.getAlignment().value_or(1));
      })
      .Case([&](vector::BroadcastOp broadcast) {
        int64_t count = cast<VectorType>(broadcast.getType()).getNumElements();
        ArrayRef<uint64_t> source = values[broadcast.getSource()].lanes;
        SmallVector<uint64_t> lanes(count, source[0]);
        return setLanes(lanes);
      })
      .Case([&](vector::ExtractOp extract) -> Result {
        if (extract.getStaticPosition().size() != 1 ||
            extract.hasDynamicPosition())
          return fail(op, "an op that the emulator does not know");
        return setLanes(
            values[extract.getSource()].lanes[extract.getStaticPosition()[0]]);
      })
      .Case([&](vector::InsertOp insert) -> Result {
        if (insert.getStaticPosition().size() != 1 ||
            insert.hasDynamicPosition())
          return fail(op, "an op that the emulator does not know");
        SmallVector<uint64_t, 4> lanes = values[insert.getDest()].lanes;
        lanes[insert.getStaticPosition()[0]] =
            getScalar(insert.getValueToStore());
        return setLanes(lanes);
      })
      .Case([&](vector::ExtractStridedSliceOp slice) {
        ArrayRef<uint64_t> lanes = values[slice.getSource()].lanes;
        int64_t offset = cast<IntegerAttr>(slice.getOffsets()[0]).getInt();
        int64_t size = cast<IntegerAttr>(slice.getSizes()[0]).getInt();
        return setLanes(lanes.slice(offset, size));
      })
      .Default([&](Operation *) {
        return fail(op, "an op that the emulator does not know");
      });
}
