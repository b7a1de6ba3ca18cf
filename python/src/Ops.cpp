//===- Ops.cpp - norms on arrays ------------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Ops.h"

#include "OpCall.h"

using namespace norm::python;

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// y, or the tuple of all results where `asksForStatistics`, with rstd, and the
/// mean of a layernorm.
static nb::object finishCall(OpCall &call, NormOp &op, const Array &x,
                             bool asksForStatistics) {
  int32_t rank = x.tensor.ndim;
  NormDataType compute = getComputeType(x);
  if (asksForStatistics) {
    op.rstd = call.result(nb::none(), "rstd", x, compute, 0, rank - 1);
    if (op.kind == NORM_OP_LAYERNORM)
      op.mean = call.result(nb::none(), "mean", x, compute, 0, rank - 1);
  }
  call.run(getKernel(op));
  if (call.getResultCount() == 1)
    return call.takeResult(0);
  return call.takeResults();
}

/// A norm without a residual.
static nb::object runNorm(NormOp op, nb::handle x, nb::handle scale,
                          nb::handle bias, nb::handle out, bool statistics,
                          nb::handle stream, nb::handle k = nb::none()) {
  if (x.is_none())
    throw nb::type_error("expected x to be an array, got None");
  OpCall call(stream);
  const Array &input = *call.argument(x, "x");
  op.x = input.tensor.dtype;
  op.row_length = getRowLength(input);
  if (op.kind == NORM_OP_PRMSNORM)
    op.k = getK(k, op.row_length);
  op.scale = call.row(scale, "scale", input);
  op.bias = call.row(bias, "bias", input);
  op.y = call.result(out, "out", input, op.x, 0, input.tensor.ndim);
  return finishCall(call, op, input, statistics);
}

static nb::object rmsnorm(nb::handle x, nb::handle scale, nb::handle bias,
                          double epsilon, nb::handle out, bool epsilonOutside,
                          bool scalePlusOne, bool statistics,
                          nb::handle stream) {
  return runNorm(
      makeOp<NormOp>(NORM_OP_RMSNORM, epsilon, epsilonOutside, scalePlusOne), x,
      scale, bias, out, statistics, stream);
}

static nb::object prmsnorm(nb::handle x, nb::handle scale, nb::handle bias,
                           nb::handle k, double epsilon, nb::handle out,
                           bool epsilonOutside, bool scalePlusOne,
                           bool statistics, nb::handle stream) {
  return runNorm(
      makeOp<NormOp>(NORM_OP_PRMSNORM, epsilon, epsilonOutside, scalePlusOne),
      x, scale, bias, out, statistics, stream, k);
}

static nb::object layernorm(nb::handle x, nb::handle scale, nb::handle bias,
                            double epsilon, nb::handle out, bool epsilonOutside,
                            bool scalePlusOne, bool statistics,
                            nb::handle stream) {
  return runNorm(
      makeOp<NormOp>(NORM_OP_LAYERNORM, epsilon, epsilonOutside, scalePlusOne),
      x, scale, bias, out, statistics, stream);
}

static nb::object addRMSNorm(nb::handle x, nb::handle residual,
                             nb::handle scale, nb::handle bias, double epsilon,
                             nb::handle out, bool epsilonOutside,
                             bool scalePlusOne, bool statistics,
                             nb::handle stream) {
  if (x.is_none() || residual.is_none())
    throw nb::type_error("expected x and residual to be arrays, got None");
  nb::object outY = nb::none(), outZ = nb::none();
  if (!out.is_none()) {
    if (nb::len(out) != 2)
      throw nb::value_error("expected out to be two arrays, y and the sum");
    outY = out[0];
    outZ = out[1];
  }
  OpCall call(stream);
  NormOp op =
      makeOp<NormOp>(NORM_OP_RMSNORM, epsilon, epsilonOutside, scalePlusOne);
  const Array &input = *call.argument(x, "x");
  int32_t rank = input.tensor.ndim;
  op.x = input.tensor.dtype;
  op.row_length = getRowLength(input);
  op.residual = getType(call.argument(residual, "residual"));
  op.scale = call.row(scale, "scale", input);
  op.bias = call.row(bias, "bias", input);
  op.y = call.result(outY, "out[0]", input, op.x, 0, rank);
  call.result(outZ, "out[1]", input, op.x, 0, rank);
  return finishCall(call, op, input, statistics);
}

//===----------------------------------------------------------------------===//
// Documentation
//===----------------------------------------------------------------------===//

/// What the functions have in common, behind the formula of each.
#define NORM_ARGUMENTS                                                         \
  NORM_SCALE                                                                   \
  "  bias: shape [n], or a number; its elements may have another type.\n"      \
  "  epsilon: finite and at least 0.\n"

