# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What tests of norms on arrays of NumPy share: random numbers that repeat, and a
cache of kernels that goes with the test."""

import tempfile
import unittest

import numpy as np

import norm


def f64(array):
    return np.asarray(array).astype(np.float64)


class ArrayTest(unittest.TestCase):
    def setUp(self):
        self.random = np.random.default_rng(0)
        self.folder = tempfile.TemporaryDirectory()
        norm.configure(cache_directory=self.folder.name, threads=0)

    def tearDown(self):
        self.folder.cleanup()

    def normal(self, *shape, dtype=np.float32):
        return self.random.standard_normal(shape).astype(dtype)
