# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Messages of protocol buffers, read and written without their schema.

A message is a list of fields (number, kind, value) in their order, so that what
is not known here is written as it was read.
"""

from typing import List, Optional, Sequence, Tuple, Union

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
Value = Union[int, bytes]


def _read_varint(data: bytes, at: int) -> Tuple[int, int]:
    result = shift = 0
    while True:
        byte = data[at]
        at += 1
        result |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return result, at


def write_varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    result = bytearray()
    while value > 127:
        result.append(value & 127 | 128)
        value >>= 7
    result.append(value)
    return bytes(result)


def read_varints(data: bytes) -> List[int]:
    """Numbers of a packed field."""
    found, at = [], 0
    while at < len(data):
        value, at = _read_varint(data, at)
        found.append(value)
    return found


class Message:
    """A message whose fields are known by number."""

    def __init__(self, data: bytes = b"") -> None:
        self.fields: List[Tuple[int, int, Value]] = []
        at = 0
        while at < len(data):
            key, at = _read_varint(data, at)
            number, kind = key >> 3, key & 7
            if kind == VARINT:
                value, at = _read_varint(data, at)
            else:
                if kind == BYTES:
                    size, at = _read_varint(data, at)
                else:
                    size = {FIXED64: 8, FIXED32: 4}[kind]
                if at + size > len(data):
                    raise ValueError("a message that ends early")
                value, at = data[at : at + size], at + size
            self.fields.append((number, kind, value))

    def to_bytes(self) -> bytes:
        parts = []
        for number, kind, value in self.fields:
            parts.append(write_varint(number << 3 | kind))
            if kind == VARINT:
                parts.append(write_varint(value))
            else:
                if kind == BYTES:
                    parts.append(write_varint(len(value)))
                parts.append(value)
        return b"".join(parts)

    def all(self, number: int) -> List[Value]:
        return [value for n, _, value in self.fields if n == number]

    def get(self, number: int) -> Optional[Value]:
        """The last one, as readers of the format do."""
        found = self.all(number)
        return found[-1] if found else None

    def text(self, number: int) -> str:
        return (self.get(number) or b"").decode()

    def number(self, number: int) -> int:
        """Signed, 0 where there is none."""
        value = self.get(number) or 0
        return value - (1 << 64) if value >> 63 else value

    def numbers(self, number: int) -> List[int]:
        """Of a repeated field, packed or not."""
        found: List[int] = []
        for n, kind, value in self.fields:
            if n == number:
                found += [value] if kind == VARINT else read_varints(value)
        return [v - (1 << 64) if v >> 63 else v for v in found]

    def message(self, number: int) -> "Message":
        return Message(self.get(number) or b"")

    def messages(self, number: int) -> List["Message"]:
        return [Message(value) for value in self.all(number)]

    def remove(self, number: int) -> None:
        self.fields = [field for field in self.fields if field[0] != number]

    def set(self, number: int, value: Union[int, bytes, str, "Message"]) -> "Message":
        """In the place of all of this number; at the end."""
        self.remove(number)
        return self.add(number, value)

    def add(self, number: int, value: Union[int, bytes, str, "Message"]) -> "Message":
        if isinstance(value, Message):
            value = value.to_bytes()
        elif isinstance(value, str):
            value = value.encode()
        self.fields.append((number, VARINT if isinstance(value, int) else BYTES, value))
        return self

    def set_numbers(self, number: int, values: Sequence[int]) -> "Message":
        self.remove(number)
        if values:
            self.add(number, b"".join(map(write_varint, values)))
        return self
