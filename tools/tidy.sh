#!/usr/bin/env bash
# Runs clang-tidy over FILES, or over all sources: tools/tidy.sh [FILE..]. The
# checks are those of .clang-tidy, the commands those of the preset dev. Prints
# what is found; exit status 1 if anything is.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
  -h | --help) sed -n '2,4s/^# //p' tools/tidy.sh; exit 0 ;;
esac
tidy=$(command -v clang-tidy-22 || command -v clang-tidy) ||
  { echo "tidy.sh: missing: clang-tidy (Debian: clang-tidy-22)" >&2; exit 77; }

cmake --preset dev >/dev/null
cmake --build --preset headers >/dev/null
if [ $# -eq 0 ]; then
  mapfile -t files < <(python3 -c 'import json
for entry in json.load(open("build-dev/compile_commands.json")):
    if "/build-dev/" not in entry["file"]:
        print(entry["file"])' | sort -u)
else
  files=("$@")
fi
# Options of the other compiler are none of clang's.
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" \
  "$tidy" -p build-dev --quiet --warnings-as-errors='*' --extra-arg=-Wno-unknown-warning-option 2>/dev/null
