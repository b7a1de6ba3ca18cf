//===- CFunctions.h - compiled functions as C calls them --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function on memrefs as a C function: a pointer for each memref, after it
// the extents and strides that its type leaves open, and results last.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_EXECUTION_CFUNCTIONS_H
#define NORM_EXECUTION_CFUNCTIONS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace mlir::norm::run {

/// One argument of a C function.
struct CParameter {
  /// What the declaration has, such as "arg0".
  std::string name;
  /// Of elements, or of the scalar itself.
  Type element;
  /// Null for a scalar.
  MemRefType memref;
  bool isResult = false;
  bool isConst = false;
};

struct CFunction {
  /// In the program, and in C.
  std::string name, cName;
  std::vector<CParameter> parameters;
};

/// What a C parameter has after its pointer: "n0" is extent 0.
struct Extra {
  enum Kind { Extent, Stride, Offset } kind;
  unsigned dim;
};

/// What the type of a memref leaves open.
SmallVector<Extra> getExtras(MemRefType type);

/// The C type of an element or scalar; empty if there is none.
StringRef getCType(Type type);

/// The public functions of `module`, whose results have become arguments.
/// `inputs` says how many arguments each had before; tensors among them, which
/// are read only, are `constant`.
llvm::Expected<std::vector<CFunction>>
describeFunctions(ModuleOp module,
                  const llvm::StringMap<FunctionType> &original);

/// Adds a function of the C interface to `module`, in the LLVM dialect, for
/// each of `functions`, and hides those that they call. An error where a
/// function that the program calls has the name of one of `functions` in C.
llvm::Error addWrappers(ModuleOp module,
                        const std::vector<CFunction> &functions);

/// A C header that declares and documents `functions`, to be included as
/// `fileName`.
std::string printHeader(const std::vector<CFunction> &functions,
                        StringRef fileName);

} // namespace mlir::norm::run

#endif // NORM_EXECUTION_CFUNCTIONS_H
