#!/usr/bin/env bash
# Installs what is missing, builds, and runs the main job on a decoder block that
# PyTorch exported: report, results against PyTorch's, times raised and unraised.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail
cd "$(dirname "$0")/.."

build=$(tools/build.sh)

# The first Python that has NumPy; Debian's own may stand behind another one.
for python in python3 /usr/bin/python3; do
  if "$python" -c 'import numpy' 2>/dev/null; then
    exec "$python" tools/demo.py "$build/bin" examples
  fi
done
echo "demo.sh: no python3 with NumPy (Debian: python3-numpy)" >&2
exit 1
