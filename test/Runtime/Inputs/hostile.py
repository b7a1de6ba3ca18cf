"""hostile.py BUNDLE FOLDER ENTRY [KEYS]: puts into the place of every value of a manifest,
or of those below one of some keys, numbers and texts that it must not have, and asks of
norm-launch an answer in words."""
import copy
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(__file__))
from seal import seal

bundle, folder, ENTRY = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
KEYS = sys.argv[4].split(",") if len(sys.argv) > 4 else None
shutil.copytree(bundle, folder, dirs_exist_ok=True)
manifest = json.loads((bundle / "manifest.json").read_text())
manifest["entries"] = [entry for entry in manifest["entries"] if entry["name"] == ENTRY]
LEAST, MOST = -2**63, 2**63 - 1
LEAVES = [0, -1, 3, 2**31, 2**40, MOST, LEAST, 2**64 - 1, 1.5, 1e300, "x", ["div", LEAST, -1], ["rem", LEAST, -1],
          ["mul", MOST, 2], ["sub", LEAST, 1]]
ALL = [None, "", True, [], {}, ["div", 1], "gone"]


def paths(value, path=()):
    yield path
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from paths(value[key], path + (key,))


def launch(text, what, *options, seconds=20):
    (folder / "manifest.json").write_bytes(text if isinstance(text, bytes) else text.encode())
    # A sanitizer takes more address space than that: there a shape may be too large for the time.
    sanitized = "NORM_SANITIZED" in os.environ
    limit = resource.RLIM_INFINITY if sanitized else 6 << 30
    try:
        result = subprocess.run(["norm-launch", folder, f"--entry={ENTRY}", "--rows=3", *options], capture_output=True,
                                timeout=seconds, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
    except subprocess.TimeoutExpired:
        if sanitized:
            return "no time"
        raise
    error = result.stderr.decode(errors="replace")
    if sanitized:  # That a size was refused is no error of the program.
        error = "".join(line for line in error.splitlines(keepends=True) if "==WARNING: AddressSanitizer failed to allocate" not in line)
    raw = [word for word in ("std::", "exception", "_M_", "vector", "basic_string", "stoi", "bad_") if word in error]
    if result.returncode not in (0, 1) or (result.returncode == 1) != error.startswith("norm-launch: error: ") or raw:
        sys.exit(f"{what} {options}: status {result.returncode}, {error[:300]}")
    return error


def sealed(value):
    order = {"crc32": "00000000", **{key: value[key] for key in value if key != "crc32"}}
    return seal(json.dumps(order))


count, refused = 0, 0
for path in list(paths(manifest))[1:]:
    others = path[:3] == ("images", 0, "launches") and len(path) > 3 and path[3] != ENTRY
    if path == ("crc32",) or others or (KEYS and not set(KEYS) & set(path)):
        continue
    old = manifest
    for key in path:
        old = old[key]
    for value in ALL if isinstance(old, (dict, list)) else ALL + LEAVES:
        changed = copy.deepcopy(manifest)
        place = changed
        for key in path[:-1]:
            place = place[key]
        if value == "gone":
            del place[path[-1]]
        else:
            place[path[-1]] = value
        count += 1
        refused += bool(launch(sealed(changed), f"{path} = {value}", "--check"))
print(f"{count} manifests, {refused} refused")

# Texts that are no manifest.
good = sealed(manifest)
assert "the manifest" not in launch(good, "the manifest itself", "--list")
for depth in (101, 200000):
    deep = '["add",1,' * depth + "1" + "]" * depth
    for text in (deep, good.replace('"grid": [', '"grid": [' + deep + ",", 1), "[" * depth, '{"a":' * depth):
        error = launch(text, f"depth {depth}", "--list")
        assert "nested at most 100 deep" in error, error
for text in ("", "{", "nul", '{"kind": "norm-bundle"', "\xff\xfe", b"\xff\xfe\x00", '{"kind": "\ud800"}'.encode("utf-8", "surrogatepass"),
             '{"kind": 1e999}', "[1, 2]", "3", '"x"', good[:-30], good.replace(":", "", 1)):
    error = launch(text, repr(text)[:40], "--list")
    assert "the manifest cannot be read: " in error, error
unsealed = {key: value for key, value in manifest.items() if key != "crc32"}
assert "expected 'crc32'" in launch(json.dumps(unsealed), "without crc32", "--list")
for digits in (0, None, "", "0", "0x123456", "+1234567", "g0000000", "123456789"):
    error = launch(json.dumps({"crc32": digits, **unsealed}), digits, "--list")
    assert "in crc32" in error, error

# Files that are no regular files are not waited for.
(folder / "manifest.json").unlink()
for make in (lambda path: os.mkfifo(path), lambda path: path.symlink_to("/dev/zero"), lambda path: path.mkdir()):
    make(folder / "manifest.json")
    result = subprocess.run(["norm-launch", folder, "--list"], capture_output=True, timeout=20)
    assert result.returncode == 1 and b"it is no regular file" in result.stderr, result
    (folder / "manifest.json").rmdir() if (folder / "manifest.json").is_dir() else (folder / "manifest.json").unlink()
