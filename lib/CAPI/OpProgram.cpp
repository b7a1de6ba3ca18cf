//===- OpProgram.cpp - a norm given by parameters -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpProgram.h"

#include "Status.h"
#include "Versioned.h"
#include "norm/Execution/Signature.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir::norm::capi;
using namespace mlir::norm::run;
using llvm::Twine;

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

static bool isFloat(NormDataType type) {
  if (type.lanes != 1)
    return false;
  return type.code == NORM_TYPE_BFLOAT
             ? type.bits == 16
             : type.code == NORM_TYPE_FLOAT &&
                   llvm::is_contained({16, 32, 64}, type.bits);
}

static llvm::Error checkType(llvm::StringRef name, NormDataType type,
                             bool isOptional) {
  bool isAbsent = !type.code && !type.bits && !type.lanes;
  if (isFloat(type) || (isOptional && isAbsent))
    return llvm::Error::success();
  return makeFailure(NORM_INVALID_ARGUMENT,
                     "expected " + name + " to be f64, f32, f16 or bf16, got " +
                         (isAbsent ? "no type" : getText(type)));
}

static llvm::Error checkNumbers(const NormOp &op) {
  auto fail = [](const Twine &message) {
    return makeFailure(NORM_INVALID_ARGUMENT, message);
  };
  if (op.kind < NORM_OP_RMSNORM || op.kind > NORM_OP_LAYERNORM)
    return fail("expected a kind of norm from 1 to 3, got " + Twine(op.kind));
  if (op.flags & ~(NORM_OP_EPSILON_OUTSIDE | NORM_OP_SCALE_PLUS_ONE))
    return fail("expected flags of this version, got " + Twine(op.flags));
  if ((op.flags & NORM_OP_SCALE_PLUS_ONE) && !op.scale.bits)
    return fail("expected a scale to add 1 to, got none");
  if (op.row_length < -1)
    return fail("expected a row length of at least 0, or -1 for any, got " +
                Twine(op.row_length));
  if (!std::isfinite(op.epsilon) || op.epsilon < 0)
    return fail(
        llvm::formatv("expected a finite epsilon of at least 0, got {0}",
                      op.epsilon)
            .str());
  // Rows are computed in f64 if x or the sum has that type, else in f32.
  bool isWide = op.x.bits == 64 || op.residual.bits == 64;
  double stored = isWide ? op.epsilon : static_cast<float>(op.epsilon);
  if (!std::isfinite(stored) || (stored == 0) != (op.epsilon == 0))
    return fail(
        llvm::formatv("expected an epsilon that f32 holds, got {0}", op.epsilon)
            .str());
  bool isPartial = op.kind == NORM_OP_PRMSNORM;
  if (!isPartial && op.k)
    return fail("expected k to be 0 but for prmsnorm, got " + Twine(op.k));
  if (isPartial && (op.k < 1 || (op.row_length != -1 && op.k > op.row_length)))
    return fail("expected k from 1 to the row length" +
                (op.row_length == -1 ? Twine() : " " + Twine(op.row_length)) +
                ", got " + Twine(op.k));
  return llvm::Error::success();
}

llvm::Expected<OpSpec> mlir::norm::capi::checkOp(const NormOp *op) {
  auto copied = copyVersioned(op, "op");
  if (!copied)
    return copied.takeError();
  if (!op)
    return makeFailure(NORM_INVALID_ARGUMENT, "expected an op, got NULL");
  OpSpec spec{*copied};
  if (!spec.op.y.code && !spec.op.y.bits && !spec.op.y.lanes)
    spec.op.y = spec.op.x;
  const std::tuple<llvm::StringRef, NormDataType, bool> types[] = {
      {"x", spec.op.x, false},
      {"residual", spec.op.residual, true},
      {"scale", spec.op.scale, true},
      {"bias", spec.op.bias, true},
      {"y", spec.op.y, false}};
  for (auto [name, type, isOptional] : types)
    if (llvm::Error error = checkType(name, type, isOptional))
      return error;
  if (llvm::Error error = checkNumbers(spec.op))
    return error;
  return spec;
}

//===----------------------------------------------------------------------===//
// The program
//===----------------------------------------------------------------------===//

namespace {
/// Texts of types, and the lines of the function.
class Writer {
public:
  explicit Writer(const OpSpec &spec)
      : spec(spec),
        n(spec.op.row_length == -1 ? "?" : std::to_string(spec.op.row_length)) {
  }

  std::string write();

private:
  std::string rows(NormDataType type) { return "?x" + n + "x" + getText(type); }
  std::string row(NormDataType type) { return n + "x" + getText(type); }
  void argument(llvm::StringRef name, const std::string &type, bool isRows);
  void empty(llvm::StringRef name, NormDataType type);
  void sum();
  void norm();
  void result(llvm::StringRef value, llvm::StringRef name, NormDataType type);

  const OpSpec &spec;
  std::string n, arguments, body;
};
} // namespace

