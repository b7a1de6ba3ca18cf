// RUN: not norm-opt %s --norm-shard-to-mpi=mpi=openmpi 2>&1 | FileCheck %s
// CHECK: error: expected mpi to be shim, got openmpi: upstream's conversion to MPI
module {}
