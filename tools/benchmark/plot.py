# Draws what norm-bench measured: GB/s over the row length, beside the copy of
# the same bytes and the peers, one panel for each operation, type and number of
# threads.
#
#   norm-bench --op=rmsnorm --dtype=f32,bf16 --grid=lengths --peers --json > r.jsonl
#   plot.py r.jsonl -o figure.svg
#
# Several files are one set of results; of cells that occur more than once the
# last counts. Of cells with the same row length and different rows, that with
# the most rows is drawn. The title names the machine if all results do.

import argparse
import json
import sys

# A colour for each way that does not depend on which of them are present,
# distinct to all eyes (Okabe and Ito).
WAYS = {"norm": ("norm", "#0072B2", "o-"),
        "copy": ("copy of the same bytes", "#000000", "--"),
        "intrinsics": ("intrinsics", "#D55E00", "s-"),
        "intrinsics-nt": ("intrinsics, non-temporal", "#E69F00", "^-"),
        "c": ("plain C", "#009E73", "v-"),
        "onednn": ("oneDNN", "#CC79A7", "d-")}
KEYS = ("op", "dtype", "threads", "cold", "cols", "rows", "gb_per_s",
        "copy_gb_per_s", "peers")


def read(paths):
    """The cells of the files, by panel and row length."""
    panels, machines = {}, set()
    for path in paths:
        with (sys.stdin if path == "-" else open(path)) as file:
            for number, line in enumerate(file, 1):
                try:
                    cell = json.loads(line)
                    missing = [key for key in KEYS if key not in cell]
                except ValueError as error:
                    sys.exit(f"plot.py: {path}:{number}: expected JSON, {error}")
                except TypeError:
                    missing = ["op"]
                if missing:
                    sys.exit(f"plot.py: {path}:{number}: expected a cell of "
                             f"norm-bench, got no '{missing[0]}'")
                panel = panels.setdefault(
                    (cell["op"], cell["threads"], cell["cold"], cell["dtype"]),
                    {})
                before = panel.get(cell["cols"])
                if not before or before["rows"] <= cell["rows"]:
                    panel[cell["cols"]] = cell
                machines.add(cell.get("cpu"))
    if not panels:
        sys.exit("plot.py: expected at least one cell, got none")
    return panels, machines


def series(panel):
    """Row lengths and GB/s for each way that was measured."""
    result = {}
    for cols in sorted(panel):
        cell = panel[cols]
        speeds = {"norm": cell["gb_per_s"], "copy": cell["copy_gb_per_s"],
                  **{p["name"]: p["gb_per_s"] for p in cell["peers"]}}
        for name, speed in speeds.items():
            lengths, values = result.setdefault(name, ([], []))
            lengths.append(cols)
            values.append(speed)
    return result


def title(op, threads, cold, dtype):
    return (f"{op} {dtype}, {threads} thread{'s' if threads > 1 else ''}"
            f"{', cold' if cold else ''}")


def draw(panels, machines, out):
    import matplotlib
    matplotlib.use("svg" if out.endswith(".svg") else "agg")
    # The same results give the same file.
    matplotlib.rcParams.update({"svg.hashsalt": "norm", "svg.fonttype": "none",
                                "font.size": 9})
    import matplotlib.pyplot as plt

    columns = len({key[3] for key in panels})
    rows = -(-len(panels) // columns)
    width, height = 4.2 * max(columns, 2), 2.9 * rows + 1
    figure, axes = plt.subplots(rows, columns, squeeze=False,
                                figsize=(width, height))
    handles = {}
    order = {name: i for i, name in enumerate(("f32", "bf16", "f16", "f64"))}
    keys = sorted(panels, key=lambda key: (key[:3], order.get(key[3], 9)))
    for axis, key in zip(axes.flat, keys):
        for name, (lengths, values) in series(panels[key]).items():
            label, colour, style = WAYS.get(name, (name, "#999999", "x-"))
            handles[label], = axis.plot(
                lengths, values, style, color=colour, markersize=4,
                linewidth=2 if name == "norm" else 1.2,
                zorder=3 if name == "norm" else 2)
        axis.set_title(title(*key))
        axis.set_xscale("log", base=2)
        axis.set_ylim(bottom=0)
        axis.grid(alpha=0.3)
        axis.set_ylabel("GB/s")
        axis.set_xlabel("row length")
    for axis in axes.flat[len(keys):]:
        axis.remove()
    figure.legend(handles.values(), handles.keys(), ncol=3, frameon=False,
                  loc="lower center")
    if len(machines) == 1 and None not in machines:
        figure.suptitle("Bytes read and written once, per second "
                        f"({machines.pop()})")
    # Half an inch for the legend, and for the title.
    figure.tight_layout(rect=(0, 0.5 / height, 1, 1 - 0.1 / height))
    figure.savefig(out, metadata={"Date": None} if out.endswith(".svg") else None)


def main():
    parser = argparse.ArgumentParser(
        description="Draw norm-bench's JSON lines: GB/s over row length.")
    parser.add_argument("results", nargs="+", help="files of JSON lines, - for standard input")
    parser.add_argument("-o", "--output", required=True, help="figure to write: .svg, .png or .pdf")
    arguments = parser.parse_args()
    try:
        draw(*read(arguments.results), arguments.output)
    except ImportError:
        sys.exit("plot.py: needs matplotlib (Debian: python3-matplotlib)")
    except OSError as error:
        sys.exit(f"plot.py: {error}")


if __name__ == "__main__":
    main()
