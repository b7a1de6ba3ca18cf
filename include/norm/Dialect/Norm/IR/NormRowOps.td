//===- NormRowOps.td - loops over rows ---------------------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_NORMROWOPS_TD
#define NORM_DIALECT_NORM_IR_NORMROWOPS_TD

include "norm/Dialect/Norm/IR/NormDialect.td"
include "norm/Dialect/Norm/IR/NormAttributes.td"
include "norm/Dialect/Norm/IR/NormTiling.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/IndexingMapOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// row_loop
//===----------------------------------------------------------------------===//

def Norm_RowLoopOp : Op<Norm_Dialect, "row_loop", [
    AttrSizedOperandSegments, DestinationStyleOpInterface,
    IndexingMapOpInterface, Norm_TilingInterface.declaration,
    RecursivelySpeculatable, IsolatedFromAbove,
    SingleBlockImplicitTerminator<"RowYieldOp">,
    DeclareOpInterfaceMethods<MemoryEffectsOpInterface>,
    DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface,
        ["reifyResultShapes"]>]> {
  let summary = "a loop over rows: elementwise code and row reductions";
  let description = [{
    What norm-fuse-rows makes of a norm and its row-local neighbours: for each
    row, the body is evaluated at each element of the row. It is scalar code,
    as in `linalg.generic`, and may hold any op that is elementwise and without
    side effects. Besides, it may reduce over the row (`norm.row_reduce`,
    `norm.row_moments`); the result of a reduction is one value for the row.

    A value of the body either varies along the row or is one for the row:
    reductions give row values, an argument varies if the map of its operand
    uses a normalized dimension, `norm.row_index` does, and everything else varies if an operand does.
    What is computed before what follows from that alone (norm-print-plan).

    A destination may take the sum over rows: `accumulate` names the dimensions
    of rows that are added up. The row dimensions that are left count the
    sums. Rows are added in blocks, one after the other from 0 on, and the sums
    of blocks in a fixed tree: how many rows make a block depends on the row
    length, the type and the target alone. So do the bits: threads, and what
    else is in the batch, change none of a block. The sum of no rows is 0. What
    a destination held before is not read.

    Rows are tiled, alone and with their producers and consumers, by any driver
    of TilingInterface; a row never is, nor what is added up.

    Operands and attributes:
      - `ins`: tensors or memrefs, or scalars, which are captured as they are.
      - `outs`: destinations, written and never read. Those of row values have
        the extents of the row dimensions, the others all extents.
      - `maps`: for each operand, from the dimensions of the loop to those of the
        operand: a projected permutation; a dimension of extent 1 may be 0.
      - `dimensions`: the dimensions of the loop that make up a row, strictly
        ascending; they are flattened in row-major order.
      - `accumulate`: dimensions of rows, strictly ascending; none if absent. A
        destination that varies along the row and whose map leaves them out is
        accumulated.

    Constraints:
      - row_loop_c1: one map for each operand, whose results are as many as the
        operand has dimensions, all with the same number of dimensions.
      - row_loop_c2: maps are projected permutations, with 0 for extents of 1.
      - row_loop_c3: `dimensions` is not empty, strictly ascending, in range.
      - row_loop_c4: the maps of destinations that vary name every dimension,
        or, of accumulated ones, every other; those of row values the row
        dimensions; each dimension is named by some map.
      - row_loop_c5: extents of one dimension of the loop are equal.
      - row_loop_c6: arguments of the body have the element types of `ins`, the
        terminator those of `outs`.
      - row_loop_c7: the destinations of row values get values that do not vary.
      - row_loop_c8: operands are all tensors or all memrefs, or scalars.
      - row_loop_c9: `accumulate` is strictly ascending and names row dimensions;
        where it is not empty some destination is accumulated.
      - row_loop_c10: accumulated destinations have elements f32 or f64; narrower
        sums lose their digits.

    Example, an RMSNorm of the sum of two tensors, which is a result, too:

    ```mlir
    %y, %sum = norm.row_loop ins(%a, %b : tensor<4x64xf32>, tensor<4x64xf32>)
        outs(%e0, %e1 : tensor<4x64xf32>, tensor<4x64xf32>)
        maps = [#id, #id, #id, #id] dimensions = [1] {
    ^bb0(%a_i: f32, %b_i: f32):
      %s = arith.addf %a_i, %b_i : f32
      %square = arith.mulf %s, %s : f32
      %total = norm.row_reduce add %square : f32
      %n = arith.constant 64.0 : f32
      %mean = arith.divf %total, %n : f32
      %epsilon = arith.constant 1.0e-05 : f32
      %shifted = arith.addf %mean, %epsilon : f32
      %rstd = math.rsqrt %shifted : f32
      %y_i = arith.mulf %s, %rstd : f32
      norm.row_yield %y_i, %s : f32, f32
    } -> (tensor<4x64xf32>, tensor<4x64xf32>)
    ```

    Example, the gradients of `x * scale`: of x, and of the scale, which is the
    sum over all rows of a block of the batch:

    ```mlir
    %dx, %dscale = norm.row_loop
        ins(%dy, %x, %g : tensor<8x4x64xbf16>, tensor<8x4x64xbf16>, tensor<64xf32>)
        outs(%e0, %e1 : tensor<8x4x64xf32>, tensor<8x64xf32>)
        maps = [#id, #id, affine_map<(p, r, j) -> (j)>,
                #id, affine_map<(p, r, j) -> (p, j)>]
        accumulate = [1] dimensions = [2] {
    ^bb0(%dy_i: bf16, %x_i: bf16, %g_i: f32):
      %a = arith.extf %dy_i : bf16 to f32
      %b = arith.extf %x_i : bf16 to f32
      %dx_i = arith.mulf %a, %g_i : f32
      %term = arith.mulf %a, %b : f32
      norm.row_yield %dx_i, %term : f32, f32
    } -> tensor<8x4x64xf32>, tensor<8x64xf32>
    ```
  }];
  let arguments = (ins Variadic<AnyType>:$inputs, Variadic<AnyShaped>:$inits,
                       AffineMapArrayAttr:$indexing_maps,
                       DenseI64ArrayAttr:$dimensions,
                       DefaultValuedOptionalAttr<DenseI64ArrayAttr, "{}">
                           :$accumulate);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    (`ins` `(` $inputs^ `:` type($inputs) `)`)?
    `outs` `(` $inits `:` type($inits) `)`
    `maps` `=` $indexing_maps (`accumulate` `=` $accumulate^)?
    `dimensions` `=` $dimensions attr-dict-with-keyword
    $body (`->` type($outputs)^)?
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;

  let builders = [
    OpBuilder<(ins "::mlir::ValueRange":$inputs, "::mlir::ValueRange":$inits,
                   "::llvm::ArrayRef<::mlir::AffineMap>":$maps,
                   "::llvm::ArrayRef<int64_t>":$dimensions,
                   CArg<"::llvm::ArrayRef<int64_t>", "{}">:$accumulate)>
  ];

  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() {
      return getInitsMutable();
    }
    /// The number of dimensions of the loop.
    int64_t getNumDims() { return getMap(0).getNumDims(); }
    /// The map of operand number `number`, inputs first.
    ::mlir::AffineMap getMap(unsigned number) {
      return ::llvm::cast<::mlir::AffineMapAttr>(getIndexingMaps()[number])
          .getValue();
    }
    ::llvm::SmallVector<::mlir::AffineMap> getMaps() {
      return ::llvm::to_vector(
          getIndexingMaps().getAsValueRange<::mlir::AffineMapAttr>());
    }
    /// The extents of an operand; none for a scalar.
    ::llvm::ArrayRef<int64_t> getShape(::mlir::OpOperand *operand);
    /// The extents of the loop's dimensions that some operand gives.
    ::llvm::SmallVector<int64_t> getStaticLoopRanges();
    /// The dimensions that are not in `dimensions`, ascending.
    ::llvm::SmallVector<int64_t> getRowDimensions();
    /// Whether `map` uses one of the dimensions of the row.
    bool variesAlongRow(::mlir::AffineMap map);
    /// Whether destination number `output` takes a sum over rows.
    bool isAccumulated(unsigned output);
    /// The block of the body.
    ::mlir::Block *getBlock() { return &getBody().front(); }
    /// The terminator.
    ::mlir::norm::RowYieldOp getYield();
  }];
  let extraClassDefinition = Norm_TilingInterface.definitions;
}

