//===- InputFiles.h - files that a run reads --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_SUPPORT_INPUTFILES_H
#define NORM_SUPPORT_INPUTFILES_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>

namespace mlir::norm {

/// Bytes that a pipe, a device or standard input may give: /dev/zero has no
/// end. A regular file may have any size.
constexpr uint64_t kMaxStreamBytes = uint64_t(512) << 20;

/// The content of `path`, or of standard input for "-", with a zero behind it.
/// The error has no path.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readInput(StringRef path);

/// Brackets within brackets that the tools take, by MLIR's parser, which goes
/// down into them by recursion.
constexpr unsigned kMaxNesting = 1000;

/// Where in `text`, a program, more than `most` brackets are within each other.
/// Brackets in strings and comments do not count.
std::optional<size_t> findDeepNesting(StringRef text, unsigned most);

/// A program to be parsed: readInput(), and an error with line and column where
/// brackets are nested more than kMaxNesting deep.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readProgram(StringRef path);

} // namespace mlir::norm

#endif // NORM_SUPPORT_INPUTFILES_H
