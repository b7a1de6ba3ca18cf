#!/bin/sh
# A compiler for which there is no OpenMP runtime.
case "$*" in *libomp*) echo "cannot find libomp" >&2; exit 1 ;; esac
exec cc "$@"
