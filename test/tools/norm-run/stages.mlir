// The program after a stage, on stderr; the run goes on.

// RUN: norm-run %s --no-raise --random=1 --threads=1 --print-ir-after=input 2>&1 >/dev/null | FileCheck %s --check-prefix=INPUT
// INPUT: func.func @main
// INPUT: arith.addf {{.*}} : tensor<8xf32>

// RUN: norm-run %s --no-raise --random=1 --threads=1 --print-ir-after=llvm 2>&1 >/dev/null | FileCheck %s --check-prefix=LLVM
// LLVM: llvm.func @main
// LLVM: llvm.fadd

// RUN: norm-run %s --no-raise --random=1 --threads=1 --print-ir-after=llvm 2>/dev/null | FileCheck %s --check-prefix=RESULT
// RESULT: result 0: shape [8]

// RUN: norm-run %s --entry=rms --random=1 --threads=1 --print-ir-after=raised 2>&1 >/dev/null | FileCheck %s --check-prefix=RAISED
// RAISED-LABEL: func.func @rms
// RAISED-NEXT: tensor.empty
// RAISED-NEXT: norm.rmsnorm {{.*}} epsilon = 1.000000e-03
// RAISED-NEXT: return

// RUN: norm-run %s --entry=rms --random=1 --threads=1 --print-ir-after=fused 2>&1 >/dev/null | FileCheck %s --check-prefix=FUSED
// FUSED-LABEL: func.func @rms
// FUSED: norm.row_loop ins(%{{.*}} : tensor<4x64xf32>)

// RUN: norm-run %s --entry=rms --random=1 --threads=1 --print-ir-after=planned 2>&1 >/dev/null | FileCheck %s --check-prefix=PLANNED
// PLANNED: row loop at
// PLANNED-NEXT: one row after the other
// PLANNED-NEXT: sweep: add
// PLANNED: store: out0;
// PLANNED: func.func @rms
// PLANNED: norm.row_loop ins(%{{.*}} : memref<4x64xf32>)

// RUN: norm-run %s --entry=rms --random=1 --threads=1 --vector-bits=256 --print-ir-after=vector 2>&1 >/dev/null | FileCheck %s --check-prefix=VECTOR
// VECTOR-LABEL: func.func @rms
// VECTOR-NOT: norm.
// VECTOR: vector.load {{.*}} vector<8xf32>

// RUN: norm-run %s --entry=rms --random=1 --threads=1 --stores=streaming --print-ir-after=vector 2>&1 >/dev/null | FileCheck %s --check-prefix=STREAMING
// STREAMING: nontemporal

// What code is made for; with a width of its own it is for no machine that could be asked.
// RUN: norm-run %s --random=1 --threads=1 --verbose 2>&1 >/dev/null | FileCheck %s --check-prefix=VERBOSE
// VERBOSE: norm-run: note: {{128|256|512}}-bit vectors; L{{.*}} ({{sysfs|sysctl|cpuid|assumed.*}}); 1 threads
// RUN: norm-run %s --random=1 --threads=1 --vector-bits=256 --verbose 2>&1 >/dev/null | FileCheck %s --check-prefix=ASSUMED
// ASSUMED: norm-run: note: 256-bit vectors; L2 2 MiB (assumed, not read from a machine); 1 threads

// RUN: not norm-run %s --no-raise --random=1 --threads=1 --print-ir-after=planned 2>&1 | FileCheck %s --check-prefix=NOSTAGE
// NOSTAGE: error: this pipeline has no stage 'planned'

func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %y = arith.addf %x, %x : tensor<8xf32>
  return %y : tensor<8xf32>
}

func.func @rms(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %epsilon = arith.constant 1.0e-03 : f32
  %empty = tensor.empty() : tensor<4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%empty : tensor<4xf32>) -> tensor<4xf32>
  %sums = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%v: f32, %sum: f32):
    %square = arith.mulf %v, %v : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %init = tensor.empty() : tensor<4x64xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sums : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>) {
  ^bb0(%v: f32, %sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %epsilon : f32
    %rstd = math.rsqrt %shifted : f32
    %scaled = arith.mulf %v, %rstd : f32
    linalg.yield %scaled : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
