//===- CInterface.cpp - compiled functions as C calls them ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CInterface.h"

#include "norm/Version.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/ScopedPrinter.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::norm::compile;

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// The C type of an element or scalar; empty if there is none.
static StringRef getCType(Type type) {
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
  llvm::TargetLibraryInfoImpl library(
      llvm::Triple(llvm::sys::getProcessTriple()));
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

/// `text` as a comment shows it: whatever could end the comment, begin another
/// or splice lines is \XX.
static std::string getCommentText(StringRef text) {
  std::string result;
  for (unsigned char c : text)
    if (llvm::isPrint(c) && !StringRef("*/\\?").contains(c))
      result += c;
    else
      result +=
          ("\\" + Twine(llvm::hexdigit(c >> 4)) + Twine(llvm::hexdigit(c & 15)))
              .str();
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

llvm::Expected<std::vector<CFunction>> mlir::norm::compile::describeFunctions(
    ModuleOp module, const llvm::StringMap<FunctionType> &original) {
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

//===----------------------------------------------------------------------===//
// Wrappers
//===----------------------------------------------------------------------===//

namespace {
/// What a C parameter has after its pointer: "n0" is extent 0.
struct Extra {
  enum Kind { Extent, Stride, Offset } kind;
  unsigned dim;
};
} // namespace

static SmallVector<Extra> getExtras(MemRefType type) {
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

/// The fields of the descriptor of `type` from what C passes: the pointer and
/// `extras`.
static SmallVector<Value> getDescriptor(OpBuilder &builder, Location loc,
                                        MemRefType type, Value pointer,
                                        ValueRange extras) {
  auto constant = [&](int64_t value) -> Value {
    return LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), value);
  };
  int64_t rank = type.getRank();
  SmallVector<Value> sizes(rank), strides(rank);
  Value offset;
  for (auto [extra, value] : llvm::zip(getExtras(type), extras))
    (extra.kind == Extra::Offset   ? offset
     : extra.kind == Extra::Extent ? sizes[extra.dim]
                                   : strides[extra.dim]) = value;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!sizes[dim])
      sizes[dim] = constant(type.getDimSize(dim));
  if (type.getLayout().isIdentity()) {
    Value stride = constant(1);
    for (int64_t dim = rank - 1; dim >= 0; --dim) {
      strides[dim] = stride;
      if (dim > 0)
        stride = LLVM::MulOp::create(builder, loc, stride, sizes[dim]);
    }
    offset = constant(0);
  } else {
    auto [known, knownOffset] = type.getStridesAndOffset();
    for (int64_t dim = 0; dim < rank; ++dim)
      if (!strides[dim])
        strides[dim] = constant(known[dim]);
    if (!offset)
      offset = constant(knownOffset);
  }
  SmallVector<Value> fields{pointer, pointer, offset};
  fields.append(sizes);
  fields.append(strides);
  return fields;
}

/// `name`, with a number if it is taken.
static StringAttr getFreeName(SymbolTable &table, const std::string &name) {
  std::string free = name;
  for (unsigned i = 0; table.lookup(free); ++i)
    free = name + "." + std::to_string(i);
  return StringAttr::get(table.getOp()->getContext(), free);
}

static llvm::Error addWrapper(ModuleOp module, const CFunction &function) {
  MLIRContext *context = module.getContext();
  auto inner = module.lookupSymbol<LLVM::LLVMFuncOp>(function.name);
  Location loc = inner.getLoc();
  SymbolTable table(module);
  (void)table.rename(inner, getFreeName(table, "norm." + function.cName));
  // A private function may have the name that is exported.
  if (Operation *other = table.lookup(function.cName)) {
    if (auto declared = dyn_cast<LLVM::LLVMFuncOp>(other);
        declared && declared.isExternal())
      return llvm::createStringError("'" + function.name + "' is named " +
                                     function.cName +
                                     " in C, as is a function that is called");
    (void)table.rename(other, getFreeName(table, "norm." + function.cName));
  }
  inner.setLinkage(LLVM::Linkage::Internal);

  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(context),
       i64 = builder.getI64Type();
  SmallVector<Type> types;
  unsigned position = 0;
  for (const CParameter &parameter : function.parameters) {
    if (!parameter.memref) {
      types.push_back(inner.getArgumentTypes()[position++]);
      continue;
    }
    types.push_back(pointer);
    types.append(getExtras(parameter.memref).size(), i64);
    position += 3 + 2 * parameter.memref.getRank();
  }
  auto wrapper = LLVM::LLVMFuncOp::create(
      builder, loc, function.cName,
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types));
  Block *block = wrapper.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  SmallVector<Value> operands;
  position = 0;
  for (const CParameter &parameter : function.parameters) {
    Value first = block->getArgument(position++);
    if (!parameter.memref) {
      operands.push_back(first);
      continue;
    }
    unsigned count = getExtras(parameter.memref).size();
    operands.append(getDescriptor(
        builder, loc, parameter.memref, first,
        ValueRange(block->getArguments()).slice(position, count)));
    position += count;
  }
  LLVM::CallOp::create(builder, loc, inner, operands);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  return llvm::Error::success();
}

