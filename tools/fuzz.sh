#!/usr/bin/env bash
# Builds the fuzzer of norm-raise and runs it with a progress line; options are
# those of test/Raise/Fuzz/fuzz.py (--help), findings go to build/fuzz.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
cd "$(dirname "$0")/.."

build=$(tools/build.sh)
exec python3 test/Raise/Fuzz/fuzz.py --check="$build/bin/norm-fuzz-check" \
  --output="$build/fuzz" --progress "$@"
