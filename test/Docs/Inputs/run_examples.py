# Runs the commands of a page of the documentation:
#
#   run_examples.py PAGE SOURCE_ROOT BUILD_ROOT FOLDER
#
# Blocks marked sh are run by bash one after the other in FOLDER, which is made
# anew and stands for the root of the repository. A block of text, mlir or json
# right after one is its output, standard error included: its lines have to be
# there in this order, up to white space; "..." stands for any lines, and a line
# may be the beginning of one. `<!-- not run -->` skips the block that follows.
# With --update as a fifth argument the outputs are written into the page, but
# for those with "...".

import os
import pathlib
import re
import shutil
import subprocess
import sys

BLOCK = re.compile(r"(<!-- not run -->\n)?```(\w+)\n(.*?)^```$", re.M | re.S)


def blocks(page):
    """Pairs of a command and its expected lines."""
    result, end = [], None
    for match in BLOCK.finditer(page):
        skipped, kind, text = match.groups()
        is_next = end is not None and not page[end:match.start()].strip()
        end = None
        if skipped:
            continue
        if kind == "sh":
            result.append((text, []))
            end = match.end()
        elif is_next:
            result[-1][1].extend(text.splitlines())
    return result


def squeeze(line):
    return " ".join(line.split())


def missing(expected, output):
    """The first expected line that the output has not got, or None."""
    lines = iter([squeeze(line) for line in output.splitlines()])
    for line in map(squeeze, expected):
        if line in ("", "..."):
            continue
        if not any(found.startswith(line) for found in lines):
            return line
    return None


def update(page, command, output):
    """`page` with the output of `command` in the block after it."""
    start = page.index(f"```sh\n{command}```\n") + len(f"```sh\n{command}```\n")
    match = BLOCK.search(page, start)
    if not match or page[start:match.start()].strip() or match.group(2) == "sh" or "\n...\n" in match.group(3):
        return page
    return page[:match.start(3)] + output.strip("\n") + "\n" + page[match.end(3):]


def make_tools(folder):
    """A folder with python3, this one, and mlir-opt-22 on every system."""
    tools = folder / ".bin"
    tools.mkdir()
    python = tools / "python3"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    if not shutil.which("mlir-opt-22"):
        (tools / "mlir-opt-22").symlink_to(shutil.which("mlir-opt"))
    return tools.resolve()


def main():
    page, source, build, folder = map(pathlib.Path, sys.argv[1:5])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("examples", "include", "test", "tools"):
        (folder / name).symlink_to(source / name)
    (folder / "build").symlink_to(build)
    path = f"{make_tools(folder)}:{build}/bin:{os.environ['PATH']}"
    commands = blocks(page.read_text())
    for command, expected in commands:
        process = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command], cwd=folder,
            env={**os.environ, "PATH": path}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if process.returncode != 0:
            sys.exit(f"{page}: exit status {process.returncode} of\n{command}\n"
                     f"{process.stdout}")
        if sys.argv[5:] == ["--update"]:
            page.write_text(update(page.read_text(), command, process.stdout))
            continue
        line = missing(expected, process.stdout)
        if line is not None:
            sys.exit(f"{page}: no line '{line}' in the output of\n{command}\n"
                     f"{process.stdout}")
    print(f"{page.name}: {len(commands)} blocks")


if __name__ == "__main__":
    main()
