# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whole models through norm-fold and norm-sink, against PyTorch in float64:

    whole.py NORM_OPT NORM_RUN NORM_CHECK
"""

import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import torch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Python"))

import transformers_models as models  # noqa: E402

import norm.frontends.torch as frontend  # noqa: E402

NORM_OPT, NORM_RUN, NORM_CHECK = sys.argv[1:]


def call(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def numbers(text, key):
    return [int(n) for n in re.search(rf"norm.{key} = array<i64: (.*?)>", text).group(1).split(", ")]


class Program:
    """A program of a model, and arrays for its arguments."""

    def __init__(self, name, folder):
        self.folder, self.name = folder, name
        self.model, inputs = models.make(name, models.MODELS[name], torch.float32)
        pathlib.Path(f"{folder}/model.mlir").write_text(frontend.to_mlir(self.model, *inputs))
        state = [*self.model.parameters(), *self.model.buffers()]
        self.weights = len(state)
        self.arrays = [t.detach().numpy() for t in (*state, *inputs)]
        wide = [x.double() if x.is_floating_point() else x for x in inputs]
        with torch.no_grad():
            self.expected = self.model.double()(*wide).numpy()

    def opt(self, result, *passes):
        call(NORM_OPT, f"{self.folder}/model.mlir", "--norm-raise", "--canonicalize", *passes, "-o", f"{self.folder}/{result}")
        return pathlib.Path(f"{self.folder}/{result}").read_text()

    def run(self, program, entry, arrays, count):
        for i, array in enumerate(arrays):
            np.save(f"{self.folder}/in{i}.npy", array)
        call(NORM_RUN, f"{self.folder}/{program}", f"--entry={entry}", "--threads=1",
             *(f"--input={self.folder}/in{i}.npy" for i in range(len(arrays))),
             *(f"--output={self.folder}/out{i}.npy" for i in range(count)))  # fmt: skip
        return [np.load(f"{self.folder}/out{i}.npy") for i in range(count)]

    def check(self, program, arrays):
        """The result of @main is within rounding of float64."""
        y = self.run(program, "main", arrays, 1)[0]
        error = np.abs(y - self.expected).max() / np.abs(self.expected).max()
        if not error < 1e-5:
            sys.exit(f"{self.name}: {program} is {error:.1e} away from float64")


def fold(program):
    text = program.opt("folded.mlir", f"--norm-fold=weights={program.weights} certify={program.folder}/proofs")
    proved = re.search(r"(\d+) proved, 0 open, 0 refuted", call(NORM_CHECK, f"{program.folder}/proofs")).group(1)
    before = program.opt("raised.mlir").count(" norm.layernorm ")
    takes, gives = numbers(text, "takes"), numbers(text, "gives")
    made = program.run("folded.mlir", "fold_weights", [program.arrays[n] for n in takes], len(gives))
    arrays = list(program.arrays)
    for n, array in zip(gives, made):
        arrays[n] = array
    program.check("folded.mlir", arrays)
    print(f"{program.name}: {before - text.count(' norm.layernorm ')} of {before} folded, {proved} certificates", flush=True)


def sink(program):
    text = program.opt("sunk.mlir", "--norm-sink=weights=any")
    program.check("sunk.mlir", program.arrays)
    norms = program.opt("raised.mlir").count(" norm.rmsnorm ")
    print(f"{program.name}: {norms} norms, {text.count(' rstd(')} sunk", flush=True)


for steps, names in ((fold, ("GPT2", "GPTNeoX", "Bert", "ViT")), (sink, ("Llama", "Qwen3", "Gemma"))):
    for model in names:
        with tempfile.TemporaryDirectory() as scratch:
            steps(Program(model, scratch))
