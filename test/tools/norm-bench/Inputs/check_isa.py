# Runs norm-bench with each set of instructions that this machine has and checks
# that every type it carries is right: check_isa.py NORM_BENCH

import json
import platform
import subprocess
import sys

bench = sys.argv[1]
# Half a unit in the last place, where there are few places.
ERRORS = {"f32": 2e-6, "bf16": 1.01 * 2 ** -8, "f16": 1.01 * 2 ** -11}
measured = 0
for isa in ("sse2", "avx2", "avx512", "avx512bf16"):
    # Lengths around vectors and blocks, aligned and not; split columns.
    for shape in (["--rows=3", "--cols=7,129,1027", "--threads=1"],
                  ["--rows=1", "--cols=65537", "--threads=2"]):
        process = subprocess.run(
            [bench, "--op=rmsnorm,layernorm,add-rmsnorm",
             "--dtype=f32,bf16,f16", *shape, f"--isa={isa}", "--rounds=1",
             "--peers", "--json"], text=True, capture_output=True)
        if process.returncode != 0:
            assert f"this machine has no {isa}" in process.stderr or \
                "--isa expects" in process.stderr, process.stderr
            continue
        for line in process.stdout.splitlines():
            cell = json.loads(line)
            peers = {peer["name"] for peer in cell["peers"]}
            expected = {"intrinsics", "intrinsics-nt"}
            if isa == "sse2" and cell["dtype"] == "f16":
                expected = set()
            for peer in cell["peers"]:
                if peer["name"].startswith("intrinsics"):
                    assert peer["max_error"] <= ERRORS[cell["dtype"]], (isa, cell)
            assert peers & {"intrinsics", "intrinsics-nt"} == expected, (isa, cell)
            measured += 1
assert measured or platform.machine() != "x86_64"
