//===- Compiler.h - programs in, kernels and reports out --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs are MLIR, as text or as bytecode. Text may be hostile; bytecode is
// read by upstream's reader, which trusts it. What is compiled can do what any
// program of this process can.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_C_COMPILER_H
#define NORM_C_COMPILER_H

#include "norm-c/Kernel.h"
#include "norm-c/Support.h"
#include "norm-c/Tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

//===----------------------------------------------------------------------===//
// Contexts
//===----------------------------------------------------------------------===//

/// Settings, and the kernels that were compiled under them.
typedef struct NormContext NormContext;

/// One of the tasks that a NormParallelFor is given.
typedef void (*NormTask)(void *state, size_t task);
/// Calls task(state, i) for each i below `count`, in any order and on any
/// threads, and returns when all calls have returned.
typedef void (*NormParallelFor)(void *user_data, size_t count, NormTask task,
                                void *state);
/// Memory of `size` bytes at a multiple of `alignment`, a power of two; NULL
/// where there is none.
typedef void *(*NormAllocate)(void *user_data, size_t size, size_t alignment);
/// `memory` comes from the NormAllocate beside it, and is not NULL.
typedef void (*NormDeallocate)(void *user_data, void *memory);

typedef struct NormContextOptions {
  size_t struct_size;
  /// A folder for compiled kernels, which is made if need be; NULL or empty for
  /// none. A kernel is looked for there before it is compiled, by its program,
  /// this machine's processor and the version of the library; an entry that is
  /// damaged is replaced, those not used for 90 days are removed, and the
  /// oldest beyond 256 MB. As entries are executed, a folder that others may
  /// write to is not used.
  const char *cache_directory;
  /// How many threads share the rows of a large call: 0 for as many as the
  /// OpenMP runtime likes, 1 for the calling thread alone.
  uint32_t threads;
  /// The caller's threads in the place of an OpenMP runtime, or NULL. `threads`
  /// has to say how many there are. For as long as kernels live.
  NormParallelFor parallel_for;
  void *parallel_for_data;
  /// The caller's memory, for results of normKernelCallAllocating() and for
  /// what kernels need on their way; both functions or neither. Any thread of a
  /// call calls them. For as long as kernels and results live.
  NormAllocate allocate;
  NormDeallocate deallocate;
  void *allocator_data;
} NormContextOptions;

/// Makes a context; `options` may be NULL.
NORM_C_API NormStatus normContextCreate(const NormContextOptions *options,
                                        NormContext **context,
                                        NormError **error);
/// The folder that kernels are stored in; empty if none is, because none was
/// given or it cannot be used.
NORM_C_API const char *normContextGetCacheDirectory(const NormContext *context);
/// How many kernels were compiled and how many were read from the folder.
NORM_C_API void normContextGetCounts(const NormContext *context,
                                     uint64_t *compiled, uint64_t *loaded);
/// Where the threads of large calls come from: the file of an OpenMP runtime,
/// "the caller", or "the calling thread", with the reason after a colon.
NORM_C_API NormStatus normContextDescribeThreads(const NormContext *context,
                                                 NormText **text,
                                                 NormError **error);
/// Kernels stay valid.
NORM_C_API void normContextDestroy(NormContext *context);

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

/// What a remark says of its norm.
typedef enum NormRemarkKind {
  /// Done.
  NORM_REMARK_PASSED = 1,
  /// Not done, with the reason.
  NORM_REMARK_MISSED = 2,
  /// Failed.
  NORM_REMARK_FAILED = 3,
  /// A fact.
  NORM_REMARK_ANALYSIS = 4
} NormRemarkKind;

/// What a pass says of a place of the program. Strings are valid during the
/// callback.
typedef struct NormRemark {
  size_t struct_size;
  NormRemarkKind kind;
  /// The pass, such as "norm-raise".
  const char *category;
  /// What was done or not, such as "not-raised".
  const char *name;
  const char *message;
  /// Empty and 0 if the place is not known.
  const char *file;
  uint32_t line;
  uint32_t column;
} NormRemark;

/// Is called for each remark, in program order, from the thread that made the
/// call and before that returns. It may call this library. A C++ exception that
/// it throws ends the call with NORM_CALLBACK_FAILED; longjmp() out of it
/// leaks.
typedef void (*NormRemarkCallback)(const NormRemark *remark, void *user_data);

