# Runs programs as they are raised and as they are written, with the numbers at
# which floating point differs from the real numbers in one argument at a time.
#
#   raise_edges.py --rows=ROWS.PY --norm-run=PATH [--skip=NAME,..]
#                  [--without-large=NAME,..] FILE..
#
# FILE holds functions as Raise/Inputs/rows.py takes them, of which the first
# argument has 8 rows. Each row, or each element of an argument that has none,
# gets another one of SPECIAL. What is NaN or infinite as written has to be so
# raised, and finite results have to be close. --skip names functions in which
# the raise says in a remark that NaN and infinities do not reach the result,
# --without-large those that lose more to a large number as written.

import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

# None leaves the row as it is.
SPECIAL = [None, 0.0, -0.0, np.nan, np.inf, -np.inf, 1e-40, 1e8]
# Relative to the largest finite result of a row.
TOLERANCE = 2e-4


def functions(text):
    """The functions of a module: name -> (text, shapes of the arguments)."""
    found = {}
    for part in re.split(r"(?m)^(?=func\.func)", text):
        head = re.match(r"func\.func @(\w+)\((.*?)\) ->", part)
        if head:
            types = re.findall(r"tensor<([0-9x]+)xf32>", head[2])
            shapes = [tuple(int(d) for d in t.split("x")) for t in types]
            found[head[1]] = (part, shapes)
    return found


def inputs(shapes, special, large, rng):
    """Normal numbers, and SPECIAL in argument number `special`."""
    arrays = [rng.normal(size=s).astype(np.float32) for s in shapes]
    chosen = arrays[special]
    rows = chosen if len(shapes[special]) > 1 else chosen[: len(SPECIAL), None]
    for position, number in enumerate(SPECIAL):
        if number is not None and (large or number != SPECIAL[-1]):
            rows[position, (7 * position) % rows.shape[1]] = number
    return arrays


def run(norm_run, folder, entry, text, arrays, flags):
    program = folder / "program.mlir"
    program.write_text(text)
    arguments = []
    for position, array in enumerate(arrays):
        np.save(folder / f"{position}.npy", array)
        arguments.append(f"--input={folder / f'{position}.npy'}")
    output = folder / "result.npy"
    subprocess.run([norm_run, program, f"--entry={entry}", *flags, *arguments, f"--output={output}"],
                   check=True, capture_output=True)
    return np.load(output).astype(np.float64)


def difference(raised, written):
    """Where the results differ, in words; None if they do not."""
    for row, (found, wanted) in enumerate(zip(raised, written)):
        for kind, test in [("NaN", np.isnan), ("inf", np.isposinf), ("-inf", np.isneginf)]:
            if not np.array_equal(test(found), test(wanted)):
                return f"row {row} has {test(found).sum()} {kind}, as written {test(wanted).sum()}"
        finite = np.isfinite(wanted)
        error = np.abs(found[finite] - wanted[finite]).max(initial=0)
        if error > TOLERANCE * np.abs(wanted[finite]).max(initial=1e-30):
            return f"row {row} is off by {error:.2e}"
    return None


def check(norm_run, large, name, text, shapes):
    problems = []
    for special in range(len(shapes)):
        arrays = inputs(shapes, special, large, np.random.default_rng(special))
        with tempfile.TemporaryDirectory() as folder:
            raised, written = (run(norm_run, pathlib.Path(folder), name.split()[0], text, arrays, flags)
                               for flags in ([], ["--no-raise"]))
        problem = difference(raised, written)
        if problem:
            problems.append(f"{name}, argument {special}: {problem}")
    return problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", required=True)
    parser.add_argument("--norm-run", required=True)
    parser.add_argument("--skip", default="")
    parser.add_argument("--without-large", default="")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    skipped, small = options.skip.split(","), options.without_large.split(",")
    jobs = []
    for file in options.files:
        for form in ("tensor", "generic"):
            text = subprocess.run([sys.executable, options.rows, file, f"--form={form}"],
                                  check=True, capture_output=True, text=True).stdout
            jobs += [(name not in small, f"{name} ({form})", *found) for name, found in functions(text).items()
                     if name not in skipped]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        problems = [p for found in pool.map(lambda job: check(options.norm_run, *job), jobs)
                    for p in found]
    print("\n".join(problems + [f"{len(jobs)} programs, {len(problems)} differ"]))
    return 1 if problems or not jobs else 0


if __name__ == "__main__":
    sys.exit(main())
