/*===- norm_mpi.c - the calls of sharded programs on top of MPI -----------===*\
|*                                                                            *|
|* Part of the norm project, under the Apache License v2.0 with LLVM          *|
|* Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception        *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#define _POSIX_C_SOURCE 200809L
#include "norm/Sharding/MPI.h"

#include <mpi.h>

#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A communicator, and the grid and axes that it was made for. */
struct group {
  int64_t *grid;
  int64_t words;
  MPI_Comm comm;
  int size;
  struct group *next;
};

static struct group *groups;
static int starts_mpi;
/* Seconds to wait for other processes; 0 for no bound. */
static double timeout = 300.0;

/*===----------------------------------------------------------------------===*/
/* Start and end                                                              */
/*===----------------------------------------------------------------------===*/

/* In one piece, as several processes may fail at once. */
static void fail(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof(text), format, arguments);
  va_end(arguments);
  fprintf(stderr, "norm_mpi: error: %s\n", text);
  norm_mpi_abort(1);
}

static void check(int status, const char *what) {
  char text[MPI_MAX_ERROR_STRING];
  int length;
  if (status == MPI_SUCCESS)
    return;
  MPI_Error_string(status, text, &length);
  fail("%s: %s", what, text);
}

/* mpiexec of MPICH takes a process that leaves for one that is done. */
static void leave(void) {
  if (starts_mpi)
    fail("a process ends without norm_mpi_finalize()");
}

static void read_timeout(void) {
  const char *text = getenv("NORM_MPI_TIMEOUT");
  char *end;
  if (!text)
    return;
  timeout = strtod(text, &end);
  if (end == text || *end || !(timeout >= 0.0))
    fail("expected NORM_MPI_TIMEOUT to be seconds, or 0 for no bound, got %s",
         text);
}

static void start(void) {
  static int is_ready;
  int started, provided;
  if (is_ready)
    return;
  is_ready = 1;
  MPI_Initialized(&started);
  if (!started) {
    MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    starts_mpi = 1;
    atexit(leave);
  }
  read_timeout();
}

int64_t norm_mpi_rank(void) {
  int rank;
  start();
  check(MPI_Comm_rank(MPI_COMM_WORLD, &rank), "number of the process");
  return rank;
}

int64_t norm_mpi_size(void) {
  int size;
  start();
  check(MPI_Comm_size(MPI_COMM_WORLD, &size), "number of processes");
  return size;
}

void norm_mpi_finalize(void) {
  struct group *group;
  while ((group = groups)) {
    groups = group->next;
    MPI_Comm_free(&group->comm);
    free(group->grid);
    free(group);
  }
  if (starts_mpi)
    MPI_Finalize();
  starts_mpi = 0;
}

/* mpiexec of MPICH may end before it has passed on what a process has said. */
void norm_mpi_abort(int32_t status) {
  struct timespec pause = {0, 200000000};
  starts_mpi = 0;
  fflush(NULL);
  nanosleep(&pause, NULL);
  MPI_Abort(MPI_COMM_WORLD, status);
  exit(status);
}

/*===----------------------------------------------------------------------===*/
/* Waiting                                                                    */
/*===----------------------------------------------------------------------===*/

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

/* Polls; soon lets others have the processor, which may be those waited for. */
static void wait_for(MPI_Request *request, const char *what) {
  double begin = seconds();
  int done = 0;
  struct timespec pause = {0, 50000};
  for (;;) {
    double waited;
    check(MPI_Test(request, &done, MPI_STATUS_IGNORE), what);
    if (done)
      return;
    waited = seconds() - begin;
    if (waited < 0.002) {
      if (waited > 0.00002)
        sched_yield();
      continue;
    }
    if (timeout > 0.0 && waited > timeout)
      fail("%s: the other processes have not come within %g seconds "
           "(NORM_MPI_TIMEOUT)",
           what, timeout);
    nanosleep(&pause, NULL);
  }
}

/*===----------------------------------------------------------------------===*/
/* Communicators                                                              */
/*===----------------------------------------------------------------------===*/

static void *allocate(size_t bytes) {
  void *memory = malloc(bytes ? bytes : 1);
  if (!memory)
    fail("no memory for %zu bytes", bytes);
  return memory;
}

/*
 * Waits for all processes, with a bound, which MPI_Comm_split() has not: one
 * that has gone another way does not make a communicator.
 */
static void meet(const char *what) {
  MPI_Request request;
  check(MPI_Ibarrier(MPI_COMM_WORLD, &request), what);
  wait_for(&request, what);
}

/*
 * The processes with the same coordinates along the other axes are a group, in
 * the order of the coordinates along its own axes.
 */
