# A report on every base program of the corpus:
#
#   reports.py NORM_OPT CORPUS
#
# It has the norms that the program is expected to have, each with a place, ops
# that went into it and at least as much traffic before as after. Prints the
# programs for which this does not hold; exit status 1 if there are any.

import json
import pathlib
import re
import subprocess
import sys


def report(norm_opt, program):
    process = subprocess.run(
        [norm_opt, program, "--norm-report=format=json", "-o", "/dev/null"],
        capture_output=True, text=True, check=True)
    return json.loads(process.stderr)


def is_expected(expectation, kinds):
    """Whether the kinds are as many as `rmsnorm=1 prmsnorm=0..1 ...` says."""
    for kind, least, most in re.findall(r"(\w+norm)=(\d+)(?:\.\.(\d+))?",
                                        expectation):
        if not int(least) <= kinds.count(kind) <= int(most or least):
            return False
    return True


def problems(norm_opt, program):
    """What is wrong with the report on `program`."""
    expected = re.search(r"// expect: (.*)", program.read_text())
    if not expected:
        return
    found = report(norm_opt, program)
    kinds = [norm["kind"] for norm in found["norms"]]
    if not is_expected(expected.group(1), kinds):
        yield f"expected {expected.group(1)}, got {kinds}"
    for norm in found["norms"]:
        if not norm["locations"] or not norm["fused_ops"]:
            yield "a norm without a place or ops"
        if norm["before"]["bytes"] < norm["after"]["bytes"]:
            yield "a norm with less traffic before than after"
        if norm["before"]["loops"] < 2 or norm["after"]["loops"] != 1:
            yield "a norm with a wrong number of loops"
    if found["totals"]["before"]["bytes"] > found["program"]["before"]["bytes"]:
        yield "norms with more traffic than the program"


def main():
    norm_opt, corpus = sys.argv[1], pathlib.Path(sys.argv[2])
    # Base programs have no variant suffix: one dot in the name.
    programs = [path for path in sorted(corpus.glob("*/*.mlir"))
                if path.name.count(".") == 1]
    wrong = [f"{program.name}: {problem}" for program in programs
             for problem in problems(norm_opt, program)]
    print(*wrong, f"{len(programs)} programs", sep="\n")
    sys.exit(1 if wrong or not programs else 0)


if __name__ == "__main__":
    main()
