# Norms behind matrix products, as norm-sink puts them there, against f64:
#
#   sunk.py NORM_OPT NORM_RUN WEIGHTS
#
# One program of all kinds of norms, in f32 and bf16 with f32 products: weights,
# scale and bias are arguments, or with `constant` constants of the program. Rows:
# ordinary ones, zeros, large and small ones, and ones whose mean is 100 deviations.

import subprocess
import sys
import tempfile

import numpy as np

NORM_OPT, NORM_RUN, WEIGHTS = sys.argv[1:]
ROWS, LENGTH, COLUMNS, K, EPSILON = 9, 48, 20, 5, 1e-5
KINDS = [(kind, offset, scale, bias, where, element)
         for kind in ("rmsnorm", "prmsnorm", "layernorm")
         for offset, scale, bias in ((0, 0, 0), (1, 1, 0), (0, 1, 1), (0, 0, 1))
         for where in ("inside", "outside")
         for element in ("f32", "bf16")]


def to_bf16(values):
    """Bits of bf16, rounded to nearest even."""
    bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def from_bf16(bits):
    return (bits.astype(np.uint32) << 16).view(np.float32)


def make_inputs():
    random = np.random.default_rng(7)
    x = random.standard_normal((ROWS, LENGTH))
    x[1] = 0
    x[2] *= 1e15
    x[3] *= 1e-15
    x[4] += 100
    arrays = {"x": x, "g": random.standard_normal(LENGTH),
              "b": random.standard_normal(LENGTH),
              "w": random.standard_normal((LENGTH, COLUMNS))}
    return {name: from_bf16(to_bf16(a)) for name, a in arrays.items()}


def print_elements(array):
    if array.ndim == 0:
        return f"{float(array):.9e}"
    return "[" + ", ".join(print_elements(a) for a in array) + "]"


def make_program(inputs):
    types = {(name, element): f"tensor<{'x'.join(map(str, a.shape))}x{element}>"
             for name, a in inputs.items() for element in ("f32", "bf16")}
    isConstant = WEIGHTS == "constant"
    arguments = [key for key in types if key[0] == "x" or not isConstant]
    lines = [f"  %{name}_{element} = arith.constant dense<{print_elements(inputs[name])}> : {types[name, element]}"
             for name, element in types if (name, element) not in arguments]
    output = f"tensor<{ROWS}x{COLUMNS}xf32>"
    lines.append(f"  %zeros = arith.constant dense<0.0> : {output}")
    for i, (kind, offset, scale, bias, where, element) in enumerate(KINDS):
        x, v, w = (types[name, element] for name in "xgw")
        lines += [
            f"  %e{i} = tensor.empty() : {x}",
            f"  %y{i} = norm.{kind} ins(%x_{element} : {x})"
            + (f" scale(%g_{element} : {v})" if scale else "")
            + (f" bias(%b_{element} : {v})" if bias else "")
            + f" outs(%e{i} : {x})" + (f" k = {K}" if kind == "prmsnorm" else "")
            + f" epsilon = {EPSILON:.6e} eps_mode = {where}"
            + (" scale_offset = 1" if offset else "") + f" -> {x}",
            f"  %p{i} = linalg.matmul ins(%y{i}, %w_{element} : {x}, {w}) outs(%zeros : {output}) -> {output}"]
    results = [f"%p{i}" for i in range(len(KINDS))]
    signature = ", ".join(f"%{name}_{element}: {types[name, element]}" for name, element in arguments)
    text = (f"func.func @main({signature}) -> ({', '.join([output] * len(results))}) {{\n"
            + "\n".join(lines)
            + f"\n  return {', '.join(results)} : {', '.join([output] * len(results))}\n}}\n")
    return text, arguments


def reference(inputs, kind, offset, scale, bias, where, element):
    """The product in f64, and what its rounding errors are proportional to."""
    x, g, b, w = (inputs[name].astype(np.float64) for name in "xgbw")
    mean = x.mean(1, keepdims=True) if kind == "layernorm" else 0
    row = (x - mean)[:, :K] if kind == "prmsnorm" else x - mean
    square = (row**2).mean(1, keepdims=True)
    rstd = 1 / (np.sqrt(square + EPSILON) if where == "inside" else np.sqrt(square) + EPSILON)
    factor = offset + g if scale else np.ones(LENGTH)
    bias = b if bias else np.zeros(LENGTH)
    y = (x - mean) * rstd * factor + bias
    size = (np.abs(x) + np.abs(mean)) * rstd * np.abs(factor) + np.abs(bias)
    return y @ w, size @ np.abs(w)


def main():
    inputs = make_inputs()
    text, arguments = make_program(inputs)
    with tempfile.TemporaryDirectory() as folder:
        program, sunk = f"{folder}/program.mlir", f"{folder}/sunk.mlir"
        open(program, "w").write(text)
        subprocess.run([NORM_OPT, program, f"--norm-sink=weights={WEIGHTS}", "-o", sunk], check=True)
        found = open(sunk).read()
        if found.count("rstd(") != len(KINDS) or "linalg.matmul ins(%y" in found:
            sys.exit("not every norm was sunk")
        command = [NORM_RUN, sunk, "--threads=1"]
        for i, (name, element) in enumerate(arguments):
            file = f"{folder}/in{i}.npy"
            np.save(file, to_bf16(inputs[name]) if element == "bf16" else inputs[name])
            command.append(f"--input={file}")
        files = [f"{folder}/out{i}.npy" for i in range(len(KINDS))]
        subprocess.run(command + [f"--output={file}" for file in files], check=True)
        worst = {"f32": 0.0, "bf16": 0.0}
        for form, file in zip(KINDS, files):
            expected, size = reference(inputs, *form)
            element = form[-1]
            # Of the changed weights in bf16 2^-9; of sums and the epilogue some 2^-24.
            unit = (2.0**-9 if element == "bf16" and form[2] else 0) + 16 * 2.0**-24
            error = np.abs(np.load(file) - expected) / (unit * size + 1e-30)
            if not error.max() <= 1:
                sys.exit(f"{form}: {error.max():.3g} times the bound away, row {error.max(1).argmax()}")
            worst[element] = max(worst[element], float(error.max()))
        print(f"{len(KINDS)} norms behind products, at most {worst['f32']:.2f} (f32) and "
              f"{worst['bf16']:.2f} (bf16) of the bound")


main()
