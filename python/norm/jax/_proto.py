# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Messages of protocol buffers, read and written without their schema.

A message is a list of fields (number, kind, value) in their order, so that what
is not known here is written as it was read.
"""

from typing import Iterable, List, Optional, Sequence, Tuple, Union

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
Value = Union[int, bytes]
Field = Tuple[int, int, Value]


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
    found, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 127) << shift
        if byte < 128:
            found.append(value)
            value = shift = 0
        else:
            shift += 7
    if shift:
        raise ValueError("a number that ends early")
    return found


def _read_fields(data: bytes) -> List[Field]:
    """The varints of one byte, which most are, without a call for each."""
    fields, at, end = [], 0, len(data)
    while at < end:
        key = data[at]
        if key < 128:
            at += 1
        else:
            key, at = _read_varint(data, at)
        kind = key & 7
        if kind == VARINT or kind == BYTES:
            value = data[at]
            if value < 128:
                at += 1
            else:
                value, at = _read_varint(data, at)
            if kind == VARINT:
                fields.append((key >> 3, kind, value))
                continue
            size = value
        else:
            size = {FIXED64: 8, FIXED32: 4}[kind]
        if at + size > end:
            raise ValueError("a message that ends early")
        fields.append((key >> 3, kind, data[at : at + size]))
        at += size
    return fields


class Message:
    """A message whose fields are known by number. It is read when it is asked for
    one, and written as it was read if none was changed."""

    __slots__ = ("_data", "_fields")

    def __init__(self, data: bytes = b"") -> None:
        self._data: Optional[bytes] = data
        self._fields: Optional[List[Field]] = None

    @property
    def fields(self) -> Sequence[Field]:
        if self._fields is None:
            self._fields = _read_fields(self._data)
        return self._fields

    def to_bytes(self) -> bytes:
        if self._data is None:
            parts = []
            for number, kind, value in self._fields:
                parts.append(write_varint(number << 3 | kind))
                if kind == VARINT:
                    parts.append(write_varint(value))
                else:
                    if kind == BYTES:
                        parts.append(write_varint(len(value)))
                    parts.append(value)
            self._data = b"".join(parts)
        return self._data

    def all(self, number: int) -> List[Value]:
        return [value for n, _, value in self.fields if n == number]

    def get(self, number: int) -> Optional[Value]:
        """The last one, as readers of the format do."""
        for n, _, value in reversed(self.fields):
            if n == number:
                return value
        return None

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
        return [v - (1 << 64) if v >> 63 else v for v in found] if found else found

    def message(self, number: int) -> "Message":
        return Message(self.get(number) or b"")

    def messages(self, number: int) -> List["Message"]:
        return [Message(value) for value in self.all(number)]

    def _change(self, fields: Sequence[Field]) -> "Message":
        self._data, self._fields = None, list(fields)
        return self

    def remove(self, number: int) -> "Message":
        return self._change(field for field in self.fields if field[0] != number)

    def extend(self, other: "Message") -> "Message":
        return self._change([*self.fields, *other.fields])

    def set(self, number: int, value: Union[int, bytes, str, "Message"]) -> "Message":
        """In the place of all of this number; at the end."""
        return self.remove(number).add(number, value)

    def add(self, number: int, value: Union[int, bytes, str, "Message"]) -> "Message":
        if isinstance(value, Message):
            value = value.to_bytes()
        elif isinstance(value, str):
            value = value.encode()
        return self._change([*self.fields, (number, VARINT if isinstance(value, int) else BYTES, value)])

    def add_all(self, number: int, values: Iterable[bytes]) -> "Message":
        return self._change([*self.fields, *((number, BYTES, value) for value in values)])

    def set_numbers(self, number: int, values: Sequence[int]) -> "Message":
        self.remove(number)
        return self.add(number, b"".join(map(write_varint, values))) if values else self
