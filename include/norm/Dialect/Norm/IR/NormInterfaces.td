//===- NormInterfaces.td - what all norm ops share ---------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_NORMINTERFACES_TD
#define NORM_DIALECT_NORM_IR_NORMINTERFACES_TD

include "mlir/IR/OpBase.td"

/// The view of a norm op that does not depend on which of the three it is.
def Norm_NormOpInterface : OpInterface<"NormOpInterface"> {
  let description = [{
    Uniform access to the operands and attributes of the norm ops. An analysis
    or a lowering that treats the three ops alike is written against this
    interface; `isCentered` and `getStatisticLength` tell them apart.
  }];
  let cppNamespace = "::mlir::norm";

  let methods = [
    InterfaceMethod<"The input x.", "::mlir::Value", "getInput">,
    InterfaceMethod<"The scale, or null.", "::mlir::Value", "getScale">,
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
    /// The type of the destination of y.
    ::mlir::ShapedType getInitType() {
      return ::llvm::cast<::mlir::ShapedType>($_op.getInit().getType());
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

#endif // NORM_DIALECT_NORM_IR_NORMINTERFACES_TD
