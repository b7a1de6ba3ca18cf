"""levels.py COMPILER PROGRAM FOLDER: a library for each level of x86-64, on such a machine."""
import platform
import subprocess
import sys

compiler, program, folder = sys.argv[1:]
if platform.machine() == "x86_64":
    for level in ("x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"):
        library = f"{folder}/{level}.so"
        subprocess.run([compiler, program, "-o", library, f"--target={level}"], check=True)
        names = subprocess.run(["nm", "-D", "--undefined-only", library], check=True, capture_output=True, text=True)
        wrong = [name for name in names.stdout.split() if name.startswith(("__trunc", "__extend", "__gnu_"))]
        if wrong:
            sys.exit(f"{level}: {wrong}")
