# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where the plug-in for mlir-opt lies: ``python -m norm.plugin`` prints it.

It is for programs that load the libMLIR.so.22.1 that it was built with.
"""

import os
import sys


def path() -> str:
    """The path of NormPlugin.so.

    Raises:
      FileNotFoundError: if the package was built without it.
    """
    file = os.path.join(os.path.dirname(os.path.abspath(__file__)), "NormPlugin.so")
    if not os.path.exists(file):
        raise FileNotFoundError("this package was built without NormPlugin.so")
    return file


if __name__ == "__main__":
    try:
        print(path())
    except FileNotFoundError as error:
        sys.exit(f"norm.plugin: {error}")
