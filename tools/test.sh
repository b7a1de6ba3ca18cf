#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests, or those of the files and
# folders of test/ that are named; --all adds those that take long, and options
# of lit (-v, --filter=.., -j2) are passed on. Ends with "N passed, N failed"
# (", N skipped" if there are any); exit status 0 only if none failed.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
called=$PWD
cd "$(dirname "$0")/.."

arguments=() tests=()
for argument in "$@"; do
  case $argument in
    --all) arguments+=(--param long=1) ;;
    -h | --help) sed -n "2,5s/^# //p" tools/test.sh; exit 0 ;;
    -*) arguments+=("$argument") ;;
    *)
      # A path from where the script was called, or from test/.
      for path in "$called/$argument" "test/$argument"; do
        path=$(realpath -m --relative-to=test "$path")
        [ -e "test/$path" ] && [[ $path != ../* ]] && break
        path=
      done
      [ "$path" ] || { echo "test.sh: no such test: $argument" >&2; exit 1; }
      tests+=("$path")
      ;;
  esac
done

build=$(tools/build.sh)
lit=$(sed -n 's/^LLVM_EXTERNAL_LIT:[^=]*=//p' "$build/CMakeCache.txt")
results=$build/test/results.json
rm -f "$results"

# Modules of Python go into the build folder: the solver that proves certificates,
# and what the Python package is built with. Where one cannot be fetched, its
# tests are skipped.
modules=$build/python
fetch() {
  PYTHONPATH=$modules python3 -c "import $1" 2>/dev/null ||
    python3 -m pip install -q --target "$modules" "$2" >&2
}
fetch z3 z3-solver ||
  echo "test.sh: z3-solver could not be fetched: no certificate is proved" >&2
# The package is for the first Python that has NumPy. It does not load what has a
# sanitizer.
for python in python3 /usr/bin/python3; do
  "$python" -c 'import numpy' 2>/dev/null && break
done
if grep -q '^NORM_SANITIZE:STRING=.' "$build/CMakeCache.txt"; then
  :
elif ! fetch nanobind 'nanobind>=2.2' ||
  ! PYTHONPATH=$modules cmake -DNORM_PYTHON=ON -DPython_EXECUTABLE="$(command -v "$python")" "$build" >&2 ||
  ! cmake --build "$build" --target norm-python >&2; then
  cmake -DNORM_PYTHON=OFF "$build" >/dev/null
  echo "test.sh: nanobind or Python's headers are missing: the Python package is not tested" >&2
fi

status=0
[ ${#tests[@]} -gt 0 ] || tests=(.)
"$lit" -s --verbose -o "$results" "${arguments[@]}" "${tests[@]/#/$build/test/}" ||
  status=$?

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
