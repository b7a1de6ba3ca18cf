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

/// x, residual, scale, bias, y and z at most.
static constexpr unsigned kMaxTensors = 6;

namespace {
/// What a tensor of the call is, from its number.
struct Role {
  StringRef name;
  NormDataType type;
  /// Shaped as x; else as a row.
  bool hasRows;
  bool isWritten;
};

/// The tensors of a call and the loops over their rows.
class OpCall {
public:
  OpCall(const Program &program, const OpSpec &spec)
      : spec(spec), program(program) {}

  llvm::Error check(const CallTensors &tensors);
  void run();

private:
  llvm::Error checkShape(const View &view, const Role &role) const;
  llvm::Error checkOverlap() const;
  bool canMerge(int32_t outer, int32_t inner) const;
  void describe();
  void runDims(int32_t dim);

  const OpSpec &spec;
  const Program &program;
  unsigned count = 0;
  bool hasRows[kMaxTensors];
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

static Role getRole(const OpSpec &spec, size_t index) {
  const NormOp &op = spec.op;
  size_t next = 0;
  if (index == next++)
    return {"x", op.x, true, false};
  if (spec.hasResidual() && index == next++)
    return {"residual", op.residual, true, false};
  if (spec.hasScale() && index == next++)
    return {"scale", op.scale, false, false};
  if (spec.hasBias() && index == next++)
    return {"bias", op.bias, false, false};
  if (index == next++)
    return {"y", op.y, true, true};
  return {"z", op.x, true, true};
}

NormTensorType capi::getOpTensorType(const OpSpec &spec, size_t index) {
  static const int64_t one = 1;
  Role role = getRole(spec, index);
  if (role.hasRows)
    return {sizeof(NormTensorType), role.type, -1, &spec.op.row_length,
            nullptr};
  return {sizeof(NormTensorType), role.type, 1, &spec.op.row_length, &one};
}

llvm::Error OpCall::checkShape(const View &view, const Role &role) const {
  auto fail = [&](const Twine &expected) {
    return rejectArgument("expected " + role.name + " to have " + expected +
                          ", got " + getShapeText(view.getShape()));
  };
  const View &x = views[0];
  if (role.hasRows && view.getShape() != x.getShape())
    return fail("shape " + getShapeText(x.getShape()));
  if (view.rank < 1)
    return fail("at least one dimension");
  int64_t length = x.shape[x.rank - 1];
  if (spec.op.row_length != -1 && length != spec.op.row_length)
    return fail("rows of " + Twine(spec.op.row_length) + " elements");
  if (!role.hasRows && (view.rank != 1 || view.shape[0] != length))
    return fail("shape [" + Twine(length) + "]");
  if (length > 1 && !view.isEmpty() && view.strides[view.rank - 1] != 1)
    return rejectArgument("expected elements of a row of " + role.name +
                          " to lie side by side, got a stride of " +
                          Twine(view.strides[view.rank - 1]));
  return llvm::Error::success();
}

/// A result may be what it is computed from, element by element.
llvm::Error OpCall::checkOverlap() const {
  unsigned results = spec.getArgumentCount();
  for (unsigned result = results; result < count; ++result)
    for (unsigned other = 0; other < result; ++other) {
      if (areApart(views[result], views[other]) ||
          (other < results && hasRows[other] &&
           areSame(views[result], views[other])))
        continue;
      return makeOverlapFailure(views[result], views[other]);
    }
  return llvm::Error::success();
}

llvm::Error OpCall::check(const CallTensors &tensors) {
  count = spec.getTensorCount();
  for (unsigned i = 0; i < count; ++i) {
    Role role = getRole(spec, i);
    hasRows[i] = role.hasRows;
    if (llvm::Error error =
            getView(tensors.tensors[i], tensors.getFlags(i), {role.name},
                    role.type, role.isWritten, views[i]))
      return error;
    if (llvm::Error error = checkShape(views[i], role))
      return error;
  }
  if (spec.op.kind == NORM_OP_PRMSNORM &&
      views[0].shape[views[0].rank - 1] < spec.op.k && !views[0].isEmpty())
    return rejectArgument("expected rows of at least k = " + Twine(spec.op.k) +
                          " elements, got " +
                          Twine(views[0].shape[views[0].rank - 1]));
  return checkOverlap();
}

/// Whether a step of `outer` goes as far as all steps of `inner`, everywhere.
bool OpCall::canMerge(int32_t outer, int32_t inner) const {
  for (unsigned i = 0; i < count; ++i)
    if (hasRows[i] && views[i].strides[outer] !=
                          views[i].strides[inner] * views[i].shape[inner])
      return false;
  return true;
}

/// Merges dimensions, and describes the tensors of the first call.
void OpCall::describe() {
  const View &x = views[0];
  int32_t last = -1;
  for (int32_t dim = x.rank - 2; dim >= 0; --dim) {
    if (x.shape[dim] == 1)
      continue;
    if (last >= 0 && canMerge(dim, last)) {
      extents[dimCount - 1] *= x.shape[dim];
    } else {
      dims[dimCount] = dim;
      extents[dimCount++] = x.shape[dim];
    }
    last = dim;
  }
  int64_t length = x.shape[x.rank - 1];
  for (unsigned i = 0; i < count; ++i) {
    operands[i] = descriptors[i];
    if (!hasRows[i]) {
      writeDescriptor(descriptors[i], views[i].data, {length}, {1});
      continue;
    }
    int64_t rows = dimCount ? extents[0] : 1;
    int64_t pitch = dimCount ? views[i].strides[dims[0]] : length;
    writeDescriptor(descriptors[i], views[i].data, {rows, length}, {pitch, 1});
  }
}

/// Loops over `dims[dim]` and those inside, down to the first, which the kernel
/// does.
void OpCall::runDims(int32_t dim) {
  if (dim <= 0)
    return program.function(operands);
  for (int64_t i = 0; i < extents[dim]; ++i) {
    runDims(dim - 1);
    for (unsigned t = 0; t < count; ++t)
      if (hasRows[t])
        descriptors[t][1] +=
            views[t].strides[dims[dim]] * views[t].elementBytes;
  }
  for (unsigned t = 0; t < count; ++t)
    if (hasRows[t])
      descriptors[t][1] -=
          extents[dim] * views[t].strides[dims[dim]] * views[t].elementBytes;
}

void OpCall::run() {
  if (views[0].isEmpty())
    return;
  describe();
  runDims(dimCount - 1);
}

llvm::Error capi::callOp(const Program &program, const OpSpec &spec,
                         const CallTensors &tensors) {
  OpCall call(program, spec);
  if (llvm::Error error = call.check(tensors))
    return error;
  call.run();
  return llvm::Error::success();
}
