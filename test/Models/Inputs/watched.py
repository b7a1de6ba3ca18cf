# What norm-run --instrument measures, and norm-partial makes of it, against f64:
#
#   watched.py NORM_OPT NORM_RUN
#
# Norms of all kinds on rows of every sort: ordinary, with a mean, zeros, NaN,
# infinity, squares that leave the range. Then a program in which one rmsnorm's
# rows are alike everywhere, and one whose leading elements are small: the first
# alone becomes a prmsnorm, and its result changes by what was measured.

import json
import subprocess
import sys
import tempfile

import numpy as np

NORM_OPT, NORM_RUN = sys.argv[1:]
ROWS, N, K, EPSILON = 40, 48, 3, 1e-5
failures = 0


def expect(name, found, expected, tolerance=0.0):
    global failures
    found, expected = float(found), float(expected)
    if not abs(found - expected) <= tolerance * max(abs(expected), 1e-30):
        failures += 1
        print(f"{name}: {found}, expected {expected}")


def divisor(square, where):
    return np.sqrt(square + EPSILON) if where == "inside" else np.sqrt(square) + EPSILON


def make_program(norms, rows=ROWS):
    tensor = f"tensor<{rows}x{N}xf32>"
    text = f"func.func @main(%x: {tensor}, %z: {tensor}) -> ({', '.join([tensor] * len(norms))}) {{\n"
    text += f"  %e = tensor.empty() : {tensor}\n"
    for i, (kind, where, source) in enumerate(norms):
        k = f" k = {K}" if kind == "prmsnorm" else ""
        text += (f"  %y{i} = norm.{kind} ins(%{source} : {tensor}) outs(%e : {tensor}){k}"
                 f" epsilon = {EPSILON:.6e} eps_mode = {where} -> {tensor}\n")
    names = ", ".join(f"%y{i}" for i in range(len(norms)))
    return text + f"  return {names} : {', '.join([tensor] * len(norms))}\n}}\n"


def run(folder, program, x, z, *options, outputs=0):
    np.save(f"{folder}/x.npy", x)
    np.save(f"{folder}/z.npy", z)
    files = [f"{folder}/y{i}.npy" for i in range(outputs)]
    subprocess.run([NORM_RUN, program, f"--input={folder}/x.npy", f"--input={folder}/z.npy", *options,
                    *(f"--output={file}" for file in files)], check=True, stdout=subprocess.DEVNULL)
    return [np.load(file) for file in files]


def check_tally(name, tally, values, tolerance):
    # The mean of values of both signs has the error of the largest.
    if abs(tally["mean"] - values.mean()) > tolerance * np.abs(values).mean():
        expect(f"{name} mean", tally["mean"], values.mean())
    expect(f"{name} largest", tally["largest"], np.abs(values).max(), tolerance)


def check_norm(norm, kind, where, x):
    """All numbers of a profile of one norm, from the definitions."""
    name = f"{kind} {where}"
    x = x.astype(np.float64)
    nan = np.isnan(x).any(1)
    infinite = np.isinf(x).any(1) & ~nan
    overflowing = ((x**2).sum(1) > np.finfo(np.float32).max) & ~nan & ~infinite
    expect(f"{name} rows", norm["rows"], len(x))
    expect(f"{name} nan_rows", norm["nan_rows"], nan.sum())
    expect(f"{name} infinite_rows", norm["infinite_rows"], infinite.sum())
    expect(f"{name} overflowing_rows", norm["overflowing_rows"], overflowing.sum())
    x = x[~nan & ~infinite & ~overflowing]
    mean, square = x.mean(1), (x**2).mean(1)
    check_tally(f"{name} row_mean", norm["row_mean"], mean, 1e-5)
    check_tally(f"{name} rms", norm["rms"], np.sqrt(square), 1e-6)
    defined = square > 0
    if kind == "layernorm":
        y = (x - mean[:, None]) / divisor(x.var(1), where)[:, None]
        other = x / divisor(square, where)[:, None]
        ratio = mean[defined]**2 / square[defined]
    else:
        leading = (x[:, :K]**2).mean(1)
        y = x / divisor(square, where)[:, None]
        other = x / divisor(leading, where)[:, None]
        ratio = np.sqrt(leading[defined] / square[defined])
        expect(f"{name} k", norm["k"], K)
    check_tally(f"{name} ratio", norm["ratio"], ratio, 1e-4)
    # Rows of zeros do not change.
    size = np.linalg.norm(y, axis=1)
    change = np.where(size > 0, np.linalg.norm(other - y, axis=1) / np.where(size > 0, size, 1), 0)
    check_tally(f"{name} change", norm["change"], change, 1e-4)
    histogram = norm["change"]["histogram"]
    expect(f"{name} histogram", sum(histogram), len(x))
    middle = np.median(change)
    expect(f"{name} median", sum(histogram[:int(np.floor(np.log2(middle))) + 48]),
           (change < 2.0**np.floor(np.log2(middle))).sum())


