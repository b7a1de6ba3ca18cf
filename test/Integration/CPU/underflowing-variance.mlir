// A variance that underflows, without epsilon: the scale of the row is infinite,
// and each element as well, by its sign, as (x - mean) / sqrt(0) is.

// RUN: %python -c "import numpy as np, sys; np.save(sys.argv[1], (np.random.default_rng(0).standard_normal((64, 256)) * 1e-30).astype('float32'))" %t.x.npy
// RUN: norm-run %s --threads=1 --input=%t.x.npy --output=%t.y.npy
// RUN: norm-run %s --vector-bits=128 --threads=2 --input=%t.x.npy --output=%t.z.npy
// RUN: %python -c "import numpy as np, sys; t = sys.argv[1]; x = np.load(t + '.x.npy').astype(float); y = np.sign(x - x.mean(1, keepdims=True)) * np.inf; assert (np.load(t + '.y.npy') == y).all() and (np.load(t + '.z.npy') == y).all()" %t

func.func @main(%x: tensor<64x256xf32>) -> tensor<64x256xf32> {
  %e = tensor.empty() : tensor<64x256xf32>
  %y = norm.layernorm ins(%x : tensor<64x256xf32>) outs(%e : tensor<64x256xf32>) epsilon = 0.0 -> tensor<64x256xf32>
  return %y : tensor<64x256xf32>
}
