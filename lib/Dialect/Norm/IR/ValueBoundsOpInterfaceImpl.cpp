//===- ValueBoundsOpInterfaceImpl.cpp - bounds of result extents ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/ValueBoundsOpInterfaceImpl.h"

#include "RowDomain.h"

#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
template <typename OpTy>
struct RowValueBounds
    : ValueBoundsOpInterface::ExternalModel<RowValueBounds<OpTy>, OpTy> {
  /// The verifier holds static extents to be equal and the semantics dynamic
  /// ones, so the equalities below are facts, not guesses.
  void populateBoundsForShapedValueDim(Operation *op, Value value, int64_t dim,
                                       ValueBoundsConstraintSet &cstr) const {
    norm::detail::RowDomain domain(op);
    auto result = cast<OpResult>(value);
    auto dps = cast<DestinationStyleOpInterface>(op);
    cstr.bound(value)[dim] ==
        cstr.getExpr(dps.getTiedOpOperand(result)->get(), dim);
    AffineExpr of =
        domain.getResultMap(result.getResultNumber()).getResult(dim);
    if (!isa<AffineDimExpr>(of)) {
      cstr.bound(value)[dim] == 1;
      return;
    }
    for (OpOperand &operand : op->getOpOperands())
      if (std::optional<unsigned> position =
              domain.getMap(operand.getOperandNumber()).getResultPosition(of))
        cstr.bound(value)[dim] == cstr.getExpr(operand.get(), *position);
  }
};
} // namespace

void mlir::norm::registerValueBoundsOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NormDialect *) {
    RMSNormOp::attachInterface<RowValueBounds<RMSNormOp>>(*context);
    PRMSNormOp::attachInterface<RowValueBounds<PRMSNormOp>>(*context);
    LayerNormOp::attachInterface<RowValueBounds<LayerNormOp>>(*context);
    RMSNormBackwardOp::attachInterface<RowValueBounds<RMSNormBackwardOp>>(
        *context);
    PRMSNormBackwardOp::attachInterface<RowValueBounds<PRMSNormBackwardOp>>(
        *context);
    LayerNormBackwardOp::attachInterface<RowValueBounds<LayerNormBackwardOp>>(
        *context);
    RowLoopOp::attachInterface<RowValueBounds<RowLoopOp>>(*context);
  });
}
