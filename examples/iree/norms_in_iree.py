# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A model compiled by IREE whose norms are norm's code.

    python3 norms_in_iree.py block.mlir --tools=build/bin --llvm=/usr/lib/llvm-22/bin [--time]

norm-opt raises the norms of a program of linalg. Each becomes an object by
norm-to-llvm and LLVM, and in the program a dispatch of an executable of IREE's
that calls it, some rows for each workgroup. iree-compile links the objects, and
compiles the rest itself. The results of both programs are compared."""

import argparse
import re
import subprocess
import tempfile
from pathlib import Path
from typing import List, NamedTuple

import iree.compiler
import iree.runtime
import numpy as np

# What iree-compile takes for the CPU at hand. Objects have to be for it.
OPTIONS = [
    "--iree-hal-target-device=local",
    "--iree-hal-local-target-device-backends=llvm-cpu",
    "--iree-llvmcpu-target-cpu=host",
]
_OP = re.compile(
    r"(?P<result>%\w+) = norm\.(?P<kind>\w+) ins\((?P<x>%\w+) : (?P<type>tensor<(?P<rows>\d+)x(?P<length>\d+)x(?P<element>\w+)>)\)"
    r"(?: scale\((?P<scale>%\w+) : (?P<scale_type>[^)]*)\))?(?: bias\((?P<bias>%\w+) : (?P<bias_type>[^)]*)\))?"
    r" outs\(%\w+ : [^)]*\) (?P<options>[^{\n]*?) -> (?P=type)\n"
)


class Kernel(NamedTuple):
    """A norm as a function of memrefs, and as an executable of IREE's."""

    name: str
    program: str
    executable: str
    call: str


def largest_part(rows: int) -> int:
    """Rows of a workgroup: up to 32, all alike."""
    return next(part for part in range(32, 0, -1) if rows % part == 0)


def to_kernel(number: int, op: re.Match) -> Kernel:
    name, rows, length, element = f"norm_{number}", int(op["rows"]), int(op["length"]), op["element"]
    part = largest_part(rows)
    whole = f"memref<{rows}x{length}x{element}>"
    rows_of = f"memref<{part}x{length}x{element}, strided<[{length}, 1], offset: ?>>"
    parameters = [(word, op[word + "_type"].replace("tensor", "memref")) for word in ("scale", "bias") if op[word]]
    operands = [("x", rows_of), *parameters, ("y", rows_of)]
    types = ", ".join(type for _, type in operands)
    named = ", ".join(f"%{word}: {type}" for word, type in operands)
    extra = "".join(f" {word}(%{word} : {type})" for word, type in parameters)
    program = f"""func.func @{name}({named}) {{
  norm.{op["kind"]} ins(%x : {rows_of}){extra} outs(%y : {rows_of}) {op["options"]}
  return
}}
"""
    bindings = ["x", *(word for word, _ in parameters), "y"]
    spans = [(word, dict(parameters).get(word, whole)) for word in bindings]
    executable = f"""
stream.executable private @{name} attributes {{
  hal.executable.objects = #hal.executable.objects<{{#target = [#hal.executable.object<{{path = "{name}.o"}}>]}}>
}} {{
  stream.executable.export public @call_{name} workgroups() -> (index, index, index) {{
    %count = arith.constant {rows // part} : index
    %one = arith.constant 1 : index
    stream.return %count, %one, %one : index, index, index
  }}
  builtin.module {{
    func.func private @{name}({types}) attributes {{hal.import.static}}
    func.func @call_{name}({", ".join(f"%{word}_binding: !stream.binding" for word in bindings)}) {{
      %zero = arith.constant 0 : index
      %part = arith.constant {part} : index
      %group = stream.dispatch.workgroup.id[0] : index
      %row = arith.muli %group, %part : index
"""
    for word, type in spans:
        executable += f"      %{word}_whole = stream.binding.subspan %{word}_binding[%zero] : !stream.binding -> {type}\n"
    for word in ("x", "y"):
        executable += f"      %{word} = memref.subview %{word}_whole[%row, 0] [{part}, {length}] [1, 1] : {whole} to {rows_of}\n"
    passed = ", ".join(f"%{word}" if word in ("x", "y") else f"%{word}_whole" for word in bindings)
    executable += f"      func.call @{name}({passed}) : ({types}) -> ()\n      return\n    }}\n  }}\n}}\n"
    read = [op["x"], *(op[word] for word, _ in parameters)]
    read_types = ", ".join([op["type"], *(op[word + "_type"] for word, _ in parameters)])
    call = f"{op['result']} = flow.dispatch @{name}::@call_{name}({', '.join(read)}) : ({read_types}) -> {op['type']}\n"
    return Kernel(name, program, executable, call)


