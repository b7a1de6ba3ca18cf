//===- ForwardOp.cpp - a norm given by parameters -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpChecks.h"
#include "OpWriter.h"
#include "Versioned.h"
#include "norm/Execution/Signature.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir::norm;
using namespace mlir::norm::capi;
using namespace mlir::norm::run;

/// Adds z = x + residual, in the wider of their types and rounded to that of x.
static void addSum(OpWriter &writer) {
  NormDataType xType = writer.spec.find("x")->type,
               residualType = writer.spec.find("residual")->type;
  std::string x = getText(xType), r = getText(residualType),
              xs = writer.getType(OpShape::Rows, xType),
              rs = writer.getType(OpShape::Rows, residualType);
  writer.addEmpty("z", OpShape::Rows, xType);
  writer.add(llvm::formatv(
      "  %z_t = linalg.generic {{indexing_maps = [affine_map<(i, j) -> (i, "
      "j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], "
      "iterator_types = [\"parallel\", \"parallel\"]} ins(%x_t, %residual_t : "
      "tensor<{0}>, tensor<{1}>) outs(%z_e : tensor<{0}>) {{\n"
      "  ^bb0(%a: {2}, %b: {3}, %o: {2}):\n",
      xs, rs, x, r));
  const char *compute = x == "f64" || r == "f64" ? "f64" : "f32";
  auto widen = [&](const char *value, const std::string &type) -> std::string {
    if (type == compute)
      return value;
    writer.add(llvm::formatv("    {0}_w = arith.extf {0} : {1} to {2}\n", value,
                             type, compute));
    return std::string(value) + "_w";
  };
  std::string a = widen("%a", x), b = widen("%b", r);
  writer.add(
      llvm::formatv("    %s = arith.addf {0}, {1} : {2}\n", a, b, compute));
  if (x != compute)
    writer.add(
        llvm::formatv("    %s_x = arith.truncf %s : {0} to {1}\n", compute, x));
  writer.add(llvm::formatv("    linalg.yield {0} : {1}\n  } -> tensor<{2}>\n",
                           x == compute ? "%s" : "%s_x", x, xs));
}

static std::string getProgram(const OpSpec &spec, const NormOp &op,
                              bool isDense) {
  OpWriter writer(spec, isDense);
  bool hasSum = spec.find("residual");
  if (hasSum)
    addSum(writer);
  llvm::SmallVector<OpWriter::Destination, 3> destinations = {
      {"outs", "y", OpShape::Rows, op.y}};
  for (const char *name : {"rstd", "mean"})
    if (const OpTensor *tensor = spec.find(name))
      destinations.push_back({name, name, tensor->shape, tensor->type});
  writer.addOp(
      getNormName(op.kind),
      writer.getOperand("ins", hasSum ? "z_t" : "x_t", *spec.find("x")) +
          writer.getOperand("scale") + writer.getOperand("bias"),
      destinations,
      getKText(op.kind, op.k) + getEpsilonText(op.epsilon, op.flags) +
          getOffsetText(op.flags));
  return writer.finish();
}

llvm::Expected<OpSpec> capi::checkOp(const NormOp *given) {
  auto copied = copyVersioned(given, "op");
  if (!copied)
    return copied.takeError();
  if (!given)
    return rejectArgument("expected an op, got NULL");
  NormOp &op = *copied;
  if (isAbsent(op.y))
    op.y = op.x;
  if (llvm::Error error = checkTypes({{"x", op.x},
                                      {"residual", op.residual},
                                      {"scale", op.scale},
                                      {"bias", op.bias},
                                      {"y", op.y}},
                                     {"x", "y"}))
    return error;
  // Rows are computed in f64 if x or the sum has that type, else in f32.
  bool isWide = op.x.bits == 64 || op.residual.bits == 64;
  if (llvm::Error error = checkNumbers(op.kind, op.flags, op.scale.bits != 0,
                                       op.row_length, op.k, op.epsilon, isWide))
    return error;
  if (llvm::Error error = checkStatistics(op.kind, op.x, op.rstd, op.mean))
    return error;
  OpSpec spec;
  spec.rowLength = op.row_length;
  spec.k = op.k;
  spec.addArgument("x", op.x, OpShape::Rows);
  spec.addArgument("residual", op.residual, OpShape::Rows);
  spec.addArgument("scale", op.scale, OpShape::Row);
  spec.addArgument("bias", op.bias, OpShape::Row);
  spec.addResult("y", op.y, OpShape::Rows);
  if (op.residual.bits)
    spec.addResult("z", op.x, OpShape::Rows);
  spec.addResult("rstd", op.rstd, OpShape::Statistic);
  spec.addResult("mean", op.mean, OpShape::Statistic);
  spec.program = getProgram(spec, op, /*isDense=*/false);
  spec.denseProgram = getProgram(spec, op, /*isDense=*/true);
  return spec;
}
