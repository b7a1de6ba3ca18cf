//===- Check.h - arrays on a device, compared with a reference --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_LAUNCH_CHECK_H
#define NORM_TOOLS_NORM_LAUNCH_CHECK_H

#include "Reference.h"

#include "norm/Runtime/Bundle.h"

#include <memory>

namespace launch {

/// Memory of a device, freed at the end.
class DeviceMemory {
public:
  static normrt::Result<DeviceMemory> allocate(const normrt::Driver &driver,
                                               std::size_t bytes);
  normrt::CUdeviceptr address() const { return memory ? *memory : 0; }

private:
  std::shared_ptr<normrt::CUdeviceptr> memory;
};

/// The arguments of a call on a device.
struct DeviceArguments {
  std::vector<DeviceMemory> memory;
  std::vector<normrt::Argument> arguments;
};

/// What is to be launched.
struct Task {
  const normrt::Device &device;
  const normrt::LoadedBundle &loaded;
  const normrt::EntryInfo &entry;
  /// The values of the entry's extents.
  std::vector<std::int64_t> extents;
};

/// An error where the arguments are larger than this machine's memory.
normrt::Status checkMemory(const Task &task);

/// Arguments with normal values (integers: 0 and 1) that depend on `seed`
/// alone; what is only written is filled with ones in all bits.
std::vector<HostArray> makeArguments(const Task &task, unsigned seed);

/// The bytes of one call: what is read and what is written, once each.
std::size_t countBytes(const Task &task);

/// Copies `arrays` to the device.
normrt::Result<DeviceArguments> upload(const Task &task,
                                       const std::vector<HostArray> &arrays);

/// How far the device's results are from the reference.
struct CheckResult {
  std::int64_t checked = 0, wrong = 0;
  /// The largest distance, and the largest as a part of its bound.
  double maxError = 0, maxErrorToBound = 0;
  /// The first element that is off by more than its bound, in words.
  std::string first;
};

/// Runs the entry once and compares some `elements` elements of its results.
normrt::Result<CheckResult> check(const Task &task, unsigned seed,
                                  std::int64_t elements);

} // namespace launch

#endif // NORM_TOOLS_NORM_LAUNCH_CHECK_H
