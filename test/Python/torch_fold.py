# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""norm.torch.fold() on small modules, and on those of transformers where that is
there, against float64."""

import copy
import importlib.util
import logging
import os
import unittest

import torch
import torch.nn.functional as F
from torch import nn

import norm
import norm.torch

WIDTH, WORDS = 24, 11


def structure(model):
    """Parameters as training leaves them: means far from 0, scales and biases."""
    generator = torch.Generator().manual_seed(2)
    for name, p in model.named_parameters():
        mean = 1.0 if p.dim() == 1 else 0.3
        p.data.copy_(torch.randn(p.shape, generator=generator) * 0.3 + mean)
        if name.endswith("out.bias"):
            p.data.add_(20.0)  # the sum is far from its deviation away from 0
    return model.eval()


class Block(nn.Module):
    def __init__(self, norm_class=nn.LayerNorm):
        super().__init__()
        self.norm1, self.norm2 = norm_class(WIDTH), norm_class(WIDTH)
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 40, bias=False), nn.Linear(40, WIDTH)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x):
        batch, tokens, _ = x.shape
        q, k, v = (t.view(batch, tokens, 4, 6).transpose(1, 2) for t in self.qkv(self.norm1(x)).chunk(3, -1))
        a = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, tokens, WIDTH)
        x = x + self.dropout(self.out(a))
        return x + 0.5 * self.down(F.gelu(self.up(self.norm2(x))))


class Decoder(nn.Module):
    """Embeddings of tokens and places, two layers, a last norm and a head."""

    def __init__(self, tied=False):
        super().__init__()
        self.table, self.places = nn.Embedding(WORDS, WIDTH), nn.Parameter(torch.zeros(6, WIDTH))
        self.blocks = nn.ModuleList([Block(), Block()])
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, WORDS, bias=False)
        if tied:
            self.head.weight = self.table.weight

    def forward(self, tokens):
        x = self.table(tokens) + self.places
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


class Patches(nn.Module):
    """Patches of an image behind a first row, in lists and slices."""

    def __init__(self):
        super().__init__()
        self.patches, self.first = nn.Conv2d(3, WIDTH, 2, 2), nn.Parameter(torch.zeros(1, 1, WIDTH))
        self.block, self.norm, self.head = Block(), nn.LayerNorm(WIDTH), nn.Linear(WIDTH, 5)

    def forward(self, image):
        x = self.patches(image).flatten(2).transpose(1, 2)
        x = torch.cat([self.first.expand(len(x), -1, -1), x], dim=1)
        return self.head(self.norm(self.block(x)[:, 0]))


class Sum(nn.Module):
    """What makes rows, and what reads them, of one's choice."""

    def __init__(self, make=None, read=None, norm_class=nn.LayerNorm, width=WIDTH):
        super().__init__()
        self.linear, self.norm, self.out = nn.Linear(8, width), norm_class(width), nn.Linear(width, 3)
        self.make, self.read = make or (lambda own, x: own.linear(x)), read

    def forward(self, x):
        x = self.make(self, x)
        y = self.out(self.norm(x))
        return y if self.read is None else (y, self.read(self, x))


TOKENS = torch.tensor([[1, 4, 2, 9, 0, 3], [5, 5, 10, 2, 7, 8]])
ROWS = torch.randn(5, 8, generator=torch.Generator().manual_seed(3))


