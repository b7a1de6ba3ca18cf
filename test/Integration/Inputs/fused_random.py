# Random programs around norms, each compared with its f64 reference:
#
#   fused_random.py NORM_RUN FIRST_SEED COUNT [norm-run options]

import sys

import numpy as np

from bodies import absolute, exp, maximum, tanh
from fused_forms import silu
from harness import run, worst
from programs import Function


def random_program(seed):
    """A random program around some norms; its values are of modest size."""
    rng = np.random.default_rng(seed)
    rank = int(rng.choice([1, 2, 2, 2, 3]))
    extents = [int(rng.choice([1, 1, 2, 3, 5, 17, 19])) for _ in range(rank)]
    if rng.random() < 0.3:
        extents = [int(rng.choice([3, 7, 17]))] * rank
    f = Function(f"random_{seed}", extents, dynamic=rng.random() < 0.4, rng=rng)
    f.label = f"random program {seed}"
    element = str(rng.choice(["f32", "f32", "bf16", "f16", "f64"]))
    every = tuple(range(rank))

    def some_dims():
        dims = [d for d in every if rng.random() < 0.6] or [rank - 1]
        if rng.random() < 0.3:
            rng.shuffle(dims)
        return tuple(int(d) for d in dims)

    def pick(values):
        return values[int(rng.integers(max(0, len(values) - 6), len(values)))]

    pool = [f.argument(every, element), f.argument(every, element)]
    pool += [f.argument(some_dims(), element) for _ in range(2)]
    bodies = [[tanh, lambda a: a * 0.5 + 0.25, silu, lambda a: exp(-absolute(a)),
               lambda a: maximum(a, -0.5)],
              [lambda a, b: a + b, lambda a, b: tanh(a) * b,
               lambda a, b: a - b * 0.5, lambda a, b: a * silu(tanh(b))],
              [lambda a, b, c: tanh(a) * b + c, lambda a, b, c: a - tanh(b * c)]]
    for _ in range(int(rng.integers(2, 9))):
        x = pick(pool)
        if rng.random() < 0.4 and x.dims:
            axes = sorted({int(rng.integers(len(x.dims)))
                           for _ in range(rng.integers(1, 3))})
            normalized = tuple(x.dims[a] for a in axes)
            scales = [v for v in pool if v.dims == normalized and
                      rng.random() < 0.7]
            kind = str(rng.choice(["rmsnorm", "layernorm"]))
            made = f.norm(kind, x, scale=scales[0] if scales else None,
                          axes=axes, epsilon=0.1,
                          statistics=("rstd",) if rng.random() < 0.3 else ())
            pool += made if isinstance(made, list) else [made]
        elif rng.random() < 0.15 and len(pool[-1].dims) > 1:
            pool.append(f.amax(pool[-1]))
        else:
            count = int(rng.integers(1, 4))
            operands = [pick(pool) for _ in range(count)]
            body = bodies[count - 1][int(rng.integers(len(bodies[count - 1])))]
            used = sorted({d for o in operands for d in o.dims})
            if rng.random() < 0.2:
                rng.shuffle(used)
            used = tuple(int(d) for d in used)
            wide = "f64" if element == "f64" else "f32"
            to = element if rng.random() < 0.7 else wide
            same = [v for v in pool if v.dims == used and v.element == to]
            pool.append(f.elementwise(
                body, operands, to, dims=used,
                into=pick(same) if same and rng.random() < 0.3 else None))
    results = [v for v in pool[4:] if rng.random() < 0.3] + [pool[-1]]
    f.result(*dict.fromkeys(results))
    return f


NORM_RUN, FIRST, COUNT, *OPTIONS = sys.argv[1:]
failures = 0
seeds = range(int(FIRST), int(FIRST) + int(COUNT))
for start in range(0, len(seeds), 40):
    programs = [random_program(seed) for seed in seeds[start:start + 40]]
    for f, arrays in zip(programs, run(NORM_RUN, programs, OPTIONS)):
        # Differences may cancel what is exact.
        errors = [worst(v, a, slack=64) for v, a in zip(f.results, arrays)]
        if not max(errors) <= 1:
            failures += 1
            print(f"{f.label}: {max(errors):.3g} times the bound away")
print(f"{len(seeds) - failures} of {len(seeds)} programs")
sys.exit(1 if failures else 0)
