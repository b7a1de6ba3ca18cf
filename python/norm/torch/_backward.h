//===- _backward.h - norms of aten, backward --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PYTHON_TORCH_BACKWARD_H
#define NORM_PYTHON_TORCH_BACKWARD_H

#include "_kernels.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/native_layer_norm_backward_cpu_dispatch.h>

#include <array>
#include <tuple>

using Gradients = std::tuple<Tensor, Tensor, Tensor>;

/// dx, dscale and dbias, those that `mask` asks for; none where there is no
/// kernel.
static std::optional<Gradients>
differentiate(Op kind, const Rows &rows, const Tensor &dy, const Tensor &x,
              const Tensor &mean, const Tensor &rstd,
              const OptionalTensor &weight, const OptionalTensor &bias,
              std::array<bool, 3> mask) {
  auto op = makeOp<NormBackwardOp>(kind, rows);
  op.dy = typeOf(dy.scalar_type());
  op.x = typeOf(x.scalar_type());
  op.scale = typeOf(weight);
  op.rstd = typeOf(computeTypeOf(x));
  if (kind == LayerNorm)
    op.mean = op.rstd;
  if (mask[0])
    op.dx = op.x;
  if (mask[1])
    op.dscale = op.scale;
  if (mask[2])
    op.dbias = typeOf(bias);
  const NormKernel *kernel = findKernel(op, normBackwardOpCompile);

  auto make = [](const Tensor &like) {
    return makeEmpty(like.sizes(), like.scalar_type());
  };
  Tensor wideMean, wideRstd = rstd.to(computeTypeOf(x)).contiguous();
  Tensor dx, dscale, dbias;
  Call call(rows);
  call.rows(dy);
  call.rows(x);
  call.parameter(weight);
  call.statistic(wideRstd);
  if (kind == LayerNorm) {
    wideMean = mean.to(computeTypeOf(x)).contiguous();
    call.statistic(wideMean);
  }
  if (mask[0])
    call.rows(dx = make(x));
  if (mask[1])
    call.parameter(dscale = make(*weight));
  if (mask[2])
    call.parameter(dbias = make(*bias));
  if (!call.run(kernel, Backward))
    return std::nullopt;
  return Gradients(dx, dscale, dbias);
}

/// Whether tensors of a backward belong to these rows.
static bool fits(const Rows &rows, const Tensor &dy, const Tensor &x,
                 std::initializer_list<Tensor> statistics) {
  if (!isPlain(dy) || dy.sizes() != x.sizes())
    return false;
  return std::all_of(
      statistics.begin(), statistics.end(), [&](const Tensor &s) {
        return s.numel() == rows.count && numberOf(s.scalar_type()) >= 0;
      });
}

static Gradients layerNormBackward(const Tensor &given, const Tensor &x,
                                   IntArrayRef shape, const Tensor &mean,
                                   const Tensor &rstd,
                                   const OptionalTensor &weight,
                                   const OptionalTensor &bias,
                                   std::array<bool, 3> mask) {
  Tensor dy = given.contiguous();
  std::array<bool, 3> wanted = {mask[0], mask[1] && isThere(weight),
                                mask[2] && isThere(bias)};
  auto rows = takeRows(LayerNorm, Backward, x, shape, weight, bias);
  if (rows && (wanted[0] || wanted[1] || wanted[2]) &&
      fits(*rows, dy, x, {mean, rstd}))
    if (auto made = differentiate(LayerNorm, *rows, dy, x, mean, rstd, weight,
                                  bias, wanted))
      return *made;
  // PyTorch's kernel expects the statistics in the type of its parameters.
  auto own = isThere(weight) ? weight->scalar_type()
             : isThere(bias) ? bias->scalar_type()
                             : x.scalar_type();
  return at::cpu::native_layer_norm_backward(dy, x, shape, mean.to(own),
                                             rstd.to(own), weight, bias, mask);
}

/// PyTorch has no kernel for CPUs. With u = dy * scale and n = x * rstd,
/// dx = rstd * (u - n * mean(u * n)) and dscale = sum(dy * n) over the rows.
static std::tuple<Tensor, Tensor>
spelledRMSNormBackward(const Tensor &dy, const Tensor &x, IntArrayRef shape,
                       const Tensor &rstd, const OptionalTensor &weight,
                       std::array<bool, 2> mask) {
  auto wide = computeTypeOf(x);
  std::vector<int64_t> ofRow, ofRows;
  for (int64_t dim = 0, first = x.dim() - int64_t(shape.size()); dim < x.dim();
       ++dim)
    (dim < first ? ofRows : ofRow).push_back(dim);
  Tensor u = dy.to(wide), n = x.to(wide) * rstd.to(wide), dx, dscale;
  if (mask[1] && isThere(weight))
    dscale = (ofRows.empty() ? u * n : (u * n).sum(ofRows))
                 .to(weight->scalar_type());
  if (isThere(weight))
    u = u * weight->to(wide);
  if (mask[0])
    dx = (rstd.to(wide) * (u - n * (u * n).mean(ofRow, /*keepdim=*/true)))
             .to(x.scalar_type());
  return {dx, dscale};
}

static std::tuple<Tensor, Tensor>
fusedRMSNormBackward(const Tensor &given, const Tensor &x, IntArrayRef shape,
                     const Tensor &rstd, const OptionalTensor &weight,
                     std::array<bool, 2> mask) {
  Tensor dy = given.contiguous();
  std::array<bool, 3> wanted = {mask[0], mask[1] && isThere(weight), false};
  auto rows = takeRows(RMSNorm, Backward, x, shape, weight);
  if (rows && (wanted[0] || wanted[1]) && fits(*rows, dy, x, {rstd}))
    if (auto made =
            differentiate(RMSNorm, *rows, dy, x, {}, rstd, weight, {}, wanted))
      return {std::get<0>(*made), std::get<1>(*made)};
  return spelledRMSNormBackward(dy, x, shape, rstd, weight, mask);
}

#endif // NORM_PYTHON_TORCH_BACKWARD_H
