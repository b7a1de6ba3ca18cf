//===- Check.cpp - arrays on a device, compared with a reference ----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Check.h"

#include "Elements.h"

#include <cmath>
#include <cstring>
#include <random>

using namespace launch;
using normrt::Result;
using normrt::Status;

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

/// Values repeat after this many elements: rows are longer or shorter than
/// that, so that no two are alike, and large arrays take no time to fill.
static constexpr std::size_t kPeriod = 1048573;

/// The shape of `info` where extents have the values of `task`.
static std::vector<std::int64_t> getShape(const Task &task,
                                          const normrt::ArgumentInfo &info) {
  std::vector<std::int64_t> shape;
  shape.reserve(info.shape.size());
  for (const normrt::Expr &extent : info.shape)
    shape.push_back(*extent.evaluate(task.extents));
  return shape;
}

Status launch::checkMemory(const Task &task) {
  // The arguments, and their copy that the reference works on.
  std::int64_t total = 0, most = getMemoryBytes() / 2;
  for (const normrt::ArgumentInfo &info : task.entry.arguments) {
    Result<std::int64_t> bytes =
        normrt::countBytes(getShape(task, info), info.elementBytes);
    if (!bytes)
      return normrt::Error{info.name + ": " + bytes.error().message};
    if (*bytes > most - total)
      return normrt::Error{
          "the arguments of " + task.entry.name +
          " do not fit into this machine's memory: " + info.name + " takes " +
          std::to_string(*bytes) + " bytes"};
    total += *bytes;
  }
  return normrt::Done();
}

std::vector<HostArray> launch::makeArguments(const Task &task, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<HostArray> arrays;
  for (const normrt::ArgumentInfo &info : task.entry.arguments) {
    HostArray array;
    array.type = info.type;
    array.elementBytes = info.elementBytes;
    array.shape = getShape(task, info);
    array.bytes.assign(static_cast<std::size_t>(
                           *normrt::countBytes(array.shape, info.elementBytes)),
                       '\xff');
    auto count = static_cast<std::size_t>(array.elements());
    std::size_t drawn = info.isRead ? std::min(count, kPeriod) : 0;
    for (std::size_t i = 0; i < drawn; ++i)
      store(info.type,
            isInteger(info.type) ? static_cast<double>(generator() & 1)
                                 : normal(generator),
            array.at(static_cast<std::int64_t>(i)));
    std::size_t period = drawn * info.elementBytes;
    for (std::size_t i = period; period && i < array.bytes.size(); i += period)
      std::memcpy(array.bytes.data() + i, array.bytes.data(),
                  std::min(period, array.bytes.size() - i));
    arrays.push_back(std::move(array));
  }
  return arrays;
}

std::size_t launch::countBytes(const Task &task) {
  std::size_t bytes = 0;
  for (const normrt::ArgumentInfo &info : task.entry.arguments) {
    auto size = static_cast<std::size_t>(
        info.isScalar
            ? 0
            : *normrt::countBytes(getShape(task, info), info.elementBytes));
    bytes += size * (static_cast<std::size_t>(info.isRead) + info.isWritten);
  }
  return bytes;
}

Result<DeviceMemory> DeviceMemory::allocate(const normrt::Driver &driver,
                                            std::size_t bytes) {
  normrt::CUdeviceptr address = 0;
  if (Status status = driver.check(
          driver.memAlloc(&address, std::max<std::size_t>(bytes, 16)),
          ("cuMemAlloc of " + std::to_string(bytes) + " bytes").c_str());
      !status)
    return status.error();
  DeviceMemory result;
  result.memory.reset(new normrt::CUdeviceptr(address),
                      [&driver](normrt::CUdeviceptr *memory) {
                        driver.memFree(*memory);
                        delete memory;
                      });
  return result;
}

Result<DeviceArguments> launch::upload(const Task &task,
                                       const std::vector<HostArray> &arrays) {
  const normrt::Driver &driver = task.device.driver();
  DeviceArguments result;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    normrt::Argument argument;
    argument.type = arrays[i].type;
    argument.shape = arrays[i].shape;
    if (task.entry.arguments[i].isScalar) {
      std::memcpy(&argument.pointerOrBits, arrays[i].bytes.data(),
                  arrays[i].bytes.size());
      result.arguments.push_back(std::move(argument));
      continue;
    }
    Result<DeviceMemory> memory =
        DeviceMemory::allocate(driver, arrays[i].bytes.size());
    if (!memory)
      return memory.error();
    argument.pointerOrBits = memory->address();
    if (!arrays[i].bytes.empty())
      if (Status status = driver.check(
              driver.memcpyHtoD(memory->address(), arrays[i].bytes.data(),
                                arrays[i].bytes.size()),
              "cuMemcpyHtoD");
          !status)
        return status.error();
    result.memory.push_back(std::move(*memory));
    result.arguments.push_back(std::move(argument));
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

static void compare(const normrt::ArgumentInfo &info, const HostArray &found,
                    const std::vector<ExpectedElement> &expected,
                    CheckResult &result) {
  for (const ExpectedElement &element : expected) {
    double value = load(found.type, found.at(element.index));
    double error = std::fabs(value - element.value);
    // Infinities and NaN have to be the same.
    if (!std::isfinite(element.value) || !std::isfinite(value)) {
      double rounded = roundTo(found.type, element.value);
      bool same = std::isnan(rounded) ? std::isnan(value) : rounded == value;
      error = same ? 0 : INFINITY;
    }
    ++result.checked;
    result.maxError = std::max(result.maxError, error);
    result.maxErrorToBound =
        std::max(result.maxErrorToBound, error / element.bound);
    if (error <= element.bound)
      continue;
    if (result.wrong++ == 0)
      result.first = info.name + "[" + std::to_string(element.index) +
                     "]: expected " + std::to_string(element.value) +
                     " within " + std::to_string(element.bound) + ", got " +
                     std::to_string(value);
  }
}

Result<CheckResult> launch::check(const Task &task, unsigned seed,
                                  std::int64_t elements) {
  const normrt::Driver &driver = task.device.driver();
  std::vector<HostArray> arrays = makeArguments(task, seed);
  Result<Expectation> expectation =
      evaluate(task.entry, task.extents, arrays, elements);
  if (!expectation)
    return expectation.error();
  Result<DeviceArguments> device = upload(task, arrays);
  if (!device)
    return device.error();
  Result<normrt::BoundCall> call =
      task.loaded.bind(task.entry.name, device->arguments);
  if (!call)
    return call.error();
  if (Status status = call->launch(nullptr); !status)
    return status.error();
  if (Status status =
          driver.check(driver.streamSynchronize(nullptr),
                       ("the kernel of " + task.entry.name).c_str());
      !status)
    return status.error();
  CheckResult result;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const std::vector<ExpectedElement> &expected = (*expectation)[i];
    if (expected.empty())
      continue;
    if (Status status =
            driver.check(driver.memcpyDtoH(arrays[i].bytes.data(),
                                           device->arguments[i].pointerOrBits,
                                           arrays[i].bytes.size()),
                         "cuMemcpyDtoH");
        !status)
      return status.error();
    compare(task.entry.arguments[i], arrays[i], expected, result);
  }
  return result;
}
