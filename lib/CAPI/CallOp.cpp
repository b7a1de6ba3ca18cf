//===- CallOp.cpp - calls of a norm on tensors of any rank ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Kernel.h"
#include "norm/Execution/View.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;
using namespace mlir::norm::run;

/// dy, x, scale, rstd, mean, a residual, dx, dscale and dbias at most.
static constexpr unsigned kMaxTensors = 9;

namespace {
/// The tensors of a call and the loops over their rows.
class OpCall {
public:
  OpCall(const OpSpec &spec, Place place)
      : spec(spec), place(place), count(spec.getTensorCount()),
        x(spec.find("x") - spec.tensors.begin()) {}

  llvm::Error check(const CallTensors &tensors);
  void run(const Program &program);
  llvm::Error run(DeviceCall &device, const NormKernel &kernel);

private:
  const View &getX() const { return views[x]; }
  int64_t getRowLength() const { return getX().shape[getX().rank - 1]; }
  bool hasRows(unsigned i) const {
    return spec.tensors[i].shape == OpShape::Rows;
  }
  /// Whether it has something for each row, and goes on with the rows.
  bool goesOn(unsigned i) const {
    return spec.tensors[i].shape != OpShape::Row;
  }
  llvm::Error checkX() const;
  llvm::Error checkShape(const View &view, const OpTensor &tensor) const;
  llvm::Error checkOverlap() const;
  bool isDense() const;
  normrt::Argument getArgument(unsigned i) const;
  /// Whether there are no rows, but a sum over them is asked for.
  bool isEmptySum(unsigned i) const {
    return i >= spec.argumentCount && !goesOn(i) && !views[i].isEmpty();
  }
  bool canMerge(int32_t outer, int32_t inner) const;
  void describe();
  void runDims(int32_t dim, llvm::function_ref<void()> invoke);

  const OpSpec &spec;
  const Place place;
  const unsigned count;
  /// The number of x.
  const unsigned x;
  View views[kMaxTensors];
  /// The dimensions outside of the rows that one call does; the last of them is
  /// what it does.
  int32_t dims[kMaxRank];
  int64_t extents[kMaxRank];
  int32_t dimCount = 0;
  /// Memrefs of at most two dimensions.
  int64_t descriptors[kMaxTensors][7];
  void *operands[kMaxTensors];
};
} // namespace

NormTensorType capi::getOpTensorType(const OpSpec &spec, size_t index) {
  static const int64_t one = 1;
  const OpTensor &tensor = spec.tensors[index];
  switch (tensor.shape) {
  case OpShape::Rows:
    return {sizeof(NormTensorType), tensor.type, -1, &spec.rowLength, nullptr};
  case OpShape::Row:
    return {sizeof(NormTensorType), tensor.type, 1, &spec.rowLength, &one};
  case OpShape::Statistic:
    return {sizeof(NormTensorType), tensor.type, -1, nullptr, nullptr};
  }
  llvm_unreachable("all shapes are listed");
}

static llvm::Error failShape(StringRef name, const Twine &expected,
                             const View &view) {
  return rejectArgument("expected " + name + " to have " + expected + ", got " +
                        getShapeText(view.getShape()));
}

llvm::Error OpCall::checkX() const {
  const View &view = getX();
  if (view.rank < 1)
    return failShape("x", "at least one dimension", view);
  int64_t length = getRowLength();
  if (spec.rowLength != -1 && length != spec.rowLength)
    return failShape("x", "rows of " + Twine(spec.rowLength) + " elements",
                     view);
  if (!length && llvm::any_of(spec.getResults(), [](const OpTensor &tensor) {
        return tensor.shape == OpShape::Statistic;
      }))
    return rejectArgument("expected rows of at least one element, which have "
                          "statistics, got rows of none");
  if (length < spec.k && !view.isEmpty())
    return rejectArgument("expected rows of at least k = " + Twine(spec.k) +
                          " elements, got " + Twine(length));
  return llvm::Error::success();
}

llvm::Error OpCall::checkShape(const View &view, const OpTensor &tensor) const {
  int64_t length = getRowLength();
  ArrayRef<int64_t> shape = getX().getShape();
  if (tensor.shape == OpShape::Statistic)
    shape = shape.drop_back();
  else if (tensor.shape == OpShape::Row)
    shape = length;
  if (view.getShape() != shape)
    return failShape(tensor.name, "shape " + getShapeText(shape), view);
  if (tensor.shape != OpShape::Statistic && length > 1 && !view.isEmpty() &&
      view.strides[view.rank - 1] != 1)
    return rejectArgument("expected elements of a row of " + tensor.name +
                          " to lie side by side, got a stride of " +
                          Twine(view.strides[view.rank - 1]));
  return llvm::Error::success();
}

/// A result may be what it is computed from, element by element.
llvm::Error OpCall::checkOverlap() const {
  unsigned results = spec.argumentCount;
  for (unsigned result = results; result < count; ++result)
    for (unsigned other = 0; other < result; ++other) {
      if (areApart(views[result], views[other]) ||
          (other < results && hasRows(other) && hasRows(result) &&
           areSame(views[result], views[other])))
        continue;
      return makeOverlapFailure(views[result], views[other]);
    }
  return llvm::Error::success();
}

