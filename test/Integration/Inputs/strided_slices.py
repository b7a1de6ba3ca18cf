"""Results of strided-slices.mlir, raised and unraised, beside NumPy's slices."""
import sys

import numpy as np

x = np.load(sys.argv[1] + ".x.npy")
inserted, doubled = x.copy(), x.copy()
inserted[3, 1:5:3, 0] = x[1, 0:3:2, 2]
doubled[:, 0, 0] *= 2
expected = [x[1, 0:3:2, 2:], x[2, 1:2, 0:3:2], inserted, doubled]
for number in range(8):
    found = np.load(f"{sys.argv[1]}.{number}.npy")
    assert np.array_equal(found, expected[number % 4]), (number, found)