//===----------------------------------------------------------------------===//
// What is in a row_loop besides elementwise ops
//===----------------------------------------------------------------------===//

class Norm_RowOp<string mnemonic, list<Trait> traits = []>
    : Op<Norm_Dialect, mnemonic, !listconcat([HasParent<"RowLoopOp">], traits)>;

/// Types in which a row is added up and counted.
def Norm_ReducedFloat : AnyTypeOf<[F32, F64]>;

def Norm_RowReduceOp : Norm_RowOp<"row_reduce", [
    Pure, SameOperandsAndResultType]> {
  let summary = "reduction over the elements of a row";
  let description = [{
    The sum, maximum or minimum of a value over the row, or over its leading
    `length` elements. Sums are blocked and combined in a fixed tree that
    depends on the row length, the type and the target alone; a product that
    is added up may be contracted with the addition. `maximumf` and `minimumf`
    propagate NaN, `maxnumf` and `minnumf` do not, as in arith. The sum of no
    elements is 0, their maximum -inf, their minimum inf.

    Constraints:
      - row_reduce_c1: 1 <= length, and length <= n where n is static.
      - row_reduce_c2: the value is f32 or f64; narrower values are extended first,
        as sums and counts need the digits.

    Example:

    ```mlir
    %sum = norm.row_reduce add %square length = 4 : f32
    ```
  }];
  let arguments = (ins Norm_Reduction:$kind, Norm_ReducedFloat:$value,
                       OptionalAttr<I64Attr>:$length);
  let results = (outs Norm_ReducedFloat:$result);
  let assemblyFormat =
      "$kind $value (`length` `=` $length^)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Norm_RowMomentsOp : Norm_RowOp<"row_moments", [
    Pure, SameOperandsAndResultType]> {
  let summary = "mean and biased variance of a row";
  let description = [{
    ```
    mean     = (1/n) * sum_i v_i
    variance = max(0, (1/n) * sum_i (v_i - mean)^2), NaN kept
    centred  = v_i - mean, before mean is rounded; varies along the row
    ```

    Evaluated so that a mean of up to 1e6 standard deviations costs no accuracy.
    Of no elements, all are NaN. Where squares of differences exceed the range of
    the type, the variance is inf, and the mean is finite if the row is.

    Constraints:
      - row_moments_c1: the value is f32 or f64.

    Example:

    ```mlir
    %mean, %variance, %centred = norm.row_moments %v : f32
    ```
  }];
  let arguments = (ins Norm_ReducedFloat:$value);
  let results = (outs Norm_ReducedFloat:$mean, Norm_ReducedFloat:$variance,
                      Norm_ReducedFloat:$centred);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Norm_RowLengthOp : Norm_RowOp<"row_length", [Pure]> {
  let summary = "the number of elements of a row";
  let description = [{
    Example:

    ```mlir
    %n = norm.row_length
    ```
  }];
  let results = (outs Index:$result);
  let assemblyFormat = "attr-dict";
  let hasFolder = 1;
}

def Norm_RowIndexOp : Norm_RowOp<"row_index", [Pure]> {
  let summary = "the position of an element in its row";
  let description = [{
    0 for the first element, n - 1 for the last, in row-major order of
    `dimensions`; varies along the row. It has code on GPUs alone.

    Example, of the leading 4 elements of a row:

    ```mlir
    %i = norm.row_index
    %k = arith.constant 4 : index
    %leads = arith.cmpi ult, %i, %k : index
    ```
  }];
  let results = (outs Index:$result);
  let assemblyFormat = "attr-dict";
}

def Norm_RowYieldOp : Norm_RowOp<"row_yield", [
    Pure, Terminator]> {
  let summary = "what a row_loop stores";
  let description = [{
    One value for each destination, of its element type.
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
  let builders = [OpBuilder<(ins), [{
    build($_builder, $_state, ::mlir::ValueRange());
  }]>];
}

#endif // NORM_DIALECT_NORM_IR_NORMROWOPS_TD
