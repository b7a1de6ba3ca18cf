//===- Reference.cpp - what an entry computes, in f64 ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Reference.h"

#include "Elements.h"
#include "RowFunctions.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

using namespace launch;
using nlohmann::json;

std::int64_t HostArray::elements() const {
  std::int64_t count = 1;
  for (std::int64_t extent : shape)
    count *= extent;
  return count;
}

/// What a device may be off by, as parts of the largest result of a row: the
/// bound that norms promise, and what a function adds.
static constexpr double kNormBound = 5e-7, kFunctionBound = 0x1p-21;

namespace {
/// One loop over rows.
class Loop {
public:
  Loop(const json &text, const std::vector<std::string> &names,
       const std::vector<std::int64_t> &values);

  std::int64_t rows() const { return product(rowDims); }
  std::int64_t length() const { return product(lengthDims); }
  /// Evaluates row number `row` and stores its results, rounded, to
  /// `arguments`.
  void evaluate(std::int64_t row, std::vector<HostArray> &arguments,
                Expectation &expectation) const;

private:
  std::int64_t product(const std::vector<std::size_t> &dims) const;
  std::int64_t getPlace(const json &operand, const HostArray &array,
                        std::int64_t row, std::int64_t element) const;
  bool varies(const json &operand) const;
  RowValue readOperand(const json &operand, std::int64_t row,
                       const std::vector<HostArray> &arguments) const;
  RowValue compute(const json &op, const std::vector<RowValue> &values) const;
  double getSlack(const std::string &type) const;

  const json &text;
  std::vector<std::int64_t> extents;
  std::vector<std::size_t> rowDims, lengthDims;
};
} // namespace

Loop::Loop(const json &text, const std::vector<std::string> &names,
           const std::vector<std::int64_t> &values)
    : text(text) {
  for (const json &extent : text.at("extents")) {
    auto name = std::find(names.begin(), names.end(), extent);
    extents.push_back(name == names.end() ? extent.get<std::int64_t>()
                                          : values.at(static_cast<std::size_t>(
                                                name - names.begin())));
  }
  const json &row = text.at("row");
  for (std::size_t dim = 0; dim < extents.size(); ++dim)
    (std::find(row.begin(), row.end(), dim) == row.end() ? rowDims : lengthDims)
        .push_back(dim);
}

std::int64_t Loop::product(const std::vector<std::size_t> &dims) const {
  std::int64_t result = 1;
  for (std::size_t dim : dims)
    result *= extents[dim];
  return result;
}

/// The number of the element in its array.
std::int64_t Loop::getPlace(const json &operand, const HostArray &array,
                            std::int64_t row, std::int64_t element) const {
  std::vector<std::int64_t> indices(extents.size());
  auto split = [&](std::int64_t number, const std::vector<std::size_t> &dims) {
    for (auto dim = dims.rbegin(); dim != dims.rend(); ++dim) {
      indices[*dim] = number % extents[*dim];
      number /= extents[*dim];
    }
  };
  split(row, rowDims);
  split(element, lengthDims);
  std::int64_t place = 0;
  for (std::size_t dim = 0; dim < array.shape.size(); ++dim) {
    int from = operand.at("map").at(dim);
    place = place * array.shape[dim] +
            (from < 0 ? 0 : indices.at(static_cast<std::size_t>(from)));
  }
  return place;
}

bool Loop::varies(const json &operand) const {
  for (int dim : operand.at("map"))
    if (std::find(lengthDims.begin(), lengthDims.end(),
                  static_cast<std::size_t>(dim)) != lengthDims.end())
      return true;
  return false;
}

RowValue Loop::readOperand(const json &operand, std::int64_t row,
                           const std::vector<HostArray> &arguments) const {
  const HostArray &array = arguments.at(operand.at("argument"));
  std::int64_t count = varies(operand) ? length() : 1;
  RowValue value;
  for (std::int64_t i = 0; i < count; ++i)
    value.push_back(
        load(array.type, array.at(getPlace(operand, array, row, i))));
  return value;
}

RowValue Loop::compute(const json &op,
                       const std::vector<RowValue> &values) const {
  std::string name = op.at("op");
  std::vector<const RowValue *> operands;
  for (std::size_t number : op.at("operands"))
    operands.push_back(&values.at(number));
  if (name == "arith.constant")
    return {getConstant(op.at("value"))};
  if (name == "norm.row_length")
    return {static_cast<double>(length())};
  if (name == "norm.row_reduce")
    return {reduce(op.at("kind"), *operands.at(0),
                   op.value("length", static_cast<std::size_t>(length())))};
  Function function = getFunction(op);
  std::size_t size = 1;
  for (const RowValue *operand : operands)
    size = std::max(size, operand->size());
  auto get = [&](std::size_t number, std::size_t element) {
    if (number >= operands.size())
      return 0.0;
    const RowValue &value = *operands[number];
    return value[value.size() == 1 ? 0 : element];
  };
  RowValue result(size);
  for (std::size_t i = 0; i < size; ++i)
    result[i] = function(get(0, i), get(1, i), get(2, i));
  return result;
}

