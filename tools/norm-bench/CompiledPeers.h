//===- CompiledPeers.h - peers that are compiled when they run --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// C sources that come with norm-bench are compiled with the user's compiler for
// the user's machine, as a user would compile them.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_BENCH_COMPILEDPEERS_H
#define NORM_TOOLS_NORM_BENCH_COMPILEDPEERS_H

#include "Ways.h"
#include "llvm/ADT/StringMap.h"

namespace mlir::norm::bench {

/// Compiles with the C compiler CC (cc if unset), each source once for the
/// flags that a cell needs. What was loaded stays loaded.
class CompiledPeers {
public:
  /// The plain C loops.
  llvm::Expected<Way> plainC(const Cell &cell);

  /// Whether some version of oneDNN has the operation.
  static bool oneDNNHas(const Cell &cell) {
    if (cell.type == Storage::F64)
      return false;
    if (cell.op == OpKind::LayerNormBackward)
      return cell.hasDX && cell.hasDScale == cell.hasDBias;
    return cell.op == OpKind::LayerNorm || cell.op == OpKind::RMSNorm;
  }

  /// oneDNN's layer normalization, its gradients, or RMSNorm where it has one;
  /// it reads the parameters and variances of `task`, as f32, when it is
  /// made. Fails where oneDNN is not
  /// installed for development, or its version lacks the operation.
  llvm::Expected<Way> oneDNN(const Cell &cell, const Task &task);

private:
  llvm::Expected<Way> oneDNNBackward(void *library, const Cell &cell,
                                     const Task &task);

  /// The handle of a library made of `source`; an error if that failed, now or
  /// before.
  llvm::Expected<void *> load(StringRef source, ArrayRef<StringRef> flags,
                              StringRef library);

  struct Outcome {
    void *handle = nullptr;
    std::string failure;
  };
  /// By flags, which tell the sources apart.
  llvm::StringMap<Outcome> outcomes;
};

} // namespace mlir::norm::bench

#endif // NORM_TOOLS_NORM_BENCH_COMPILEDPEERS_H
