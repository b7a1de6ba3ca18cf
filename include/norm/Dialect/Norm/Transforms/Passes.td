//===- Passes.td - passes on norm ops ----------------------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_TRANSFORMS_PASSES_TD
#define NORM_DIALECT_NORM_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormDecompose : Pass<"norm-decompose"> {
  let summary = "Decompose norm ops on tensors into linalg on tensors";
  let description = [{
    Writes each norm op as fills, row sums and elementwise `linalg.generic` ops
    that compute exactly what the op's formula says: statistics in C, roundings
    where the formula has them, layernorm's variance from centred squares. No
    norm op on tensors is left. `norm-raise` finds the op again. Backward ops are
    written likewise, dscale and dbias as sums over rows in C.

    Before:

    ```mlir
    %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
         epsilon = 1.000000e-05 -> tensor<4x64xf32>
    ```

    After:

    ```mlir
    %sum = linalg.generic {...["parallel", "reduction"]} ins(%x) outs(%zeros)
           // sum of x * x
    %s = linalg.generic {...["parallel"]} ins(%sum) outs(%e)     // sum / 64
    %rstd = linalg.generic {...["parallel"]} ins(%s) outs(%e)
           // rsqrt(s + epsilon)
    %y = linalg.generic {...["parallel", "parallel"]} ins(%x, %rstd) outs(%init)
           // x * rstd
    ```
  }];
  let dependentDialects = [
    "arith::ArithDialect", "linalg::LinalgDialect", "math::MathDialect",
    "tensor::TensorDialect"];
}

def NormCollapseDimensions : Pass<"norm-collapse-dimensions"> {
  let summary = "Bring norms of trailing dimensions to rows and row";
  let description = [{
    Collapses the dimensions of the rows into one, and the normalized ones, where
    they are the trailing ones, into another; unit dimensions go with them. The
    op stays between reshapes that move no element. Norms on memrefs, and of
    dimensions that are not trailing, are left as they are.

    Before:

    ```mlir
    %y = norm.rmsnorm ins(%x : tensor<2x3x8x4xf32>) scale(%g : tensor<8x4xf32>)
         outs(%init : tensor<2x3x8x4xf32>) dimensions = [2, 3]
         epsilon = 1.000000e-05 -> tensor<2x3x8x4xf32>
    ```

    After:

    ```mlir
    %0 = tensor.collapse_shape %x [[0, 1], [2, 3]]
         : tensor<2x3x8x4xf32> into tensor<6x32xf32>
    ...
    %3 = norm.rmsnorm ins(%0 : tensor<6x32xf32>) scale(%2 : tensor<32xf32>)
         outs(%1 : tensor<6x32xf32>) epsilon = 1.000000e-05 -> tensor<6x32xf32>
    %y = tensor.expand_shape %3 [[0, 1], [2, 3]] output_shape [2, 3, 8, 4]
         : tensor<6x32xf32> into tensor<2x3x8x4xf32>
    ```
  }];
  let dependentDialects = ["tensor::TensorDialect"];
}

