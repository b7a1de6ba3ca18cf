# What processes write: parts under their own names, the whole, and the same bits of
# what all of them have.
#
#   parts.py NORM_RUN MPI..

import sys
import tempfile

import numpy as np

from sharded import launch


def expect(condition, text):
    if not condition:
        sys.exit(f"expected {text}")


def check(norm_run, mpi, folder, program):
    def run(inputs, outputs):
        status, output = launch(mpi, 3, [norm_run, program, "--threads=1"] +
                                [f"--input={folder}/{name}" for name in inputs] +
                                [f"--output={folder}/{name}" for name in outputs])
        expect(status == 0, f"norm-run to end well, it ends with {status}: {output}")
        return output

    rng = np.random.default_rng(3)
    x, g = rng.standard_normal((5, 7), np.float32) + 1000, rng.standard_normal(7, np.float32)
    np.save(f"{folder}/x.npy", x)
    np.save(f"{folder}/g.npy", g)
    run(["x.npy", "g.npy"], ["y.npy"] + [f"{name}.%r.npy" for name in ("rstd", "mean", "rms")])
    whole = np.load(f"{folder}/y.npy")
    statistics = [[np.load(f"{folder}/{name}.{rank}.npy").tobytes() for name in ("rstd", "mean", "rms")]
                  for rank in range(3)]
    expect(statistics[0] == statistics[1] == statistics[2], "the same bits in all processes")
    # The parts of 7 over 3: 3, 3 and 1, filled up with anything.
    padded = np.pad(x, ((0, 0), (0, 2)), constant_values=np.nan)
    for rank in range(3):
        np.save(f"{folder}/x.{rank}.npy", padded[:, 3 * rank:3 * rank + 3])
    output = run(["x.%r.npy", "g.npy"], ["y.%r.npy"])
    parts = np.concatenate([np.load(f"{folder}/y.{rank}.npy") for rank in range(3)], 1)[:, :7]
    expect(parts.tobytes() == whole.tobytes(), "the parts of the whole")
    expect(output.count("result 1: ") == 1, "one summary of a result that has no file")
    return whole.tobytes(), statistics[0]


def main(norm_run, program, *mpis):
    found = []
    for mpi in mpis:
        with tempfile.TemporaryDirectory() as folder:
            found.append(check(norm_run, mpi, folder, program))
    expect(all(bits == found[0] for bits in found), "the same bits by each MPI")
    print("same bits:", len(found), "MPIs")


if __name__ == "__main__":
    main(*sys.argv[1:])
