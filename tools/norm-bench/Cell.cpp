//===- Cell.cpp - what is measured at a time ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cell.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;

StringRef bench::nameOf(OpKind op) {
  static constexpr StringLiteral names[] = {
      "rmsnorm",           "prmsnorm",         "layernorm",
      "add-rmsnorm",       "rmsnorm-backward", "prmsnorm-backward",
      "layernorm-backward"};
  return names[static_cast<unsigned>(op)];
}

StringRef bench::nameOf(Storage type) {
  static constexpr StringLiteral names[] = {"f32", "bf16", "f16", "f64"};
  return names[static_cast<unsigned>(type)];
}

std::optional<bench::OpKind> bench::parseOperation(StringRef name) {
  return llvm::StringSwitch<std::optional<OpKind>>(name)
      .Case("rmsnorm", OpKind::RMSNorm)
      .Case("prmsnorm", OpKind::PRMSNorm)
      .Case("layernorm", OpKind::LayerNorm)
      .Case("add-rmsnorm", OpKind::AddRMSNorm)
      .Case("rmsnorm-backward", OpKind::RMSNormBackward)
      .Case("prmsnorm-backward", OpKind::PRMSNormBackward)
      .Case("layernorm-backward", OpKind::LayerNormBackward)
      .Default(std::nullopt);
}

std::optional<Storage> bench::parseStorage(StringRef name) {
  return llvm::StringSwitch<std::optional<Storage>>(name)
      .Case("f32", Storage::F32)
      .Case("bf16", Storage::BF16)
      .Case("f16", Storage::F16)
      .Case("f64", Storage::F64)
      .Default(std::nullopt);
}

llvm::Expected<Cell> bench::makeCell(OpKind op, Storage type, int64_t rows,
                                     int64_t cols, std::optional<int64_t> k,
                                     unsigned threads,
                                     std::optional<Outputs> outputs) {
  if (rows <= 0)
    return llvm::createStringError("--rows expects at least 1, got " +
                                   Twine(rows));
  if (cols <= 0)
    return llvm::createStringError("--cols expects at least 1, got " +
                                   Twine(cols));
  Cell cell{op, type, rows, cols, cols, threads};
  if (isBackward(op)) {
    Outputs made = outputs.value_or(Outputs{true, true, cell.isCentered()});
    cell.hasDX = made.dx;
    cell.hasDScale = made.dscale;
    cell.hasDBias = made.dbias;
  }
  if (cell.isPartial())
    cell.k = k ? *k : llvm::divideCeil(cols, 16);
  if (cell.k < 1 || cell.k > cols)
    return llvm::createStringError("--k expects 1 to " + Twine(cols) +
                                   " for rows of " + Twine(cols) + ", got " +
                                   Twine(cell.k));
  // Up to four matrices of up to eight bytes an element, twice for a ring.
  int64_t elements, bytes;
  if (llvm::MulOverflow(rows, cols, elements) ||
      llvm::MulOverflow(elements, int64_t(64), bytes))
    return llvm::createStringError("a matrix of " + Twine(rows) + "x" +
                                   Twine(cols) + " does not fit into memory");
  return cell;
}

int64_t Cell::elementBytes() const {
  switch (type) {
  case Storage::F32:
    return 4;
  case Storage::BF16:
  case Storage::F16:
    return 2;
  case Storage::F64:
    return 8;
  }
  llvm_unreachable("all types are handled");
}

int64_t Cell::matrices() const {
  if (isBackward(op))
    return 1 + (hasDX || hasDScale) + hasDX;
  return op == OpKind::AddRMSNorm ? 4 : 2;
}

int64_t Cell::parameterBytes() const {
  if (isBackward(op))
    return cols *
           (hasDX * elementBytes() + (hasDScale + hasDBias) * computeBytes());
  return cols * elementBytes() * (op == OpKind::LayerNorm ? 2 : 1);
}

