//===- Kernel.h - compiled functions and their calls ------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_C_KERNEL_H
#define NORM_C_KERNEL_H

#include "norm-c/Support.h"
#include "norm-c/Tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A function as machine code. It may outlive the context that compiled it.
typedef struct NormKernel NormKernel;

/// What a tensor of a call has to be.
typedef struct NormTensorType {
  size_t struct_size;
  NormDataType dtype;
  /// 0 for a scalar as well, or -1 where any rank is taken.
  int32_t ndim;
  /// `ndim` extents, -1 for any, and strides, -1 for any; they belong to the
  /// kernel. For a rank of -1, `shape` has the extent of the last dimension, or
  /// is NULL where that may be any, too.
  const int64_t *shape;
  const int64_t *strides;
} NormTensorType;

NORM_C_API size_t normKernelGetArgumentCount(const NormKernel *kernel);
NORM_C_API size_t normKernelGetResultCount(const NormKernel *kernel);
/// The type of tensor `index`, of the arguments and then the results. The
/// caller sets `struct_size`.
NORM_C_API NormStatus normKernelGetTensorType(const NormKernel *kernel,
                                              size_t index,
                                              NormTensorType *type,
                                              NormError **error);
/// Not 0 if extents of results are known after the call only, so that
/// normKernelCallAllocating() has to be used.
NORM_C_API int32_t normKernelAllocatesResults(const NormKernel *kernel);

/// Calls the kernel on tensors of the caller: the arguments, then the results,
/// which are written. `flags` are DLPack's flags of each tensor, or NULL. Data
/// has to be aligned to its elements; strides of at least 0 are taken where the
/// type of the tensor says so. A result must not overlap another tensor unless
/// the kernel's maker says so, and never itself. Nothing is written if an error
/// other than NORM_DEVICE_FAILED is returned.
NORM_C_API NormStatus normKernelCall(const NormKernel *kernel,
                                     const NormTensor *const *tensors,
                                     const uint64_t *flags, size_t count,
                                     NormError **error);

/// Memory for a result of a call on a device: stores a dense tensor that is as
/// `prototype`, which has no data, and returns 0; not 0 where there is none. No
/// C++ exception may leave it.
typedef int32_t (*NormAllocateTensor)(void *user_data,
                                      const NormTensor *prototype,
                                      NormManagedTensor **result);

/// How a kernel is called on a CUDA device.
typedef struct NormCallOptions {
  size_t struct_size;
  /// The stream: a CUstream or cudaStream_t of the primary context, or NULL for
  /// the legacy default stream.
  void *stream;
  /// For normKernelCallAllocatingWithOptions().
  NormAllocateTensor allocate;
  void *allocate_data;
} NormCallOptions;

/// normKernelCall() with `options`, which may be NULL. Where a tensor lies on a
/// CUDA device all do, on the same one, but scalars of a program; what is one
/// row for all, and tensors of a program, are aligned to 16 bytes. The call is
/// enqueued on the stream and not waited for. The first call of each layout (of
/// a norm rows without gaps, or others) on a device compiles the kernel for it,
/// and loads it; from then on a graph may capture calls of that layout. The
/// kernel has to outlive what is enqueued and captured.
///
/// NORM_INVALID_ARGUMENT: tensors or options do not fit the kernel, or tensors
/// do not lie as it says above. NORM_UNSUPPORTED: the program has more than
/// norms and what fuses with them, or the chip is not known.
/// NORM_DEVICE_FAILED: there is no driver or no such device, or the driver
/// failed; what was enqueued before that stays so, and may write results.
NORM_C_API NormStatus normKernelCallWithOptions(
    const NormKernel *kernel, const NormTensor *const *tensors,
    const uint64_t *flags, size_t count, const NormCallOptions *options,
    NormError **error);

/// Calls the kernel on its arguments alone. `results`, an array as long as
/// there are results, gets tensors in new memory of the context's allocator,
/// dense and aligned to 64 bytes or as malloc() does; the caller calls their
/// deleters. For kernels of normCompile().
NORM_C_API NormStatus normKernelCallAllocating(
    const NormKernel *kernel, const NormTensor *const *arguments, size_t count,
    NormManagedTensor **results, NormError **error);

/// normKernelCallAllocating() with `options`, which may be NULL. Where
/// arguments lie on a CUDA device results come from `allocate` of the options,
/// which is required there, in the order of the stream. Statuses are those of
/// normKernelCallWithOptions(), and NORM_OUT_OF_MEMORY where `allocate` fails.
/// After an error no result is left to the caller: the deleters of those that
/// were made, if they have any, were called, and `results` has NULL for them.
NORM_C_API NormStatus normKernelCallAllocatingWithOptions(
    const NormKernel *kernel, const NormTensor *const *arguments, size_t count,
    const NormCallOptions *options, NormManagedTensor **results,
    NormError **error);

NORM_C_API void normKernelDestroy(NormKernel *kernel);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // NORM_C_KERNEL_H