llvm::Error
mlir::norm::compile::addWrappers(ModuleOp module,
                                 const std::vector<CFunction> &functions) {
  for (const CFunction &function : functions)
    if (llvm::Error error = addWrapper(module, function))
      return error;
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// The header
//===----------------------------------------------------------------------===//

static std::string getExtraName(const CParameter &parameter, Extra extra) {
  if (extra.kind == Extra::Offset)
    return parameter.name + "_offset";
  return llvm::formatv("{0}_{1}{2}", parameter.name,
                       extra.kind == Extra::Extent ? "n" : "stride", extra.dim);
}

/// "[arg0_n0, 4096]", and strides where the memref is no dense row-major one.
static std::string getLayoutText(const CParameter &parameter) {
  MemRefType type = parameter.memref;
  auto list = [&](ArrayRef<int64_t> values, Extra::Kind kind) {
    std::vector<std::string> texts;
    for (auto [dim, value] : llvm::enumerate(values))
      texts.push_back(
          ShapedType::isDynamic(value)
              ? getExtraName(parameter, {kind, static_cast<unsigned>(dim)})
              : std::to_string(value));
    return "[" + llvm::join(texts, ", ") + "]";
  };
  std::string text = list(type.getShape(), Extra::Extent);
  if (type.getLayout().isIdentity())
    return text + ", row-major and contiguous";
  auto [strides, offset] = type.getStridesAndOffset();
  text += ", strides " + list(strides, Extra::Stride);
  if (offset != 0)
    text +=
        " from element " + (ShapedType::isDynamic(offset)
                                ? getExtraName(parameter, {Extra::Offset, 0})
                                : std::to_string(offset));
  return text;
}

static void printFunction(raw_ostream &os, const CFunction &function) {
  os << "/* " << getCommentText(function.name) << "\n";
  std::vector<std::string> declared;
  for (const CParameter &parameter : function.parameters) {
    std::string type = getCType(parameter.element).str();
    os << " *   " << parameter.name << ": ";
    if (!parameter.memref) {
      os << parameter.element << "\n";
      declared.push_back(type + " " + parameter.name);
      continue;
    }
    os << parameter.element << " " << getLayoutText(parameter)
       << (parameter.isResult  ? ", written"
           : parameter.isConst ? ", read"
                               : "")
       << "\n";
    declared.push_back((parameter.isConst ? "const " : "") + type + " *" +
                       parameter.name);
    for (Extra extra : getExtras(parameter.memref))
      declared.push_back("int64_t " + getExtraName(parameter, extra));
  }
  os << " */\nvoid " << function.cName << "("
     << (declared.empty() ? "void" : llvm::join(declared, ",\n    "))
     << ");\n\n";
}

std::string
mlir::norm::compile::printHeader(const std::vector<CFunction> &functions,
                                 StringRef fileName) {
  std::string guard = "NORM_" + fileName.upper();
  for (char &c : guard)
    if (!llvm::isAlnum(c))
      c = '_';
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "/* " << getCommentText(fileName) << ": written by norm-compile "
     << NORM_VERSION_STRING << "\n *\n"
     << " * Extents and strides count elements. Arguments that are read and "
        "those "
        "that are\n"
     << " * written may not overlap. Memory is the caller's; functions may be "
        "called from\n"
     << " * several threads at once. norm_f16 and norm_bf16 hold the bits of "
        "IEEE "
        "binary16\n * and of bfloat16.\n */\n"
     << "#ifndef " << guard << "\n#define " << guard << "\n\n"
     << "#include <stdbool.h>\n#include <stdint.h>\n\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n"
     << "#ifndef NORM_HALF_TYPES\n#define NORM_HALF_TYPES\n"
     << "typedef uint16_t norm_f16;\ntypedef uint16_t norm_bf16;\n#endif\n\n";
  for (const CFunction &function : functions)
    printFunction(os, function);
  os << "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
  return text;
}
