//===- ValueBoundsOpInterfaceImpl.cpp - bounds of result extents ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/ValueBoundsOpInterfaceImpl.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Interfaces/ValueBoundsOpInterface.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
template <typename OpTy>
struct NormValueBounds
    : ValueBoundsOpInterface::ExternalModel<NormValueBounds<OpTy>, OpTy> {
  /// The verifier holds static extents to be equal and the semantics dynamic
  /// ones, so the equalities below are facts, not guesses.
  void populateBoundsForShapedValueDim(Operation *operation, Value value,
                                       int64_t dim,
                                       ValueBoundsConstraintSet &cstr) const {
    auto op = cast<OpTy>(operation);
    auto result = cast<OpResult>(value);
    auto equate = [&](Value other, int64_t otherDim) {
      cstr.bound(value)[dim] == cstr.getExpr(other, otherDim);
    };
    equate(op.getTiedOpOperand(result)->get(), dim);

    bool perRow = value != op.getY();
    NormOpInterface norm = op;
    int64_t inputDim = perRow ? norm.getRowDimensions()[dim] : dim;
    equate(op.getInput(), inputDim);
    const auto *position = llvm::find(op.getDimensions(), inputDim);
    if (position == op.getDimensions().end())
      return;
    int64_t rowDim = position - op.getDimensions().begin();
    for (Value vector : {op.getScale(), op.getBias()})
      if (vector)
        equate(vector, rowDim);
  }
};
} // namespace

void mlir::norm::registerValueBoundsOpInterfaceExternalModels(
    DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NormDialect *) {
    RMSNormOp::attachInterface<NormValueBounds<RMSNormOp>>(*context);
    PRMSNormOp::attachInterface<NormValueBounds<PRMSNormOp>>(*context);
    LayerNormOp::attachInterface<NormValueBounds<LayerNormOp>>(*context);
  });
}
