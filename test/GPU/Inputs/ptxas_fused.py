# Compiles norms with their neighbours, in all forms, for one chip after the other
# and has ptxas assemble them:
#
#   ptxas_fused.py NORM_COMPILE FORMS
#
# FORMS is the folder of fused_forms.py. No kernel may spill registers, call a
# function or use memory of its own, at any length.

import json
import pathlib
import subprocess
import sys
import tempfile

NORM_COMPILE, FORMS = sys.argv[1:]
sys.path.insert(0, FORMS)

from fused_forms import MATRIX_FORMS, one_plus_scale, slices
from programs import Function

LENGTHS = [37, 1024, 4096, 5120, 8192, 16384, 20480, 32768]
CHIPS = ["sm_70", "sm_75", "sm_80", "sm_90", "sm_100", "sm_120"]
failures = kernels = 0


def fail(message):
    global failures
    failures += 1
    print(message)


def get_text(form, n, x, y):
    f = Function(f"{form.__name__}_{x}_{y}_{n}", (4, n))
    form(f, x, y)
    return f.text().replace("func.func private", "func.func")


def check_image(image, folder):
    global kernels
    chip = image["chip"]
    ptx = (folder / image["ptx"]["file"]).read_text()
    for word in [".extern .func", ".local"]:
        if word in ptx:
            fail(f"{chip}: {word} in PTX")
    # CUDA 13 does not take sm_70.
    if not image["cubin"] and chip != "sm_70":
        fail(f"{chip}: no cubin")
    for name, launches in image["launches"].items():
        for launch in launches:
            kernels += 1
            usage = launch.get("ptxas") or {}
            for key in ["stack_bytes", "spill_store_bytes", "spill_load_bytes"]:
                if usage.get(key):
                    fail(f"{chip} {name}: {key} is {usage[key]}, {launch['strategy']}")


for x, y in [("f32", "f32"), ("bf16", "bf16"), ("f16", "f32")]:
    # slices copies, and 1 + g in 16 bits is a loop of its own: bundles have neither.
    forms = [form for form in MATRIX_FORMS
             if form is not slices and (form is not one_plus_scale or x == "f32")]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "forms.mlir").write_text(
            "".join(get_text(form, n, x, y) for form in forms for n in LENGTHS))
        subprocess.run([NORM_COMPILE, folder / "forms.mlir", "-o", folder / "bundle",
                        f"--target={','.join(CHIPS)}"], check=True,
                       stderr=subprocess.DEVNULL)
        manifest = json.loads((folder / "bundle" / "manifest.json").read_text())
        for each in manifest["images"]:
            check_image(each, folder / "bundle")
print(f"{kernels} kernels")
sys.exit(1 if failures else 0)
