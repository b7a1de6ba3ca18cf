# What the threads of a block load and store, found by evaluating PTX: integers and
# addresses are computed, data is not known and decides nothing.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import collections
import re

import numpy as np

# Arguments lie this far apart, so that an address says which one it is in.
ARGUMENT_BYTES = 1 << 44
SHARED_BASE = 1 << 20

Access = collections.namedtuple("Access", "kind argument offsets bytes step")
Kernel = collections.namedtuple("Kernel", "name code labels parameters shared")


def parse(text):
    """The kernels of a file of PTX, by name."""
    kernels = {}
    for match in re.finditer(r"\.entry (\w+)\((.*?)\)(.*?)\n\{(.*?)\n\}", text,
                             re.S):
        name, parameters, _, body = match.groups()
        code, labels, shared = [], {}, {}
        body = re.sub(r"//.*", "", body)
        for line in re.findall(r"[^;:\n][^;:]*[;:]|\$\w+:", body):
            line = " ".join(line.split())
            if line.endswith(":"):
                labels[line[:-1].strip()] = len(code)
            elif found := re.search(r"\.shared .*?(\w+)\[", line):
                shared[found.group(1)] = SHARED_BASE * (len(shared) + 1)
            elif not line.startswith("."):
                code.append(parse_instruction(line[:-1]))
        for number, found in enumerate(re.findall(r"\.shared[^;]*?(\w+)\[",
                                                  text)):
            shared.setdefault(found, SHARED_BASE * (number + 100))
        kernels[name] = Kernel(name, code, labels,
                               re.findall(r"(\w+_param_\d+)", parameters),
                               shared)
    return kernels


def parse_instruction(line):
    """(guard, opcode, operands): operands are names, lists of names or
    ("address", base, offset)."""
    guard = None
    if match := re.match(r"@(!?)(%p\d+) ", line):
        guard = (match.group(2), bool(match.group(1)))
        line = line[match.end():]
    opcode, _, rest = line.partition(" ")
    operands = []
    for part in re.findall(r"\{[^}]*\}|\[[^\]]*\]|[^,{}\[\]]+", rest):
        part = part.strip()
        if part.startswith("{"):
            operands.append([p.strip() for p in part[1:-1].split(",")])
        elif part.startswith("["):
            base, sign, offset = re.match(r"([^+-]+)([+-]*)(\w*)",
                                          part[1:-1]).groups()
            offset = int(offset or "0", 0) * (-1 if sign.endswith("-") else 1)
            operands.append(("address", base.strip(), offset))
        elif part:
            operands.append(part)
    return guard, opcode, operands


def width_of(opcode):
    """Bits of the last type in an opcode."""
    types = re.findall(r"\.(?:b|u|s|f)(\d+)", opcode)
    return int(types[-1]) if types else 32


