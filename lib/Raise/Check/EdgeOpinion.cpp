//===- EdgeOpinion.cpp - program and op as typed, at edges ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// (x + z) - z is x over the reals. As it is typed it is NaN where z is, and 0
// where z is the largest number. So each leaf of the program in turn gets such
// a number in one element, and the results are compared: where the program
// gives a number that is not finite the op has to, and finite numbers agree as
// far as roundings explain.
//
// Two more rows of random numbers are looked at where a factor or a summand is
// infinite: of (n + 1) s the norm n s + s is NaN where n < 0.
//
// Three differences are none, and only from finite leaves but for the last:
// - the program overflows where the op does not, because it sums in 16 bits, or
//   multiplies in another order: 8 x before x is divided; or the value that the
//   op takes has overflown already;
// - the op overflows where the program does not: that is a loss of range, and
//   told by RangeOpinion.cpp;
// - prmsnorm for a mask by product: what is not finite beyond the first k
//   elements spreads over the row of the program, not of the op (relaxed).
//
//===----------------------------------------------------------------------===//

#include "Check/Arithmetic.h"
#include "Check/Comparisons.h"
#include "Check/Definition.h"
#include "Check/SpecialNumbers.h"

#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::raise;

namespace {
/// Rows that are drawn for an infinite factor or summand: three elements each
/// have another sign in one of them but for a chance of 2^-8.
constexpr uint64_t kInfinitySeeds = 3;

/// Compares one plan at one tape.
class EdgeComparison {
public:
  EdgeComparison(const NormPlan &plan, const PlanTape &at, bool isStrict,
                 Opinion &opinion)
      : plan(plan), at(at), isStrict(isStrict), opinion(opinion) {}

  void run();

private:
  /// What differs at one element; Spreads: only what is beyond k.
  enum class Difference { None, Spreads, Class, Value };

  Difference compareRun(const Leaves &leaves, bool areNarrowWide);
  Difference compareNumbers(double program, double op, double tolerance,
                            bool isSpecial) const;
  bool isRowFinite(const std::vector<Numbers> &slots) const;
  bool isFiniteWithinStatistic(const std::vector<Numbers> &slots) const;
  void probe(unsigned leaf);

  const NormPlan &plan;
  const PlanTape &at;
  bool isStrict;
  Opinion &opinion;
  /// Of the run that is compared.
  bool programOverflows = false, opOverflows = false, isBesideInput = false;
};
} // namespace

EdgeComparison::Difference
EdgeComparison::compareNumbers(double program, double op, double tolerance,
                               bool isSpecial) const {
  bool isProgramFinite = std::isfinite(program), isOpFinite = std::isfinite(op);
  if (isProgramFinite && isOpFinite) {
    bool mayDiffer = !isSpecial && (programOverflows || opOverflows);
    return mayDiffer || std::abs(program - op) <= tolerance ? Difference::None
                                                            : Difference::Value;
  }
  if (!isProgramFinite && !isOpFinite) {
    bool isSame = std::isnan(program) == std::isnan(op);
    if (isSame || !isSpecial)
      return Difference::None;
    // x s - mean s is NaN where (x - mean) s is infinite; the norm may do
    // better beside its input, and no worse.
    bool isWorse = isBesideInput ? std::isnan(op) : isStrict;
    return isWorse ? Difference::Class : Difference::None;
  }
  if (!isSpecial && isOpFinite && programOverflows)
    return Difference::None;
  if (!isSpecial && isProgramFinite && opOverflows)
    return Difference::None;
  return isOpFinite ? Difference::Spreads : Difference::Class;
}

bool EdgeComparison::isRowFinite(const std::vector<Numbers> &slots) const {
  return llvm::all_of(slots[at.row],
                      [](Number number) { return std::isfinite(number.real); });
}

bool EdgeComparison::isFiniteWithinStatistic(
    const std::vector<Numbers> &slots) const {
  const Numbers &row = slots[at.row];
  bool isFinite = true;
  for (size_t i = 0; i < at.weights.size(); ++i)
    isFinite &= !at.isInStatistic[i] ||
                std::isfinite(row[row.size() == 1 ? 0 : i].real);
  return isFinite;
}

