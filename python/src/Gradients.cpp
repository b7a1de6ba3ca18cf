//===- Gradients.cpp - gradients of norms on arrays -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpCall.h"
#include "Ops.h"

using namespace norm::python;

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static constexpr const char *kNames[] = {"dx", "dscale", "dbias"};

namespace {
/// What is asked for, in the caller's order and in that of the kernel.
struct Wanted {
  /// Numbers of kNames in the caller's order.
  std::vector<unsigned> order;
  /// Where each of kNames stands in it; -1 for none.
  int places[3] = {-1, -1, -1};

  bool hasSums() const { return places[1] >= 0 || places[2] >= 0; }
};

/// What a function is called with.
struct Gradients {
  NormBackwardOp op;
  nb::handle dy, x, scale, rstd, mean, k, dres, outputs, out, stream;
};
} // namespace

static unsigned getGradientNumber(nb::handle name) {
  for (unsigned number = 0; number < 3; ++number)
    if (nb::isinstance<nb::str>(name) &&
        nb::cast<std::string>(name) == kNames[number])
      return number;
  throw nb::value_error(("expected outputs of dx, dscale and dbias, got " +
                         nb::cast<std::string>(nb::repr(name)))
                            .c_str());
}

static Wanted getWanted(nb::handle outputs) {
  if (!nb::isinstance<nb::tuple>(outputs) && !nb::isinstance<nb::list>(outputs))
    throw nb::type_error(("expected outputs to be a tuple of names, got " +
                          describeType(outputs))
                             .c_str());
  Wanted wanted;
  for (nb::handle name : outputs) {
    unsigned number = getGradientNumber(name);
    if (wanted.places[number] >= 0)
      throw nb::value_error(("expected each of outputs once, got " +
                             std::string(kNames[number]) + " twice")
                                .c_str());
    wanted.places[number] = static_cast<int>(wanted.order.size());
    wanted.order.push_back(number);
  }
  return wanted;
}

/// The results in the caller's order.
static nb::object run(Gradients given) {
  NormBackwardOp &op = given.op;
  if (given.dy.is_none() || given.x.is_none())
    throw nb::type_error("expected dy and x to be arrays, got None");
  Wanted wanted = getWanted(given.outputs);
  size_t count = wanted.order.size();
  if (!given.out.is_none() && nb::len(given.out) != count)
    throw nb::value_error(("expected out to have one array or None for each of "
                           "outputs, " +
                           std::to_string(count) + ", got " +
                           std::to_string(nb::len(given.out)))
                              .c_str());
  bool isDense = wanted.hasSums();
  OpCall call(given.stream);
  op.dy = getType(call.rows(given.dy, "dy", isDense));
  const Array &x = *call.rows(given.x, "x", isDense);
  int32_t rank = x.tensor.ndim;
  op.x = x.tensor.dtype;
  op.row_length = getRowLength(x);
  if (op.kind == NORM_OP_PRMSNORM)
    op.k = getK(given.k, op.row_length);
  op.scale = call.row(given.scale, "scale", x);
  op.rstd = getType(call.statistic(given.rstd, "rstd"));
  if (op.kind == NORM_OP_LAYERNORM)
    op.mean = getType(call.statistic(given.mean, "mean"));
  op.dres = getType(call.rows(given.dres, "dres", isDense));
  // Without a scale its gradient has the type that it is summed in.
  NormDataType sums = op.scale.bits ? op.scale : getComputeType(x);
  NormDataType *const types[] = {&op.dx, &op.dscale, &op.dbias};
  unsigned position[3], next = 0;
  for (unsigned number = 0; number < 3; ++number) {
    int place = wanted.places[number];
    if (place < 0)
      continue;
    nb::object out =
        given.out.is_none() ? nb::none() : nb::object(given.out[place]);
    bool isRows = number == 0;
    *types[number] =
        call.result(out, kNames[number], x, isRows ? op.x : sums,
                    isRows ? 0 : rank - 1, rank, isDense && isRows);
    position[number] = next++;
  }
  call.run(getKernel(op));
  nb::list results;
  for (unsigned number : wanted.order)
    results.append(call.takeResult(position[number]));
  return nb::tuple(results);
}

static nb::object rmsnormBackward(nb::handle dy, nb::handle x, nb::handle scale,
                                  nb::handle rstd, nb::handle dres,
                                  nb::handle outputs, double epsilon,
                                  nb::handle out, bool epsilonOutside,
                                  bool scalePlusOne, nb::handle stream) {
  return run({makeOp<NormBackwardOp>(NORM_OP_RMSNORM, epsilon, epsilonOutside,
                                     scalePlusOne),
              dy, x, scale, rstd, nb::handle(), nb::handle(), dres, outputs,
              out, stream});
}

static nb::object prmsnormBackward(nb::handle dy, nb::handle x,
                                   nb::handle scale, nb::handle rstd,
                                   nb::handle k, nb::handle dres,
                                   nb::handle outputs, double epsilon,
                                   nb::handle out, bool epsilonOutside,
                                   bool scalePlusOne, nb::handle stream) {
  return run({makeOp<NormBackwardOp>(NORM_OP_PRMSNORM, epsilon, epsilonOutside,
                                     scalePlusOne),
              dy, x, scale, rstd, nb::handle(), k, dres, outputs, out, stream});
}

