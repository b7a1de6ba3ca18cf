# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of transformers before and after norm.torch.fold(): how many layernorms go, outputs against float64, times.

    folded_models.py MODEL... [--layers=12] [--tokens=128] [--weights=random|structured] [--ways=eager,norm,compile]
                     [--rounds=7] [--json=FILE]

MODEL is gpt2, gpt2-head (tied; untied for the fold), pythia, vit, bert or dinov2, of their base sizes, or a folder of
a trained model that AutoModel.from_pretrained() reads. Structured
weights have means that are not 0, and a sum that is 20 deviations away from 0. Ways are PyTorch, the same
with norm.torch.enable(), and torch.compile(); before and after are timed in turn, one thread."""

import argparse
import copy
import json
import logging
import os
import statistics
import time

os.environ["HF_HUB_OFFLINE"] = "1"

import torch
import transformers

import norm.torch

logging.disable(logging.WARNING)

TEXT = {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12, "pad_token_id": 0}
IMAGE = {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12, "image_size": 224, "patch_size": 16}
GPT = {"n_embd": 768, "n_head": 12, "n_positions": 1024, "vocab_size": 50257}
MODELS = {
    "gpt2": ("GPT2Config", "GPT2Model", GPT), "gpt2-head": ("GPT2Config", "GPT2LMHeadModel", GPT),
    "pythia": ("GPTNeoXConfig", "GPTNeoXModel", {**TEXT, "vocab_size": 50304}),
    "bert": ("BertConfig", "BertModel", {**TEXT, "vocab_size": 30522}),
    "vit": ("ViTConfig", "ViTModel", IMAGE), "dinov2": ("Dinov2Config", "Dinov2Model", IMAGE),
}  # fmt: skip


def make(name, layers, tokens, is_structured):
    if os.path.isdir(name):
        model = transformers.AutoModel.from_pretrained(name).eval()
        return model, torch.randint(1, model.config.vocab_size, (1, tokens))
    config_name, model_name, settings = MODELS[name]
    count = {"n_layer": layers} if settings is GPT else {"num_hidden_layers": layers}
    config = getattr(transformers, config_name)(**settings, **count)
    config.use_cache = False
    torch.manual_seed(0)
    model = getattr(transformers, model_name)(config).eval()
    for parameter in model.parameters() if is_structured else ():
        if parameter.dim() == 1:
            torch.nn.init.normal_(parameter, 0.5, 0.3)
        else:
            parameter.data += 0.02
    x = torch.randn(1, 3, 224, 224) if settings is IMAGE else torch.randint(1, config.vocab_size, (1, tokens))
    return model, x


def layers_of(model):
    return getattr(model.config, "num_hidden_layers", None) or model.config.n_layer


def error(y, expected):
    return ((y.double() - expected).abs().max() / expected.abs().max()).item()


def measure(models, x, rounds):
    """Medians of milliseconds, the models in turn."""
    times = [[] for _ in models]
    for model in models:
        model(x)
    for _ in range(rounds):
        for model, own in zip(models, times):
            start = time.perf_counter()
            model(x)
            own.append(1000 * (time.perf_counter() - start))
    return [round(statistics.median(own), 3) for own in times]


def time_way(way, models, x, rounds):
    if way == "norm":
        with norm.torch.enable(compile=False):
            return measure(models, x, rounds)
    if way == "compile":
        compiled = []
        for model in models:
            torch._dynamo.reset()
            compiled.append(torch.compile(model))
            compiled[-1](x)
        return measure(compiled, x, rounds)
    return measure(models, x, rounds)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="+")
    parser.add_argument("--layers", type=int, default=12)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--weights", default="random", choices=("random", "structured"))
    parser.add_argument("--ways", default="eager,norm")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", help="a file that lines are appended to")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in arguments.models:
        model, x = make(name, arguments.layers, arguments.tokens, arguments.weights == "structured")
        before = copy.deepcopy(model)
        with torch.no_grad():
            expected = copy.deepcopy(model).double()(x.double() if x.is_floating_point() else x)[0]
            start = time.perf_counter()
            report = norm.torch.fold(model, x, untie=name == "gpt2-head", tolerance=1e-2)
            seconds = time.perf_counter() - start
            row = {"model": os.path.basename(name), "layers": layers_of(model), "tokens": arguments.tokens,
                   "weights": "trained" if os.path.isdir(name) else arguments.weights,
                   "norms": len(report.norms), "folded": report.folded, "plain": sum(n.plain for n in report.norms),
                   "fold_seconds": round(seconds, 1), "residue": report.residue,
                   "error_before": error(before(x)[0], expected), "error_after": error(model(x)[0], expected),
                   "milliseconds": {way: time_way(way, (before, model), x, arguments.rounds)
                                    for way in filter(None, arguments.ways.split(","))},
                   "threads": 1, "torch": torch.__version__}  # fmt: skip
        print(json.dumps(row), flush=True)
        if arguments.json:
            with open(arguments.json, "a") as file:
                file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
