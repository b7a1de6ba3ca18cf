//===- OpWriter.h - the program of a norm, as text --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_CAPI_OPWRITER_H
#define NORM_LIB_CAPI_OPWRITER_H

#include "OpSpec.h"

namespace mlir::norm::capi {

/// Writes a function of the tensors of `spec`. Tensor `a` of a call is the
/// memref %a; the tensor that it holds, or that a result is to be, is %a_t.
class OpWriter {
public:
  /// Begins with the arguments, and the extents %rows and %n, where unknown.
  /// Rows follow each other without gaps if `isDense`, else at any stride.
  OpWriter(const OpSpec &spec, bool isDense);

  /// "4096xf32", "?x4096xf32" or "?xf32".
  std::string getType(OpShape shape, NormDataType type) const;

  /// " keyword(%value : tensor<..>)".
  std::string getOperand(llvm::StringRef keyword, llvm::StringRef value,
                         const OpTensor &like) const;
  /// The same of %name_t, or nothing where there is no such tensor.
  std::string getOperand(llvm::StringRef name) const;

  /// Adds %name_e = tensor.empty().
  void addEmpty(llvm::StringRef name, OpShape shape, NormDataType type);

  /// Adds `names = op operands -> types`, with destinations that are new; names
  /// and keywords of results with their tensors, in the order of the op.
  struct Destination {
    llvm::StringRef keyword, name;
    OpShape shape;
    NormDataType type;
  };
  void addOp(llvm::StringRef op, const std::string &operands,
             llvm::ArrayRef<Destination> destinations,
             const std::string &attributes);

  /// Adds a line as it is.
  void add(const std::string &text) { body += text; }

  /// The function, after the results were stored.
  std::string finish();

  const OpSpec &spec;

private:
  std::string getMemRef(const OpTensor &tensor) const;

  const bool isDense;
  std::string n, arguments, body;
};

/// " k = 4 epsilon = 1.0e-5 eps_mode = outside scale_offset = 1" of those that
/// differ from the defaults.
std::string getKText(int32_t kind, int64_t k);
std::string getEpsilonText(double epsilon, uint32_t flags);
std::string getOffsetText(uint32_t flags);

/// "rmsnorm", "prmsnorm" or "layernorm".
llvm::StringRef getNormName(int32_t kind);

} // namespace mlir::norm::capi

#endif // NORM_LIB_CAPI_OPWRITER_H
