//===- Passes.td - passes on rows over several processes ---*- tablegen -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_SHARDING_PASSES_TD
#define NORM_SHARDING_PASSES_TD

include "mlir/Pass/PassBase.td"

def NormJoinParts : Pass<"norm-join-parts", "::mlir::ModuleOp"> {
  let summary = "Make a program that is split by hand one of whole tensors";
  let description = [{
    A function without annotations whose sums pass through `shard.all_reduce` is
    that of one process. It becomes one on whole tensors, with annotations that
    say which parts each process has: then norms can be raised, and the partition
    gives back arguments and results as they were. A function in which something
    else is done with a sum over a part, or an op is not known, stays.

    Calls of a declaration with `norm.all_reduce = [axes]` are such collectives,
    and so is `mpi.allreduce` of sums over all processes from the buffer of a
    tensor to one that only a tensor reads.

    Before:

    ```mlir
    func.func @main(%x: tensor<4x32xf32>) -> tensor<4x32xf32> {
      %sum = .. of the squares along dim 1
      %all = shard.all_reduce %sum on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
    ```

    After, with a grid of 4:

    ```mlir
    func.func @main(%x: tensor<4x128xf32>) -> tensor<4x128xf32> {
      %part = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
      %xs = shard.shard %x to %part : tensor<4x128xf32>
      %sum = .. of the squares along dim 1
    ```
  }];
  let dependentDialects = ["::mlir::shard::ShardDialect"];
}

def NormPrepareShardings : Pass<"norm-prepare-shardings", "::mlir::ModuleOp"> {
  let summary = "Annotate what sharding-propagation does not look at";
  let description = [{
    To be run before norm-propagate-shardings or upstream's
    `sharding-propagation`. Checks the grids, and
    annotates constants that are no splats as whole: upstream's propagation would
    split their type and not their elements. Arguments without a use are
    annotated as whole, too. Ops without a use go.

    With `deterministic = B` the grid gets the attribute `norm.deterministic`:
    sums of split rows are gathered by pieces of B elements and added up in
    order, and sums over split rows pairwise, so that any number of processes
    gives the bits of a grid of one. What cannot be cut so is an error of
    norm-partition.

    Before:

    ```mlir
    %g = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
    ```

    After:

    ```mlir
    %g = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
    %whole = shard.sharding @grid split_axes = [[]] : !shard.sharding
    %annotated = shard.shard %g to %whole : tensor<2xf32>
    ```
  }];
  let options = [
    Option<"deterministic", "deterministic", "int64_t", "0",
           "Elements of a piece of a row whose sum is taken alone; 0 for parts">
  ];
  let dependentDialects = ["::mlir::shard::ShardDialect"];
}

def NormPropagateShardings
    : Pass<"norm-propagate-shardings", "::mlir::ModuleOp"> {
  let summary = "Annotate all tensors of a program in which some are annotated";
  let description = [{
    What upstream's `sharding-propagation` does to one block of ops on tensors,
    for functions that have scalars, `scf.for` and `scf.if`, too. It asks the
    same interface, in the same order of preference. What a loop carries is split
    in one way, before, in and behind the loop, and so are the yields of both
    branches.

    Before:

    ```mlir
    %xs = shard.shard %x to %s : tensor<4x64xf32>
    %r = scf.for %i = %a to %b step %c iter_args(%h = %xs) -> (tensor<4x64xf32>) {
      %y = norm.rmsnorm ins(%h : tensor<4x64xf32>) ..
    ```

    After:

    ```mlir
    %xs = shard.shard %x to %s : tensor<4x64xf32>
    %init = shard.shard %xs to %s annotate_for_users : tensor<4x64xf32>
    %r = scf.for %i = %a to %b step %c iter_args(%h = %init) -> (tensor<4x64xf32>) {
      %hs = shard.shard %h to %s : tensor<4x64xf32>
      ..
    ```
  }];
  let dependentDialects = ["::mlir::shard::ShardDialect"];
}

