# A small model with norms before its layers, whose layernorms norm-fold makes
# rmsnorms, against f64:
#
#   folded.py NORM_OPT NORM_RUN constants|arguments [FOLDER_OF_CERTIFICATES]
#
# Embeddings of tokens and places, two layers of a normalized, activated hidden
# layer, a last norm and a head. The means of the weights are not 0, and
# one of the residual's terms is 100 times its deviation away from 0. Weights are
# constants, or arguments of which @fold_weights makes new ones.

import re
import subprocess
import sys
import tempfile

import numpy as np

NORM_OPT, NORM_RUN, KIND, *CERTIFICATES = sys.argv[1:]
ARGUMENTS = KIND == "arguments"
TOKENS, WORDS, WIDTH, HIDDEN, LAYERS, EPSILON = 6, 11, 24, 40, 2, 1e-5
random = np.random.default_rng(11)


def draw(*shape, mean=0.0):
    return (random.standard_normal(shape) + mean).astype(np.float32)


WEIGHTS = {"table": draw(WORDS, WIDTH, mean=1), "places": draw(TOKENS, WIDTH, mean=-3),
           "head": draw(WIDTH, WORDS)}
for layer in range(LAYERS):
    WEIGHTS |= {f"g{layer}": draw(WIDTH, mean=1), f"h{layer}": draw(WIDTH),
                f"u{layer}": draw(WIDTH, HIDDEN) / 5, f"c{layer}": draw(HIDDEN),
                f"v{layer}": draw(HIDDEN, WIDTH, mean=0.5) / 6,
                f"b{layer}": draw(WIDTH, mean=100)}


def print_elements(array):
    if array.ndim == 0:
        return f"{float(array):.9e}"
    return "[" + ", ".join(print_elements(a) for a in array) + "]"


def kind(*shape):
    return f"tensor<{'x'.join(map(str, shape))}xf32>"


def generic(name, maps, inputs, types, output, body):
    maps = ", ".join(f"affine_map<(m, n) -> ({m})>" for m in [*maps, "m, n"])
    return (f"  %{name} = linalg.generic {{indexing_maps = [{maps}], iterator_types = [\"parallel\", \"parallel\"]}}\n"
            f"      ins({', '.join(inputs)} : {', '.join(types)}) outs(%e_{output[1]} : {kind(*output)}) {{\n{body}  }} -> {kind(*output)}\n")


def make_program():
    x, hidden = kind(TOKENS, WIDTH), kind(TOKENS, HIDDEN)
    arguments = [f"%{name}: {kind(*value.shape)}" for name, value in WEIGHTS.items()] if ARGUMENTS else []
    arguments.append(f"%tokens: tensor<{TOKENS}xi64>")
    text = f"func.func @main({', '.join(arguments)}) -> {kind(TOKENS, WORDS)} {{\n"
    for name, value in [] if ARGUMENTS else WEIGHTS.items():
        text += f"  %{name} = arith.constant dense<{print_elements(value)}> : {kind(*value.shape)}\n"
    for width in (WIDTH, HIDDEN, WORDS):
        text += (f"  %e_{width} = tensor.empty() : {kind(TOKENS, width)}\n"
                 f"  %z_{width} = arith.constant dense<0.0> : {kind(TOKENS, width)}\n")
    text += generic("x0", ["m"], ["%tokens"], [f"tensor<{TOKENS}xi64>"], (TOKENS, WIDTH), f"""  ^bb0(%token: i64, %o: f32):
    %at = arith.index_cast %token : i64 to index
    %i = linalg.index 1 : index
    %v = tensor.extract %table[%at, %i] : {kind(WORDS, WIDTH)}
    linalg.yield %v : f32
""")
    text += generic("s0", ["m, n", "m, n"], ["%x0", "%places"], [x, x], (TOKENS, WIDTH), """  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
""")
    for i in range(LAYERS):
        text += (f"  %n{i} = norm.layernorm ins(%s{i} : {x}) scale(%g{i} : {kind(WIDTH)}) bias(%h{i} : {kind(WIDTH)})"
                 f" outs(%e_{WIDTH} : {x}) epsilon = {EPSILON:.6e} -> {x}\n"
                 f"  %p{i} = linalg.matmul ins(%n{i}, %u{i} : {x}, {kind(WIDTH, HIDDEN)}) outs(%z_{HIDDEN} : {hidden}) -> {hidden}\n")
        text += generic(f"r{i}", ["n"], [f"%c{i}"], [kind(HIDDEN)], (TOKENS, HIDDEN), """  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
""")
        text += generic(f"t{i}", ["m, n", "m, n"], [f"%p{i}", f"%r{i}"], [hidden, hidden], (TOKENS, HIDDEN), """  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.addf %a, %b : f32
    linalg.yield %0 : f32
""")
        text += generic(f"f{i}", ["m, n"], [f"%t{i}"], [hidden], (TOKENS, HIDDEN), """  ^bb0(%a: f32, %o: f32):
    %0 = math.tanh %a : f32
    linalg.yield %0 : f32
""")
        text += f"  %q{i} = linalg.matmul ins(%f{i}, %v{i} : {hidden}, {kind(HIDDEN, WIDTH)}) outs(%z_{WIDTH} : {x}) -> {x}\n"
        text += generic(f"s{i + 1}", ["m, n", "m, n", "n"], [f"%s{i}", f"%q{i}", f"%b{i}"], [x, x, kind(WIDTH)],
                        (TOKENS, WIDTH), """  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %0 = arith.addf %b, %c : f32
    %1 = arith.addf %a, %0 : f32
    linalg.yield %1 : f32
""")
    logits = kind(TOKENS, WORDS)
    return text + (f"  %last = norm.layernorm ins(%s{LAYERS} : {x}) outs(%e_{WIDTH} : {x}) epsilon = {EPSILON:.6e} -> {x}\n"
                   f"  %y = linalg.matmul ins(%last, %head : {x}, {kind(WIDTH, WORDS)}) outs(%z_{WORDS} : {logits}) -> {logits}\n"
                   f"  return %y : {logits}\n}}\n")


