//===- NormAttributes.td - attributes of the norm dialect --*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_NORMATTRIBUTES_TD
#define NORM_DIALECT_NORM_IR_NORMATTRIBUTES_TD

include "mlir/IR/EnumAttr.td"

/// Where epsilon is added: `inside` the square root, 1 / sqrt(s + epsilon), or
/// `outside` of it, 1 / (sqrt(s) + epsilon).
def Norm_EpsMode : I32EnumAttr<"EpsMode", "where epsilon is added", [
    I32EnumAttrCase<"inside", 0>,
    I32EnumAttrCase<"outside", 1>]> {
  let cppNamespace = "::mlir::norm";
}

/// What a reduction over a row combines by.
def Norm_Reduction : I32EnumAttr<"Reduction", "what elements are combined by", [
    I32EnumAttrCase<"add", 0>,
    I32EnumAttrCase<"maximumf", 1>,
    I32EnumAttrCase<"minimumf", 2>,
    I32EnumAttrCase<"maxnumf", 3>,
    I32EnumAttrCase<"minnumf", 4>]> {
  let cppNamespace = "::mlir::norm";
}

#endif // NORM_DIALECT_NORM_IR_NORMATTRIBUTES_TD
