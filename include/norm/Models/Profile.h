//===- Profile.h - what the rows of norms were ------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// norm-run --instrument writes a profile, norm-partial reads one. It says for
// each norm of a function what its rows were, and how much they would change if
// a cheaper norm took its place:
//
//   rmsnorm -> prmsnorm:   |rstd_k / rstd - 1|, the same for all of a row
//   layernorm -> rmsnorm:  ||y' - y|| / ||y|| of a row, without scale and bias;
//                          sqrt(2 (1 - sqrt(1 - rho))) for epsilon = 0, where
//                          rho = mean^2 / mean square
//
//===----------------------------------------------------------------------===//

#ifndef NORM_MODELS_PROFILE_H
#define NORM_MODELS_PROFILE_H

#include "norm/Dialect/Norm/IR/NormDescription.h"
#include "norm/Models/Limits.h"
#include "norm/Models/Tally.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <string>
#include <vector>

namespace mlir::norm {

/// What a kernel tells of `count` rows: floats, or doubles where they are wide.
struct RowSamples {
  const void *mean;
  /// The mean square; of a layernorm the variance.
  const void *square;
  /// The mean square of the first k elements; unused for layernorm.
  const void *leading;
  int64_t count;
  bool isWide;
};

/// A norm whose rows are measured.
struct WatchedNorm {
  NormKind kind = NormKind::rmsnorm;
  /// "FILE:LINE:COLUMN" in the program, or other words.
  std::string location;
  /// What the caller calls it; empty for nothing.
  std::string name;
  int64_t rowLength = 0;
  /// How many elements `leading` is of; 0 for layernorm.
  int64_t k = 0;
  double epsilon = 0.0;
  EpsMode epsMode = EpsMode::inside;

  bool isCentred() const { return kind == NormKind::layernorm; }
};

/// What is measured of rows of one norm.
struct RowTallies {
  int64_t rows = 0;
  /// Rows that are left out of the tallies: with NaN, of a layernorm also with
  /// infinities of both signs; with infinity, or a sum that leaves the range;
  /// others whose squares leave it.
  int64_t nanRows = 0, infiniteRows = 0, overflowingRows = 0;
  /// Rows without a relative change: the norm or the cheaper one is 0 or not
  /// finite.
  int64_t undefinedRows = 0;
  Tally mean, rms, ratio, change;
  LogHistogram changes;

  /// Adds rows of `norm`.
  void add(const WatchedNorm &norm, const RowSamples &samples);
  void merge(const RowTallies &other);
};

/// What is measured of one norm, over all calls.
struct NormProfile : WatchedNorm, RowTallies {
  NormProfile() = default;
  explicit NormProfile(WatchedNorm norm) : WatchedNorm(std::move(norm)) {}

  int64_t calls = 0;
  /// Limits that were exceeded, each with the call that did so first.
  std::vector<Excess> excesses;

  /// Adds a call, whose rows are those of `call`.
  void addCall(const RowTallies &call, llvm::ArrayRef<Limit> limits);

private:
  /// Of the first call, where a limit compares with it.
  double firstMean = 0.0, firstRms = 0.0;

  double measure(LimitKind kind, const RowTallies &call) const;
};

/// The norms of one function, or of many.
struct Profile {
  /// See getFingerprint(). This and `entry` are empty where norms are of many
  /// programs.
  std::string program;
  std::string entry;
  int64_t calls = 0;
  std::vector<NormProfile> norms;
  /// Why norms, or whole programs, were not measured.
  std::vector<std::string> missed;
};

/// A number for the text of `module`, without locations.
std::string getFingerprint(ModuleOp module);

/// For files.
llvm::json::Value toJSON(const Profile &profile);
/// What a norm is called, and where it is.
std::string getNameAndPlace(const WatchedNorm &norm);
/// Whether the norm may become a cheaper one, and what rows were not finite.
std::string toSentence(const NormProfile &norm);
/// A sentence for each norm: whether it may become a cheaper one, what rows
/// were not finite, which limits were exceeded.
std::string toWords(const Profile &profile);
/// The limits that were exceeded, a line each; empty if none was.
std::string describeExcesses(const Profile &profile);
/// Reads the file `path`; an error if it is no profile of this version.
llvm::Expected<Profile> readProfile(StringRef path);

} // namespace mlir::norm

#endif // NORM_MODELS_PROFILE_H
