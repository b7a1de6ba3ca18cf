//===- Entries.h - what a bundle says of its functions ----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_BUNDLE_ENTRIES_H
#define NORM_LIB_BUNDLE_ENTRIES_H

#include "norm/Dialect/Norm/IR/NormOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/JSON.h"

#include <variant>

namespace mlir::norm {

/// How many arguments a function on tensors has, before its results become
/// arguments as well.
using InputCounts = llvm::StringMap<unsigned>;

/// The extents of a function's arguments: numbers, or names of those that are
/// not known. What loops over the same dimension has the same name.
class Extents {
public:
  /// `function` is on memrefs, with its row loops.
  explicit Extents(func::FuncOp function);

  /// Of dimension `dim` of argument `argument`: a number or a name.
  llvm::json::Value get(unsigned argument, unsigned dim) const {
    return describe(extents[argument][dim]);
  }
  /// The same of its stride, where the array has gaps between elements.
  llvm::json::Value getStride(unsigned argument, unsigned dim) const {
    return describe(strides[argument][dim]);
  }
  bool isContiguous(unsigned argument) const {
    return strides[argument].empty();
  }
  /// All names.
  ArrayRef<std::string> getNames() const { return names; }

private:
  using Number = std::variant<int64_t, unsigned>;

  llvm::json::Value describe(const Number &number) const;
  void addStrides(Type type);

  SmallVector<SmallVector<Number>> extents, strides;
  SmallVector<std::string> names;
};

/// The part of the manifest about `function` that is the same for all chips:
/// name, arguments, extents, and the computation for a reference.
llvm::json::Object describeEntry(func::FuncOp function, const Extents &extents,
                                 const InputCounts &inputs);

/// The computation of a function, or null where a loop works on a part of an
/// argument, and the arrays that its loops have between them. See
/// docs/Bundles.md.
struct Reference {
  llvm::json::Value loops;
  llvm::json::Array temporaries;
};
Reference describeReference(func::FuncOp function, const Extents &extents);

/// The number of the argument that `value` is, looking through casts.
std::optional<unsigned> getArgumentNumber(Value value);

/// The name of an element type, as in MLIR.
std::string getTypeName(Type type);

} // namespace mlir::norm

#endif // NORM_LIB_BUNDLE_ENTRIES_H
