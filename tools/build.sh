#!/usr/bin/env bash
# Installs what is missing and builds norm with the preset NORM_PRESET, release
# unless set. The last line of standard output is the build folder.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
cd "$(dirname "$0")/.."
preset=${NORM_PRESET:-release}

tools/setup.sh >&2
cmake --preset "$preset" ${MLIR_DIR:+-DMLIR_DIR="$MLIR_DIR"} >&2
cmake --build --preset "$preset" >&2

case $preset in
  release) echo "$PWD/build" ;;
  *) echo "$PWD/build-$preset" ;;
esac
