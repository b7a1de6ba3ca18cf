//===- Sections.h - parts of a page -----------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_REPORT_SECTIONS_H
#define NORM_LIB_REPORT_SECTIONS_H

#include "norm/Report/Report.h"

namespace mlir::norm::report {

/// Each writes a part of the page with its head, or nothing where the report
/// has nothing of the kind: where the norms are under the roof of the target,
/// or under the copy that was measured;
void writeRoofline(const Report &report, raw_ostream &os);
/// what norm-fuse-rows makes of the norms, and what stays outside;
void writeRowLoops(const Report &report, raw_ostream &os);
/// measured times beside predicted ones;
void writeMeasured(const Report &report, raw_ostream &os);
/// what changed since an earlier report;
void writeDifference(const Report &report, raw_ostream &os);
/// what was not raised, and why;
void writeMisses(const Report &report, raw_ostream &os);
/// how all that is counted.
void writeNotes(const Report &report, raw_ostream &os);

/// Places with what stands there, a line each; a list of places where no file
/// was read.
std::string toPlaces(ArrayRef<SourcePosition> positions);

} // namespace mlir::norm::report

#endif // NORM_LIB_REPORT_SECTIONS_H
