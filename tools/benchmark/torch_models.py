# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of transformers with random weights under torch.compile(): how many
norms they have, how many become kernels, what differs, and what a step takes with
and without. A line of JSON for each, the data of docs/PyTorch.md.

torch_models.py [--train] [--bfloat16] [--hidden=256] [--tokens=128] [--time=ROUNDS] [MODEL...]
"""

import argparse
import copy
import json
import statistics
import time
import warnings

import torch
import transformers

import norm.torch


def configure(hidden):
    """What makes each model small: two layers of ``hidden``."""
    heads = hidden // 64
    text = dict(hidden_size=hidden, intermediate_size=2 * hidden, num_hidden_layers=2, num_attention_heads=heads,
                vocab_size=1000)  # fmt: skip
    grouped = dict(text, num_key_value_heads=heads // 2, head_dim=64)
    tokens = dict(pad_token_id=0, eos_token_id=1, bos_token_id=2, cls_token_id=3, sep_token_id=4)
    return {
        "LlamaForCausalLM": dict(text, num_key_value_heads=heads // 2),
        "Qwen3ForCausalLM": grouped,
        "Gemma3ForCausalLM": dict(grouped, sliding_window=64),
        "Olmo2ForCausalLM": dict(text, num_key_value_heads=heads),
        "GPT2LMHeadModel": dict(n_embd=hidden, n_layer=2, n_head=heads, vocab_size=1000),
        "BertModel": text,
        "ModernBertModel": dict(text, **tokens),
        "T5EncoderModel": dict(d_model=hidden, d_kv=64, d_ff=2 * hidden, num_layers=2, num_heads=heads, vocab_size=1000),
        "Mamba2ForCausalLM": dict(hidden_size=hidden, state_size=16, num_hidden_layers=2, num_heads=hidden // 32,
                                  head_dim=64, n_groups=2, vocab_size=1000, chunk_size=32),
        "ViTModel": dict({k: v for k, v in text.items() if k != "vocab_size"}, image_size=64, patch_size=8),
    }  # fmt: skip


def make(name, hidden, tokens, dtype):
    """A model and its input."""
    torch.manual_seed(0)
    kind = getattr(transformers, name)
    options = configure(hidden)[name]
    if "pad_token_id" not in options and name != "ViTModel":
        options["pad_token_id"] = 0
    model = kind(kind.config_class(**options)).eval().to(dtype)
    if name == "ViTModel":
        return model, torch.randn(max(1, tokens // 64), 3, 64, 64, dtype=dtype)
    return model, torch.randint(5, 1000, (2, tokens // 2))


def count_calls(model, x):
    """How often modules whose class is called a norm run."""
    count = 0

    def hook(*_):
        nonlocal count
        count += 1

    handles = [m.register_forward_hook(hook) for m in model.modules() if "Norm" in type(m).__name__]
    model(x)
    for handle in handles:
        handle.remove()
    return count


def difference(found, wanted):
    return ((found.double() - wanted.double()).abs().max() / wanted.double().abs().max()).item()


class Step:
    """A step of a model: its outputs, or their gradients."""

    def __init__(self, model, x, train):
        self.model, self.x, self.train = model, x, train

    def __call__(self, function):
        if not self.train:
            with torch.no_grad():
                return function(self.x)[0], []
        self.model.zero_grad()
        result = function(self.x)[0]
        result.float().square().mean().backward()
        return result.detach(), [p.grad for p in self.model.parameters() if p.grad is not None]


def compile(step):
    """The model compiled, and seconds of the first step."""
    torch._dynamo.reset()
    compiled = torch.compile(step.model)
    start = time.perf_counter()
    result, gradients = step(compiled)
    return compiled, time.perf_counter() - start, result, [g.clone() for g in gradients]


def measure(step, functions, rounds):
    """Median seconds of steps of each, in turn."""
    seconds = [[] for _ in functions]
    for _ in range(rounds):
        for own, function in zip(seconds, functions):
            start = time.perf_counter()
            step(function)
            own.append(time.perf_counter() - start)
    return [statistics.median(own) for own in seconds]


def run(name, options):
    dtype = torch.bfloat16 if options.bfloat16 else torch.float32
    model, x = make(name, options.hidden, options.tokens, dtype)
    step = Step(model, x, options.train)
    with torch.no_grad():
        total = count_calls(model, x)
    # In float32 whatever the type: PyTorch adds gradients of 16 bits in 16 bits.
    wide = Step(copy.deepcopy(model).float(), x.float() if x.is_floating_point() else x, options.train)
    wanted, gradients = wide(wide.model)
    alone, first_alone, *_ = compile(step)
    norm.torch._state.STATE.reset()
    with norm.torch.enable(eager=False):
        if not options.time:
            norm.torch._table.set_least(0)
        compiled, first, found, others = compile(step)
    stats = norm.torch.stats()
    line = {"model": name, "hidden": options.hidden, "tokens": options.tokens, "type": str(dtype)[6:],
            "train": options.train, "norms": total, "forward": stats["forward"], "backward": stats["backward"],
            "difference": difference(found, wanted), "first_seconds": [first_alone, first]}  # fmt: skip
    if options.train:
        scale = max(g.abs().max().item() for g in gradients)
        errors = ((a.double() - b.double()).abs().max().item() for a, b in zip(others, gradients))
        line["gradient_difference"] = max(errors) / scale
    if options.time:
        line["seconds"] = measure(step, [alone, compiled], options.time)
    if stats["fallbacks"]:
        line["fallbacks"] = stats["fallbacks"]
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", default=list(configure(256)))
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--bfloat16", action="store_true")
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--time", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch._inductor.config.force_disable_caches = True
    warnings.simplefilter("ignore", UserWarning)
    for name in options.models:
        try:
            run(name, options)
        except Exception as error:
            print(json.dumps({"model": name, "error": f"{type(error).__name__}: {str(error)[:200]}"}), flush=True)
