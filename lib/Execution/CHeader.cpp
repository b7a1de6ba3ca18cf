//===- CHeader.cpp - a C header for compiled functions --------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/CFunctions.h"

#include "norm/Version.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

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

std::string run::printHeader(const std::vector<CFunction> &functions,
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
