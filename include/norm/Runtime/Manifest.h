//===- Manifest.h - what a bundle has, and how to launch it -----*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// manifest.json of a bundle, read and checked; docs/Bundles.md has the schema.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_RUNTIME_MANIFEST_H
#define NORM_RUNTIME_MANIFEST_H

#include "norm/Runtime/Result.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace normrt {

/// The version of the manifest that this library reads.
constexpr int kManifestSchema = 1;

/// Parameters that a kernel has at most.
constexpr std::size_t kMaxParameters = 64;

/// Bytes that a file of a bundle has at most.
constexpr std::int64_t kMaxFileBytes = std::int64_t(1) << 32;

/// A number that is known when a kernel is launched: a constant, an extent, or
/// an operation on two such numbers.
struct Expr {
  enum class Kind {
    constant,
    extent,
    add,
    sub,
    mul,
    div,
    ceildiv,
    rem,
    min,
    max
  };
  Kind kind = Kind::constant;
  /// The constant, or the number of the extent.
  std::int64_t value = 0;
  /// Two, of an operation.
  std::vector<Expr> operands;

  /// The value where extent i is `extents[i]`; a division by 0 is 0. An error
  /// where it is no number of 64 bits.
  Result<std::int64_t> evaluate(const std::vector<std::int64_t> &extents) const;
};

/// "add" for Kind::add; empty for what is no operation.
const char *getOperatorName(Expr::Kind kind);

/// The bytes of a contiguous array; an error if they are more than 63 bits
/// count, or an extent is negative.
Result<std::int64_t> countBytes(const std::vector<std::int64_t> &shape,
                                unsigned elementBytes);

/// An argument of an entry: memory of the device, or a scalar.
struct ArgumentInfo {
  std::string name;
  /// As in MLIR: f32, bf16, i8, ...
  std::string type;
  unsigned elementBytes = 0;
  bool isScalar = false;
  bool isRead = true, isWritten = false;
  /// Constants and extents.
  std::vector<Expr> shape;
  /// In elements, constants and extents; none of an array that is row-major and
  /// contiguous.
  std::vector<Expr> strides;
  /// What the address must be a multiple of, a power of two.
  unsigned alignment = 1;
};

/// One parameter of a kernel.
struct ParameterInfo {
  enum class Kind { pointer, workspace, scalar, value };
  Kind kind = Kind::value;
  /// Which argument, or workspace, of the entry.
  unsigned argument = 0;
  /// 64 bits.
  Expr value;
};

/// One launch of a kernel.
struct LaunchInfo {
  std::string kernel;
  std::array<Expr, 3> grid, block, cluster;
  Expr dynamicSharedBytes;
  std::vector<ParameterInfo> parameters;
  /// Whether the kernel waits for the one before it by griddepcontrol.
  bool isDependent = false;
  /// How threads share rows, in words; empty if it is not told.
  std::string strategy;
  /// How many times an element of an input is loaded at most; 0: not told.
  int inputReads = 0;
  /// What ptxas said: registers of a thread, bytes of memory that it spills to.
  std::optional<int> registers, spilledBytes;
};

/// A file of the bundle.
struct FileInfo {
  std::string name;
  std::uint64_t bytes = 0;
  std::uint32_t crc32 = 0;
};

/// The code for one chip.
struct ImageInfo {
  /// sm_90 is 90.
  int chip = 0;
  FileInfo ptx;
  std::optional<FileInfo> cubin;
  /// The launches of each entry, in order.
  std::map<std::string, std::vector<LaunchInfo>> launches;
  /// The bytes of each workspace of each entry: memory that the launches of a
  /// call alone use, whose content before and after does not matter.
  std::map<std::string, std::vector<Expr>> workspaces;
};

/// An op of the body of a row loop, on single elements.
struct RowOpInfo {
  /// As in MLIR: arith.addf.
  std::string name;
  /// Of its first result; empty if it has none.
  std::string type;
  std::vector<std::size_t> operands;
  /// Of a constant.
  double value = 0;
  /// Of a comparison, and of a reduction.
  std::string predicate, kind;
  /// How many elements of a row are reduced, if not all.
  std::optional<std::int64_t> length;
};

/// An operand of a row loop: for each dimension of the array that of the loop,
/// or nothing for index 0.
struct RowOperandInfo {
  /// Which argument of the entry, or, counted on behind the last of these,
  /// which temporary.
  std::size_t argument = 0;
  std::vector<std::optional<std::size_t>> map;
};

/// What a row loop computes.
struct RowLoopInfo {
  /// Constants and extents.
  std::vector<Expr> extents;
  /// The dimensions of a row; the others count rows.
  std::vector<std::size_t> row;
  /// Those of the others over which results that have none of them are added
  /// up.
  std::vector<std::size_t> accumulate;
  /// The first `inputs` are read, the others are written.
  std::vector<RowOperandInfo> operands;
  std::size_t inputs = 0;
  /// Values are numbered: the inputs, and the results of each op.
  std::vector<RowOpInfo> body;
  /// What is written to each operand after the inputs.
  std::vector<std::size_t> results;
};

/// A function of the program.
struct EntryInfo {
  std::string name;
  /// Names of the extents that a caller decides.
  std::vector<std::string> extents;
  std::vector<ArgumentInfo> arguments;
  /// The computation, loop by loop, if the bundle has it.
  std::optional<std::vector<RowLoopInfo>> reference;
  /// Arrays that loops of the reference write and later ones read.
  std::vector<ArgumentInfo> temporaries;

  /// The array that an operand of the reference is.
  const ArgumentInfo &array(std::size_t number) const {
    return number < arguments.size() ? arguments[number]
                                     : temporaries[number - arguments.size()];
  }
};

struct Manifest {
  std::string producer;
  std::vector<EntryInfo> entries;
  std::vector<ImageInfo> images;

  /// Parses the text of a manifest; an error names what is wrong.
  static Result<Manifest> parse(const std::string &text);
};

/// The CRC-32 of zlib.
std::uint32_t crc32(const std::string &bytes);

} // namespace normrt

#endif // NORM_RUNTIME_MANIFEST_H
