//===- View.cpp - a tensor of a caller, checked ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/View.h"

#include "norm/Execution/Failure.h"
#include "norm/Execution/Signature.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir::norm;
using namespace mlir::norm::run;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

static bool isCUDA(const NormDevice &device) {
  return device.device_type == NORM_DEVICE_CUDA ||
         device.device_type == NORM_DEVICE_CUDA_MANAGED;
}

Place run::findPlace(llvm::ArrayRef<const NormTensor *> tensors) {
  for (const NormTensor *tensor : tensors)
    if (tensor && isCUDA(tensor->device))
      return {/*isCPU=*/false, tensor->device.device_id};
  return {};
}

static std::string describe(const NormDevice &device) {
  if (isCUDA(device))
    return "cuda:" + std::to_string(device.device_id);
  return device.device_type == NORM_DEVICE_CPU
             ? "the CPU"
             : "device type " +
                   std::to_string(static_cast<int>(device.device_type));
}

static llvm::Error checkPlace(const NormDevice &device, TensorName name,
                              Place place) {
  if (place.isCPU ? device.device_type == NORM_DEVICE_CPU
                  : isCUDA(device) && device.device_id == place.ordinal)
    return llvm::Error::success();
  std::string expected =
      place.isCPU
          ? (isCUDA(device) ? "on the CPU" : "on the CPU or a CUDA device")
          : "on cuda:" + std::to_string(place.ordinal) +
                ", as another tensor of the call does";
  return rejectArgument("expected " + name.getText() + " to lie " + expected +
                        ", got " + describe(device));
}

static llvm::Error checkKind(const NormTensor *tensor, TensorName name,
                             NormDataType type, Place place) {
  if (!tensor)
    return rejectArgument("expected " + name.getText() + ", got NULL");
  if (llvm::Error error = checkPlace(tensor->device, name, place))
    return error;
  if (!isSame(tensor->dtype, type))
    return rejectArgument("expected " + name.getText() +
                          " to have elements of " + getText(type) + ", got " +
                          getText(tensor->dtype));
  if (tensor->ndim < 0 || tensor->ndim > kMaxRank)
    return rejectArgument("expected " + name.getText() + " to have at most " +
                          Twine(kMaxRank) + " dimensions, got " +
                          Twine(tensor->ndim));
  if (tensor->ndim && !tensor->shape)
    return rejectArgument("expected a shape of " + name.getText() +
                          ", got NULL");
  return llvm::Error::success();
}

/// Fills in the strides and the range of bytes.
static llvm::Error fillLayout(const NormTensor &tensor, View &view) {
  auto overflow = [&] {
    return rejectArgument("expected " + view.name.getText() +
                          " to fit into memory, got shape " +
                          getShapeText(view.getShape()));
  };
  int64_t count = 1;
  bool overflows = false;
  for (int32_t dim = view.rank - 1; dim >= 0; --dim) {
    if (view.shape[dim] < 0)
      return rejectArgument("expected extents of " + view.name.getText() +
                            " of at least 0, got " +
                            getShapeText(view.getShape()));
    view.strides[dim] = tensor.strides ? tensor.strides[dim] : count;
    overflows |= llvm::MulOverflow(count, view.shape[dim], count) != 0;
  }
  view.begin = view.end = reinterpret_cast<uintptr_t>(view.data);
  if (llvm::is_contained(view.getShape(), 0))
    return llvm::Error::success();
  if (overflows)
    return overflow();
  int64_t last = 0;
  for (int32_t dim = 0; dim < view.rank; ++dim) {
    int64_t stride = view.strides[dim], extent = view.shape[dim], reach;
    if (extent == 1)
      continue;
    if (stride < 0)
      return rejectArgument("expected strides of " + view.name.getText() +
                            " of at least 0, got " + Twine(stride));
    if (llvm::MulOverflow(stride, extent - 1, reach) ||
        llvm::AddOverflow(last, reach, last))
      return overflow();
  }
  int64_t bytes;
  if (llvm::MulOverflow(last, view.elementBytes, bytes) ||
      llvm::AddOverflow(bytes, view.elementBytes, bytes) ||
      static_cast<uintptr_t>(bytes) > UINTPTR_MAX - view.begin)
    return overflow();
  view.end = view.begin + bytes;
  return llvm::Error::success();
}

