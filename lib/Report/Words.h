//===- Words.h - figures of a report in words -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_REPORT_WORDS_H
#define NORM_LIB_REPORT_WORDS_H

#include "norm/Report/Report.h"

namespace mlir::norm::report {

/// As it prints.
template <typename T> std::string toText(const T &value) {
  std::string text;
  llvm::raw_string_ostream(text) << value;
  return text;
}

/// "?" where it is not known.
std::string toExtent(int64_t extent);

/// "12345" up to five digits, then "123.5 k", "1.235 M" and so on.
std::string toCount(int64_t number);

/// "3136 B", "123.5 kB".
std::string toBytes(int64_t bytes);

/// "file:3".
std::string toLine(const SourcePosition &position);

/// "file:3-14", or the first and the last place if they are in two files.
std::string toPlace(ArrayRef<SourcePosition> positions);

/// Storage type of x, that of y if it is another one, and C.
std::string toTypes(const ReportedNorm &norm);

/// "1e-05 inside".
std::string toEpsilon(const ReportedNorm &norm);

/// "f32", "1 + bf16 of f32", or "-".
std::string toScale(const ReportedNorm &norm);

/// "2 arith.addf, 1 math.rsqrt".
std::string toList(const std::map<std::string, unsigned> &counts);

/// "7 ops: 6 linalg.generic, 1 linalg.fill".
std::string toSources(const ReportedNorm &norm);

/// Bytes before over bytes after, "1.53", or "-".
std::string toRatio(const LoopCost &before, const LoopCost &after);

/// "2.4 %", "31 %".
std::string toPercent(double share);

/// The part of the bytes of `whole` that `part` has, or "-".
std::string toShare(const LoopCost &part, const LoopCost &whole);

/// "same", "-12.5 %", "40 times", or "new" where there was none.
std::string toChange(int64_t earlier, int64_t now);

/// Seconds in microseconds, three digits.
std::string toMicroseconds(double seconds);

/// A part of a report that is compared with an earlier one: the words for it,
/// and both figures.
struct ComparedFigure {
  std::string name;
  int64_t earlier, now;
};

/// What is compared of two reports as wholes.
std::vector<ComparedFigure> getComparedFigures(const Report &report);

/// The command that measures `norm`; none for shapes that are not known.
std::string toBenchCommand(const ReportedNorm &norm);

/// Numbers of norms from 1: "1, 3".
std::string toNumbers(ArrayRef<size_t> norms);

/// Microseconds that `target` takes for the bytes.
std::string toMicroseconds(const LoopCost &cost, const Machine &target);

/// A time of norm-bench beside what is predicted for `norm`, in microseconds:
/// threads, where the data was, predicted, copy, measured, median, and the part
/// of the copy's speed.
SmallVector<std::string> toMeasuredCells(const Report &report,
                                         const ReportedNorm &norm,
                                         const Measurement &measured);

} // namespace mlir::norm::report

#endif // NORM_LIB_REPORT_WORDS_H
