# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the front ends have in common: their compilers' MLIR made norm's.

This is the one place for the differences between the two. They are of other
versions of MLIR and have dialects of their own, so:

- Programs are handed over as text. linalg, tensor, arith, math and scf are the
  same as text in the versions that pyproject.toml pins; any difference would be
  an error of the parser.
- The compilers run as processes of their own: a program that one cannot take is
  an error here, even if the compiler crashes.
- Passes are chosen that keep ``func.func`` and plain tensors. An op that is left
  of another dialect (``iree_linalg_ext.sort``) has no counterpart: the first is
  named, with the line of Python that it comes from.
"""

import re
import subprocess
from typing import Any, Callable, Optional, Tuple

from .. import _norm
from .._errors import UnsupportedError
from .._programs import RemarkFunction, compile, raise_norms, report
from .._report import Report

_OWN = (
    "affine arith bufferization builtin cf complex func index linalg math memref"
    " ml_program scf shape tensor tosa ub vector"
).split()
_OP = re.compile(r'^( *)(?:%[^"=]*= )?"?([a-z]\w*)\.([a-z][\w.]*)"?[ (<]', re.MULTILINE)
_FILE = re.compile(r'"((?:[^"\\]|\\.)*)":(\d+):(\d+)|(#loc\d*)')
_ERROR = re.compile(r"^(?:(.+?):(\d+):(\d+): |loc\(.*?\): )?error: (.*)$", re.MULTILINE)
_ILLEGAL = re.compile(r"failed to legalize (?:unresolved )?operation '([\w.]+)'")

Place = Tuple[str, int, int]


def _resolve(text: str, location: str) -> Place:
    """The innermost file, line and column of a location as text."""
    for name, line, column, alias in _FILE.findall(location):
        if not alias:
            return name, int(line), int(column)
        match = re.search(rf"^{alias} = loc\((.*)\)$", text, re.MULTILINE)
        found = _resolve(text, match.group(1)) if match else ("", 0, 0)
        if found[1]:
            return found
    return "", 0, 0


def _check_dialects(compiler: str, text: str) -> None:
    """Raises UnsupportedError for the first op that norm has not got."""
    for match in _OP.finditer(text):
        indent, dialect, op = match.groups()
        if dialect in _OWN:
            continue
        # The location follows the op, or the last of its regions.
        end = re.compile(
            rf"^(?: {{{len(indent)}}}[%\"}}\w)]).* loc\((.*)\)$", re.MULTILINE
        )
        location = end.search(text, match.start())
        where = _resolve(text, location.group(1)) if location else ("", 0, 0)
        raise UnsupportedError(
            f"expected a program that {compiler} lowers to linalg, got"
            f" '{dialect}.{op}'",
            *where,
        )


def _explain(
    compiler: str, process: "subprocess.CompletedProcess[str]"
) -> UnsupportedError:
    """What a compiler that failed said first."""
    match = _ERROR.search(process.stderr)
    if not match:
        return UnsupportedError(f"{compiler} ended with status {process.returncode}")
    file, line, column, message = match.groups()
    illegal = _ILLEGAL.search(message)
    if illegal:
        # An op that torch-mlir has no name for has it as an attribute.
        named = re.search(r'<\{name = "([\w.]+)"\}>', message)
        message = f"'{(named or illegal).group(1)}'"
    message = f"expected a program that {compiler} lowers to linalg, got {message}"
    return UnsupportedError(message, file or "", int(line or 0), int(column or 0))


def lower(compiler: str, tool: str, pipeline: str, text: str) -> str:
    """A program lowered to linalg by a tool like mlir-opt.

    Raises:
      UnsupportedError: the compiler, or norm, does not take the program; it
        names the op and the line of Python where that is known.
    """
    process = subprocess.run(
        [tool, "-", f"--pass-pipeline={pipeline}", "--mlir-print-debuginfo"],
        input=text,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if process.returncode != 0:
        raise _explain(compiler, process)
    _check_dialects(compiler, process.stdout)
    return process.stdout


class Model:
    """A model that was compiled: a function of what the model takes.

    ``mlir`` is the program in linalg, as text.
    """

    def __init__(
        self,
        mlir: str,
        call: Callable[..., Any],
        raises: bool,
        remarks: RemarkFunction,
    ) -> None:
        self.mlir = mlir
        self._call = call
        self._function: _norm.Function = compile(mlir, raises=raises, remarks=remarks)

    def __call__(self, *arguments: Any) -> Any:
        """Calls the model on arguments like those it was compiled for.

        Raises:
          ArgumentError: the arguments differ in structure, shape or type.
        """
        return self._call(self._function, *arguments)

    def report(self, target: Optional[str] = None) -> Report:
        """What the norms of the model are and cost; see norm.report()."""
        return report(self.mlir, target=target)

    def raise_norms(self) -> str:
        """The program with its norms raised; see norm.raise_norms()."""
        return raise_norms(self.mlir)
