# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Draws what torch_models.py --time measured: milliseconds of a step of each
model by Inductor alone and with norm's kernels, one panel for each type.

    torch_models.py --train --time=11 > r.jsonl
    plot_models.py r.jsonl -o figure.svg

Several files are one set of results.
"""

import argparse
import json
import sys

# Colours as plot.py has them.
WAYS = (("Inductor", "#999999"), ("Inductor and norm", "#0072B2"))


def read(paths):
    """Lines with times, by panel."""
    panels = {}
    for path in paths:
        with open(path) as file:
            for number, line in enumerate(file, 1):
                try:
                    cell = json.loads(line)
                except ValueError as error:
                    sys.exit(f"plot_models.py: {path}:{number}: expected JSON, {error}")
                if "seconds" in cell:
                    key = ("training" if cell["train"] else "inference", cell["type"], cell["hidden"], cell["tokens"])
                    panels.setdefault(key, []).append(cell)
    if not panels:
        sys.exit("plot_models.py: expected at least one line with seconds, got none")
    return panels


def short(name):
    for ending in ("ForCausalLM", "LMHeadModel", "EncoderModel", "Model"):
        name = name.removesuffix(ending)
    return name


def draw(panels, out):
    import matplotlib

    matplotlib.use("svg" if out.endswith(".svg") else "agg")
    # The same results give the same file.
    matplotlib.rcParams.update({"svg.hashsalt": "norm", "svg.fonttype": "none", "font.size": 9})
    import matplotlib.pyplot as plt

    rows = len(panels)
    figure, axes = plt.subplots(rows, 1, squeeze=False, figsize=(8.4, 2.9 * rows + 0.6))
    for axis, (key, cells) in zip(axes.flat, sorted(panels.items(), reverse=True)):
        places = range(len(cells))
        for way, (label, colour) in enumerate(WAYS):
            times = [cell["seconds"][way] * 1e3 for cell in cells]
            axis.bar([p + 0.4 * (way - 0.5) for p in places], times, 0.38, color=colour, label=label, zorder=2)
        for place, cell in zip(places, cells):
            alone, other = cell["seconds"]
            axis.annotate(f"{alone / other:.2f}", (place, max(alone, other) * 1e3), ha="center", va="bottom", fontsize=8)
        axis.set_xticks(list(places), [short(cell["model"]) for cell in cells])
        axis.set_title("{}, {}, two layers of {}, {} tokens".format(*key))
        axis.set_ylabel("milliseconds a step")
        axis.margins(y=0.12)
        axis.grid(axis="y", alpha=0.3)
    axes.flat[0].legend(frameon=False, loc="upper left", ncol=2, bbox_to_anchor=(0, 1.22))
    figure.tight_layout()
    figure.savefig(out, metadata={"Date": None} if out.endswith(".svg") else None)


def main():
    parser = argparse.ArgumentParser(description="Draw torch_models.py's JSON lines: milliseconds of a step.")
    parser.add_argument("results", nargs="+", help="files of JSON lines")
    parser.add_argument("-o", "--output", required=True, help="figure to write: .svg, .png or .pdf")
    arguments = parser.parse_args()
    try:
        draw(read(arguments.results), arguments.output)
    except ImportError:
        sys.exit("plot_models.py: needs matplotlib (Debian: python3-matplotlib)")
    except OSError as error:
        sys.exit(f"plot_models.py: {error}")


if __name__ == "__main__":
    main()
