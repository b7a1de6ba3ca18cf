/*===- norm/Sharding/MPI.h - what sharded programs call -----------*- C -*-===*\
|*                                                                            *|
|* Part of the norm project, under the Apache License v2.0 with LLVM          *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
/*
 * The calls that norm-shard-to-mpi makes, on top of any MPI: compiled against
 * the mpi.h at hand, so that nothing of one MPI's binary interface is in
 * programs.
 *
 * MPI is started by the first call, if it is not yet. An error is a sentence on
 * stderr and ends all processes (MPI_Abort). So does waiting: a collective that
 * the others do not join within NORM_MPI_TIMEOUT seconds (an environment
 * variable; 300 by default, 0 for no bound).
 */
#ifndef NORM_SHARDING_MPI_H
#define NORM_SHARDING_MPI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Types of elements that are added up. */
enum { NORM_MPI_FLOAT32 = 0, NORM_MPI_FLOAT64 = 1 };

/** The number of this process, from 0 on, and how many there are. */
int64_t norm_mpi_rank(void);
int64_t norm_mpi_size(void);

/**
 * The processes that differ from this one along some axes of a grid. `grid` is
 * the number of its dimensions, their extents, the number of axes, the axes;
 * process numbers are row-major in it. The grid must have as many places as
 * there are processes. Made once for each content of `grid`.
 */
void *norm_mpi_communicator(const int64_t *grid);

/**
 * Replaces `count` elements by their sums over all processes of
 * `communicator`, added up in the order of the processes in double precision:
 * all get the same bits.
 */
void norm_mpi_all_reduce(void *data, int64_t count, int32_t type,
                         void *communicator);

/**
 * Puts the `bytes` bytes of each process, in the order of the processes, into
 * `all`.
 */
void norm_mpi_all_gather(const void *part, void *all, int64_t bytes,
                         void *communicator);

/**
 * Frees the communicators and ends MPI, if the first call has started it. Then
 * a process that ends without this call ends all with an error.
 */
void norm_mpi_finalize(void);

/** Ends all processes with exit status `status`. */
void norm_mpi_abort(int32_t status);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* NORM_SHARDING_MPI_H */
