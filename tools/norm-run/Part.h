//===- Part.h - a process's part of a tensor --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_RUN_PART_H
#define NORM_TOOLS_NORM_RUN_PART_H

#include "../support/HostTensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <vector>

namespace mlir::norm::run {

/// How a tensor is cut into parts, one for each process of a grid: the
/// attribute `norm.parts` of norm-check-shardings. Parts have equal extents;
/// the last ones are filled up with zeros where they do not divide the whole.
/// Along a dynamic dimension parts are as long as they are, without filling.
class Part {
public:
  /// Those of argument or result `number`; none where it has no attribute, and
  /// each process has all of it.
  static std::optional<Part> ofArgument(func::FuncOp entry, unsigned number) {
    return find(entry, "arguments", number);
  }
  static std::optional<Part> ofResult(func::FuncOp entry, unsigned number) {
    return find(entry, "results", number);
  }

  /// The extents of the whole, dynamic ones among them until resolve().
  ArrayRef<int64_t> getWhole() const { return extents; }
  /// The same with the dynamic extents of `whole`; along them parts have as
  /// many as others, and the last ones fewer or none.
  Part resolve(ArrayRef<int64_t> whole) const;
  /// The same with those of the parts of all processes, `shapes`, one shape
  /// after the other.
  Part resolveParts(ArrayRef<int64_t> shapes) const;

  /// The part of `whole` that process `rank` has.
  llvm::Expected<HostTensor> cut(const HostTensor &whole, int64_t rank) const;
  /// Puts the part of process `rank`, whose bytes are `part`, into `whole`.
  void place(HostTensor &whole, const char *part, int64_t rank) const;

private:
  explicit Part(DictionaryAttr attribute);
  static std::optional<Part> find(func::FuncOp entry, StringRef list,
                                  unsigned number);

  /// A stretch of one dimension: its first element, how many there is room for
  /// in the part, and how many are no filling.
  struct Stretch {
    int64_t begin, extent, valid;
  };
  SmallVector<Stretch> getStretches(int64_t rank) const;
  /// How many parts there are along a dimension, and which one a process has.
  int64_t countParts(unsigned dim) const;
  int64_t getNumber(unsigned dim, int64_t rank) const;
  /// Calls `visit` with the offsets, in elements, in the whole and in the part
  /// of each stretch of the last dimension, and its length.
  void walk(int64_t rank,
            llvm::function_ref<void(int64_t, int64_t, int64_t)> visit) const;

  SmallVector<int64_t> extents, grid;
  SmallVector<SmallVector<int64_t>> split;
  /// Of each dynamic dimension, the extents of its parts; none of others.
  std::vector<std::vector<int64_t>> dynamic;
};

/// The number of processes that `module` is written for: those of its grid, or
/// none where it has no grid.
std::optional<int64_t> getProcessCount(ModuleOp module);

} // namespace mlir::norm::run

#endif // NORM_TOOLS_NORM_RUN_PART_H