typedef struct NormProgramOptions {
  size_t struct_size;
  /// The name that locations give to the text; NULL for "-".
  const char *file_name;
  /// The function to compile; NULL for "main".
  const char *entry;
  /// Not 0: norms are not looked for, and only norm ops are compiled as such.
  int32_t no_raise;
  /// May be NULL.
  NormRemarkCallback remark_callback;
  void *remark_user_data;
  /// Not 0: norms are raised only where they round as the program does, as
  /// precision=strict of norm-raise.
  int32_t strict;
  /// Not 0: normRaise() prints the location of each op, on its line.
  int32_t locations;
} NormProgramOptions;

/// Compiles a function of the program. Its arguments are ranked tensors or
/// memrefs of floats, integers, index or booleans, or such scalars, and its
/// results ranked tensors. A kernel that comes from the folder has no remarks.
NORM_C_API NormStatus normCompile(NormContext *context, const char *program,
                                  size_t size,
                                  const NormProgramOptions *options,
                                  NormKernel **kernel, NormError **error);

/// The program with its norms raised, as text. Ops are as upstream prints them.
NORM_C_API NormStatus normRaise(NormContext *context, const char *program,
                                size_t size, const NormProgramOptions *options,
                                NormText **text, NormError **error);

typedef enum NormReportFormat {
  /// With "schema": 1.
  NORM_REPORT_JSON = 0,
  NORM_REPORT_TABLE = 1,
  /// A page that needs nothing besides itself.
  NORM_REPORT_HTML = 2
} NormReportFormat;

/// The options of norm-opt --norm-report.
typedef struct NormReportOptions {
  size_t struct_size;
  /// A NormReportFormat.
  int32_t format;
  /// A machine for predicted times, or NULL.
  const char *target;
  /// What a dynamic extent is taken as; 0 stands for 1.
  int64_t dynamic_extent;
  /// Lines of norm-bench --json, whose times stand beside the predicted ones,
  /// or NULL.
  const char *measured;
  /// An earlier report as JSON, with which this one is compared, or NULL.
  const char *baseline;
  /// A folder whose files are read for the lines that locations name; of the
  /// program's text lines are shown as well. NULL for no lines at all, "" for
  /// those of the program's text alone.
  const char *sources;
} NormReportOptions;

/// What the norms of the program are and cost. `report_options` may be NULL.
NORM_C_API NormStatus normReport(NormContext *context, const char *program,
                                 size_t size, const NormProgramOptions *options,
                                 const NormReportOptions *report_options,
                                 NormText **text, NormError **error);

//===----------------------------------------------------------------------===//
// Code for elsewhere
//===----------------------------------------------------------------------===//

/// As many threads as the OpenMP runtime likes.
#define NORM_THREADS_ANY UINT32_MAX

/// The options of norm-compile for processors.
typedef struct NormAheadOptions {
  size_t struct_size;
  /// A processor of this machine's architecture that LLVM knows, such as
  /// "x86-64-v3"; NULL for this machine.
  const char *target;
  /// Threads of the code; 0 and 1 need no OpenMP runtime where it runs.
  uint32_t threads;
  /// Not 0: a shared library, which the C compiler links that CC names, or cc;
  /// else an object.
  int32_t shared;
  /// The name that the header is included by; NULL for "norm.h".
  const char *header_name;
} NormAheadOptions;

/// Compiles the public functions of the program for C: an object or a shared
/// library, and a header, which the caller writes to files. `ahead` and
/// `header` may be NULL; of `options` the file name alone is used.
NORM_C_API NormStatus normCompileAhead(NormContext *context,
                                       const char *program, size_t size,
                                       const NormProgramOptions *options,
                                       const NormAheadOptions *ahead,
                                       NormText **code, NormText **header,
                                       NormError **error);

typedef enum NormCubins {
  /// Where ptxas is found and knows the chip.
  NORM_CUBINS_AUTOMATIC = 0,
  /// For each chip, or it is an error.
  NORM_CUBINS_ALWAYS = 1,
  NORM_CUBINS_NEVER = 2
} NormCubins;

/// The options of norm-compile for GPUs.
typedef struct NormBundleOptions {
  size_t struct_size;
  /// Chips, separated by commas: "sm_90,sm_100".
  const char *chips;
  /// A NormCubins.
  int32_t cubins;
  /// The folder of the CUDA toolkit; NULL to look for ptxas.
  const char *toolkit;
} NormBundleOptions;

