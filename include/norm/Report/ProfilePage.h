//===- ProfilePage.h - a profile as a page ----------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_REPORT_PROFILEPAGE_H
#define NORM_REPORT_PROFILEPAGE_H

#include "norm/Models/Profile.h"

namespace mlir::norm {

/// A page that needs nothing besides itself: a table of norms, for each the
/// histogram of changes, limits that were exceeded, what was not measured.
void printProfileAsHTML(const Profile &profile, raw_ostream &os);

} // namespace mlir::norm

#endif // NORM_REPORT_PROFILEPAGE_H
