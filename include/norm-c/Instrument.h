//===- Instrument.h - norms that are watched --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the rows of norms are, and how much a cheaper norm would change them
// (docs/Models.md), measured in the calls of kernels that are there already.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_C_INSTRUMENT_H
#define NORM_C_INSTRUMENT_H

#include "norm-c/Compiler.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What was measured, in any number of calls, threads and contexts.
typedef struct NormInstrument NormInstrument;

typedef struct NormInstrumentOptions {
  size_t struct_size;
  /// How many elements of a row an rmsnorm is compared over; 0 for 6.25 % of
  /// it, rounded up.
  int64_t k;
  /// What is allowed of each norm in each call, as norm-run takes it:
  /// "row_mean=0.5,nan_rows=0"; NULL for everything.
  const char *limits;
} NormInstrumentOptions;

/// Makes an instrument that has measured nothing; `options` may be NULL.
NORM_C_API NormStatus normInstrumentCreate(const NormInstrumentOptions *options,
                                           NormInstrument **instrument,
                                           NormError **error);

/// From now on `instrument` measures the calls of kernels of `context`, those
/// that are compiled already as well, in the place of another; with NULL none
/// does. A call in progress ends as it began. A kernel's first call compiles it
/// anew, which takes as long as its compilation did. Results are the same.
NORM_C_API NormStatus normContextSetInstrument(NormContext *context,
                                               NormInstrument *instrument,
                                               NormError **error);

/// Names the norms that this thread calls from now on: a line for each norm of
/// a kernel, in the order of its program, or one line for all. Norms of
/// different names are measured apart. NULL for no names.
NORM_C_API void normInstrumentNameCalls(const char *names);

/// What was measured so far: NORM_REPORT_JSON, NORM_REPORT_TABLE for a sentence
/// on each norm, or NORM_REPORT_HTML for a page with histograms.
NORM_C_API NormStatus normInstrumentWrite(const NormInstrument *instrument,
                                          int32_t format, NormText **text,
                                          NormError **error);

/// How many limits were exceeded, each of each norm counted once.
NORM_C_API size_t
normInstrumentGetExcessCount(const NormInstrument *instrument);

/// Contexts go on with it until they get another, or are destroyed.
NORM_C_API void normInstrumentDestroy(NormInstrument *instrument);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // NORM_C_INSTRUMENT_H
