//===- NpyWriter.cpp - writing NumPy array files --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NpyFile.h"

#include "norm/Support/OutputFiles.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

/// NumPy's type code; bfloat16 becomes uint16, and 8-bit floats uint8, which
/// every reader has.
static std::string typeCode(NormDataType type) {
  std::string bytes = std::to_string(getElementBytes(type));
  const char *kind = type.code == NORM_TYPE_BOOL    ? "b"
                     : type.code == NORM_TYPE_FLOAT ? "f"
                     : type.code == NORM_TYPE_INT   ? "i"
                                                    : "u";
  return (bytes == "1" ? "|" : "<") + (kind + bytes);
}

/// Writes `tensor` as version 1 of the format: the data starts at a multiple of
/// 64 bytes, as NumPy has it.
static void writeNpy(const HostTensor &tensor, raw_ostream &os) {
  std::string shape;
  for (int64_t extent : tensor.shape)
    shape += std::to_string(extent) + ", ";
  if (tensor.shape.size() == 1)
    shape.pop_back();
  else
    shape.resize(shape.size() - (shape.empty() ? 0 : 2));
  std::string header = "{'descr': '" + typeCode(tensor.type) +
                       "', 'fortran_order': False, 'shape': (" + shape + "), }";
  constexpr size_t prefix = 10;
  header.resize(llvm::alignTo(prefix + header.size() + 1, 64) - prefix - 1,
                ' ');
  header += '\n';
  char length[2];
  llvm::support::endian::write16le(length, header.size());
  os << StringRef("\x93NUMPY\x01\x00", 8) << StringRef(length, 2) << header;
  os.write(tensor.data.get(), tensor.byteCount());
}

llvm::Error run::writeNpyFiles(ArrayRef<std::string> paths,
                               ArrayRef<const HostTensor *> tensors) {
  std::vector<OutputFile> files;
  for (auto [path, tensor] : llvm::zip_equal(paths, tensors))
    files.push_back(
        {path, [tensor = tensor](raw_ostream &os) { writeNpy(*tensor, os); }});
  return writeOutputs(files);
}
