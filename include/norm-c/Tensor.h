//===- Tensor.h - DLPack's tensors ------------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tensors as DLPack 1 describes them. Where dlpack/dlpack.h is included before,
// the types are those of DLPack, by other names: a pointer to a DLTensor is one
// to a NormTensor. Elsewhere they are structs of the same layout, so that this
// header needs no other.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_C_TENSOR_H
#define NORM_C_TENSOR_H

#include <stdint.h>

/// Types of devices, numbered as in DLPack: the tensors of a call lie on the
/// CPU, or all on one CUDA device, in its own memory or in managed memory.
enum {
  NORM_DEVICE_CPU = 1,
  NORM_DEVICE_CUDA = 2,
  NORM_DEVICE_CUDA_MANAGED = 13
};

/// Kinds of elements, numbered as in DLPack.
enum {
  NORM_TYPE_INT = 0,
  NORM_TYPE_UINT = 1,
  NORM_TYPE_FLOAT = 2,
  NORM_TYPE_BFLOAT = 4,
  NORM_TYPE_BOOL = 6,
  NORM_TYPE_FLOAT8_E4M3FN = 10,
  NORM_TYPE_FLOAT8_E5M2 = 12
};

/// The flag of a tensor that must not be written to.
#define NORM_TENSOR_READ_ONLY UINT64_C(1)

#if defined(DLPACK_MAJOR_VERSION) && DLPACK_MAJOR_VERSION >= 1

typedef DLDevice NormDevice;
typedef DLDataType NormDataType;
typedef DLTensor NormTensor;
typedef DLPackVersion NormTensorVersion;
typedef DLManagedTensorVersioned NormManagedTensor;

#else

/// Where a tensor lies.
typedef struct NormDevice {
  int32_t device_type;
  int32_t device_id;
} NormDevice;

/// The type of an element: its kind, its width in bits, and 1.
typedef struct NormDataType {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
} NormDataType;

/// A strided array. Strides count elements; NULL stands for dense and
/// row-major.
typedef struct NormTensor {
  void *data;
  NormDevice device;
  int32_t ndim;
  NormDataType dtype;
  int64_t *shape;
  int64_t *strides;
  uint64_t byte_offset;
} NormTensor;

/// The version of DLPack that a managed tensor keeps to.
typedef struct NormTensorVersion {
  uint32_t major;
  uint32_t minor;
} NormTensorVersion;

/// A tensor with its memory, which is freed by a call of `deleter` with it.
typedef struct NormManagedTensor {
  NormTensorVersion version;
  void *manager_ctx;
  void (*deleter)(struct NormManagedTensor *self);
  uint64_t flags;
  NormTensor dl_tensor;
} NormManagedTensor;

#endif // DLPACK_MAJOR_VERSION

#endif // NORM_C_TENSOR_H
