// RUN: norm-opt %s --norm-vectorize-rows --verify-diagnostics --split-input-file
// RUN: not norm-opt %s --norm-vectorize-rows=vector-bits=64 --split-input-file 2>&1 | FileCheck %s

// RUN: not norm-opt %s --norm-vectorize-rows=target=gpu --split-input-file 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not norm-opt %s --norm-to-llvm=target=sse9 --split-input-file 2>&1 | FileCheck %s --check-prefix=PIPELINE

// TARGET: expected target to be cpu, sse2, avx2, avx512, avx512bf16, neon, generic, znver4, znver5 or sapphirerapids, got gpu (norm-rows-to-gpu makes kernels)
// PIPELINE: expected target to be cpu, sse2, avx2, avx512, avx512bf16, neon, generic, znver4, znver5 or sapphirerapids, got sse9
// CHECK: expected vector-bits to be 128, 256, 512 or 0, got 64

func.func @float8(%x: memref<8x64xf8E8M0FNU>, %y: memref<8x64xf32>) {
  // expected-error @+1 {{expected a loop over rows that has vector code: elements of type f8E8M0FNU have no vector code}}
  norm.rmsnorm ins(%x : memref<8x64xf8E8M0FNU>) outs(%y : memref<8x64xf32>) epsilon = 1.0e-5
  return
}

// -----

// Positions in rows are for kernels.
func.func @positions(%x: memref<4x64xf32>, %y: memref<4x64xf32>) {
  // expected-error @+1 {{expected a loop over rows that has vector code: norm.row_index has code on GPUs alone}}
  norm.row_loop ins(%x : memref<4x64xf32>) outs(%y : memref<4x64xf32>)
      maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>] dimensions = [1] {
  ^bb0(%a: f32):
    %i = norm.row_index
    %c4 = arith.constant 4 : index
    %leads = arith.cmpi ult, %i, %c4 : index
    %zero = arith.constant 0.0 : f32
    %b = arith.select %leads, %a, %zero : f32
    norm.row_yield %b : f32
  }
  return
}

// -----

func.func @memory_space(%x: memref<4x64xf32, 1>, %y: memref<4x64xf32>) {
  // expected-error @+1 {{expected a loop over rows that has vector code: it has an operand in memory space 1}}
  norm.rmsnorm ins(%x : memref<4x64xf32, 1>) outs(%y : memref<4x64xf32>) epsilon = 1.0e-05
  return
}
