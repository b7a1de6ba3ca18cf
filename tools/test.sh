#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests; --all adds those that
# take long. Ends with "N passed, N failed" (", N skipped" if there are any);
# exit status 0 only if none failed.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
cd "$(dirname "$0")/.."

lit_arguments=()
for argument in "$@"; do
  case $argument in
    --all) lit_arguments+=(--param long=1) ;;
    -h | --help) sed -n '2,4s/^# //p' "$0"; exit 0 ;;
    *) echo "test.sh: unknown argument: $argument (known: --all)" >&2; exit 1 ;;
  esac
done

build=$(tools/build.sh)
lit=$(sed -n 's/^LLVM_EXTERNAL_LIT:[^=]*=//p' "$build/CMakeCache.txt")
results=$build/test/results.json
rm -f "$results"

# The solver that proves certificates, in the build folder; where it cannot be
# fetched, its tests are skipped.
solver=$build/python
PYTHONPATH=$solver python3 -c 'import z3' 2>/dev/null ||
  python3 -m pip install -q --target "$solver" z3-solver >&2 ||
  echo "test.sh: z3-solver could not be fetched: no certificate is proved" >&2

status=0
"$lit" -s --verbose -o "$results" "${lit_arguments[@]}" \
  "$build/test" || status=$?

python3 - "$results" <<'EOF' || status=1
import collections, json, sys

try:
    tests = json.load(open(sys.argv[1]))["tests"]
except OSError as error:
    sys.exit(f"test.sh: no results: {error}")
kinds = {"PASS": "passed", "XFAIL": "passed", "FLAKYPASS": "passed",
         "UNSUPPORTED": "skipped", "SKIPPED": "skipped", "EXCLUDED": "skipped"}
count = collections.Counter(kinds.get(t["code"], "failed") for t in tests)
line = f"{count['passed']} passed, {count['failed']} failed"
print(line + (f", {count['skipped']} skipped" if count["skipped"] else ""))
sys.exit(count["failed"] > 0 or not tests)
EOF
exit $status
