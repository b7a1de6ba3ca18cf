//===- _forward.h - norms of aten, forward ----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PYTHON_TORCH_FORWARD_H
#define NORM_PYTHON_TORCH_FORWARD_H

#include "_kernels.h"

#include <ATen/ops/_fused_rms_norm.h>
#include <ATen/ops/_fused_rms_norm_compositeimplicitautograd_dispatch.h>
#include <ATen/ops/native_layer_norm_cpu_dispatch.h>
#include <ATen/ops/rms_norm_compositeimplicitautograd_dispatch.h>

#include <tuple>

namespace {
struct Normalized {
  Tensor y, mean, rstd;
};
} // namespace

/// y and the statistics of rows; none where there is no kernel. Statistics have
/// the shape of x, with 1 for what is summed.
static std::optional<Normalized> normalize(Op kind, const Rows &rows,
                                           const Tensor &x, IntArrayRef shape,
                                           const OptionalTensor &weight,
                                           const OptionalTensor &bias,
                                           double epsilon) {
  auto op = makeOp<NormOp>(kind, rows);
  op.x = op.y = typeOf(x.scalar_type());
  op.scale = typeOf(weight);
  op.bias = typeOf(bias);
  op.rstd = typeOf(computeTypeOf(x));
  if (kind == LayerNorm)
    op.mean = op.rstd;
  op.epsilon = epsilon;
  const NormKernel *kernel = findKernel(op, normOpCompile);

  c10::DimVector ofRows(x.sizes());
  std::fill(ofRows.end() - shape.size(), ofRows.end(), 1);
  Normalized made;
  made.y = makeEmpty(x.sizes(), x.scalar_type());
  made.rstd = makeEmpty(ofRows, computeTypeOf(x));
  Call call(rows);
  call.rows(x);
  call.parameter(weight);
  call.parameter(bias);
  call.rows(made.y);
  call.statistic(made.rstd);
  if (kind == LayerNorm) {
    made.mean = makeEmpty(ofRows, computeTypeOf(x));
    call.statistic(made.mean);
  }
  if (!call.run(kernel, Forward))
    return std::nullopt;
  return made;
}

static std::tuple<Tensor, Tensor, Tensor>
layerNorm(const Tensor &x, IntArrayRef shape, const OptionalTensor &weight,
          const OptionalTensor &bias, double epsilon) {
  if (auto rows = takeRows(LayerNorm, Forward, x, shape, weight, bias))
    if (auto made =
            normalize(LayerNorm, *rows, x, shape, weight, bias, epsilon))
      return {made->y, made->mean, made->rstd};
  return at::cpu::native_layer_norm(x, shape, weight, bias, epsilon);
}

/// What PyTorch takes where no epsilon is given.
static double epsilonOf(const Tensor &x, std::optional<double> epsilon) {
  if (epsilon)
    return *epsilon;
  static constexpr double kUnits[kTypes] = {0x1p-23, 0x1p-52, 0x1p-10, 0x1p-7};
  return kUnits[numberOf(x.scalar_type())];
}

static std::tuple<Tensor, Tensor> fusedRMSNorm(const Tensor &x,
                                               IntArrayRef shape,
                                               const OptionalTensor &weight,
                                               std::optional<double> epsilon) {
  if (auto rows = takeRows(RMSNorm, Forward, x, shape, weight))
    if (auto made = normalize(RMSNorm, *rows, x, shape, weight, {},
                              epsilonOf(x, epsilon)))
      return {made->y, made->rstd};
  return at::compositeimplicitautograd::_fused_rms_norm(x, shape, weight,
                                                        epsilon);
}

/// Whether a mode of Python or a transformation of functorch sees each op,
/// which is to see those that PyTorch spells a norm out in.
static bool isObserved(const Tensor &x) {
  using c10::DispatchKey;
  auto keys = c10::impl::tls_local_dispatch_key_set().included_ | x.key_set();
  return keys.has_any(c10::DispatchKeySet(
      {DispatchKey::Python, DispatchKey::FuncTorchDynamicLayerFrontMode,
       DispatchKey::FuncTorchBatched, DispatchKey::FuncTorchGradWrapper,
       DispatchKey::Functionalize}));
}

/// Set where classes of tensors, as DTensor, know _fused_rms_norm.
static std::atomic<bool> takesSubclasses{false};

/// Whether the class of x, and no mode, sees each op, and is to see that one.
static bool isKnowing(const Tensor &x) {
  return takesSubclasses && x.key_set().has(c10::DispatchKey::Python) &&
         !c10::impl::tls_local_dispatch_key_set().included_.has(
             c10::DispatchKey::Python);
}

static Tensor rmsNorm(const Tensor &x, c10::SymIntArrayRef shape,
                      const OptionalTensor &weight,
                      std::optional<double> epsilon) {
  auto sizes = c10::asIntArrayRefSlowOpt(shape);
  if (sizes && (isKnowing(x) || (!isObserved(x) && takeRows(RMSNorm, Forward, x,
                                                            *sizes, weight))))
    return std::get<0>(
        at::_fused_rms_norm(x, *sizes, weight, epsilonOf(x, epsilon)));
  return at::compositeimplicitautograd::rms_norm_symint(x, shape, weight,
                                                        epsilon);
}

#endif // NORM_PYTHON_TORCH_FORWARD_H
