//===- Interpreter.cpp - programs with kernels, op by op ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Interpreter.h"

#include "Scalars.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
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
  if (isa<NVVM::NVVMDialect>(op.getDialect()))
    return executeNVVM(&op);
  // Pragmas for the assembler.
  if (auto assembly = dyn_cast<LLVM::InlineAsmOp>(op);
      assembly && assembly.getAsmString().starts_with(".pragma"))
    return success();
  if (isa<LLVM::IntToPtrOp, LLVM::LoadOp, LLVM::StoreOp>(op))
    return executePointer(&op);
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

/// The blocks of a grid, or its clusters, in random order.
LogicalResult Interpreter::executeLaunch(gpu::LaunchFuncOp op) {
  auto kernel =
      SymbolTable::lookupNearestSymbolFrom<gpu::GPUFuncOp>(op, op.getKernel());
  int64_t blocks = getScalar(op.getGridSizeX());
  int64_t threads = getScalar(op.getBlockSizeX());
  int64_t together = op.hasClusterSize() ? getScalar(op.getClusterSizeX()) : 1;
  SmallVector<Value> ones{op.getGridSizeY(), op.getGridSizeZ(),
                          op.getBlockSizeY(), op.getBlockSizeZ()};
  if (op.hasClusterSize())
    llvm::append_values(ones, op.getClusterSizeY(), op.getClusterSizeZ());
  for (Value one : ones)
    if (getScalar(one) != 1)
      return fail(op, "a launch of several dimensions, which is not emulated");
  if (blocks < 1 || threads < 1 || threads > 1024 || together < 1 ||
      together > 16 || blocks % together != 0)
    return fail(op, "a launch of " + Twine(blocks) + " blocks of " +
                        Twine(threads) + " threads in clusters of " +
                        Twine(together));
  SmallVector<Datum> arguments;
  for (Value operand : op.getKernelOperands())
    arguments.push_back(values[operand]);
  int64_t dynamicBytes = op.getDynamicSharedMemorySize()
                             ? getScalar(op.getDynamicSharedMemorySize())
                             : 0;
  launch.values = 0;
  kernel.walk([&](Operation *inner) {
    launch.values += inner->getNumResults();
    for (Region &region : inner->getRegions())
      launch.values += region.getNumArguments();
  });
  auto order = llvm::to_vector(llvm::seq<int64_t>(0, blocks / together));
  std::shuffle(order.begin(), order.end(), launch.random);
  ++launch.number;
  launch.blocks = blocks;
  for (int64_t number : order) {
    Cluster cluster(launch.number, number * together, together, threads,
                    launch.random, launch.stacks);
    std::vector<SmallVector<Datum>> all(together, arguments);
    for (int64_t rank = 0; rank < together; ++rank) {
      SharedMemory &shared = cluster.getShared(rank);
      shared.dynamicBytes = dynamicBytes;
      for (BlockArgument memory : kernel.getWorkgroupAttributions())
        all[rank].push_back(
            {{}, allocate(cast<MemRefType>(memory.getType()), {}, &shared)});
    }
    auto body = [&](Thread &member) -> LogicalResult {
      return Interpreter(launch, &member)
          .run(kernel.getBody(), all[member.rank]);
    };
    if (failed(cluster.run(body)))
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
  if (auto size = dyn_cast<gpu::GridDimOp>(op))
    return setIndex(size.getDimension() == gpu::Dimension::x ? launch.blocks
                                                             : 1);
  if (isa<gpu::BarrierOp>(op)) {
    thread->waitAtBarrier(op);
    return success();
  }
  if (isa<gpu::DynamicSharedMemoryOp>(op)) {
    // A view of no buffer: memref.view makes one.
    auto view = std::make_shared<View>();
    view->sizes = {thread->cluster->getShared(thread->rank).dynamicBytes};
    view->strides = {1};
    return set(op->getResults(), Datum{{}, view});
  }
  if (auto shuffle = dyn_cast<gpu::ShuffleOp>(op);
      shuffle && shuffle.getMode() == gpu::ShuffleMode::XOR &&
      getScalar(shuffle.getWidth()) == 32) {
    uint64_t bits = thread->exchange(op, getScalar(shuffle.getValue()),
                                     getScalar(shuffle.getOffset()));
    return set(op->getResults(), {Datum{{bits}, nullptr}, Datum{{1}, nullptr}});
  }
  return fail(op, "an op that the emulator does not know");
}

LogicalResult Interpreter::executeNVVM(Operation *op) {
  using Result = LogicalResult;
  if (!thread)
    return fail(op, "an op of kernels");
  return llvm::TypeSwitch<Operation *, Result>(op)
      .Case([&](NVVM::ClusterArriveOp) {
        return thread->arriveAtCluster(op, /*relaxed=*/false);
      })
      .Case([&](NVVM::ClusterArriveRelaxedOp) {
        return thread->arriveAtCluster(op, /*relaxed=*/true);
      })
      .Case([&](NVVM::ClusterWaitOp) { return thread->waitForCluster(op); })
      .Case([&](NVVM::GriddepcontrolOp) { return success(); })
      .Case([&](NVVM::MapaOp map) -> Result {
        int64_t rank = getScalar(map.getB());
        if (rank < 0 || rank >= thread->cluster->getBlockCount())
          return fail(op, "block " + Twine(rank) + " of a cluster of " +
                              Twine(thread->cluster->getBlockCount()));
        return set(op->getResults(),
                   Datum{{SharedMemory::map(getScalar(map.getA()), rank)}, {}});
      })
      .Default([&](Operation *) {
        return fail(op, "an op that the emulator does not know");
      });
}

//===----------------------------------------------------------------------===//
// Pointers
//===----------------------------------------------------------------------===//

/// The memory of the cluster that `pointer` means, and the number of the
/// element there.
FailureOr<std::pair<Buffer *, int64_t>>
Interpreter::resolve(Operation *op, Value pointer, Type type) {
  uint64_t address = getScalar(pointer);
  int64_t rank = (address >> SharedMemory::kBlockBits) - 1;
  if (rank < 0)
    rank = thread->rank;
  Cluster &cluster = *thread->cluster;
  if (rank != thread->rank) {
    if (thread->accessor.waits == 0)
      return fail(op, "an access to memory of block " + Twine(rank) +
                          " of the cluster, which may not have started");
    if (!cluster.isRunning(rank))
      return fail(op, "an access to memory of block " + Twine(rank) +
                          " of the cluster, which has ended");
  }
  Buffer *buffer = cluster.getShared(rank).find(address);
  int64_t bytes = type.getIntOrFloatBitWidth() / 8;
  int64_t offset = address & ((1 << SharedMemory::kBufferBits) - 1);
  if (!buffer || offset + bytes > buffer->size() * buffer->elementBytes())
    return fail(op, "an access out of bounds, at byte " + Twine(offset));
  if (offset % bytes != 0)
    return fail(op,
                "an access that is not aligned to " + Twine(bytes) + " bytes");
  if (buffer->elementBytes() != bytes)
    return fail(op, "an access of another type than that of the memory");
  return std::pair(buffer, offset / bytes);
}

LogicalResult Interpreter::executePointer(Operation *op) {
  if (auto cast = dyn_cast<LLVM::IntToPtrOp>(op))
    return set(op->getResults(), Datum{{getScalar(cast.getArg())}, nullptr});
  if (!thread)
    return fail(op, "an op that the emulator does not know");
  thread->giveWay();
  std::string problem;
  if (auto store = dyn_cast<LLVM::StoreOp>(op)) {
    auto place = resolve(op, store.getAddr(), store.getValue().getType());
    if (failed(place))
      return failure();
    place->first->store(place->second, getScalar(store.getValue()),
                        thread->accessor, problem);
  } else {
    auto load = cast<LLVM::LoadOp>(op);
    auto place = resolve(op, load.getAddr(), load.getType());
    if (failed(place))
      return failure();
    uint64_t bits =
        place->first->load(place->second, thread->accessor, problem);
    (void)set(op->getResults(), Datum{{bits}, nullptr});
  }
  return problem.empty() ? success() : fail(op, problem);
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

std::shared_ptr<View> norm::emulate::allocate(MemRefType type,
                                              ArrayRef<int64_t> extents,
                                              SharedMemory *shared) {
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
  view->buffer = shared ? shared->add(type.getElementType(), size)
                        : std::make_shared<Buffer>(type.getElementType(), size,
                                                   /*shared=*/false,
                                                   /*address=*/0);
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
  uint64_t address =
      view.buffer->getAddress() + position * view.buffer->elementBytes();
  if (address % alignment != 0)
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
                   Datum{{}, allocate(alloc.getType(), extents)});
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
      .Case<memref::CastOp, memref::MemorySpaceCastOp>(
          [&](auto cast) { return setView(*values[cast.getSource()].view); })
      .Case([&](memref::CollapseShapeOp shape) {
        return setView(collapse(*values[shape.getSrc()].view, shape));
      })
      .Case([&](memref::ExtractStridedMetadataOp metadata) -> Result {
        const View &view = *values[metadata.getSource()].view;
        SmallVector<Datum> data{
            {{}, std::make_shared<View>(View{view.buffer, 0, {}, {}})},
            {{uint64_t(view.offset)}, nullptr}};
        for (ArrayRef<int64_t> numbers : {view.sizes, view.strides})
          for (int64_t number : numbers)
            data.push_back({{uint64_t(number)}, nullptr});
        return set(op->getResults(), data);
      })
      .Case([&](memref::ReinterpretCastOp shape) {
        View view{values[shape.getSource()].view->buffer, 0, {}, {}};
        auto value = [&](OpFoldResult known) -> int64_t {
          if (auto dynamic = dyn_cast<Value>(known))
            return getScalar(dynamic);
          return cast<IntegerAttr>(cast<Attribute>(known)).getInt();
        };
        view.offset = value(shape.getMixedOffsets()[0]);
        for (OpFoldResult size : shape.getMixedSizes())
          view.sizes.push_back(value(size));
        for (OpFoldResult stride : shape.getMixedStrides())
          view.strides.push_back(value(stride));
        return setView(view);
      })
      .Case([&](memref::ExtractAlignedPointerAsIndexOp pointer) {
        const View &view = *values[pointer.getSource()].view;
        return set(op->getResults(),
                   Datum{{view.buffer->getAddress()}, nullptr});
      })
      .Case([&](memref::ViewOp part) -> Result {
        if (!thread)
          return fail(op, "an op of kernels");
        FailureOr<View> view =
            thread->cluster->getShared(thread->rank)
                .viewDynamic(part.getType(), getScalar(part.getByteShift()));
        if (failed(view))
          return fail(op, "a view beyond the dynamic shared memory, or one "
                          "that overlaps another");
        return setView(*view);
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
  auto getLane = [&](auto access, size_t count) -> std::optional<int64_t> {
    if (access.getStaticPosition().size() != 1)
      return std::nullopt;
    int64_t lane = access.hasDynamicPosition()
                       ? getScalar(access.getDynamicPosition().front())
                       : access.getStaticPosition().front();
    return lane >= 0 && lane < static_cast<int64_t>(count) ? std::optional(lane)
                                                           : std::nullopt;
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
        ArrayRef<uint64_t> lanes = values[extract.getSource()].lanes;
        std::optional<int64_t> lane = getLane(extract, lanes.size());
        if (!lane)
          return fail(op, "expected one of the lanes of a vector");
        return setLanes(lanes[*lane]);
      })
      .Case([&](vector::InsertOp insert) -> Result {
        SmallVector<uint64_t, 4> lanes = values[insert.getDest()].lanes;
        std::optional<int64_t> lane = getLane(insert, lanes.size());
        if (!lane)
          return fail(op, "expected one of the lanes of a vector");
        lanes[*lane] = getScalar(insert.getValueToStore());
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
