# Runs sharded programs under mpiexec and compares them with f64 references.
#
#   sharded.py NORM_RUN MPI [CASE..]
#
# MPI is mpich or openmpi. Prints the largest error of each case relative to the
# largest value of its reference.

import os
import re
import signal
import subprocess
import sys
import tempfile

import numpy as np

from cases import CASES


def launch(mpi, processes, command, **more):
    """Runs `command` in `processes` processes; its status and its output."""
    launcher = [f"mpiexec.{mpi}", "-n", str(processes)]
    if mpi == "openmpi":
        launcher += ["--oversubscribe"]
    environment = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
                   "NORM_MPI_TIMEOUT": "60", **more}
    started = subprocess.Popen(launcher + command, env=environment, text=True, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        output, _ = started.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        # What mpiexec has started holds its output open.
        os.killpg(started.pid, signal.SIGKILL)
        output, _ = started.communicate()
        return -signal.SIGKILL, output + "\nmpiexec has not ended in 120 seconds"
    return started.returncode, output


def to_bf16(values):
    """The bits of the nearest bf16 values."""
    bits = np.ascontiguousarray(values, np.float32).view(np.uint32)
    return ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def from_bf16(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32).astype(np.float64)


def store(values, element):
    return to_bf16(values) if element == "bf16" else values.astype(np.float32)


def load(values):
    return from_bf16(values) if values.dtype == np.uint16 else values.astype(np.float64)


def run(norm_run, mpi, case):
    """The error of each result of a case."""
    rng = np.random.default_rng(7)
    arguments = [store(value, element) for value, element in case.arguments(rng)]
    references = case.reference(*[load(value) for value in arguments])
    with tempfile.TemporaryDirectory() as folder:
        command = [norm_run, f"{folder}/program.mlir", "--threads=1"]
        with open(command[1], "w", encoding="utf-8") as file:
            file.write(case.program)
        for i, value in enumerate(arguments):
            np.save(f"{folder}/x{i}.npy", value)
            command.append(f"--input={folder}/x{i}.npy")
        command += [f"--output={folder}/y{i}.npy" for i in range(len(references))]
        status, output = launch(mpi, case.processes, command)
        if status != 0:
            sys.exit(f"{case.name}: norm-run ends with status {status}\n{output}")
        found = [load(np.load(f"{folder}/y{i}.npy")) for i in range(len(references))]
    errors = []
    for value, reference in zip(found, references):
        if value.shape != reference.shape or not np.isfinite(value).all():
            return [float("inf")]
        errors.append(np.abs(value - reference).max() / max(np.abs(reference).max(), 1e-3))
    return errors


def main(norm_run, mpi, *names):
    wrong = False
    for case in CASES:
        if names and not any(re.fullmatch(pattern, case.name) for pattern in names):
            continue
        errors = run(norm_run, mpi, case)
        good = max(errors) <= case.tolerance
        wrong |= not good
        print(f"{case.name}: {'right' if good else 'WRONG'}, errors {', '.join(f'{e:.1e}' for e in errors)}")
    sys.exit(wrong)


if __name__ == "__main__":
    main(*sys.argv[1:])
