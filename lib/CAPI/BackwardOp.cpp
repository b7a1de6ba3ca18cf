//===- BackwardOp.cpp - gradients of a norm given by parameters -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpChecks.h"
#include "OpWriter.h"
#include "Versioned.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir::norm;
using namespace mlir::norm::capi;

/// Adds %rstd_t, and %mean_t of a layernorm, as results of the norm itself,
/// whose y is not used: the loop of the gradients sums up x before.
static void addStatistics(OpWriter &writer, const NormBackwardOp &op) {
  NormDataType compute = getComputeType(op.x);
  llvm::SmallVector<OpWriter::Destination, 3> destinations = {
      {"outs", "y", OpShape::Rows, op.x},
      {"rstd", "rstd", OpShape::Statistic, compute}};
  if (op.kind == NORM_OP_LAYERNORM)
    destinations.push_back({"mean", "mean", OpShape::Statistic, compute});
  writer.addOp(getNormName(op.kind),
               writer.getOperand("ins", "x_t", *writer.spec.find("x")),
               destinations,
               getKText(op.kind, op.k) + getEpsilonText(op.epsilon, op.flags));
}

static std::string getProgram(const OpSpec &spec, const NormBackwardOp &op,
                              bool isDense) {
  OpWriter writer(spec, isDense);
  if (isAbsent(op.rstd))
    addStatistics(writer, op);
  NormDataType compute = getComputeType(op.x);
  auto getStatistic = [&](llvm::StringRef name) {
    return writer.getOperand(name, name.str() + "_t",
                             {name, compute, OpShape::Statistic});
  };
  std::string operands =
      llvm::formatv(" ins(%dy_t, %x_t : tensor<{0}>, tensor<{1}>)",
                    writer.getType(OpShape::Rows, op.dy),
                    writer.getType(OpShape::Rows, op.x));
  operands += writer.getOperand("scale") + getStatistic("rstd");
  if (op.kind == NORM_OP_LAYERNORM)
    operands += getStatistic("mean");
  if (const OpTensor *dres = spec.find("dres"))
    operands += writer.getOperand("dres", "dres_t", *dres);
  llvm::SmallVector<OpWriter::Destination, 3> destinations;
  for (const OpTensor &result : spec.getResults())
    destinations.push_back({result.name == "dx" ? "outs" : result.name,
                            result.name, result.shape, result.type});
  std::string attributes = getKText(op.kind, op.k);
  if (op.flags & NORM_OP_EPSILON_OUTSIDE)
    attributes += getEpsilonText(op.epsilon, op.flags);
  writer.addOp(getNormName(op.kind).str() + "_backward", operands, destinations,
               attributes + getOffsetText(op.flags));
  return writer.finish();
}

/// What is asked for goes with what there is.
static llvm::Error checkRoles(const NormBackwardOp &op) {
  if (isAbsent(op.dx) && isAbsent(op.dscale) && isAbsent(op.dbias))
    return rejectArgument(
        "expected dx, dscale or dbias to be asked for, got none of them");
  if (isAbsent(op.dx) && !isAbsent(op.dres))
    return rejectArgument("expected dx beside dres, which is added to it, "
                          "got none");
  if (op.kind == NORM_OP_LAYERNORM && isAbsent(op.rstd) != isAbsent(op.mean))
    return rejectArgument(
        llvm::formatv("expected rstd and mean, or neither, got {0} alone",
                      isAbsent(op.mean) ? "rstd" : "mean")
            .str());
  return llvm::Error::success();
}

llvm::Expected<OpSpec> capi::checkOp(const NormBackwardOp *given) {
  auto copied = copyVersioned(given, "op");
  if (!copied)
    return copied.takeError();
  if (!given)
    return rejectArgument("expected an op, got NULL");
  NormBackwardOp &op = *copied;
  if (llvm::Error error = checkTypes({{"dy", op.dy},
                                      {"x", op.x},
                                      {"scale", op.scale},
                                      {"rstd", op.rstd},
                                      {"mean", op.mean},
                                      {"dres", op.dres},
                                      {"dx", op.dx},
                                      {"dscale", op.dscale},
                                      {"dbias", op.dbias}},
                                     {"dy", "x"}))
    return error;
  if (llvm::Error error =
          checkNumbers(op.kind, op.flags, op.scale.bits != 0, op.row_length,
                       op.k, op.epsilon, op.x.bits == 64))
    return error;
  if (llvm::Error error = checkStatistics(op.kind, op.x, op.rstd, op.mean))
    return error;
  if (llvm::Error error = checkRoles(op))
    return error;
  OpSpec spec;
  spec.rowLength = op.row_length;
  spec.k = op.k;
  spec.addArgument("dy", op.dy, OpShape::Rows);
  spec.addArgument("x", op.x, OpShape::Rows);
  spec.addArgument("scale", op.scale, OpShape::Row);
  spec.addArgument("rstd", op.rstd, OpShape::Statistic);
  spec.addArgument("mean", op.mean, OpShape::Statistic);
  spec.addArgument("dres", op.dres, OpShape::Rows);
  spec.addResult("dx", op.dx, OpShape::Rows);
  spec.addResult("dscale", op.dscale, OpShape::Row);
  spec.addResult("dbias", op.dbias, OpShape::Row);
  spec.program = getProgram(spec, op, /*isDense=*/false);
  spec.denseProgram = getProgram(spec, op, /*isDense=*/true);
  return spec;
}
