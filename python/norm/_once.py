# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that are called once for the same arguments."""

import atexit
from typing import Any, Callable, Dict, Tuple

from . import _settings


def once(make: Callable) -> Callable:
    """``make``, called once for the same arguments, until configure(): what it
    raised is raised again."""
    known: Dict[Tuple, Any] = {}
    atexit.register(known.clear)
    _settings.add_listener(known.clear)

    def find(*arguments: Any) -> Any:
        found = known.get(arguments)
        if found is None:
            try:
                found = make(*arguments)
            except Exception as error:
                found = error
            known[arguments] = found
        if isinstance(found, Exception):
            raise found
        return found

    return find