#define NORM_STATISTICS                                                        \
  "  statistics: return what the gradients need beside x, too: rstd, which "   \
  "a\n"                                                                        \
  "    row is multiplied by, of shape [...], float64 where x is, else\n"       \
  "    float32; layernorm also the mean.\n" NORM_STREAM

static const char kRMSNormText[] =
    "y = x / sqrt(mean(x^2) + epsilon) * scale + bias, over the last dimension."
    "\n\nArgs:\n"
    "  x: shape [..., n], of float64, float32, float16 or "
    "bfloat16.\n" NORM_ARGUMENTS "  out: an array of the shape of x for y; it "
    "may be x.\n" NORM_FLAGS NORM_STATISTICS "\nReturns:\n"
    "  out, or a new array like x; with statistics the tuple of it and "
    "rstd.\n" NORM_ERRORS;

static const char kPRMSNormText[] =
    "y = x / sqrt(mean(x[:k]^2) + epsilon) * scale + bias, over the last "
    "dimension.\n\nArgs:\n"
    "  x: shape [..., n], of float64, float32, float16 or "
    "bfloat16.\n" NORM_ARGUMENTS
    "  k: how many elements give the statistic, 1 to n; 6.25 % of n, rounded\n"
    "    up, unless given.\n"
    "  out: an array of the shape of x for y; it may be "
    "x.\n" NORM_FLAGS NORM_STATISTICS "\nReturns:\n"
    "  out, or a new array like x; with statistics the tuple of it and "
    "rstd.\n" NORM_ERRORS;

static const char kLayerNormText[] =
    "y = (x - mean(x)) / sqrt(var(x) + epsilon) * scale + bias, over the last "
    "dimension;\nthe variance is the biased one.\n\nArgs:\n"
    "  x: shape [..., n], of float64, float32, float16 or "
    "bfloat16.\n" NORM_ARGUMENTS "  out: an array of the shape of x for y; it "
    "may be x.\n" NORM_FLAGS NORM_STATISTICS "\nReturns:\n"
    "  out, or a new array like x; with statistics the tuple of it, rstd and\n"
    "  mean.\n" NORM_ERRORS;

static const char kAddRMSNormText[] =
    "z = x + residual, rounded to the type of x, and y = rmsnorm(z, scale, "
    "bias).\n\nArgs:\n"
    "  x: shape [..., n], of float64, float32, float16 or bfloat16.\n"
    "  residual: the shape of x; its elements may have another "
    "type.\n" NORM_ARGUMENTS
    "  out: a tuple of arrays of the shape of x for y and z, which may be x\n"
    "    and the residual.\n" NORM_FLAGS NORM_STATISTICS "\nReturns:\n"
    "  The tuple of y and z, and rstd with statistics.\n" NORM_ERRORS;

void norm::python::addOps(nb::module_ &module) {
  using nb::arg;
  module.def("rmsnorm", rmsnorm, kRMSNormText, arg("x"),
             arg("scale").none() = nb::none(), arg("bias").none() = nb::none(),
             nb::kw_only(), arg("epsilon") = 1e-5,
             arg("out").none() = nb::none(), arg("epsilon_outside") = false,
             arg("scale_plus_one") = false, arg("statistics") = false,
             arg("stream").none() = nb::none());
  module.def("prmsnorm", prmsnorm, kPRMSNormText, arg("x"),
             arg("scale").none() = nb::none(), arg("bias").none() = nb::none(),
             nb::kw_only(), arg("k").none() = nb::none(), arg("epsilon") = 1e-5,
             arg("out").none() = nb::none(), arg("epsilon_outside") = false,
             arg("scale_plus_one") = false, arg("statistics") = false,
             arg("stream").none() = nb::none());
  module.def("layernorm", layernorm, kLayerNormText, arg("x"),
             arg("scale").none() = nb::none(), arg("bias").none() = nb::none(),
             nb::kw_only(), arg("epsilon") = 1e-5,
             arg("out").none() = nb::none(), arg("epsilon_outside") = false,
             arg("scale_plus_one") = false, arg("statistics") = false,
             arg("stream").none() = nb::none());
  module.def("add_rmsnorm", addRMSNorm, kAddRMSNormText, arg("x"),
             arg("residual"), arg("scale").none() = nb::none(),
             arg("bias").none() = nb::none(), nb::kw_only(),
             arg("epsilon") = 1e-5, arg("out").none() = nb::none(),
             arg("epsilon_outside") = false, arg("scale_plus_one") = false,
             arg("statistics") = false, arg("stream").none() = nb::none());
}
