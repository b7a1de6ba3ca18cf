"""status.py N COMMAND: whether the command ends with exit status N."""
import subprocess
import sys

found = subprocess.run(sys.argv[2:]).returncode
sys.exit(f"expected exit status {sys.argv[1]}, got {found}" if found != int(sys.argv[1]) else 0)
