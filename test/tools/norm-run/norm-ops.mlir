// A program with norm ops runs both ways, with the same result.

// RUN: norm-run %s --random=1 --threads=1 --output=%t.a.npy
// RUN: norm-run %s --random=1 --threads=1 --output=%t.b.npy --no-raise
// RUN: %python -c "import numpy as np; a, b = np.load('%t.a.npy'), np.load('%t.b.npy'); assert np.abs(a - b).max() < 2e-6, np.abs(a - b).max()"

func.func @main(%x: tensor<4x64xf32>, %scale: tensor<64xf32>) -> tensor<4x64xf32> {
  %init = tensor.empty() : tensor<4x64xf32>
  %y = norm.layernorm ins(%x : tensor<4x64xf32>) scale(%scale : tensor<64xf32>) outs(%init : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
