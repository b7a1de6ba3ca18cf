//===- SampledExtents.cpp - extents, and indices that stand for them ------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/SampledExtents.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::norm::raise;

/// What dynamic extents are taken to be.
static constexpr int64_t kPrimes[] = {7, 5, 11, 3, 13};
/// The dimension number in the key of a scalar.
static constexpr int64_t kScalar = -1;

//===----------------------------------------------------------------------===//
// Extents and sizes, in the order of what they depend on
//===----------------------------------------------------------------------===//

bool SampledExtents::settleExtent(Key key, SmallVectorImpl<Key> &missing) {
  // A product may be known to agree with one of its own factors: what is being
  // settled has its prime already.
  int64_t prime = kPrimes[(extents.size() + seed) % std::size(kPrimes)];
  prime = extents.try_emplace(key, prime).first->second;
  Operation *op = key.first.getDefiningOp();
  if (OpFoldResult size = getSize(op, key.second)) {
    if (std::optional<int64_t> constant = getConstantIntValue(size)) {
      extents[key] = *constant;
      return true;
    }
    auto found = scalars.find(cast<Value>(size));
    if (found == scalars.end()) {
      missing.push_back({cast<Value>(size), kScalar});
      return false;
    }
    // A size by ops that are not known may be any number.
    if (found->second && *found->second >= 1)
      extents[key] = *found->second;
    return true;
  }
  auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op);
  if (!collapse)
    return true;
  int64_t extent = 1;
  ReassociationIndices group = collapse.getReassociationIndices()[key.second];
  for (int64_t dim : group) {
    ExtentOrigin origin = classes.find(collapse.getSrc(), dim);
    auto found = extents.find({origin.value, origin.dim});
    if (origin.number)
      extent *= *origin.number;
    else if (found == extents.end())
      missing.push_back({origin.value, origin.dim});
    else
      extent *= found->second;
  }
  if (missing.empty())
    extents[key] = extent;
  return missing.empty();
}

bool SampledExtents::settleScalar(Value scalar, SmallVectorImpl<Key> &missing) {
  auto settle = [&](std::optional<int64_t> number) {
    scalars[scalar] = number;
    return true;
  };
  Operation *op = scalar.getDefiningOp();
  APInt constant;
  if (matchPattern(scalar, m_ConstantInt(&constant)))
    return settle(constant.getBitWidth() <= 64
                      ? std::optional<int64_t>(constant.getZExtValue())
                      : std::nullopt);
  if (auto dim = dyn_cast_or_null<tensor::DimOp>(op);
      dim && dim.getConstantIndex()) {
    ExtentOrigin origin =
        classes.find(dim.getSource(), *dim.getConstantIndex());
    if (origin.number)
      return settle(*origin.number);
    auto found = extents.find({origin.value, origin.dim});
    if (found != extents.end())
      return settle(found->second);
    missing.push_back({origin.value, origin.dim});
    return false;
  }
  bool isKnown = op && isMemoryEffectFree(op) && op->getNumRegions() == 0 &&
                 op->getNumResults() == 1 &&
                 llvm::all_of(op->getOperandTypes(), [](Type type) {
                   return !isa<ShapedType>(type) && getIntegerWidth(type);
                 });
  if (!isKnown)
    return settle(std::nullopt);
  SmallVector<uint64_t> operands;
  for (Value operand : op->getOperands()) {
    auto found = scalars.find(operand);
    if (found == scalars.end())
      missing.push_back({operand, kScalar});
    else if (found->second)
      operands.push_back(uint64_t(*found->second));
  }
  if (!missing.empty())
    return false;
  std::optional<uint64_t> result;
  if (operands.size() == op->getNumOperands())
    result = applyInteger(op, operands);
  return settle(result ? std::optional<int64_t>(*result) : std::nullopt);
}

