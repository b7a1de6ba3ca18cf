//===- NormTiling.td - tiling of all ops over rows ----------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_NORMTILING_TD
#define NORM_DIALECT_NORM_IR_NORMTILING_TD

include "mlir/Interfaces/TilingInterface.td"

/// TilingInterface in terms of lib/Dialect/Norm/IR/TilingDetail.h: a trait for
/// `traits` and the members for `extraClassDefinition`.
def Norm_TilingInterface {
  Trait declaration = DeclareOpInterfaceMethods<TilingInterface, [
      "getLoopIteratorTypes", "getIterationDomain",
      "getTiledImplementation", "getResultTilePosition",
      "generateResultTileValue", "getIterationDomainTileFromResultTile",
      "getIterationDomainTileFromOperandTiles",
      "getTiledImplementationFromOperandTiles",
      "isOpFusableWithConsumerSlice", "isOpFusableWithProducerSlices"]>;

  code definitions = [{
    ::mlir::SmallVector<::mlir::utils::IteratorType>
    $cppClass::getLoopIteratorTypes() {
      return detail::getLoopIteratorTypes(*this);
    }
    ::mlir::SmallVector<::mlir::Range>
    $cppClass::getIterationDomain(::mlir::OpBuilder &builder) {
      return detail::getIterationDomain(*this, builder);
    }
    ::mlir::FailureOr<::mlir::TilingResult>
    $cppClass::getTiledImplementation(
        ::mlir::OpBuilder &builder,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return detail::getTiledImplementation(*this, builder, {offsets, sizes});
    }
    ::llvm::LogicalResult $cppClass::getResultTilePosition(
        ::mlir::OpBuilder &builder, unsigned number,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultOffsets,
        ::llvm::SmallVector<::mlir::OpFoldResult> &resultSizes) {
      return detail::assignTile(
          detail::getResultTile(*this, builder, number, {offsets, sizes}),
          resultOffsets, resultSizes);
    }
    ::mlir::FailureOr<::mlir::TilingResult>
    $cppClass::generateResultTileValue(
        ::mlir::OpBuilder &builder, unsigned number,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return detail::generateResultTile(*this, builder, number,
                                        {offsets, sizes});
    }
    ::llvm::LogicalResult $cppClass::getIterationDomainTileFromResultTile(
        ::mlir::OpBuilder &builder, unsigned number,
        ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &domainOffsets,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &domainSizes) {
      return detail::assignTile(
          detail::getTileOfResult(*this, builder, number, {offsets, sizes}),
          domainOffsets, domainSizes);
    }
    ::llvm::LogicalResult $cppClass::getIterationDomainTileFromOperandTiles(
        ::mlir::OpBuilder &builder, ::llvm::ArrayRef<unsigned> numbers,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> offsets,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> sizes,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &domainOffsets,
        ::llvm::SmallVectorImpl<::mlir::OpFoldResult> &domainSizes) {
      return detail::assignTile(
          detail::getTileOfOperands(*this, builder, numbers,
                                    detail::makeTiles(offsets, sizes)),
          domainOffsets, domainSizes);
    }
    ::mlir::FailureOr<::mlir::TilingResult>
    $cppClass::getTiledImplementationFromOperandTiles(
        ::mlir::OpBuilder &builder, ::llvm::ArrayRef<unsigned> numbers,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> offsets,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> sizes) {
      return detail::getTiledImplementationOfOperands(
          *this, builder, numbers, detail::makeTiles(offsets, sizes));
    }
    bool $cppClass::isOpFusableWithConsumerSlice(
        unsigned number, ::llvm::ArrayRef<::mlir::OpFoldResult> offsets,
        ::llvm::ArrayRef<::mlir::OpFoldResult> sizes) {
      return detail::isFusableWithConsumer(*this, number, {offsets, sizes});
    }
    bool $cppClass::isOpFusableWithProducerSlices(
        ::llvm::ArrayRef<unsigned> numbers,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> offsets,
        ::llvm::ArrayRef<::llvm::SmallVector<::mlir::OpFoldResult>> sizes) {
      return detail::isFusableWithProducers(*this, numbers,
                                            detail::makeTiles(offsets, sizes));
    }
  }];
}

#endif // NORM_DIALECT_NORM_IR_NORMTILING_TD
