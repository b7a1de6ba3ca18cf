//===- NormInterfaces.td - what all norm ops share ---------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_NORMINTERFACES_TD
#define NORM_DIALECT_NORM_IR_NORMINTERFACES_TD

include "mlir/IR/OpBase.td"

/// What norms and their backwards have in common.
def Norm_RowsOpInterface : OpInterface<"NormRowsOpInterface"> {
  let description = [{
    Uniform access to what the norm ops and their backward ops share: the input
    x, whose dimensions are rows and their elements, the attributes that are of
    both, and for each operand what it has one element for. Tiling, bounds,
    bufferization and the verifier read operands by role, not by position.
  }];
  let cppNamespace = "::mlir::norm";

  let methods = [
    InterfaceMethod<"The input x of the norm.", "::mlir::Value", "getInput">,
    InterfaceMethod<"The scale, or null.", "::mlir::Value", "getScale">,
    InterfaceMethod<"The name and the role of operand `number`.",
        "::mlir::norm::OperandKind", "getOperandKind",
        (ins "unsigned":$number)>,
    InterfaceMethod<"Where epsilon is added.",
        "::mlir::norm::EpsMode", "getEpsMode">,
    InterfaceMethod<"The normalized dimensions, strictly ascending.",
        "::llvm::ArrayRef<int64_t>", "getDimensions">,
    InterfaceMethod<"The constant o in (o + scale): 0 or 1.",
        "uint64_t", "getScaleOffset">,
    InterfaceMethod<"The type to which the normalized value is rounded before "
                    "the scale, or none.",
        "::std::optional<::mlir::Type>", "getScaleRounding">,
    InterfaceMethod<"The fast-math flags.",
        "::mlir::arith::FastMathFlags", "getFastmath">,
    InterfaceMethod<"Whether the mean is subtracted (layernorm).",
        "bool", "isCentered", (ins), [{}], [{ return false; }]>,
    InterfaceMethod<"How many leading elements of the row give the statistic: "
                    "k for prmsnorm, none for all of them.",
        "::std::optional<int64_t>", "getStatisticLength", (ins), [{}], [{
          return std::nullopt;
        }]>,
  ];

  let extraSharedClassDeclaration = [{
    /// The type of the input: a ranked tensor or a memref.
    ::mlir::ShapedType getInputType() {
      return ::llvm::cast<::mlir::ShapedType>($_op.getInput().getType());
    }
    /// C: f64 where the input is f64, f32 otherwise.
    ::mlir::FloatType getComputeType() {
      return ::mlir::norm::getComputeType(getInputType().getElementType());
    }
    /// The row length n: the product of the normalized extents, or kDynamic.
    int64_t getRowLength() {
      return ::mlir::norm::getRowLength(getInputType(), $_op.getDimensions());
    }
    /// The number of rows: the product of the other extents, or kDynamic.
    int64_t getRowCount() {
      return ::mlir::norm::getRowCount(getInputType(), $_op.getDimensions());
    }
    /// The dimensions that are not normalized, ascending.
    ::llvm::SmallVector<int64_t> getRowDimensions() {
      return ::mlir::norm::getComplement(getInputType().getRank(),
                                         $_op.getDimensions());
    }
  }];
}

/// The view of a norm op that does not depend on which of the three it is.
def Norm_NormOpInterface
    : OpInterface<"NormOpInterface", [Norm_RowsOpInterface]> {
  let description = [{
    Uniform access to the operands and attributes of the norm ops. An analysis
    or a lowering that treats the three ops alike is written against this
    interface; `isCentered` and `getStatisticLength` tell them apart.
  }];
  let cppNamespace = "::mlir::norm";

  let methods = [
    InterfaceMethod<"The bias, or null.", "::mlir::Value", "getBias">,
    InterfaceMethod<"The destination of y.", "::mlir::Value", "getInit">,
    InterfaceMethod<"The destination of the statistic s, or null.",
        "::mlir::Value", "getStatisticInit">,
    InterfaceMethod<"The destination of rstd, or null.",
        "::mlir::Value", "getRstdInit">,
    InterfaceMethod<"The destination of the mean, or null.",
        "::mlir::Value", "getMeanDestination", (ins), [{}], [{
          return nullptr;
        }]>,
    InterfaceMethod<"The result y; null on memrefs.",
        "::mlir::Value", "getY">,
    InterfaceMethod<"The result statistic, or null.",
        "::mlir::Value", "getStatistic">,
    InterfaceMethod<"The result rstd, or null.", "::mlir::Value", "getRstd">,
    InterfaceMethod<"The result mean, or null.",
        "::mlir::Value", "getMeanResult", (ins), [{}], [{
          return nullptr;
        }]>,
    InterfaceMethod<"epsilon, as written (finite, at least 0).",
        "::llvm::APFloat", "getEpsilon">,
  ];

  let extraSharedClassDeclaration = [{
    /// The type of the destination of y.
    ::mlir::ShapedType getInitType() {
      return ::llvm::cast<::mlir::ShapedType>($_op.getInit().getType());
    }
  }];
}

/// The view of a backward op that does not depend on which norm it is of.
def Norm_NormBackwardOpInterface
    : OpInterface<"NormBackwardOpInterface", [Norm_RowsOpInterface]> {
  let description = [{
    Uniform access to the operands of the backward ops. Each of dx, dscale and
    dbias has a destination where it is asked for.
  }];
  let cppNamespace = "::mlir::norm";

  let methods = [
    InterfaceMethod<"The gradient dy of the norm's result.",
        "::mlir::Value", "getDy">,
    InterfaceMethod<"rstd, one value per row; q where epsilon is outside.",
        "::mlir::Value", "getRstd">,
    InterfaceMethod<"The mean, one value per row, or null.",
        "::mlir::Value", "getMeanOperand", (ins), [{}], [{ return nullptr; }]>,
    InterfaceMethod<"What is added to dx before its rounding, or null.",
        "::mlir::Value", "getDres">,
    InterfaceMethod<"The destination of dx, or null.",
        "::mlir::Value", "getDxInit">,
    InterfaceMethod<"The destination of dscale, or null.",
        "::mlir::Value", "getDscaleInit">,
    InterfaceMethod<"The destination of dbias, or null.",
        "::mlir::Value", "getDbiasInit">,
    InterfaceMethod<"The result dx, or null.", "::mlir::Value", "getDx">,
    InterfaceMethod<"The result dscale, or null.",
        "::mlir::Value", "getDscale">,
    InterfaceMethod<"The result dbias, or null.", "::mlir::Value", "getDbias">,
    InterfaceMethod<"epsilon; none where it is inside, as rstd has it.",
        "::std::optional<::llvm::APFloat>", "getEpsilon">,
  ];

  let extraSharedClassDeclaration = [{
    /// Whether a result is summed over rows.
    bool sumsOverRows() {
      return $_op.getDscaleInit() || $_op.getDbiasInit();
    }
    /// Whether a result depends on operand `number`, an input: dbias is a sum
    /// of dy alone, and dscale needs no scale.
    bool isOperandRead(unsigned number) {
      ::llvm::StringRef name = $_op.getOperandKind(number).name;
      if (name == "dy")
        return true;
      if (name == "scale" || name == "dres")
        return bool($_op.getDxInit());
      return $_op.getDxInit() || $_op.getDscaleInit();
    }
  }];
}

#endif // NORM_DIALECT_NORM_IR_NORMINTERFACES_TD