/// Works off what `wanted` depends on first: nothing recurses over the program.
void SampledExtents::settle(Key wanted) {
  SmallVector<Key> stack = {wanted};
  while (!stack.empty()) {
    SmallVector<Key> missing;
    Key key = stack.back();
    if (key.second == kScalar ? settleScalar(key.first, missing)
                              : settleExtent(key, missing))
      stack.pop_back();
    else
      stack.append(missing);
  }
}

int64_t SampledExtents::getExtent(Value shaped, int64_t dim) {
  ExtentOrigin origin = classes.find(shaped, dim);
  if (origin.number)
    return *origin.number;
  Key key = {origin.value, origin.dim};
  if (auto found = extents.find(key); found != extents.end())
    return found->second;
  settle(key);
  return extents.lookup(key);
}

void SampledExtents::setAtLeast(Value shaped, int64_t dim, int64_t count) {
  ExtentOrigin origin = classes.find(shaped, dim);
  Operation *op = origin.value.getDefiningOp();
  bool isComputed = isa_and_nonnull<tensor::CollapseShapeOp>(op) ||
                    (!origin.number && getSize(op, origin.dim));
  if (origin.number || isComputed)
    return;
  int64_t prime = kPrimes[(extents.size() + seed) % std::size(kPrimes)];
  int64_t &extent =
      extents.try_emplace({origin.value, origin.dim}, prime).first->second;
  if (extent < count)
    extent += count;
}

std::optional<int64_t> SampledExtents::evaluateIndex(Value scalar) {
  if (auto found = scalars.find(scalar); found != scalars.end())
    return found->second;
  settle({scalar, kScalar});
  return scalars.lookup(scalar);
}

bool SampledExtents::mayBeZero(ExtentOrigin origin) {
  SmallVector<ExtentOrigin> worklist = {origin};
  llvm::DenseSet<Key> seen;
  while (!worklist.empty()) {
    ExtentOrigin next = worklist.pop_back_val();
    Key key = {next.value, next.dim};
    if (next.number || extents.contains(key) || !seen.insert(key).second)
      continue;
    Operation *op = next.value.getDefiningOp();
    auto collapse = dyn_cast_or_null<tensor::CollapseShapeOp>(op);
    // Else it follows from other sizes.
    if (!collapse && !getSize(op, next.dim))
      return true;
    if (collapse)
      for (int64_t source : collapse.getReassociationIndices()[next.dim])
        worklist.push_back(classes.find(collapse.getSrc(), source));
  }
  return false;
}

int64_t SampledExtents::getGuarded(Value shaped, int64_t dim) {
  ExtentOrigin origin = classes.find(shaped, dim);
  return seed == 1 && mayBeZero(origin) ? 0 : getExtent(shaped, dim);
}

//===----------------------------------------------------------------------===//
// Samples
//===----------------------------------------------------------------------===//

/// Strata of equal sizes, as far as that is possible, each with one index of it
/// that depends on the seed. The first and the last index stand for themselves.
void SampledExtents::appendSamples(int64_t begin, int64_t extent,
                                   SmallVectorImpl<Sample> &samples) const {
  if (extent <= maxSamples) {
    for (int64_t index = 0; index < extent; ++index)
      samples.push_back({begin + index, 1});
    return;
  }
  samples.push_back({begin, 1});
  int64_t strata = maxSamples - 2, inner = extent - 2, from = 1;
  for (int64_t number = 0; number < strata; ++number) {
    int64_t size = inner / strata + (number < inner % strata);
    int64_t index = from + mixBits(seed * 64 + number) % uint64_t(size);
    samples.push_back({begin + index, size});
    from += size;
  }
  samples.push_back({begin + extent - 1, 1});
}

SmallVector<Sample> SampledExtents::sample(int64_t extent) const {
  SmallVector<Sample> samples;
  int64_t cut = extent == cutExtent ? cutIndex : 0;
  appendSamples(0, cut, samples);
  appendSamples(cut, extent - cut, samples);
  return samples;
}
