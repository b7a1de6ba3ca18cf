# Reads bundles: the manifest, and what a kernel of it loads and stores.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import json
import pathlib

import ptx

ELEMENT_BYTES = {"f64": 8, "f32": 4, "f16": 2, "bf16": 2, "i8": 1, "i32": 4}
OPERATORS = {
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b, "div": lambda a, b: a // b if b else 0,
    "ceildiv": lambda a, b: -(-a // b) if b else 0,
    "rem": lambda a, b: a % b if b else 0, "min": min, "max": max,
}


def evaluate(expression, extents):
    """The value of an expression of a manifest."""
    if isinstance(expression, int):
        return expression
    if isinstance(expression, str):
        return extents[expression]
    operator, a, b = expression
    return OPERATORS[operator](evaluate(a, extents), evaluate(b, extents))


class Launch:
    """A kernel of a bundle, with the numbers of its launch."""

    def __init__(self, text, kernel, entry, extents, workspaces):
        self.text, self.kernel, self.entry = text, kernel, entry
        self.extents, self.workspaces = extents, workspaces
        size = lambda key: [evaluate(e, extents) for e in text[key]]
        self.grid, self.block, self.cluster = map(size, ["grid", "block",
                                                         "cluster"])

    def run(self, block=0):
        """Evaluates the PTX of one block."""
        values = [("pointer", p["pointer"]) if "pointer" in p else
                  ("pointer", self.workspace_number(p["workspace"])) if "workspace" in p else
                  0 if "scalar" in p else evaluate(p["value"], self.extents)
                  for p in self.text["parameters"]]
        return ptx.run_block(self.kernel, values, self.block[0], block,
                             self.grid[0])

    def workspace_number(self, number):
        """What accesses to a workspace have in place of the number of an argument."""
        return len(self.entry["arguments"]) + number

    def argument_bytes(self, number):
        """Bytes of an argument."""
        argument = self.entry["arguments"][number]
        size = ELEMENT_BYTES[argument["type"]]
        for extent in argument.get("shape", []):
            size *= evaluate(extent, self.extents)
        return size


def load(folder, chip, extents):
    """The launches of each entry of a bundle for `chip`. `extents` are values of
    the entries' extents, in order; those left over are 1."""
    folder = pathlib.Path(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    image = next(i for i in manifest["images"] if i["chip"] == chip)
    kernels = ptx.parse((folder / image["ptx"]["file"]).read_text())
    result = {}
    for entry in manifest["entries"]:
        values = list(extents) + [1] * len(entry["extents"])
        named = dict(zip(entry["extents"], values))
        result[entry["name"]] = [
            Launch(text, kernels[text["kernel"]], entry, named,
                   image.get("workspaces", {}).get(entry["name"], []))
            for text in image["launches"][entry["name"]]]
    return result
