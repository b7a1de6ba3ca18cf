//===- OpWriter.cpp - the program of a norm, as text ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpWriter.h"

#include "norm/Execution/Signature.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir::norm;
using namespace mlir::norm::capi;
using namespace mlir::norm::run;

OpWriter::OpWriter(const OpSpec &spec, bool isDense)
    : spec(spec), isDense(isDense),
      n(spec.rowLength == -1 ? "?" : std::to_string(spec.rowLength)) {
  for (auto [number, tensor] : llvm::enumerate(spec.tensors)) {
    std::string memref = getMemRef(tensor);
    arguments += ((number ? ", %" : "%") + tensor.name + ": " + memref).str();
    if (number < spec.argumentCount)
      body +=
          llvm::formatv("  %{0}_t = bufferization.to_tensor %{0} restrict : "
                        "{1} to tensor<{2}>\n",
                        tensor.name, memref, getType(tensor.shape, tensor.type))
              .str();
  }
  std::string x = getType(OpShape::Rows, spec.find("x")->type);
  body += "  %c0 = arith.constant 0 : index\n"
          "  %rows = tensor.dim %x_t, %c0 : tensor<" +
          x + ">\n";
  if (n == "?")
    body += "  %c1 = arith.constant 1 : index\n"
            "  %n = tensor.dim %x_t, %c1 : tensor<" +
            x + ">\n";
}

std::string OpWriter::getType(OpShape shape, NormDataType type) const {
  switch (shape) {
  case OpShape::Rows:
    return "?x" + n + "x" + getText(type);
  case OpShape::Row:
    return n + "x" + getText(type);
  case OpShape::Statistic:
    return "?x" + getText(type);
  }
  llvm_unreachable("all shapes are listed");
}

std::string OpWriter::getMemRef(const OpTensor &tensor) const {
  static constexpr const char *kLayouts[] = {", strided<[?, 1]>", "",
                                             ", strided<[?]>"};
  return "memref<" + getType(tensor.shape, tensor.type) +
         (isDense ? "" : kLayouts[static_cast<unsigned>(tensor.shape)]) + ">";
}

std::string OpWriter::getOperand(llvm::StringRef keyword, llvm::StringRef value,
                                 const OpTensor &like) const {
  return llvm::formatv(" {0}(%{1} : tensor<{2}>)", keyword, value,
                       getType(like.shape, like.type));
}

std::string OpWriter::getOperand(llvm::StringRef name) const {
  const OpTensor *tensor = spec.find(name);
  return tensor ? getOperand(name, name.str() + "_t", *tensor) : "";
}

void OpWriter::addEmpty(llvm::StringRef name, OpShape shape,
                        NormDataType type) {
  llvm::SmallVector<llvm::StringRef> extents;
  if (shape != OpShape::Row)
    extents.push_back("%rows");
  if (shape != OpShape::Statistic && n == "?")
    extents.push_back("%n");
  body += llvm::formatv("  %{0}_e = tensor.empty({1}) : tensor<{2}>\n", name,
                        llvm::join(extents, ", "), getType(shape, type));
}

void OpWriter::addOp(llvm::StringRef op, const std::string &operands,
                     llvm::ArrayRef<Destination> destinations,
                     const std::string &attributes) {
  std::string names, inits, types;
  for (const Destination &to : destinations) {
    addEmpty(to.name, to.shape, to.type);
    std::string type = getType(to.shape, to.type);
    names += ((names.empty() ? "%" : ", %") + to.name + "_t").str();
    inits +=
        llvm::formatv(" {0}(%{1}_e : tensor<{2}>)", to.keyword, to.name, type);
    types += (types.empty() ? "tensor<" : ", tensor<") + type + ">";
  }
  body += llvm::formatv("  {0} = norm.{1}{2}{3}{4} -> ({5})\n", names, op,
                        operands, inits, attributes, types);
}

std::string OpWriter::finish() {
  for (const OpTensor &result : spec.getResults())
    body += llvm::formatv(
        "  bufferization.materialize_in_destination %{0}_t in restrict "
        "writable %{0} : (tensor<{1}>, {2}) -> ()\n",
        result.name, getType(result.shape, result.type), getMemRef(result));
  return "func.func @main(" + arguments + ") {\n" + body + "  return\n}\n";
}

std::string capi::getKText(int32_t kind, int64_t k) {
  return kind == NORM_OP_PRMSNORM ? " k = " + std::to_string(k) : "";
}

std::string capi::getEpsilonText(double epsilon, uint32_t flags) {
  return llvm::formatv(" epsilon = {0}{1}", llvm::format("%.17e", epsilon),
                       flags & NORM_OP_EPSILON_OUTSIDE ? " eps_mode = outside"
                                                       : "");
}

std::string capi::getOffsetText(uint32_t flags) {
  return flags & NORM_OP_SCALE_PLUS_ONE ? " scale_offset = 1" : "";
}

llvm::StringRef capi::getNormName(int32_t kind) {
  static constexpr const char *kNames[] = {"rmsnorm", "prmsnorm", "layernorm"};
  return kNames[kind - 1];
}
