//===- Samples.cpp - inputs at the edges, results element by element ------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Samples.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::fuzz;
using mlir::norm::run::HostTensor;
using mlir::norm::run::isSame;
using mlir::norm::run::loadElement;
using mlir::norm::run::storeElement;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

static double toDouble(llvm::APFloat value) {
  bool losesInfo;
  value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven,
                &losesInfo);
  return value.convertToDouble();
}

/// Powers of two for the rows of a type: squares that are still in range, about
/// to leave it, and out of it.
static ArrayRef<int> rowExponents(Type element) {
  static constexpr int half[] = {-20, -10, 6, 9, 14};
  static constexpr int single[] = {-120, -100, -60, 60, 64, 83, 100, 125};
  static constexpr int twice[] = {-900, -500, 500};
  if (element.isF16())
    return half;
  return element.isF64() ? ArrayRef<int>(twice) : ArrayRef<int>(single);
}

static Type elementOf(func::FuncOp function, unsigned argument) {
  return cast<RankedTensorType>(function.getArgumentTypes()[argument])
      .getElementType();
}

static bool isRow(func::FuncOp function, unsigned argument) {
  auto kind = function.getArgAttrOfType<StringAttr>(argument, "fuzz.kind");
  return kind && kind.getValue() == "x";
}

/// The edges of one argument: NaN, and some of the others.
static void addEdges(func::FuncOp function, unsigned argument,
                     std::mt19937_64 &generator, SmallVector<Sample> &samples) {
  auto element = dyn_cast<FloatType>(elementOf(function, argument));
  if (!element)
    return;
  const llvm::fltSemantics &semantics = element.getFloatSemantics();
  double largest = toDouble(llvm::APFloat::getLargest(semantics));
  double sign = generator() >> 63 ? -1 : 1;
  auto add = [&](Sample::Kind kind, StringRef name, double value) {
    samples.push_back({kind, ("argument " + Twine(argument) + " " + name).str(),
                       1, argument, value});
  };
  add(Sample::Kind::NonFinite, "NaN", std::numeric_limits<double>::quiet_NaN());
  bool all = isRow(function, argument);
  uint64_t which = generator() >> 62;
  if (all || which < 2)
    add(Sample::Kind::NonFinite, "infinity", sign * kInfinity);
  if (all || which >= 2)
    add(Sample::Kind::Finite, "largest", sign * largest);
  if (all || which == 1)
    add(Sample::Kind::Finite, "-0", -0.0);
  if (all && which == 2)
    add(Sample::Kind::Finite, "smallest",
        sign * toDouble(llvm::APFloat::getSmallest(semantics)));
  if (all && which == 3)
    add(Sample::Kind::Finite, "smallest normal",
        sign * toDouble(llvm::APFloat::getSmallestNormalized(semantics)));
}

SmallVector<Sample> fuzz::samplesOf(func::FuncOp function,
                                    std::mt19937_64 &generator) {
  SmallVector<Sample> samples;
  if (auto own = function->getAttrOfType<DenseF64ArrayAttr>("fuzz.scales"))
    for (double scale : own.asArrayRef())
      samples.push_back({Sample::Kind::Ordinary, "random", scale});
  else
    samples.push_back({Sample::Kind::Ordinary, "random", 1.0});
  std::optional<unsigned> row;
  for (unsigned i = 0, e = function.getNumArguments(); i < e; ++i) {
    addEdges(function, i, generator, samples);
    if (isRow(function, i) && !row)
      row = i;
    if (function.getArgAttr(i, "fuzz.also"))
      samples.push_back({Sample::Kind::Extents,
                         ("argument " + Twine(i) + " of another extent").str(),
                         1, i});
  }
  if (!row)
    return samples;
  ArrayRef<int> exponents = rowExponents(elementOf(function, *row));
  size_t first = generator() % exponents.size();
  for (size_t i = 0; i < exponents.size(); i += 2) {
    int exponent = exponents[(first + i) % exponents.size()];
    samples.push_back({Sample::Kind::Finite,
                       ("rows times 2^" + Twine(exponent)).str(),
                       std::ldexp(1.0, exponent)});
  }
  return samples;
}

/// Makes random values what an argument of `kind` is to hold.
static void fit(HostTensor &tensor, StringRef kind, double scale) {
  double huge = isSame(tensor.type, {NORM_TYPE_FLOAT, 16, 1}) ? 0x1p9
                : tensor.type.bits == 64                      ? 0x1p60
                                                              : 0x1p27;
  for (int64_t i = 0, e = tensor.elementCount(); i < e; ++i) {
    double value = loadElement(tensor, i);
    if (kind == "x")
      value = scale * (value + 0.5);
    else if (kind == "positive")
      value = std::abs(value);
    else if (kind == "huge")
      value *= huge;
    storeElement(tensor, i, value);
  }
}

