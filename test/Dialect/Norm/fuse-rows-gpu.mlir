// What has no GPU code stays outside of loops for GPUs, and says why.

// RUN: norm-opt %s --norm-fuse-rows=target=gpu --split-input-file | FileCheck %s
// RUN: norm-opt %s --norm-fuse-rows=target=gpu --split-input-file --remarks-filter=norm-fuse-rows 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK
// RUN: not norm-opt %s --norm-fuse-rows=target=fpga --split-input-file 2>&1 | FileCheck %s --check-prefix=TARGET

// TARGET: error: expected target to be cpu, sse2, avx2, avx512, avx512bf16, neon, generic, znver4, znver5, sapphirerapids, gpu, or one of sm_70, {{.*}}, got fpga

#id = affine_map<(d0, d1) -> (d0, d1)>

// REMARK: linalg.generic stays outside of the row loop: math.sin of f32 has no GPU code
// CHECK-LABEL: @sine
// CHECK: norm.row_loop
// CHECK: linalg.generic
// CHECK: math.sin
func.func @sine(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%in: f32, %o: f32):
    %v = math.sin %in : f32
    linalg.yield %v : f32
  } -> tensor<4x64xf32>
  return %s : tensor<4x64xf32>
}

// -----

// A producer as well, and exp in f64, whose polynomial is of f32.
// REMARK: linalg.generic stays outside of the row loop: math.exp of f64 has no GPU code
// CHECK-LABEL: @exp_f64
// CHECK: linalg.generic
// CHECK: norm.row_loop
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @exp_f64(%x: tensor<4x64xf64>) -> tensor<4x64xf64> {
  %e = tensor.empty() : tensor<4x64xf64>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x64xf64>) outs(%e : tensor<4x64xf64>) {
  ^bb0(%in: f64, %o: f64):
    %v = math.exp %in : f64
    linalg.yield %v : f64
  } -> tensor<4x64xf64>
  %y = norm.rmsnorm ins(%s : tensor<4x64xf64>) outs(%e : tensor<4x64xf64>) epsilon = 1.0e-5 -> tensor<4x64xf64>
  return %y : tensor<4x64xf64>
}

// -----

// What has code joins: intrinsics, polynomials, integers.
// CHECK-LABEL: @joins
// CHECK-NOT: linalg.generic
// CHECK: norm.row_loop
// CHECK: math.tanh
// CHECK: math.roundeven
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @joins(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%in: f32, %o: f32):
    %t = math.tanh %in : f32
    %v = math.roundeven %t : f32
    linalg.yield %v : f32
  } -> tensor<4x64xf32>
  return %s : tensor<4x64xf32>
}
