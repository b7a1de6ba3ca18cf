//===- RowOrders.cpp - orders of rows -------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CPU/RowOrders.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;
using namespace mlir::norm;

std::unique_ptr<RowOrderEmitter> norm::makeRowOrder(OpBuilder &builder,
                                                    const RowContext &context,
                                                    Value streaming) {
  RowOrder order = context.schedule.getOrder();
  if (order == RowOrder::overlapped)
    return makeOverlappedRows(builder, context, streaming);
  std::optional<int64_t> streams = getConstantIntValue(streaming);
  assert(streams && "expected to know whether results are stored past caches");
  if (order == RowOrder::sharedByThreads)
    return makeSharedRow(context, *streams != 0);
  if (order == RowOrder::batched)
    return makeBatchedRows(builder, context, *streams != 0);
  return makeRowByRow(context, *streams != 0);
}
