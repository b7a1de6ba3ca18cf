#!/usr/bin/env python3
# Times norms of PyTorch (eager and compiled), cuDNN's frontend and Triton on a GPU,
# by the method of norm-launch: events around a call, the second-level cache written
# over before, arrays that take turns, medians, and a copy of the same bytes in turn:
#
#   gpu_peers.py [--rounds=N] [--only=NAME,...] [--json]
#
# Peers that are not installed are left out, with a note. Those that are wrong by more
# than their type allows are, too.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import argparse
import json
import statistics
import sys

import gpu_rows

WARM_UP, MAX_SETS, MAX_BYTES = 5, 16, 16 << 30


def note(message):
    print(f"gpu_peers.py: {message}", file=sys.stderr)


#===----------------------------------------------------------------------===//
# Peers: a function that makes, for a row, a call on tensors, or None
#===----------------------------------------------------------------------===//

def eager_call(torch, row):
    functional = torch.nn.functional
    if row.op == "rmsnorm":
        return lambda x, g: functional.rms_norm(x, (row.cols,), g,
                                                gpu_rows.EPSILON)
    if row.op == "layernorm":
        return lambda x, g, b: functional.layer_norm(x, (row.cols,), g, b,
                                                     gpu_rows.EPSILON)
    if row.op == "add_rmsnorm":
        def add(a, r, g):
            s = a + r
            return functional.rms_norm(s, (row.cols,), g, gpu_rows.EPSILON), s
        return add
    k = -(-row.cols // 16)

    def partial(x, g):
        wide = x.float()
        mean = wide[:, :k].square().mean(-1, keepdim=True)
        return (wide * torch.rsqrt(mean + gpu_rows.EPSILON) *
                g.float()).to(x.dtype)
    return partial


def compiled_call(torch, row):
    torch._dynamo.reset()
    return torch.compile(eager_call(torch, row), mode="max-autotune-no-cudagraphs",
                         dynamic=False)


def cudnn_call(torch, row):
    """cuDNN's own norm engines; it has no sum or partial statistic in front."""
    if row.op not in ("rmsnorm", "layernorm"):
        return None
    import cudnn

    handle = cudnn.create_handle()
    graph = cudnn.pygraph(handle=handle, io_data_type=cudnn.data_type.BFLOAT16,
                          intermediate_data_type=cudnn.data_type.FLOAT,
                          compute_data_type=cudnn.data_type.FLOAT)
    shape, stride = [row.rows, row.cols, 1, 1], [row.cols, 1, row.cols, row.cols]
    x = graph.tensor(name="x", dim=shape, stride=stride)
    g = graph.tensor(name="g", dim=[1] + shape[1:], stride=stride)
    epsilon = torch.full((1, 1, 1, 1), gpu_rows.EPSILON)
    e = graph.tensor(name="e", dim=[1] * 4, stride=[1] * 4,
                     is_pass_by_value=True, data_type=cudnn.data_type.FLOAT)
    inference = cudnn.norm_forward_phase.INFERENCE
    bias = None
    if row.op == "layernorm":
        bias = graph.tensor(name="b", dim=[1] + shape[1:], stride=stride)
        y = graph.layernorm(name="norm", norm_forward_phase=inference, input=x,
                            scale=g, bias=bias, epsilon=e)[0]
    else:
        y = graph.rmsnorm(name="norm", norm_forward_phase=inference, input=x,
                          scale=g, epsilon=e)[0]
    y.set_output(True).set_dim(shape).set_stride(stride)
    graph.build([cudnn.heur_mode.A, cudnn.heur_mode.FALLBACK])
    workspace = torch.empty(graph.get_workspace_size(), device="cuda",
                            dtype=torch.uint8)
    out = torch.empty(row.rows, row.cols, device="cuda", dtype=torch.bfloat16)

    def call(tensor, scale, offset=None):
        pack = {x: tensor, g: scale, e: epsilon, y: out}
        if bias is not None:
            pack[bias] = offset
        cudnn.set_stream(handle=handle,
                         stream=torch.cuda.current_stream().cuda_stream)
        graph.execute(pack, workspace, handle=handle)
        return out
    return call


def triton_call(torch, row):
    """One program for a row, the row in registers, as Triton's tutorial does."""
    if row.op not in ("rmsnorm", "layernorm", "add_rmsnorm"):
        return None
    import triton
    from gpu_triton import norm_kernel

    block = triton.next_power_of_2(row.cols)
    if block > 65536:
        return None
    warps = min(max(block // 512, 1), 16)
    out = torch.empty(row.rows, row.cols, device="cuda", dtype=torch.bfloat16)
    sums = torch.empty_like(out)

    def call(x, *rest):
        residual = rest[0] if row.op == "add_rmsnorm" else x
        g = rest[1] if row.op == "add_rmsnorm" else rest[0]
        b = rest[1] if row.op == "layernorm" else g
        norm_kernel[(row.rows,)](
            x, residual, g, b, out, sums, row.cols, gpu_rows.EPSILON,
            HAS_RESIDUAL=row.op == "add_rmsnorm", IS_LAYERNORM=row.op == "layernorm",
            BLOCK=block, num_warps=warps)
        return (out, sums) if row.op == "add_rmsnorm" else out
    return call


PEERS = {"eager": eager_call, "torch.compile": compiled_call,
         "cudnn": cudnn_call, "triton": triton_call}


#===----------------------------------------------------------------------===//
# Measuring
#===----------------------------------------------------------------------===//

def make_arguments(torch, row):
    options = {"device": "cuda", "dtype": torch.bfloat16}
    matrices = 2 if row.op == "add_rmsnorm" else 1
    vectors = 2 if row.op == "layernorm" else 1
    return ([torch.randn(row.rows, row.cols, **options) for _ in range(matrices)] +
            [torch.randn(row.cols, **options) for _ in range(vectors)])


def is_right(torch, row, call, arguments):
    """Whether the result is within two roundings of the definition in f64."""
    result = call(*arguments)
    result = result[0] if isinstance(result, tuple) else result
    sample = slice(0, min(row.rows, 64))
    wide = [a[sample].double() if a.dim() == 2 else a.double() for a in arguments]
    x = wide[0]
    if row.op == "add_rmsnorm":
        x = (arguments[0][sample] + arguments[1][sample]).double()
    scale = wide[2] if row.op == "add_rmsnorm" else wide[1]
    if row.op == "layernorm":
        expected = torch.nn.functional.layer_norm(x, (row.cols,), scale, wide[2],
                                                  gpu_rows.EPSILON)
    else:
        part = x[:, :-(-row.cols // 16)] if row.op == "prmsnorm" else x
        mean = part.square().mean(-1, keepdim=True)
        expected = x * torch.rsqrt(mean + gpu_rows.EPSILON) * scale
    error = (result[sample].double() - expected).abs()
    largest = expected.abs().amax(-1, keepdim=True)
    return bool((error <= largest * 2.0**-7).all())


class Timer:
    def __init__(self, torch):
        self.torch = torch
        bytes_ = 2 * torch.cuda.get_device_properties(0).L2_cache_size
        self.cacheful = torch.empty(bytes_, device="cuda", dtype=torch.uint8)
        self.start, self.stop = (torch.cuda.Event(enable_timing=True)
                                 for _ in range(2))

    def once(self, work):
        """Seconds of `work`, enqueued while the cache is written over."""
        self.cacheful.zero_()
        self.start.record()
        work()
        self.stop.record()
        self.stop.synchronize()
        return self.start.elapsed_time(self.stop) / 1000

    def graph(self, call, sets, count):
        torch = self.torch
        stream = torch.cuda.Stream()
        with torch.cuda.stream(stream):
            call(*sets[0])
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            for _ in range(count):
                call(*sets[0])
        return graph.replay


def measure(torch, timer, row, calls, rounds):
    """Medians and least seconds of each peer and of the copy, taken in turn."""
    traffic = gpu_rows.traffic(row)
    wanted = 2 * timer.cacheful.numel() // traffic + 2
    count = 1 if row.graph else max(1, min(wanted, MAX_SETS, MAX_BYTES // traffic))
    sets = [make_arguments(torch, row) for _ in range(count)]
    source, target = (torch.empty(traffic // 2, device="cuda", dtype=torch.uint8)
                      for _ in range(2))
    ways = {"copy": lambda _: target.copy_(source)}
    for name, call in calls.items():
        try:
            if not is_right(torch, row, call, sets[0]):
                note(f"{name}: wrong on {row.op} {row.rows}x{row.cols}, left out")
                continue
            if row.graph:
                replay = timer.graph(call, sets, row.graph)
                ways[name] = lambda _, replay=replay: replay()
            else:
                ways[name] = lambda i, call=call: call(*sets[i % count])
        except Exception as problem:  # a peer that cannot is no reason to stop
            note(f"{name}: {row.op} {row.rows}x{row.cols}: {problem}")
    seconds = {name: [] for name in ways}
    for round_ in range(rounds + WARM_UP):
        for name, work in ways.items():
            time = timer.once(lambda: work(round_))
            if round_ >= WARM_UP:
                seconds[name].append(time / (row.graph if row.graph and
                                             name != "copy" else 1))
    return {name: {"median_seconds": statistics.median(times),
                   "seconds": min(times)} for name, times in seconds.items()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--only", default=",".join(PEERS))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        import torch
    except ImportError:
        sys.exit("gpu_peers.py: PyTorch is not installed")
    if not torch.cuda.is_available():
        sys.exit("gpu_peers.py: PyTorch finds no GPU")
    timer = Timer(torch)
    for row in gpu_rows.ROWS:
        calls = {}
        for name in options.only.split(","):
            try:
                call = PEERS[name](torch, row)
            except Exception as problem:  # not installed, or no code for the row
                note(f"{name}: {row.op} {row.rows}x{row.cols}: {problem}")
                continue
            if call:
                calls[name] = call
        result = {"op": row.op, "dtype": gpu_rows.DTYPE, "rows": row.rows,
                  "cols": row.cols, "graph": row.graph,
                  "bytes": gpu_rows.traffic(row),
                  "device": torch.cuda.get_device_name(0),
                  "ways": measure(torch, timer, row, calls, options.rounds)}
        if options.json:
            print(json.dumps(result), flush=True)
            continue
        ways = ", ".join(f"{name} {result['bytes'] / w['median_seconds'] / 1e9:.0f}"
                         for name, w in result["ways"].items())
        print(f"{row.op} {row.rows}x{row.cols}, GB/s: {ways}", flush=True)


if __name__ == "__main__":
    main()