llvm::Expected<SmallVector<HostTensor>>
fuzz::makeArguments(func::FuncOp function, const Sample &sample,
                    std::mt19937_64 &generator) {
  SmallVector<HostTensor> arguments;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    auto tensorType = cast<RankedTensorType>(type);
    ArrayRef<int64_t> shape = tensorType.getShape();
    bool another = sample.kind == Sample::Kind::Extents && sample.argument == i;
    StringRef name = another ? "fuzz.also" : "fuzz.shape";
    if (auto own = function.getArgAttrOfType<DenseI64ArrayAttr>(i, name))
      shape = own;
    auto tensor =
        run::allocate(*run::getDataType(tensorType.getElementType()), shape);
    if (!tensor)
      return tensor.takeError();
    fillRandom(*tensor, generator);
    auto kind = function.getArgAttrOfType<StringAttr>(i, "fuzz.kind");
    if (kind)
      fit(*tensor, kind.getValue(), sample.scale);
    if (sample.argument == i && !another && tensor->elementCount() > 0)
      storeElement(*tensor, generator() % tensor->elementCount(), sample.value);
    arguments.push_back(std::move(*tensor));
  }
  return arguments;
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

double fuzz::largestFinite(const HostTensor &tensor) {
  double largest = 1e-30;
  for (int64_t i = 0, e = tensor.elementCount(); i < e; ++i)
    if (double a = std::abs(loadElement(tensor, i)); std::isfinite(a))
      largest = std::max(largest, a);
  return largest;
}

double fuzz::compare(const HostTensor &expected, const HostTensor &found) {
  if (expected.shape != found.shape)
    return kInfinity;
  double difference = 0;
  for (int64_t i = 0, e = expected.elementCount(); i < e; ++i) {
    double a = loadElement(expected, i), b = loadElement(found, i);
    if (a == b || (std::isnan(a) && std::isnan(b)))
      continue;
    double apart = std::abs(a - b);
    difference = std::isnan(apart) ? kInfinity : std::max(difference, apart);
  }
  return difference / largestFinite(expected);
}

/// What the difference between two elements is called; empty if there is none.
static StringRef nameOf(double written, double raised, const double *exact,
                        double tolerance, double magnitude, double largest,
                        Sample::Kind kind) {
  // A small element of a row that is multiplied by the largest number keeps
  // the error of its row.
  auto isNear = [&](double a, double b) {
    double own =
        std::abs(a) > 1024 * magnitude ? 16 * std::abs(a) : std::abs(a);
    return a == b || std::abs(a - b) <= tolerance * std::max(own, magnitude);
  };
  if (written == raised || (std::isnan(written) && std::isnan(raised)))
    return "";
  bool isKept = std::isfinite(written), isFinite = std::isfinite(raised);
  // Where the program as written leaves the range, the op need not. That holds
  // for an infinity that the program clamps to a number, too.
  bool isOff = exact && std::isfinite(*exact) && !isNear(*exact, written);
  if (isKept && isFinite) {
    bool isRight = exact && isNear(*exact, raised);
    return isNear(written, raised) ? ""
           : isOff || isRight      ? "gained"
                                   : "differs";
  }
  if (isKept) {
    // (x * rstd) * g may leave the range where x * (rstd * g) is just in it.
    bool isBeyond = kind != Sample::Kind::NonFinite && exact &&
                    std::abs(*exact) > largest * (1 - tolerance);
    if (isBeyond && !isNear(*exact, written))
      return "gained";
    bool isAtEnd = std::isinf(raised) && (raised > 0) == (written > 0) &&
                   std::abs(written) > largest / 256;
    return isAtEnd ? "end" : "made";
  }
  if (isOff)
    return "gained";
  if (isFinite)
    return "lost";
  return std::isnan(written) ? "kind" : "turned";
}

SmallVector<Difference>
fuzz::compareElements(const HostTensor &written, const HostTensor &raised,
                      const HostTensor *exact, double tolerance,
                      double magnitude, Sample::Kind kind) {
  SmallVector<Difference> differences;
  if (written.shape != raised.shape) {
    differences.push_back({"shape", 0, 0, 0});
    return differences;
  }
  double largest = kInfinity;
  if (const llvm::fltSemantics *semantics = run::getSemantics(written.type))
    largest = toDouble(llvm::APFloat::getLargest(*semantics));
  for (int64_t i = 0, e = written.elementCount(); i < e; ++i) {
    double a = loadElement(written, i), b = loadElement(raised, i), c = 0;
    if (exact)
      c = loadElement(*exact, i);
    StringRef what =
        nameOf(a, b, exact ? &c : nullptr, tolerance, magnitude, largest, kind);
    if (!what.empty() && llvm::none_of(differences, [&](Difference &other) {
          return other.what == what;
        }))
      differences.push_back({what, a, b, i});
  }
  return differences;
}