def run(*command, text: str = "") -> str:
    done = subprocess.run([str(part) for part in command], input=text, text=True, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{command[0]}: {done.stderr}")
    return done.stdout


def to_object(kernel: Kernel, arguments, folder: Path) -> None:
    lowered = run(arguments.tools / "norm-opt", "-", "--norm-to-llvm=threads=1", text=kernel.program)
    code = run(arguments.llvm / "mlir-translate", "-", "--mlir-to-llvmir", text=lowered)
    run(arguments.llvm / "llc", "-", "-O3", "-mcpu=native", "-relocation-model=pic", "-filetype=obj", "-o",
        folder / f"{kernel.name}.o", text=code)  # fmt: skip


def with_norms(program: str, arguments, folder: Path) -> str:
    """The program for IREE with norms as dispatches, whose objects lie in
    ``folder``."""
    raised = run(arguments.tools / "norm-opt", "-", "--norm-raise", text=program)
    kernels: List[Kernel] = []

    def replace(op: re.Match) -> str:
        kernels.append(to_kernel(len(kernels), op))
        return kernels[-1].call

    body = re.sub(r"^module \{$", "", _OP.sub(replace, raised), count=1, flags=re.M)
    if "norm." in re.sub(r"@norm_", "", body):
        raise SystemExit("a norm is of a kind that this example has no executable for")
    for kernel in kernels:
        to_object(kernel, arguments, folder)
    aliases, _, functions = body.partition("func.func")
    target = '#target = #hal.executable.target<"llvm-cpu", "embedded-elf-x86_64">\n'
    print(f"{len(kernels)} norms are norm's: {', '.join(kernel.name for kernel in kernels)}")
    return f"{aliases}{target}module {{{''.join(k.executable for k in kernels)}\nfunc.func{functions}"


def load(text: str, folder: Path):
    options = [*OPTIONS, f"--iree-hal-executable-object-search-path={folder}"]
    binary = iree.compiler.compile_str(text, extra_args=options)
    config = iree.runtime.Config("local-task")
    module = iree.runtime.VmModule.copy_buffer(config.vm_instance, binary)
    return iree.runtime.load_vm_module(module, config), binary


def time_of(name: str, binary: bytes, arrays, folder: Path) -> str:
    path = folder / f"{name}.vmfb"
    path.write_bytes(binary)
    inputs = []
    for i, array in enumerate(arrays):
        np.save(folder / f"{i}.npy", array)
        inputs.append(f"--input=@{folder / f'{i}.npy'}")
    found = run("iree-benchmark-module", f"--module={path}", "--function=main", "--device=local-task",
                "--benchmark_repetitions=9", *inputs)  # fmt: skip
    return re.search(r"real_time_median\s+([\d.]+ \w+)", found)[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("--tools", type=Path, default=Path("build/bin"), help="the folder of norm-opt")
    parser.add_argument("--llvm", type=Path, default=Path("/usr/lib/llvm-22/bin"), help="the folder of llc")
    parser.add_argument("--time", action="store_true", help="by iree-benchmark-module")
    arguments = parser.parse_args()
    program = arguments.program.read_text()
    types = re.findall(r"%\w+: tensor<([\dx]+)xf32>", re.search(r"func.func @main\((.*?)\)", program)[1])
    random = np.random.default_rng(0)
    arrays = [random.standard_normal([int(n) for n in shape.split("x")]).astype("float32") for shape in types]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        own, own_binary = load(program, folder)
        both, both_binary = load(with_norms(program, arguments, folder), folder)
        wanted, found = (np.asarray(module.main(*arrays)) for module in (own, both))
        error = np.abs(found - wanted).max() / np.abs(wanted).max()
        print(f"difference from IREE alone: {error:.1e} of the largest")
        if not error < 1e-5:
            raise SystemExit("that is too much")
        if arguments.time:
            print("IREE alone:", time_of("own", own_binary, arrays, folder))
            print("with norm:", time_of("both", both_binary, arrays, folder))


if __name__ == "__main__":
    main()
