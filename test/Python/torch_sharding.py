# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""torch.ops.norm on DTensors, 4 processes over gloo: against float64, the number of
collectives, and the same bits in all processes."""

import os
import sys
import tempfile

import torch
import torch.distributed as dist
import torch.multiprocessing
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.tensor import DTensor, Replicate, Shard, distribute_tensor
from torch.distributed.tensor.debug import CommDebugMode

import norm.frontends.torch_sharding  # noqa: F401
import norm.torch

PROCESSES = 4


def formula(kind, x, scale, bias, k, outside):
    centred = x - x.mean(-1, keepdim=True) if kind == "layernorm" else x
    square = (centred[..., :k] ** 2).mean(-1, keepdim=True)
    return centred / (square.sqrt() + 1e-5 if outside else (square + 1e-5).sqrt()) * scale + bias


def ops(kind, k, outside):
    options = {"k": k} if kind == "prmsnorm" else {}
    return lambda *t: getattr(torch.ops.norm, kind)(*t, 1e-5, epsilon_outside=outside, **options)


def aten(kind):
    """PyTorch's own."""
    if kind == "layernorm":
        return lambda x, scale, bias: torch.nn.functional.layer_norm(x, scale.shape, scale, bias, 1e-5)
    return lambda x, scale, bias: torch.nn.functional.rms_norm(x, scale.shape, scale, 1e-5)


def check(name, kind, mesh, placements, shape, expected, mean=0.0, dtype=torch.float32, k=None, outside=False, function=None):
    """One norm and its gradients, and the collectives that each of them takes."""
    generator = torch.Generator().manual_seed(1)
    x, dy = (torch.randn(shape, generator=generator) for _ in range(2))
    scale, bias = (torch.randn(shape[-1], generator=generator) for _ in range(2))
    x = (x + mean).to(dtype)
    if function:
        scale, bias = scale.to(dtype), bias.to(dtype)
    exact = [t.double().requires_grad_() for t in (x, scale, bias)]
    of = k if kind == "prmsnorm" else shape[-1]
    y = formula(kind, *exact, of, outside)
    if function and kind == "rmsnorm":
        y = y - exact[2]
    y.backward(dy.double())

    parts = [distribute_tensor(x, mesh, placements)]
    parts += [distribute_tensor(t, mesh, [Replicate()] * mesh.ndim) for t in (scale, bias)]
    parts = [t.detach().requires_grad_() for t in parts]
    has_bias = function is None or kind == "layernorm"
    counts = []
    with CommDebugMode() as forward:
        found = (function or ops(kind, k, outside))(*parts)
    counts.append(forward.get_total_counts())
    gradient = distribute_tensor(dy.to(dtype), mesh, placements)
    with CommDebugMode() as backward:
        dx = torch.autograd.grad(found, parts[0], gradient, retain_graph=True)[0]
    counts.append(backward.get_total_counts())
    found.backward(gradient)
    assert expected in (None, counts), f"{name}: expected {expected} collectives, got {counts}"
    worst = 0.0
    gradients = [(t.grad, e.grad) for t, e in zip(parts[1:], exact[1:])][: 1 + has_bias]
    for own, reference in [(found, y), (dx, exact[0].grad)] + gradients:
        error = (own.full_tensor().double() - reference).abs().max() / reference.abs().max()
        worst = max(worst, error.item())
    # One rounding of each side; bf16 has 8 bits.
    assert worst < (2e-2 if dtype == torch.bfloat16 else 2e-6), f"{name}: error {worst}"
    if dist.get_rank() == 0:
        print(f"{name}: {worst:.1e}")


def check_aten(line, grid):
    """F.layer_norm and F.rms_norm while norm.torch is enabled."""
    for kind in ("layernorm", "rmsnorm"):
        function = aten(kind)
        check(f"aten, {kind}, hidden", kind, line, [Shard(2)], (3, 2, 64), [1, 1], function=function)
        check(f"aten, {kind}, hidden, uneven", kind, line, [Shard(1)], (4, 9), [1, 1], function=function)
        check(f"aten, {kind}, one empty", kind, line, [Shard(1)], (4, 5), [1, 1], function=function)
        check(f"aten, {kind}, rows", kind, line, [Shard(0)], (8, 32), [0, 0], function=function)
        check(f"aten, {kind}, rows, uneven", kind, line, [Shard(0)], (6, 32), [0, 0], function=function)
        check(f"aten, {kind}, both", kind, grid, [Shard(0), Shard(1)], (8, 32), [1, 1], function=function)
        check(f"aten, {kind}, bf16", kind, line, [Shard(1)], (4, 64), [1, 1], dtype=torch.bfloat16, function=function)
        # Heads of queries are split, those of keys, of which there are fewer, are not.
        check(f"aten, {kind}, heads", kind, line, [Shard(1)], (3, 8, 16), [0, 0], function=function)
        check(f"aten, {kind}, replicated heads", kind, line, [Replicate()], (3, 2, 16), [0, 0], function=function)


def work(rank, path):
    dist.init_process_group("gloo", init_method=f"file://{path}", rank=rank, world_size=PROCESSES)
    line = init_device_mesh("cpu", (4,))
    grid = init_device_mesh("cpu", (2, 2))
    for kind in ("rmsnorm", "prmsnorm", "layernorm"):
        k = 7 if kind == "prmsnorm" else None
        check(f"{kind}, hidden", kind, line, [Shard(2)], (3, 2, 64), [1, 1], k=k)
        check(f"{kind}, hidden, uneven", kind, line, [Shard(1)], (4, 9), [1, 1], k=k)
        check(f"{kind}, rows", kind, line, [Shard(0)], (8, 32), [0, 0], k=k)
        check(f"{kind}, both", kind, grid, [Shard(0), Shard(1)], (8, 32), [1, 1], k=k)
        check(f"{kind}, outside", kind, line, [Shard(1)], (4, 64), [1, 1], k=k, outside=True)
    check("layernorm, mean 1e4", "layernorm", line, [Shard(1)], (4, 64), [1, 1], mean=1e4)
    check("rmsnorm, bf16", "rmsnorm", line, [Shard(1)], (4, 64), [1, 1], dtype=torch.bfloat16)
    check("layernorm, bf16", "layernorm", line, [Shard(1)], (4, 64), [1, 1], dtype=torch.bfloat16)
    with norm.torch.enable(compile=False):
        check_aten(line, grid)
        counts = norm.torch.stats()
        assert counts["forward"] and counts["backward"] and not counts["fallbacks"], counts
    # PyTorch's own rules are back.
    check("PyTorch alone", "layernorm", line, [Shard(1)], (4, 64), [1, 2], function=aten("layernorm"))
    # The sum of a residual, and a tensor that is whole beside one that is not.
    x, g = distribute_tensor(torch.randn(4, 64), line, [Shard(1)]), torch.ones(64)
    y, z = torch.ops.norm.add_rmsnorm(x, x, g)
    assert isinstance(y, DTensor) and torch.equal(z.full_tensor(), 2 * x.full_tensor())
    try:
        torch.ops.norm.rmsnorm(torch.ones(4, 64), distribute_tensor(g, line, [Replicate()]))
        raise AssertionError("expected an error")
    except TypeError as error:
        assert "expected x to be a DTensor" in str(error)
    dist.destroy_process_group()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        torch.multiprocessing.spawn(work, (os.path.join(folder, "store"),), nprocs=PROCESSES)
    print("OK")
    sys.exit()
