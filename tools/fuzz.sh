#!/usr/bin/env bash
# Builds the fuzzer of norm-raise and runs it with a progress line; options are
# those of test/Raise/Fuzz/fuzz.py (--help), findings go to build/fuzz. With
# --certify=N certificates of N raises are proved instead, in build/certified;
# further options are those of test/Raise/Inputs/certified.py.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
cd "$(dirname "$0")/.."

build=$(tools/build.sh)
if [[ ${1:-} == --certify=* ]]; then
  PYTHONPATH=$build/python exec python3 test/Raise/Inputs/certified.py \
    --norm-opt="$build/bin/norm-opt" --norm-check="$build/bin/norm-check" \
    --output="$build/certified" --fuzz=test/Raise/Fuzz --raises="${1#*=}" "${@:2}"
fi
exec python3 test/Raise/Fuzz/fuzz.py --check="$build/bin/norm-fuzz-check" \
  --output="$build/fuzz" --progress "$@"
