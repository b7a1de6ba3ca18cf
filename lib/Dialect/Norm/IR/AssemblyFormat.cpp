//===- AssemblyFormat.cpp - the text of the norm ops ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   op       ::= name `ins` group (`scale` group)? (`bias` group)?
//                `outs` group (`statistic` group)? (`rstd` group)?
//                (`mean` group)? clause* attr-dict? (`->` types)?
//
//   backward ::= name `ins` `(` dy `,` x `:` type `,` type `)`
//                (`scale` group)? `rstd` group (`mean` group)? (`dres` group)?
//                (`outs` group)? (`dscale` group)? (`dbias` group)?
//                clause* attr-dict? (`->` types)?
//
//   group    ::= `(` operand `:` type `)`
//   clause   ::= `epsilon` `=` float | `eps_mode` `=` (`inside` | `outside`)
//              | `dimensions` `=` `[` integers `]` | `k` `=` integer
//              | `scale_offset` `=` integer | `scale_rounding` `=` type
//              | `fastmath` `<` flags `>`
//
// Clauses may come in any order when read; they are printed in the order
// dimensions, k, epsilon, eps_mode, scale_offset, scale_rounding, fastmath, and
// left out where they are the default (the last dimension, inside, 0, none).
//
//===----------------------------------------------------------------------===//

#include "norm/Dialect/Norm/IR/NormOps.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

namespace {
/// A keyword before an operand.
struct GroupSyntax {
  StringLiteral keyword;
  bool required = false;
};

/// What an op is written with.
struct OpSyntax {
  /// x, or dy and x.
  unsigned numIns;
  ArrayRef<GroupSyntax> inputs, inits;
  bool hasK = false;
  /// epsilon may be left out of a backward, and the verifier says when.
  bool needsEpsilon = true;
};

/// The operand groups as read, and where the input type was.
struct ParsedOperands {
  SmallVector<int32_t> segments;
  SmallVector<Type> initTypes;
  SmallVector<int32_t> resultSegments;
  Type inputType;
};
} // namespace

/// Reads `( operands : types )` of `count` operands after its keyword.
static ParseResult parseGroup(OpAsmParser &parser, OperationState &result,
                              SmallVectorImpl<Type> &types,
                              unsigned count = 1) {
  SmallVector<OpAsmParser::UnresolvedOperand> operands(count);
  auto parseEach = [&](auto &&parse) -> ParseResult {
    for (unsigned i = 0; i < count; ++i)
      if ((i != 0 && parser.parseComma()) || parse(i))
        return failure();
    return success();
  };
  types.assign(count, Type());
  return failure(
      parser.parseLParen() ||
      parseEach([&](unsigned i) { return parser.parseOperand(operands[i]); }) ||
      parser.parseColon() ||
      parseEach([&](unsigned i) { return parser.parseType(types[i]); }) ||
      parser.parseRParen() ||
      parser.resolveOperands(operands, types, parser.getNameLoc(),
                             result.operands));
}

/// Reads a group with its keyword, if it is there; `types` is then its types.
static ParseResult parseOptionalGroup(OpAsmParser &parser,
                                      OperationState &result,
                                      const GroupSyntax &group,
                                      SmallVectorImpl<Type> &types) {
  types.clear();
  if (succeeded(parser.parseOptionalKeyword(group.keyword)))
    return parseGroup(parser, result, types);
  if (group.required)
    return parser.emitError(parser.getCurrentLocation(), "expected '")
           << group.keyword << "'";
  return success();
}

/// Reads all operand groups.
static ParseResult parseOperands(OpAsmParser &parser, OperationState &result,
                                 const OpSyntax &syntax,
                                 ParsedOperands &operands) {
  SmallVector<Type> types;
  if (parser.parseKeyword("ins") ||
      parseGroup(parser, result, types, syntax.numIns))
    return failure();
  operands.inputType = types.back();
  operands.segments.assign(syntax.numIns, 1);
  for (const GroupSyntax &group : syntax.inputs) {
    if (parseOptionalGroup(parser, result, group, types))
      return failure();
    operands.segments.push_back(types.size());
  }
  for (const GroupSyntax &group : syntax.inits) {
    if (parseOptionalGroup(parser, result, group, types))
      return failure();
    operands.segments.push_back(types.size());
    bool isTensor = !types.empty() && isa<TensorType>(types.front());
    if (isTensor)
      operands.initTypes.push_back(types.front());
    operands.resultSegments.push_back(isTensor);
  }
  return success();
}

