# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The report as a table."""

from html import escape
from os.path import basename
from typing import Any, Dict, List


def _location(norm):
    places = norm["locations"]
    if not places:
        return "-"
    lines = sorted({place["line"] for place in places})
    span = f"{lines[0]}-{lines[-1]}" if len(lines) > 1 else f"{lines[0]}"
    return f"{basename(places[0]['file'])}:{span}"


def _types(norm):
    storage, result = norm["storage_type"], norm["result_type"]
    types = storage if storage == result else f"{storage} to {result}"
    return f"{types} in {norm['compute_type']}"


def _parameter(parameter):
    return parameter["type"] if parameter else "-"


def _extent(extent):
    return "?" if extent is None else str(extent)


def _ratio(norm):
    after = norm["after"]["bytes"]
    return f"{norm['before']['bytes'] / after:.2f}" if after else "-"


def _epsilon(norm: Dict[str, Any]) -> str:
    """None for a gradient that is given rstd."""
    return "-" if norm["epsilon"] is None else f"{norm['epsilon']:g} {norm['eps_mode']}"


_COLUMNS = {
    "kind": lambda norm: norm["kind"],
    "function": lambda norm: "@" + norm["function"],
    "location": _location,
    "rows": lambda norm: _extent(norm["row_count"]),
    "length": lambda norm: _extent(norm["row_length"]),
    "types": _types,
    "epsilon": _epsilon,
    "scale": lambda norm: _parameter(norm["scale"]),
    "bias": lambda norm: _parameter(norm["bias"]),
    "k": lambda norm: _extent(norm["k"]) if norm["k"] is not None else "-",
    "loops": lambda norm: f"{norm['before']['loops']} → {norm['after']['loops']}",
    "bytes": lambda norm: f"{norm['before']['bytes']} → {norm['after']['bytes']}",
    "before/after": _ratio,
}


class Report:
    """The norms of a program: what they are, and what they cost before and after
    they are raised.

    ``data`` is what ``norm-opt --norm-report=format=json`` writes. As a string
    it is a table, and a notebook shows it as one.
    """

    def __init__(self, data: Dict[str, Any]) -> None:
        self.data = data

    @property
    def norms(self) -> List[Dict[str, Any]]:
        """A dict for each norm."""
        return self.data["norms"]

    @property
    def missed(self) -> List[Dict[str, Any]]:
        """What looks like a norm and is none: a dict with ``locations`` and
        ``reason`` for each."""
        return self.data["missed"]

    def _rows(self):
        return [[column(norm) for column in _COLUMNS.values()] for norm in self.norms]

    def _misses(self):
        return [(_location(miss), miss["reason"]) for miss in self.missed]

    def __repr__(self) -> str:
        table = [list(_COLUMNS)] + self._rows()
        widths = [max(map(len, column)) for column in zip(*table)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
            for row in table
        ]
        lines += [f"{place}: not raised: {reason}" for place, reason in self._misses()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        def row(cells, tag):
            return (
                "<tr>"
                + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells)
                + "</tr>"
            )

        html = "<table><thead>" + row(_COLUMNS, "th") + "</thead><tbody>"
        html += "".join(row(cells, "td") for cells in self._rows())
        html += "</tbody></table>"
        if self.missed:
            html += "<p>Not raised:</p><ul>"
            html += "".join(
                f"<li>{escape(place)}: {escape(reason)}</li>"
                for place, reason in self._misses()
            )
            html += "</ul>"
        return html