class Block:
    """The threads of one block, which go on together where they can: the
    instruction that comes first in the text is next."""

    def __init__(self, kernel, values, threads, block, grid):
        self.kernel, self.threads = kernel, threads
        self.parameters = dict(zip(kernel.parameters, values))
        self.special = {"%tid.x": np.arange(threads, dtype=np.uint64),
                        "%ntid.x": threads, "%ctaid.x": block,
                        "%nctaid.x": grid, "%laneid":
                        np.arange(threads, dtype=np.uint64) % 32}
        for name in ("%tid.y", "%tid.z", "%ctaid.y", "%ctaid.z"):
            self.special[name] = 0
        for name in ("%ntid.y", "%ntid.z", "%nctaid.y", "%nctaid.z"):
            self.special[name] = 1
        self.registers, self.accesses = {}, []
        self.executed = collections.Counter()
        self.step, self.first_shuffle = 0, None

    def run(self, limit=200000):
        counters = np.zeros(self.threads, dtype=np.int64)
        end = len(self.kernel.code)
        for self.step in range(limit):
            now = counters.min()
            if now >= end:
                return self
            active = counters == now
            guard, opcode, operands = self.kernel.code[now]
            counters[active] = now + 1
            if guard:
                condition = self.registers.get(guard[0])
                if condition is None:
                    raise ValueError(f"{opcode} depends on data")
                active = active & (condition.astype(bool) != guard[1])
            if opcode.startswith("bra"):
                counters[active] = self.kernel.labels[operands[0]]
            elif opcode in ("ret", "exit"):
                counters[active] = end
            elif active.any():
                self.execute(opcode, operands, active)
            if opcode.startswith("shfl") and self.first_shuffle is None:
                self.first_shuffle = self.step
            self.executed[opcode.split(".")[0]] += int(active.sum())
        raise ValueError("the kernel does not end")

    def value(self, operand):
        """The value in each thread, or None for data."""
        if isinstance(operand, list) or isinstance(operand, tuple):
            return None
        if operand in self.special:
            return np.broadcast_to(np.uint64(self.special[operand]),
                                   self.threads)
        if operand.startswith("%"):
            return self.registers.get(operand)
        if operand in self.kernel.shared:
            return np.full(self.threads, self.kernel.shared[operand],
                           np.uint64)
        if operand.startswith(("0f", "0d")):
            return None
        number = int(operand.rstrip("U"), 0) & 0xFFFFFFFFFFFFFFFF
        return np.full(self.threads, number, np.uint64)

    def set(self, name, value, active):
        """Writes a register, in active threads."""
        if isinstance(name, list):
            for part in name:
                self.set(part, None, active)
            return
        before = self.registers.get(name)
        if value is None:
            if active.all() or before is None:
                self.registers[name] = None
            return
        value = np.asarray(value, dtype=np.uint64)
        if before is not None and not active.all():
            value = np.where(active, value, before)
        self.registers[name] = value

    def address(self, operand):
        base = self.value(operand[1])
        if base is None:
            return None
        return base + np.uint64(operand[2] & 0xFFFFFFFFFFFFFFFF)

    def access(self, kind, operand, size, active):
        address = self.address(operand)
        if address is None:
            raise ValueError(f"the address of a {kind} depends on data")
        address = address[active]
        self.accesses.append(Access(
            kind, int(address[0]) // ARGUMENT_BYTES - 1,
            (address % np.uint64(ARGUMENT_BYTES)).astype(np.int64), size,
            self.step))

    def execute(self, opcode, operands, active):
        name = opcode.split(".")[0]
        if name == "ld" and ".param" in opcode:
            value = self.parameters[operands[1][1]]
            return self.set(operands[0], np.full(self.threads, value,
                                                 np.uint64), active)
        if name in ("ld", "st"):
            place = operands[1] if name == "ld" else operands[0]
            count = 4 if ".v4" in opcode else 2 if ".v2" in opcode else 1
            if ".global" in opcode:
                self.access(name, place, count * width_of(opcode) // 8, active)
            if name == "ld":
                self.set(operands[0], None, active)
            return None
        if opcode.startswith("cp.async") and ".global" in opcode:
            size = self.value(operands[2]) if len(operands) > 2 else None
            if ".bulk" not in opcode:
                self.access("ld", operands[1], int(size[0]), active)
            return None
        if not operands or name in ("bar", "barrier", "membar", "fence",
                                    "mbarrier", "griddepcontrol", "prefetch"):
            return None
        self.set(operands[0], self.compute(opcode, name, operands[1:]), active)
        return None

    def compute(self, opcode, name, operands):
        values = [self.value(o) for o in operands]
        if name == "selp":
            return (None if any(v is None for v in values) else
                    np.where(values[2].astype(bool), values[0], values[1]))
        if (any(v is None for v in values) or
                re.search(r"\.b?f(16|32|64)", opcode)):
            return None
        function = INTEGER.get(name)
        if not function:
            return None
        bits = width_of(opcode)
        wide = ".wide" in opcode
        if ".s" in opcode and (name in ("setp", "shr", "min", "max", "div",
                                        "rem", "cvt") or wide):
            values = [to_signed(v, width_of(opcode)) for v in values]
        elif bits < 64 and name != "cvt":
            values = [v & np.uint64((1 << bits) - 1) for v in values]
        if name == "setp":
            relation = opcode.split(".")[1]
            return RELATIONS[relation](values[0], values[1])
        if name == "cvt":
            source = int(re.findall(r"\d+", opcode)[-1])
            target = int(re.findall(r"\d+", opcode)[-2])
            value = values[0].astype(np.uint64)
            if ".s" not in opcode:
                value = value & np.uint64((1 << source) - 1 if source < 64
                                          else 0xFFFFFFFFFFFFFFFF)
            return value & np.uint64(0xFFFFFFFFFFFFFFFF if target == 64
                                     else (1 << target) - 1)
        result = np.asarray(function(*values)).astype(np.uint64)
        if bits < 64 and not wide:
            result = result & np.uint64((1 << bits) - 1)
        return result


def to_signed(value, bits):
    if bits == 64:
        return value.astype(np.int64)
    value = (value & np.uint64((1 << bits) - 1)).astype(np.int64)
    return np.where(value >> (bits - 1), value - (1 << bits), value)


def shift_amount(value):
    return np.minimum(value, 63).astype(value.dtype)


INTEGER = {
    "mov": lambda a: a, "cvta": lambda a: a, "cvt": lambda a: a,
    "add": lambda a, b: a + b, "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b, "mad": lambda a, b, c: a * b + c,
    "shl": lambda a, b: a << shift_amount(b),
    "shr": lambda a, b: a >> shift_amount(b),
    "and": lambda a, b: a & b, "or": lambda a, b: a | b,
    "xor": lambda a, b: a ^ b, "not": lambda a: ~a,
    "min": np.minimum, "max": np.maximum,
    "div": lambda a, b: a // np.maximum(b, 1),
    "rem": lambda a, b: a % np.maximum(b, 1),
    "setp": lambda a, b: a,
}
RELATIONS = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal,
    "gt": np.greater, "ge": np.greater_equal, "lo": np.less,
    "ls": np.less_equal, "hi": np.greater, "hs": np.greater_equal,
}


def run_block(kernel, values, threads, block=0, grid=1):
    """`values` are the kernel's parameters: numbers, or ("pointer", argument)."""
    numbers = [(v[1] + 1) * ARGUMENT_BYTES if isinstance(v, tuple) else v
               for v in values]
    with np.errstate(over="ignore"):
        return Block(kernel, numbers, threads, block, grid).run()


def count_touches(block, kind, argument):
    """How many times each byte of an argument is loaded ("ld") or stored: the
    offsets, ascending, and counts."""
    parts = [(a.offsets[:, None] + np.arange(a.bytes)).ravel()
             for a in block.accesses
             if a.kind == kind and a.argument == argument]
    if not parts:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.unique(np.concatenate(parts), return_counts=True)
