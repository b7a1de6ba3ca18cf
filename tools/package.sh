#!/usr/bin/env bash
# Makes packages in FOLDER (default: packages) of a build: norm-mlir (tools and
# libnorm-c.so), norm-mlir-dev (headers, libraries, CMake and pkg-config files),
# norm-mlir-mpi where an MPI is, and an archive of the sources. Dependencies are
# those on the distribution's libraries, by dpkg-shlibdeps. BUILD names a build
# folder; else norm is built first.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-} in
  -h | --help) sed -n "2,7s/^# //p" tools/package.sh; exit 0 ;;
  -*) echo "package.sh: unknown argument: $1" >&2; exit 2 ;;
esac
folder=$(realpath -m "${1:-packages}")
# What the build needs is installed by it, cpack among it.
build=${BUILD:-$(tools/build.sh | tail -1)}
for tool in cpack dpkg-deb dpkg-shlibdeps; do
  command -v "$tool" >/dev/null || { echo "package.sh: missing: $tool (Debian: cmake, dpkg-dev)" >&2; exit 77; }
done
mkdir -p "$folder"
cpack --config "$build/CPackConfig.cmake" -G DEB -B "$folder" >&2
rm -rf "$folder/_CPack_Packages"
if git rev-parse --git-dir >/dev/null 2>&1; then
  version=$(sed -n 's/^project(norm VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
  git archive --prefix="norm-mlir-$version/" -o "$folder/norm-mlir-$version.tar.gz" HEAD
fi
ls "$folder"
