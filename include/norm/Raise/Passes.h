//===- Passes.h - passes that find norms ------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_RAISE_PASSES_H
#define NORM_RAISE_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::norm {

#define GEN_PASS_DECL
#include "norm/Raise/Passes.h.inc"

/// What may change when a norm is raised; see the pass `norm-raise`.
enum class RaisePrecision { Relaxed, Strict };

struct RaiseOptions {
  RaiseOptions(RaisePrecision precision = RaisePrecision::Relaxed,
               bool checkInField = true)
      : precision(precision), checkInField(checkInField) {}

  RaisePrecision precision;
  /// Whether raises are checked in a finite field, too, not over f64 alone.
  bool checkInField;
};

/// A candidate for a norm that is none.
struct RaiseMiss {
  Location loc;
  std::string reason;
};

/// A proof that a raise is right: a file in SMT-LIB 2 (docs/Certificates.md).
struct RaiseCertificate {
  std::string function; ///< the name of that which held the norm
  std::string text;
};

/// Raises every norm in `module`; returns how many ops were put in place.
/// Remarks of category `norm-raise` are emitted in program order. With
/// `explain` each candidate is printed to it, as a row expression in normal
/// form, with what was made of it. With `misses` near misses are appended to
/// it, and no remarks are emitted. With `work` one line says how much was
/// looked at, in counts. With `certificates` one for each raise is appended to
/// it.
unsigned raiseNorms(ModuleOp module, RaiseOptions options = {},
                    llvm::raw_ostream *explain = nullptr,
                    SmallVectorImpl<RaiseMiss> *misses = nullptr,
                    llvm::raw_ostream *work = nullptr,
                    SmallVectorImpl<RaiseCertificate> *certificates = nullptr);

#define GEN_PASS_REGISTRATION
#include "norm/Raise/Passes.h.inc"

} // namespace mlir::norm

#endif // NORM_RAISE_PASSES_H