/// Reads one `keyword = value` clause into `attributes`.
static ParseResult parseClause(OpAsmParser &parser, StringRef keyword,
                               SMLoc loc, NamedAttrList &attributes) {
  Builder &builder = parser.getBuilder();
  if (attributes.get(keyword))
    return parser.emitError(loc, "'") << keyword << "' given twice";
  if (keyword == "fastmath") {
    auto attr = dyn_cast_or_null<arith::FastMathFlagsAttr>(
        arith::FastMathFlagsAttr::parse(parser, Type()));
    if (!attr)
      return failure();
    attributes.append(keyword, attr);
    return success();
  }
  if (parser.parseEqual())
    return failure();
  if (keyword == "epsilon") {
    Attribute attr;
    if (parser.parseAttribute(attr, builder.getF64Type()))
      return failure();
    if (!isa<FloatAttr>(attr))
      return parser.emitError(loc, "expected epsilon to be a float, got ")
             << attr;
    attributes.append(keyword, attr);
    return success();
  }
  if (keyword == "eps_mode") {
    StringRef mode;
    if (parser.parseKeyword(&mode))
      return failure();
    std::optional<EpsMode> value = symbolizeEpsMode(mode);
    if (!value)
      return parser.emitError(loc, "expected eps_mode to be inside or outside, "
                                   "got ")
             << mode;
    attributes.append(keyword, EpsModeAttr::get(builder.getContext(), *value));
    return success();
  }
  if (keyword == "dimensions") {
    SmallVector<int64_t> dimensions;
    if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] {
          return parser.parseInteger(dimensions.emplace_back());
        }))
      return failure();
    attributes.append(keyword, builder.getDenseI64ArrayAttr(dimensions));
    return success();
  }
  if (keyword == "scale_rounding") {
    Type type;
    if (parser.parseType(type))
      return failure();
    attributes.append(keyword, TypeAttr::get(type));
    return success();
  }
  int64_t integer;
  if (parser.parseInteger(integer))
    return failure();
  attributes.append(keyword, builder.getI64IntegerAttr(integer));
  return success();
}

/// Reads all clauses and checks that the required ones are there.
static ParseResult parseClauses(OpAsmParser &parser, OperationState &result,
                                const OpSyntax &syntax, Type inputType) {
  static constexpr StringLiteral kKeywords[] = {
      "epsilon",      "eps_mode",       "dimensions", "k",
      "scale_offset", "scale_rounding", "fastmath"};
  SMLoc loc = parser.getCurrentLocation();
  StringRef keyword;
  while (succeeded(parser.parseOptionalKeyword(
      &keyword, ArrayRef<StringRef>(SmallVector<StringRef>(
                    std::begin(kKeywords), std::end(kKeywords)))))) {
    if (keyword == "k" && !syntax.hasK)
      return parser.emitError(loc, "only prmsnorm takes k");
    if (parseClause(parser, keyword, loc, result.attributes))
      return failure();
    loc = parser.getCurrentLocation();
  }
  if (syntax.needsEpsilon && !result.attributes.get("epsilon"))
    return parser.emitError(loc, "expected 'epsilon = '");
  if (syntax.hasK && !result.attributes.get("k"))
    return parser.emitError(loc, "expected 'k = '");
  if (result.attributes.get("dimensions"))
    return success();
  auto type = dyn_cast<ShapedType>(inputType);
  SmallVector<int64_t> last;
  if (type && type.hasRank() && type.getRank() > 0)
    last.push_back(type.getRank() - 1);
  result.addAttribute("dimensions",
                      parser.getBuilder().getDenseI64ArrayAttr(last));
  return success();
}

template <typename OpTy>
static ParseResult parseNorm(OpAsmParser &parser, OperationState &result,
                             const OpSyntax &syntax) {
  ParsedOperands operands;
  SMLoc typesLoc;
  SmallVector<Type> types;
  if (parseOperands(parser, result, syntax, operands) ||
      parseClauses(parser, result, syntax, operands.inputType) ||
      parser.parseOptionalAttrDict(result.attributes) ||
      parser.getCurrentLocation(&typesLoc) ||
      parser.parseOptionalArrowTypeList(types))
    return failure();
  if (types != operands.initTypes) {
    InFlightDiagnostic diag = parser.emitError(
        typesLoc, "expected result types to be those of the destinations (");
    llvm::interleaveComma(operands.initTypes, diag);
    diag << "), got (";
    llvm::interleaveComma(types, diag);
    return diag << ")";
  }
  result.addTypes(types);
  auto &properties = result.getOrAddProperties<typename OpTy::Properties>();
  llvm::copy(operands.segments, properties.operandSegmentSizes.begin());
  llvm::copy(operands.resultSegments, properties.resultSegmentSizes.begin());
  return success();
}

//===----------------------------------------------------------------------===//
// Printing
//===----------------------------------------------------------------------===//

static void printGroup(OpAsmPrinter &printer, StringRef keyword,
                       Value operand) {
  if (operand)
    printer << ' ' << keyword << '(' << operand << " : " << operand.getType()
            << ')';
}

static bool isLastDimension(NormRowsOpInterface op) {
  return op.getDimensions() ==
         ArrayRef<int64_t>{op.getInputType().getRank() - 1};
}