llvm::Error OpCall::check(const CallTensors &tensors) {
  for (unsigned i = 0; i < count; ++i)
    if (llvm::Error error = getView(
            tensors.tensors[i], tensors.getFlags(i), {spec.tensors[i].name},
            spec.tensors[i].type, i >= spec.argumentCount, place, views[i]))
      return error;
  if (llvm::Error error = checkX())
    return error;
  for (unsigned i = 0; i < count; ++i)
    if (llvm::Error error = checkShape(views[i], spec.tensors[i]))
      return error;
  if (llvm::Error error = checkOverlap())
    return error;
  if (getX().isEmpty())
    return llvm::Error::success();
  describe();
  if (dimCount > 1 && spec.hasSums())
    return rejectArgument("expected rows of each tensor that follow each other "
                          "at one stride, for sums over rows, got " +
                          Twine(dimCount) + " strides");
  return llvm::Error::success();
}

/// Whether a step of `outer` goes as far as all steps of `inner`, everywhere.
bool OpCall::canMerge(int32_t outer, int32_t inner) const {
  for (unsigned i = 0; i < count; ++i)
    if (goesOn(i) && views[i].strides[outer] !=
                         views[i].strides[inner] * views[i].shape[inner])
      return false;
  return true;
}

/// Merges dimensions, and describes the tensors of the first call.
void OpCall::describe() {
  ArrayRef<int64_t> shape = getX().getShape();
  int32_t last = -1;
  for (int32_t dim = getX().rank - 2; dim >= 0; --dim) {
    if (shape[dim] == 1)
      continue;
    if (last >= 0 && canMerge(dim, last)) {
      extents[dimCount - 1] *= shape[dim];
    } else {
      dims[dimCount] = dim;
      extents[dimCount++] = shape[dim];
    }
    last = dim;
  }
  int64_t length = getRowLength();
  int64_t rows = dimCount ? extents[0] : 1;
  for (unsigned i = 0; i < count; ++i) {
    operands[i] = descriptors[i];
    int64_t pitch = dimCount ? views[i].strides[dims[0]] : length;
    switch (spec.tensors[i].shape) {
    case OpShape::Rows:
      writeDescriptor(descriptors[i], views[i].data, {rows, length},
                      {pitch, 1});
      break;
    case OpShape::Row:
      writeDescriptor(descriptors[i], views[i].data, {length}, {1});
      break;
    case OpShape::Statistic:
      writeDescriptor(descriptors[i], views[i].data, {rows}, {pitch});
      break;
    }
  }
}

/// Loops over `dims[dim]` and those inside, down to the first, which `invoke`
/// does on the descriptors.
void OpCall::runDims(int32_t dim, llvm::function_ref<void()> invoke) {
  if (dim <= 0)
    return invoke();
  for (int64_t i = 0; i < extents[dim]; ++i) {
    runDims(dim - 1, invoke);
    for (unsigned t = 0; t < count; ++t)
      if (goesOn(t))
        descriptors[t][1] +=
            views[t].strides[dims[dim]] * views[t].elementBytes;
  }
  for (unsigned t = 0; t < count; ++t)
    if (goesOn(t))
      descriptors[t][1] -=
          extents[dim] * views[t].strides[dims[dim]] * views[t].elementBytes;
}

/// Sums of no rows are 0.
void OpCall::run(const Program &program) {
  if (!getX().isEmpty())
    return runDims(dimCount - 1, [&] { program.function(operands); });
  for (unsigned i = 0; i < count; ++i)
    if (isEmptySum(i))
      std::memset(views[i].data, 0, views[i].end - views[i].begin);
}

llvm::Error capi::callOp(const Program &program, const OpSpec &spec,
                         const CallTensors &tensors) {
  OpCall call(spec, Place());
  if (llvm::Error error = call.check(tensors))
    return error;
  call.run(program);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// On a device
//===----------------------------------------------------------------------===//

/// Whether the rows of all tensors follow each other without gaps, and begin
/// where 16 bytes can be loaded at once.
bool OpCall::isDense() const {
  int64_t rows = dimCount ? extents[0] : 1;
  for (unsigned i = 0; i < count; ++i) {
    OpShape shape = spec.tensors[i].shape;
    int64_t dense = shape == OpShape::Rows ? getRowLength() : 1;
    if (!isAligned(views[i]) || (shape != OpShape::Row && rows > 1 &&
                                 views[i].strides[dims[0]] != dense))
      return false;
  }
  return dimCount <= 1;
}

/// Tensor `i` as its descriptor has it.
normrt::Argument OpCall::getArgument(unsigned i) const {
  size_t rank = spec.tensors[i].shape == OpShape::Rows ? 2 : 1;
  const int64_t *sizes = descriptors[i] + 3, *strides = sizes + rank;
  return {static_cast<uint64_t>(descriptors[i][1]),
          {sizes, strides},
          "",
          {strides, strides + rank}};
}

llvm::Error OpCall::run(DeviceCall &device, const NormKernel &kernel) {
  llvm::Error error = llvm::Error::success();
  if (getX().isEmpty()) {
    for (unsigned i = 0; i < count && !error; ++i)
      if (isEmptySum(i))
        error = device.clear(views[i]);
    return error;
  }
  // What is one row for all is loaded by all kernels at once.
  for (unsigned i = 0; i < count && !error; ++i)
    if (!goesOn(i))
      error = checkAlignment(views[i]);
  if (error)
    return error;
  DeviceKernels &kernels = isDense() ? *kernel.devices : *kernel.stridedDevices;
  runDims(dimCount - 1, [&] {
    if (error)
      return;
    std::vector<normrt::Argument> arguments;
    arguments.reserve(count);
    for (unsigned i = 0; i < count; ++i)
      arguments.push_back(getArgument(i));
    error = device.launch(kernels, arguments);
  });
  return error;
}

llvm::Error capi::callOp(DeviceCall &device, const NormKernel &kernel,
                         const CallTensors &tensors) {
  OpCall call(*kernel.op, device.getPlace());
  if (llvm::Error error = call.check(tensors))
    return error;
  return call.run(device, kernel);
}
