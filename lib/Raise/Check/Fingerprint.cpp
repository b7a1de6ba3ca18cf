//===- Fingerprint.cpp - what the second opinion depends on ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Fingerprint.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/bit.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

namespace {
/// Writes words: numbers, and pointers of what the context holds once.
class Writer {
public:
  void add(uint64_t word) {
    text.append(reinterpret_cast<const char *>(&word), sizeof(word));
  }
  void add(const void *pointer) { add(reinterpret_cast<uint64_t>(pointer)); }
  void add(double number) { add(llvm::bit_cast<uint64_t>(number)); }

  void addOp(Operation *op);
  /// Makes the number of `value` part of the text; of a scalar that was not
  /// seen before also what it is computed from.
  void addValue(Value value);
  void addWitness(const std::optional<Witness> &witness);

  std::string text;
  bool hasDynamicShape = false;

private:
  uint64_t getNumber(Value value) {
    return numbers.try_emplace(value, numbers.size()).first->second;
  }

  llvm::DenseMap<Value, uint64_t> numbers;
};
} // namespace

void Writer::addValue(Value value) {
  bool isNew = !numbers.contains(value);
  add(getNumber(value));
  if (!isNew)
    return;
  add(value.getType().getAsOpaquePointer());
  if (auto type = dyn_cast<ShapedType>(value.getType()))
    hasDynamicShape |= !type.hasStaticShape();
  // The evaluation follows scalars, constants and the results of norms out of
  // the cone; other tensors are leaves to it.
  Operation *producer = value.getDefiningOp();
  if (!producer || producer->getNumRegions() != 0)
    return;
  if (!isa<ShapedType>(value.getType()) ||
      matchPattern(producer, m_Constant()) ||
      isa<tensor::FromElementsOp, tensor::SplatOp, NormOpInterface>(producer))
    addOp(producer);
}

void Writer::addOp(Operation *op) {
  add(op->getName().getAsOpaquePointer());
  add(op->getAttrDictionary().getAsOpaquePointer());
  add(uint64_t(op->getNumOperands()));
  for (Value operand : op->getOperands())
    addValue(operand);
  for (Value result : op->getResults()) {
    add(getNumber(result));
    add(result.getType().getAsOpaquePointer());
  }
  for (Region &region : op->getRegions())
    for (Block &block : region) {
      for (Value argument : block.getArguments())
        add(getNumber(argument));
      for (Operation &nested : block)
        addOp(&nested);
    }
}

void Writer::addWitness(const std::optional<Witness> &witness) {
  add(uint64_t(witness.has_value()));
  if (!witness)
    return;
  add(uint64_t(witness->number.has_value()));
  if (witness->number)
    return add(*witness->number);
  addValue(witness->value);
  for (unsigned loop : witness->loops)
    add(uint64_t(loop));
  add(witness->multiple);
  for (AffineExpr index : witness->indices)
    add(index.getAsOpaquePointer());
}

/// The op, and the values that the program reads from it.
static void addSpec(Writer &writer, const NormPlan &plan) {
  writer.addValue(plan.root.value);
  for (int64_t extent : plan.root.staticExtents)
    writer.add(uint64_t(extent));
  const NormSpec &spec = plan.spec;
  writer.add(uint64_t(spec.kind));
  writer.add(uint64_t(spec.epsMode));
  writer.add(spec.epsilon);
  writer.add(uint64_t(spec.k));
  writer.add(uint64_t(spec.scaleOffset));
  for (int64_t dim : spec.rowDims)
    writer.add(uint64_t(dim));
  writer.add(spec.computeType.getAsOpaquePointer());
  if (spec.resultType)
    writer.add(spec.resultType.getAsOpaquePointer());
  writer.addWitness(plan.input);
}

std::optional<std::string>
mlir::norm::raise::getFingerprint(const BackwardPlan &plan,
                                  const llvm::SetVector<Operation *> &ops) {
  Writer writer;
  for (Operation *op : ops) {
    writer.addOp(op);
    if (writer.hasDynamicShape)
      return std::nullopt;
  }
  addSpec(writer, plan.dx);
  writer.add(uint64_t(plan.match.kind));
  writer.add(uint64_t(plan.match.rowMask));
  writer.add(uint64_t(plan.match.epsMode));
  writer.add(plan.match.epsilon.value);
  writer.add(static_cast<const void *>(plan.match.length));
  writer.add(uint64_t(plan.hasDx));
  writer.add(uint64_t(plan.isInOrder));
  auto addOperand = [&](const std::optional<BackwardOperand> &operand) {
    writer.addWitness(operand ? std::optional(operand->witness) : std::nullopt);
    writer.add(uint64_t(operand && operand->isReciprocal));
  };
  addOperand(plan.dy);
  addOperand(plan.rstd);
  for (const std::optional<BackwardOperand> *operand : plan.getOptional())
    addOperand(*operand);
  for (const ParameterGradient &sum : plan.sums) {
    writer.add(uint64_t(sum.kind));
    writer.addValue(sum.value);
    for (AffineExpr index : sum.indices)
      writer.add(index.getAsOpaquePointer());
  }
  if (writer.hasDynamicShape)
    return std::nullopt;
  return std::move(writer.text);
}

std::optional<std::string>
mlir::norm::raise::getFingerprint(const NormPlan &plan) {
  Writer writer;
  for (Operation *op : plan.cone.ops) {
    writer.addOp(op);
    if (writer.hasDynamicShape)
      return std::nullopt;
  }
  writer.addValue(plan.root.value);
  for (int64_t extent : plan.root.staticExtents)
    writer.add(uint64_t(extent));
  const NormMatch &match = plan.match;
  writer.add(uint64_t(match.kind));
  writer.add(uint64_t(match.rowMask));
  writer.add(uint64_t(match.epsMode));
  writer.add(match.epsilon.value);
  writer.add(static_cast<const void *>(match.statisticLength));
  writer.add(uint64_t(plan.spec.scaleOffset));
  writer.addWitness(plan.input);
  writer.addWitness(plan.scale);
  writer.addWitness(plan.bias);
  writer.addWitness(plan.gate);
  writer.addWitness(plan.rest);
  for (const StatisticUse &use : plan.statistics) {
    writer.addValue(use.value);
    writer.add(uint64_t(use.kind));
    writer.add(uint64_t(use.form));
    writer.add(use.coefficient);
    writer.add(use.summand);
    for (AffineExpr index : use.indices)
      writer.add(index.getAsOpaquePointer());
  }
  writer.add(plan.spec.scaleRounding.getAsOpaquePointer());
  if (writer.hasDynamicShape)
    return std::nullopt;
  return std::move(writer.text);
}
