# Small programs as text, executed with arrays in files; what is wrong is printed
# and counted.

import subprocess
import tempfile

import numpy as np


class Programs:
    """Runs programs by `command`, norm-run with its options, after `preamble`."""

    def __init__(self, command, preamble):
        self.command, self.preamble, self.failures = command, preamble, 0

    def run(self, text, arrays, results=1, options=()):
        with tempfile.TemporaryDirectory() as folder:
            with open(f"{folder}/program.mlir", "w", encoding="utf-8") as file:
                file.write(self.preamble + text)
            command = [self.command[0], f"{folder}/program.mlir", *self.command[1:], *options]
            for i, array in enumerate(arrays):
                np.save(f"{folder}/x{i}.npy", array)
                command.append(f"--input={folder}/x{i}.npy")
            command += [f"--output={folder}/y{i}.npy" for i in range(results)]
            subprocess.run(command, check=True)
            return [np.load(f"{folder}/y{i}.npy") for i in range(results)]

    def expect(self, name, condition, *facts):
        if not condition:
            self.failures += 1
            print(name, *facts)


def to_bf16(values):
    """Rounded to nearest even, as bits."""
    bits = values.astype(np.float32).view(np.uint32).astype(np.uint64)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)
