#!/usr/bin/env python3
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Raises programs with certificates and proves these.

usage: certified.py --norm-opt=PATH --norm-check=PATH --output=FOLDER
                    [--fuzz=FOLDER [--gradients]] [--raises=N] [--seed=N] [PROGRAM | TEST | FOLDER ..]

A TEST is written as mathematics (rows.py) and taken in each of its forms; of a
FOLDER all programs are taken. --fuzz adds programs of the fuzzer in that folder, with
--gradients its gradients, until there are N raises. Prints what is not proved, with reasons and numbers,
and the time of the solver; exit status 1 if a certificate is refuted or wrong."""
import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys

FORMS = ["tensor", "generic", "keep"]
VERDICT = re.compile(r"(\S+): (proved|open|refuted|error)(?:: (.*))? \((\d+\.\d) ms\)")


def programs(paths):
    """Names and texts."""
    rows = pathlib.Path(__file__).with_name("rows.py")
    for path in paths:
        if path.is_dir():
            yield from programs(sorted(path.rglob("*.mlir")))
        elif path.suffix == ".test":
            for form in FORMS:
                text = subprocess.run([sys.executable, rows, f"--form={form}", path], check=True,
                                      capture_output=True, text=True).stdout
                yield f"{path.stem}.{form}", text
        else:
            yield path.stem, path.read_text()


def fuzzed(folder, seed, of_gradients):
    """Programs of the fuzzer, a hundred in each, and what runs before the raise;
    program number i is what `fuzz.py --seed=SEED --print=i` prints."""
    sys.path.insert(0, str(folder))
    import fuzz
    import gradients
    import tosa

    if of_gradients:
        fuzz.Case.maker = gradients.GradientRecipe
    for batch in range(10000):
        mode, passes = fuzz.mode_of(batch)
        cases = [fuzz.Case(seed, batch * 100 + i, mode=mode) for i in range(100)]
        passes = [*(tosa.LOWERING.split(",") if mode == "tosa" else []), *filter(None, passes.split(","))]
        yield f"fuzz{batch}", "\n".join(case.text for case in cases), passes, mode == "strict"


class Run:
    def __init__(self, arguments):
        self.arguments, self.count = arguments, collections.Counter()
        self.reasons, self.times, self.wrong = collections.Counter(), [], []

    def certify(self, name, text, passes=(), strict=False):
        folder = pathlib.Path(self.arguments.output) / name
        shutil.rmtree(folder, ignore_errors=True)  # of an earlier run
        before = "".join(f"func.func({name})," for name in passes)
        options = f"certify={folder}" + (" precision=strict" if strict else "")
        command = [self.arguments.norm_opt, f"--pass-pipeline=builtin.module({before}norm-raise{{{options}}})"]
        command += ["-o", "/dev/null"]
        result = subprocess.run(command, input=text, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{name}: {result.stderr[:400]}")
        checked = subprocess.run([self.arguments.norm_check, folder], capture_output=True, text=True)
        for line in checked.stdout.splitlines()[:-1]:
            file, verdict, reason, time = VERDICT.fullmatch(line).groups()
            self.count[verdict] += 1
            self.times.append(float(time))
            if verdict == "open":
                self.reasons[reason] += 1
            elif verdict != "proved":
                self.wrong.append(f"{folder}/{file}: {verdict}: {reason}")

    def raises(self):
        return sum(self.count.values())

    def report(self):
        for line in self.wrong:
            print(line)
        for reason, count in self.reasons.most_common():
            print(f"open: {count} of {reason}")
        share = 100 * self.count["proved"] / max(1, self.raises())
        times = sorted(self.times) or [0]
        print(f"{self.raises()} raises: {self.count['proved']} proved ({share:.1f} %), {self.count['open']} open, "
              f"{self.count['refuted']} refuted, {self.count['error']} with errors; "
              f"{times[len(times) // 2]:.1f} ms median, {times[-1]:.1f} ms at most")
        return 1 if self.wrong or not self.count["proved"] else 0


def main():
    parser = argparse.ArgumentParser()
    for name in ("--norm-opt", "--norm-check", "--output"):
        parser.add_argument(name, required=True)
    parser.add_argument("--fuzz", type=pathlib.Path)
    parser.add_argument("--gradients", action="store_true")
    parser.add_argument("--raises", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("paths", nargs="*", type=pathlib.Path)
    run = Run(parser.parse_args())
    for name, text in programs(run.arguments.paths):
        run.certify(name, text)
    if run.arguments.fuzz:
        for batch in fuzzed(run.arguments.fuzz, run.arguments.seed, run.arguments.gradients):
            if run.raises() >= run.arguments.raises:
                break
            run.certify(*batch)
    return run.report()


if __name__ == "__main__":
    sys.exit(main())
