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
#include <map>
#include <new>
#include <numeric>
#include <stdexcept>
#include <unistd.h>

using namespace launch;
using normrt::RowLoopInfo;
using normrt::RowOperandInfo;
using normrt::RowOpInfo;

std::int64_t HostArray::elements() const {
  return static_cast<std::int64_t>(bytes.size() / elementBytes);
}

std::int64_t launch::getMemoryBytes() {
  return static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES)) *
         sysconf(_SC_PAGESIZE);
}

/// What a device may be off by, as parts of the largest result of a row: the
/// bound that norms promise, and what a function adds.
static constexpr double kNormBound = 5e-7, kFunctionBound = 0x1p-21;
/// What an addition in f32 is off by, as a part of the sum.
static constexpr double kSumUnit = 0x1p-24;

namespace {
/// A sum over rows so far: of the terms, of their sizes, and of the squares of
/// how far each may be off.
struct RowSum {
  double value = 0, size = 0, squaredSlack = 0;
};

/// One loop over rows.
class Loop {
public:
  /// Throws where `arguments` have not the shapes that the loop goes over.
  Loop(const RowLoopInfo &info, const normrt::EntryInfo &entry,
       const std::vector<std::int64_t> &values,
       const std::vector<HostArray> &arguments);

  std::int64_t rows() const { return rowCount; }
  std::int64_t length() const { return rowLength; }
  /// Whether rows are added up.
  bool accumulates() const { return !info.accumulate.empty(); }
  /// Evaluates row number `row` and stores its results, rounded, to
  /// `arguments`; terms of sums over rows are added.
  void evaluate(std::int64_t row, std::vector<HostArray> &arguments,
                Expectation &expectation);
  /// Stores the sums over all rows.
  void storeSums(std::vector<HostArray> &arguments,
                 Expectation &expectation) const;

private:
  void checkShape(const RowOperandInfo &operand,
                  const normrt::ArgumentInfo &argument,
                  const HostArray &array) const;
  std::int64_t product(const std::vector<std::size_t> &dims) const;
  std::int64_t getPlace(const RowOperandInfo &operand, const HostArray &array,
                        std::int64_t row, std::int64_t element) const;
  bool varies(const RowOperandInfo &operand) const;
  bool isSum(const RowOperandInfo &operand) const;
  RowValue readOperand(const RowOperandInfo &operand, std::int64_t row,
                       const std::vector<HostArray> &arguments) const;
  RowValue compute(const RowOpInfo &op,
                   const std::vector<RowValue> &values) const;
  double getSlack(const std::string &type,
                  const std::vector<HostArray> &arguments) const;

  const RowLoopInfo &info;
  /// For each result its sums, if it has some.
  std::vector<std::vector<RowSum>> sums;
  std::vector<std::int64_t> extents;
  std::vector<std::size_t> rowDims;
  std::int64_t rowCount = 0, rowLength = 0;
};
} // namespace

Loop::Loop(const RowLoopInfo &info, const normrt::EntryInfo &entry,
           const std::vector<std::int64_t> &values,
           const std::vector<HostArray> &arguments)
    : info(info) {
  for (const normrt::Expr &extent : info.extents)
    extents.push_back(*extent.evaluate(values));
  for (std::size_t dim = 0; dim < extents.size(); ++dim)
    if (std::find(info.row.begin(), info.row.end(), dim) == info.row.end())
      rowDims.push_back(dim);
  rowCount = product(rowDims);
  rowLength = product(info.row);
  for (const RowOperandInfo &operand : info.operands)
    checkShape(operand, entry.array(operand.argument),
               arguments[operand.argument]);
  // A sum takes as much memory as some copies of its array.
  for (std::size_t i = info.inputs; i < info.operands.size(); ++i) {
    sums.emplace_back();
    if (isSum(info.operands[i]))
      sums.back().resize(static_cast<std::size_t>(
          arguments[info.operands[i].argument].elements()));
  }
  for (const RowOpInfo &op : info.body)
    if (op.length && *op.length > rowLength)
      throw std::runtime_error("expected a reduction of at most " +
                               std::to_string(rowLength) + " elements, got " +
                               std::to_string(*op.length));
  // Every value of a row is held, in f64.
  std::int64_t bytes = 0, valueCount = static_cast<std::int64_t>(
                              info.inputs + 3 * info.body.size() + 1);
  if (__builtin_mul_overflow(rowLength, 8 * valueCount, &bytes) ||
      bytes > getMemoryBytes() / 2)
    throw std::runtime_error("a row of " + std::to_string(rowLength) +
                             " elements does not fit into this machine's "
                             "memory");
}

