// RUN: norm-opt %s --norm-to-llvm="threads=1" | FileCheck %s --implicit-check-not=omp. --implicit-check-not=norm.
// RUN: norm-opt %s --norm-to-llvm="threads=1 results-to-out-params" | FileCheck %s --check-prefix=OUT
// RUN: norm-opt %s --norm-to-llvm="threads=2" | FileCheck %s --check-prefix=OMP

// CHECK-LABEL: llvm.func @layer(
// CHECK-SAME: -> !llvm.struct
// The exponential joins the row loop as a polynomial: one result is allocated,
// and nothing is called besides.
// CHECK-COUNT-1: llvm.call @malloc
// CHECK-NOT: llvm.call
// CHECK-NOT: llvm.intr.exp
// CHECK: llvm.return
// OUT: llvm.func @layer({{.*}}i64) {
// OUT-NOT: return %
// OUT: llvm.return{{$}}
// OMP-LABEL: llvm.func @layer(
// OMP: omp.parallel
func.func @layer(%x: tensor<256x512xf32>, %g: tensor<512xf32>) -> tensor<256x512xf32> {
  %init = tensor.empty() : tensor<256x512xf32>
  %y = norm.rmsnorm ins(%x : tensor<256x512xf32>) scale(%g : tensor<512xf32>)
       outs(%init : tensor<256x512xf32>) epsilon = 1.0e-05 -> tensor<256x512xf32>
  %e = math.exp %y : tensor<256x512xf32>
  return %e : tensor<256x512xf32>
}
