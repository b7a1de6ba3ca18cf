//===- Folder.h - folders that are written as a whole -----------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_BUNDLE_FOLDER_H
#define NORM_LIB_BUNDLE_FOLDER_H

#include "norm/Bundle/Bundle.h"

namespace mlir::norm {

/// Writes `files` to a new folder beside `name`, which then takes its place. A
/// folder that is there must be empty or have a manifest. Whatever goes wrong,
/// `name` has the files of before or all the new ones.
llvm::Error replaceFolder(StringRef name, const std::vector<BundleFile> &files);

} // namespace mlir::norm

#endif // NORM_LIB_BUNDLE_FOLDER_H