/// The clauses, the other attributes and the result types.
static void printClauses(OpAsmPrinter &printer, NormRowsOpInterface op) {
  if (!isLastDimension(op)) {
    printer << " dimensions = [";
    llvm::interleaveComma(op.getDimensions(), printer);
    printer << ']';
  }
  if (std::optional<int64_t> k = op.getStatisticLength())
    printer << " k = " << *k;
  if (Attribute epsilon = op->getAttr("epsilon")) {
    printer << " epsilon = ";
    printer.printAttributeWithoutType(epsilon);
  }
  if (op.getEpsMode() != EpsMode::inside)
    printer << " eps_mode = " << stringifyEpsMode(op.getEpsMode());
  if (op.getScaleOffset() != 0)
    printer << " scale_offset = " << static_cast<int64_t>(op.getScaleOffset());
  if (std::optional<Type> type = op.getScaleRounding())
    printer << " scale_rounding = " << *type;
  if (op.getFastmath() != arith::FastMathFlags::none) {
    printer << " fastmath";
    arith::FastMathFlagsAttr::get(op->getContext(), op.getFastmath())
        .print(printer);
  }
  printer.printOptionalAttrDict(op->getAttrs(),
                                {"epsilon", "eps_mode", "dimensions", "k",
                                 "scale_offset", "scale_rounding", "fastmath",
                                 "operandSegmentSizes", "resultSegmentSizes"});
  printer.printOptionalArrowTypeList(op->getResultTypes());
}

static void printNorm(OpAsmPrinter &printer, NormOpInterface op) {
  printGroup(printer, "ins", op.getInput());
  printGroup(printer, "scale", op.getScale());
  printGroup(printer, "bias", op.getBias());
  printGroup(printer, "outs", op.getInit());
  printGroup(printer, "statistic", op.getStatisticInit());
  printGroup(printer, "rstd", op.getRstdInit());
  printGroup(printer, "mean", op.getMeanDestination());
  printClauses(printer, op);
}

static void printBackward(OpAsmPrinter &printer, NormBackwardOpInterface op) {
  printer << " ins(" << op.getDy() << ", " << op.getInput() << " : "
          << op.getDy().getType() << ", " << op.getInput().getType() << ')';
  printGroup(printer, "scale", op.getScale());
  printGroup(printer, "rstd", op.getRstd());
  printGroup(printer, "mean", op.getMeanOperand());
  printGroup(printer, "dres", op.getDres());
  printGroup(printer, "outs", op.getDxInit());
  printGroup(printer, "dscale", op.getDscaleInit());
  printGroup(printer, "dbias", op.getDbiasInit());
  printClauses(printer, op);
}

//===----------------------------------------------------------------------===//
// The ops
//===----------------------------------------------------------------------===//

static constexpr GroupSyntax kInputs[] = {{"scale"}, {"bias"}};
static constexpr GroupSyntax kInits[] = {
    {"outs", /*required=*/true}, {"statistic"}, {"rstd"}};
static constexpr GroupSyntax kInitsWithMean[] = {
    {"outs", /*required=*/true}, {"statistic"}, {"rstd"}, {"mean"}};
static constexpr GroupSyntax kBackwardInputs[] = {
    {"scale"}, {"rstd", /*required=*/true}, {"dres"}};
static constexpr GroupSyntax kBackwardInputsWithMean[] = {
    {"scale"},
    {"rstd", /*required=*/true},
    {"mean", /*required=*/true},
    {"dres"}};
static constexpr GroupSyntax kBackwardInits[] = {
    {"outs"}, {"dscale"}, {"dbias"}};

ParseResult RMSNormOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseNorm<RMSNormOp>(parser, result, {1, kInputs, kInits});
}

void RMSNormOp::print(OpAsmPrinter &printer) { printNorm(printer, *this); }

ParseResult PRMSNormOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseNorm<PRMSNormOp>(parser, result,
                               {1, kInputs, kInits, /*hasK=*/true});
}

void PRMSNormOp::print(OpAsmPrinter &printer) { printNorm(printer, *this); }

ParseResult LayerNormOp::parse(OpAsmParser &parser, OperationState &result) {
  return parseNorm<LayerNormOp>(parser, result, {1, kInputs, kInitsWithMean});
}

void LayerNormOp::print(OpAsmPrinter &printer) { printNorm(printer, *this); }

ParseResult RMSNormBackwardOp::parse(OpAsmParser &parser,
                                     OperationState &result) {
  return parseNorm<RMSNormBackwardOp>(parser, result,
                                      {2, kBackwardInputs, kBackwardInits,
                                       /*hasK=*/false,
                                       /*needsEpsilon=*/false});
}

void RMSNormBackwardOp::print(OpAsmPrinter &printer) {
  printBackward(printer, *this);
}

ParseResult PRMSNormBackwardOp::parse(OpAsmParser &parser,
                                      OperationState &result) {
  return parseNorm<PRMSNormBackwardOp>(parser, result,
                                       {2, kBackwardInputs, kBackwardInits,
                                        /*hasK=*/true,
                                        /*needsEpsilon=*/false});
}

void PRMSNormBackwardOp::print(OpAsmPrinter &printer) {
  printBackward(printer, *this);
}

ParseResult LayerNormBackwardOp::parse(OpAsmParser &parser,
                                       OperationState &result) {
  return parseNorm<LayerNormBackwardOp>(parser, result,
                                        {2, kBackwardInputsWithMean,
                                         kBackwardInits, /*hasK=*/false,
                                         /*needsEpsilon=*/false});
}

void LayerNormBackwardOp::print(OpAsmPrinter &printer) {
  printBackward(printer, *this);
}
