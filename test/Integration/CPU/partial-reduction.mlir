// Statistics gathered along the row, executed: the same results as the op.

// RUN: norm-opt %s --transform-preload-library=transform-library-paths=%S/../Inputs/split-rows.mlir --transform-interpreter -o %t.split.mlir
// RUN: FileCheck %s --input-file=%t.split.mlir
// RUN: norm-run %t.split.mlir --no-raise --threads=1 --random=7 --output=%t.s0.npy --output=%t.s1.npy --output=%t.s2.npy --output=%t.s3.npy --output=%t.s4.npy
// RUN: norm-opt %s --norm-decompose -o %t.linalg.mlir
// RUN: norm-run %t.linalg.mlir --no-raise --threads=1 --random=7 --output=%t.w0.npy --output=%t.w1.npy --output=%t.w2.npy --output=%t.w3.npy --output=%t.w4.npy
// RUN: %python -c "import numpy as np, sys; [np.testing.assert_allclose(np.load(sys.argv[1] + f'.s{i}.npy'), np.load(sys.argv[1] + f'.w{i}.npy'), rtol=2e-6, atol=2e-6) for i in range(5)]" %t

// CHECK-NOT: norm.
func.func @main(%x: tensor<5x70xf32>, %g: tensor<70xf32>) -> (tensor<5x70xf32>, tensor<5x70xf32>, tensor<5x70xf32>, tensor<5xf32>, tensor<5xf32>) {
  %y = tensor.empty() : tensor<5x70xf32>
  %r = tensor.empty() : tensor<5xf32>
  %0 = norm.rmsnorm ins(%x : tensor<5x70xf32>) scale(%g : tensor<70xf32>) outs(%y : tensor<5x70xf32>) epsilon = 1.0e-05 -> tensor<5x70xf32>
  %1 = norm.prmsnorm ins(%x : tensor<5x70xf32>) outs(%y : tensor<5x70xf32>) k = 19 epsilon = 1.0e-05 -> tensor<5x70xf32>
  %2:3 = norm.layernorm ins(%x : tensor<5x70xf32>) scale(%g : tensor<70xf32>) outs(%y : tensor<5x70xf32>)
         statistic(%r : tensor<5xf32>) mean(%r : tensor<5xf32>) epsilon = 1.0e-05 -> (tensor<5x70xf32>, tensor<5xf32>, tensor<5xf32>)
  return %0, %1, %2#0, %2#1, %2#2 : tensor<5x70xf32>, tensor<5x70xf32>, tensor<5x70xf32>, tensor<5xf32>, tensor<5xf32>
}
