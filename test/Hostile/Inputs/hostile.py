# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Hostile inputs: hostile.py [--count=N] [--seed=N] [--only=KIND] FOLDER

Makes N inputs, shared out over programs, array files, calls of the C interface,
calls of the Python package, bundles and certificates, most of them good ones with a
little damage, and gives each to what reads it. An answer is right or an error in
words. A signal, a message of a library, a missing end and memory without bounds are
crashes; their inputs stay in FOLDER/found.

Prints a line for each kind, and the sum.
"""

import argparse
import json
import math
import os
import pathlib
import random
import resource
import shutil
import subprocess
import sys

import mutate

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
MEMORY = 8 << 30
SECONDS = 60
# What no message of ours has.
RAW = ["PLEASE submit a bug report", "Stack dump", "Assertion", "terminate called", "LLVM ERROR", "UNREACHABLE", "Traceback (most",
       "std::", "basic_string", "AddressSanitizer", "runtime error:"]
PASSES = ["--norm-raise", "--norm-raise=precision=strict", "--norm-report", "--canonicalize", "--norm-decompose", "--norm-to-rows",
          "--norm-fuse-rows", "--norm-to-llvm", "--norm-to-nvvm", "--norm-print-plan", "--norm-collapse-dimensions", "--norm-expanded-views",
          "--norm-byte-elements", "--norm-sliced-pads", "--norm-plain-tensors", "--norm-strided-slices", "--norm-lower-math",
          "--norm-vectorize-rows", "--norm-rows-to-gpu", "--norm-strided-copies", "--norm-masked-halves", "--norm-skip-forks",
          "--norm-static-results-to-out-params", "--mlir-print-op-generic", "--norm-serialize-small-linalg"]


def limit_memory():
    """Of an address sanitizer the address space is the smallest part that is not taken."""
    if "NORM_SANITIZED" not in os.environ:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


class Suite:
    def __init__(self, folder, seed):
        self.folder, self.found, self.seed = folder, folder / "found", seed
        self.crashes, self.refused = [], 0
        shutil.rmtree(folder, ignore_errors=True)
        self.found.mkdir(parents=True)

    def run(self, command, name, inputs):
        """Runs `command`, which reads `inputs`; True if it took them."""
        try:
            result = subprocess.run([str(c) for c in command], cwd=self.folder, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL,
                                    preexec_fn=limit_memory)
            status, text = result.returncode, (result.stderr + result.stdout).decode(errors="replace")
        except subprocess.TimeoutExpired:
            status, text = "no end", ""
        # What a message quotes of the input is the input's.
        raw = [word for word in RAW if word in text] if status else []
        if status not in (0, 1, 2, 77) or raw:
            self.crash(name, inputs, command, f"status {status} {raw}", text)
        self.refused += status == 1
        return status == 0

    def crash(self, name, inputs, command, what, text):
        place = self.found / name
        place.mkdir(exist_ok=True)
        for file in inputs:
            (shutil.copytree if file.is_dir() else shutil.copy)(file, place / file.name)
        (place / "command").write_text(" ".join(map(str, command)) + f"\n{what}\n{text[:20000]}")
        self.crashes.append(f"{name}: {what}: {' '.join(map(str, command))}")


def programs(suite, count, chance):
    """Programs of the corpus and of the tests, a few tokens changed."""
    seeds = sorted(ROOT.glob("test/corpus/**/*.mlir")) + 4 * sorted(p for p in ROOT.glob("test/**/*.mlir") if "corpus" not in str(p))
    for i in range(count):
        text, other = (chance.choice(seeds).read_text(errors="surrogateescape") for _ in range(2))
        file = suite.folder / f"program{i}.mlir"
        file.write_bytes(mutate.change_text(text, other, chance))
        if chance.random() < 0.2:
            command = ["norm-compile", file, "-o", suite.folder / "x.o", chance.choice(["--target=x86-64-v3", "--threads=2"])]
        else:
            # Functions one by one, so that one bad function leaves the others to be read.
            command = ["norm-opt", file, "-o", "/dev/null"] + chance.sample(PASSES, chance.choice([1, 1, 2]))
            command += ["--split-input-file"] if "-----" in text else []
        suite.run(command, file.stem, [file])
        file.unlink()


def arrays(suite, count, chance):
    """Array files whose header or data are not what they say."""
    program = suite.folder / "copy.mlir"
    program.write_text("func.func @main(%x: tensor<?x?xf32>) -> tensor<?x?xf32> { return %x : tensor<?x?xf32> }")
    for i in range(count):
        shape = tuple(chance.choice([0, 1, 2, 3, 4]) for _ in range(chance.choice([2, 2, 2, 2, 0, 1, 3])))
        descr = chance.choice(["<f4"] * 6 + [">f4", "<f8", "<f2", "|b1", "<V2", "|O", "<U4", "<c8", "f4"])
        header = str({"descr": descr, "fortran_order": chance.choice([False, True]), "shape": shape})
        if chance.random() < 0.5:
            header = mutate.change_text(header, header, chance).decode("latin-1")
        header = (header + " " * chance.randrange(64) + "\n").encode("latin-1")
        major = chance.choice([1, 1, 1, 1, 1, 2, 3, 0, 9])
        size = len(header) if chance.random() < 0.9 else chance.choice([0, 1, 65535, 2**32 - 1])
        size = (size % (2**16 if major == 1 else 2**32)).to_bytes(2 if major == 1 else 4, "little")
        data = bytes(4 * math.prod(shape) if chance.random() < 0.8 else chance.choice([0, 1, 5, 4096]))
        data = b"\x93NUMPY" + bytes([major, 0]) + size + header + data
        file = suite.folder / f"array{i}.npy"
        file.write_bytes(mutate.change_bytes(data, chance) if chance.random() < 0.2 else data)
        suite.run(["norm-run", program, f"--input={file}"], file.stem, [file, program])
        file.unlink()


def bundles(suite, count, chance):
    """Bundles with one or two other values in their manifest, most with the right checksum."""
    good = suite.folder / "good"
    subprocess.run(["norm-compile", HERE / "../../tools/norm-launch/Inputs/norms.mlir", "-o", good, "--target=sm_80", "--cubin=never"], check=True)
    files = sorted(p.name for p in good.iterdir() if p.name != "manifest.json")
    for i in range(count):
        bundle = suite.folder / f"bundle{i}"
        shutil.copytree(good, bundle)
        manifest = json.loads((good / "manifest.json").read_text())
        for _ in range(chance.randint(1, 2)):
            mutate.change_json(manifest, chance)
        text = mutate.seal(manifest)
        how = chance.random()
        if how < 0.1:
            text = json.dumps(manifest)
        (bundle / "manifest.json").write_bytes(mutate.change_bytes(text.encode(), chance) if how > 0.9 else text.encode())
        if chance.random() < 0.2:
            file = bundle / chance.choice(files)
            file.write_bytes(mutate.change_bytes(file.read_bytes(), chance))
        what = chance.choice([["--list"], ["--entry=short", "--rows=3", "--check"], ["--entry=wide", "--rows=2", "--check"], ["--time=1"]])
        suite.run(["norm-launch", bundle, *what], bundle.name, [bundle])
        shutil.rmtree(bundle)


def certificates(suite, count, chance):
    """Certificates that quote or claim something else, all of them in one run."""
    good = suite.folder / "proved"
    for i, name in enumerate(("torch/f_layer_norm", "jax/flax_rmsnorm_f32", "torch/f_layer_norm_bf16")):
        subprocess.run(["norm-opt", ROOT / f"test/corpus/{name}.mlir", f"--norm-raise=certify={good}/{i}", "-o", "/dev/null"],
                       check=True, capture_output=True)
    texts = [p.read_text() for p in sorted(good.glob("*/*.smt2"))]
    folder = suite.folder / "certificates"
    folder.mkdir()
    for i in range(count):
        (folder / f"f.{i}.smt2").write_bytes(mutate.change_text(chance.choice(texts), chance.choice(texts), chance))
    suite.run(["norm-check", "--timeout=1", folder], "certificates", [folder])


def calls(suite, count, chance, command, name):
    """Calls within one process; after a crash the rest of them are made in another one."""
    first = 0
    while first < count:
        whole = command + [str(suite.seed), str(first), str(count - first)]
        try:
            result = subprocess.run(whole, cwd=suite.folder, capture_output=True, timeout=10 * SECONDS)
            status = result.returncode
        except subprocess.TimeoutExpired as expired:
            result, status = expired, "no end"
        output = (result.stdout or b"").decode(errors="replace").split("\n")
        numbers = [int(line.split()[1]) for line in output if line.startswith("case ")]
        suite.refused += sum(line.startswith("refused") for line in output)
        if status == 0:
            return
        last = numbers[-1] if numbers else first
        suite.crash(f"{name}{last}", [], command + [str(suite.seed), str(last), "1"], f"status {status}",
                    "\n".join(output[-8:]) + (result.stderr or b"").decode(errors="replace"))
        first = last + 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--calls", default="", help="the program of calls.cpp")
    parser.add_argument("--python", default="", help="an interpreter; used if it imports norm")
    parser.add_argument("folder", type=lambda path: pathlib.Path(path).resolve())
    arguments = parser.parse_args()
    suite = Suite(arguments.folder, arguments.seed)
    os.environ["NORM_CACHE_DIR"] = ""
    kinds = {"programs": (45, programs), "arrays": (15, arrays), "bundles": (15, bundles),
             "certificates": (5, certificates)}
    if arguments.calls:
        kinds["calls of C"] = (10, lambda *a: calls(*a, [arguments.calls], "c"))
    if arguments.python and subprocess.run([arguments.python, "-c", "import norm"], capture_output=True).returncode == 0:
        kinds["calls of Python"] = (10, lambda *a: calls(*a, [arguments.python, str(HERE / "calls.py")], "python"))
    total = sum(share for share, _ in kinds.values())
    made = 0
    for name, (share, run) in kinds.items():
        if arguments.only and not name.startswith(arguments.only):
            continue
        count = -(-arguments.count * share // total)
        before, suite.refused = len(suite.crashes), 0
        run(suite, count, random.Random(f"{arguments.seed} {name}"))
        print(f"{count} {name}, {suite.refused} refused, {len(suite.crashes) - before} crashes", flush=True)
        made += count
    for line in suite.crashes:
        print(line)
    print(f"{made} inputs, {len(suite.crashes)} crashes")
    sys.exit(bool(suite.crashes))


main()
