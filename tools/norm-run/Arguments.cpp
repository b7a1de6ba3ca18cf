//===- Arguments.cpp - arguments of the entry function --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"

#include "NpyFile.h"
#include "Part.h"
#include "norm/Execution/Failure.h"
#include "norm/Execution/Program.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

static std::string text(Type type) {
  std::string result;
  llvm::raw_string_ostream(result) << type;
  return result;
}

llvm::Expected<func::FuncOp> run::findTensorFunction(ModuleOp module,
                                                     StringRef name) {
  llvm::Expected<func::FuncOp> entry = findEntry(module, name);
  if (!entry)
    return entry;
  for (auto [i, type] : llvm::enumerate(entry->getArgumentTypes()))
    if (!isa<RankedTensorType>(type))
      return makeFailure(NORM_INVALID_ARGUMENT, entry->getLoc(),
                         "function '" + name + "', argument " + Twine(i) +
                             ": expected a ranked tensor, got " + text(type));
  llvm::Expected<Signature> signature = getSignature(*entry);
  if (!signature)
    return signature.takeError();
  return entry;
}

/// Whether a tensor of `shape` can be passed where `type` is expected.
static bool shapeFits(RankedTensorType type, ArrayRef<int64_t> shape) {
  return type.getRank() == static_cast<int64_t>(shape.size()) &&
         llvm::all_of_zip(
             type.getShape(), shape, [](int64_t expected, int64_t found) {
               return ShapedType::isDynamic(expected) || expected == found;
             });
}

static llvm::Expected<HostTensor>
readArgument(unsigned number, RankedTensorType type, StringRef path) {
  llvm::Expected<NpyFile> file = NpyFile::open(path);
  if (!file)
    return file.takeError();
  Type elementType = type.getElementType();
  if (!shapeFits(type, file->getShape()) || !file->holds(elementType))
    return llvm::createStringError(
        "argument " + Twine(number) + " expects " + text(type) +
        (elementType.isBF16() ? " (bf16 as uint16 or void of 2 bytes)" : "") +
        ", " + path + " has " + file->describe());
  return file->read(*getDataType(elementType));
}

std::pair<std::string, bool> run::insertRank(StringRef path, int64_t rank) {
  SmallVector<StringRef> pieces;
  path.split(pieces, "%r");
  return {llvm::join(pieces, std::to_string(rank)), pieces.size() > 1};
}

std::string run::insertCall(StringRef path, int64_t call) {
  SmallVector<StringRef> pieces;
  path.split(pieces, "%c");
  return llvm::join(pieces, std::to_string(call));
}

/// Argument `number` from a file, or random values where there is none.
static llvm::Expected<HostTensor> prepareWhole(unsigned number,
                                               RankedTensorType type,
                                               StringRef file,
                                               std::mt19937_64 &generator) {
  if (!file.empty())
    return readArgument(number, type, file);
  if (!type.hasStaticShape())
    return llvm::createStringError(
        "argument " + Twine(number) + " expects " + text(type) +
        ", whose shape only an --input file can give");
  auto argument =
      allocate(*getDataType(type.getElementType()), type.getShape());
  if (argument)
    fillRandom(*argument, generator);
  return argument;
}

/// The same for process `rank`, which has a part where `part` says so.
static llvm::Expected<HostTensor>
prepareArgument(unsigned number, RankedTensorType type,
                const std::optional<Part> &part, StringRef file, int64_t rank,
                std::mt19937_64 &generator) {
  auto [path, isOwn] = insertRank(file, rank);
  if (!part || isOwn)
    return prepareWhole(number, type, path, generator);
  auto whole =
      prepareWhole(number, type.clone(part->getWhole()), path, generator);
  if (!whole)
    return whole;
  return part->resolve(whole->shape).cut(*whole, rank);
}

llvm::Expected<SmallVector<HostTensor>>
run::prepareArguments(func::FuncOp entry, ArrayRef<std::string> files,
                      std::optional<uint64_t> seed, int64_t rank) {
  unsigned count = entry.getNumArguments();
  if (files.size() > count || (files.size() < count && !seed))
    return llvm::createStringError(
        "function '" + entry.getName() + "' expects " + Twine(count) +
        (count == 1 ? " input" : " inputs") + ", got " + Twine(files.size()) +
        (files.size() < count ? "; --random=SEED fills the arguments left over"
                              : ""));
  SmallVector<HostTensor> arguments;
  std::mt19937_64 generator(seed.value_or(0));
  for (auto [i, argumentType] : llvm::enumerate(entry.getArgumentTypes())) {
    auto argument = prepareArgument(
        i, cast<RankedTensorType>(argumentType), Part::ofArgument(entry, i),
        i < files.size() ? StringRef(files[i]) : StringRef(), rank, generator);
    if (!argument)
      return argument.takeError();
    arguments.push_back(std::move(*argument));
  }
  return arguments;
}
