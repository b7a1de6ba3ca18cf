//===- Samples.h - inputs at the edges, results element by element --------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a program and its raised form are run on, and what a difference between
// their results is called. docs/Fuzzing.md says which of these are wrong.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_FUZZCHECK_SAMPLES_H
#define NORM_TEST_FUZZCHECK_SAMPLES_H

#include "support/HostTensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <optional>

namespace mlir::norm::fuzz {

/// One set of inputs: random values, of which one element may be replaced.
struct Sample {
  enum class Kind {
    /// Random values; results may differ by a part of the largest of them.
    Ordinary,
    /// All numbers: one is the largest or the smallest, or all rows are scaled.
    Finite,
    /// One element is NaN or infinite.
    NonFinite,
    /// Another extent of a dynamic tensor, such as 0.
    Extents,
  };
  Kind kind;
  std::string name;
  /// Of the arguments of kind "x".
  double scale = 1;
  /// The argument with an unusual element.
  std::optional<unsigned> argument = std::nullopt;
  double value = 0;
};

/// The samples of `function`: each of its `fuzz.scales`, then the edges. Every
/// argument has a NaN once; which of the other edges are tried depends on
/// `generator`, since each costs a run.
SmallVector<Sample> samplesOf(func::FuncOp function,
                              std::mt19937_64 &generator);

/// Random arguments for `sample`.
llvm::Expected<SmallVector<run::HostTensor>>
makeArguments(func::FuncOp function, const Sample &sample,
              std::mt19937_64 &generator);

/// The largest absolute value of a tensor that is finite; at least 1e-30.
double largestFinite(const run::HostTensor &tensor);

/// The largest difference of two tensors, relative to the largest value of the
/// first; infinite where one has a NaN that the other has not.
double compare(const run::HostTensor &expected, const run::HostTensor &found);

/// How an element of a raised program differs from the program's as written.
struct Difference {
  /// "lost": NaN or infinite as written, finite when raised.
  /// "made": finite as written, NaN or infinite when raised.
  /// "turned": an infinity that becomes NaN or the other infinity.
  /// "kind": a NaN that becomes an infinity, such as x*g - m*g for g = inf.
  /// "differs": two numbers.
  /// "gained": the program as written is off, by the same in f64.
  /// "end": a number near the end of the range that becomes infinite.
  StringRef what;
  double written, raised;
  int64_t element;
};

/// The first difference of each kind. Numbers may differ by `tolerance` times
/// the larger of their own value and `magnitude`, that of ordinary results.
/// `exact` holds the results of the program in f64, where they are
/// known.
SmallVector<Difference> compareElements(const run::HostTensor &written,
                                        const run::HostTensor &raised,
                                        const run::HostTensor *exact,
                                        double tolerance, double magnitude,
                                        Sample::Kind kind);

} // namespace mlir::norm::fuzz

#endif // NORM_TEST_FUZZCHECK_SAMPLES_H
