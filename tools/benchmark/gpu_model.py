#!/usr/bin/env python3
# Predicts how close kernels come to a device copy, from the code itself; nothing
# is measured:
#
#   gpu_model.py NORM_COMPILE [--chip=sm_90] [--toolkit=FOLDER] [--json]
#
# Loads, stores and executed instructions come from evaluating the PTX, registers and
# shared memory from ptxas, instructions of machine code and how many bytes a thread
# has under way before it waits from nvdisasm, where it is found (PATH or
# toolkit). docs/Benchmarks.md has the formulas.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import argparse
import collections
import json
import pathlib
import re
import shutil
import subprocess
import tempfile

import bundle
import gpu_rows
import ptx

# What the model takes a chip to be: multiprocessors, clock (GHz), bandwidth of a
# device copy (GB/s), latency of memory under load (us), time of an empty kernel (us),
# limits of a multiprocessor.
Chip = collections.namedtuple(
    "Chip", "name processors clock copy latency start threads registers shared blocks")
CHIPS = {
    "sm_90": Chip("H200", 132, 1.75, 4300.0, 0.7, 2.0, 2048, 65536, 233472, 32),
}
# Cycles of a shuffle with what follows it, and of a barrier.
SHUFFLE_CYCLES, BARRIER_CYCLES = 30, 40


def sass(nvdisasm, cubin):
    """The machine code of each kernel: lists of (opcode, operands). Functions
    behind it, such as the slow path of a division, are left out."""
    text = subprocess.run([nvdisasm, "-c", cubin], check=True, text=True,
                          capture_output=True).stdout
    kernels, current = {}, None
    for line in text.splitlines():
        if match := re.match(r"\.text\.(\w+):", line):
            current = kernels.setdefault(match.group(1), [])
        elif re.match(r"\s*\$\w+:", line):
            current = []
        elif match := re.match(r"\s+/\*[0-9a-f]{4,}\*/\s+(?:@!?U?P\w+ )?"
                               r"([A-Z][A-Z0-9_.]*)\s*([^;]*);", line):
            current.append(match.groups())
    return kernels


def access_bytes(opcode):
    match = re.search(r"\.(128|64|U16|U8|S16|S8|16)\b", opcode)
    return {"128": 16, "64": 8, "U16": 2, "S16": 2, "16": 2, "U8": 1,
            "S8": 1}.get(match.group(1) if match else "", 4)


