# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fails where this PyTorch makes no tensors on a CUDA device without a GPU."""

import numpy as np
import torch
from device_arrays import DeviceArray

torch.cuda._lazy_init = lambda: None
array = DeviceArray.of(np.zeros((1, 1), np.float32))  # outlives the tensor
torch.utils.dlpack.from_dlpack(array.__dlpack__())
