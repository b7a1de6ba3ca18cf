# Runs a command with a terminal as its standard error and prints what that shows.

import os
import pty
import subprocess
import sys

reader, terminal = pty.openpty()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL,
                           stderr=terminal)
os.close(terminal)
shown = b""
try:
    while part := os.read(reader, 4096):
        shown += part
except OSError:  # The last writer has closed its end.
    pass
print(shown.decode().replace("\r", "\n"))
sys.exit(process.wait())