def reference(tokens):
    w = {name: value.astype(np.float64) for name, value in WEIGHTS.items()}

    def layernorm(x):
        x = x - x.mean(1, keepdims=True)
        return x / np.sqrt((x**2).mean(1, keepdims=True) + EPSILON)

    x = w["table"][tokens] + w["places"]
    for i in range(LAYERS):
        y = layernorm(x) * w[f"g{i}"] + w[f"h{i}"]
        x = x + (np.tanh(y @ w[f"u{i}"] + w[f"c{i}"]) @ w[f"v{i}"] + w[f"b{i}"])
    return layernorm(x) @ w["head"]


def run(program, entry, inputs, outputs):
    """The results of a function on arrays."""
    for name, value in inputs.items():
        np.save(f"{folder}/{name}.npy", value)
    subprocess.run([NORM_RUN, program, f"--entry={entry}", "--threads=1",
                    *(f"--input={folder}/{name}.npy" for name in inputs),
                    *(f"--output={folder}/{name}.npy" for name in outputs)], check=True)
    return {name: np.load(f"{folder}/{name}.npy") for name in outputs}


def fold_weights(program):
    """What @fold_weights makes of the weights, by its table."""
    names = list(WEIGHTS)
    text = open(program).read()
    takes, gives = ([names[int(n)] for n in re.search(rf"norm.{key} = array<i64: (.*?)>", text).group(1).split(", ")]
                    for key in ("takes", "gives"))
    return run(program, "fold_weights", {name: WEIGHTS[name] for name in takes}, gives)


tokens = random.integers(0, WORDS, TOKENS)
with tempfile.TemporaryDirectory() as folder:
    program, folded = f"{folder}/model.mlir", f"{folder}/folded.mlir"
    open(program, "w").write(make_program())
    weights = f"weights={len(WEIGHTS) if ARGUMENTS else 'constant'}"
    certify = "".join(f" certify={name}" for name in CERTIFICATES)
    subprocess.run([NORM_OPT, program, f"--norm-fold={weights}{certify}", "-o", folded], check=True)
    text = open(folded).read()
    if text.count("norm.rmsnorm") != LAYERS + 1 or "norm.layernorm" in text or " scale(" in text or " bias(" in text:
        sys.exit("not every layernorm became an rmsnorm without scale and bias")
    # Then the norms go behind the products that read them.
    subprocess.run([NORM_OPT, folded, "--norm-sink", "-o", f"{folder}/sunk.mlir"], check=True)
    if open(f"{folder}/sunk.mlir").read().count("rstd(") != LAYERS + 1:
        sys.exit("not every rmsnorm was sunk")
    expected = reference(tokens)
    for name in ("model", "folded", "sunk"):
        inputs = dict(WEIGHTS) if ARGUMENTS else {}
        if ARGUMENTS and name != "model":
            inputs |= fold_weights(f"{folder}/{name}.mlir")
        y = run(f"{folder}/{name}.mlir", "main", {**inputs, "tokens": tokens}, ["y"])["y"]
        error = np.abs(y - expected).max() / np.abs(expected).max()
        print(f"{name}: {error:.1e} of the largest result away from f64")
        # As the terms of about 100 are centred in the weights, no digit is lost to them.
        if not error < (2e-5 if name == "model" else 2e-6):
            sys.exit("too far")
