//===- Integers.cpp - ops on integers as upstream defines them ------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/Number.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::norm::raise;

std::optional<unsigned> mlir::norm::raise::getIntegerWidth(Type type) {
  type = getElementTypeOrSelf(type);
  if (type.isIndex())
    return 64;
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer || integer.getWidth() > 64 || integer.getWidth() == 0)
    return std::nullopt;
  return integer.getWidth();
}

/// The results of an index map; none where it divides by 0.
static std::optional<SmallVector<int64_t>>
applyMap(AffineMap map, ArrayRef<uint64_t> operands) {
  auto type = IndexType::get(map.getContext());
  SmallVector<Attribute> constants, folded;
  for (uint64_t operand : operands)
    constants.push_back(IntegerAttr::get(type, int64_t(operand)));
  if (failed(map.constantFold(constants, folded)))
    return std::nullopt;
  SmallVector<int64_t> results;
  for (Attribute result : folded)
    results.push_back(cast<IntegerAttr>(result).getInt());
  return results;
}

/// a / b and a mod b where they are defined.
static std::optional<uint64_t> divide(Operation *op, uint64_t a, uint64_t b,
                                      int64_t sa, int64_t sb, int64_t least) {
  bool overflows = sa == least && sb == -1;
  return llvm::TypeSwitch<Operation *, std::optional<uint64_t>>(op)
      .Case<arith::DivUIOp>([&](auto) { return a / b; })
      .Case<arith::RemUIOp>([&](auto) { return a % b; })
      .Case<arith::CeilDivUIOp>([&](auto) { return a / b + (a % b != 0); })
      .Case<arith::RemSIOp>(
          [&](auto) { return overflows ? 0 : uint64_t(sa % sb); })
      .Default([&](Operation *other) -> std::optional<uint64_t> {
        if (overflows)
          return std::nullopt;
        if (isa<arith::DivSIOp>(other))
          return uint64_t(sa / sb);
        return uint64_t(isa<arith::FloorDivSIOp>(other)
                            ? llvm::divideFloorSigned(sa, sb)
                            : llvm::divideCeilSigned(sa, sb));
      });
}

std::optional<uint64_t>
mlir::norm::raise::applyInteger(Operation *op, ArrayRef<uint64_t> operands) {
  using Result = std::optional<uint64_t>;
  if (op->getNumResults() != 1 || operands.empty())
    return std::nullopt;
  std::optional<unsigned> to = getIntegerWidth(op->getResult(0).getType());
  std::optional<unsigned> from = getIntegerWidth(op->getOperand(0).getType());
  if (!to || !from)
    return std::nullopt;
  uint64_t a = operands[0], b = operands.size() > 1 ? operands[1] : 0;
  int64_t sa = toSigned(a, *from), sb = toSigned(b, *from);
  auto shifted = [&](auto &&shift) -> Result {
    return b < *from ? Result(shift()) : std::nullopt;
  };
  auto mapped = [&](AffineMap map, auto &&choose) -> Result {
    auto results = applyMap(map, operands);
    return results ? Result(uint64_t(choose(*results))) : std::nullopt;
  };
  Result result =
      llvm::TypeSwitch<Operation *, Result>(op)
          .Case<arith::AddIOp>([&](auto) { return a + b; })
          .Case<arith::SubIOp>([&](auto) { return a - b; })
          .Case<arith::MulIOp>([&](auto) { return a * b; })
          .Case<arith::DivSIOp, arith::DivUIOp, arith::CeilDivSIOp,
                arith::CeilDivUIOp, arith::FloorDivSIOp, arith::RemSIOp,
                arith::RemUIOp>([&](auto) -> Result {
            if (b == 0)
              return std::nullopt;
            return divide(op, a, b, sa, sb,
                          toSigned(1ull << (*from - 1), *from));
          })
          .Case<arith::AndIOp>([&](auto) { return a & b; })
          .Case<arith::OrIOp>([&](auto) { return a | b; })
          .Case<arith::XOrIOp>([&](auto) { return a ^ b; })
          .Case<arith::ShLIOp>(
              [&](auto) { return shifted([&] { return a << b; }); })
          .Case<arith::ShRUIOp>(
              [&](auto) { return shifted([&] { return a >> b; }); })
          .Case<arith::ShRSIOp>(
              [&](auto) { return shifted([&] { return uint64_t(sa >> b); }); })
          .Case<arith::MaxSIOp>(
              [&](auto) { return uint64_t(std::max(sa, sb)); })
          .Case<arith::MinSIOp>(
              [&](auto) { return uint64_t(std::min(sa, sb)); })
          .Case<arith::MaxUIOp>([&](auto) { return std::max(a, b); })
          .Case<arith::MinUIOp>([&](auto) { return std::min(a, b); })
          .Case<math::AbsIOp>([&](auto) { return sa < 0 ? 0 - a : a; })
          // Index casts of narrower integers extend the sign: true is -1.
          .Case<arith::IndexCastOp, arith::ExtSIOp>(
              [&](auto) { return uint64_t(sa); })
          .Case<arith::IndexCastUIOp, arith::ExtUIOp, arith::TruncIOp>(
              [&](auto) { return a; })
          .Case<arith::SelectOp>([&](auto) { return a != 0 ? b : operands[2]; })
          .Case<arith::CmpIOp>([&](arith::CmpIOp cmp) {
            return uint64_t(arith::applyCmpPredicate(
                cmp.getPredicate(), APInt(*from, a), APInt(*from, b)));
          })
          .Case<affine::AffineApplyOp>([&](affine::AffineApplyOp apply) {
            return mapped(apply.getMap(), [](auto &r) { return r.front(); });
          })
          .Case<affine::AffineMinOp>([&](affine::AffineMinOp min) {
            return mapped(min.getMap(),
                          [](auto &r) { return *llvm::min_element(r); });
          })
          .Case<affine::AffineMaxOp>([&](affine::AffineMaxOp max) {
            return mapped(max.getMap(),
                          [](auto &r) { return *llvm::max_element(r); });
          })
          .Default([](Operation *) { return std::nullopt; });
  if (result && *to < 64)
    *result &= (1ull << *to) - 1;
  return result;
}
