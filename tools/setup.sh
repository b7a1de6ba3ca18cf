#!/usr/bin/env bash
# Installs what norm needs to be built and tested. On Debian 12 and 13 with apt,
# from the distribution's own sources; elsewhere it only says what is missing.
# --mpi adds MPICH and Open MPI, with which sharded programs are tested; where
# they cannot be had, it says so and their tests are skipped.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set -euo pipefail

mpi=()
case ${1:-} in
  "") ;;
  --mpi) mpi=(mpich libmpich-dev openmpi-bin libopenmpi-dev) ;;
  -h | --help) sed -n "2,5s/^# //p" "$0"; exit 0 ;;
  *) echo "setup.sh: unknown option: $1" >&2; exit 1 ;;
esac

os=$(. /etc/os-release 2>/dev/null && echo "${ID:-}${VERSION_ID:-}" || true)
case $os in
  debian12) openmp=libomp5-14 ;;
  debian13) openmp=libomp5-19 ;;
  *) openmp= ;;
esac

# Packages for the build and the tests. libomp is the OpenMP runtime of
# compiled programs, python3-numpy compares results, nlohmann-json3-dev reads
# manifests, libgtest-dev is for the unit tests, python3-pip fetches the solver
# of certificates and what the Python package is built with (tools/test.sh). The
# last line runs code for AArch64.
packages=(
  cmake g++ ninja-build ccache
  python3 libpython3-dev python3-numpy python3-pip python3-venv
  llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools $openmp
  nlohmann-json3-dev libgtest-dev
  qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross
)

# Prints those of "$@" that are not installed.
missing_packages() {
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" \
    2>/dev/null | sed -n 's/^installed //p' || true)
  comm -23 <(printf '%s\n' "$@" | sort) <(sort <<<"$installed")
}

# Prints the programs and libraries that another system lacks.
missing_parts() {
  local tool
  for tool in cmake ninja python3; do
    command -v "$tool" >/dev/null || echo "$tool"
  done
  command -v "${CXX:-c++}" >/dev/null || echo "a C++17 compiler"
  python3 -c 'import numpy' 2>/dev/null || echo "NumPy"
  echo '#include <nlohmann/json.hpp>' | "${CXX:-c++}" -std=c++17 -fsyntax-only \
    -x c++ - 2>/dev/null || echo "nlohmann-json 3.9"
  [ -n "${MLIR_DIR:-}${CMAKE_PREFIX_PATH:-}" ] ||
    [ -e "$(llvm-config-22 --cmakedir 2>/dev/null)/../mlir/MLIRConfig.cmake" ] ||
    echo "MLIR 22.1 (set MLIR_DIR)"
}

if [ -z "$openmp" ]; then
  mapfile -t missing < <(missing_parts)
  [ ${#missing[@]} -eq 0 ] && exit 0
  printf -v list '%s, ' "${missing[@]}"
  echo "norm: missing on this system: ${list%, }; README.md tells what to install" >&2
  exit 1
fi

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)

# Installs "$@". Called in conditions, where the shell ignores errors.
install_packages() {
  if [ ${#as_root[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
    echo "norm: missing packages: $*; install them as root" >&2
    return 1
  fi
  echo "norm: installing with apt: $*"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq || return 1
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends "$@" </dev/null
}

mapfile -t missing < <(missing_packages "${packages[@]}")
[ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}" || exit 1

[ ${#mpi[@]} -gt 0 ] || exit 0
mapfile -t missing < <(missing_packages "${mpi[@]}")
[ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}" ||
  echo "norm: ${missing[*]} could not be installed: tests of sharded programs are skipped" >&2
