"""Runs tensor.pad with amounts of all signs, beside an element-wise reference.

result[i] = x[i - low] where that exists, else the padding, in each dimension.
A program has the amounts as constants, or reads them from a tensor.
"""
import pathlib
import random
import subprocess
import sys

import numpy as np

PROGRAMS = 150


def reference(x, low, high, padding):
    result = np.full([n + l + h for n, l, h in zip(x.shape, low, high)], padding, x.dtype)
    for index in np.ndindex(*result.shape):
        source = [i - l for i, l in zip(index, low)]
        if all(0 <= s < n for s, n in zip(source, x.shape)):
            result[index] = x[tuple(source)]
    return result


def program(shape, low, high, known, dynamic_source):
    """MLIR of pad(x), its amounts known or read from a tensor."""
    def amounts(values, first):
        return ", ".join(str(v) if known[d] else f"%a{first + d}" for d, v in enumerate(values))
    rank = len(shape)
    source = [("?" if dynamic_source[d] else str(n)) for d, n in enumerate(shape)]
    result = [("?" if dynamic_source[d] or not known[d] else str(shape[d] + low[d] + high[d])) for d in range(rank)]
    lines = [f"func.func @main(%x: tensor<{'x'.join(source)}xf32>, %amounts: tensor<{2 * rank}xi64>) -> tensor<{'x'.join(result)}xf32> {{",
             "  %z = arith.constant 7.0 : f32"]
    for k in range(2 * rank):
        lines += [f"  %i{k} = arith.constant {k} : index", f"  %e{k} = tensor.extract %amounts[%i{k}] : tensor<{2 * rank}xi64>",
                  f"  %a{k} = arith.index_cast %e{k} : i64 to index"]
    lines += [f"  %p = tensor.pad %x low[{amounts(low, 0)}] high[{amounts(high, rank)}] {{",
              f"  ^bb0({', '.join(f'%d{d}: index' for d in range(rank))}):", "    tensor.yield %z : f32",
              f"  }} : tensor<{'x'.join(source)}xf32> to tensor<{'x'.join(result)}xf32>",
              f"  return %p : tensor<{'x'.join(result)}xf32>", "}"]
    return "\n".join(lines) + "\n"


def main(prefix):
    rng = random.Random(1)
    cut = 0
    for number in range(PROGRAMS):
        rank = rng.choice([1, 2, 3])
        shape = [rng.randint(1, 6) for _ in range(rank)]
        low, high = [], []
        for n in shape:
            l = rng.randint(-n - 2, 3)
            low.append(l)
            high.append(rng.randint(max(-n - l, -n - 2), 4))
        known = [rng.random() < 0.6 for _ in shape]
        dynamic = [rng.random() < 0.3 for _ in shape]
        cut += any(v < 0 for v in low + high)
        x = np.arange(1, np.prod(shape) + 1, dtype=np.float32).reshape(shape)
        np.save(prefix + ".x.npy", x)
        np.save(prefix + ".a.npy", np.array(low + high, np.int64))
        text = program(shape, low, high, known, dynamic)
        pathlib.Path(prefix + ".mlir").write_text(text)
        command = ["norm-run", prefix + ".mlir", f"--input={prefix}.x.npy", f"--input={prefix}.a.npy", f"--output={prefix}.y.npy"]
        command += rng.choice([[], ["--no-raise"], ["--threads=2"]])
        run = subprocess.run(command, capture_output=True, text=True, timeout=60)
        what = f"program {number}: {shape}, low {low}, high {high}, {' '.join(command)}\n{text}"
        assert run.returncode == 0, what + run.stderr
        y, expected = np.load(prefix + ".y.npy"), reference(x, low, high, 7)
        assert y.shape == expected.shape and (y == expected).all(), f"{what}{y}\nis not\n{expected}"
    assert cut > PROGRAMS // 2, cut


main(sys.argv[1])