def NormFuseRows : Pass<"norm-fuse-rows"> {
  let summary = "Fuse norm ops and their row-local neighbours into row loops";
  let description = [{
    Each norm op on tensors becomes a `norm.row_loop`, and what is next to it and
    works row by row joins it: any elementwise `linalg` op, whatever its body, a
    reduction over the same row (a per-row amax, say), another norm. A result
    that has other uses is one more result of the loop, stored once. A backward
    op, on memrefs too, becomes a row loop that adds up dscale and dbias; these
    are linalg ops for a GPU. A neighbour is left where it is, with a missed
    remark of the category `norm-fuse-rows` that says why, if

    - it is a reduction or iterates over something else than the rows;
    - its body holds what has no code for the target: vector code of CPUs, or
      code of GPUs, which has no libm to call;
    - it would be computed once for each row and is not: a tensor that the rows
      share, unless it costs no more than reading it;
    - no place in the program has all operands and comes before all uses.

    Before:

    ```mlir
    %s = linalg.add ins(%a, %b : tensor<4x64xf32>, tensor<4x64xf32>)
         outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
    %y = norm.rmsnorm ins(%s : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>)
         epsilon = 1.000000e-05 -> tensor<4x64xf32>
    return %y, %s : tensor<4x64xf32>, tensor<4x64xf32>
    ```

    After:

    ```mlir
    %0:2 = norm.row_loop ins(%a, %b : tensor<4x64xf32>, tensor<4x64xf32>)
           outs(%e, %e : tensor<4x64xf32>, tensor<4x64xf32>)
           maps = [#id, #id, #id, #id] dimensions = [1] {
    ^bb0(%a_i: f32, %b_i: f32):
      %s_i = arith.addf %a_i, %b_i : f32
      ...
      norm.row_yield %y_i, %s_i : f32, f32
    } -> tensor<4x64xf32>, tensor<4x64xf32>
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"cpu\"",
           "What row loops will be compiled for: a vector unit or a chip, as the "
           "passes that emit code name it, cpu or gpu">
  ];
  let dependentDialects = [
    "arith::ArithDialect", "linalg::LinalgDialect", "math::MathDialect",
    "tensor::TensorDialect"];
}

def NormApproximateMath : Pass<"norm-approximate-math"> {
  let summary = "Evaluate functions of f32 vectors as polynomials";
  let description = [{
    expm1, tanh, erf, log, log2 and log1p of f32 vectors become upstream's
    polynomial approximations, and exp one that takes half as many operations,
    where LLVM would call a function for each element.
    Scalars and f64 keep their library calls, and so do sin and cos, whose
    polynomials are wrong for large arguments.
    test/Integration/CPU/approximations.test measures the errors and bounds
    them.
  }];
  let options = [
    Option<"fusedMultiplyAdd", "fused-multiply-add", "bool", /*default=*/"true",
           "Whether the target has a fused multiply-add; if not, polynomials "
           "multiply and add">
  ];
  let dependentDialects = ["arith::ArithDialect", "math::MathDialect",
                           "vector::VectorDialect"];
}

def NormHoistAllocas : Pass<"norm-hoist-allocas"> {
  let summary = "Allocate stack memory once for each thread";
  let description = [{
    Moves each `memref.alloca` of static shape from loops to the start of the
    `omp.parallel` region around it, or of the function: one allocation for each
    thread, where LLVM keeps the frame fixed, instead of one for each iteration.
    A loop body cannot rely on what an alloca holds at first, so iterations may
    share it. The scopes around the allocas (`memref.alloca_scope`) go. To be run
    when no other parallel loop is left than OpenMP's.

    A frame takes 256 KiB of them. What does not fit stays where it is, and is freed
    at the end of its scope (`llvm.intr.stackrestore`): a function of any number of
    row loops needs the frame and what one loop takes.
  }];
  let dependentDialects = ["LLVM::LLVMDialect", "memref::MemRefDialect"];
}

def NormSkipForks : Pass<"norm-skip-forks"> {
  let summary = "Start threads only for loops of more than one iteration";
  let description = [{
    Gives each `omp.parallel` whose only work is one loop the clause
    `num_threads(iterations > 1 ? threads : 1)`, so that a row loop of little
    work, which norm-vectorize-rows makes a single task, runs on the calling
    thread. A loop at the end of the region does not wait: the end of the region
    is a barrier.
  }];
  let dependentDialects = ["arith::ArithDialect", "omp::OpenMPDialect"];
}

def NormSerializeSmallLinalg : Pass<"norm-serialize-small-linalg"> {
  let summary = "Turn linalg ops of little work into serial loops";
  let description = [{
    Linalg ops on memrefs of static shape with fewer than `min-iterations`
    iterations become `scf.for` loops; the others are left to be parallelized.
  }];
  let options = [
    Option<"minIterations", "min-iterations", "int64_t", /*default=*/"32768",
           "Iterations of an op that are worth starting threads for">
  ];
  let dependentDialects = ["affine::AffineDialect", "memref::MemRefDialect",
                           "scf::SCFDialect"];
}

def NormPlainTensors : Pass<"norm-plain-tensors"> {
  let summary = "Spell out ops on tensors that upstream does not bufferize";
  let description = [{
    `linalg.softmax` and Winograd's transforms become the ops that they are made
    of, `linalg.pack` and `linalg.unpack` a padding, a view and a transposition,
    and `tensor.bitcast` an `arith.bitcast`. Upstream has patterns for it, and no
    pass. Packs with dynamic tiles stay, and so do casts to integers with a sign.

    ```mlir
    %y = tensor.bitcast %x : tensor<?xf32> to tensor<?xi32>
    %y = arith.bitcast %x : tensor<?xf32> to tensor<?xi32>     // after
    ```
  }];
  let dependentDialects = ["affine::AffineDialect", "arith::ArithDialect",
                           "linalg::LinalgDialect", "math::MathDialect",
                           "scf::SCFDialect", "tensor::TensorDialect"];
}

def NormStridedSlices : Pass<"norm-strided-slices"> {
  let summary = "Take steps and drop dimensions in two ops";
  let description = [{
    Of a slice with steps that drops some of its dimensions of size 1, and not all
    of them, upstream's `memref.subview` does not know which: passes behind
    bufferization crash. An `extract_slice` becomes two, an `insert_slice` one of
    a view that has all dimensions. To be run before bufferization.

    ```mlir
    %s = tensor.extract_slice %x[0, 2] [1, 1] [3, 1] : tensor<5x3xf32> to tensor<1xf32>
    ```

    becomes

    ```mlir
    %0 = tensor.extract_slice %x[0, 2] [1, 1] [3, 1] : tensor<5x3xf32> to tensor<1x1xf32>
    %s = tensor.extract_slice %0[0, 0] [1, 1] [1, 1] : tensor<1x1xf32> to tensor<1xf32>
    ```
  }];
  let dependentDialects = ["tensor::TensorDialect"];
}

def NormStridedCopies : Pass<"norm-strided-copies"> {
  let summary = "Turn copies of strided memrefs into linalg ops";
  let description = [{
    A `memref.copy` becomes a copy of bytes where both memrefs are contiguous.
    Of others, which slices that are put together make, the lowering to LLVM
    makes a call of a run-time library; here they become a `linalg.generic`, and
    loops like any other.
  }];
  let dependentDialects = ["linalg::LinalgDialect"];
}

def NormMaskedHalves : Pass<"norm-masked-halves"> {
  let summary = "Mask loads and stores of 16-bit floats as integers";
  let description = [{
    For a masked access to f16 or bf16 on a target without arithmetic on them,
    LLVM widens and narrows the elements, by calls of functions that may not
    exist. On integers it moves bits.

    ```mlir
    %v = llvm.intr.masked.load %p, %m, %zeros : ... -> vector<16xbf16>
    ```

    becomes

    ```mlir
    %i = llvm.intr.masked.load %p, %m, %zeros : ... -> vector<16xi16>
    %v = llvm.bitcast %i : vector<16xi16> to vector<16xbf16>
    ```

    A masked store of the first lane alone becomes a store of the element.
  }];
  let dependentDialects = ["LLVM::LLVMDialect"];
}

def NormLowerArith : Pass<"norm-lower-arith"> {
  let summary = "Lower arith ops that upstream lowers otherwise than they say";
  let description = [{
    `arith.minimumf` and `arith.maximumf` order zeros by their signs; upstream's
    expansion takes the second operand. They become LLVM's intrinsics, which do as
    the ops say. Conversions from and to f8E4M3FN and f8E5M2, which have no
    lowering, become integer arithmetic, and other ops of arith and math on them
    are computed in f32. To be run before `arith-expand`.

    ```mlir
    %m = arith.minimumf %a, %b : f32
    %m = llvm.intr.minimum(%a, %b) : (f32, f32) -> f32      // after
    ```
  }];
  let dependentDialects = ["arith::ArithDialect", "LLVM::LLVMDialect",
                           "vector::VectorDialect"];
}

def NormSlicedPads : Pass<"norm-sliced-pads"> {
  let summary = "Turn negative amounts of tensor.pad into slices";
  let description = [{
    A `tensor.pad` by a negative amount takes elements away. Upstream's
    bufferization writes past its result, and its folder takes amounts of -1 and 1
    for no padding. The op becomes a slice that is padded by what is left; where
    nothing is left, a `tensor.generate`. Amounts known at run time alone are
    treated alike. To be run before all passes that fold.

    ```mlir
    %p = tensor.pad %x low[-2] high[3] { ... } : tensor<5xf32> to tensor<6xf32>
    ```

    becomes

    ```mlir
    %s = tensor.extract_slice %x[2] [3] [1] : tensor<5xf32> to tensor<3xf32>
    %p = tensor.pad %s low[0] high[3] { ... } : tensor<3xf32> to tensor<6xf32>
    ```
  }];
  let dependentDialects = ["affine::AffineDialect", "tensor::TensorDialect"];
}

def NormLowerMath : Pass<"norm-lower-math", "ModuleOp"> {
  let summary = "Lower math ops that upstream lowers inexactly or not at all";
  let description = [{
    `math.log1p` and `math.expm1` become calls of libm: upstream makes log(1 + x)
    and exp(x) - 1 of them, which are 0 for a small x. `math.isinf` and
    `math.isnormal` become comparisons of the magnitude. To be run before
    `convert-math-to-llvm`.

    ```mlir
    %y = math.log1p %x : f32
    %y = func.call @log1pf(%x) : (f32) -> f32      // after
    ```
  }];
  let dependentDialects = ["arith::ArithDialect", "func::FuncDialect",
                           "math::MathDialect", "vector::VectorDialect"];
}

def NormExpandedViews : Pass<"norm-expanded-views"> {
  let summary = "Spell out views that divide a dimension into unknown sizes";
  let description = [{
    `memref.expand_shape` with more than one dynamic size in a group, or with one
    beside 0, becomes a `memref.reinterpret_cast`, as upstream's
    `expand-strided-metadata` crashes on the first and divides by 0 for the
    second. To be run before that pass.

    ```mlir
    %v = memref.expand_shape %m [[0, 1]] output_shape [%a, %b]
        : memref<?xf32> into memref<?x?xf32>
    %v = memref.reinterpret_cast %base to offset: [0], sizes: [%a, %b],
        strides: [%b, 1] : memref<f32> to memref<?x?xf32>         // after
    ```
  }];
  let dependentDialects = ["affine::AffineDialect", "memref::MemRefDialect"];
}

def NormByteElements : Pass<"norm-byte-elements"> {
  let summary = "Load and store integers of less than a byte as bytes";
  let description = [{
    `memref.load` and `memref.store` of i1, and of other integers of less than 8
    bits, become those of a byte, which such an element takes in memory. Upstream's
    lowering to LLVM stops at an assertion for them. To be run after loops are
    made, before the lowering to LLVM, in which the cast folds.

    ```mlir
    memref.store %b, %m[%i] : memref<4xi1>
    ```

    becomes

    ```mlir
    %byte = arith.extui %b : i1 to i8
    %bytes = builtin.unrealized_conversion_cast %m : memref<4xi1> to memref<4xi8>
    memref.store %byte, %bytes[%i] : memref<4xi8>
    ```
  }];
  let dependentDialects = ["arith::ArithDialect", "memref::MemRefDialect"];
}

def NormStaticResultsToOutParams
    : Pass<"norm-static-results-to-out-params", "mlir::ModuleOp"> {
  let summary = "Turn results of static shape into out-params";
  let description = [{
    After bufferization: a function all of whose results are memrefs of static
    shape takes them as arguments instead, which the caller allocates. A function
    with a result of dynamic shape keeps returning all its results, as only the
    function itself can tell their sizes.

    ```mlir
    func.func @f(%x: memref<4xf32>) -> memref<4xf32>
    func.func @f(%x: memref<4xf32>, %y: memref<4xf32>)      // after
    ```
  }];
  let dependentDialects = ["bufferization::BufferizationDialect",
                           "memref::MemRefDialect"];
}

#endif // NORM_DIALECT_NORM_TRANSFORMS_PASSES_TD