std::string Cell::describe() const {
  return llvm::formatv("{0} {1} {2}x{3}, {4} {5}", nameOf(op), nameOf(type),
                       rows, cols, threads, threads == 1 ? "thread" : "threads")
      .str();
}

std::string Cell::program() const {
  return isBackward(op) ? backwardProgram() : forwardProgram();
}

std::string Cell::backwardProgram() const {
  StringRef compute = nameOf(computeType(type));
  std::string matrix =
      llvm::formatv("tensor<{0}x{1}x{2}>", rows, cols, nameOf(type));
  std::string vector = llvm::formatv("tensor<{0}x{1}>", cols, nameOf(type));
  std::string statistic = llvm::formatv("tensor<{0}x{1}>", rows, compute);
  std::string sum = llvm::formatv("tensor<{0}x{1}>", cols, compute);
  std::string text = "func.func @main(%dy: " + matrix + ", %x: " + matrix +
                     ", %scale: " + vector + ", %rstd: " + statistic;
  std::string operands = llvm::formatv(
      "ins(%dy, %x : {0}, {0}) scale(%scale : {1}) rstd(%rstd : {2})", matrix,
      vector, statistic);
  if (isCentered()) {
    text += ", %mean: " + statistic;
    operands += " mean(%mean : " + statistic + ")";
  }
  std::string types, results, empties;
  auto add = [&](bool isThere, StringRef keyword, StringRef name,
                 const std::string &type) {
    if (!isThere)
      return;
    empties +=
        llvm::formatv("  %{0}_init = tensor.empty() : {1}\n", name, type);
    operands += llvm::formatv(" {0}(%{1}_init : {2})", keyword, name, type);
    types += (types.empty() ? "" : ", ") + type;
    results += ((results.empty() ? "%" : ", %") + name).str();
  };
  add(hasDX, "outs", "dx", matrix);
  add(hasDScale, "dscale", "dscale", sum);
  add(hasDBias, "dbias", "dbias", sum);
  StringRef norm = nameOf(op);
  norm.consume_back("-backward");
  text += ") -> (" + types + ") {\n" + empties + "  " + results + " = norm." +
          norm.str() + "_backward " + operands;
  if (isPartial())
    text += " k = " + std::to_string(k);
  return text + " -> (" + types + ")\n  return " + results + " : " + types +
         "\n}\n";
}

std::string Cell::forwardProgram() const {
  std::string matrix =
      llvm::formatv("tensor<{0}x{1}x{2}>", rows, cols, nameOf(type)).str();
  std::string vector =
      llvm::formatv("tensor<{0}x{1}>", cols, nameOf(type)).str();
  bool adds = op == OpKind::AddRMSNorm, biased = op == OpKind::LayerNorm;
  std::string text = "func.func @main(%x: " + matrix;
  if (adds)
    text += ", %residual: " + matrix;
  text += ", %scale: " + vector;
  if (biased)
    text += ", %bias: " + vector;
  text += ") -> (" + matrix + (adds ? ", " + matrix : "") + ") {\n";
  text += "  %init = tensor.empty() : " + matrix + "\n";
  if (adds)
    text += "  %sum_init = tensor.empty() : " + matrix +
            "\n  %sum = linalg.add ins(%x, %residual : " + matrix + ", " +
            matrix + ") outs(%sum_init : " + matrix + ") -> " + matrix + "\n";
  text += "  %y = norm." + (adds ? "rmsnorm" : nameOf(op)).str() + " ins(" +
          (adds ? "%sum" : "%x") + " : " + matrix +
          ") scale(%scale : " + vector + ")";
  if (biased)
    text += " bias(%bias : " + vector + ")";
  text += " outs(%init : " + matrix + ")";
  if (op == OpKind::PRMSNorm)
    text += " k = " + std::to_string(k);
  text += llvm::formatv(" epsilon = {0:e} -> ", kEpsilon).str() + matrix + "\n";
  text += "  return %y" + std::string(adds ? ", %sum : " : " : ") + matrix +
          (adds ? ", " + matrix : "") + "\n}\n";
  return text;
}
