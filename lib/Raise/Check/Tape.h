//===- Tape.h - a program at chosen positions -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of a program that decides some numbers, unrolled: steps over vectors
// of numbers, each after those that it reads. A tape is made once, from the IR
// alone, and run in different arithmetics with different leaves. For
// y = x * rsqrt(sum(x^2) / 2 + e), asked for at position (0, 1), it is
//
//   0: leaf x at (0, 0) (0, 1)     4: 3 / 2
//   1: gather 0, all               5: 4 + e
//   2: 1 * 1                       6: rsqrt 5
//   3: sum 2, in rows of 2         7: gather 0, element 1;  8: 7 * 6
//
// What is wanted of a tensor is known before any of it is evaluated, since
// users are unrolled before what they use. So each tensor is evaluated once,
// and neither a chain nor a diamond of many ops takes more than their number.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_RAISE_CHECK_TAPE_H
#define NORM_LIB_RAISE_CHECK_TAPE_H

#include "Check/SampledExtents.h"

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::norm::raise {

/// Positions of an iteration space: one index tuple each.
using Position = SmallVector<int64_t, 4>;
using Positions = std::vector<Position>;

/// The values of the results of `map` at each of `positions`.
Positions evaluateIndices(AffineMap map, const Positions &positions);

/// One step of a tape. A vector of one number stands for any number of equal
/// ones.
struct Step {
  enum class Kind {
    Leaf,     ///< elements of a value that is not looked into
    Constant, ///< one number, `constant`
    Integers, ///< given integers, in `keys`: indices of loops, extents
    Apply,    ///< `op`, element by element
    Gather,   ///< elements `keys` of the operand
    Choose,   ///< of the first operand where `keys` is 1, else of the second
    Mean,     ///< of each weighted row of numbers of the operand
    Scaled,   ///< (a - b) * c of three operands
    Root,     ///< (a + b)^(-1/2) of two operands
    Sum ///< the first operand and, for each of its numbers, a weighted row
        ///< of numbers of each of the others
  };
  Kind kind;
  Type type; ///< of an element
  Operation *op = nullptr;
  Attribute constant;
  Value leaf;
  SmallVector<unsigned, 3> operands; ///< slots
  /// Of a leaf: what tells its elements apart, a hash of their position.
  std::vector<uint64_t> keys;
  std::vector<int64_t> weights; ///< of the elements of a row that is summed
  size_t size = 0;
};

/// Steps in order; step i writes slot i.
struct Tape {
  std::vector<Step> steps;
};

/// Makes a tape of what is asked for.
class TapeBuilder {
public:
  /// Ops outside of `ops` are not looked into: their results, like arguments,
  /// are leaves.
  TapeBuilder(const llvm::SetVector<Operation *> &ops, SampledExtents &extents,
              MLIRContext *context)
      : ops(ops), extents(extents), context(context) {}

  /// Asks for elements of a tensor. The result names the slot after `build`.
  unsigned askTensor(Value tensor, Positions positions);
  /// Asks for a scalar of the body of `op` at points of its loops.
  unsigned askScalar(linalg::LinalgOp op, Value scalar, Positions loops);

  /// Asks for a number.
  unsigned askNumber(double number);

  /// Looks into the norms that a program has: what a gradient reads of one is
  /// related. Else all but the mean are leaves.
  void lookIntoNorms() { looksIntoNorms = true; }

  /// The tape; none where it would hold more numbers than `kMaxEvaluated`.
  std::optional<Tape> build();
  /// The slot that holds the numbers that were asked for as number `request`.
  unsigned getSlot(unsigned request) const { return requestSlots[request]; }

private:
  struct Request {
    Value value;
    linalg::LinalgOp op; ///< null for a tensor
    Positions positions;
    std::optional<double> number = std::nullopt;
  };
  /// The elements that are wanted of a value, each once.
  struct Wanted {
    Positions positions;
    llvm::DenseMap<uint64_t, uint64_t> numbers;
    bool isExpanded = false;
  };
  /// A step, or, with this bit, a value of which the step is not yet known.
  using Slot = unsigned;
  static constexpr Slot kValue = 1u << 31;
  using BodySlots = llvm::DenseMap<Value, Slot>;

  std::vector<Operation *> orderOps() const;
  bool isLookedInto(Operation *op) const;
  Slot read(Value value, const Positions &positions);
  Slot readScalar(Value value) { return read(value, {Position()}); }
  void expand(Value value);
  std::optional<Slot> expandTensor(Operation *op, Value value,
                                   const Positions &positions);
  std::optional<Slot> expandReshape(Operation *op, Value value,
                                    const Positions &positions);
  std::optional<Slot> expandSlice(Operation *op, const Positions &positions);
  std::optional<Slot> expandPlacement(Operation *op,
                                      const Positions &positions);
  std::optional<Slot> expandElementwise(Operation *op,
                                        const Positions &positions);
  std::optional<Slot> expandStructured(linalg::LinalgOp op, OpResult result,
                                       const Positions &positions);
  SmallVector<Slot> expandBody(linalg::LinalgOp op, ArrayRef<Value> wanted,
                               const Positions &loops);
  std::optional<Slot> expandScalar(linalg::LinalgOp body, Value value,
                                   const Positions &loops,
                                   const BodySlots &known);
  std::optional<std::vector<int64_t>>
  evaluateIndexInBody(linalg::LinalgOp op, Value index, const Positions &loops);
  std::optional<Slot> expandConstant(Value value);
  std::optional<Slot> expandNorm(NormOpInterface op, Value value,
                                 const Positions &positions);
  Slot expandMean(NormOpInterface op, const Positions &positions);
  Slot expandStatistic(NormOpInterface op, const Positions &positions);
  Slot expandRstd(NormOpInterface op, const Positions &positions);
  std::optional<Slot> expandNormalized(NormOpInterface op,
                                       const Positions &positions);
  Slot makeScaled(Type type, Slot lhs, Slot rhs, Slot factor);
  Slot makeNumber(double number);
  Slot makeConstant(Type type, Attribute constant);
  Slot makeApply(Operation *op, ArrayRef<Slot> operands);
  Slot makeLeaf(Value value, const Positions &positions);
  Slot makeIntegers(Type type, std::vector<uint64_t> integers);
  Slot add(Step step);
  Tape collect();

  const llvm::SetVector<Operation *> &ops;
  SampledExtents &extents;
  MLIRContext *context;
  std::vector<Request> requests;
  std::vector<Slot> requestSlots;
  llvm::MapVector<Value, Wanted> wanted;
  /// The step of each wanted value.
  std::vector<Slot> valueSteps;
  std::vector<Step> steps;
  /// Where the steps of each expanded value begin, users first.
  std::vector<size_t> segments;
  /// Steps that are the extent of a dimension, as a guard reads it.
  std::vector<std::tuple<Slot, Value, int64_t>> guards;
  size_t numbers = 0;
  bool looksIntoNorms = false;
};

} // namespace mlir::norm::raise

#endif // NORM_LIB_RAISE_CHECK_TAPE_H
