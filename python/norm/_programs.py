# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""MLIR programs in; functions, raised programs and reports out."""

import json
from os import PathLike
from typing import Any, Callable, Iterable, Mapping, NamedTuple, Optional, Sequence, Union

from . import _norm
from ._report import Report


class Remark(NamedTuple):
    """What a pass says of a place of a program: ``kind`` is passed, missed,
    failed or analysis."""

    kind: str
    category: str
    name: str
    message: str
    file: str
    line: int
    column: int


Program = Union[str, bytes]
RemarkFunction = Optional[Callable[[Remark], None]]


def _with_remarks(function: RemarkFunction):
    if function is None:
        return None
    return lambda *fields: function(Remark(*fields))


def is_strict(precision: str) -> bool:
    """Whether ``precision`` is "strict"; ValueError if not "relaxed" either."""
    if precision not in ("relaxed", "strict"):
        raise ValueError(f"expected precision 'relaxed' or 'strict', got {precision!r}")
    return precision == "strict"


def compile(
    program: Program,
    *,
    entry: str = "main",
    file: str = "-",
    raises: bool = True,
    precision: str = "relaxed",
    remarks: RemarkFunction = None,
) -> _norm.Function:
    """Compiles a function of an MLIR program for this machine.

    Args:
      program: MLIR as text (str or bytes) or bytecode (bytes). What is compiled
        can do what any program can: compile only what you trust.
      entry: the name of the function. Its arguments and results are ranked
        tensors; scalars are passed as arrays without dimensions.
      file: the name that locations give to the text.
      raises: whether norms are looked for.
      precision: "relaxed", or "strict" for norms that round as the program does
        alone.
      remarks: a function that is called with a Remark for each norm that was
        found, or almost; not if the function was compiled before.

    Returns:
      A function of arrays. It takes ``out``, an array or a tuple of those that
      results are written to, and returns that, or new arrays; and ``stream``, as
      the norms of this package do. It is compiled for a CUDA device where it is
      first called on arrays there.

    Raises:
      ProgramError: the program is no MLIR, or has an op that is not valid.
      UnsupportedError: it is valid and cannot be compiled.
      ArgumentError: there is no such function.
      ValueError: ``precision`` is neither.
    """
    return _norm.Function(
        program, entry, file, raises, is_strict(precision), _with_remarks(remarks)
    )


def raise_norms(
    program: Program,
    *,
    file: str = "-",
    precision: str = "relaxed",
    remarks: RemarkFunction = None,
    locations: bool = False,
) -> str:
    """The program with its norms raised, as text; arguments and errors are
    those of compile(). Each op has its location on its line where ``locations``
    is true: of a norm all those of the ops that it is made of."""
    return _norm.raise_norms(
        program, file, is_strict(precision), _with_remarks(remarks), locations
    )


def _as_lines(measured: Union[str, Iterable[Mapping[str, Any]]]) -> str:
    return measured if isinstance(measured, str) else "\n".join(map(json.dumps, measured))


def _as_json(report: Union[str, Report, Mapping[str, Any]]) -> str:
    if isinstance(report, str):
        return report
    return json.dumps(report.data if isinstance(report, Report) else report)


_FORMATS = ("json", "table", "html")


def report(
    program: Program,
    *,
    file: str = "-",
    target: Optional[str] = None,
    dynamic_extent: int = 1,
    measured: Union[str, Iterable[Mapping[str, Any]]] = "",
    baseline: Union[str, Report, Mapping[str, Any]] = "",
    sources: Optional[Union[str, PathLike]] = None,
    format: Optional[str] = None,
) -> Any:
    """What the norms of a program are and cost: a Report, which a notebook
    shows as a table. Errors are those of compile().

    Args:
      target: A machine for predicted times, "h100" for one.
      dynamic_extent: What a dynamic extent is taken as.
      measured: Lines of ``norm-bench --json``, as text or as dicts: times that
        stand beside the predicted ones.
      baseline: An earlier report, with which this one is compared.
      sources: A folder whose files are read for the lines that locations name;
        lines of the program's text are given, too. "" for those alone, None for
        no lines.
      format: "json", "table" or "html" for a text instead of a Report.
    """
    if format is not None and format not in _FORMATS:
        raise ValueError(f"expected format to be json, table or html, got {format}")
    text = _norm.report(
        program,
        file,
        target or "",
        _FORMATS.index(format or "json"),
        dynamic_extent,
        _as_lines(measured),
        _as_json(baseline),
        None if sources is None else str(sources),
    )
    return text if format else Report(json.loads(text))


def report_groups(programs: Sequence[str]) -> Report:
    """The report of functions ``main``, one for each group of a host's graph, as
    functions ``group_0``, ``group_1``, ... of one program."""
    functions = [p.replace("func.func @main(", f"func.func @group_{n}(", 1) for n, p in enumerate(programs)]
    return report("\n".join(functions), file="group")
