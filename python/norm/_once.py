# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that are called once for the same arguments."""

import atexit
from typing import Any, Callable, Dict, Tuple


def once(make: Callable) -> Callable:
    """``make``, called once for the same arguments: what it raised is raised
    again."""
    known: Dict[Tuple, Any] = {}
    atexit.register(known.clear)

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
