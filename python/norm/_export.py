# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What other libraries take memory over by."""

from . import _norm


class Exporter:
    """Hands out a capsule once, in the version of DLPack that is asked for."""

    def __init__(self, capsule):
        self._capsule = capsule

    def __dlpack__(self, *, max_version=None, **_options):
        capsule, self._capsule = self._capsule, None
        if max_version is None or max_version[0] < 1:
            return _norm.to_unversioned(capsule)
        return capsule

    def __dlpack_device__(self):
        return (1, 0)


class Memory:
    """Memory of a capsule, as asarray() of NumPy takes it."""

    def __init__(self, capsule, interface):
        self._capsule = capsule
        self.__array_interface__ = interface