def bytes_before_wait(code):
    """Bytes of loads that a thread issues before it needs the first of them."""
    pending, total = set(), 0
    for opcode, operands in code:
        registers = re.findall(r"\bR(\d+)\b", operands)
        if opcode.startswith("LDG"):
            size = access_bytes(opcode)
            first = int(registers[0])
            if any(int(r) in pending for r in registers[1:]):
                break
            pending.update(range(first, first + max(size // 4, 1)))
            total += size
        elif any(int(r) in pending for r in registers):
            break
    return total


def count_reads(row, launch, block):
    """How many times a block loads an element of its rows, on average. What all
    threads take from one address, the first elements of a row, is left out."""
    loaded = elements = 0
    for number, argument in enumerate(launch.entry["arguments"]):
        if len(argument["shape"]) < 2 or argument["access"] == "write":
            continue
        offsets, counts = ptx.count_touches(block, "ld", number)
        inner = offsets % (row.cols * gpu_rows.BYTES) >= 16
        loaded += counts[inner].sum()
        elements += inner.sum()
    return float(loaded / max(elements, 1))


def count_instructions(launch, block, code):
    """Instructions that a thread executes: those of PTX, times as many as the
    assembler makes of one."""
    executed = sum(block.executed.values()) / launch.block[0]
    if not code:
        return executed
    real = sum(opcode != "NOP" for opcode, _ in code)
    return executed * real / len(launch.kernel.code)


def model(row, launch, code, chip):
    """Figures of one row of the table."""
    threads, blocks, cluster = launch.block[0], launch.grid[0], launch.cluster[0]
    block = launch.run()
    usage, strategy = launch.text.get("ptxas") or {}, launch.text["strategy"]
    matrices = {number for number, argument in enumerate(launch.entry["arguments"])
                if len(argument["shape"]) > 1}
    registers = -(-usage.get("registers", 32) // 8) * 8
    shared = (usage.get("shared_bytes", 0) + 1024 +
              bundle.evaluate(launch.text["dynamic_shared_bytes"], launch.extents))
    resident = min(chip.threads // threads, chip.registers // (registers * threads),
                   chip.shared // shared, chip.blocks)
    # Rows that a block computes side by side, and how many times it does.
    found = re.search(r"(\d+) rows in a block", strategy)
    side_by_side = int(found.group(1)) if found else 1
    turns = -(-row.rows // (side_by_side * blocks // cluster))
    in_turn = "in turn" in strategy
    rows_here = min(side_by_side * turns, row.rows) / cluster
    moved = rows_here * row.cols * gpu_rows.BYTES
    loads = sum(len(a.offsets) * a.bytes for a in block.accesses
                if a.kind == "ld" and a.argument in matrices) / threads / turns
    ahead = bytes_before_wait(code) if code else loads
    instructions = count_instructions(launch, block, code)
    issue = instructions / turns * threads / 32 / 4
    reduction = (block.executed["shfl"] * SHUFFLE_CYCLES +
                 block.executed["bar"] * BARRIER_CYCLES) / threads / turns
    waiting = max(1.0, loads / max(ahead, 1)) * chip.latency
    computing = (issue + reduction) / chip.clock / 1000
    # Where rows take turns the next one is loaded meanwhile.
    life = waiting + computing
    if in_turn:
        life += (turns - 1) * max(waiting, computing)
    waves = max(1.0, blocks / (resident * chip.processors))
    traffic = gpu_rows.traffic(row)
    reads = count_reads(row, launch, block)
    inputs = 2 if row.op == "add_rmsnorm" else 1
    copy = traffic / chip.copy / 1000
    # What is read again is taken to come from memory, though a cache may have it.
    by_memory = copy + ((reads - 1) * inputs * row.rows * row.cols *
                        gpu_rows.BYTES / chip.copy / 1000)
    by_issue = (max(1.0, blocks / chip.processors) * turns * issue / chip.clock /
                1000)
    times = {"memory": by_memory, "latency": waves * life, "instructions": by_issue}
    bound = max(times, key=times.get)
    needed = chip.copy / chip.processors * chip.latency / 2
    in_flight = resident * threads * ahead
    return {
        "op": row.op, "rows": row.rows, "cols": row.cols,
        "reads": reads,
        "instructions_per_16_bytes": instructions * threads / (moved / 16),
        "from": "SASS" if code else "PTX",
        "registers": usage.get("registers"),
        "spilled_bytes": usage.get("spill_store_bytes"),
        "occupancy": resident * threads / chip.threads,
        "kib_in_flight": in_flight / 1024, "kib_needed": needed * 1000 / 1024,
        "us": times,
        "of_copy": (copy + chip.start) / (times[bound] + chip.start),
        "bound": bound,
    }


def find_nvdisasm(toolkit):
    folder = pathlib.Path(toolkit or "/nonexistent", "bin", "nvdisasm")
    return str(folder) if folder.exists() else shutil.which("nvdisasm")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("norm_compile")
    parser.add_argument("--chip", default="sm_90", choices=CHIPS)
    parser.add_argument("--toolkit", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chip = CHIPS[options.chip]
    nvdisasm = find_nvdisasm(options.toolkit)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "rows.mlir").write_text(gpu_rows.program())
        subprocess.run([options.norm_compile, folder / "rows.mlir", "-o",
                        folder / "bundle", f"--target={options.chip}"],
                       check=True)
        cubin = folder / "bundle" / f"{options.chip}.cubin"
        codes = sass(nvdisasm, cubin) if nvdisasm and cubin.exists() else {}
        results = []
        for row in gpu_rows.ROWS:
            launch = bundle.load(folder / "bundle", options.chip,
                                 [row.rows])[gpu_rows.entry(row)][0]
            results.append(model(row, launch,
                                 codes.get(launch.text["kernel"]), chip))
    if options.json:
        for result in results:
            print(json.dumps(result))
        return
    print("| op | rows x length | reads of an element | instructions for 16 bytes | "
          "registers | occupancy | KiB under way | us by memory, latency, instructions | "
          "of the copy | bound by |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for r in results:
        print(f"| {r['op']} | {r['rows']} x {r['cols']} | "
              f"{r['reads']:.2f} | "
              f"{r['instructions_per_16_bytes']:.0f} ({r['from']}) | "
              f"{r['registers']} | {r['occupancy']:.2f} | "
              f"{r['kib_in_flight']:.0f} of {r['kib_needed']:.0f} | "
              f"{', '.join(f'{us:.1f}' for us in r['us'].values())} | "
              f"{r['of_copy']:.2f} | {r['bound']} |")


if __name__ == "__main__":
    main()
