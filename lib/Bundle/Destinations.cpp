//===- Destinations.cpp - memory of results from the caller ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Bundle/Destinations.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

static bool hasOpenResults(func::FuncOp function) {
  bool open = false;
  for (Type type : function.getResultTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor)
      return false;
    open |= !tensor.hasStaticShape();
  }
  return open && function.isPublic() && !function.isExternal() &&
         function.getBody().hasOneBlock();
}

void norm::passResultsAsDestinations(ModuleOp module) {
  module.getContext()->loadDialect<bufferization::BufferizationDialect>();
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!hasOpenResults(function) ||
        !SymbolTable::symbolKnownUseEmpty(function, module))
      continue;
    auto end = cast<func::ReturnOp>(function.getBody().front().getTerminator());
    OpBuilder builder(end);
    for (Value result : llvm::to_vector(end.getOperands())) {
      auto type = cast<RankedTensorType>(result.getType());
      auto memref = MemRefType::get(type.getShape(), type.getElementType());
      (void)function.insertArgument(function.getNumArguments(), memref, {},
                                    function.getLoc());
      bufferization::MaterializeInDestinationOp::create(
          builder, end.getLoc(), /*result=*/Type(), result,
          function.getArguments().back(), /*restrict=*/true,
          /*writable=*/true);
    }
    end->setOperands({});
    function.setType(builder.getFunctionType(function.getArgumentTypes(), {}));
  }
}
