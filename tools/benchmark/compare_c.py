# One rmsnorm of 2048x4096 f32 on one thread: raised, unraised, and the plain C
# loop of rmsnorm.c, in turn, so that drift of the machine hits all alike.
#
#   compare_c.py NORM_RUN PROGRAM [REPEATS]
#
# Prints the least and the median time of each and their ratio to plain C, and
# the time to compile the raised program. CC names the C compiler (default cc).

import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROWS, COLUMNS, ROUNDS = 2048, 4096, 20


def main():
    norm_run, program = sys.argv[1:3]
    repeats = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    source = pathlib.Path(__file__).with_name("rmsnorm.c")
    run = [norm_run, program, "--random=1", "--threads=1", f"--time={ROUNDS}"]
    with tempfile.TemporaryDirectory() as folder:
        plain = f"{folder}/rmsnorm"
        subprocess.run([os.environ.get("CC", "cc"), "-O3", "-march=native",
                        "-ffast-math", source, "-o", plain, "-lm"], check=True)
        commands = {"raised": run, "unraised": run + ["--no-raise"],
                    "plain C": [plain, str(ROWS), str(COLUMNS), str(ROUNDS)]}
        medians = {name: [] for name in commands}
        minima = {name: [] for name in commands}
        compile_ms = []
        for _ in range(repeats):
            for name, command in commands.items():
                output = subprocess.run(command, check=True, text=True,
                                        capture_output=True).stdout
                median, minimum = re.search(
                    r"time: median (\S+) s, minimum (\S+) s", output).groups()
                medians[name].append(float(median))
                minima[name].append(float(minimum))
                if name == "raised":
                    compile_ms.append(float(
                        re.search(r"compile: ([\d.]+) ms", output).group(1)))
    print(f"{'':10}{'least ms':>10}{'median ms':>11}{'to plain C':>12}")
    base = min(minima["plain C"])
    for name in commands:
        least = min(minima[name])
        print(f"{name:10}{1e3 * least:10.2f}"
              f"{1e3 * statistics.median(medians[name]):11.2f}"
              f"{least / base:11.2f}x")
    print(f"compile, raised: {min(compile_ms):.1f} ms")


if __name__ == "__main__":
    main()
