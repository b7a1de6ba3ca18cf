/* One process does not come to the collective: `dying MODE`, where it sleeps,
 * is killed, or ends as if all were well. */
#include "norm/Sharding/MPI.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
  const int64_t grid[] = {1, 2, 1, 0};
  float values[4] = {1, 2, 3, 4};
  void *communicator = norm_mpi_communicator(grid);
  const char *mode = argc > 1 ? argv[1] : "";
  norm_mpi_all_reduce(values, 4, NORM_MPI_FLOAT32, communicator);
  if (values[3] != 8)
    return 2;
  if (norm_mpi_rank() == 1) {
    if (!strcmp(mode, "sleep"))
      sleep(60);
    if (!strcmp(mode, "kill"))
      raise(SIGKILL);
    if (!strcmp(mode, "exit"))
      exit(0);
  }
  norm_mpi_all_reduce(values, 4, NORM_MPI_FLOAT32, communicator);
  norm_mpi_finalize();
  return values[3] == 16 ? 0 : 2;
}
