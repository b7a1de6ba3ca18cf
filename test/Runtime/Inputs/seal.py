"""seal.py FROM TO [STATEMENT]: copies the manifest of the bundle FROM to TO, changed by a
statement on `m`, with the checksum that it then has."""
import json
import pathlib
import sys
import zlib


def seal(text):
    """`text`, which has "crc32": "00000000" of its own first, with its checksum."""
    return text.replace('"00000000"', f'"{zlib.crc32(text.encode()):08x}"', 1)


if __name__ == "__main__":
    m = json.loads((pathlib.Path(sys.argv[1]) / "manifest.json").read_text())
    exec(sys.argv[3] if len(sys.argv) > 3 else "")
    m = {"crc32": "00000000", **{key: value for key, value in m.items() if key != "crc32"}}
    (pathlib.Path(sys.argv[2]) / "manifest.json").write_text(seal(json.dumps(m, indent=1)))
