# Norms with their neighbours, compiled as one loop over rows, against an f64
# reference:
#
#   fused.py NORM_RUN TASK[,TASK...] [norm-run options]
#
# forms: every form in some types. kernels: the same without f64, whose functions
# have no GPU code, for norm-emulate. clusters: some for rows that several blocks of
# a GPU share; all_clusters: all of them. overlap: rows that are stored past the
# caches while the next ones are summed, aligned and not, with the bits of plain
# stores; overlap_all: every form in more types. batches: short rows, more than are
# computed at a time. types: in all pairs of types. short: some rows of
# up to 130 elements. lengths: all of them, in several forms and types. boundaries:
# rows about vectors, unrolled groups and blocks. wide: the same for all widths of
# registers and in more types. edges: no rows, no elements, one row of 2^22. bits:
# the same bits for one thread and two, for plain stores and those past the caches,
# for a row alone and in a batch. bits_of_all: the same of more forms.

import itertools
import sys

from fused_forms import (CUBE_FORMS, MATRIX_FORMS, amax_quantize, block,
                         eight_bit_floats, modulated, norm_of_norm, one_plus_scale,
                         partial, residual_kept, row_maximum, silu_gate, statistics,
                         transposed, two_norms)
from harness import run, worst
from programs import Function

NORM_RUN, TASKS, *OPTIONS = sys.argv[1:]
failures = checked = number = 0


def make(form, extents, x="f32", y="f32", dynamic=False, part_of=None):
    """A function of `form`; `part_of`, a function and a row, has its values."""
    global number
    number += 1
    f = Function(f"{form.__name__}_{number}", extents, dynamic, part_of=part_of)
    f.form, f.types = form, (x, y)
    f.label = f"{form.__name__} {extents} {x} {y}{' dynamic' if dynamic else ''}"
    form(f, x, y)
    return f


def fail(message):
    global failures
    failures += 1
    print(message)


def check(functions, *options):
    """Compares the results with the references, and returns them."""
    global checked
    found = run(NORM_RUN, functions, [*OPTIONS, *options])
    for f, arrays in zip(functions, found):
        for i, (value, array) in enumerate(zip(f.results, arrays)):
            checked += 1
            error = worst(value, array)
            if not error <= 1:
                fail(f"{f.label}: result {i} is {error:.3g} times the bound away")
    return found


def every_form(x, y, dynamic=False):
    return ([make(form, (3, 37), x, y, dynamic) for form in MATRIX_FORMS] +
            [make(form, (2, 3, 19), x, y, dynamic) for form in CUBE_FORMS])


def forms():
    for x, y in [("f32", "f32"), ("bf16", "bf16"), ("f16", "f32"), ("f64", "f64")]:
        check(every_form(x, y))
    check(every_form("f32", "bf16", dynamic=True), "--stores=streaming")


def kernels():
    for x, y in itertools.product(["f32", "bf16", "f16"], repeat=2):
        check(every_form(x, y))
    check(every_form("f32", "bf16", dynamic=True))


def clusters():
    check([make(form, (2, 20480), "bf16", "f32")
           for form in [amax_quantize, block, eight_bit_floats, row_maximum,
                        statistics, transposed]])


def all_clusters():
    check([make(form, (2, 20480), "f16", "bf16") for form in MATRIX_FORMS])
    check([make(form, (2, 65544), "f32", "bf16")
           for form in [block, eight_bit_floats, two_norms, norm_of_norm, partial]])


def types():
    for x, y in itertools.product(["f32", "bf16", "f16", "f64"], repeat=2):
        for dynamic, stores in itertools.product([False, True],
                                                 ["plain", "streaming"]):
            check(every_form(x, y, dynamic), f"--stores={stores}")


LENGTH_FORMS = [block, two_norms, norm_of_norm, partial]


def short():
    check([make(block, (2, n), dynamic=True)
           for n in [1, 2, 3, 5, 15, 16, 17, 31, 33, 63, 65, 127]])
    check([make(silu_gate, (2, n)) for n in
           [*range(1, 19), 31, 33, 47, 63, 65, 95, 97, 111, 113, 127, 129]],
          "--stores=streaming")


def lengths():
    for form in LENGTH_FORMS:
        for x, y in [("f32", "f32"), ("bf16", "bf16"), ("f64", "f32")]:
            check([make(form, (2, n), x, y) for n in range(1, 131)],
                  "--stores=streaming")
        check([make(form, (2, n), dynamic=True) for n in range(1, 131)],
              "--stores=plain")