/// Whether two indices may lead to one element: going through the dimensions
/// from the smallest stride on, a step has to pass all that lies below.
static bool mayOverlapItself(const View &view) {
  std::pair<int64_t, int64_t> steps[kMaxRank];
  size_t count = 0;
  for (int32_t dim = 0; dim < view.rank; ++dim)
    if (view.shape[dim] > 1)
      steps[count++] = {view.strides[dim], view.shape[dim]};
  std::sort(steps, steps + count);
  int64_t reach = 0;
  for (size_t i = 0; i < count; ++i) {
    auto [stride, extent] = steps[i];
    if (stride <= reach)
      return true;
    reach += stride * (extent - 1);
  }
  return false;
}

llvm::Error run::getView(const NormTensor *tensor, uint64_t flags,
                         TensorName name, NormDataType type, bool isWritten,
                         Place place, View &view) {
  if (llvm::Error error = checkKind(tensor, name, type, place))
    return error;
  view.name = name;
  view.data = static_cast<char *>(tensor->data) + tensor->byte_offset;
  view.elementBytes = getElementBytes(type);
  view.rank = tensor->ndim;
  view.shape = tensor->shape;
  view.isWritten = isWritten;
  if (llvm::Error error = fillLayout(*tensor, view))
    return error;
  if (isWritten && (flags & NORM_TENSOR_READ_ONLY))
    return rejectArgument("expected " + name.getText() +
                          " to be writable, got a read-only tensor");
  if (view.isEmpty())
    return llvm::Error::success();
  if (!tensor->data)
    return rejectArgument("expected data of " + name.getText() + ", got NULL");
  if (view.begin % view.elementBytes)
    return rejectArgument("expected data of " + name.getText() +
                          " to be aligned to its elements of " +
                          Twine(view.elementBytes) + " bytes, got address 0x" +
                          Twine::utohexstr(view.begin));
  if (isWritten && mayOverlapItself(view))
    return rejectArgument(
        "expected elements of " + name.getText() +
        " to lie apart, got strides " +
        getShapeText({view.strides, static_cast<size_t>(view.rank)}));
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Two tensors
//===----------------------------------------------------------------------===//

bool run::areSame(const View &lhs, const View &rhs) {
  if (lhs.data != rhs.data || lhs.elementBytes != rhs.elementBytes ||
      lhs.getShape() != rhs.getShape())
    return false;
  for (int32_t dim = 0; dim < lhs.rank; ++dim)
    if (lhs.shape[dim] > 1 && lhs.strides[dim] != rhs.strides[dim])
      return false;
  return true;
}

/// Bytes from one row to the next, if all steps between rows are multiples of
/// it; 0 if not. `rowBytes` is what a row covers.
static int64_t getPitch(const View &view, int64_t &rowBytes) {
  if (view.rank < 2 ||
      (view.shape[view.rank - 1] > 1 && view.strides[view.rank - 1] != 1))
    return 0;
  rowBytes = view.shape[view.rank - 1] * view.elementBytes;
  int64_t pitch = 0;
  for (int32_t dim = view.rank - 2; dim >= 0; --dim) {
    if (view.shape[dim] <= 1)
      continue;
    int64_t step = view.strides[dim] * view.elementBytes;
    if (pitch == 0)
      pitch = step;
    else if (step % pitch)
      return 0;
  }
  return pitch;
}

bool run::areApart(const View &lhs, const View &rhs) {
  if (lhs.end <= rhs.begin || rhs.end <= lhs.begin)
    return true;
  int64_t lhsBytes, rhsBytes;
  int64_t pitch = getPitch(lhs, lhsBytes);
  if (pitch == 0 || pitch != getPitch(rhs, rhsBytes))
    return false;
  int64_t ahead = static_cast<int64_t>(rhs.begin - lhs.begin) % pitch;
  if (ahead < 0)
    ahead += pitch;
  return ahead >= lhsBytes && ahead + rhsBytes <= pitch;
}

llvm::Error run::makeOverlapFailure(const View &result, const View &other) {
  return rejectArgument("expected " + result.name.getText() +
                        " not to overlap " + other.name.getText() +
                        ", got memory of both at 0x" +
                        Twine::utohexstr(std::max(result.begin, other.begin)));
}
