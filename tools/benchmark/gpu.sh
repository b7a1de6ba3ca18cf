#!/usr/bin/env bash
# Measures everything that is claimed of GPUs, on a machine that has one:
#
#   gpu.sh prepare FOLDER   where norm is built: makes FOLDER, with norm-launch,
#                           bundles and scripts, which needs no compiler
#   gpu.sh run FOLDER       where the GPU is: checks and times each row, then the
#                           peers that are installed; results are lines of JSON in
#                           FOLDER/norm.jsonl and FOLDER/peers.jsonl
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}

prepare() {
  local build=${NORM_BUILD:-$here/../../build}
  mkdir -p "$1"
  cp "$build/bin/norm-launch" "$here"/gpu*.py "$here/gpu.sh" "$1"
  "$python" "$here/gpu_rows.py" >"$1/rows.mlir"
  "$build/bin/norm-compile" "$1/rows.mlir" -o "$1/bundle" \
    --target="${CHIPS:-sm_90}" --cubin=auto
  "$python" - "$here" >"$1/rows.txt" <<'EOF'
import sys
sys.path.insert(0, sys.argv[1])
import gpu_rows
for row in gpu_rows.ROWS:
    print(gpu_rows.entry(row), row.rows, row.graph)
EOF
  echo "gpu.sh: on the machine with the GPU: $1/gpu.sh run $1" >&2
}

run() {
  local entry rows graph status=0
  : >"$1/norm.jsonl"
  while read -r entry rows graph; do
    options=(--entry="$entry" --rows="$rows" --check --time=50 --json)
    [ "$graph" -eq 0 ] || options+=(--graph="$graph")
    "$1/norm-launch" "$1/bundle" "${options[@]}" >>"$1/norm.jsonl" || status=1
  done <"$1/rows.txt"
  "$python" "$1/gpu_peers.py" --json >"$1/peers.jsonl" ||
    echo "gpu.sh: no peers were measured" >&2
  return $status
}

case "${1:-}" in
  prepare | run) [ $# -eq 2 ] && "$1" "$2" && exit ;;&
  *) sed -n '2,9s/^# *//p' "$0" >&2; exit 1 ;;
esac