static MPI_Comm split(const int64_t *grid) {
  int64_t dims = grid[0], axes = grid[1 + dims];
  const int64_t *extents = grid + 1, *axis = grid + 2 + dims;
  int64_t rank = norm_mpi_rank(), size = norm_mpi_size(), places = 1, rest;
  int64_t *position = allocate(dims * sizeof(int64_t));
  int color = 0, key = 0;
  MPI_Comm comm;
  for (int64_t d = 0; d < dims; ++d)
    places *= extents[d];
  if (places != size)
    fail("the grid of the program has %lld processes, there are %lld",
         (long long)places, (long long)size);
  rest = rank;
  for (int64_t d = dims - 1; d >= 0; --d) {
    position[d] = rest % extents[d];
    rest /= extents[d];
  }
  for (int64_t a = 0; a < axes; ++a) {
    key = key * extents[axis[a]] + position[axis[a]];
    position[axis[a]] = 0;
  }
  for (int64_t d = 0; d < dims; ++d)
    color = color * extents[d] + position[d];
  free(position);
  meet("communicator");
  check(MPI_Comm_split(MPI_COMM_WORLD, color, key, &comm), "communicator");
  MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN);
  return comm;
}

void *norm_mpi_communicator(const int64_t *grid) {
  int64_t words = 2 + grid[0] + grid[1 + grid[0]];
  struct group *group;
  for (group = groups; group; group = group->next)
    if (group->words == words &&
        !memcmp(group->grid, grid, words * sizeof(int64_t)))
      return group;
  group = allocate(sizeof(*group));
  group->words = words;
  group->grid = allocate(words * sizeof(int64_t));
  memcpy(group->grid, grid, words * sizeof(int64_t));
  group->comm = split(grid);
  check(MPI_Comm_size(group->comm, &group->size), "size of a communicator");
  group->next = groups;
  groups = group;
  return group;
}

/*===----------------------------------------------------------------------===*/
/* Collectives                                                                */
/*===----------------------------------------------------------------------===*/

/* MPI counts in int; longer messages go in pieces. */
enum { kPiece = 1 << 26 };

static void gather_piece(const char *part, char *all, int bytes,
                         struct group *group) {
  MPI_Request request;
  check(MPI_Iallgather(part, bytes, MPI_BYTE, all, bytes, MPI_BYTE, group->comm,
                       &request),
        "all-gather");
  wait_for(&request, "all-gather");
}

void norm_mpi_all_gather(const void *part, void *all, int64_t bytes,
                         void *communicator) {
  struct group *group = communicator;
  char *piece;
  if (bytes <= kPiece) {
    gather_piece(part, all, (int)bytes, group);
    return;
  }
  piece = allocate((size_t)kPiece * group->size);
  for (int64_t begin = 0; begin < bytes; begin += kPiece) {
    int count = bytes - begin < kPiece ? (int)(bytes - begin) : kPiece;
    gather_piece((const char *)part + begin, piece, count, group);
    for (int p = 0; p < group->size; ++p)
      memcpy((char *)all + p * bytes + begin, piece + (int64_t)p * count,
             count);
  }
  free(piece);
}

/* sums[i] = parts[0][i] + parts[1][i] + .., each part `stride` elements. */
static void add_parts(const void *parts, void *sums, int64_t count,
                      int64_t stride, int32_t type, int size) {
  for (int64_t i = 0; i < count; ++i) {
    double sum = 0.0;
    for (int p = 0; p < size; ++p)
      sum += type == NORM_MPI_FLOAT32 ? ((const float *)parts)[p * stride + i]
                                      : ((const double *)parts)[p * stride + i];
    if (type == NORM_MPI_FLOAT32)
      ((float *)sums)[i] = (float)sum;
    else
      ((double *)sums)[i] = sum;
  }
}

/*
 * Short: everybody gets all parts, one message time. Long: everybody gets the
 * parts of one stretch, adds them up and gives the sums to all, which moves as
 * many bytes as a ring. MPI_Allreduce leaves the order to the MPI.
 */
enum { kShortBytes = 1 << 14 };

static void reduce_piece(char *data, int64_t count, int32_t type, int bytes,
                         struct group *group) {
  int64_t stretch = (count + group->size - 1) / group->size;
  size_t all = (size_t)stretch * group->size * bytes;
  char *from = allocate(all), *parts = allocate(all);
  MPI_Request request;
  memcpy(from, data, count * bytes);
  memset(from + count * bytes, 0, all - count * bytes);
  check(MPI_Ialltoall(from, (int)stretch * bytes, MPI_BYTE, parts,
                      (int)stretch * bytes, MPI_BYTE, group->comm, &request),
        "all-reduce");
  wait_for(&request, "all-reduce");
  add_parts(parts, from, stretch, stretch, type, group->size);
  gather_piece(from, parts, (int)stretch * bytes, group);
  memcpy(data, parts, count * bytes);
  free(parts);
  free(from);
}

void norm_mpi_all_reduce(void *data, int64_t count, int32_t type,
                         void *communicator) {
  struct group *group = communicator;
  int bytes = type == NORM_MPI_FLOAT32 ? 4 : 8;
  if (type != NORM_MPI_FLOAT32 && type != NORM_MPI_FLOAT64)
    fail("all-reduce: unknown type %d", (int)type);
  if (count * bytes * group->size <= kShortBytes) {
    char *parts = allocate(count * bytes * group->size);
    gather_piece(data, parts, (int)(count * bytes), group);
    add_parts(parts, data, count, count, type, group->size);
    free(parts);
    return;
  }
  for (int64_t begin = 0; begin < count; begin += kPiece / bytes) {
    int64_t piece =
        count - begin < kPiece / bytes ? count - begin : kPiece / bytes;
    reduce_piece((char *)data + begin * bytes, piece, type, bytes, group);
  }
}
