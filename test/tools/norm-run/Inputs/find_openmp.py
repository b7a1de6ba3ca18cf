"""Prints where the OpenMP runtime lies that a process finds."""
import ctypes

for name in ("libomp.so.5", "libomp.so"):
    try:
        ctypes.CDLL(name)
    except OSError:
        continue
    with open("/proc/self/maps") as maps:
        print(next(line.split()[-1] for line in maps if "libomp" in line))
    break