/// Compiles the public functions of the program to a bundle, the folder `path`.
/// A folder that is there is replaced if it is a bundle.
NORM_C_API NormStatus normCompileBundle(NormContext *context,
                                        const char *program, size_t size,
                                        const NormProgramOptions *options,
                                        const NormBundleOptions *bundle,
                                        const char *path, NormError **error);

//===----------------------------------------------------------------------===//
// Norms given by parameters
//===----------------------------------------------------------------------===//

typedef enum NormOpKind {
  NORM_OP_RMSNORM = 1,
  /// RMSNorm whose statistic is that of the first k elements of each row.
  NORM_OP_PRMSNORM = 2,
  NORM_OP_LAYERNORM = 3
} NormOpKind;

enum {
  /// Epsilon is added to the root, not under it.
  NORM_OP_EPSILON_OUTSIDE = 1,
  /// The factor is 1 + scale.
  NORM_OP_SCALE_PLUS_ONE = 2
};

/// One norm: y = norm(x) * scale + bias over the last dimension of x, or with a
/// residual z = x + residual, rounded to the type of x, and y of z.
///
/// Tensors of a call, in this order: x, residual, scale, bias, those that there
/// are, then y, then z if there is a residual, then rstd and mean if they are
/// asked for. x, residual, y and z have one shape, of any rank from 1 to 32;
/// scale and bias have that of a row, rstd and mean that of x without its last
/// dimension.
typedef struct NormOp {
  size_t struct_size;
  /// A NormOpKind.
  int32_t kind;
  /// NORM_OP_EPSILON_OUTSIDE and NORM_OP_SCALE_PLUS_ONE, or 0.
  uint32_t flags;
  /// Types of elements, floats of 64, 32 or 16 bits or bfloats; all zero where
  /// there is no such tensor, and in `y` for the type of x.
  NormDataType x, residual, scale, bias, y;
  /// The extent of the last dimension; -1 for any, which costs speed.
  int64_t row_length;
  /// For NORM_OP_PRMSNORM, 1 to row_length; else 0.
  int64_t k;
  /// Finite, at least 0, and no less than what the type of the sum holds: f64
  /// where x or the residual has it, else f32.
  double epsilon;
  /// What a row is multiplied by, and the mean of a layernorm: f64 where x is,
  /// else f32, or all zero where they are not asked for.
  NormDataType rstd, mean;
} NormOp;

/// The kernel of a norm: compiled, or one that the context has. y may be x, and
/// z may be x or the residual, exactly; else results lie apart from all others.
NORM_C_API NormStatus normOpCompile(NormContext *context, const NormOp *op,
                                    NormKernel **kernel, NormError **error);

/// Gradients of one norm: from dy, that of y, those of x, scale and bias, which
/// docs/reference/Dialect.md defines.
///
/// Tensors of a call, in this order: dy, x, scale, rstd, mean and dres, a
/// gradient that is added to dx, those that there are, then dx, dscale and
/// dbias, those that are asked for, one at least. dy, x, dres and dx have
/// one shape, of any rank from 1 to 32; scale, dscale and dbias have that of a
/// row, rstd and mean that of x without its last dimension. Where dscale or
/// dbias is asked for, the rows of a tensor follow each other at one stride.
/// Of no rows dscale and dbias are 0.
typedef struct NormBackwardOp {
  size_t struct_size;
  /// A NormOpKind.
  int32_t kind;
  /// NORM_OP_EPSILON_OUTSIDE and NORM_OP_SCALE_PLUS_ONE, or 0.
  uint32_t flags;
  /// Types of elements, floats of 64, 32 or 16 bits or bfloats; all zero where
  /// there is no such tensor. Those of rstd and mean are f64 where x is, else
  /// f32. Without rstd it is computed of x, and the mean of a layernorm, too.
  NormDataType dy, x, scale, rstd, mean, dres, dx, dscale, dbias;
  /// The extent of the last dimension; -1 for any, which costs speed.
  int64_t row_length;
  /// For NORM_OP_PRMSNORM, 1 to row_length; else 0.
  int64_t k;
  /// As in NormOp. Not used where there is rstd and epsilon is inside.
  double epsilon;
} NormBackwardOp;

/// The kernel of gradients: compiled, or one that the context has. dx may be
/// dy, x or dres, exactly; else results lie apart from all others.
NORM_C_API NormStatus normBackwardOpCompile(NormContext *context,
                                            const NormBackwardOp *op,
                                            NormKernel **kernel,
                                            NormError **error);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // NORM_C_COMPILER_H
