# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Modules of XLA, from their serialized form and back.

Numbers of fields are those of xla/service/hlo.proto and xla/xla_data.proto,
which XLA keeps for the sake of stored modules.
"""

import functools
import math
import os
import struct
from typing import Dict, Iterator, List, Optional, Sequence, Set, Tuple

from .._linalg import WIDTHS
from ._proto import FIXED32, FIXED64, VARINT, Message, read_varints

# xla.PrimitiveType by the names of MLIR.
TYPES = {1: "i1", 4: "i32", 5: "i64", 10: "f16", 11: "f32", 12: "f64", 16: "bf16"}
_TUPLE = 13


class Shape:
    """Of an array (``dims``, ``type``) or a tuple (``parts``). It is read once for
    all instructions that have it, and stays as it is."""

    def __init__(self, message: Message) -> None:
        self.message = message
        code = message.number(2)
        self.parts = [Shape(m) for m in message.messages(4)] if code == _TUPLE else None
        self.type = TYPES.get(code)
        self.dims = tuple(message.numbers(3))
        layout = message.message(5)
        # Dimensions as they lie in memory, the slowest first; those of one element
        # lie anywhere.
        order = layout.numbers(1)[::-1] or list(range(len(self.dims)))
        long = [d for d in order if self.dims[d] != 1]
        self.order = tuple(range(len(self.dims))) if long == sorted(long) else tuple(order)
        tiled = layout.all(6) or layout.number(8)  # tiles and a memory space
        dynamic = any(message.numbers(6))
        self.is_dense = self.parts is None and self.type is not None and not tiled and not dynamic
        # Whether it is dense and row-major.
        self.is_plain = self.is_dense and self.order == tuple(range(len(self.dims)))
        # The sizes as they lie in memory.
        self.stored = tuple(self.dims[d] for d in self.order)
        self.count = math.prod(self.dims)
        if self.parts is not None:
            self.bytes = sum(part.bytes for part in self.parts)
        else:
            self.bytes = self.count * ((WIDTHS.get(self.type, 32) + 7) // 8)


@functools.lru_cache(maxsize=4096)
def _read_shape(data: bytes) -> Shape:
    return Shape(Message(data))


class Instruction:
    """One instruction of a computation. ``before`` are the ids of others that are
    to run before it without giving it a value."""

    def __init__(self, message: Message) -> None:
        self.message = message
        texts = {1: b"", 2: b"", 3: b""}
        ids: Dict[int, List[int]] = {36: [], 37: [], 38: []}
        self.id = 0
        for number, kind, value in message.fields:
            if number in texts:
                texts[number] = value
            elif number in ids:
                ids[number] += [value] if kind == VARINT else read_varints(value)
            elif number == 35:
                self.id = value
        self.name, self.opcode = texts[1].decode(), texts[2].decode()
        self.shape = _read_shape(texts[3])
        self.operands, self.before, self.called = ids.values()
        self._scalar: Optional[Tuple[object]] = None

    def scalar(self) -> Optional[object]:
        """The number that a constant has in all its elements: a bool, int or
        float, None where elements differ."""
        if self._scalar is None:
            self._scalar = (self._read_scalar(),)
        return self._scalar[0]

    def _read_scalar(self) -> Optional[object]:
        type = self.shape.type
        if type is None or self.shape.count == 0:
            return None
        values = list(_elements(self.message.message(8), type))
        bits = {struct.pack("<d", v) if isinstance(v, float) else v for v in values}
        return values[0] if len(bits) == 1 else None

    def read_from(self, operands: List[int]) -> None:
        """Has the instruction read other values."""
        if operands != self.operands:
            self.operands = operands
            self.message.set_numbers(36, operands)


def _elements(literal: Message, type: str) -> Iterator[object]:
    if type == "i1":
        yield from (bool(v) for v in literal.numbers(2))
    elif type in ("i32", "i64"):
        for value in literal.numbers(4 if type == "i32" else 5):
            yield value - (1 << 32) if type == "i32" and value >> 31 == 1 else value
    elif type in ("f16", "bf16"):
        data = literal.get(11 if type == "f16" else 13) or b""
        for at in range(0, len(data), 2):
            if type == "f16":
                yield struct.unpack_from("<e", data, at)[0]
            else:
                yield struct.unpack("<f", b"\0\0" + data[at : at + 2])[0]
    else:
        number, letter, kind = (8, "f", FIXED32) if type == "f32" else (9, "d", FIXED64)
        size = struct.calcsize(letter)
        for found, one, value in literal.fields:
            if found == number:  # packed, or one by one
                assert one == kind or len(value) % size == 0
                yield from (struct.unpack_from("<" + letter, value, at)[0] for at in range(0, len(value), size))


class Computation:
    def __init__(self, message: Message) -> None:
        self.message = message
        self.name, self.id, self.root_id = message.text(1), message.number(5), message.number(6)
        self.is_fusion = bool(message.number(7))
        self.is_changed = False
        self._set([Instruction(m) for m in message.messages(2)])

    def _set(self, instructions: List[Instruction]) -> None:
        self.instructions = instructions
        self.by_id: Dict[int, Instruction] = {i.id: i for i in instructions}
        self._sorted: Optional[List[Instruction]] = None
        self._users: Optional[Dict[int, List[Instruction]]] = None

    def users_of(self, instruction: Instruction) -> Sequence[Instruction]:
        """The instructions that read it, in their order."""
        if self._users is None:
            self._users = {}
            for user in self.instructions:
                for operand in dict.fromkeys(user.operands):
                    self._users.setdefault(operand, []).append(user)
        return self._users.get(instruction.id, ())

    @property
    def root(self) -> Instruction:
        return self.by_id[self.root_id]

    def unshaped(self, instruction: Instruction) -> Instruction:
        """Whose array it is: bitcasts and reshapes are of their operand's type."""
        while instruction.opcode in ("bitcast", "reshape"):
            source = self.by_id[instruction.operands[0]]
            shapes = source.shape, instruction.shape
            if not all(s.is_plain for s in shapes) or shapes[0].type != shapes[1].type:
                break
            instruction = source
        return instruction

    def append(
        self, opcode: str, shape: Message, operands: Sequence[Instruction], fields: Optional[Message] = None
    ) -> Instruction:
        """A new instruction, with an id and a name of its own."""
        number = max(self.by_id) + 1
        message = Message().add(1, f"norm_{opcode}.{self.id}.{number & 0xFFFFFFFF}").add(2, opcode).add(3, shape)
        message.extend(fields or Message()).add(35, number).set_numbers(36, [i.id for i in operands])
        made = Instruction(message)
        self.is_changed = True
        self._set([*self.instructions, made])
        return made

    def replace(self, old: Sequence[Instruction], by: Dict[int, Instruction]) -> None:
        """Removes ``old``; who read one of them reads what ``by`` has for its id."""
        gone = {i.id for i in old}
        self.is_changed = True
        self._set([i for i in self.instructions if i.id not in gone])
        if by:
            for instruction in self.instructions:
                instruction.read_from([by[o].id if o in by else o for o in instruction.operands])
        if self.root_id in by:
            self.root_id = by[self.root_id].id

    def remove_unused(self, is_pure) -> None:
        """Removes what nothing reads, of what ``is_pure`` says that it may go."""
        while True:
            read = {o for i in self.instructions for o in i.operands + i.before} | {self.root_id}
            unused = [i for i in self.instructions if i.id not in read and i.opcode != "parameter" and is_pure(i)]
            if not unused:
                break
            self.replace(unused, {})

    def to_message(self) -> Message:
        """With the instructions as they are now, in the order of their uses."""
        if self.is_changed:
            self.message.remove(2).add_all(2, (i.message.to_bytes() for i in self.sorted())).set(6, self.root_id)
        return self.message

    def sorted(self) -> List[Instruction]:
        """Operands before their users, else as they are."""
        if self._sorted is None:
            self._sorted = self._sort()
        return self._sorted

    def _sort(self) -> List[Instruction]:
        done: Set[int] = set()
        order: List[Instruction] = []
        for first in self.instructions:
            stack = [first]
            while stack:
                one = stack[-1]
                if one.id in done:
                    stack.pop()
                    continue
                waiting = [self.by_id[o] for o in one.operands + one.before if o not in done]
                if waiting:
                    stack += waiting
                else:
                    done.add(one.id)
                    order.append(stack.pop())
        return order


