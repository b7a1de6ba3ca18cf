//===- Markup.h - text and formulas of a page -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_REPORT_MARKUP_H
#define NORM_LIB_REPORT_MARKUP_H

#include "norm/Report/Report.h"

namespace mlir::norm::report {

/// `text` as the content or the quoted attribute of an element. What is not
/// UTF-8, and what XML cannot hold, becomes U+FFFD.
std::string toMarkup(StringRef text);

/// What `norm` computes, as MathML, with the formula in words for those who do
/// not see it.
std::string toFormula(const ReportedNorm &norm);

/// The styles of the page.
extern const char *const kStyles;

} // namespace mlir::norm::report

#endif // NORM_LIB_REPORT_MARKUP_H
