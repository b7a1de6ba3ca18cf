# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""When a kernel is worth its call, and its threads: by norms and bytes. Measured
beside XLA on two cores (docs/JAX.md), where kernels of all sizes were; tune()
measures the machine at hand."""

import statistics
import time
from typing import Callable, Dict, List, Mapping, NamedTuple, Sequence, Tuple

import jax
import jax.numpy as jnp

# Bytes that a call reads and writes, from which on a second thread is worth its
# start. Gradients compute more for each.
FORWARD_SHARED, BACKWARD_SHARED = 3 << 20, 1 << 19
# Arrays of so many bytes are memory that is touched for the first time, those below
# what an earlier call has given back.
_FRESH = 1 << 25
# What tune() measures: rows of so many elements, in so many bytes.
_LENGTH = 1024
_SIZES = [1 << exponent for exponent in (13, 17, 20, 23, 25)]
_ROUNDS = 7

# The op, its direction and the bits of its elements.
Key = Tuple[str, str, int]


class Range(NamedTuple):
    """A kernel is called where the largest result has ``least`` to ``most`` bytes."""

    least: int = 0
    most: int = (1 << 63) - 1


_tuned: Dict[Key, Range] = {}


def tuned() -> Dict[Key, Range]:
    """What tune() has found so far."""
    return dict(_tuned)


def is_backward(norms: Sequence[str]) -> bool:
    return any("backward" in norm for norm in norms)


def pays(norms: Sequence[str], result_bytes: Sequence[int], is_narrow: bool, tuned: Mapping[Key, Range]) -> bool:
    """Whether a kernel of these norms (as the raise calls them) is not slower than
    XLA, by the ranges of ``tuned``; ``is_narrow`` where elements have 16 bits."""
    size = max(result_bytes)
    ranges = (
        tuned.get(
            (
                "layernorm" if "layernorm" in norm else "rmsnorm",
                "backward" if "backward" in norm else "forward",
                16 if is_narrow else 32,
            ),
            Range(),
        )
        for norm in norms
    )
    return any(least <= size <= most for least, most in ranges)


def shares(norms: Sequence[str], moved: int) -> bool:
    """Whether threads share the rows of a call that moves so many bytes."""
    return moved >= (BACKWARD_SHARED if is_backward(norms) else FORWARD_SHARED)


def is_donation_worth_more(donated: Sequence[int], saved: int) -> bool:
    """Whether a program keeps more time by results in the memory of arrays that it is
    given, of so many bytes each, than by kernels that save so many bytes. Of
    float32 [2048, 4096] a residual with its rmsnorm (32 MB given, 96 saved) was 0.44
    times as fast in new memory, a layernorm (128 saved) 2.3 times."""
    return 7 * sum(size for size in donated if size >= _FRESH) > 2 * saved


# ----------------------------------------------------------------------------
# Measuring
# ----------------------------------------------------------------------------


def _rmsnorm(x, scale):
    h = x.astype(jnp.float32)
    return (h * jax.lax.rsqrt(jnp.mean(h * h, -1, keepdims=True) + 1e-6)).astype(x.dtype) * scale


def _layernorm(x, scale):
    h = x.astype(jnp.float32)
    centred = h - h.mean(-1, keepdims=True)
    variance = jnp.mean(centred * centred, -1, keepdims=True)
    return (centred * jax.lax.rsqrt(variance + 1e-5)).astype(x.dtype) * scale + scale


def _compile(function: Callable, arguments: Sequence[jax.Array]):
    return jax.jit(lambda *values: function(*values)).lower(*arguments).compile()


def _in_turn(functions: Sequence[Callable], arguments: Sequence[jax.Array]) -> List[float]:
    """The median seconds of a call of each."""
    seconds: List[List[float]] = [[] for _ in functions]
    for number in range(_ROUNDS + 1):
        for own, function in zip(seconds, functions):
            start = time.perf_counter()
            jax.block_until_ready(function(*arguments))
            if number:
                own.append(time.perf_counter() - start)
    return [statistics.median(own) for own in seconds]


def _range_of(is_faster: Sequence[bool]) -> Range:
    """The longest run of sizes at which kernels were not slower."""
    runs, start = [(0, 0)], 0
    for end, faster in enumerate([*is_faster, False]):
        if not faster:
            runs.append((start, end))
            start = end + 1
    start, end = max(runs, key=lambda run: run[1] - run[0])
    if start == end:
        return Range(1, 0)
    return Range(
        0 if start == 0 else _SIZES[start],
        Range().most if end == len(_SIZES) else _SIZES[end] - 1,
    )


def tune(enable: Callable[[], object], disable: Callable[[], None]) -> Dict[Key, Range]:
    """Measures XLA alone and with kernels, in turn, and keeps the sizes at which
    kernels were not slower."""
    _tuned.clear()
    found: Dict[Key, Range] = {}
    for op, function in (("layernorm", _layernorm), ("rmsnorm", _rmsnorm)):
        for dtype in (jnp.float32, jnp.bfloat16):
            bits = 8 * jnp.dtype(dtype).itemsize
            faster: Dict[str, List[bool]] = {"forward": [], "backward": []}
            for size in _SIZES:
                x = jax.random.normal(jax.random.key(0), (max(1, 8 * size // bits // _LENGTH), _LENGTH), dtype)
                scale = jnp.ones(_LENGTH, dtype)
                directions = {
                    "forward": (function, (x, scale)),
                    "backward": (lambda dy, *values: jax.vjp(function, *values)[1](dy), (x, x, scale)),
                }
                disable()
                alone = {d: _compile(*call) for d, call in directions.items()}
                enable()
                kernels = {d: _compile(*call) for d, call in directions.items()}
                for direction, (_, arguments) in directions.items():
                    own, other = _in_turn([alone[direction], kernels[direction]], arguments)
                    faster[direction].append(other <= own)
            for direction, pays_off in faster.items():
                found[op, direction, bits] = _range_of(pays_off)
    disable()
    _tuned.update(found)
    return found
