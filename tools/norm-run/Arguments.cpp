//===- Arguments.cpp - arguments of the entry function --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"

#include "NpyFile.h"
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

static std::string text(Location loc) {
  std::string result;
  llvm::raw_string_ostream os(result);
  if (auto file = loc->findInstanceOf<FileLineColLoc>())
    os << file.getFilename().getValue() << ":" << file.getLine() << ":"
       << file.getColumn() << ": ";
  return result;
}

/// The reason why `type` cannot be passed; empty if it can.
static std::string unsupported(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor)
    return "expected a ranked tensor, got " + text(type);
  if (tensor.getEncoding())
    return "expected a dense tensor, got " + text(type);
  if (elementBytes(tensor.getElementType()) == 0)
    return "expected elements of f64, f32, f16, bf16, f8E4M3FN, f8E5M2, index "
           "or an integer of 1, 8, 16, 32 or 64 bits, got " +
           text(type);
  return {};
}

llvm::Expected<func::FuncOp> run::findEntry(ModuleOp module, StringRef name) {
  auto entry = module.lookupSymbol<func::FuncOp>(name);
  if (!entry) {
    SmallVector<std::string> names;
    for (auto function : module.getOps<func::FuncOp>())
      names.push_back("'" + function.getName().str() + "'");
    return llvm::createStringError(
        "no function '" + name + "', the file has " +
        (names.empty() ? Twine("none") : Twine(llvm::join(names, ", "))));
  }
  std::string where = text(entry.getLoc()) + "function '" + name.str() + "'";
  if (entry.isExternal())
    return llvm::createStringError(where + " has no body");
  for (auto [i, type] : llvm::enumerate(entry.getArgumentTypes()))
    if (std::string reason = unsupported(type); !reason.empty())
      return llvm::createStringError(where + ", argument " + Twine(i) + ": " +
                                     reason);
  for (auto [i, type] : llvm::enumerate(entry.getResultTypes()))
    if (std::string reason = unsupported(type); !reason.empty())
      return llvm::createStringError(where + ", result " + Twine(i) + ": " +
                                     reason);
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
  return file->read(elementType);
}

llvm::Expected<SmallVector<HostTensor>>
run::prepareArguments(func::FuncOp entry, ArrayRef<std::string> files,
                      std::optional<uint64_t> seed) {
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
    auto type = cast<RankedTensorType>(argumentType);
    if (i >= files.size() && !type.hasStaticShape())
      return llvm::createStringError(
          "argument " + Twine(i) + " expects " + text(type) +
          ", whose shape only an --input file can give");
    llvm::Expected<HostTensor> argument =
        i < files.size() ? readArgument(i, type, files[i])
                         : allocate(type.getElementType(), type.getShape());
    if (!argument)
      return argument.takeError();
    if (i >= files.size())
      fillRandom(*argument, generator);
    arguments.push_back(std::move(*argument));
  }
  return arguments;
}
