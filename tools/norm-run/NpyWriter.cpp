//===- NpyWriter.cpp - writing NumPy array files --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NpyFile.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

/// NumPy's type code; bfloat16 becomes uint16, and 8-bit floats uint8, which
/// every reader has.
static std::string typeCode(Type elementType) {
  std::string bytes = std::to_string(elementBytes(elementType));
  if (elementType.isInteger(1))
    return "|b1";
  bool isBits = elementType.isBF16() ||
                (isa<FloatType>(elementType) && elementBytes(elementType) == 1);
  std::string kind = isBits                            ? "u"
                     : isa<FloatType>(elementType)     ? "f"
                     : elementType.isUnsignedInteger() ? "u"
                                                       : "i";
  return (bytes == "1" ? "|" : "<") + kind + bytes;
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
  std::string header = "{'descr': '" + typeCode(tensor.elementType) +
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

static llvm::Error cannotWrite(StringRef path, const Twine &reason) {
  return llvm::createStringError("cannot write " + path + ": " + reason);
}

/// Writes to a target that cannot be renamed onto, such as a pipe.
static llvm::Error writeDirectly(StringRef path, const HostTensor &tensor) {
  std::error_code code;
  llvm::raw_fd_ostream os(path, code);
  if (code)
    return cannotWrite(path, code.message());
  writeNpy(tensor, os);
  os.close();
  code = os.error();
  os.clear_error();
  return code ? cannotWrite(path, code.message()) : llvm::Error::success();
}

/// Writes a temporary file in the target's folder.
static llvm::Expected<llvm::sys::fs::TempFile>
writeBeside(StringRef path, const HostTensor &tensor) {
  auto file = llvm::sys::fs::TempFile::create(path + ".tmp%%%%%%");
  if (!file)
    return cannotWrite(path, llvm::toString(file.takeError()));
  llvm::raw_fd_ostream os(file->FD, /*shouldClose=*/false);
  writeNpy(tensor, os);
  os.flush();
  if (std::error_code code = os.error()) {
    os.clear_error();
    llvm::consumeError(file->discard());
    return cannotWrite(path, code.message());
  }
  return std::move(*file);
}

llvm::Error run::writeNpyFiles(ArrayRef<std::string> paths,
                               ArrayRef<const HostTensor *> tensors) {
  SmallVector<std::pair<StringRef, llvm::sys::fs::TempFile>> written;
  auto abandon = [&](llvm::Error error) {
    for (auto &[path, file] : written)
      llvm::consumeError(file.discard());
    return error;
  };
  SmallVector<std::pair<StringRef, const HostTensor *>> direct;
  for (auto [path, tensor] : llvm::zip_equal(paths, tensors)) {
    if (llvm::sys::fs::is_directory(path))
      return abandon(cannotWrite(path, "it is a directory"));
    if (llvm::sys::fs::exists(path) && !llvm::sys::fs::is_regular_file(path)) {
      direct.emplace_back(path, tensor);
      continue;
    }
    auto file = writeBeside(path, *tensor);
    if (!file)
      return abandon(file.takeError());
    written.emplace_back(path, std::move(*file));
  }
  for (auto [path, tensor] : direct)
    if (llvm::Error error = writeDirectly(path, *tensor))
      return abandon(std::move(error));
  while (!written.empty()) {
    auto [path, file] = written.pop_back_val();
    if (llvm::Error error = file.keep(path)) {
      llvm::consumeError(file.discard());
      return abandon(cannotWrite(path, llvm::toString(std::move(error))));
    }
  }
  return llvm::Error::success();
}