/// That the extents of the loop are those of `array`, as its elements are read
/// and written by them.
void Loop::checkShape(const RowOperandInfo &operand,
                      const normrt::ArgumentInfo &argument,
                      const HostArray &array) const {
  if (argument.type == "f8E4M3FN")
    throw std::runtime_error("there is no reference for type " + argument.type);
  for (std::size_t dim = 0; dim < operand.map.size(); ++dim) {
    std::int64_t found = array.shape[dim];
    bool isFirst = !operand.map[dim];
    std::int64_t expected = isFirst ? 1 : extents[*operand.map[dim]];
    if (isFirst ? found < 1 : found != expected)
      throw std::runtime_error(
          "expected " + argument.name + " to have extent " +
          std::to_string(expected) + " in dimension " + std::to_string(dim) +
          ", as the computation has, got " + std::to_string(found));
  }
}

std::int64_t Loop::product(const std::vector<std::size_t> &dims) const {
  std::vector<std::int64_t> sizes;
  sizes.reserve(dims.size());
  for (std::size_t dim : dims)
    sizes.push_back(extents[dim]);
  normrt::Result<std::int64_t> count = normrt::countBytes(sizes, 1);
  if (!count)
    throw std::runtime_error(count.error().message);
  return *count;
}

/// The number of the element in its array.
std::int64_t Loop::getPlace(const RowOperandInfo &operand,
                            const HostArray &array, std::int64_t row,
                            std::int64_t element) const {
  std::vector<std::int64_t> indices(extents.size());
  auto split = [&](std::int64_t number, const std::vector<std::size_t> &dims) {
    for (auto dim = dims.rbegin(); dim != dims.rend(); ++dim) {
      indices[*dim] = number % extents[*dim];
      number /= extents[*dim];
    }
  };
  split(row, rowDims);
  split(element, info.row);
  std::int64_t place = 0;
  for (std::size_t dim = 0; dim < operand.map.size(); ++dim)
    place = place * array.shape[dim] +
            (operand.map[dim] ? indices[*operand.map[dim]] : 0);
  return place;
}

bool Loop::varies(const RowOperandInfo &operand) const {
  for (std::optional<std::size_t> dim : operand.map)
    if (dim &&
        std::find(info.row.begin(), info.row.end(), *dim) != info.row.end())
      return true;
  return false;
}

/// A result that varies along the row and not over the rows that are added up.
bool Loop::isSum(const RowOperandInfo &operand) const {
  auto isAccumulated = [&](const std::optional<std::size_t> &dim) {
    return dim && std::find(info.accumulate.begin(), info.accumulate.end(),
                            *dim) != info.accumulate.end();
  };
  return accumulates() && varies(operand) &&
         std::none_of(operand.map.begin(), operand.map.end(), isAccumulated);
}

RowValue Loop::readOperand(const RowOperandInfo &operand, std::int64_t row,
                           const std::vector<HostArray> &arguments) const {
  const HostArray &array = arguments[operand.argument];
  std::int64_t count = varies(operand) ? length() : 1;
  RowValue value;
  for (std::int64_t i = 0; i < count; ++i)
    value.push_back(
        load(array.type, array.at(getPlace(operand, array, row, i))));
  return value;
}

