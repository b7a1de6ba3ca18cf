// What models of front ends are made of beside norms, executed: slices that are
// put together, and a loop that makes its tensors anew. Neither calls a run-time
// library.

// RUN: norm-opt %s --norm-to-llvm | FileCheck %s --implicit-check-not=memrefCopy
// CHECK: llvm.func @main
// RUN: %python -c "import numpy as np, sys; np.save(sys.argv[1], np.random.default_rng(0).standard_normal((3, 10)).astype('float32'))" %t.x.npy
// RUN: norm-run %s --input=%t.x.npy --output=%t.y.npy --output=%t.z.npy
// RUN: %python -c "import numpy as np, sys; t = sys.argv[1]; x = np.load(t + '.x.npy').astype(float); np.testing.assert_allclose(np.load(t + '.y.npy'), np.concatenate([-x[:, 5:], x[:, :5]], 1), rtol=1e-6); np.testing.assert_allclose(np.load(t + '.z.npy'), x * 8, rtol=1e-6)" %t

#map = affine_map<(d0, d1) -> (d0, d1)>
func.func @main(%x: tensor<3x10xf32>) -> (tensor<3x10xf32>, tensor<3x10xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %right = tensor.extract_slice %x[0, 5] [3, 5] [1, 1] : tensor<3x10xf32> to tensor<3x5xf32>
  %negative = arith.negf %right : tensor<3x5xf32>
  %left = tensor.extract_slice %x[0, 0] [3, 5] [1, 1] : tensor<3x10xf32> to tensor<3x5xf32>
  %empty = tensor.empty() : tensor<3x10xf32>
  %half = tensor.insert_slice %negative into %empty[0, 0] [3, 5] [1, 1] : tensor<3x5xf32> into tensor<3x10xf32>
  %rotated = tensor.insert_slice %left into %half[0, 5] [3, 5] [1, 1] : tensor<3x5xf32> into tensor<3x10xf32>
  %doubled = scf.for %i = %c0 to %c3 step %c1 iter_args(%y = %x) -> (tensor<3x10xf32>) {
    %new = tensor.empty() : tensor<3x10xf32>
    %sum = linalg.generic {indexing_maps = [#map, #map], iterator_types = ["parallel", "parallel"]}
        ins(%y : tensor<3x10xf32>) outs(%new : tensor<3x10xf32>) {
    ^bb0(%in: f32, %out: f32):
      %twice = arith.addf %in, %in : f32
      linalg.yield %twice : f32
    } -> tensor<3x10xf32>
    scf.yield %sum : tensor<3x10xf32>
  }
  return %rotated, %doubled : tensor<3x10xf32>, tensor<3x10xf32>
}
