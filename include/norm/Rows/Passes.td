//===- Passes.td - passes on row loops ---------------------*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_ROWS_PASSES_TD
#define NORM_ROWS_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormPrintPlan : Pass<"norm-print-plan"> {
  let summary = "Print what each row loop computes when";
  let description = [{
    For each `norm.row_loop`, on stderr, the list of steps that code is emitted
    from: in which order rows run through it, what each sweep adds up and reads
    where, what is kept, and how many times an element is loaded at most. The
    program is left as it is.

    ```
    row loop at loc("model.mlir":7:8) for avx512:
    the phases of rows overlap, 16 lanes, stores past the caches
      1 sweep: add %5; in0 in1 from memory; ahead: in0 in1
      2 combine
      3 row code: %9
      4 store: out0 out1; in0 in1 from cache
    reads: 2
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", /*default=*/"\"cpu\"",
           "The machine: what norm-vectorize-rows or norm-rows-to-gpu takes as "
           "target or chip">,
    Option<"stores", "stores", "std::string", /*default=*/"\"auto\"",
           "CPUs: as for norm-vectorize-rows">,
    Option<"threads", "threads", "int64_t", /*default=*/"1",
           "CPUs: as for norm-vectorize-rows">
  ];
}

def NormVectorizeRows : Pass<"norm-vectorize-rows"> {
  let summary = "Turn norm ops on memrefs into row loops of vector code";
  let description = [{
    Writes each norm op and each row loop on memrefs as one parallel loop over
    tasks of several rows, each row as sweeps of vector code: the sums of the statistics in blocks
    and pairs, then the stores. f16 and bf16 are widened in registers and
    narrowed without calls. What is added to what is a function of the row
    length, the types and `vector-bits` alone, so that results are the same bits
    for a row alone or in a batch and for any number of threads.

    Results that would not stay in a cache are stored past the caches, each row
    while the next one is summed: memory reads and writes all the time. Which
    these are follows from the caches of the machine that the compiler runs on;
    where the module declares `func.func private @norm_cache_bytes(i64) -> i64`,
    code asks it for the bytes of the caches of level 2 and 3 instead, as
    norm-compile has it.

    Before:

    ```mlir
    norm.rmsnorm ins(%x : memref<2048x4096xf32>) outs(%y : memref<2048x4096xf32>)
      epsilon = 1.000000e-05
    ```

    After, with `vector-bits=512` and `stores=plain`:

    ```mlir
    scf.parallel (%task) = (%c0) to (%c256) step (%c1) {
      scf.for %row = %first to %end step %c1 {
        %sums:8 = scf.for %i = %c0 to %c4096 step %c128 iter_args(...) {
          %h = vector.load %x[%row, %i] : memref<2048x4096xf32>, vector<16xf32>
          %a = math.fma %h, %h, %sum : vector<16xf32>
          ...
        }
        ...
        scf.for %i = %c0 to %c4096 step %c64 {
          ...
          vector.store %v, %y[%row, %i] : memref<2048x4096xf32>, vector<16xf32>
        }
      }
    }
    ```
  }];
  let options = [
    Option<"vectorBits", "vector-bits", "unsigned", /*default=*/"0",
           "Width of a vector register in bits: 128, 256 or 512; 0 takes that "
           "of the machine the compiler runs on">,
    Option<"target", "target", "std::string", /*default=*/"\"cpu\"",
           "The vector unit: sse2, avx2, avx512, avx512bf16 or neon; generic, 128 "
           "bits and nothing that some processors do not have; with its caches, that "
           "of znver4, znver5 or sapphirerapids; or cpu, that "
           "of the machine the compiler runs on, or what all with vector-bits have">,
    Option<"stores", "stores", "std::string", /*default=*/"\"auto\"",
           "plain; streaming: past the caches, while the next row is summed; "
           "or auto: streaming for loops that read and write more than the caches "
           "near a core hold">,
    Option<"threads", "threads", "int64_t", /*default=*/"1",
           "Threads that there are: of fewer rows than this, each is shared by "
           "them if it has 65536 elements or more">
  ];
  let dependentDialects = [
    "arith::ArithDialect", "func::FuncDialect", "LLVM::LLVMDialect", "math::MathDialect", "memref::MemRefDialect",
    "scf::SCFDialect", "vector::VectorDialect"];
}

def NormRowsToGPU : Pass<"norm-rows-to-gpu", "mlir::ModuleOp"> {
  let summary = "Turn norm ops and row loops on memrefs into GPU kernels";
  let description = [{
    Writes each norm op and each `norm.row_loop` on memrefs as one `gpu.launch`.
    A row is shared by 4 to 1024 threads, which hold it in registers; short rows
    share a block. From sm_90 on rows of more than 16384 elements (as f32) are
    shared by a cluster of 2 to 16 blocks. Reductions go over the chunk of a
    thread, over the lanes of a warp by shuffles, and over warps through shared
    memory, of the other blocks of the cluster, too, with one barrier. Rows of
    more than 262144 elements, 32768 without clusters, and rows of unknown
    length, are kept in shared memory as far as it goes and read again beyond it
    in each sweep. Blocks of short rows take rows in turn
    and load the next one before they store. A remark of the category
    `norm-rows-to-gpu` names the strategy, and the attribute `norm.kernel` has
    it for norm-outline-kernels.

    Sums over rows take two kernels, with a buffer between them. A `memref.alloc`
    that row loops alone use gets the attribute `norm.workspace`, as that buffer
    has: norm-attach-nvvm-target moves it to the device.

    Elements are loaded and stored 16 bytes at a time where row length and layout
    are multiples of that. Pointers are taken to be multiples of 16 bytes.

    What is added to what is a function of row length and types alone, so that
    results are the same bits for a row alone or in a batch.

    Before:

    ```mlir
    norm.rmsnorm ins(%x : memref<?x128xf32>) outs(%y : memref<?x128xf32>)
      epsilon = 1.000000e-05
    ```

    After:

    ```mlir
    gpu.launch blocks(%block, ...) in (%grid_x = %blocks, ...)
               threads(%thread, ...) in (%block_x = %c128, ...) {
      ...
      %h = vector.load %x[%row, %i] {alignment = 16 : i64}
           : memref<?x128xf32>, vector<4xf32>
      ...
      %partner, %valid = gpu.shuffle xor %sum, %c4, %c32 : f32
      %pair = arith.addf %sum, %partner : f32
      ...
      gpu.terminator
    }
    ```
  }];
  let options = [
    Option<"chip", "chip", "std::string", /*default=*/"\"sm_90\"",
           "The chip, as for norm-attach-nvvm-target: what it can do decides "
           "how rows are shared">,
    Option<"rowsInTurn", "rows-in-turn", "bool", /*default=*/"true",
           "Whether blocks take several rows in turn, each loaded before the "
           "one before it is stored, where that keeps more bytes in flight">,
    Option<"dependentLaunch", "dependent-launch", "bool", /*default=*/"false",
           "From sm_90 on: wait for the grids before by griddepcontrol, so that "
           "the kernel may be launched before they end">,
  ];
  let dependentDialects = [
    "arith::ArithDialect", "gpu::GPUDialect", "LLVM::LLVMDialect",
    "math::MathDialect", "memref::MemRefDialect", "NVVM::NVVMDialect",
    "scf::SCFDialect", "vector::VectorDialect"];
}

#endif // NORM_ROWS_PASSES_TD
