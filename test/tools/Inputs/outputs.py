"""outputs.py KIND -- COMMAND: runs a command whose output FILE is of a kind, in a
folder with `target`, `link` to it, `dangling` to `new`, `pipe` and `folder`."""
import os
import pathlib
import stat
import subprocess
import sys

kind, command = sys.argv[1], sys.argv[3:]


def run(file, same="", **options):
    words = [word.replace("FILE", file).replace("SAME", same) for word in command]
    return subprocess.run(words, capture_output=True, timeout=300, **options)


def check(condition, what, result):
    if not condition:
        sys.exit(f"{what}: {result.returncode} {result.stderr.decode()}")


if kind == "pipe":
    reader = subprocess.Popen(["cat", "pipe"], stdout=subprocess.PIPE)
    result = run("pipe")
    if not stat.S_ISFIFO(os.stat("pipe").st_mode):
        reader.kill()
        sys.exit("the pipe is gone")
    content = reader.communicate(timeout=60)[0]
    check(result.returncode == 0 and content, "nothing came through the pipe", result)
    result = run("/dev/null")
    check(result.returncode == 0 and stat.S_ISCHR(os.stat("/dev/null").st_mode), "device", result)
    result = run("/dev/full")
    check(result.returncode == 1 and b"No space left" in result.stderr, "full", result)
    result = run("/dev/stdout")
    check(result.returncode == 0 and result.stdout, "standard output", result)
elif kind == "link":
    pathlib.Path("target").write_text("kept\n")
    result = run("link")
    check(result.returncode == 0 and os.path.islink("link"), "the link is gone", result)
    check(pathlib.Path("target").read_bytes() != b"kept\n", "target", result)
    pathlib.Path("new").unlink(missing_ok=True)
    result = run("dangling")
    check(result.returncode == 0 and os.path.islink("dangling") and os.path.isfile("new"), "dangling", result)
elif kind == "refused":
    for file, reason in (("folder", b"it is a directory"), ("none/file", b"No such file or directory"),
                         ("target/file", b"Not a directory")):
        result = run(file)
        check(result.returncode == 1 and reason in result.stderr, file, result)
elif kind == "same":
    pathlib.Path("target").write_text("kept\n")
    for file, same in (("target", "target"), ("target", "./folder/../target"), ("link", "target"), ("new", "dangling")):
        result = run(file, same)
        check(result.returncode == 1 and b"another output goes to the same file" in result.stderr, same, result)
    check(pathlib.Path("target").read_text() == "kept\n", "target", result)
