# Counts includes within lib/Rows and those against the direction of its rooms, and
# finds private headers that another library includes.
#
#   rooms.py SOURCE_ROOT

import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
# What a room may include besides itself.
BELOW = {
    "Shape": set(),
    "Schedule": {"Shape"},
    "Emit": {"Shape", "Schedule"},
    "CPU": {"Shape", "Schedule", "Emit"},
    "GPU": {"Shape", "Schedule", "Emit"},
}
INCLUDE = re.compile(r'#include "([^"]+)"')
ROWS = ROOT / "lib/Rows"

total = against = 0
for path in sorted(ROWS.rglob("*")):
    if path.suffix not in (".h", ".cpp"):
        continue
    room = path.relative_to(ROWS).parts[0]
    for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
        other = name.split("/")[0]
        if other not in BELOW:
            continue
        total += 1
        if other != room and other not in BELOW[room]:
            against += 1
            print(f"{path.relative_to(ROOT)}: {name}")
print(f"{total} includes, {against} against the direction")

# A private header is reached by a path upwards, or from the root of a library.
private = 0
for library in ("GPU", "Pipelines", "Report", "Target", "Rows", "Dialect"):
    for path in sorted((ROOT / "lib" / library).rglob("*")):
        if path.suffix in (".h", ".cpp") and '#include "../' in path.read_text(
                encoding="utf-8"):
            private += 1
            print(f"{path.relative_to(ROOT)} includes by a path upwards")
print(f"{private} private headers of other libraries")
