#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Differential fuzzing of norm-raise: random programs that are norms by
algebra, and near misses, are raised and run against what they were before.

A program is wrong if its results change, and missed if it is a norm and was not
raised to it. What is wrong is reduced and written to a file. The exit status is
1 if anything was wrong."""
import argparse
import collections
import hashlib
import json
import math
import os
import re
import subprocess
import sys
import time

import gradients
import groups
import loops
import identities
import tosa
from choices import Choices
from emit import write_function
from expression import in_f64
from recipes import NARROW, STILL_THERE, Recipe

# What may run before the raise.
GENERALIZE = "convert-elementwise-to-linalg,linalg-generalize-named-ops"
FUSE = f"{GENERALIZE},canonicalize,cse,linalg-fuse-elementwise-ops"
PIPELINES = [
    "",
    "canonicalize,cse",
    GENERALIZE,
    f"{FUSE},canonicalize,cse",
    f"{FUSE},linalg-fold-unit-extent-dims,canonicalize,cse",
    "linalg-fold-unit-extent-dims,linalg-fuse-elementwise-ops",
    "linalg-specialize-generic-ops,canonicalize,cse",
    f"cse,{FUSE}",
]
# Batches in turn, with each of the passes above: plain, in regions, TOSA, and by
# the strict precision.
MODES = ["plain", "plain", "regions", "plain", "tosa", "strict"]
REGIONS = ["once", "branch", "loop", "carried"]


def mode_of(batch):
    return MODES[batch % len(MODES)], PIPELINES[batch // len(MODES) % len(PIPELINES)]


# Of what may differ at the edges (Samples.h): where the program as written is
# off, the op may be right, and where x*g - m*g is NaN, (x - m)*g may be infinite.
ALLOWED = ("gained", "kind", "end")
# What is looked at again beside the program in f64.
DISPUTED = ("differs", "lost", "turned", "made")
# Largest difference relative to the largest value, by the narrowest type.
TOLERANCE = {"f64": 1e-9, "f32": 3e-5, "f16": 4e-3, "bf16": 3e-2}
ORDER = ["bf16", "f16", "f32", "f64"]


class Case:
    """One program of a run, or a simpler form of it."""

    # What programs are made from.
    maker = Recipe

    def __init__(self, seed, index, forced=None, dropped=(), form=None, mode="plain"):
        self.seed, self.index, self.mode = seed, index, mode
        self.forced, self.dropped, self.form = dict(forced or {}), frozenset(dropped), form
        choices = Choices(f"{seed}:{index}", forced)
        length = choices.random.choice([0, 1, 2, 3, 4, 6, 8, 12, 16])
        steps = [choices.random.random() for _ in range(length)]
        form_seed = choices.random.random()
        self.recipe = self.maker(choices)
        self.choices = choices
        results = self.recipe.results
        self.applied = []
        steps = [] if hasattr(self.recipe, "text") else steps
        for number, step in enumerate(steps):
            if number in self.dropped or self.recipe.trick and number > 2:
                continue
            # Of (x + 192) - 192 in 16 bits an identity leaves a row near 192.
            if not self.recipe.is_exact_in_f64 and self.recipe.compute in NARROW:
                continue
            results, name = identities.apply(results, step)
            if name:
                self.applied.append((number, name))
        self.name = f"case_{index}"
        self.results = results
        # Two rounds make anything of a rounding, or of what f16 has no room for; a
        # gradient of a gradient is that of rows near 0.
        coarse = self.recipe.trick or self.recipe.storage == "f16" or self.maker is not Recipe
        regions = [r for r in REGIONS if r != "carried" or not coarse]
        self.region = regions[index % len(regions)] if mode == "regions" else None
        self.text, self.forms = self.write(results, form_seed, form, in_tosa=mode == "tosa")

    def write(self, results, seed, form, **options):
        leaves, recipe = list(self.recipe.leaves.values()), self.recipe
        tolerance = self.tolerance()
        if hasattr(recipe, "text"):
            return recipe.text(self.name, tolerance), []
        return write_function(
            self.name, results, leaves, seed, form, recipe.scales, tolerance, region=self.region, **options
        )

    def exact(self):
        """The text of the program with all arithmetic in f64."""
        if hasattr(self.recipe, "text"):
            return self.recipe.text(self.name, self.tolerance(), "f64")
        return self.write(in_f64(self.results), 0, "generic")[0]

    @property
    def change(self):
        return self.recipe.change

    @property
    def key(self):
        """What the program is made of, without its sizes and names."""
        small = {n: v for n, v in self.choices.taken.items() if n not in ("n", "a", "b", "k")}
        return repr((sorted((n, v[0]) for n, v in small.items()), [n for _, n in self.applied]))

    def summary(self):
        parts = [f"{n} = {v}" for n, v in self.choices.unusual().items()]
        parts += [name for _, name in self.applied]
        return ", ".join(parts) + f" [{' '.join(self.forms)}]"

    def tolerance(self):
        recipe = self.recipe
        types = [recipe.storage, recipe.compute, recipe.scale_type]
        if recipe.trick == "rounding mode":
            types.append(recipe.rounded_to)
        return TOLERANCE[min(types, key=ORDER.index)]


def is_range_of_f64(case, edge):
    """Whether squares of f64 leave the range as written: nothing wider tells. Squares
    that become infinite leave 0 for the norm, a number, if the rows are scaled up."""
    kinds = ("lost", "turned", "differs") if case.recipe.factor > 1 else ("lost", "turned")
    return edge["what"] in kinds and edge["finite"] and case.recipe.compute == "f64"


def is_beside_zero(edge):
    """Whether numbers differ by little for rows whose squares are at the lower end
    of the range, where a number keeps few of its bits."""
    written, raised = float(edge["written"]), float(edge["raised"])
    small = "2^-" in edge["sample"] or "smallest" in edge["sample"]
    return edge["what"] == "differs" and small and abs(written - raised) < 1e-2 * abs(written)


def is_turned_infinity(edge):
    return edge["what"] == "turned" and "INF" in edge["written"] and "INF" in edge["raised"]


def is_sign_of_zero(case, edge):
    """Whether an infinite scale meets a value y + b that is 0 but for roundings."""
    return is_turned_infinity(edge) and case.change == "bias before the scale" and "infinity" in edge["sample"]


def is_row_of_one_value(case, edge):
    """Whether x + t is one value, the largest number t, in f64 as in f32: with an
    epsilon of 0 that is 0/0 there, and here what is left of a sum out of range."""
    return case.recipe.epsilon == 0 and edge["finite"] and edge["what"] == "lost" and "largest" in edge["sample"]


def is_beyond_squares(case):
    """Whether the trick itself, x + 2^24 times the rounding error of x^2, leaves
    numbers whose squares are out of the range of f32: 1e20 where x is some 1e10."""
    return case.recipe.factor > 1e9 and case.recipe.trick == "rounding error of a product"


def errors_of(case, found):
    """Of each result how far it is from the program's as written, or from that of
    the program in f64, where the program as written may be the one that is off."""
    errors = found.get("errors", [])
    if "exact" in found and case.recipe.is_exact_in_f64:
        return [min(pair) for pair in zip(errors, found["exact"])]
    return errors


def verdict(case, found):
    """wrong, missed, raised, refused, or partly and why."""
    errors, amplified = errors_of(case, found), case.recipe.amplified
    if amplified and found["arithmetic"] < amplified:
        return "wrong", f"'{case.recipe.trick}' is gone"
    said = case.mode != "strict" and any("range" in r for r in found.get("remarks", []))
    told = said and is_beyond_squares(case)
    if not amplified and not told and any(e > case.tolerance() for e in errors):
        return "wrong", f"results differ by {max(errors):.2g} of {case.tolerance():.2g}"
    if found.get("modes") and found["modes"][0] != found["modes"][1]:
        return "wrong", "an op that names how it rounds is gone"
    masked = any("mask is taken for a slice" in r for r in found.get("remarks", []))
    for edge in found.get("edges", []):
        # What a trick leaves of roundings has any value, and before an infinite factor any sign.
        if amplified and (edge["what"] == "differs" or is_turned_infinity(edge)):
            continue
        if told or said and edge["finite"]:  # a relaxed raise that says that it may lose range
            continue
        # x^2 * float(j < k) is the slice but for a NaN beyond k, of which a remark speaks.
        if edge["what"] == "lost" and masked and case.mode != "strict":
            continue
        if gradients.may_differ(case.recipe, edge):
            continue
        if is_beside_zero(edge) or is_sign_of_zero(case, edge) or is_row_of_one_value(case, edge):
            continue
        if edge["what"] not in ALLOWED and not is_range_of_f64(case, edge):
            return "wrong", "{what}: {written} becomes {raised} with {sample}".format(**edge)
    known = {gradients: gradients.GradientRecipe, groups: (groups.GroupRecipe, loops.LoopRecipe)}
    for module, recipe in known.items():
        if isinstance(case.recipe, recipe):
            return module.verdict(case, found)
    norms, expected = found["norms"], case.recipe.expected
    if case.change:
        same = len(norms) == 1 and not difference(norms[0], expected) and not found["reductions"]
        # A sum from 1 is a norm with another epsilon, not one that is missed.
        same = same and any(is_near(norms[0]["epsilon"], e) for e in expected["epsilons"])
        # Where types are too coarse for the numbers to tell.
        there = case.recipe.trick or case.change in STILL_THERE
        if same and not there and case.tolerance() > 1e-3:
            return "suspicious", f"raised as if '{case.change}' were not there"
        return ("became another" if norms else "refused"), ""
    if case.mode == "strict":  # casts may keep it from being a norm
        return ("raised" if norms else "kept by strict"), ""
    if not norms:
        return "missed", "; ".join(sorted(set(found["reasons"]))) or "no candidate"
    if len(norms) > 1 + case.recipe.twice:
        return "partly", f"{len(norms)} norms found"
    if case.recipe.twice and found["reductions"] == 0:
        reason = "; ".join(filter(None, (difference(n, expected) for n in norms)))
        return ("partly", f"of two: {reason}") if reason else ("raised", "")
    reason = difference(norms[0], expected)
    if reason:
        return "partly", reason
    if found["reductions"]:
        return "partly", f"{found['reductions']} reductions left"
    if norms[0]["scale"] < expected["scale"]:
        return "partly", "scale left outside"
    if norms[0]["bias"] < expected["bias"]:
        return "partly", "bias left outside"
    return "raised", ""


def sort_of(reason):
    """A reason without its numbers."""
    return re.sub(r"[-+]?[0-9][-+.0-9e^]*|nan|INF|0x\w+", "", reason.splitlines()[0])


def difference(norm, expected):
    """How the op differs from the one that was meant."""
    if norm["op"] != expected["op"]:
        return f"{norm['op']} instead of {expected['op']}"
    if norm["outside"] != expected["outside"] and expected["epsilons"] != [0.0]:
        return "epsilon on the other side of the root"
    if expected["k"] and norm["k"] != expected["k"]:
        return f"k {norm['k']} instead of {expected['k']}"
    if not any(is_epsilon(norm["epsilon"], e, expected) for e in expected["epsilons"]):
        return "another epsilon"
    return ""


def is_epsilon(actual, wanted, expected):
    """Whether the op has the epsilon that was meant. Where x is scaled, the op may
    take any multiple c x, and c^2 epsilon: a relaxed raise takes powers of two that
    keep the range. That the numbers fit is seen when both run."""
    if expected["scaled"] and actual > 0 and wanted > 0:
        steps = math.log2(actual / wanted) / (1 if expected["outside"] else 2)
        wanted *= 2.0 ** (round(steps) * (1 if expected["outside"] else 2))
    return is_near(actual, wanted)


def is_near(actual, wanted):
    return abs(actual - wanted) <= 1e-2 * wanted


class Fuzzer:
    def __init__(self, options):
        self.options = options
        self.count = collections.Counter()
        self.programs, self.recipes = set(), set()
        self.findings, self.misses = [], collections.defaultdict(list)
        self.rules, self.sorts = collections.Counter(), collections.Counter()

    def check(self, cases, pipeline):
        """What norm-fuzz-check says of each case by name, or its error; where
        results differ, beside those of f64."""
        found, error = self.run_check(cases, pipeline)
        if found is None:
            return found, error
        disputed = [
            case
            for case in cases
            if any(e["what"] in DISPUTED for e in found[case.name].get("edges", []))
            or any(e > case.tolerance() for e in found[case.name].get("errors", []))
        ]
        if disputed:
            again, error = self.run_check(disputed, pipeline, exact=True)
            if again is None:
                return again, error
            found.update(again)
        return found, ""

    def run_check(self, cases, pipeline, exact=False):
        path = os.path.join(self.options.output, f"module-{os.getpid()}.mlir")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(case.text for case in cases) + "\n")
        command = [self.options.check, path, f"--seed={self.options.seed}"]
        if self.options.calm:
            command.append("--ordinary")
        # Every fourth batch is raised again, and what needs a closer look.
        if exact or len(cases) < self.options.batch or cases[0].index // len(cases) % 4 == 0:
            command.append("--again")
        if exact:
            wide = path.replace(".mlir", "-f64.mlir")
            with open(wide, "w", encoding="utf-8") as file:
                file.write("\n".join(case.exact() for case in cases) + "\n")
            command.append(f"--exact={wide}")
        if cases[0].mode == "strict":
            command.append("--strict")
        if cases[0].mode == "tosa":
            pipeline = ",".join(p for p in (tosa.LOWERING, pipeline) if p)
        if pipeline:
            command.append(f"--before={','.join(f'func.func({p})' for p in pipeline.split(','))}")
        try:
            result = subprocess.run(command, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired:
            return None, "it does not end"
        os.remove(path)
        if result.returncode != 0:
            return None, result.stderr
        return {f["name"]: f for f in map(json.loads, result.stdout.splitlines())}, ""

    def judge(self, cases, pipeline):
        """(case, verdict, reason) of each; a module that fails is halved."""
        found, error = self.check(cases, pipeline)
        if found is not None:
            judged = [(case, *verdict(case, found[case.name])) for case in cases]
            # What is wrong is looked at alone, where all remarks are its own.
            return [
                self.judge([j[0]], pipeline)[0] if j[1] == "wrong" and len(cases) > 1 else j for j in judged
            ]
        if len(cases) == 1:
            kind = "invalid" if "error: " in error and "norm-fuzz-check: " not in error else "wrong"
            if "the passes before the raise failed" in error:
                kind = "invalid"
            return [(cases[0], kind, error[:400])]
        half = len(cases) // 2
        return self.judge(cases[:half], pipeline) + self.judge(cases[half:], pipeline)

    def reduce(self, case, pipeline, kind):
        """A simpler case with the same verdict: steps dropped, decisions for the
        simplest option, one form, no passes before."""
        state = {"forced": dict(case.forced), "dropped": set(case.dropped), "form": case.form}

        def attempt(changes):
            new = {**state, **changes}
            try:
                simpler = Case(
                    case.seed, case.index, new["forced"], new["dropped"], new["form"], case.mode
                )
            except (AssertionError, KeyError, IndexError, StopIteration, ValueError):
                return None
            own = changes.get("pipeline", state.get("pipeline", pipeline))
            got = self.judge([simpler], own)[0]
            if kind in ("missed", "partly"):
                same = got[1:] == (kind, self.reason)
            else:
                same = got[1] == kind and sort_of(got[2]) == sort_of(self.reason)
            return (simpler, got) if same else None

        best = case
        for changes in [{"pipeline": ""}] + [{"form": f} for f in ("keep", "generic", "tensor")]:
            got = attempt(changes)
            if got:
                state.update(changes)
                best = got[0]
        improved = True
        while improved:
            improved = False
            for number, _ in list(best.applied):
                got = attempt({"dropped": state["dropped"] | {number}})
                if got:
                    state["dropped"].add(number)
                    best, improved = got[0], True
            for name in list(best.choices.unusual()):
                if name in ("near miss", "change", "norm") or name not in best.choices.taken:
                    continue
                simplest = best.choices.taken[name][2]
                got = attempt({"forced": {**state["forced"], name: simplest}})
                if got:
                    state["forced"][name] = simplest
                    best, improved = got[0], True
        return best, state.get("pipeline", pipeline)

    def note(self, case, kind, reason, pipeline):
        """Counts a case; writes down what is wrong."""
        self.count[kind] += 1
        self.programs.add(hashlib.sha1(case.text.replace(case.name, "").encode()).digest()[:10])
        self.recipes.add(hashlib.sha1(case.key.encode()).digest()[:10])
        for _, name in case.applied:
            self.rules[name] += 1
        if kind in ("missed", "partly"):
            self.misses[(kind, reason)].append((case, pipeline))
            return
        if kind not in ("wrong", "suspicious", "invalid"):
            return
        self.reason = reason
        self.sorts[kind, sort_of(reason)] += 1
        if self.sorts[kind, sort_of(reason)] <= self.options.reduce:
            reduced, passes = self.reduce(case, pipeline, kind)
        else:
            reduced, passes = case, pipeline
        name = os.path.join(self.options.output, f"{kind}-{self.options.seed}-{case.index}.mlir")
        with open(name, "w", encoding="utf-8") as file:
            file.write(f"// {kind}: {reason.strip()}\n".replace("\n", "\n// ").rstrip("/ ") + "\n")
            file.write(f"// seed {self.options.seed}, case {case.index}: {reduced.summary()}\n")
            file.write(f"// passes before the raise: {passes or 'none'}\n{reduced.text}\n")
        what = reason.strip().splitlines()[0]
        line = f"{kind}: case {case.index}: {what}: {reduced.summary()}: {name}"
        self.findings.append(line)
        print("\n" + line if self.options.progress else line, flush=True)

    def run(self):
        options, start = self.options, time.monotonic()
        index, done = options.start, 0
        while done < options.programs:
            if options.seconds and time.monotonic() - start > options.seconds:
                break
            size = min(options.batch, options.programs - done)
            mode, pipeline = mode_of(index // options.batch)
            cases = [Case(options.seed, index + i, mode=mode) for i in range(size)]
            if options.calm:
                cases = [case for case in cases if not case.recipe.trick]
            for case, kind, reason in self.judge(cases, pipeline):
                self.note(case, kind, reason, pipeline)
            index, done = index + size, done + size
            if options.progress:
                print(f"\r{self.line(done, start)} ", end="", flush=True)
        if options.progress:
            print()
        self.report(done, start)
        bad = self.count["wrong"] + self.count["suspicious"] + self.count["invalid"]
        return 1 if bad else 0

    def line(self, done, start):
        counts = ", ".join(f"{n} {k}" for k, n in sorted(self.count.items()))
        return f"{done} of {self.options.programs} programs, {counts}, {time.monotonic() - start:.0f} s"

    def report(self, done, start):
        print(f"seed {self.options.seed}: {self.line(done, start)}")
        print(f"{len(self.programs)} distinct programs, {len(self.recipes)} distinct recipes")
        for (kind, reason), cases in sorted(self.misses.items(), key=lambda m: -len(m[1])):
            print(f"{len(cases)} {kind}: {reason}")
        if self.options.misses:
            self.report_misses()

    def report_misses(self):
        """Missed equivalents by what is left of them when reduced."""
        groups = collections.Counter()
        example = {}
        for (kind, reason), entries in self.misses.items():
            for case, pipeline in entries[: self.options.misses]:
                self.reason = reason
                reduced, passes = self.reduce(case, pipeline, kind)
                unusual = reduced.choices.unusual().items()
                parts = [f"{n} = {v}" for n, v in unusual if n not in ("n", "a", "b")]
                left = ", ".join(parts + [name for _, name in reduced.applied])
                groups[(kind, reason, left)] += 1
                example[(kind, reason, left)] = (reduced, passes)
        for (kind, reason, left), number in groups.most_common():
            reduced, passes = example[(kind, reason, left)]
            left += f" [{' '.join(reduced.forms)}]; passes {passes or 'none'}"
            print(f"  {number} x {kind}: {reason}\n      {left}; case {reduced.index}")
            name = f"{kind}-{self.options.seed}-{reduced.index}.mlir"
            path = os.path.join(self.options.output, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(f"// {kind}: {reason}\n// {left}\n{reduced.text}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", default="norm-fuzz-check", help="the program that compares")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="number of the first program")
    parser.add_argument("--programs", type=int, default=20000)
    parser.add_argument("--batch", type=int, default=100, help="programs of one module")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    parser.add_argument("--output", default=".", help="folder for what is found")
    parser.add_argument("--reduce", type=int, default=5, help="reduce so many findings of a sort")
    parser.add_argument("--calm", action="store_true", help="no tricks, ordinary values alone")
    parser.add_argument("--gradients", action="store_true", help="gradients in place of norms")
    parser.add_argument("--groups", action="store_true", help="norms of groups of channels, and their gradients")
    parser.add_argument("--loops", action="store_true", help="gradients of loops over layers")
    parser.add_argument("--progress", action="store_true")
    parser.add_argument("--misses", type=int, default=0, help="reduce so many missed norms per reason")
    parser.add_argument("--print", type=int, help="print one program and end", dest="show")
    options = parser.parse_args()
    if options.gradients:
        Case.maker = gradients.GradientRecipe
    if options.groups:
        Case.maker = groups.GroupRecipe
    if options.loops:
        Case.maker = loops.LoopRecipe
    if options.show is not None:
        case = Case(options.seed, options.show, mode=mode_of(options.show // options.batch)[0])
        print(f"// {case.summary()}\n{case.text}")
        return 0
    os.makedirs(options.output, exist_ok=True)
    return Fuzzer(options).run()


if __name__ == "__main__":
    sys.exit(main())
