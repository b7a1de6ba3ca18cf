//===- SpecialNumbers.cpp - numbers at the edges of types -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check/SpecialNumbers.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm::raise;

SmallVector<Special> mlir::norm::raise::getSpecials(FloatType type) {
  double infinity = std::numeric_limits<double>::infinity();
  const llvm::fltSemantics &semantics = type.getFloatSemantics();
  auto toDouble = [](APFloat number) {
    bool losesInfo = false;
    number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                   &losesInfo);
    return number.convertToDouble();
  };
  return {
      {"NaN", std::nan("")},
      {"infinite", infinity},
      {"-infinite", -infinity},
      {"-0", -0.0},
      {"the largest number", toDouble(APFloat::getLargest(semantics))},
      {"the least positive number", toDouble(APFloat::getSmallest(semantics))}};
}

double mlir::norm::raise::getUnit(const Tape &tape, ArrayRef<Type> types,
                                  bool areNarrowWide) {
  double unit = 0x1p-53;
  auto add = [&](Type type) {
    auto floating = dyn_cast_or_null<FloatType>(type);
    if (!floating)
      return;
    double own = std::ldexp(
        1.0, -int(APFloat::semanticsPrecision(floating.getFloatSemantics())));
    unit = std::max(unit, areNarrowWide ? std::min(own, 0x1p-24) : own);
  };
  for (const Step &step : tape.steps) {
    if (step.kind == Step::Kind::Apply || step.kind == Step::Kind::Sum)
      add(step.type);
    // A literal is rounded as it is written.
    auto literal = dyn_cast_or_null<FloatAttr>(step.constant);
    if (literal && literal.getValueAsDouble() !=
                       std::nearbyint(literal.getValueAsDouble()))
      unit = std::max(unit,
                      std::ldexp(1.0, -int(APFloat::semanticsPrecision(
                                          literal.getValue().getSemantics()))));
  }
  llvm::for_each(types, add);
  return unit;
}
