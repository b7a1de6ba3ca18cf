# The main job on two programs, the demo part of tools/demo.sh:
#
#   demo.py BIN_FOLDER EXAMPLES_FOLDER
#
# A decoder block as PyTorch exported it is reported on, run raised and unraised
# and compared with the results that PyTorch recorded; then one large norm is
# timed raised and unraised. Exit status 0 if every error is within bounds.

import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

import numpy as np

# The bound on the error of an f32 program, relative to the largest value.
TOLERANCE = 3e-5

WAYS = {"raised": [], "unraised": ["--no-raise"]}


def run(command):
    """The output of a command; ends the demo with its message if it fails."""
    process = subprocess.run([str(word) for word in command],
                             capture_output=True, text=True)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{process.stderr}")
    return process.stdout + process.stderr


def figures(output):
    """Milliseconds to compile and microseconds of a call that norm-run printed."""
    compile_ms = float(re.search(r"compile: ([\d.]+) ms", output).group(1))
    median, minimum = re.search(
        r"time: median (\S+) s, minimum (\S+) s", output).groups()
    return compile_ms, 1e6 * float(median), 1e6 * float(minimum)


def timed(command, repeats=3):
    """Figures of each way, taken in turn so that drift hits both alike."""
    samples = {way: [] for way in WAYS}
    for _ in range(repeats):
        for way, flags in WAYS.items():
            samples[way].append(figures(run(command + flags)))
    return {way: [statistics.median(column) for column in zip(*rows)]
            for way, rows in samples.items()}


def table(rows):
    """Prints rows of a label and one figure for each way."""
    print(f"{'':26}" + "".join(f"{way:>14}" for way in WAYS))
    for label, values in rows:
        print(f"{label:26}" + "".join(f"{value:>14}" for value in values))


def time_rows(times):
    rows = [(label, [f"{times[way][i]:.1f}" for way in WAYS])
            for i, label in enumerate(["compile, ms", "call, median us",
                                       "call, minimum us"])]
    ratio = times["unraised"][1] / times["raised"][1]
    return rows + [("speedup", [f"{ratio:.2f}x", "1.00x"])]


def print_report(tools, program):
    """Prints what --norm-report says."""
    print(run([tools / "norm-opt", program, "--norm-report", "-o",
               "/dev/null"]))


def decoder_block(tools, example):
    """Reports on, runs and compares the block; whether the errors are small."""
    program = example / "decoder_block.mlir"
    recorded = np.load(example / "decoder_block.npz")
    print(f"== {program.name}: a pre-norm decoder block, exported by PyTorch ==\n")
    print_report(tools, program)
    inputs = [name for name in recorded.files if name.startswith("in")]
    outputs = [name for name in recorded.files if name.startswith("out")]
    errors = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        command = [tools / "norm-run", program]
        for i in range(len(inputs)):
            np.save(folder / f"in{i}.npy", recorded[f"in{i}"])
            command.append(f"--input={folder}/in{i}.npy")
        for way, flags in WAYS.items():
            run(command + flags + [f"--output={folder}/out{i}.npy"
                                   for i in range(len(outputs))])
            for i in range(len(outputs)):
                expected = recorded[f"out{i}"].astype(np.float64)
                found = np.load(folder / f"out{i}.npy").astype(np.float64)
                errors[way].append(np.abs(found - expected).max()
                                   / np.abs(expected).max())
        times = timed(command + ["--time=200", "--threads=1"])
    print("Errors against PyTorch's recorded results, relative to the largest")
    print(f"value (bound {TOLERANCE:g}), and times on one thread:\n")
    table([(f"error of result {i}", [f"{errors[way][i]:.1e}" for way in WAYS])
           for i in range(len(outputs))] + time_rows(times))
    return max(map(max, errors.values())) <= TOLERANCE


def large_norm(tools, program):
    print(f"\n== {program.name}: one norm of 2048 rows of 4096 f32 ==\n")
    command = [tools / "norm-run", program, "--random=1", "--time=20"]
    for threads in [1, 2]:
        print(f"threads: {threads}")
        table(time_rows(timed(command + [f"--threads={threads}"], repeats=1)))
        print()


def main():
    tools, examples = map(pathlib.Path, sys.argv[1:3])
    accurate = decoder_block(tools, examples / "decoder_block")
    large_norm(tools, examples / "rmsnorm_2048x4096.mlir")
    if not accurate:
        sys.exit("an error exceeds its bound")


if __name__ == "__main__":
    main()
