// A dimension that is divided into two unknown ones, executed (norm-expanded-views).

// RUN: %python -c "import numpy as np, sys; t = sys.argv[1]; r = np.random.default_rng(0); np.save(t + '.x.npy', r.standard_normal((6, 5)).astype('float32')); np.save(t + '.z.npy', r.standard_normal((2, 3, 5)).astype('float32'))" %t
// RUN: norm-run %s --input=%t.x.npy --input=%t.z.npy --output=%t.y.npy
// RUN: norm-run %s --no-raise --input=%t.x.npy --input=%t.z.npy --output=%t.w.npy
// RUN: %python -c "import numpy as np, sys; t = sys.argv[1]; y = np.load(t + '.x.npy').reshape(2, 3, 5) + np.load(t + '.z.npy'); assert (np.load(t + '.y.npy') == y).all() and (np.load(t + '.w.npy') == y).all()" %t

func.func @main(%x: tensor<?x5xf32>, %z: tensor<?x?x5xf32>) -> tensor<?x?x5xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %a = tensor.dim %z, %c0 : tensor<?x?x5xf32>
  %b = tensor.dim %z, %c1 : tensor<?x?x5xf32>
  %v = tensor.expand_shape %x [[0, 1], [2]] output_shape [%a, %b, 5] : tensor<?x5xf32> into tensor<?x?x5xf32>
  %y = arith.addf %v, %z : tensor<?x?x5xf32>
  return %y : tensor<?x?x5xf32>
}
