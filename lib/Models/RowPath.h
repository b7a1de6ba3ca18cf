//===- RowPath.h - reshapes that leave rows alone ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exporters flatten batch and tokens before a product of matrices:
//
//   %flat = tensor.collapse_shape %y [[0, 1], [2]]
//       : tensor<2x3x64xf32> into tensor<6x64xf32>
//
// A path is a list of such reshapes, each of which leaves the dimension along
// the row alone. What is one number for a row goes along it without that
// dimension: tensor<2x3xf32> into tensor<6xf32> by [[0, 1]].
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_ROWPATH_H
#define NORM_LIB_MODELS_ROWPATH_H

#include "mlir/IR/Builders.h"

#include <optional>

namespace mlir::norm::models {

/// Reshapes from a tensor of rows on.
class RowPath {
public:
  /// The empty path; `rowDim` is the dimension along the row.
  explicit RowPath(int64_t rowDim) : rowDims({rowDim}) {}

  /// This path and `reshape`, or none if that is no reshape or touches the row.
  std::optional<RowPath> extend(Operation *reshape) const;

  /// The dimension along the row at the end of the path.
  int64_t getRowDim() const { return rowDims.back(); }

  /// `value`, a tensor of the type that the path begins with, at its end.
  Value followElements(OpBuilder &builder, Value value) const;
  /// The same for a tensor of one number for each row.
  Value followRows(OpBuilder &builder, Value value) const;

private:
  SmallVector<Operation *> reshapes;
  /// Before each of the reshapes, and at the end.
  SmallVector<int64_t> rowDims;
};

/// The dimension along the row before `reshape`, where it is `dim` of the
/// result; none if `reshape` is none or touches the row.
std::optional<int64_t> getSourceRowDim(Operation *reshape, int64_t dim);

} // namespace mlir::norm::models

#endif // NORM_LIB_MODELS_ROWPATH_H
