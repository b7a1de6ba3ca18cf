//===- NormTransformOps.cpp - scripts that find and lower norms -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/TransformOps/NormTransformOps.h"

#include "norm/Dialect/Norm/Transforms/FuseRows.h"
#include "norm/Raise/LowerTosa.h"
#include "norm/Raise/Passes.h"
#include "norm/Rows/VectorizeRows.h"

#include "mlir/Dialect/Index/IR/IndexDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::norm;

/// The ops of type `OpTy` under `targets`, in program order.
template <typename OpTy>
static SmallVector<Operation *> collectOps(ArrayRef<Operation *> targets) {
  SmallVector<Operation *> ops;
  for (Operation *target : targets)
    target->walk([&](OpTy op) { ops.push_back(op); });
  return ops;
}

//===----------------------------------------------------------------------===//
// transform.norm.raise
//===----------------------------------------------------------------------===//

LogicalResult NormTransformRaiseOp::verify() {
  if (getPrecision() != "relaxed" && getPrecision() != "strict")
    return emitOpError("expected precision to be relaxed or strict, got ")
           << getPrecision();
  return success();
}

/// Raises as the pass norm-raise does.
static LogicalResult raiseModule(ModuleOp module, RaisePrecision precision,
                                 bool keepTosa) {
  raise::LoweredTosa lowered;
  if (!keepTosa && failed(lowered.lower(module)))
    return failure();
  raiseNorms(module, precision);
  lowered.restoreUnraised();
  return success();
}

/// "found no norm", with the near misses of `module`, which has none.
static DiagnosedSilenceableFailure explainMisses(NormTransformRaiseOp op,
                                                 ModuleOp module,
                                                 RaisePrecision precision) {
  SmallVector<RaiseMiss> misses;
  OwningOpRef<ModuleOp> clone = module.clone();
  raiseNorms(*clone, precision, /*explain=*/nullptr, &misses);
  DiagnosedSilenceableFailure failure =
      emitSilenceableFailure(op, "expected a module with a norm, found none");
  failure.attachNote(module.getLoc()) << "the module";
  for (const RaiseMiss &miss : misses)
    failure.attachNote(miss.loc) << "no norm: " << miss.reason;
  return failure;
}

DiagnosedSilenceableFailure
NormTransformRaiseOp::apply(transform::TransformRewriter &,
                            transform::TransformResults &results,
                            transform::TransformState &state) {
  SmallVector<Operation *> targets =
      llvm::to_vector(state.getPayloadOps(getTarget()));
  for (Operation *target : targets)
    if (!isa<ModuleOp>(target)) {
      DiagnosedSilenceableFailure failure = emitSilenceableFailure(
          *this, "expected the target to be a module, got " +
                     target->getName().getStringRef());
      failure.attachNote(target->getLoc()) << "the target";
      return failure;
    }

  RaisePrecision precision = getPrecision() == "strict"
                                 ? RaisePrecision::Strict
                                 : RaisePrecision::Relaxed;
  for (Operation *target : targets)
    if (failed(raiseModule(cast<ModuleOp>(target), precision, getKeepTosa())))
      return emitDefiniteFailure("failed to lower TOSA ops");
  if (getRequired())
    for (Operation *target : targets)
      if (collectOps<NormOpInterface>(target).empty())
        return explainMisses(*this, cast<ModuleOp>(target), precision);
  results.set(cast<OpResult>(getUpdated()), targets);
  results.set(cast<OpResult>(getNorms()), collectOps<NormOpInterface>(targets));
  return DiagnosedSilenceableFailure::success();
}

//===----------------------------------------------------------------------===//
// transform.norm.fuse_rows
//===----------------------------------------------------------------------===//

DiagnosedSilenceableFailure
NormTransformFuseRowsOp::apply(transform::TransformRewriter &,
                               transform::TransformResults &results,
                               transform::TransformState &state) {
  // No handle to what is rewritten is valid afterwards: there is none to track.
  IRRewriter rewriter(getContext());
  SmallVector<Operation *> targets =
      llvm::to_vector(state.getPayloadOps(getTarget()));
  for (Operation *target : targets)
    emitRemarks(fuseRows(rewriter, target));
  if (getRequired())
    for (Operation *target : targets)
      if (collectOps<RowLoopOp>(target).empty()) {
        DiagnosedSilenceableFailure failure = emitSilenceableFailure(
            *this, "expected a norm op on tensors of floats that have vector "
                   "code, or a row loop, found none");
        failure.attachNote(target->getLoc()) << "under this target";
        return failure;
      }
  results.set(cast<OpResult>(getUpdated()), targets);
  results.set(cast<OpResult>(getLoops()), collectOps<RowLoopOp>(targets));
  return DiagnosedSilenceableFailure::success();
}

//===----------------------------------------------------------------------===//
// transform.norm.vectorize_rows
//===----------------------------------------------------------------------===//

LogicalResult NormTransformVectorizeRowsOp::verify() {
  return VectorTarget::get(getUnit(), getVectorBits(), getStores(),
                           getThreads(), [&] { return emitOpError(); });
}

DiagnosedSilenceableFailure
NormTransformVectorizeRowsOp::apply(transform::TransformRewriter &,
                                    transform::TransformResults &results,
                                    transform::TransformState &state) {
  FailureOr<VectorTarget> vectors =
      VectorTarget::get(getUnit(), getVectorBits(), getStores(), getThreads(),
                        [&] { return emitOpError(); });
  if (failed(vectors))
    return DiagnosedSilenceableFailure::definiteFailure();
  SmallVector<Operation *> targets =
      llvm::to_vector(state.getPayloadOps(getTarget()));
  for (Operation *target : targets)
    if (auto obstacle = vectorizeRows(target, *vectors)) {
      DiagnosedSilenceableFailure failure = emitSilenceableFailure(
          *this,
          "expected row loops that have vector code: " + obstacle->reason);
      failure.attachNote(obstacle->op->getLoc()) << "the row loop";
      return failure;
    }
  results.set(cast<OpResult>(getUpdated()), targets);
  return DiagnosedSilenceableFailure::success();
}

//===----------------------------------------------------------------------===//
// The extension
//===----------------------------------------------------------------------===//

namespace {
class NormTransformExtension
    : public transform::TransformDialectExtension<NormTransformExtension> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(NormTransformExtension)

  using Base::Base;

  void init() {
    // What raised, fused and vectorized code consists of.
    declareGeneratedDialect<NormDialect>();
    declareGeneratedDialect<arith::ArithDialect>();
    declareGeneratedDialect<linalg::LinalgDialect>();
    declareGeneratedDialect<LLVM::LLVMDialect>();
    declareGeneratedDialect<math::MathDialect>();
    declareGeneratedDialect<memref::MemRefDialect>();
    declareGeneratedDialect<scf::SCFDialect>();
    declareGeneratedDialect<tensor::TensorDialect>();
    declareGeneratedDialect<vector::VectorDialect>();
    // What TOSA ops are lowered to besides.
    declareGeneratedDialect<func::FuncDialect>();
    declareGeneratedDialect<index::IndexDialect>();
    declareGeneratedDialect<tosa::TosaDialect>();
    registerTransformOps<
#define GET_OP_LIST
#include "norm/Dialect/Norm/TransformOps/NormTransformOps.cpp.inc"
        >();
  }
};
} // namespace

void norm::registerTransformDialectExtension(DialectRegistry &registry) {
  registry.addExtensions<NormTransformExtension>();
}

#define GET_OP_CLASSES
#include "norm/Dialect/Norm/TransformOps/NormTransformOps.cpp.inc"