class Module:
    """``computations`` by id, in the order of their calls."""

    def __init__(self, data: bytes) -> None:
        self.message = Message(data)
        self.entry_id = self.message.number(6)
        self.computations = {c.id: c for c in map(Computation, self.message.messages(3))}

    def place_of(self, instruction: Instruction) -> str:
        """The operation of JAX that the instruction comes from, the line of the
        program that asks for it, and the line that calls that one's function."""
        metadata = instruction.message.message(7)
        name, lines = metadata.text(2), self._lines_of(metadata.number(15))
        own = [f"{os.path.basename(f)}:{n}" for f, n in lines if "site-packages" not in f] or [
            f"{os.path.basename(f)}:{n}" for f, n in lines
        ]
        where = ", called at ".join(own[:2])
        return f"{name} ({where})" if name and where else name or where

    def _lines_of(self, frame: int) -> List[Tuple[str, int]]:
        """Files and lines of a stack, the innermost first."""
        index, lines = self.message.message(17), []
        files, places, frames = index.all(1), index.messages(3), index.messages(4)
        while 0 < frame <= len(frames):
            place = places[frames[frame - 1].number(1) - 1]
            lines.append((files[place.number(1) - 1].decode(errors="replace"), place.number(3)))
            frame = frames[frame - 1].number(2)
        return lines

    def donated_sizes(self) -> List[int]:
        """Bytes of each parameter whose memory a result takes."""
        entry = self.computations[self.entry_id]
        parameters = {i.message.number(9): i.shape for i in entry.instructions if i.opcode == "parameter"}
        sizes = []
        for alias in self.message.message(8).messages(1):
            shape = parameters[alias.number(2)]
            for index in alias.numbers(3):
                shape = shape.parts[index]
            sizes.append(shape.bytes)
        return sizes

    def to_bytes(self) -> bytes:
        """Without computations that nothing calls."""
        reached, stack = set(), [self.entry_id]
        while stack:
            number = stack.pop()
            if number not in reached:
                reached.add(number)
                stack += [c for i in self.computations[number].instructions for c in i.called]
        kept = (c.to_message().to_bytes() for number, c in self.computations.items() if number in reached)
        return self.message.remove(3).add_all(3, kept).to_bytes()


def shape_of(parts: List[Shape]) -> Message:
    """The shape of a tuple."""
    message = Message().add(2, _TUPLE)
    for part in parts:
        message.add(4, part.message)
    return message