def check_profile(folder):
    random = np.random.default_rng(3)
    x = random.standard_normal((ROWS, N)).astype(np.float32)
    x[5:10] += 3
    x[10:14] *= 1000
    x[14:17] *= 1e-3
    x[17] = 0
    x[18, 7], x[19, 40], x[20, 1], x[21, 2] = np.nan, np.inf, -np.inf, np.nan
    x[21, 3] = np.inf
    x[22:25] = 1e19
    x[22:25, ::2] = -3e19
    norms = [(kind, where, "x") for kind in ("rmsnorm", "layernorm", "prmsnorm") for where in ("inside", "outside")]
    program = f"{folder}/kinds.mlir"
    open(program, "w").write(make_program(norms))
    texts = set()
    for order, threads in ((np.arange(ROWS), 1), (random.permutation(ROWS), 2)):
        run(folder, program, x[order], x, f"--instrument={folder}/p.json", f"--threads={threads}", f"--instrument-k={K}")
        texts.add(open(f"{folder}/p.json").read())
    if len(texts) != 1:
        sys.exit("the profile depends on the order of rows")
    profile = json.loads(texts.pop())
    expect("calls", profile["calls"], 1)
    for norm, (kind, where, _) in zip(profile["norms"], norms, strict=True):
        expect(kind, norm["kind"] == kind, True)
        check_norm(norm, kind, where, x)


