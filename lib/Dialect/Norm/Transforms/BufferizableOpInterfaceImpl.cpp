//===- BufferizableOpInterfaceImpl.cpp - norm ops on memrefs --------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/Transforms/BufferizableOpInterfaceImpl.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.h"
#include "mlir/Dialect/Bufferization/IR/DstBufferizableOpInterfaceImpl.h"

using namespace mlir;
using namespace mlir::bufferization;
using namespace mlir::norm;

namespace {
template <typename OpTy>
struct NormBufferization
    : DstBufferizableOpInterfaceExternalModel<NormBufferization<OpTy>, OpTy> {
  /// Destinations are written only, and of the inputs of a backward those are
  /// read that a result depends on.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &state) const {
    if (cast<DestinationStyleOpInterface>(op).isDpsInit(&operand))
      return false;
    auto backward = dyn_cast<NormBackwardOpInterface>(op);
    return !backward || backward.isOperandRead(operand.getOperandNumber());
  }

  /// y may overwrite x: a row is read completely before its y is stored, and
  /// then each x_i is read before y_i is stored. So dx may overwrite dy, x or
  /// dres; sums over rows are taken before. Scale and bias are read again in
  /// every row and must not be overwritten.
  bool bufferizesToElementwiseAccess(Operation *op, const AnalysisState &state,
                                     ArrayRef<OpOperand *> operands) const {
    auto rows = cast<NormRowsOpInterface>(op);
    return llvm::all_of(operands, [&](OpOperand *operand) {
      return rows.getOperandKind(operand->getOperandNumber()).role ==
             OperandRole::element;
    });
  }

  /// norm op on tensors -> norm op on memrefs, and a backward likewise
  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto normOp = cast<OpTy>(op);
    if (normOp.hasPureBufferSemantics())
      return success();
    SmallVector<Value> buffers;
    for (Value operand : op->getOperands()) {
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    SmallVector<Value> results;
    for (OpResult result : op->getResults())
      results.push_back(
          buffers[normOp.getTiedOpOperand(result)->getOperandNumber()]);
    typename OpTy::Properties properties = normOp.getProperties();
    llvm::fill(properties.resultSegmentSizes, 0);
    OpTy::create(rewriter, op->getLoc(), TypeRange(), buffers, properties,
                 llvm::to_vector(op->getDiscardableAttrs()));
    replaceOpWithBufferizedValues(rewriter, op, results);
    return success();
  }
};

struct RowLoopBufferization
    : DstBufferizableOpInterfaceExternalModel<RowLoopBufferization, RowLoopOp> {
  /// Destinations are written only.
  bool bufferizesToMemoryRead(Operation *op, OpOperand &operand,
                              const AnalysisState &state) const {
    return !cast<RowLoopOp>(op).isDpsInit(&operand);
  }

  /// A result may overwrite an input that it goes through in step with: results
  /// are stored in the last phase, each element after it was read. What is one
  /// for several elements or rows is read again and must not be overwritten.
  bool bufferizesToElementwiseAccess(Operation *op, const AnalysisState &state,
                                     ArrayRef<OpOperand *> operands) const {
    auto loop = cast<RowLoopOp>(op);
    AffineMap map = loop.getMap(operands.front()->getOperandNumber());
    return map.isPermutation() &&
           llvm::all_of(operands, [&](OpOperand *operand) {
             return loop.getMap(operand->getOperandNumber()) == map;
           });
  }

  /// row_loop on tensors -> row_loop on memrefs
  LogicalResult bufferize(Operation *op, RewriterBase &rewriter,
                          const BufferizationOptions &options,
                          BufferizationState &state) const {
    auto loop = cast<RowLoopOp>(op);
    if (loop.hasPureBufferSemantics())
      return success();
    SmallVector<Value> buffers;
    for (Value operand : loop.getOperands()) {
      if (!isa<TensorType>(operand.getType())) {
        buffers.push_back(operand);
        continue;
      }
      FailureOr<Value> buffer = getBuffer(rewriter, operand, options, state);
      if (failed(buffer))
        return failure();
      buffers.push_back(*buffer);
    }
    unsigned numInputs = loop.getInputs().size();
    ValueRange inputs = ValueRange(buffers).take_front(numInputs);
    ValueRange inits = ValueRange(buffers).drop_front(numInputs);
    auto bufferized = RowLoopOp::create(rewriter, loop.getLoc(), inputs, inits,
                                        loop.getMaps(), loop.getDimensions(),
                                        loop.getAccumulate());
    bufferized->setDiscardableAttrs(loop->getDiscardableAttrDictionary());
    rewriter.mergeBlocks(loop.getBlock(), bufferized.getBlock(),
                         bufferized.getBlock()->getArguments());
    replaceOpWithBufferizedValues(rewriter, op, inits);
    return success();
  }
};
} // namespace

void mlir::norm::registerBufferizableOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NormDialect *) {
    RMSNormOp::attachInterface<NormBufferization<RMSNormOp>>(*context);
    PRMSNormOp::attachInterface<NormBufferization<PRMSNormOp>>(*context);
    LayerNormOp::attachInterface<NormBufferization<LayerNormOp>>(*context);
    RMSNormBackwardOp::attachInterface<NormBufferization<RMSNormBackwardOp>>(
        *context);
    PRMSNormBackwardOp::attachInterface<NormBufferization<PRMSNormBackwardOp>>(
        *context);
    LayerNormBackwardOp::attachInterface<
        NormBufferization<LayerNormBackwardOp>>(*context);
    RowLoopOp::attachInterface<RowLoopBufferization>(*context);
  });
}
