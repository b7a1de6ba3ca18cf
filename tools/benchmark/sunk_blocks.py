# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Decoder blocks of transformers as they are and with their norms behind products, as norm-sink writes it: times with
torch.compile's products, and outputs against float64.

    sunk_blocks.py MODEL... [--tokens=1,16,512] [--type=f32] [--rounds=N] [--autotune] [--json=FILE]

MODEL is llama, qwen3 or gemma: one block of Llama 3.2 1B, Qwen3 0.6B and Gemma 2B, with random weights. A norm that
products alone read becomes

    linear(norm(x), W) = rstd(x) * linear(x, W'),  W' = W diag(scale)

in each of them; Inductor computes rstd once. With --autotune Inductor may take products of its own, which take what
follows them in. Both variants are compiled in one process and timed in turn."""

import argparse
import copy
import json
import logging
import os
import statistics
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import torch._inductor.config
import torch.nn.functional as F
import transformers
from torch import nn

logging.disable(logging.WARNING)

TYPES = {"f32": torch.float32, "bf16": torch.bfloat16}
COMMON = {"num_hidden_layers": 1, "vocab_size": 64, "max_position_embeddings": 1024, "pad_token_id": 0}
MODELS = {
    "llama": ("Llama", {"hidden_size": 2048, "intermediate_size": 8192, "num_attention_heads": 32,
                        "num_key_value_heads": 8, "head_dim": 64}),
    "qwen3": ("Qwen3", {"hidden_size": 1024, "intermediate_size": 3072, "num_attention_heads": 16,
                        "num_key_value_heads": 8, "head_dim": 128}),
    "gemma": ("Gemma", {"hidden_size": 2048, "intermediate_size": 16384, "num_attention_heads": 8,
                        "num_key_value_heads": 1, "head_dim": 256}),
}  # fmt: skip


class SunkLinear(nn.Module):
    """A linear layer of normalized rows, from rows that are not."""

    def __init__(self, linear, scale, epsilon):
        super().__init__()
        w = linear.weight.detach().double() * scale.double()
        self.weight, self.bias = nn.Parameter(w.to(linear.weight.dtype)), linear.bias
        self.epsilon = epsilon

    def forward(self, x):
        rstd = torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + self.epsilon)
        y = (F.linear(x, self.weight).float() * rstd).to(x.dtype)
        return y if self.bias is None else y + self.bias


def scale_of(norm):
    """Gemma's scale is 1 + its weight."""
    return norm.weight.detach() + 1 if type(norm).__name__ == "GemmaRMSNorm" else norm.weight.detach()


def epsilon_of(norm):
    return norm.eps if hasattr(norm, "eps") else norm.variance_epsilon


def sink(block):
    """A copy of a block, with the two norms before attention and MLP behind their products."""
    block = copy.deepcopy(block)
    for name, owner, readers in (("input_layernorm", block.self_attn, ("q_proj", "k_proj", "v_proj")),
                                 ("post_attention_layernorm", block.mlp, ("gate_proj", "up_proj"))):  # fmt: skip
        norm = getattr(block, name)
        for reader in readers:
            setattr(owner, reader, SunkLinear(getattr(owner, reader), scale_of(norm), epsilon_of(norm)))
        setattr(block, name, nn.Identity())
    return block


class Block(nn.Module):
    """One block as a function of its rows."""

    def __init__(self, block, rotary, tokens):
        super().__init__()
        self.block = block
        positions = torch.arange(tokens).unsqueeze(0)
        like = next(block.parameters())
        self.cos, self.sin = (t.to(like.dtype) for t in rotary(like[:1, :1].unsqueeze(0), positions))
        self.mask = torch.full((1, 1, tokens, tokens), torch.finfo(like.dtype).min, dtype=like.dtype).triu(1)

    def forward(self, x):
        y = self.block(x, position_embeddings=(self.cos, self.sin), attention_mask=self.mask)
        return y[0] if isinstance(y, tuple) else y


def make(name, dtype):
    family, settings = MODELS[name]
    config = getattr(transformers, family + "Config")(**settings, **COMMON)
    config._attn_implementation = "sdpa"
    torch.manual_seed(0)
    model = getattr(transformers, family + "Model")(config).eval()
    for parameter in model.parameters():
        if parameter.dim() == 1:
            nn.init.normal_(parameter, 0.0 if name == "gemma" else 1.0, 0.2)
    return model.layers[0].to(dtype), model.rotary_emb


def error(y, expected):
    return ((y.double() - expected).abs().max() / expected.abs().max()).item()


def measure(functions, x, rounds):
    """Medians of milliseconds, the functions in turn."""
    times = [[] for _ in functions]
    for _ in range(rounds):
        for function, own in zip(functions, times):
            start = time.perf_counter()
            function(x)
            own.append(1000 * (time.perf_counter() - start))
    return [statistics.median(own) for own in times]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="+", choices=MODELS)
    parser.add_argument("--tokens", default="1,16,512")
    parser.add_argument("--type", default="f32", choices=TYPES)
    parser.add_argument("--rounds", type=int, default=0, help="of each variant; by the number of tokens unless given")
    parser.add_argument("--autotune", action="store_true")
    parser.add_argument("--json", help="a file that lines are appended to")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch._inductor.config.max_autotune = arguments.autotune
    dtype = TYPES[arguments.type]
    for name in arguments.models:
        block, rotary = make(name, dtype)
        sunk = sink(block)
        for tokens in map(int, arguments.tokens.split(",")):
            x = 3 * torch.randn(1, tokens, block.input_layernorm.weight.shape[0], dtype=dtype)
            rounds = arguments.rounds or {1: 60, 16: 40}.get(tokens, 7)
            with torch.no_grad():
                expected = Block(copy.deepcopy(block).double(), rotary, tokens)(x.double())
                variants = []
                for own in (block, sunk):
                    torch._dynamo.reset()
                    variants.append(torch.compile(Block(own, rotary, tokens)))
                    variants[-1](x)
                errors = [error(variant(x), expected) for variant in variants]
                before, after = measure(variants, x, rounds)
            row = {"model": name, "type": arguments.type, "tokens": tokens, "threads": 1,
                   "autotune": arguments.autotune, "torch": torch.__version__, "before_ms": round(before, 4),
                   "after_ms": round(after, 4), "error_before": errors[0], "error_after": errors[1]}  # fmt: skip
            print(f"{name} {arguments.type} {tokens:4} tokens: {before:8.3f} ms, sunk {after:8.3f} ms,"
                  f" {before / after:.3f}x; from f64 {errors[0]:.1e}, sunk {errors[1]:.1e}", flush=True)  # fmt: skip
            if arguments.json:
                with open(arguments.json, "a") as file:
                    file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
