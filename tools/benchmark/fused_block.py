# examples/fused_block.mlir (residual sum, rmsnorm, SiLU gate, row maximum, int8)
# raised and fused, unraised, and by torch.compile, beside the copy of the same
# bytes:
#
#   fused_block.py NORM_RUN NORM_BENCH PROGRAM [--threads=N] [--repeats=N]
#                  [--torch=PYTHON]
#
# All are taken in turn, so that drift of the machine hits all alike; least and
# median time of each. The copy is that of norm-bench for add+rmsnorm of the same
# rows, as GB/s, times the bytes of the block. --torch names a Python that has
# PyTorch; it is left out without.

import argparse
import json
import re
import statistics
import subprocess

ROWS, COLUMNS, ROUNDS = 2048, 4096, 20
# x, residual, gate and sum in f32, the result in int8, scale, and row maxima.
BYTES = ROWS * COLUMNS * (4 * 4 + 1) + 4 * (COLUMNS + ROWS)

TORCH = f"""
import sys, time, torch
torch.set_num_threads(int(sys.argv[1]))
def block(x, residual, scale, gate):
    total = x + residual
    y = total * torch.rsqrt(total.square().mean(-1, keepdim=True) + 1e-5) * scale
    gated = y * torch.nn.functional.silu(gate)
    most = gated.abs().amax(-1, keepdim=True)
    factor = 127 / torch.where(most == 0, 1, most)
    return total, torch.round(gated * factor).to(torch.int8), most
x, residual, gate = (torch.randn({ROWS}, {COLUMNS}) for _ in range(3))
scale = torch.randn({COLUMNS})
compiled = torch.compile(block)
times = []
with torch.no_grad():
    for i in range({ROUNDS} + 3):
        start = time.perf_counter()
        result = compiled(x, residual, scale, gate)
        times.append(time.perf_counter() - start)
times = sorted(times[3:])
print(f"time: median {{times[len(times) // 2]}} s, minimum {{times[0]}} s")
"""


def measure(command):
    output = subprocess.run(command, check=True, text=True,
                            capture_output=True).stdout
    return tuple(map(float, re.search(
        r"time: median (\S+) s, minimum (\S+) s", output).groups()))


def measure_copy(norm_bench, threads):
    output = subprocess.run(
        [norm_bench, "--op=add-rmsnorm", "--dtype=f32", f"--rows={ROWS}",
         f"--cols={COLUMNS}", f"--threads={threads}", "--json"],
        check=True, text=True, capture_output=True).stdout
    seconds = BYTES / (json.loads(output)["copy_gb_per_s"] * 1e9)
    return seconds, seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("norm_run")
    parser.add_argument("norm_bench")
    parser.add_argument("program")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--torch")
    options = parser.parse_args()
    run = [options.norm_run, options.program, "--random=1",
           f"--threads={options.threads}", f"--time={ROUNDS}"]
    ways = {"copy": lambda: measure_copy(options.norm_bench, options.threads),
            "fused": lambda: measure(run),
            "unraised": lambda: measure(run + ["--no-raise"])}
    if options.torch:
        ways["torch.compile"] = lambda: measure(
            [options.torch, "-c", TORCH, str(options.threads)])
    times = {name: [] for name in ways}
    for _ in range(options.repeats):
        for name, way in ways.items():
            times[name].append(way())
    print(f"{BYTES / 1e6:.0f} MB, {options.threads} thread(s)")
    print(f"{'':14}{'least ms':>10}{'median ms':>11}{'copy/least':>12}")
    copy = min(least for _, least in times["copy"])
    for name, taken in times.items():
        least = min(least for _, least in taken)
        median = statistics.median(median for median, _ in taken)
        print(f"{name:14}{1e3 * least:10.2f}{1e3 * median:11.2f}"
              f"{copy / least:12.2f}")


if __name__ == "__main__":
    main()