class Fold(unittest.TestCase):
    def check(self, model, *inputs, bound=2e-6, **options):
        """Folds, and compares with what the module was in float64."""
        wide = [x.double() if x.is_floating_point() else x for x in inputs]
        expected = copy.deepcopy(model).double()(*wide)
        report = norm.torch.fold(model, *inputs, **options)
        with torch.no_grad():
            y = model(*inputs)
        self.assertLess(((y - expected).abs().max() / expected.abs().max()).item(), bound)
        return report

    def refused(self, model, *inputs, **options):
        """The reason why the last norm stays, with all weights as they were."""
        before = {name: value.clone() for name, value in model.state_dict().items()}
        report = norm.torch.fold(model, *inputs, parameters=False, **options)
        self.assertEqual(report.folded, 0)
        self.assertEqual(before.keys(), model.state_dict().keys())
        for name, value in model.state_dict().items():
            self.assertTrue(torch.equal(value, before[name]), name)
        return report.norms[-1].reason

    # What goes ----------------------------------------------------------------

    def test_decoder(self):
        torch.manual_seed(0)
        model = structure(Decoder())
        report = self.check(model, TOKENS)
        self.assertEqual((report.folded, len(report.norms)), (5, 5))
        self.assertTrue(all(n.plain and not n.reason for n in report.norms))
        self.assertFalse([m for m in model.modules() if isinstance(m, nn.LayerNorm)])
        self.assertEqual(report.weights["table.weight"], "centred along 1")
        self.assertEqual(report.weights["blocks.0.qkv.weight"], "scaled along 1")
        self.assertEqual(report.weights["blocks.0.up.bias"], "added")
        self.assertLess(report.residue, 1e-7)
        self.assertIn("5 of 5 layernorms are rmsnorms, 5 without scale and bias", str(report))
        # Nothing is left to do.
        again = self.check(model, TOKENS)
        self.assertEqual((len(again.norms), again.weights), (0, {}))

    def test_float64(self):
        model = structure(Decoder()).double()
        self.assertEqual(self.check(model, TOKENS, bound=1e-13).folded, 5)

    def test_patches(self):
        image = torch.randn(2, 3, 4, 6, generator=torch.Generator().manual_seed(4))
        report = self.check(structure(Patches()), image)
        self.assertEqual(report.folded, 3)
        self.assertEqual(report.weights["patches.weight"], "centred along 0")
        self.assertEqual(report.weights["first"], "centred along 2")

    def test_parameters_stay(self):
        model = structure(Decoder())
        report = self.check(model, TOKENS, parameters=False)
        self.assertEqual((report.folded, [n.plain for n in report.norms]), (5, [False] * 5))
        self.assertIsNotNone(model.norm.weight)
        self.assertIsNotNone(model.norm.bias)

    def test_untied(self):
        model = structure(Decoder(tied=True))
        self.assertEqual(self.check(model, TOKENS, untie=True).folded, 5)
        self.assertIsNot(model.head.weight, model.table.weight)

    def test_results(self):
        def read(own, x):
            return x

        reason = self.refused(structure(Sum(read=read)), ROWS)
        self.assertEqual(reason, "a reader of the sum is no layernorm: the model's result")
        model = structure(Sum(read=read))
        x = copy.deepcopy(model)(ROWS)[1]
        report = norm.torch.fold(model, ROWS, results="centred")
        self.assertEqual(report.folded, 1)
        torch.testing.assert_close(model(ROWS)[1], x - x.mean(-1, keepdim=True), rtol=1e-4, atol=1e-4)

    def test_row_factors(self):
        """A number for each row, as a mask has, goes along."""
        model = structure(Sum(lambda own, x: own.linear(x) * (x[:, :1] > 0) / 3.0))
        self.assertEqual(self.check(model, ROWS).folded, 1)

    # What stays ---------------------------------------------------------------

    def test_tied(self):
        reason = self.refused(structure(Decoder(tied=True)), TOKENS)
        self.assertEqual(reason, "'table.weight' is read by 'linear' in 'head', too (tied weights)")

    def test_idle_tied(self):
        model = structure(Sum())
        model.idle = nn.Linear(8, WIDTH)
        model.idle.weight = model.linear.weight
        reason = self.refused(model, ROWS)
        self.assertEqual(reason, "'linear.weight' is 'idle.weight', too, which does not run here (tied weights)")

    def test_shared_module(self):
        class Twice(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b, self.norm = nn.Linear(8, WIDTH), nn.Linear(8, WIDTH), nn.LayerNorm(WIDTH)

            def forward(self, x):
                return self.norm(self.a(x)) + self.norm(self.b(x).tanh())

        report = norm.torch.fold(structure(Twice()), ROWS)
        self.assertEqual(report.folded, 0)
        self.assertEqual(report.norms[0].reason, "'norm' normalizes another sum, too (shared module)")

    def test_reasons(self):
        for make, read, wanted in (
            (lambda own, x: own.linear(x).tanh(), None, "a term is no product with weights: 'tanh'"),
            (lambda own, x: own.linear(x) + 1.0, None, "a term is the same along the row: 'add'"),
            (lambda own, x: own.linear(x) + x[:, :1], None, "a term is the same along the row: 'add'"),
            (lambda own, x: own.linear(x) * own.norm.weight, None, "a term is no product with weights: 'mul'"),
            (lambda own, x: 1.0 / own.linear(x), None, "a term is no product with weights"),
            (lambda own, x: own.linear(x).repeat(1, 2)[:, :WIDTH], None, "a term is no product with weights: 'slice'"),
            (None, lambda own, x: x.sum(-1), "a reader of the sum is no layernorm: 'sum'"),
            (None, lambda own, x: own.out(x), "a reader of the sum is no layernorm: 'linear' in 'out'"),
            (None, lambda own, x: F.rms_norm(x, [WIDTH]), "a reader of the sum is no layernorm: 'rms_norm'"),
            (None, lambda own, x: x.add_(1.0), "a reader of the sum is no layernorm: 'add_'"),
        ):
            with self.subTest(wanted=wanted):
                self.assertIn(wanted, self.refused(structure(Sum(make, read)), ROWS))

    def test_inputs(self):
        model = structure(Sum(lambda own, x: own.linear(x) + x.repeat(1, 3)))
        self.assertIn("'repeat'", self.refused(model, ROWS))

        class Norm(nn.Module):
            def __init__(self):
                super().__init__()
                self.norm = nn.LayerNorm(8)

            def forward(self, x):
                return self.norm(x)

        self.assertEqual(self.refused(structure(Norm()), ROWS), "the sum takes in the input 'x'")

    def test_memory(self):
        """Buffers that state dicts do not have, and parameters in one piece of memory."""
        for persistent, wanted in ((False, "the sum takes in 'places', which state dicts do not have"), (True, "")):
            model = Sum(lambda own, x: own.linear(x) + own.places)
            model.register_buffer("places", torch.ones(WIDTH) + torch.arange(WIDTH), persistent=persistent)
            structure(model)
            if wanted:
                self.assertEqual(self.refused(model, ROWS), wanted)
            else:
                self.assertEqual(self.check(model, ROWS).weights["places"], "centred along 0")
        model = structure(Sum())
        flat = torch.randn(9 * WIDTH)
        model.linear.weight = nn.Parameter(flat[: 8 * WIDTH].view(WIDTH, 8))
        model.linear.bias = nn.Parameter(flat[8 * WIDTH :])
        self.assertEqual(self.refused(model, ROWS), "'linear.weight' and 'linear.bias' lie in one piece of memory")

    def test_call(self):
        class Call(nn.LayerNorm):
            def forward(self, x):
                return F.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)

        self.assertEqual(self.refused(structure(Sum(norm_class=Call)), ROWS), "the layernorm is a call and no module")

    def test_narrow(self):
        model = structure(Sum()).bfloat16()
        self.assertIn("narrower than float32", self.refused(model, ROWS.bfloat16()))

    def test_no_bias_to_join(self):
        class Projection(nn.Module):
            def __init__(self):
                super().__init__()
                self.linear, self.norm = nn.Linear(8, WIDTH), nn.LayerNorm(WIDTH)
                self.w = nn.Parameter(torch.zeros(WIDTH, 3))

            def forward(self, x):
                return self.norm(self.linear(x)) @ self.w

        report = self.check(structure(Projection()), ROWS)
        self.assertEqual((report.folded, report.norms[0].plain), (1, False))
        wanted = "a product that reads the norm has no bias, which that of the norm could join"
        self.assertEqual(report.norms[0].reason, wanted)

    def test_errors(self):
        model = structure(Sum())
        with self.assertRaisesRegex(norm.ArgumentError, "expected results to be 'exact' or 'centred', got 'some'"):
            norm.torch.fold(model, ROWS, results="some")
        with self.assertRaisesRegex(norm.ArgumentError, "expected a module in evaluation"):
            norm.torch.fold(model.train(), ROWS)
        model.eval()
        with self.assertRaisesRegex(norm.ArgumentError, "expected weights, got 'linear.weight' on the device meta"):
            norm.torch.fold(copy.deepcopy(model).to("meta"), ROWS)

        class Branch(nn.Module):
            def forward(self, x):
                return x + 1 if x.sum() > 0 else x

        with self.assertRaisesRegex(norm.UnsupportedError, "expected a module that torch.export takes"):
            norm.torch.fold(Branch().eval(), ROWS)
        # PyTorch's fast path reads the scales of its norms.
        layer = nn.TransformerEncoderLayer(24, 4, 48, batch_first=True, norm_first=True)
        encoder = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False).eval()
        weights = {name: value.clone() for name, value in encoder.state_dict().items()}
        with self.assertRaisesRegex(norm.UnsupportedError, "without scale and bias of its norms, got AttributeError"):
            norm.torch.fold(encoder, torch.randn(2, 5, 24))
        for name, value in encoder.state_dict().items():
            self.assertTrue(torch.equal(value, weights[name]), name)

        # All is as it was where outputs differ by more than they may.
        before = {name: value.clone() for name, value in model.state_dict().items()}
        with self.assertRaisesRegex(norm.UnsupportedError, "the module is as it was"):
            norm.torch.fold(model, ROWS, tolerance=0.0)
        self.assertIsInstance(model.norm, nn.LayerNorm)
        for name, value in model.state_dict().items():
            self.assertTrue(torch.equal(value, before[name]), name)

        tied = structure(Decoder(tied=True))
        with self.assertRaisesRegex(norm.UnsupportedError, "the module is as it was"):
            norm.torch.fold(tied, TOKENS, untie=True, tolerance=0.0)
        self.assertIs(tied.head.weight, tied.table.weight)

    def test_saved(self):
        """A state dict of a folded module is one of a module that is folded anew."""
        model, other = structure(Decoder()), structure(Decoder())
        norm.torch.fold(model, TOKENS)
        for p in other.parameters():
            p.data.mul_(0.5)
        norm.torch.fold(other, TOKENS)
        other.load_state_dict(model.state_dict())
        self.assertTrue(torch.equal(other(TOKENS), model(TOKENS)))


