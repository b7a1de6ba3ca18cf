# Runs the programs of the corpus and compares them with what their framework
# recorded.
#
#   corpus.py run   --norm-run=PATH [--no-raise] [--stores=KIND] [--variants] [--known=FILE] DIR
#   corpus.py count --norm-opt=PATH [--again] [--variants] [--known=FILE] DIR
#
# Programs are the files NAME.mlir; with --variants the files NAME.*.mlir, too.
# `run` executes each and compares the results with NAME.npz, relative to the
# largest recorded magnitude, with the tolerances of TOLERANCE. `count` compares the norms that --norm-raise finds in each file with
# the file's `// expect:` line, and gradients with its `// expect-backward:` line; with --again, what is raised is
# raised once more, which has to change nothing. --known names a file of programs that are known
# to fail: they may fail, and a listed program that passes is reported.
# The last line counts; the exit status is 0 if nothing unexpected happened.

import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

# Largest error relative to max|recorded|, by the type of the result; integers
# and booleans must be equal, quantised int8 may differ by one.
TOLERANCE = {"f64": 1e-9, "f32": 3e-5, "f16": 4e-3, "bf16": 3e-2}

# Torch's exporter and jax name the types differently.
SHORT_NAMES = {"float64": "f64", "float32": "f32", "float16": "f16",
               "bfloat16": "bf16"}

# What tells a variant of a program from the program itself: NAME.fused.mlir.
VARIANT = re.compile(r"\.[a-z0-9]+\.mlir$")


def programs(folder, variants):
    """The programs below `folder`, with their variants if asked for."""
    files = sorted(folder.rglob("*.mlir"))
    return [f for f in files if variants or not VARIANT.search(f.name)]


def to_float64(array, dtype):
    """An array as recorded or written, as float64; bf16 comes as bits."""
    if dtype == "bf16":
        bits = array.view(np.uint16).astype(np.uint32) << 16
        return bits.view(np.float32).astype(np.float64)
    return array.astype(np.float64)


def compare(found, recorded, dtype):
    """None if `found` is close to `recorded`, else the reason in words."""
    if found.shape != recorded.shape:
        return f"shape {found.shape}, recorded {recorded.shape}"
    if recorded.dtype.kind in "iub" and dtype != "bf16":
        slack = 1 if recorded.dtype == np.int8 else 0
        error = np.abs(found.astype(np.int64) - recorded.astype(np.int64))
        worst = int(error.max(initial=0))
        return None if worst <= slack else f"differs by {worst}"
    found, recorded = to_float64(found, dtype), to_float64(recorded, dtype)
    if not np.array_equal(np.isnan(found), np.isnan(recorded)):
        return "NaNs in other places"
    exact = (found == recorded) | np.isnan(recorded)
    scale = np.abs(recorded[np.isfinite(recorded)]).max(initial=0.0)
    error = np.where(exact, 0.0, np.abs(found - recorded)).max(initial=0.0)
    if error <= TOLERANCE[dtype] * scale:
        return None
    return f"error {error / max(scale, 1e-300):.3g} of the largest value"


def run_program(program, options):
    """Runs one program; None if its results are as recorded."""
    recorded = np.load(program.with_name(program.name.split(".")[0] + ".npz"))
    dtypes = [SHORT_NAMES.get(str(d), str(d)) for d in recorded["dtypes"]]
    inputs = sorted((k for k in recorded.files if k.startswith("in")),
                    key=lambda k: int(k[2:]))
    outputs = sorted((k for k in recorded.files if k.startswith("out")),
                     key=lambda k: int(k[3:]))
    with tempfile.TemporaryDirectory() as folder:
        command = [options.norm_run, str(program), "--threads=1"]
        command += ["--no-raise"] if options.no_raise else []
        command += [f"--stores={options.stores}"] if options.stores else []
        for name in inputs:
            np.save(f"{folder}/{name}.npy", recorded[name])
            command.append(f"--input={folder}/{name}.npy")
        command += [f"--output={folder}/{name}.npy" for name in outputs]
        process = subprocess.run(command, capture_output=True, text=True)
        if process.returncode != 0:
            return f"exit status {process.returncode}: {process.stderr.strip()[:500]}"
        for name, dtype in zip(outputs, dtypes[len(inputs):]):
            reason = compare(np.load(f"{folder}/{name}.npy"), recorded[name],
                             dtype)
            if reason:
                return f"{name}: {reason}"
    return None


EXPECTATION = re.compile(r"(\w+)=(\d+)(?:\.\.(\d+))?")


def count_norms(program, options):
    """Raises one program; None if it has the norms that it should have."""
    with open(program, encoding="utf-8") as lines:
        expect = "".join(line for line in lines if line.startswith("// expect"))
    process = subprocess.run([options.norm_opt, str(program), "--norm-raise"],
                             capture_output=True, text=True)
    if process.returncode != 0:
        return f"exit status {process.returncode}: {process.stderr.strip()[:500]}"
    reasons = []
    if options.again:
        again = subprocess.run([options.norm_opt, "-", "--norm-raise"], input=process.stdout,
                               capture_output=True, text=True)
        if again.stdout != process.stdout:
            reasons.append("too many changes: a second raise finds more")
    for kind, low, high in EXPECTATION.findall(expect):
        found = len(re.findall(rf"\bnorm\.{kind}\b", process.stdout))
        if not int(low) <= found <= int(high or low):
            excess = "too many" if found > int(high or low) else "too few"
            reasons.append(f"{excess} {kind}: {found}, expected {low}"
                           + (f" to {high}" if high else ""))
    return "; ".join(reasons) or None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=["run", "count"])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--norm-run")
    parser.add_argument("--norm-opt")
    parser.add_argument("--no-raise", action="store_true")
    parser.add_argument("--stores", help="of norm-run")
    parser.add_argument("--again", action="store_true", help="raise twice")
    parser.add_argument("--variants", action="store_true",
                        help="take the variants of each program, too")
    parser.add_argument("--known", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--filter", default="")
    options = parser.parse_args()

    known = set()
    if options.known:
        lines = options.known.read_text(encoding="utf-8").splitlines()
        known = {line.split("#")[0].strip() for line in lines} - {""}
    check = run_program if options.task == "run" else count_norms
    files = [f for f in programs(options.folder, options.variants)
             if options.filter in str(f)]
    if not files:
        sys.exit(f"no programs below {options.folder}")

    passed, excused, unexpected = 0, 0, 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        reasons = pool.map(lambda f: check(f, options), files)
        for program, reason in zip(files, reasons):
            name = program.relative_to(options.folder).as_posix()
            if reason is None:
                passed += 1
                if name in known:
                    print(f"{name}: passes, remove it from {options.known}")
            elif name in known and "too many" not in reason:
                excused += 1
            else:
                unexpected += 1
                print(f"{name}: {reason}")
    print(f"{passed} of {len(files)} programs as expected, "
          f"{excused} known to fail, {unexpected} failed")
    sys.exit(1 if unexpected else 0)


if __name__ == "__main__":
    main()
