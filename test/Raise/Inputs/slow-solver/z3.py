# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A solver that runs out of time."""


class Context:
    def ref(self):
        return self


def Z3_eval_smtlib2_string(context, script):
    return "sat\nunknown\n"
