# Checks the JSON lines of norm-bench: check_cells.py FILE --cells=N [--peers]

import argparse
import json
import math

parser = argparse.ArgumentParser()
parser.add_argument("file")
parser.add_argument("--cells", type=int, required=True)
parser.add_argument("--peers", action="store_true")
arguments = parser.parse_args()

SIZES = {"f32": 4, "bf16": 2, "f16": 2, "f64": 8}
# Half a unit in the last place where it is largest, or what the ops promise.
ERRORS = {"f32": 5e-7, "bf16": 2 ** -8, "f16": 2 ** -11 + 5e-7, "f64": 1e-14}

with open(arguments.file) as file:
    cells = [json.loads(line) for line in file]
assert len(cells) == arguments.cells, len(cells)
for cell in cells:
    name = {key: cell[key] for key in ("op", "dtype", "rows", "cols")}
    matrices = 4 if cell["op"] == "add-rmsnorm" else 2
    element = SIZES[cell["dtype"]]
    backward = cell["op"].endswith("-backward")
    if backward:
        outputs = cell["outputs"]
        matrices = 1 + (outputs != ["dbias"]) + ("dx" in outputs)  # dy, x, dx
        sums = len(set(outputs) - {"dx"})
        vectors = element * ("dx" in outputs) + sums * max(4, element)
    else:
        vectors = element * (2 if cell["op"] == "layernorm" else 1)
    assert cell["bytes"] == cell["cols"] * (
        element * matrices * cell["rows"] + vectors), (name, cell["bytes"])
    assert 0 < cell["seconds"] <= cell["median_seconds"], name
    assert math.isclose(cell["gb_per_s"],
                        1e-9 * cell["bytes"] / cell["seconds"]), name
    copies = {copy["name"]: copy["gb_per_s"] for copy in cell["copies"]}
    assert ("loop" if backward else "memcpy") in copies, name
    assert cell["copy_gb_per_s"] == max(copies.values()), name
    assert cell["copy_gb_per_s"] == copies[cell["copy"]], name
    # dbias of a few rows of f64 has no error.
    assert (backward or 0 < cell["max_error"]) and cell["max_error"] <= ERRORS[cell["dtype"]] * 1.01, (name, cell)
    assert (backward or 0 < cell["max_error_to_bound"]) and cell["max_error_to_bound"] <= 1, (name, cell)
    assert ("k" in cell) == cell["op"].startswith("prmsnorm"), name
    assert cell["schema"] == 1 and cell["rounds"] > 0, name

    peers = {peer["name"]: peer for peer in cell["peers"]}
    if not arguments.peers:
        assert not peers, name
        continue
    assert "c" in peers or any("no plain C loop" in note
                               for note in cell["notes"]), name
    assert backward or {"intrinsics", "intrinsics-nt"} <= peers.keys() or any(
        "no intrinsics" in note for note in cell["notes"]), name
    for peer in peers.values():
        assert 0 < peer["seconds"] <= peer["median_seconds"], (name, peer)
        assert peer["max_error"] <= 20 * ERRORS[cell["dtype"]], (name, peer)