@unittest.skipUnless(importlib.util.find_spec("transformers"), "transformers is not there")
class Transformers(unittest.TestCase):
    """Models of transformers with random weights: layernorms, folded, plain."""

    TEXT = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
            "vocab_size": 64, "max_position_embeddings": 64, "pad_token_id": 0}  # fmt: skip
    IMAGE = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
             "image_size": 16, "patch_size": 8}  # fmt: skip
    GPT = {"n_embd": 32, "n_layer": 2, "n_head": 4, "vocab_size": 64, "n_positions": 64}

    def check(self, name, settings, counts, config=None, **options):
        os.environ["HF_HUB_OFFLINE"] = "1"
        logging.disable(logging.WARNING)
        import transformers

        made = getattr(transformers, (config or name) + "Config")(**settings)
        made.use_cache = False
        torch.manual_seed(0)
        model = getattr(transformers, name if config else name + "Model")(made)
        structure(model)
        x = torch.randint(1, 60, (2, 8)) if settings is not self.IMAGE else torch.randn(2, 3, 16, 16)
        expected = copy.deepcopy(model).double()(x.double() if x.is_floating_point() else x)[0]
        report = norm.torch.fold(model, x, **options)
        found = (len(report.norms), report.folded, sum(n.plain for n in report.norms))
        self.assertEqual(found, counts, str(report))
        with torch.no_grad():
            difference = (model(x)[0] - expected).abs().max() / expected.abs().max()
        self.assertLess(difference.item(), 1e-5)

    def test_models(self):
        self.check("GPT2", self.GPT, (5, 5, 4))
        self.check("GPT2LMHeadModel", self.GPT, (5, 0, 4), "GPT2")
        self.check("GPT2LMHeadModel", self.GPT, (5, 5, 5), "GPT2", untie=True)
        self.check("GPTNeoX", self.TEXT, (5, 5, 4))
        self.check("GPTNeoXForCausalLM", self.TEXT, (5, 5, 5), "GPTNeoX")
        self.check("Bert", self.TEXT, (5, 1, 0))
        self.check("ViT", self.IMAGE, (5, 5, 4))
        self.check("Dinov2", self.IMAGE, (5, 0, 4))


if __name__ == "__main__":
    unittest.main()