def about(bits):
    """Lengths about a vector of f32, a group of four and of eight, a block."""
    lanes = bits // 32
    return [n + d for n in (lanes, 4 * lanes, 8 * lanes, 256 * lanes)
            for d in (-1, 0, 1)]


def boundaries():
    ns = sorted(set(about(512) + about(128)))
    check([make(block, (2, n)) for n in ns])
    check([make(two_norms, (2, n), dynamic=True) for n in ns])


def wide():
    ns = sorted({n for bits in (64, 128, 256, 512) for n in about(bits)} |
                {8191, 8192, 8193, 12289})
    for x, y in [("f32", "f32"), ("bf16", "bf16"), ("f16", "f32"), ("f64", "f64")]:
        for form in [block, two_norms, residual_kept]:
            check([make(form, (3, n), x, y) for n in ns])
            check([make(form, (3, n), x, y, True) for n in ns],
                  "--stores=streaming")


def edges():
    plain = [residual_kept, silu_gate, two_norms, norm_of_norm, one_plus_scale]
    for dynamic in [False, True]:
        check([make(form, extents, dynamic=dynamic) for form in plain
               for extents in [(0, 37), (3, 0), (0, 0), (1, 1)]])
    check([make(modulated, (2, 0, 19), dynamic=True)])
    check([make(residual_kept, (1, 1 << 22)),
           make(amax_quantize, (1, 1 << 22), "bf16", "f32", dynamic=True)])


def overlap_all():
    for x, y in [("f32", "f32"), ("bf16", "bf16"), ("f16", "f32"), ("f32", "bf16")]:
        for dynamic in [False, True]:
            overlap([make(form, extents, x, y, dynamic) for form in MATRIX_FORMS
                     for extents in [(1, 512), (5, 385), (4, 1024), (3, 4145)]])
    # Several tasks.
    check([make(form, (701, 401), dynamic=dynamic) for dynamic in [False, True]
           for form in [residual_kept, block, norm_of_norm, two_norms]],
          "--stores=streaming", "--threads=2")


def overlap(functions=None):
    functions = functions or [make(form, (5, 385)) for form in MATRIX_FORMS] + [
        make(form, (3, 4145), "bf16", "bf16", dynamic=dynamic)
        for form in [residual_kept, two_norms] for dynamic in [False, True]] + [
        make(block, (701, 401))]
    same("with rows that overlap", functions,
         check(functions, "--stores=plain", "--threads=1"),
         check(functions, "--stores=streaming", "--threads=2"))


def batches():
    for n, x, y in [(100, "bf16", "bf16"), (48, "f32", "f32")]:
        functions = [make(form, (37, n), x, y) for form in MATRIX_FORMS]
        same("with stores past the caches", functions,
             check(functions, "--stores=plain"), check(functions, "--stores=streaming"))


def same(what, functions, a, b):
    for f, left, right in zip(functions, a, b):
        for i, (p, q) in enumerate(zip(left, right)):
            if p.tobytes() != q.tobytes():
                fail(f"{f.label}: other bits in result {i} {what}")


def bits_of_all():
    bits([residual_kept, norm_of_norm, statistics, silu_gate, two_norms, partial])


def bits(kinds=(block,)):
    batches = [make(form, (7, n), x, y, dynamic=True) for form in kinds
               for n, x, y in [(5, "f32", "f32"), (515, "bf16", "f32"),
                               (70001, "f32", "bf16")]]
    batches += [make(form, (3, 16397)) for form in kinds]
    one = check(batches, "--threads=1", "--stores=plain")
    same("with stores past the caches", batches, one,
         check(batches, "--threads=1", "--stores=streaming"))
    same("with two threads", batches, one,
         check(batches, "--threads=2", "--stores=plain"))
    for row in (0, 4):
        dynamic = [f for f in batches if f.dynamic]
        alone = [make(f.form, (1, f.extents[1]), *f.types, dynamic=True,
                      part_of=(f, row)) for f in dynamic]
        in_batch = [[a[row:row + 1] for a in arrays]
                    for f, arrays in zip(batches, one) if f.dynamic]
        same(f"of row {row} alone", alone, in_batch,
             check(alone, "--threads=2", "--stores=streaming"))


for task in TASKS.split(","):
    {"forms": forms, "kernels": kernels, "clusters": clusters,
     "all_clusters": all_clusters, "types": types, "short": short, "lengths": lengths,
     "boundaries": boundaries, "overlap": overlap,
     "overlap_all": overlap_all, "batches": batches, "wide": wide, "edges": edges, "bits": bits,
     "bits_of_all": bits_of_all}[task]()
print(f"{checked - failures} of {checked} results")
sys.exit(1 if failures else 0)