RowValue Loop::compute(const RowOpInfo &op,
                       const std::vector<RowValue> &values) const {
  std::vector<const RowValue *> operands;
  operands.reserve(op.operands.size());
  for (std::size_t number : op.operands)
    operands.push_back(&values[number]);
  if (op.name == "arith.constant")
    return {op.value};
  if (op.name == "norm.row_length")
    return {static_cast<double>(length())};
  if (op.name == "norm.row_index") {
    RowValue positions(static_cast<std::size_t>(length()));
    std::iota(positions.begin(), positions.end(), 0.0);
    return positions;
  }
  if (op.name == "norm.row_reduce")
    return {reduce(op.kind, *operands.at(0),
                   static_cast<std::size_t>(op.length.value_or(length())))};
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

/// How large the terms of a value are that follows from a sum over the row by
/// additions and multiplications: roundings are relative to these. `sizes` has
/// those of `values` that are known, the others are as large as they are.
/// Nothing for what does not follow so.
static RowValue getSize(const RowOpInfo &op,
                        const std::vector<RowValue> &values,
                        const std::map<std::size_t, RowValue> &sizes,
                        std::size_t length) {
  bool sums = op.name == "norm.row_reduce" && op.kind == "add", follows = sums;
  std::size_t count = 1;
  for (std::size_t number : op.operands) {
    follows |= sizes.count(number) != 0;
    count = std::max(count, values[number].size());
  }
  if (!follows)
    return {};
  auto get = [&](std::size_t i, std::size_t element) {
    auto known = sizes.find(op.operands[i]);
    const RowValue &from =
        known == sizes.end() ? values[op.operands[i]] : known->second;
    return std::fabs(from[from.size() == 1 ? 0 : element]);
  };
  if (sums) {
    double total = 0;
    for (std::size_t i = 0; i < length; ++i)
      total += get(0, i);
    return {total};
  }
  std::function<double(std::size_t)> size;
  if (op.name == "arith.addf" || op.name == "arith.subf")
    size = [&](std::size_t i) { return get(0, i) + get(1, i); };
  else if (op.name == "arith.mulf")
    size = [&](std::size_t i) { return get(0, i) * get(1, i); };
  else if (op.name == "arith.divf")
    size = [&](std::size_t i) { return get(0, i) / get(1, i); };
  else if (op.name == "math.fma")
    size = [&](std::size_t i) { return get(0, i) * get(1, i) + get(2, i); };
  else if (op.name == "arith.select")
    size = [&](std::size_t i) { return get(get(0, i) != 0 ? 1 : 2, i); };
  else if (op.name == "arith.negf" || op.name == "arith.extf" ||
           op.name == "arith.truncf")
    size = [&](std::size_t i) { return get(0, i); };
  else
    return {};
  RowValue result(count);
  for (std::size_t i = 0; i < count; ++i)
    result[i] = size(i);
  return result;
}

/// Whether `op` rounds its result to 16 bits.
static bool isNarrow(const RowOpInfo &op) {
  return op.type == "f16" || op.type == "bf16";
}

/// The part of a row's largest result that the device may be off by, besides
/// the rounding of the result to `type`.
double Loop::getSlack(const std::string &type,
                      const std::vector<HostArray> &arguments) const {
  double slack = kNormBound;
  for (std::size_t i = 0; i < info.inputs; ++i)
    slack += arguments[info.operands[i].argument].slack;
  for (const RowOpInfo &op : info.body) {
    if (isApproximated(op.name))
      slack += kFunctionBound;
    if (isNarrow(op))
      slack += spacing(op.type, 1);
  }
  bool narrow = type == "f16" || type == "bf16";
  return narrow ? std::max(slack - spacing(type, 1), kNormBound) : slack;
}

void Loop::storeSums(std::vector<HostArray> &arguments,
                     Expectation &expectation) const {
  double terms = 1;
  for (std::size_t dim : info.accumulate)
    terms *= static_cast<double>(extents[dim]);
  double unit = (4 + std::sqrt(terms)) * kSumUnit;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    std::size_t argument = info.operands[info.inputs + i].argument;
    HostArray &array = arguments[argument];
    double largest = 1e-30, slack = 0;
    for (std::size_t j = 0; j < sums[i].size(); ++j) {
      const RowSum &sum = sums[i][j];
      auto place = static_cast<std::int64_t>(j);
      double bound = unit * sum.size + std::sqrt(sum.squaredSlack) + 1e-30;
      largest = std::max(largest, std::fabs(sum.value));
      slack = std::max(slack, bound);
      expectation[argument].push_back(
          {place, sum.value, bound + spacing(array.type, sum.value) / 2});
      store(array.type, sum.value, array.at(place));
    }
    array.slack = std::max(array.slack, slack / largest);
  }
}

