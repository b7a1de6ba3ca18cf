# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Groups of row-local instructions of a computation.

An instruction that is not translated, after one that is, ends a level: what
comes after it is one level higher. What is connected on one level is a group, and no path leaves a
group and comes back to it:

    y = rmsnorm(x)       level 0, with the sums that z shares
    p = dot(y, w)        not translated
    z = x + p            level 1
"""

from typing import Callable, Dict, List, Sequence, Set, Tuple

from ._hlo import Computation, Instruction


_SOURCES = ("constant", "parameter")
# XLA keeps arrays apart by copies: they stay.
_APART = ("copy", "tuple")


def _is_part(computation: Computation, instruction: Instruction, is_supported) -> bool:
    """Whether the instruction can be in a group: a part of a tuple goes with the
    tuple."""
    if instruction.opcode == "get-tuple-element":
        source = computation.by_id[instruction.operands[0]]
        return source.opcode not in _SOURCES and is_supported(source)
    return instruction.opcode not in _SOURCES + _APART and is_supported(instruction)


def groups_of(computation: Computation, is_supported: Callable[[Instruction], bool]) -> List[List[Instruction]]:
    """The groups, each in the order of uses, those of the last level first.
    Constants and parameters are in none."""
    level: Dict[int, int] = {}
    order: Dict[int, Instruction] = {}
    after: Set[int] = set()  # what comes after an instruction that is translated
    for instruction in computation.sorted():
        before = instruction.operands + instruction.before
        level[instruction.id] = max((level[o] for o in before), default=0)
        if any(o in after or o in order for o in before):
            after.add(instruction.id)
        if _is_part(computation, instruction, is_supported):
            order[instruction.id] = instruction
        elif instruction.opcode != "get-tuple-element" and instruction.id in after:
            level[instruction.id] += 1
    leader = {number: number for number in order}

    def find(one: int) -> int:
        while leader[one] != one:
            one = leader[one]
        return one

    for instruction in order.values():
        for operand in instruction.operands:
            if operand in order and level[operand] == level[instruction.id]:
                leader[find(instruction.id)] = find(operand)
    groups: Dict[int, List[Instruction]] = {}
    for instruction in order.values():
        groups.setdefault(find(instruction.id), []).append(instruction)
    return sorted(groups.values(), key=lambda group: -level[group[0].id])


def boundary_of(
    computation: Computation, group: Sequence[Instruction], copies: Sequence[Instruction] = ()
) -> Tuple[List[Instruction], List[Instruction], List[Instruction]]:
    """What a group reads from outside; constants of one number that it reads; and
    what is read outside of it. ``copies`` are computed with the group, and stay
    where they are."""
    by_id, inside = computation.by_id, {i.id for i in group}
    known = inside | {i.id for i in copies}
    inputs: Dict[int, Instruction] = {}
    constants: Dict[int, Instruction] = {}
    for instruction in [*copies, *group]:
        for operand in instruction.operands:
            if operand not in known:
                source = by_id[operand]
                is_number = source.opcode == "constant" and source.scalar() is not None
                (constants if is_number else inputs)[operand] = source
    outputs = [
        i
        for i in group
        if i.id == computation.root_id or any(user.id not in inside for user in computation.users_of(i))
    ]
    return list(inputs.values()), list(constants.values()), outputs


def _reach(seeds: Set[int], edges: Dict[int, List[int]]) -> Set[int]:
    found, stack = set(seeds), list(seeds)
    while stack:
        for other in edges[stack.pop()]:
            if other not in found:
                found.add(other)
                stack.append(other)
    return found


def parts_of(computation: Computation, group: Sequence[Instruction], named: Set[int]) -> List[List[Instruction]]:
    """The instructions of a group that are ``named``, and those between them, by
    what is connected."""
    inside = {i.id for i in group}
    before = {i.id: [o for o in i.operands if o in inside] for i in group}
    after: Dict[int, List[int]] = {i.id: [] for i in group}
    for number, operands in before.items():
        for operand in operands:
            after[operand].append(number)
    part = _reach(named, before) & _reach(named, after)
    # A part of a tuple goes with the tuple.
    for instruction in group:
        if instruction.opcode == "get-tuple-element" and part & {instruction.id, instruction.operands[0]}:
            part |= {instruction.id, instruction.operands[0]}
    found: List[List[Instruction]] = []
    left = set(part)
    while left:
        one = {left.pop()}
        while True:
            more = {n for o in one for n in before[o] + after[o] if n in part} - one
            if not more:
                break
            one |= more
        left -= one
        found.append([i for i in group if i.id in one])
    return found


def with_producers(
    computation: Computation, group: Sequence[Instruction], part: Sequence[Instruction], joins
) -> List[Instruction]:
    """A part of a group, and the instructions that ``joins`` takes whose values it
    reads."""
    taken = {i.id for i in part}
    for instruction in reversed(group):
        if instruction.id not in taken and any(user.id in taken for user in computation.users_of(instruction)):
            if instruction.shape.parts is None and joins(instruction):
                taken.add(instruction.id)
    # What lies between a producer and the part is in the part.
    named = set(taken)
    return next((p for p in parts_of(computation, group, named) if part[0] in p), list(part))


def statistics_of(
    computation: Computation,
    group: Sequence[Instruction],
    is_supported: Callable[[Instruction], bool],
    reduces: Callable[[Instruction], bool],
    with_sums: bool,
) -> List[Instruction]:
    """Copies of what computes the statistics that a group reads, from the rows
    that it reads: of a backward

        dx = f(dy, x, r)     r = rsqrt(s)     s = sum(x * x)

    r, and s ``with_sums``, which are of the forward. A statistic is one number
    for many that the group reads. Copies are for the program of the group; what
    others read stays."""
    by_id = computation.by_id
    inputs, _, _ = boundary_of(computation, group)
    largest = max((i.shape.count for i in inputs), default=0)

    read = {computation.unshaped(i).id for i in inputs}

    def is_small(instruction: Instruction) -> bool:
        return instruction.shape.parts is None and instruction.shape.count * 16 <= largest

    def is_lasting(instruction: Instruction) -> bool:
        """Whether the array is there for as long as something reads it: those of
        parameters may be written to by what comes later, as may those that are
        updated in place."""
        instruction = computation.unshaped(instruction)
        if instruction.id in read:
            return True
        if instruction.opcode in _SOURCES + ("get-tuple-element",):
            return instruction.opcode == "constant"
        users = computation.users_of(instruction)
        return all(user.id == computation.root_id or user.opcode == "dot" or is_supported(user) for user in users)

    def is_statistic(instruction: Instruction) -> bool:
        """Small, or element by element from what is, and from other rows that the
        group reads: x - mean."""
        if is_small(instruction) or not is_supported(instruction) or reduces(instruction):
            return is_small(instruction)
        sources = [computation.unshaped(by_id[o]) for o in instruction.operands]
        return bool(sources) and all(is_small(s) or s.id in read - {instruction.id} for s in sources)

    rows = {i.id for i in inputs if not is_statistic(i)}
    copied: Set[int] = set()
    stack = [i for i in inputs if is_statistic(i)]
    while stack:
        one = stack.pop()
        if one.id in copied | rows or one.opcode in _SOURCES or not _is_part(computation, one, is_supported):
            continue
        if reduces(one) and not with_sums:
            continue
        if not all(is_lasting(by_id[o]) for o in one.operands):
            continue
        copied.add(one.id)
        for operand in (by_id[o] for o in one.operands):
            # sum((x - mean)^2): the difference is a copy, too.
            is_centred = reduces(one) and not reduces(operand) and any(is_small(by_id[o]) for o in operand.operands)
            if is_small(operand) or is_centred:
                stack.append(operand)
    return [i for i in computation.sorted() if i.id in copied]
