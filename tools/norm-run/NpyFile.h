//===- NpyFile.h - NumPy array files ----------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads and writes NumPy's .npy format (versions 1 to 3 of the header). The
// readers that Debian packages (xtensor's xnpy) know neither float16 nor the
// void type that stands for bfloat16, and report errors by exceptions.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_RUN_NPYFILE_H
#define NORM_TOOLS_NORM_RUN_NPYFILE_H

#include "../support/HostTensor.h"
#include "llvm/Support/MemoryBuffer.h"

#include <string>

namespace mlir::norm::run {

/// An array file whose header has been read and whose length fits the header.
class NpyFile {
public:
  /// Opens `path`; the errors name the file: missing, no array file, truncated,
  /// an element type that is a record or an object.
  static llvm::Expected<NpyFile> open(StringRef path);

  StringRef getPath() const { return path; }
  ArrayRef<int64_t> getShape() const { return shape; }

  /// NumPy's name for the element type without the byte order: "f4", "V2".
  StringRef getElementCode() const { return StringRef(descr).drop_front(); }

  /// Whether the elements can be taken as `elementType` bit by bit: bfloat16 is
  /// stored as uint16 or as a void of two bytes, the others as NumPy has them.
  bool holds(Type elementType) const;

  /// "shape [2, 64] of '<f4'", for diagnostics.
  std::string describe() const;

  /// The elements in row-major order and in this machine's byte order, whatever
  /// the order in the file.
  llvm::Expected<HostTensor> read(NormDataType type) const;

private:
  llvm::Error parseHeader();

  std::string path;
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  std::string descr;
  bool fortranOrder = false;
  SmallVector<int64_t> shape;
  size_t itemBytes = 0;
  size_t dataOffset = 0;
};

/// Writes array files, as writeOutputs(): all together or not at all.
llvm::Error writeNpyFiles(ArrayRef<std::string> paths,
                          ArrayRef<const HostTensor *> tensors);

} // namespace mlir::norm::run

#endif // NORM_TOOLS_NORM_RUN_NPYFILE_H
