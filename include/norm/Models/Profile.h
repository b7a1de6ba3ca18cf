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
#include "norm/Models/Tally.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <string>
#include <vector>

namespace mlir::norm {

/// What is measured of one row.
struct RowSample {
  double mean = 0.0;
  /// The mean square; of a layernorm the variance.
  double square = 0.0;
  /// The mean square of the first k elements; unused for layernorm.
  double leading = 0.0;
};

/// What is measured of one norm, over all of its rows.
struct NormProfile {
  NormKind kind = NormKind::rmsnorm;
  std::string location;
  int64_t rowLength = 0;
  /// How many elements `leading` is of; 0 for layernorm.
  int64_t k = 0;
  double epsilon = 0.0;
  EpsMode epsMode = EpsMode::inside;

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

  void add(const RowSample &row);
  void merge(const NormProfile &other);
};

/// The relative change of a row where the cheaper norm takes the place of the
/// norm of `profile`; not finite if there is none.
double getChange(const NormProfile &profile, const RowSample &row);

/// The norms of one function.
struct Profile {
  /// See getFingerprint().
  std::string program;
  std::string entry;
  int64_t calls = 0;
  std::vector<NormProfile> norms;
};

/// A number for the text of `module`, without locations.
std::string getFingerprint(ModuleOp module);

/// For files.
llvm::json::Value toJSON(const Profile &profile);
/// Reads the file `path`; an error if it is no profile of this version.
llvm::Expected<Profile> readProfile(StringRef path);

} // namespace mlir::norm

#endif // NORM_MODELS_PROFILE_H