def NormPartition : Pass<"norm-partition", "::mlir::ModuleOp"> {
  let summary = "Make of an annotated program the one of each process";
  let description = [{
    What upstream's `shard-partition` does to one block of ops on tensors, for
    functions that have scalars, `scf.for` and `scf.if`, too: loops carry parts,
    and branches yield them. To be run behind norm-check-shardings.

    Before:

    ```mlir
    %r = scf.for %i = %a to %b step %c iter_args(%h = %xs) -> (tensor<4x64xf32>) {
    ```

    After, with a grid of 2:

    ```mlir
    %r = scf.for %i = %a to %b step %c iter_args(%h = %x) -> (tensor<4x32xf32>) {
    ```
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect",
                           "::mlir::shard::ShardDialect",
                           "::mlir::tensor::TensorDialect"];
}

def NormCheckShardings : Pass<"norm-check-shardings", "::mlir::ModuleOp"> {
  let summary = "Go around what shard-partition gets wrong, or refuse it";
  let description = [{
    To be run between norm-propagate-shardings, or upstream's
    `sharding-propagation`, and norm-partition, or `shard-partition`, which takes 63 elements over 2 processes for 31 and 31, and fails without
    a sentence where a value has no annotation. Extents that their processes do
    not divide are filled up, with the attribute `norm.whole` for norms, which
    leave the filling out. Errors: filling that another op would add up; a dynamic
    extent that is split, and counted or moved; an op without ShardingInterface;
    a value without annotation; shardings with halos or offsets.
    A move from one sharding to another goes by one grid axis at a time.
    Constants that are no splats become resources until norm-collectives-to-mpi.

    Records in the attribute `norm.parts` of a function which part of the whole
    of each argument and result a process has, for norm-run.

    After:

    ```mlir
    func.func @main(%x: tensor<4x64xf32>) -> tensor<4x64xf32> attributes {
      norm.parts = {
        arguments = [
          {extents = array<i64: 4, 64>, grid = array<i64: 2>,
           split = [array<i64>, array<i64: 0>]} ], results = [ ... ] }}
    ```
  }];
  let dependentDialects = ["::mlir::shard::ShardDialect"];
}

def NormCombineCollectives
    : InterfacePass<"norm-combine-collectives", "::mlir::FunctionOpInterface"> {
  let summary = "Make one collective of those that do not need each other";
  let description = [{
    A message of a few numbers per row costs what its latency costs. Sums over
    the same processes, and gathers likewise, become one where none needs
    the result of another: the norms of q and of k, a forward and
    a backward sum.

    Before:

    ```mlir
    %q = shard.all_reduce %a on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
    %k = shard.all_reduce %b on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
    ```

    After:

    ```mlir
    %both = tensor.concat dim(0) %a, %b
        : (tensor<4xf32>, tensor<4xf32>) -> tensor<8xf32>
    %sum = shard.all_reduce %both on @grid grid_axes = [0] : tensor<8xf32> -> tensor<8xf32>
    %q = tensor.extract_slice %sum[0] [4] [1] : tensor<8xf32> to tensor<4xf32>
    %k = tensor.extract_slice %sum[4] [4] [1] : tensor<8xf32> to tensor<4xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::shard::ShardDialect",
    "::mlir::tensor::TensorDialect"];
}

def NormCollectivesToMPI : Pass<"norm-collectives-to-mpi", "::mlir::ModuleOp"> {
  let summary = "Turn collectives on tensors into calls of the MPI library";
  let description = [{
    Each `shard.all_reduce` and `shard.all_gather` copies its operand to a buffer
    and calls a function of norm's MPI library, which is C compiled against the
    mpi.h at hand (norm/Sharding/MPI.h). Communicators are made on first use, one
    for each grid and choice of axes.

    Before:

    ```mlir
    %s = shard.all_reduce %t on @grid grid_axes = [0] : tensor<4xf32> -> tensor<4xf32>
    ```

    After:

    ```mlir
    %from = bufferization.to_buffer %t read_only : tensor<4xf32> to memref<4xf32>
    %buffer = memref.alloc() : memref<4xf32>
    memref.copy %from, %buffer : memref<4xf32> to memref<4xf32>
    ...
    call @norm_mpi_all_reduce(%pointer, %count, %type, %communicator)
    %s = bufferization.to_tensor %buffer restrict writable : memref<4xf32> to tensor<4xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::memref::MemRefDialect",
    "::mlir::tensor::TensorDialect"];
}

#endif // NORM_SHARDING_PASSES_TD
