# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What stops the reading of a certificate."""


class Malformed(Exception):
    """The file is no certificate."""


class Unstated(Exception):
    """What the certificate would have to say cannot be said in it."""
