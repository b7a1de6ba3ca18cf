# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quoted IR: the generic form, as far as a program of tensors needs it."""
import re

from .errors import Malformed

class Op:
    def __init__(self, name, operands):
        self.name, self.operands = name, operands
        self.results, self.attributes, self.blocks, self.types = [], {}, [], []
        self.parent = None


class Block:
    def __init__(self):
        self.arguments, self.ops, self.op = [], [], None


class Parser:
    """Of one op in generic form; values become `definitions[name]`: an op and
    the number of its result, or a block and the number of its argument."""

    def __init__(self, text):
        self.text, self.at = text, 0
        self.definitions, self.types, self.visible = {}, {}, set()

    def fail(self, wanted):
        raise Malformed(f"expected {wanted} in the quoted IR, got {self.text[self.at:self.at + 24]!r}")

    def skip(self):
        while self.at < len(self.text) and self.text[self.at] in " \n\t":
            self.at += 1

    def eat(self, token, needed=True):
        self.skip()
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        if needed:
            self.fail(repr(token))
        return False

    def match(self, pattern, wanted):
        self.skip()
        found = re.compile(pattern).match(self.text, self.at)
        if not found:
            self.fail(wanted)
        self.at = found.end()
        return found.group()

    def value(self):
        return self.match(r"%[\w$.-]+(#\d+)?", "a value")

    def operand(self):
        name = self.value()
        if name not in self.visible:
            raise Malformed(f"{name} is used before it is defined in the quoted IR")
        return name

    def balanced(self, ends):
        """The text up to one of `ends` outside of brackets."""
        self.skip()
        start, open_brackets = self.at, []
        pairs = {")": "(", "]": "[", "}": "{", ">": "<"}
        while self.at < len(self.text):
            c = self.text[self.at]
            if c == '"':
                self.match(r'"([^"\\]|\\.)*"', "a string")
                continue
            if not open_brackets and c in ends:
                return self.text[start:self.at].strip()
            if c in "([{<":
                open_brackets.append(c)
            elif c in pairs and not (c == ">" and self.text[self.at - 1] in "-="):
                if not open_brackets or open_brackets.pop() != pairs[c]:
                    self.fail("balanced brackets")
            self.at += 1
        self.fail("one of " + " ".join(ends))

    def listed(self, end, element):
        elements = []
        while not self.eat(end, needed=False):
            elements.append(element())
            self.eat(",", needed=False)
        return elements

    def attribute(self):
        name = self.match(r'[\w.$]+|"[^"]*"', "an attribute")
        text = self.balanced(",}") if self.eat("=", needed=False) else "unit"
        return name, text

    def op(self):
        self.skip()
        names = []
        if self.text.startswith("%", self.at):
            name = self.match(r"%[\w$.-]+", "a value")
            count = int(self.match(r"\d+", "a number")) if self.eat(":", needed=False) else 1
            names = [name] if count == 1 else [f"{name}#{i}" for i in range(count)]
            self.eat("=")
        op = Op(self.match(r'"[^"]*"', "an op").strip('"'), [])
        self.eat("(")
        op.operands = self.listed(")", self.operand)
        if self.eat("<{", needed=False):
            op.attributes.update(self.listed("}>", self.attribute))
        if self.eat("({", needed=False):
            while True:
                op.blocks.append(self.block(op))
                if self.eat("})", needed=False):
                    break
                self.eat("}, {")
        if self.eat("{", needed=False):
            op.attributes.update(self.listed("}", self.attribute))
        self.eat(":")
        self.eat("(")
        self.listed(")", lambda: self.balanced(",)"))
        self.eat("->")
        if self.eat("(", needed=False):
            op.types = self.listed(")", lambda: self.balanced(",)"))
        else:
            op.types = [self.balanced("\n").strip()]
        if len(op.types) != len(names):
            self.fail("as many results as types")
        op.results = names
        for number, name in enumerate(names):
            self.define(name, (op, number), op.types[number])
        return op

    def define(self, name, definition, type):
        if name in self.definitions:
            raise Malformed(f"{name} is defined twice in the quoted IR")
        self.definitions[name], self.types[name] = definition, type
        self.visible.add(name)

    def block(self, parent):
        block, outside = Block(), set(self.visible)
        block.op = parent
        if self.eat("^", needed=False):
            self.match(r"\w+", "a block")
            if self.eat("(", needed=False):
                def argument():
                    name = self.value()
                    self.eat(":")
                    self.define(name, (block, len(block.arguments)), self.balanced(",)"))
                    block.arguments.append(name)
                self.listed(")", argument)
            self.eat(":")
        self.skip()
        while self.at < len(self.text) and self.text[self.at] != "}":
            op = self.op()
            op.parent = block
            block.ops.append(op)
            self.skip()
        self.visible = outside
        return block


def shape_of(type):
    """The extents of a tensor type, None for dynamic ones; None for others."""
    found = re.fullmatch(r"tensor<((?:(?:\d+|\?)x)*)([^x,<>].*)>", type)
    if not found:
        return None
    return [None if d == "?" else int(d) for d in found.group(1).split("x")[:-1]]


def element_of(type):
    found = re.fullmatch(r"tensor<(?:(?:\d+|\?)x)*([^x,<>].*)>", type)
    return found.group(1) if found else type
