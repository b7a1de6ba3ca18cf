// Slices with steps that drop one of several dimensions of size 1, executed
// (norm-strided-slices).

// RUN: %python -c "import numpy as np, sys; np.save(sys.argv[1], np.arange(60, dtype='float32').reshape(4, 5, 3))" %t.x.npy
// RUN: %python -c "import numpy as np, sys; np.save(sys.argv[1], np.array([2, 2]))" %t.n.npy
// RUN: norm-run %s --input=%t.x.npy --input=%t.n.npy --output=%t.0.npy --output=%t.1.npy --output=%t.2.npy --output=%t.3.npy
// RUN: norm-run %s --no-raise --threads=1 --input=%t.x.npy --input=%t.n.npy --output=%t.4.npy --output=%t.5.npy --output=%t.6.npy --output=%t.7.npy
// RUN: %python %S/../Inputs/strided_slices.py %t

func.func @main(%x: tensor<4x5x3xf32>, %n: tensor<2xindex>)
    -> (tensor<2x1xf32>, tensor<1x?xf32>, tensor<4x5x3xf32>, tensor<4x5x3xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %size = tensor.extract %n[%c0] : tensor<2xindex>
  %step = tensor.extract %n[%c1] : tensor<2xindex>
  %0 = tensor.extract_slice %x[1, 0, 2] [1, 2, 1] [3, 2, 3] : tensor<4x5x3xf32> to tensor<2x1xf32>
  %1 = tensor.extract_slice %x[2, 1, 0] [1, 1, %size] [1, 1, %step] : tensor<4x5x3xf32> to tensor<1x?xf32>
  %2 = tensor.insert_slice %0 into %x[3, 1, 0] [1, 2, 1] [1, 3, 1] : tensor<2x1xf32> into tensor<4x5x3xf32>
  %3 = scf.forall (%i) in (4) shared_outs(%o = %x) -> (tensor<4x5x3xf32>) {
    %a = tensor.extract_slice %o[%i, 0, 0] [1, 1, 1] [1, 3, 2] : tensor<4x5x3xf32> to tensor<1xf32>
    %b = arith.addf %a, %a : tensor<1xf32>
    scf.forall.in_parallel {
      tensor.parallel_insert_slice %b into %o[%i, 0, 0] [1, 1, 1] [1, 3, 2] : tensor<1xf32> into tensor<4x5x3xf32>
    }
  }
  return %0, %1, %2, %3 : tensor<2x1xf32>, tensor<1x?xf32>, tensor<4x5x3xf32>, tensor<4x5x3xf32>
}
