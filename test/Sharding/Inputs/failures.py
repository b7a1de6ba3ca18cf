# Runs that have to end with an error, in time.
#
#   failures.py MPI DYING NORM_RUN FOLDER

import os
import sys
import time

import numpy as np

from sharded import launch

PROGRAM = """
shard.grid @grid(shape = 2)
func.func @main(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x8xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %y = norm.rmsnorm ins(%xs : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) epsilon = 1.0e-5 -> tensor<4x8xf32>
  return %y : tensor<4x8xf32>
}
"""


# A branch that one process does not go into.
BRANCH = """
shard.grid @grid(shape = 2)
func.func @main(%x: tensor<4x8xf32>, %n: tensor<f32>) -> tensor<4x8xf32> {
  %s = shard.sharding @grid split_axes = [[], [0]] : !shard.sharding
  %xs = shard.shard %x to %s : tensor<4x8xf32>
  %e = tensor.empty() : tensor<4x8xf32>
  %v = tensor.extract %n[] : tensor<f32>
  %one = arith.constant 1.0 : f32
  %c = arith.cmpf olt, %v, %one : f32
  %y = scf.if %c -> tensor<4x8xf32> {
    %z = norm.rmsnorm ins(%xs : tensor<4x8xf32>) outs(%e : tensor<4x8xf32>) epsilon = 1.0e-5 -> tensor<4x8xf32>
    scf.yield %z : tensor<4x8xf32>
  } else {
    scf.yield %xs : tensor<4x8xf32>
  }
  return %y : tensor<4x8xf32>
}
"""


def main(mpi, dying, norm_run, folder):
    def expect(name, processes, command, text, **environment):
        begin = time.monotonic()
        status, output = launch(mpi, processes, command, **environment)
        took = time.monotonic() - begin
        good = status != 0 and text in output and took < 30
        print(f"{name}: {'ends' if good else f'WRONG after {took:.1f} s, status {status}: {output}'}")

    status, output = launch(mpi, 2, [dying])
    print("all come:", "right" if status == 0 else f"WRONG: {status} {output}")
    expect("one sleeps", 2, [dying, "sleep"],
           "norm_mpi: error: all-gather: the other processes have not come within 1 seconds (NORM_MPI_TIMEOUT)",
           NORM_MPI_TIMEOUT="1")
    expect("one is killed", 2, [dying, "kill"], "", NORM_MPI_TIMEOUT="10")
    expect("one leaves", 2, [dying, "exit"], "", NORM_MPI_TIMEOUT="2")
    program = os.path.join(folder, "program.mlir")
    with open(program, "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    expect("three for two", 3, [norm_run, program, "--random=1"],
           "norm-run: error: the grid of the program has 2 processes, mpiexec has started 3")
    np.save(f"{folder}/x.0.npy", np.zeros((4, 4), np.float32))
    with open(os.path.join(folder, "x.1.npy"), "wb") as file:
        file.write(b"no array")
    expect("a file of one", 2, [norm_run, program, f"--input={folder}/x.%r.npy"], "x.1.npy: expected a NumPy array file")
    branch = os.path.join(folder, "branch.mlir")
    with open(branch, "w", encoding="utf-8") as file:
        file.write(BRANCH)
    np.save(f"{folder}/x.npy", np.zeros((4, 8), np.float32))
    for rank in range(2):
        np.save(f"{folder}/n.{rank}.npy", np.float32(rank))
    expect("another branch", 2, [norm_run, branch, f"--input={folder}/x.npy", f"--input={folder}/n.%r.npy"],
           "the other processes have not come within 2 seconds (NORM_MPI_TIMEOUT)", NORM_MPI_TIMEOUT="2")
    expect("no bound", 2, [dying], "norm_mpi: error: expected NORM_MPI_TIMEOUT to be seconds, or 0 for no bound, got soon",
           NORM_MPI_TIMEOUT="soon")
    expect("no library", 2, [norm_run, program, "--random=1", f"--mpi={folder}/none.so"], "norm-run: error: --mpi: ")


if __name__ == "__main__":
    main(*sys.argv[1:])