/// An argument, and the tensor that it holds.
void Writer::argument(llvm::StringRef name, const std::string &type,
                      bool isRows) {
  std::string memref = "memref<" + type + (isRows ? ", strided<[?, 1]>>" : ">");
  arguments += (arguments.empty() ? "%" : ", %") + name.str() + ": " + memref;
  if (name != "y" && name != "z")
    body += llvm::formatv("  %{0}_t = bufferization.to_tensor %{0} restrict : "
                          "{1} to tensor<{2}>\n",
                          name, memref, type);
}

void Writer::empty(llvm::StringRef name, NormDataType type) {
  body += llvm::formatv("  %{0}_e = tensor.empty(%rows{1}) : tensor<{2}>\n",
                        name, n == "?" ? ", %n" : "", rows(type));
}

/// z = x + residual, in the wider of their types and rounded to that of x.
void Writer::sum() {
  std::string x = getText(spec.op.x), r = getText(spec.op.residual),
              xs = rows(spec.op.x), rs = rows(spec.op.residual);
  empty("z", spec.op.x);
  body += llvm::formatv(
      "  %z_t = linalg.generic {{indexing_maps = [affine_map<(i, j) -> (i, "
      "j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], "
      "iterator_types = [\"parallel\", \"parallel\"]} ins(%x_t, %residual_t : "
      "tensor<{0}>, tensor<{1}>) outs(%z_e : tensor<{0}>) {{\n"
      "  ^bb0(%a: {2}, %b: {3}, %o: {2}):\n",
      xs, rs, x, r);
  const char *compute = x == "f64" || r == "f64" ? "f64" : "f32";
  auto widen = [&](const char *value, const std::string &type) -> std::string {
    if (type == compute)
      return value;
    body += llvm::formatv("    {0}_w = arith.extf {0} : {1} to {2}\n", value,
                          type, compute);
    return std::string(value) + "_w";
  };
  std::string a = widen("%a", x), b = widen("%b", r);
  body += llvm::formatv("    %s = arith.addf {0}, {1} : {2}\n", a, b, compute);
  if (x != compute)
    body +=
        llvm::formatv("    %s_x = arith.truncf %s : {0} to {1}\n", compute, x);
  body += llvm::formatv("    linalg.yield {0} : {1}\n  } -> tensor<{2}>\n",
                        x == compute ? "%s" : "%s_x", x, xs);
}

void Writer::norm() {
  static constexpr const char *kNames[] = {"rmsnorm", "prmsnorm", "layernorm"};
  const NormOp &op = spec.op;
  empty("y", op.y);
  body += llvm::formatv("  %y_t = norm.{0} ins(%{1}_t : tensor<{2}>)",
                        kNames[op.kind - 1], spec.hasResidual() ? "z" : "x",
                        rows(op.x));
  if (spec.hasScale())
    body += " scale(%scale_t : tensor<" + row(op.scale) + ">)";
  if (spec.hasBias())
    body += " bias(%bias_t : tensor<" + row(op.bias) + ">)";
  body += " outs(%y_e : tensor<" + rows(op.y) + ">)";
  if (op.kind == NORM_OP_PRMSNORM)
    body += " k = " + std::to_string(op.k);
  body += llvm::formatv(" epsilon = {0}", llvm::format("%.17e", op.epsilon));
  if (op.flags & NORM_OP_EPSILON_OUTSIDE)
    body += " eps_mode = outside";
  if (op.flags & NORM_OP_SCALE_PLUS_ONE)
    body += " scale_offset = 1";
  body += " -> tensor<" + rows(op.y) + ">\n";
}

void Writer::result(llvm::StringRef value, llvm::StringRef name,
                    NormDataType type) {
  body += llvm::formatv("  bufferization.materialize_in_destination %{0} in "
                        "restrict writable %{1} : (tensor<{2}>, memref<{2}, "
                        "strided<[?, 1]>>) -> ()\n",
                        value, name, rows(type));
}

std::string Writer::write() {
  argument("x", rows(spec.op.x), true);
  if (spec.hasResidual())
    argument("residual", rows(spec.op.residual), true);
  if (spec.hasScale())
    argument("scale", row(spec.op.scale), false);
  if (spec.hasBias())
    argument("bias", row(spec.op.bias), false);
  argument("y", rows(spec.op.y), true);
  if (spec.hasResidual())
    argument("z", rows(spec.op.x), true);
  body += "  %c0 = arith.constant 0 : index\n"
          "  %rows = tensor.dim %x_t, %c0 : tensor<" +
          rows(spec.op.x) + ">\n";
  if (n == "?")
    body += "  %c1 = arith.constant 1 : index\n"
            "  %n = tensor.dim %x_t, %c1 : tensor<" +
            rows(spec.op.x) + ">\n";
  if (spec.hasResidual())
    sum();
  norm();
  result("y_t", "y", spec.op.y);
  if (spec.hasResidual())
    result("z_t", "z", spec.op.x);
  return "func.func @main(" + arguments + ") {\n" + body + "  return\n}\n";
}

std::string mlir::norm::capi::getProgram(const OpSpec &spec) {
  return Writer(spec).write();
}
