# What the collectives of norms of split rows cost: measures messages on this machine
# and predicts them for 8 to 1024 processes of larger ones.
#
#   messages.py measure --library=build/lib/libnorm_mpi_mpich.so -o messages.json
#   messages.py paper messages.json                     # tables in Markdown
#   messages.py paper messages.json -o figure.svg       # and a chart, with matplotlib
#
# `measure` runs itself under mpiexec and calls norm's MPI library (norm/Sharding/MPI.h).

import argparse
import ctypes
import json
import math
import os
import subprocess
import sys
import time

#===-----------------------------------------------------------------------===#
# Measuring
#===-----------------------------------------------------------------------===#

SIZES = [1, 16, 256, 1024, 4096, 16384, 65536, 262144, 1048576]


def work(library):
    """One of the processes: the first one prints seconds of each collective."""
    mpi = ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    mpi.norm_mpi_rank.restype = mpi.norm_mpi_size.restype = ctypes.c_int64
    mpi.norm_mpi_communicator.restype = ctypes.c_void_p
    rank, size = mpi.norm_mpi_rank(), mpi.norm_mpi_size()
    everyone = ctypes.c_void_p(mpi.norm_mpi_communicator((ctypes.c_int64 * 4)(1, size, 1, 0)))
    cells = []
    for count in SIZES:
        # One f32 of each row; three in a slot.
        data, slots = (ctypes.c_float * count)(), (ctypes.c_float * (3 * count))()
        all_slots = (ctypes.c_float * (3 * count * size))()
        calls = {
            "all-reduce": lambda: mpi.norm_mpi_all_reduce(data, ctypes.c_int64(count), 0, everyone),
            "all-gather": lambda: mpi.norm_mpi_all_gather(slots, all_slots, ctypes.c_int64(12 * count), everyone)}
        for name, call in calls.items():
            rounds = max(5, min(300, 2000000 // count))
            times = []
            for _ in range(rounds):
                begin = time.perf_counter()
                call()
                times.append(time.perf_counter() - begin)
            times.sort()
            cells.append({"collective": name, "processes": size, "rows": count,
                          "seconds": times[len(times) // 2]})
    if rank == 0:
        print(json.dumps(cells))
    mpi.norm_mpi_finalize()


def measure(library, processes, output):
    mpi = "openmpi" if "openmpi" in os.path.basename(library) else "mpich"
    cells = []
    for count in processes:
        launcher = [f"mpiexec.{mpi}", "-n", str(count)] + (["--oversubscribe"] if mpi == "openmpi" else [])
        done = subprocess.run(launcher + [sys.executable, __file__, "work", os.path.abspath(library)],
                              stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(f"messages.py: mpiexec ends with status {done.returncode}")
        cells += json.loads(done.stdout)
    with open(output, "w", encoding="utf-8") as file:
        json.dump({"mpi": mpi, "cores": os.cpu_count(), "cells": cells}, file, indent=1)
        file.write("\n")


#===-----------------------------------------------------------------------===#
# Paper
#===-----------------------------------------------------------------------===#

# Latency of one step in seconds and bytes per second of one process in one direction.
# NVLink 4 of an H100: 18 links of 25 GB/s; InfiniBand NDR: 400 Gb/s for each GPU.
# The latencies are assumed: those of a step of a collective on GPUs, kernels included.
NETWORKS = {"NVLink 4": (2e-6, 450e9), "InfiniBand NDR": (5e-6, 50e9)}
# Processes that one network reaches.
REACH = {"NVLink 4": 8, "InfiniBand NDR": 1024}
PROCESSES = [8, 16, 32, 64, 128, 256, 512, 1024]


def all_reduce(size, processes, latency, bandwidth):
    """The faster of a tree there and back, and of reduce-scatter and all-gather in a ring."""
    steps = math.ceil(math.log2(processes))
    tree = steps * (latency + size / bandwidth)
    ring = 2 * (processes - 1) * latency + 2 * size * (processes - 1) / processes / bandwidth
    return min(tree, ring)


def all_gather(size, processes, latency, bandwidth):
    """Doubling: all parts of `size` bytes arrive once."""
    return math.ceil(math.log2(processes)) * latency + (processes - 1) * size / bandwidth


def costs(rows, processes, network):
    """Seconds of the message of one norm, and of the sum of one product of 8192 columns in bf16."""
    latency, bandwidth = NETWORKS[network]
    return {"rmsnorm": all_reduce(4 * rows, processes, latency, bandwidth),
            "layernorm": all_gather(12 * rows, processes, latency, bandwidth),
            "product": all_reduce(2 * 8192 * rows, processes, latency, bandwidth)}


def print_measured(data):
    cells = data["cells"]
    counts = sorted({cell["processes"] for cell in cells})
    print("| rows | bytes of each process | " + " | ".join(
        f"{name}, {count} processes" for name in ("all-reduce", "all-gather") for count in counts) + " |")
    print("|" + "---|" * (2 + 2 * len(counts)))
    for rows in sorted({cell["rows"] for cell in cells}):
        times = [next(cell["seconds"] for cell in cells if (cell["collective"], cell["processes"], cell["rows"]) ==
                      (name, count, rows)) for name in ("all-reduce", "all-gather") for count in counts]
        print(f"| {rows:,} | {4 * rows:,}, {12 * rows:,} | " + " | ".join(f"{1e6 * t:,.0f} us" for t in times) + " |")


def print_paper(rows):
    print(f"| processes | network | {rows:,} rows: rmsnorm | layernorm | product before it | 160 rmsnorms, one row |")
    print("|" + "---|" * 6)
    for processes in PROCESSES:
        for network in NETWORKS:
            if processes > REACH[network]:
                continue
            many, one = costs(rows, processes, network), costs(1, processes, network)
            print(f"| {processes} | {network} | {1e6 * many['rmsnorm']:,.0f} us | "
                  f"{1e6 * many['layernorm']:,.0f} us | {1e6 * many['product']:,.0f} us | {1e3 * 160 * one['rmsnorm']:.1f} ms |")


def draw(rows, output):
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "norm"
    from matplotlib import pyplot
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.4), sharey=True)
    for panel, count in zip(axes, (1, rows)):
        for (key, label), style in zip((("rmsnorm", "rmsnorm"), ("layernorm", "layernorm"), ("product", "product")),
                                       ("o-", "s-", "k--")):
            panel.plot(PROCESSES, [1e6 * costs(count, p, "InfiniBand NDR")[key] for p in PROCESSES], style, label=label,
                       markersize=4)
        panel.set(xscale="log", yscale="log", xlabel="processes", title=f"{count:,} row{'s' if count > 1 else ''}")
        panel.set_xticks(PROCESSES, [str(p) for p in PROCESSES])
        panel.minorticks_off()
        panel.grid(True, alpha=0.3)
    axes[0].set_ylabel("us for each, InfiniBand NDR, predicted")
    axes[0].legend(frameon=False)
    figure.tight_layout()
    figure.savefig(output, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    worker = commands.add_parser("work")
    worker.add_argument("library")
    measuring = commands.add_parser("measure")
    measuring.add_argument("--library", required=True)
    measuring.add_argument("--processes", type=int, nargs="+", default=[2, 4])
    measuring.add_argument("-o", "--output", required=True)
    paper = commands.add_parser("paper")
    paper.add_argument("measured")
    paper.add_argument("--rows", type=int, default=4096)
    paper.add_argument("-o", "--output")
    options = parser.parse_args()
    if options.command == "work":
        work(options.library)
    elif options.command == "measure":
        measure(options.library, options.processes, options.output)
    else:
        with open(options.measured, encoding="utf-8") as file:
            print_measured(json.load(file))
        print()
        print_paper(options.rows)
        if options.output:
            draw(options.rows, options.output)


if __name__ == "__main__":
    main()
