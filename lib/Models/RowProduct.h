//===- RowProduct.h - matrix products over the rows of a norm ---*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_ROWPRODUCT_H
#define NORM_LIB_MODELS_ROWPRODUCT_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"

#include <variant>

namespace mlir::norm::models {

/// A product of matrices that reads a tensor of rows and adds up along them:
///
///   p[m, n] = sum_k y[m, k] * w[k, n]
///
/// matmul, batch_matmul, contract, vecmat or a generic op; k is the one loop
/// that is reduced, m and n stand for any number of loops.
struct RowProduct {
  linalg::LinalgOp op;
  OpOperand *rows;
  OpOperand *weights;
  /// The dimension of the weights that is added up.
  unsigned weightsRowDim;
  /// From the dimensions of the result to those of the rows without k.
  AffineMap rowMap;
  /// From the dimensions of the result to those of the weights without k.
  AffineMap columnMap;

  FloatType getResultType() const;
  FloatType getWeightsType() const;
};

/// Whether the body of `op` is sum + a * b of floats, which may be extended
/// first.
bool multipliesAndAdds(linalg::LinalgOp op);

/// Whether `op` is a convolution, or a sum over windows, with the same body.
bool convolves(linalg::LinalgOp op);

/// Whether `value` is a tensor of zeros.
bool isZeros(Value value);

/// The product that reads its rows by `use`, whose dimension `rowDim` is along
/// the row, into a tensor of zeros; or in words why there is none.
std::variant<RowProduct, std::string> matchRowProduct(OpOperand &use,
                                                      int64_t rowDim);

} // namespace mlir::norm::models

#endif // NORM_LIB_MODELS_ROWPRODUCT_H