void Loop::evaluate(std::int64_t row, std::vector<HostArray> &arguments,
                    Expectation &expectation) {
  std::vector<RowValue> values;
  values.reserve(info.inputs);
  for (std::size_t i = 0; i < info.inputs; ++i)
    values.push_back(readOperand(info.operands[i], row, arguments));
  // Results are compared before they are rounded to the type of their array.
  std::map<std::size_t, RowValue> exact, sizes;
  for (const RowOpInfo &op : info.body) {
    if (op.name == "norm.row_moments") {
      for (RowValue &moment : computeMoments(
               values[op.operands.at(0)], static_cast<std::size_t>(length())))
        values.push_back(std::move(moment));
      continue;
    }
    RowValue value = compute(op, values);
    if (RowValue size =
            getSize(op, values, sizes,
                    static_cast<std::size_t>(op.length.value_or(length())));
        !size.empty())
      sizes[values.size()] = std::move(size);
    if (isNarrow(op)) {
      exact[values.size()] = value;
      for (double &element : value)
        element = roundTo(op.type, element);
    }
    values.push_back(std::move(value));
  }
  for (std::size_t i = 0; i < info.results.size(); ++i) {
    const RowOperandInfo &operand = info.operands[info.inputs + i];
    std::size_t argument = operand.argument, number = info.results[i];
    HostArray &array = arguments[argument];
    const RowValue &value =
        exact.count(number) ? exact[number] : values[number];
    double largest = 1e-30;
    const RowValue &terms = sizes.count(number) ? sizes[number] : value;
    for (double element : terms)
      if (std::isfinite(element))
        largest = std::max(largest, std::fabs(element));
    double slack = getSlack(array.type, arguments) * largest;
    std::int64_t count = varies(operand) ? length() : 1;
    for (std::int64_t j = 0; j < count; ++j) {
      double element =
          value[value.size() == 1 ? 0 : static_cast<std::size_t>(j)];
      std::int64_t place = getPlace(operand, array, row, j);
      if (!sums[i].empty()) {
        RowSum &sum = sums[i][static_cast<std::size_t>(place)];
        sum.value += element;
        sum.size += std::fabs(element);
        sum.squaredSlack += slack * slack;
        continue;
      }
      double bound =
          isInteger(array.type) ? 1 : slack + spacing(array.type, element) / 2;
      expectation[argument].push_back({place, element, bound});
      store(array.type, element, array.at(place));
    }
  }
}

/// An array of `info` where extents have the values `extents`.
static HostArray makeTemporary(const normrt::ArgumentInfo &info,
                               const std::vector<std::int64_t> &extents) {
  HostArray array;
  array.type = info.type;
  array.elementBytes = info.elementBytes;
  for (const normrt::Expr &extent : info.shape)
    array.shape.push_back(*extent.evaluate(extents));
  normrt::Result<std::int64_t> bytes =
      normrt::countBytes(array.shape, info.elementBytes);
  if (!bytes)
    throw std::runtime_error(info.name + ": " + bytes.error().message);
  if (*bytes > getMemoryBytes() / 2)
    throw std::runtime_error(info.name + " does not fit into this machine's "
                                         "memory");
  array.bytes.assign(static_cast<std::size_t>(*bytes), 0);
  return array;
}

normrt::Result<Expectation>
launch::evaluate(const normrt::EntryInfo &entry,
                 const std::vector<std::int64_t> &extents,
                 std::vector<HostArray> arguments, std::int64_t elements) {
  try {
    if (!entry.reference)
      throw std::runtime_error("the bundle has no reference for " + entry.name);
    const std::vector<RowLoopInfo> &loops = *entry.reference;
    for (const normrt::ArgumentInfo &info : entry.temporaries)
      arguments.push_back(makeTemporary(info, extents));
    Expectation expectation(arguments.size());
    for (const RowLoopInfo &info : loops) {
      Loop loop(info, entry, extents, arguments);
      std::int64_t rows = loop.length() == 0 ? 0 : loop.rows();
      std::int64_t wanted =
          loops.size() > 1 || loop.accumulates()
              ? rows
              : std::max<std::int64_t>(
                    2, elements / std::max<std::int64_t>(loop.length(), 1));
      std::int64_t step =
          std::max<std::int64_t>(1, rows / std::max<std::int64_t>(wanted, 1));
      for (std::int64_t row = 0; row < rows; row += step)
        loop.evaluate(row, arguments, expectation);
      if (rows > 0 && (rows - 1) % step != 0)
        loop.evaluate(rows - 1, arguments, expectation);
      loop.storeSums(arguments, expectation);
    }
    expectation.resize(entry.arguments.size());
    return expectation;
  } catch (const std::bad_alloc &) {
    return normrt::Error{"the reference cannot be evaluated: out of memory"};
  } catch (const std::exception &problem) {
    return normrt::Error{std::string("the reference cannot be evaluated: ") +
                         problem.what()};
  }
}

std::vector<bool> launch::getRowLengthExtents(const normrt::EntryInfo &entry) {
  std::vector<bool> result(entry.extents.size(), false);
  if (!entry.reference)
    return result;
  for (const RowLoopInfo &loop : *entry.reference)
    for (std::size_t dim : loop.row)
      if (loop.extents[dim].kind == normrt::Expr::Kind::extent)
        result[static_cast<std::size_t>(loop.extents[dim].value)] = true;
  return result;
}
