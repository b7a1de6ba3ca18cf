//===- RowStrategy.cpp - how threads share rows ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Rows/RowStrategy.h"

#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;

std::string RowStrategy::getDescription() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (blocks > 1)
    os << (exchanges ? "a cluster of " : "") << blocks << " blocks for a row, "
       << threads << " threads each, ";
  else
    os << threads << " threads for a row, " << rows << " rows in a block, ";
  if (chunks)
    os << *chunks << " chunks of " << lanes << " elements in registers";
  else
    os << "chunks of " << lanes << " elements, ";
  if (!chunks && keepsRow)
    os << "kept in shared memory";
  else if (!chunks && sharedChunks != 0)
    os << "the first " << getSharedLength()
       << " elements kept in shared memory, the others ";
  if (!keepsRow)
    os << "read again in each sweep";
  if (maxGroups != 0)
    os << ", at most " << maxGroups << " blocks, which take rows in turn";
  return text;
}
