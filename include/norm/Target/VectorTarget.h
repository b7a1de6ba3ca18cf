//===- VectorTarget.h - CPUs that code is made for --------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TARGET_VECTORTARGET_H
#define NORM_TARGET_VECTORTARGET_H

#include "norm/Target/Caches.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Triple.h"

namespace mlir::norm {

/// Where row loops store their results.
enum class Stores {
  /// Past the caches where they would push out what is read again.
  byCaches,
  plain,
  streaming
};

/// A loop that reads and writes this many bytes or more stores its results past
/// the caches.
struct StoreLimits {
  /// The bytes that a thread reads and writes before results go past the
  /// caches, as a part of its L2, and that all threads do, of an L3 near the
  /// cores: in percent, after measurements of an Intel with 2 MB of L2 and of a
  /// Zen 4 with 32 MB of L3 (docs/Rationale.md).
  static constexpr int64_t kPercentOfSecond = 120, kPercentOfThird = 60;
  /// Of several threads, which together write past the caches no faster than
  /// one does, if half of the bytes are written (a Zen 5).
  static constexpr int64_t kPercentOfThirdOfSeveral = 90;

  /// For each thread, or, with `loop`, for all of them, which have a cache near
  /// them in common; and what a thread has of a row.
  int64_t thread = 0, row = 0;
  /// If not 0, this alone decides: bytes of the loop for all threads.
  int64_t loop = 0;
};

/// A function of the program, `i64 (i64 level)`: the bytes of a cache of the
/// core that it runs on, 0 where that is not known. Where a module declares it,
/// code asks it instead of what the compiler knows of caches; norm-compile
/// defines it.
inline constexpr StringLiteral kCacheQuery = "norm_cache_bytes";

/// The vector unit, the caches and the threads that code is emitted for.
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
  /// Whether a row of bf16 is run through in even and odd elements: two vectors
  /// of f32 are widened from one load by a shift and a mask, and narrowed by a
  /// shift and a blend. x86 has nothing as short for elements in their order.
  bool pairsBF16 = false;
  /// Whether stores past the caches need a fence before other threads read.
  bool fencesStreams = false;
  /// Operations that a core has under way at most, where it would otherwise run
  /// ahead of its buffers for lines of memory (RowPace.h); 0 where it need not
  /// be held back.
  int64_t window = 0;
  /// Whether narrowing to 16 bits is left to LLVM, which has code for it.
  bool narrowsByOp = false;
  /// The caches of a core; Caches::unknown() without a machine to ask.
  Caches caches = Caches::unknown();
  /// Whether code asks for the caches where it runs (kCacheQuery).
  bool asksCaches = false;
  Stores stores = Stores::byCaches;
  /// A loop of fewer rows than this has its threads share each long row.
  int64_t threads = 1;

  /// What decides where a loop stores; `writesHalf`: whether half of the bytes
  /// that it moves are written.
  StoreLimits getStoreLimits(bool writesHalf) const;
  /// What a loop may have of an L3 near the cores, in percent.
  int64_t getPercentOfThird(bool writesHalf) const {
    return writesHalf && threads > 1 ? StoreLimits::kPercentOfThirdOfSeveral
                                     : StoreLimits::kPercentOfThird;
  }

  /// What emitters of GPU code ask for: conversions of 16-bit floats and fused
  /// multiply-add by LLVM.
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
  /// machine the compiler runs on; with its caches that of a processor, znver4,
  /// znver5 or sapphirerapids; get(bits) for cpu; none for other names.
  static std::optional<VectorTarget> get(StringRef unit, unsigned bits);

  /// What the options of norm-vectorize-rows name; failure, with a
  /// message to `emitError`, if one of them is none that it takes.
  static FailureOr<VectorTarget>
  get(StringRef unit, uint64_t bits, StringRef stores, int64_t threads,
      function_ref<InFlightDiagnostic()> emitError);
};

/// Prints "512-bit vectors; L1 48 KiB, L2 2 MiB (sysfs)".
llvm::raw_ostream &operator<<(llvm::raw_ostream &os,
                              const VectorTarget &target);

} // namespace mlir::norm

#endif // NORM_TARGET_VECTORTARGET_H