static nb::object layernormBackward(nb::handle dy, nb::handle x,
                                    nb::handle scale, nb::handle rstd,
                                    nb::handle mean, nb::handle dres,
                                    nb::handle outputs, double epsilon,
                                    nb::handle out, bool epsilonOutside,
                                    bool scalePlusOne, nb::handle stream) {
  return run({makeOp<NormBackwardOp>(NORM_OP_LAYERNORM, epsilon, epsilonOutside,
                                     scalePlusOne),
              dy, x, scale, rstd, mean, nb::handle(), dres, outputs, out,
              stream});
}

//===----------------------------------------------------------------------===//
// Documentation
//===----------------------------------------------------------------------===//

#define NORM_GRADIENT_INPUTS                                                   \
  "\n\nArgs:\n"                                                                \
  "  dy: the gradient of y, of the shape of x.\n"                              \
  "  x: shape [..., n], of float64, float32, float16 or bfloat16, what was\n"  \
  "    normalized.\n" NORM_SCALE                                               \
  "  rstd: shape [...], what the norm multiplied rows by, float64 where x "    \
  "is,\n"                                                                      \
  "    else float32; statistics=True returns it. None to compute it of x.\n"

#define NORM_GRADIENT_OPTIONS                                                  \
  "  dres: a gradient of the shape of x that is added to dx before dx is\n"    \
  "    rounded, that of a residual.\n"                                         \
  "  outputs: names of what is returned, in this order, of \"dx\", "           \
  "\"dscale\"\n"                                                               \
  "    and \"dbias\". Nothing is read or computed for what is left out.\n"     \
  "  epsilon: that of the norm; not used where rstd is given and epsilon is\n" \
  "    inside of the root.\n"                                                  \
  "  out: a tuple of arrays, or None for a new one, for each of outputs. "     \
  "That\n"                                                                     \
  "    of dx may be dy, x or dres.\n" NORM_FLAGS NORM_STREAM "\nReturns:\n"    \
  "  A tuple: dx like x; dscale and dbias of shape [n] and of the type of\n"   \
  "  scale, or that of rstd without one, summed in the type of rstd, with "    \
  "the\n"                                                                      \
  "  same bits for any number of threads; 0 of no rows.\n" NORM_ERRORS         \
  "  ValueError: outputs has another name, or one twice.\n"

static const char kRMSNormBackwardText[] =
    "Gradients of rmsnorm, with r = rstd and m = dy scale:\n\n"
    "  dx_i = r m_i - x_i r^3/n sum(m x) + dres_i\n"
    "  dscale_i = sum over rows of dy_i x_i r, dbias_i = sum over rows of "
    "dy_i" NORM_GRADIENT_INPUTS NORM_GRADIENT_OPTIONS;

static const char kPRMSNormBackwardText[] =
    "Gradients of prmsnorm, with r = rstd and m = dy scale:\n\n"
    "  dx_i = r m_i - [i < k] x_i r^3/k sum(m x) + dres_i\n"
    "  dscale_i = sum over rows of dy_i x_i r, dbias_i = sum over rows of "
    "dy_i" NORM_GRADIENT_INPUTS
    "  k: that of the norm; 6.25 % of n, rounded up, unless "
    "given.\n" NORM_GRADIENT_OPTIONS;

static const char kLayerNormBackwardText[] =
    "Gradients of layernorm, with r = rstd, xh = (x - mean) r and m = dy "
    "scale:\n\n"
    "  dx_i = r (m_i - avg(m) - xh_i avg(xh m)) + dres_i, avg(v) = sum(v)/n\n"
    "  dscale_i = sum over rows of dy_i xh_i, dbias_i = sum over rows of "
    "dy_i" NORM_GRADIENT_INPUTS
    "  mean: shape [...], the mean of rows, of the type of rstd; with rstd, "
    "or\n"
    "    None.\n" NORM_GRADIENT_OPTIONS;

void norm::python::addGradients(nb::module_ &module) {
  using nb::arg;
  nb::tuple two = nb::make_tuple("dx", "dscale");
  nb::tuple three = nb::make_tuple("dx", "dscale", "dbias");
  module.def("rmsnorm_backward", rmsnormBackward, kRMSNormBackwardText,
             arg("dy").none(), arg("x").none(),
             arg("scale").none() = nb::none(), nb::kw_only(),
             arg("rstd").none() = nb::none(), arg("dres").none() = nb::none(),
             arg("outputs") = two, arg("epsilon") = 1e-5,
             arg("out").none() = nb::none(), arg("epsilon_outside") = false,
             arg("scale_plus_one") = false, arg("stream").none() = nb::none());
  module.def("prmsnorm_backward", prmsnormBackward, kPRMSNormBackwardText,
             arg("dy").none(), arg("x").none(),
             arg("scale").none() = nb::none(), nb::kw_only(),
             arg("rstd").none() = nb::none(), arg("k").none() = nb::none(),
             arg("dres").none() = nb::none(), arg("outputs") = two,
             arg("epsilon") = 1e-5, arg("out").none() = nb::none(),
             arg("epsilon_outside") = false, arg("scale_plus_one") = false,
             arg("stream").none() = nb::none());
  module.def("layernorm_backward", layernormBackward, kLayerNormBackwardText,
             arg("dy").none(), arg("x").none(),
             arg("scale").none() = nb::none(), nb::kw_only(),
             arg("rstd").none() = nb::none(), arg("mean").none() = nb::none(),
             arg("dres").none() = nb::none(), arg("outputs") = three,
             arg("epsilon") = 1e-5, arg("out").none() = nb::none(),
             arg("epsilon_outside") = false, arg("scale_plus_one") = false,
             arg("stream").none() = nb::none());
}