def watch(folder, program, *options):
    """What norm-run says, and the profile."""
    done = subprocess.run([NORM_RUN, program, f"--instrument={folder}/calls.json", "--threads=1", *options],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return done.returncode, done.stderr, json.load(open(f"{folder}/calls.json"))


LIMITS = {"row_mean": 0.7, "rms": 1.2, "mean_drift": 0.25, "rms_drift": 0.03,
          "nan_rows": 0, "infinite_rows": 0, "overflowing_rows": 1}


def measure(rows, bad_call):
    """What the limits are compared with, by call, of the finite rows of each."""
    means = [z.astype(np.float64).mean(1) for z in rows]
    rms = [np.sqrt((z.astype(np.float64)**2).mean(1)) for z in rows]
    at = [call == bad_call for call in range(1, len(rows) + 1)]
    return {
        "row_mean": [np.abs(m).max() for m in means],
        "rms": [r.max() for r in rms],
        "mean_drift": [abs(m.mean() - means[0].mean()) / rms[0].mean() for m in means],
        "rms_drift": [abs(r.mean() / rms[0].mean() - 1) for r in rms],
        "nan_rows": at, "infinite_rows": at, "overflowing_rows": [2 * bad for bad in at],
    }, means, rms


def check_excesses(norm, place, values, words):
    """The limits that are exceeded, in which call first and in how many."""
    found = {e["limit"]: e for e in norm["exceeded"]}
    for name, limit in LIMITS.items():
        over = [call for call, value in enumerate(values[name], 1) if value > limit]
        expect(f"{place} {name} is exceeded", name in found, bool(over))
        if name in found and over:
            expect(f"{name} call", found[name]["call"], over[0])
            expect(f"{name} calls", found[name]["calls"], len(over))
            expect(f"{name} value", found[name]["value"], values[name][over[0] - 1], 1e-5)
            expect(f"{name} in words: {words}", f"{place}: call {over[0]}: {name} of " in words, True)
    return found


def check_calls(folder):
    """The rows of z have a mean that rises by 0.1 with each of 6 calls, those of x
    have none; call 4 has NaN, infinity and large numbers in z. All is said of the
    norm of z, with the calls that a direct computation names."""
    random = np.random.default_rng(6)
    xs, zs = [], []
    for call in range(1, 7):
        x = random.standard_normal((ROWS, N)).astype(np.float32)
        z = (random.standard_normal((ROWS, N)) + 0.1 * call).astype(np.float32)
        if call == 4:
            z[3, 5], z[7, 6], z[8:10] = np.nan, np.inf, 1e30
        np.save(f"{folder}/x{call}.npy", x)
        np.save(f"{folder}/z{call}.npy", z)
        xs.append(x)
        zs.append(np.delete(z, [3, 7, 8, 9], 0) if call == 4 else z)
    program = f"{folder}/calls.mlir"
    open(program, "w").write(make_program([("layernorm", "inside", "x"), ("rmsnorm", "inside", "z")]))
    files = [f"--input={folder}/x%c.npy", f"--input={folder}/z%c.npy", "--calls=6"]
    limits = ",".join(f"{name}={limit}" for name, limit in LIMITS.items())
    status, words, profile = watch(folder, program, *files, f"--instrument-limit={limits}")
    expect("status", status, 1)
    expect("calls", profile["calls"], 6)
    for norm in profile["norms"]:
        expect("calls of the norm", norm["calls"], 6)
        expect("rows", norm["rows"], 6 * ROWS)
    quiet = check_excesses(profile["norms"][0], f"{program}:3:9", measure(xs, None)[0], words)
    expect(f"x drifts: {quiet}", bool({"row_mean", "mean_drift", "nan_rows"} & set(quiet)), False)
    values, means, rms = measure(zs, 4)
    drift = check_excesses(profile["norms"][1], f"{program}:4:9", values, words)["mean_drift"]
    if not 1 < drift["call"] < 6:
        sys.exit("the drift is not between the first call and the last")
    # With wide limits all is well; sums over calls are those of all rows.
    status, words, profile = watch(folder, program, *files, "--instrument-limit=row_mean=9,nan_rows=1")
    expect(f"status {words}", status, 0)
    check_tally("all calls", profile["norms"][1]["row_mean"], np.concatenate(means), 1e-6)
    check_tally("all calls rms", profile["norms"][1]["rms"], np.concatenate(rms), 1e-6)


def check_ranks(folder):
    """One row without dimensions around it; rows of f64 in two dimensions."""
    random = np.random.default_rng(7)
    program = f"{folder}/ranks.mlir"
    one, many = f"tensor<{N}xf32>", f"tensor<3x5x{N}xf64>"
    open(program, "w").write(f"""func.func @main(%x: {one}, %z: {many}) -> ({one}, {many}) {{
  %e = tensor.empty() : {one}
  %f = tensor.empty() : {many}
  %y = norm.rmsnorm ins(%x : {one}) outs(%e : {one}) epsilon = {EPSILON:.6e} -> {one}
  %u = norm.layernorm ins(%z : {many}) outs(%f : {many}) epsilon = {EPSILON:.6e} -> {many}
  return %y, %u : {one}, {many}
}}""")
    x = random.standard_normal(N).astype(np.float32)
    z = random.standard_normal((3, 5, N)) + 1
    run(folder, program, x, z, f"--instrument={folder}/ranks.json", f"--instrument-k={K}", "--threads=1")
    first, second = json.load(open(f"{folder}/ranks.json"))["norms"]
    check_norm(first, "rmsnorm", "inside", x[None])
    check_norm(second, "layernorm", "inside", z.reshape(15, N))


def check_partial(folder):
    random = np.random.default_rng(4)
    steady = (1 + 0.01 * random.standard_normal((ROWS, N))).astype(np.float32)
    small = steady.copy()
    small[:, :K] *= 0.9
    program, partial, profile = f"{folder}/two.mlir", f"{folder}/partial.mlir", f"{folder}/two.json"
    open(program, "w").write(make_program([("rmsnorm", "inside", "x"), ("rmsnorm", "inside", "z")]))
    before = run(folder, program, steady, small, f"--instrument={profile}", f"--instrument-k={K}", "--threads=1", outputs=2)
    measured = json.load(open(profile))["norms"]
    subprocess.run([NORM_OPT, program, "--norm-raise", f"--norm-partial=profile={profile} threshold=0.05", "-o", partial], check=True)
    text = open(partial).read()
    expect("prmsnorms", text.count("norm.prmsnorm"), 1)
    expect("rmsnorms", text.count("norm.rmsnorm"), 1)
    after = run(folder, partial, steady, small, "--threads=1", outputs=2)
    x = steady.astype(np.float64)
    reference = x / np.sqrt((x[:, :K]**2).mean(1, keepdims=True) + EPSILON)
    expect("against f64", np.abs(after[0] / reference - 1).max() < 1e-6, True)
    expect("the other norm", (before[1] == after[1]).all(), True)
    change = np.linalg.norm(after[0] - before[0].astype(np.float64), axis=1) / np.linalg.norm(before[0], axis=1)
    expect("measured change", change.max(), measured[0]["change"]["largest"], 1e-3)
    if not (change.max() < 0.05 < measured[1]["change"]["largest"]):
        sys.exit("the threshold is not between the changes")


with tempfile.TemporaryDirectory() as place:
    check_profile(place)
    check_calls(place)
    check_ranks(place)
    check_partial(place)
if failures:
    sys.exit(1)
print("profiles and choices as f64 has them")