EdgeComparison::Difference EdgeComparison::compareRun(const Leaves &leaves,
                                                      bool areNarrowWide) {
  TypedArithmetic arithmetic(areNarrowWide);
  std::vector<Numbers> slots = arithmetic.run(at.tape, leaves);
  OpResults op = evaluateOp(plan, at, slots, getOpTypes(plan, areNarrowWide));
  programOverflows = arithmetic.hasOverflown();
  opOverflows = op.hasOverflown;
  bool isSpecial = leaves.special != ~0u && !std::isfinite(leaves.number);
  // The value that the op takes overflows in the program: (x + x) * 0.5.
  if (!isSpecial && programOverflows && !isRowFinite(slots))
    return Difference::None;
  auto numberOf = [&](unsigned slot, size_t i) {
    return slots[slot][slots[slot].size() == 1 ? 0 : i].real;
  };
  double largest = 1e-30;
  for (size_t i = 0; i < at.numPoints; ++i)
    for (double number : {numberOf(at.root, i), op.roots[i]})
      if (std::isfinite(number))
        largest = std::max(largest, std::abs(number));
  OpTypes types = getOpTypes(plan, areNarrowWide);
  double unit = getUnit(
      at.tape, {types.compute, types.rounding, types.product, types.result},
      areNarrowWide);
  double tolerance = (areNarrowWide ? 1024 : 64) * unit;
  Difference worst = Difference::None;
  for (size_t i = 0; i < at.numPoints; ++i) {
    double scale = std::max(largest, op.magnitudes[i]);
    worst = std::max(worst, compareNumbers(numberOf(at.root, i), op.roots[i],
                                           tolerance * scale, isSpecial));
  }
  for (auto [slot, wanted] : llvm::zip(at.uses, op.uses))
    worst = std::max(worst,
                     compareNumbers(numberOf(slot, 0), wanted,
                                    tolerance * std::abs(wanted), isSpecial));
  if (worst != Difference::Spreads)
    return worst;
  bool isBeyond = !isStrict && plan.spec.kind == NormKind::prmsnorm &&
                  isSpecial && isFiniteWithinStatistic(slots);
  return isBeyond ? Difference::Spreads : Difference::Class;
}

/// Puts special numbers into elements of a leaf.
void EdgeComparison::probe(unsigned leaf) {
  const Step &step = at.tape.steps[leaf];
  auto type = dyn_cast<FloatType>(step.type);
  if (!type || matchPattern(step.leaf, m_Constant()))
    return;
  SmallVector<unsigned> ofInput = getLeavesOf(at.tape, {at.input, at.row});
  isBesideInput = !llvm::is_contained(ofInput, leaf);
  auto elements = getProbedElements(step.size);
  auto differs = [&](const Special &special, size_t element, uint64_t seed) {
    Leaves leaves;
    leaves.seed = seed;
    leaves.special = leaf;
    leaves.element = element;
    leaves.number = special.number;
    Difference difference = compareRun(leaves, /*areNarrowWide=*/false);
    // The reader tells of a mask that is taken for a slice.
    return difference != Difference::None && difference != Difference::Spreads;
  };
  for (const Special &special : getSpecials(type)) {
    uint64_t numSeeds =
        isBesideInput && std::isinf(special.number) && special.number > 0
            ? kInfinitySeeds
            : 1;
    for (size_t element : elements)
      for (uint64_t seed = 1; seed <= numSeeds; ++seed)
        if (differs(special, element, seed)) {
          opinion.refusal = llvm::formatv(
              "where one element of a value that the program reads is {0}, the "
              "program and the norm differ",
              special.name);
          return;
        }
  }
}

void EdgeComparison::run() {
  for (bool areNarrowWide : {true, false}) {
    Leaves leaves;
    leaves.seed = 1;
    if (compareRun(leaves, areNarrowWide) != Difference::None) {
      opinion.refusal = "what the program rounds is not what the norm rounds";
      return;
    }
  }
  SmallVector<unsigned> slots = {at.root};
  slots.append(at.uses);
  for (unsigned leaf : getLeavesOf(at.tape, slots)) {
    probe(leaf);
    if (!opinion.refusal.empty())
      return;
  }
}

void mlir::norm::raise::compareAtEdges(const NormPlan &plan, const PlanTape &at,
                                       bool isStrict, Opinion &opinion) {
  EdgeComparison(plan, at, isStrict, opinion).run();
}
