# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What norm raises."""


class Error(Exception):
    """An error of norm, with the place in the program that it is about.

    ``message`` is the text alone; ``file`` is empty and ``line`` and ``column``
    are 0 where the error is about no place.
    """

    def __init__(
        self, message: str, file: str = "", line: int = 0, column: int = 0
    ) -> None:
        place = f"{file}:{line}:{column}: " if line else ""
        super().__init__(place + message)
        self.message = message
        self.file = file
        self.line = line
        self.column = column


class ArgumentError(Error, ValueError):
    """An argument that a function does not take."""


class ProgramError(Error, ValueError):
    """A program that is no MLIR, or has an op that is not valid."""


class UnsupportedError(Error, NotImplementedError):
    """A valid program, or a norm, that cannot be compiled here."""