/// Whether `op` rounds its result to 16 bits.
static bool isNarrow(const json &op) {
  std::string type = op.value("type", "");
  return type == "f16" || type == "bf16";
}

/// The part of a row's largest result that the device may be off by, besides
/// the rounding of the result to `type`.
double Loop::getSlack(const std::string &type) const {
  double slack = kNormBound;
  for (const json &op : text.at("body")) {
    if (isApproximated(op.at("op")))
      slack += kFunctionBound;
    if (isNarrow(op))
      slack += spacing(op.at("type"), 1);
  }
  bool narrow = type == "f16" || type == "bf16";
  return narrow ? std::max(slack - spacing(type, 1), kNormBound) : slack;
}

void Loop::evaluate(std::int64_t row, std::vector<HostArray> &arguments,
                    Expectation &expectation) const {
  const json &operands = text.at("operands"), &results = text.at("results");
  std::size_t inputs = text.at("inputs");
  std::vector<RowValue> values;
  for (std::size_t i = 0; i < inputs; ++i)
    values.push_back(readOperand(operands.at(i), row, arguments));
  // Results are compared before they are rounded to the type of their array.
  std::map<std::size_t, RowValue> exact;
  for (const json &op : text.at("body")) {
    if (op.at("op") == "norm.row_moments") {
      std::size_t number = op.at("operands").at(0);
      for (RowValue &moment : computeMoments(
               values.at(number), static_cast<std::size_t>(length())))
        values.push_back(std::move(moment));
      continue;
    }
    RowValue value = compute(op, values);
    if (isNarrow(op)) {
      exact[values.size()] = value;
      for (double &element : value)
        element = roundTo(op.at("type"), element);
    }
    values.push_back(std::move(value));
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    const json &operand = operands.at(inputs + i);
    std::size_t argument = operand.at("argument"), number = results.at(i);
    HostArray &array = arguments.at(argument);
    const RowValue &value =
        exact.count(number) ? exact[number] : values.at(number);
    double largest = 1e-30;
    for (double element : value)
      if (std::isfinite(element))
        largest = std::max(largest, std::fabs(element));
    double slack = getSlack(array.type) * largest;
    std::int64_t count = varies(operand) ? length() : 1;
    for (std::int64_t j = 0; j < count; ++j) {
      double element =
          value[value.size() == 1 ? 0 : static_cast<std::size_t>(j)];
      std::int64_t place = getPlace(operand, array, row, j);
      double bound =
          isInteger(array.type) ? 1 : slack + spacing(array.type, element) / 2;
      expectation[argument].push_back({place, element, bound});
      store(array.type, element, array.at(place));
    }
  }
}

normrt::Result<Expectation>
launch::evaluate(const normrt::EntryInfo &entry,
                 const std::vector<std::int64_t> &extents,
                 std::vector<HostArray> arguments, std::int64_t elements) {
  try {
    json loops = json::parse(entry.reference);
    if (loops.is_null())
      throw std::runtime_error("the bundle has no reference for " + entry.name);
    Expectation expectation(arguments.size());
    for (const json &text : loops) {
      Loop loop(text, entry.extents, extents);
      std::int64_t rows = loop.length() == 0 ? 0 : loop.rows();
      std::int64_t wanted =
          loops.size() > 1
              ? rows
              : std::max<std::int64_t>(
                    2, elements / std::max<std::int64_t>(loop.length(), 1));
      std::int64_t step =
          std::max<std::int64_t>(1, rows / std::max<std::int64_t>(wanted, 1));
      for (std::int64_t row = 0; row < rows; row += step)
        loop.evaluate(row, arguments, expectation);
      if (rows > 0 && (rows - 1) % step != 0)
        loop.evaluate(rows - 1, arguments, expectation);
    }
    return expectation;
  } catch (const std::exception &problem) {
    return normrt::Error{std::string("the reference cannot be evaluated: ") +
                         problem.what()};
  }
}

std::vector<bool> launch::getRowLengthExtents(const normrt::EntryInfo &entry) {
  std::vector<bool> result(entry.extents.size(), false);
  json loops = json::parse(entry.reference, nullptr, false);
  if (!loops.is_array())
    return result;
  for (const json &loop : loops)
    for (std::size_t dim : loop.value("row", std::vector<std::size_t>()))
      for (std::size_t i = 0; i < result.size(); ++i)
        if (loop.at("extents").at(dim) == entry.extents[i])
          result[i] = true;
  return result;
}
