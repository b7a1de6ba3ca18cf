//===- CFunctions.cpp - compiled functions as C calls them ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/CFunctions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/ScopedPrinter.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

StringRef run::getCType(Type type) {
  if (type.isF32())
    return "float";
  if (type.isF64())
    return "double";
  if (type.isF16())
    return "norm_f16";
  if (type.isBF16())
    return "norm_bf16";
  if (type.isIndex())
    return "int64_t";
  if (!isa<IntegerType>(type))
    return "";
  bool isUnsigned = type.isUnsignedInteger();
  switch (type.getIntOrFloatBitWidth()) {
  case 1:
    return "bool";
  case 8:
    return isUnsigned ? "uint8_t" : "int8_t";
  case 16:
    return isUnsigned ? "uint16_t" : "int16_t";
  case 32:
    return isUnsigned ? "uint32_t" : "int32_t";
  case 64:
    return isUnsigned ? "uint64_t" : "int64_t";
  default:
    return "";
  }
}

/// Keywords of C and C++, and names that the header or what it includes has.
static bool isTaken(StringRef name) {
  static const llvm::StringSet<> reserved = {"alignas",
                                             "alignof",
                                             "and",
                                             "and_eq",
                                             "asm",
                                             "auto",
                                             "bitand",
                                             "bitor",
                                             "bool",
                                             "break",
                                             "case",
                                             "catch",
                                             "char",
                                             "char16_t",
                                             "char32_t",
                                             "char8_t",
                                             "class",
                                             "co_await",
                                             "co_return",
                                             "co_yield",
                                             "compl",
                                             "concept",
                                             "const",
                                             "const_cast",
                                             "consteval",
                                             "constexpr",
                                             "constinit",
                                             "continue",
                                             "decltype",
                                             "default",
                                             "delete",
                                             "do",
                                             "double",
                                             "dynamic_cast",
                                             "else",
                                             "enum",
                                             "explicit",
                                             "export",
                                             "extern",
                                             "false",
                                             "float",
                                             "for",
                                             "friend",
                                             "goto",
                                             "if",
                                             "inline",
                                             "int",
                                             "linux",
                                             "long",
                                             "main",
                                             "mutable",
                                             "namespace",
                                             "new",
                                             "noexcept",
                                             "norm_bf16",
                                             "norm_f16",
                                             "not",
                                             "not_eq",
                                             "nullptr",
                                             "operator",
                                             "or",
                                             "or_eq",
                                             "private",
                                             "protected",
                                             "public",
                                             "register",
                                             "reinterpret_cast",
                                             "requires",
                                             "restrict",
                                             "return",
                                             "short",
                                             "signed",
                                             "sizeof",
                                             "static",
                                             "static_assert",
                                             "static_cast",
                                             "struct",
                                             "switch",
                                             "template",
                                             "this",
                                             "thread_local",
                                             "throw",
                                             "true",
                                             "try",
                                             "typedef",
                                             "typeid",
                                             "typename",
                                             "typeof",
                                             "typeof_unqual",
                                             "union",
                                             "unix",
                                             "unsigned",
                                             "using",
                                             "virtual",
                                             "void",
                                             "volatile",
                                             "wchar_t",
                                             "while",
                                             "xor",
                                             "xor_eq"};
  if (reserved.contains(name))
    return true;
  // Of stdint.h: int32_t, uint_fast8_t, INT8_MAX, UINTPTR_MAX; header guards.
  if ((name.contains("int") && name.ends_with("_t")) ||
      name.starts_with("INT") || name.starts_with("UINT") ||
      name.starts_with("NORM_") || name.ends_with("_MAX") ||
      name.ends_with("_MIN"))
    return true;
  // Another exp or memcpy would be called in the place of the C library's.
  llvm::TargetLibraryInfoImpl library{
      llvm::Triple(llvm::sys::getProcessTriple())};
  llvm::LibFunc known;
  return library.getLibFunc(name, known);
}

/// `name` as C and C++ take it: other characters become _, and a name that is
/// not free gets one more.
static std::string getCName(StringRef name) {
  std::string result = name.str();
  for (char &c : result)
    if (!llvm::isAlnum(c) && c != '_')
      c = '_';
  if (result.empty() || llvm::isDigit(result.front()))
    result.insert(0, "_");
  // _Bool, __x and _X are the compiler's.
  if (result.size() > 1 && result[0] == '_' &&
      (result[1] == '_' || llvm::isUpper(result[1])))
    result.insert(0, "norm");
  if (isTaken(result))
    result += "_";
  return result;
}

static llvm::Expected<CFunction> describe(func::FuncOp function,
                                          FunctionType original) {
  CFunction result{function.getName().str(), getCName(function.getName()), {}};
  if (function.getNumResults() != 0)
    return llvm::createStringError("expected the results of '" +
                                   function.getName() + "' to be tensors");
  unsigned inputs = original.getNumInputs();
  for (auto [number, type] : llvm::enumerate(function.getArgumentTypes())) {
    CParameter parameter;
    parameter.isResult = number >= inputs;
    parameter.isConst =
        !parameter.isResult && isa<TensorType>(original.getInput(number));
    parameter.name =
        llvm::formatv("{0}{1}", parameter.isResult ? "result" : "arg",
                      parameter.isResult ? number - inputs : number);
    parameter.memref = dyn_cast<MemRefType>(type);
    parameter.element =
        parameter.memref ? parameter.memref.getElementType() : type;
    if (getCType(parameter.element).empty())
      return llvm::createStringError(
          "expected types that C has, got argument " + Twine(number) + " of '" +
          function.getName() + "'");
    if (parameter.memref && parameter.memref.getMemorySpace())
      return llvm::createStringError(
          "expected argument " + Twine(number) + " of '" + function.getName() +
          "' to be in memory that C has, got "
          "memory space " +
          llvm::to_string(parameter.memref.getMemorySpace()));
    if (parameter.memref && !parameter.memref.isStrided())
      return llvm::createStringError("expected argument " + Twine(number) +
                                     " of '" + function.getName() +
                                     "' to be strided");
    result.parameters.push_back(std::move(parameter));
  }
  return result;
}

llvm::Expected<std::vector<CFunction>>
run::describeFunctions(ModuleOp module,
                       const llvm::StringMap<FunctionType> &original) {
  std::vector<CFunction> functions;
  llvm::StringSet<> taken;
  for (auto function : module.getOps<func::FuncOp>()) {
    auto type = original.find(function.getName());
    if (function.isPrivate() || type == original.end())
      continue;
    llvm::Expected<CFunction> described = describe(function, type->second);
    if (!described)
      return described.takeError();
    if (!taken.insert(described->cName).second)
      return llvm::createStringError("two functions are named " +
                                     described->cName + " in C");
    functions.push_back(std::move(*described));
  }
  if (functions.empty())
    return llvm::createStringError("expected a public function, got none");
  return functions;
}

SmallVector<Extra> run::getExtras(MemRefType type) {
  SmallVector<Extra> extras;
  for (unsigned dim = 0; dim < type.getRank(); ++dim)
    if (type.isDynamicDim(dim))
      extras.push_back({Extra::Extent, dim});
  if (type.getLayout().isIdentity())
    return extras;
  auto [strides, offset] = type.getStridesAndOffset();
  if (ShapedType::isDynamic(offset))
    extras.push_back({Extra::Offset, 0});
  for (auto [dim, stride] : llvm::enumerate(strides))
    if (ShapedType::isDynamic(stride))
      extras.push_back({Extra::Stride, static_cast<unsigned>(dim)});
  return extras;
}
