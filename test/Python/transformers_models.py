# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models of the library transformers, small ones of random weights, through
norm.frontends.torch: as many norms are raised as modules of norms are called, and
the compiled model gives what PyTorch gives. Names of models may be given."""

import inspect
import logging
import os
import re
import sys
import tempfile
import unittest
import warnings

os.environ.setdefault("HF_HUB_OFFLINE", "1")
warnings.filterwarnings("ignore")

import torch  # noqa: E402
import transformers  # noqa: E402

import norm  # noqa: E402
import norm.frontends.torch as frontend  # noqa: E402

logging.disable(logging.WARNING)

BATCH, LENGTH = 2, 8
# Names that most configurations share, and those of older ones.
TEXT = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
        "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 64,
        "max_position_embeddings": 64, "pad_token_id": 0, "head_dim": 8}
GPT = {"n_embd": 32, "n_layer": 2, "n_head": 4, "vocab_size": 64, "n_positions": 64}
IMAGE = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
         "num_attention_heads": 4, "image_size": 16, "patch_size": 8}
STAGES = {"hidden_sizes": [16, 32], "depths": [1, 1], "num_stages": 2, "image_size": 32}

MODELS = {
    **dict.fromkeys(
        "Llama Mistral Qwen2 Qwen3 Gemma Gemma2 Phi Phi3 Olmo Olmo2 Olmo3 Cohere Cohere2 "
        "Granite Starcoder2 Nemotron Glm Glm4 Persimmon Helium Exaone4 SmolLM3 Ernie4_5 "
        "Arcee Apertus Doge DiffLlama HunYuanDenseV1 VaultGemma GPTNeoX Bert Roberta "
        "Electra Albert MPNet XLMRoberta Camembert RoFormer MegatronBert".split(), TEXT),
    "Gemma3Text": TEXT,
    "StableLm": {**TEXT, "qk_layernorm": True},
    "ModernBert": {**TEXT, "global_attn_every_n_layers": 1},
    "DeepseekV3": {**TEXT, "num_key_value_heads": 4, "q_lora_rank": 16, "kv_lora_rank": 16,
                   "qk_rope_head_dim": 8, "v_head_dim": 8, "qk_nope_head_dim": 8,
                   "first_k_dense_replace": 2},
    "GPT2": GPT, "GPTBigCode": GPT,
    "GPTJ": {**GPT, "rotary_dim": 4}, "CodeGen": {**GPT, "rotary_dim": 4},
    "OPT": {"hidden_size": 32, "ffn_dim": 64, "num_hidden_layers": 2, "vocab_size": 64,
            "num_attention_heads": 4, "max_position_embeddings": 64,
            "word_embed_proj_dim": 32},
    "Falcon": {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
               "vocab_size": 64},
    "Mamba": {"hidden_size": 32, "num_hidden_layers": 2, "vocab_size": 64, "state_size": 8},
    "T5Encoder": {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_heads": 4,
                  "vocab_size": 64},
    "ViT": IMAGE, "DeiT": IMAGE, "Beit": IMAGE, "Dinov2": IMAGE, "SiglipVision": IMAGE,
    "CLIPVision": IMAGE, "ConvNext": STAGES, "ConvNextV2": STAGES,
}
# Both norms of a layer are of one input: their statistics are computed once, by one
# op, and each scale and bias stays an op of its own.
SHARED = {"GPTNeoX": 2}


class Hidden(torch.nn.Module):
    """The last hidden state as a function of tokens or images, and of a mask, which
    models otherwise compute by scans that torch-mlir does not lower."""

    def __init__(self, model, config):
        super().__init__()
        self.model = model
        self.names = inspect.signature(model.forward).parameters
        types = getattr(config, "layer_types", None) or []
        self.has_masks = "sliding" in inspect.getsource(type(model).forward) and bool(types)

    def forward(self, x, mask=None, positions=None):
        given = {"pixel_values" if x.is_floating_point() else "input_ids": x}
        if mask is not None:
            kinds = ("full_attention", "sliding_attention")
            given["attention_mask"] = dict.fromkeys(kinds, mask) if self.has_masks else mask
            if "position_ids" in self.names:
                given["position_ids"] = positions
        return self.model(**given).last_hidden_state


def make(name, settings, dtype):
    """The model, and arguments for it."""
    config = getattr(transformers, name.removesuffix("Encoder") + "Config")(**settings)
    config._attn_implementation = "eager"
    config.use_cache = False
    torch.manual_seed(0)
    model = getattr(transformers, name + "Model")(config).eval().to(dtype)
    for parameter in model.parameters():
        if parameter.dim() == 1:  # Scales and biases other than 1 and 0.
            torch.nn.init.normal_(parameter, 1.0, 0.2)
    model = Hidden(model, config)
    if "pixel_values" in model.names:
        return model, (torch.randn(BATCH, 3, config.image_size, config.image_size).to(dtype),)
    tokens = torch.randint(1, 60, (BATCH, LENGTH))
    if name in ("Mamba", "T5Encoder", "Falcon"):
        return model, (tokens,)
    mask = torch.zeros(BATCH, 1, LENGTH, LENGTH, dtype=dtype)
    return model, (tokens, mask, torch.arange(LENGTH).unsqueeze(0))


def count_calls(model, arguments):
    """How often modules of norms are called on the way to the result."""
    used = []
    for module in model.modules():
        if "norm" in type(module).__name__.lower() and not list(module.children()):
            module.register_forward_hook(lambda m, i, y: used.append(y))
    x = [a.clone().requires_grad_() if a.is_floating_point() else a for a in arguments]
    result = model(*x)
    gradients = torch.autograd.grad(result.float().sum(), used, allow_unused=True)
    return sum(gradient is not None for gradient in gradients), result.detach()


class Transformers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        norm.configure(cache_directory=folder.name)

    def check(self, name):
        for dtype in (torch.float32, torch.bfloat16):
            with self.subTest(model=name, dtype=dtype):
                model, arguments = make(name, MODELS[name], dtype)
                text = frontend.to_mlir(model, *arguments)
                raised = norm.raise_norms(text)
                found = len(re.findall(r"= norm\.(?:p?rmsnorm|layernorm) ", raised))
                called, expected = count_calls(model, arguments)
                self.assertEqual(found, called - SHARED.get(name, 0))
                if dtype == torch.float32:
                    y = frontend.compile(model, *arguments)(*arguments)
                    bound = 1e-4 * expected.abs().max().item()
                    self.assertLess((y - expected).abs().max().item(), bound)
                    print(f"{name}: {found} norms", flush=True)


for model_name in MODELS:
    setattr(Transformers, f"test_{model_name}",
            lambda self, model_name=model_name: self.check(model_name))

if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + [f"Transformers.test_{n}" for n in sys.argv[1:]])
