// Kernels do not add up rows: an error, and no loop over rows that would drop one.

// RUN: norm-opt %s --norm-rows-to-gpu --verify-diagnostics

#id = affine_map<(i, j) -> (i, j)>
#element = affine_map<(i, j) -> (j)>

func.func @sum(%x: memref<8x64xf32>, %s: memref<64xf32>) {
  // expected-error @+1 {{expected a loop over rows that has GPU code: it adds up rows, which kernels do not}}
  norm.row_loop ins(%x : memref<8x64xf32>) outs(%s : memref<64xf32>)
      maps = [#id, #element] accumulate = [0] dimensions = [1] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  }
  return
}
