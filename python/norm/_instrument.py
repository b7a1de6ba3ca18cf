# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the rows of norms are, measured in the calls of kernels."""

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Union

from . import _norm

_JSON, _WORDS, _PAGE = 0, 1, 2
_lock = threading.Lock()
_active: List["Instrument"] = []
# Of the libraries of hosts: each is told the address of an instrument, or 0.
_hosts: List[Callable[[int], None]] = []
_FOLDER = str(Path(__file__).parent) + os.sep


class Profile:
    """What was measured: how many rows each norm had, which were not finite, their
    means and RMS, and how much a cheaper norm would change them.

    ``data`` is what ``norm-run --instrument`` writes. As a string it is a sentence
    for each norm.
    """

    def __init__(self, data: Dict[str, Any], words: str, page: str) -> None:
        self.data = data
        #: A page with histograms, as HTML.
        self.page = page
        self._words = words

    @property
    def norms(self) -> List[Dict[str, Any]]:
        """A dict for each norm, in the order of their first calls."""
        return self.data["norms"]

    @property
    def exceeded(self) -> List[Dict[str, Any]]:
        """A dict for each limit that a norm exceeded: ``norm``, what it is called,
        ``limit``, ``at_most``, ``value`` and ``call`` of the first call that did,
        and ``calls``, how many did."""
        return [
            {"norm": norm.get("name") or norm["location"], **excess}
            for norm in self.norms
            for excess in norm["exceeded"]
        ]

    @property
    def missed(self) -> List[str]:
        """Why norms, or whole programs, were not measured."""
        return self.data["missed"]

    def save(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """Writes ``data`` as JSON."""
        Path(path).write_text(json.dumps(self.data, indent=2) + "\n")

    def __repr__(self) -> str:
        return self._words.rstrip("\n") or (
            "no norm was measured: no kernel of norm that has one was called, but in blocks in this one"
        )


class Instrument:
    """What instrument() returns: measures inside its ``with`` blocks."""

    def __init__(self, model: Any, k: Optional[int], limits: Optional[Mapping[str, float]]) -> None:
        text = ",".join(f"{name}={float(limit)!r}" for name, limit in (limits or {}).items())
        self._native = _norm.Instrument(0 if k is None else k, text)
        # The names of modules, by what they are.
        self.names: Dict[int, str] = {}
        if model is not None:
            self.names = {id(module): name for name, module in model.named_modules() if name}
        self._model = model  # lives as long as its names

    def __enter__(self) -> "Instrument":
        with _lock:
            _active.append(self)
            apply()
        return self

    def __exit__(self, *_: Any) -> None:
        with _lock:
            _active.remove(self)
            apply()

    def report(self) -> Profile:
        """What was measured so far: a Profile."""
        return Profile(json.loads(self._native.write(_JSON)), *map(self._native.write, (_WORDS, _PAGE)))


def instrument(
    model: Any = None, *, k: Optional[int] = None, limits: Optional[Mapping[str, float]] = None
) -> Instrument:
    """Measures the rows of norms inside a ``with`` block, in every call of a kernel
    of this process: calls of norm's own functions, of programs that it has compiled,
    and of models whose norms ``norm.torch`` or ``norm.jax`` has replaced.

        with norm.instrument(limits={"nan_rows": 0}) as watch:
            model(x)
        print(watch.report())

    A kernel is compiled anew at its first call inside. Results are the same. Of
    blocks inside each other the inner one measures.

    Args:
      model: a module of PyTorch, for the names of its norms.
      k: how many elements an rmsnorm is compared over; 6.25 % of a row unless
        given.
      limits: what is allowed of each norm in each call, a number for each of
        ``nan_rows``, ``infinite_rows``, ``overflowing_rows``, ``undefined_rows``,
        ``row_mean``, ``rms``, ``ratio``, ``change``, ``mean_drift``,
        ``rms_drift``. ``report().exceeded`` says what was not kept to.

    Raises:
      ArgumentError: for another limit, a number below 0, or a ``k`` below 0.
    """
    return Instrument(model, k, limits)


def current() -> Optional[Instrument]:
    """The instrument that measures."""
    return _active[-1] if _active else None


def apply() -> None:
    """Tells this module and the libraries of hosts who measures."""
    active = current()
    _norm.set_instrument(active._native if active else None)
    for host in _hosts:
        host(active._native.address if active else 0)


def add_host(tell: Callable[[int], None]) -> None:
    """Has ``tell`` called with the address of the instrument that measures from now
    on, or 0."""
    with _lock:
        _hosts.append(tell)
        active = current()
        tell(active._native.address if active else 0)


class Named:
    """Names the norms that this thread calls inside its ``with`` block, where they are
    measured: a line for each, or one for all."""

    def __init__(self, get_names: Callable[[], str]) -> None:
        self._get_names = get_names if _active else None

    def __enter__(self) -> None:
        if self._get_names:
            _norm.name_calls(self._get_names())

    def __exit__(self, *_: Any) -> None:
        if self._get_names:
            _norm.name_calls("")


def place(is_inside: Callable[[str], bool] = lambda file: False) -> str:
    """Where the program is: the first caller in a file that is not norm's, and of
    which ``is_inside`` does not say that it is a host's; with the name of the module
    of the model that it calls."""
    active, name = current(), ""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if active is not None and not name and active.names:
            name = active.names.get(id(frame.f_locals.get("self")), "")
        if not file.startswith(_FOLDER) and not is_inside(file):
            break
        frame = frame.f_back
    where = f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_lineno}" if frame is not None else ""
    return f"{name} ({where})" if name and where else name or where
