# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of transformers with random weights under torch.compile(): how many
norms they have, how many become kernels, and what differs. The table of
docs/PyTorch.md. torch_models.py [--train] [MODEL...]"""

import sys
import warnings

import torch
import transformers

import norm.torch

TEXT = dict(hidden_size=256, intermediate_size=512, num_hidden_layers=2, num_attention_heads=4, vocab_size=1000)
GROUPED = dict(TEXT, num_key_value_heads=2, head_dim=64)
MODELS = {
    "LlamaForCausalLM": dict(TEXT, num_key_value_heads=2),
    "Qwen3ForCausalLM": GROUPED,
    "Gemma3ForCausalLM": dict(GROUPED, sliding_window=64),
    "Olmo2ForCausalLM": dict(TEXT, num_key_value_heads=4),
    "GPT2LMHeadModel": dict(n_embd=256, n_layer=2, n_head=4, vocab_size=1000),
    "BertModel": TEXT,
    "ModernBertModel": dict(TEXT, pad_token_id=0, eos_token_id=1, bos_token_id=2, cls_token_id=3, sep_token_id=4),
    "T5EncoderModel": dict(d_model=256, d_kv=64, d_ff=512, num_layers=2, num_heads=4, vocab_size=1000),
    "Mamba2ForCausalLM": dict(hidden_size=256, state_size=16, num_hidden_layers=2, num_heads=8, head_dim=64,
                              n_groups=2, vocab_size=1000, chunk_size=32),
    "ViTModel": dict({k: v for k, v in TEXT.items() if k != "vocab_size"}, image_size=64, patch_size=8),
}  # fmt: skip


def make(name):
    """A model and its input."""
    torch.manual_seed(0)
    kind = getattr(transformers, name)
    options = dict(MODELS[name])
    if "pad_token_id" not in options and name != "ViTModel":
        options["pad_token_id"] = 0
    model = kind(kind.config_class(**options)).eval()
    if name == "ViTModel":
        return model, torch.randn(2, 3, 64, 64)
    return model, torch.randint(5, 1000, (2, 64))


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
    return ((found - wanted).abs().max() / wanted.abs().max()).item()


def run(name, train):
    model, x = make(name)

    def step(function):
        if not train:
            with torch.no_grad():
                return function(x)[0], None
        model.zero_grad()
        result = function(x)[0]
        result.square().mean().backward()
        return result.detach(), [p.grad.clone() for p in model.parameters() if p.grad is not None]

    with torch.no_grad():
        total = count_calls(model, x)
    wanted, gradients = step(model)
    norm.torch._state.STATE.reset()
    torch._dynamo.reset()
    with norm.torch.enable(eager=False):
        norm.torch._table.set_least(0)
        found, others = step(torch.compile(model))
    stats = norm.torch.stats()
    errors = [difference(found, wanted)]
    if train:
        scale = max(g.abs().max().item() for g in gradients)
        errors.append(max((a - b).abs().max().item() for a, b in zip(others, gradients)) / scale)
    print(f"{name:20} norms {total:3}  forward {stats['forward']:3}  backward {stats['backward']:3}  "
          f"difference {' '.join(f'{e:.1e}' for e in errors)}  {stats['fallbacks'] or ''}", flush=True)  # fmt: skip


if __name__ == "__main__":
    torch._inductor.config.force_disable_caches = True
    warnings.simplefilter("ignore", UserWarning)
    names = [a for a in sys.argv[1:] if not a.startswith("-")] or list(MODELS)
    for name in names:
        try:
            run(name, "--train" in sys.argv)
        except Exception as error:
            print(f"{name:20} {type(error).__name__}: {str(error)[:200]}", flush=True)
