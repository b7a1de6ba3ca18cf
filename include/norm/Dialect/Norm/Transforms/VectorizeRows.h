//===- VectorizeRows.h - row loops of vector code ---------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_VECTORIZEROWS_H
#define NORM_DIALECT_NORM_TRANSFORMS_VECTORIZEROWS_H

#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Triple.h"

namespace mlir::norm {

/// The vector unit that code is emitted for.
struct VectorTarget {
  /// Width of a register in bits: 128, 256 or 512.
  unsigned bits = 128;
  /// Whether f16 vectors are converted by instructions; if not, by integer
  /// arithmetic. LLVM would call a function for each element.
  bool convertsHalf = false;
  /// Whether a * b + c is one instruction; if not, it is two roundings. LLVM
  /// would call a function for each element.
  bool fusesMultiplyAdd = false;
  /// Whether f32 vectors are rounded to bf16 by an instruction (which makes
  /// denormal results 0); if not, by integer arithmetic.
  bool convertsBF16 = false;
  /// Whether stores past the caches need a fence before other threads read.
  bool fencesStreams = false;
  /// A loop that reads and writes this many bytes or more, for each thread or
  /// in each row, stores its results past the caches: they would push out what
  /// is read again. Without a machine to ask, 1.5 times an L2 of 2 MiB, and
  /// half of that.
  int64_t streamBytes = 3 << 20;
  int64_t streamRowBytes = 3 << 19;
  /// If not 0, this decides instead: bytes of a loop, for all threads together,
  /// which have a cache near them in common.
  int64_t streamLoopBytes = 0;
  /// A loop of fewer rows than this has its threads share each long row.
  int64_t threads = 1;
  /// Whether narrowing to 16 bits is left to LLVM, which has code for it.
  bool narrowsByOp = false;

  /// Conversions of 16-bit floats and fused multiply-add by LLVM.
  static VectorTarget gpu();

  /// That of the machine which the compiler runs on if `bits` is 0; else, on
  /// x86, what every unit of `bits` bits can: all from 256 bits on (x86-64-v3),
  /// nothing beyond SSE2 with 128 bits.
  static VectorTarget get(unsigned bits);

  /// That of a machine with the given architecture and features, as LLVM names
  /// them: NEON on AArch64; 128 bits, and no instruction that LLVM does not
  /// choose by itself, where the architecture is neither that nor x86.
  static VectorTarget get(llvm::Triple::ArchType architecture,
                          const llvm::StringMap<bool> &features, unsigned bits);

  /// That of `unit`: sse2, avx2, avx512, avx512bf16, neon or generic, whatever
  /// machine the compiler runs on; get(bits) for cpu; none for other names.
  static std::optional<VectorTarget> get(StringRef unit, unsigned bits);

  /// What the options of norm-vectorize-rows name; failure, with a
  /// message to `emitError`, if one of them is none that it takes.
  static FailureOr<VectorTarget>
  get(StringRef unit, uint64_t bits, StringRef stores, int64_t threads,
      function_ref<InFlightDiagnostic()> emitError);
};

/// A row loop without vector code, and why, in words.
struct RowObstacle {
  Operation *op;
  std::string reason;
};

/// Turns each norm op and each row loop on memrefs under `root` into a parallel
/// loop over its rows, as the pass norm-vectorize-rows does. If one of them has
/// no vector code it is returned, and norm ops have become row loops, but no
/// more.
std::optional<RowObstacle> vectorizeRows(Operation *root,
                                         const VectorTarget &target);

/// Adds the pattern that replaces a norm op on memrefs of f64, f32, f16 and
/// bf16 by a parallel loop over its rows.
void populateNormVectorizeRowsPatterns(RewritePatternSet &patterns,
                                       VectorTarget target);

} // namespace mlir::norm

#endif // NORM_DIALECT_NORM_TRANSFORMS_VECTORIZEROWS_H
