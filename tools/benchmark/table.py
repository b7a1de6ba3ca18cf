# The results of norm-bench as a table in Markdown, with geometric means over the
# cells of 1 MB and more:
#
#   norm-bench --grid=issue --op=rmsnorm --dtype=f32 --peers --json > r.jsonl
#   table.py r.jsonl
#
# Figures are GB/s of the fastest call; `by hand` is the faster of the two
# intrinsics peers, `best` that of plain C and oneDNN. Cells that are behind the
# best are listed, and those that are behind the hand by more than the noise.

import json
import math
import sys

MEGABYTE = 1e6
# What one run differs from the next by.
NOISE = 0.03


def read(paths):
    for path in paths:
        with open(path, encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)


def fastest(cell, *names):
    speeds = [peer["gb_per_s"] for peer in cell["peers"]
              if peer["name"] in names and peer.get("gb_per_s")]
    return max(speeds, default=None)


def mean(ratios):
    if not ratios:
        return "-"
    return f"{math.exp(sum(map(math.log, ratios)) / len(ratios)):.2f}"


def main():
    if len(sys.argv) < 2:
        sys.exit("usage: table.py RESULTS.jsonl ...")
    means, behind, by_hand, lines = {}, [], [], []
    for cell in read(sys.argv[1:]):
        norm, copy = cell["gb_per_s"], cell["copy_gb_per_s"]
        plain, onednn = fastest(cell, "c"), fastest(cell, "onednn")
        hand = fastest(cell, "intrinsics", "intrinsics-nt")
        best = max(filter(None, (plain, onednn)), default=None)
        name = (f"| {cell['op']} | {cell['dtype']} | "
                f"{cell['rows']}x{cell['cols']} |")
        figures = [f"{f:.1f}" if f else "-"
                   for f in (norm, copy, plain, onednn, hand)]
        figures.insert(2, f"{norm / copy:.2f}")
        figures.append(f"{norm / hand:.2f}" if hand else "-")
        lines.append(f"{name} {' | '.join(figures)} |")
        if best and norm < best:
            behind.append(f"{cell['op']} {cell['dtype']} "
                          f"{cell['rows']}x{cell['cols']} ({norm / best:.2f})")
        if hand and norm < (1 - NOISE) * hand:
            by_hand.append(f"{cell['op']} {cell['dtype']} "
                           f"{cell['rows']}x{cell['cols']} ({norm / hand:.2f})")
        if cell["bytes"] >= MEGABYTE:
            for dtype in (cell["dtype"], "all"):
                ratios = means.setdefault(dtype, ([], [], []))
                for ratio, other in zip(ratios, (best, hand, copy)):
                    if other:
                        ratio.append(norm / other)
    print("| type | to the best of plain C and oneDNN | to the intrinsics | "
          "to the copy |\n|---|---|---|---|")
    for dtype in sorted(means, key="all".__eq__):
        ratios = means[dtype]
        print(f"| {dtype} | {' | '.join(map(mean, ratios))} |")
    print("\n| op | type | rows x length | norm | copy | norm/copy | plain C | "
          "oneDNN | by hand | norm/by hand |\n|" + "---|" * 10)
    print("\n".join(lines))
    print(f"\n{len(lines)} cells, behind the best: {', '.join(behind) or 'none'}; "
          f"behind the hand: {', '.join(by_hand) or 'none'}")


if __name__ == "__main__":
    main()
