//===- NpyFile.cpp - reading NumPy array files ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NpyFile.h"

#include "norm/Support/InputFiles.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cstring>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

/// The first six bytes of every array file.
static constexpr StringLiteral kMagic("\x93NUMPY");

static llvm::Error fileError(StringRef path, const Twine &message) {
  return llvm::createStringError(path + ": " + message);
}

//===----------------------------------------------------------------------===//
// The header
//===----------------------------------------------------------------------===//

/// The text after `'key':` in the header's dictionary; empty if it is missing.
static StringRef valueOf(StringRef dictionary, StringRef key) {
  for (char quote : {'\'', '"'}) {
    std::string quoted = (Twine(quote) + key + Twine(quote)).str();
    size_t position = dictionary.find(quoted);
    if (position == StringRef::npos)
      continue;
    StringRef rest = dictionary.drop_front(position + quoted.size()).ltrim();
    if (rest.consume_front(":"))
      return rest.ltrim();
  }
  return {};
}

/// Reads a tuple of extents, "(2, 3)", "(7,)" or "()".
static bool parseShape(StringRef text, SmallVectorImpl<int64_t> &shape) {
  if (!text.consume_front("("))
    return false;
  size_t end = text.find(')');
  if (end == StringRef::npos)
    return false;
  SmallVector<StringRef> extents;
  text.take_front(end).split(extents, ',', /*MaxSplit=*/-1,
                             /*KeepEmpty=*/false);
  for (StringRef extentText : extents) {
    extentText = extentText.trim();
    if (extentText.empty())
      continue;
    int64_t extent;
    if (extentText.getAsInteger(10, extent) || extent < 0)
      return false;
    shape.push_back(extent);
  }
  return true;
}

llvm::Error NpyFile::parseHeader() {
  StringRef bytes = buffer->getBuffer();
  if (!bytes.starts_with(kMagic))
    return fileError(path,
                     "expected a NumPy array file (.npy), found " +
                         (bytes.starts_with("PK") ? Twine("an archive (.npz?)")
                                                  : Twine("something else")));
  // Version 1 has two bytes of header length, versions 2 and 3 have four.
  if (bytes.size() < 12)
    return fileError(path, "the header is truncated");
  unsigned version = static_cast<unsigned char>(bytes[6]);
  if (version < 1 || version > 3)
    return fileError(path, "expected version 1, 2 or 3 of the format, found " +
                               Twine(version));
  size_t start = version == 1 ? 10 : 12;
  size_t length = version == 1
                      ? llvm::support::endian::read16le(bytes.data() + 8)
                      : llvm::support::endian::read32le(bytes.data() + 8);
  if (bytes.size() - start < length)
    return fileError(path, "the header is truncated");
  StringRef header = bytes.substr(start, length);
  dataOffset = start + length;

  StringRef descrText = valueOf(header, "descr");
  if (descrText.empty() || (descrText[0] != '\'' && descrText[0] != '"'))
    return fileError(path, "expected elements of one simple type");
  descr = descrText.drop_front()
              .take_until([&](char c) { return c == descrText[0]; })
              .str();
  StringRef size =
      StringRef(descr).drop_front(std::min<size_t>(descr.size(), 2));
  if (descr.size() < 3 || !StringRef("<>|=").contains(descr[0]) ||
      !StringRef("fiubV").contains(descr[1]) ||
      size.getAsInteger(10, itemBytes) || itemBytes == 0)
    return fileError(path, "cannot read elements of type '" + descr + "'");

  StringRef order = valueOf(header, "fortran_order");
  fortranOrder = order.starts_with("True");
  if (!fortranOrder && !order.starts_with("False"))
    return fileError(path, "the header names no fortran_order");
  if (!parseShape(valueOf(header, "shape"), shape))
    return fileError(path, "the header names no shape");
  return llvm::Error::success();
}

llvm::Expected<NpyFile> NpyFile::open(StringRef path) {
  auto buffer = readInput(path);
  if (!buffer)
    return fileError(path, llvm::toString(buffer.takeError()));
  NpyFile file;
  file.path = path.str();
  file.buffer = std::move(*buffer);
  if (llvm::Error error = file.parseHeader())
    return error;

  int64_t expected = file.itemBytes;
  for (int64_t extent : file.shape)
    if (llvm::MulOverflow(expected, extent, expected))
      return fileError(path, "shape " + getShapeText(file.shape) +
                                 " does not fit into memory");
  int64_t found = file.buffer->getBufferSize() - file.dataOffset;
  if (found != expected)
    return fileError(path, Twine(found < expected ? "truncated: " : "") +
                               file.describe() + " takes " + Twine(expected) +
                               " bytes, found " + Twine(found));
  return file;
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

bool NpyFile::holds(Type elementType) const {
  NormDataType type = getDataType(elementType).value();
  StringRef code = getElementCode();
  std::string bytes = std::to_string(getElementBytes(type));
  switch (type.code) {
  case NORM_TYPE_FLOAT:
    return code == "f" + bytes;
  case NORM_TYPE_BOOL:
    return code == "b1";
  case NORM_TYPE_UINT:
    return code == "u" + bytes;
  case NORM_TYPE_INT:
    // Integers without a sign are either.
    return code == "i" + bytes ||
           (elementType.isSignlessInteger() && code == "u" + bytes);
  default:
    return code == "u" + bytes || code == "V" + bytes;
  }
}

std::string NpyFile::describe() const {
  return "shape " + getShapeText(shape) + " of '" + descr + "'";
}

/// Copies column-major `source` into row-major `target`.
static void transposeToRowMajor(const char *source, HostTensor &target,
                                size_t itemBytes) {
  int64_t rank = target.shape.size(), count = target.elementCount();
  SmallVector<int64_t> stride(rank, 1), index(rank, 0);
  for (int64_t dim = 1; dim < rank; ++dim)
    stride[dim] = stride[dim - 1] * target.shape[dim - 1];
  int64_t offset = 0;
  for (int64_t i = 0; i < count; ++i) {
    std::memcpy(target.data.get() + i * itemBytes, source + offset * itemBytes,
                itemBytes);
    for (int64_t dim = rank - 1; dim >= 0; --dim) {
      offset += stride[dim];
      if (++index[dim] < target.shape[dim])
        break;
      offset -= stride[dim] * target.shape[dim];
      index[dim] = 0;
    }
  }
}

llvm::Expected<HostTensor> NpyFile::read(NormDataType type) const {
  llvm::Expected<HostTensor> tensor = allocate(type, shape);
  if (!tensor)
    return tensor;
  const char *source = buffer->getBufferStart() + dataOffset;
  if (fortranOrder && shape.size() > 1)
    transposeToRowMajor(source, *tensor, itemBytes);
  else
    std::memcpy(tensor->data.get(), source, tensor->byteCount());
  if (descr[0] == '>' && llvm::endianness::native == llvm::endianness::little)
    for (int64_t i = 0, count = tensor->elementCount(); i < count; ++i)
      std::reverse(tensor->data.get() + i * itemBytes,
                   tensor->data.get() + (i + 1) * itemBytes);
  return tensor;
}
