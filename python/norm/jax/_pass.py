# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Norms in the programs that XLA compiles, forward and backward.

XLA hands over a module when it has optimized it, before it orders its
instructions. Row-local instructions are cut into groups. What norm finds a norm
in, with its neighbours, becomes one call of a compiled kernel, and the rest
stays XLA's.
"""

import re
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Dict, FrozenSet, Iterable, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from .. import _programs
from .._linalg import Unsupported
from .._once import once
from . import _call, _groups, _linalg, _store, _table
from ._hlo import Computation, Instruction, Module, Shape, shape_of
from ._proto import Message
from ._state import STATE

# XLA's CustomCallApiVersion.
_TYPED_FFI = 4


class Settings(NamedTuple):
    """What is on while a module is searched. It is read once: another thread may
    change it meanwhile."""

    precision: str
    tuned: Mapping[_table.Key, _table.Range]

    @property
    def is_strict(self) -> bool:
        return self.precision == "strict"


class Plan(NamedTuple):
    """What becomes of a group."""

    computation: Computation
    group: Sequence[Instruction]
    outputs: Sequence[Instruction]
    program: _linalg.Program
    norms: Sequence[str]
    reductions: int  # in no norm
    saved: int  # bytes that XLA would have moved and the call does not
    shares: bool  # the rows among threads
    calls: List[Instruction]  # that which takes its place


class Raised(NamedTuple):
    """The norms of a program, by what is said of them, the line that each is said
    of, all lines that are a part of a norm, and how many reductions are in none."""

    norms: Tuple[str, ...]
    lines: Tuple[int, ...]
    all_lines: FrozenSet[int]
    reductions: int


_NORM = re.compile(r"= norm\.\w+ .* loc\((.*)\)$", re.MULTILINE)
_LINE = re.compile(r'"-":(\d+):')


@once
def _raise(program: str, precision: str) -> Raised:
    found: List[_programs.Remark] = []
    text = _programs.raise_norms(program, precision=precision, remarks=found.append, locations=True)
    norms = [r for r in found if r.kind == "passed" and r.category == "norm-raise"]
    lines = {int(line) for places in _NORM.findall(text) for line in _LINE.findall(places)}
    # A tensor of zeros is there for any sum that begins with it.
    fills = {number for number, line in enumerate(program.split("\n"), 1) if "= linalg.fill" in line}
    return Raised(
        tuple(r.message for r in norms), tuple(r.line for r in norms), frozenset(lines - fills), text.count('"reduction"')
    )


@once
def _bytes_after(program: str) -> int:
    """What the program moves with its norms raised, before row loops take their
    neighbours in."""
    return _programs.report(program).data["program"]["after"]["bytes"]


def _has(module: Module, instruction: Instruction, opcodes: Sequence[str]) -> bool:
    """Whether the instruction is one of ``opcodes``, or a fusion with one."""
    return instruction.opcode in opcodes or (
        instruction.opcode in ("fusion", "call")
        and any(_has(module, i, opcodes) for i in module.computations[instruction.called[0]].instructions)
    )


def _bytes_of(computation: Computation, group: Sequence[Instruction]) -> int:
    """What XLA moves for a group: each fusion reads its operands and writes its
    results."""
    total = 0
    for instruction in group:
        if instruction.opcode == "get-tuple-element":
            continue
        parts = instruction.shape.parts or [instruction.shape]
        total += sum(part.bytes for part in parts)
        total += sum(computation.by_id[o].shape.bytes for o in set(instruction.operands))
    return total


def _translate(module: Module, computation: Computation, group: Sequence[Instruction], copies, strict: bool):
    inputs, constants, outputs = _groups.boundary_of(computation, group, copies)
    if not outputs or any(not i.shape.is_dense for i in inputs + outputs):
        raise Unsupported("a tuple, or a layout that is not dense")
    return _linalg.translate(module, computation, [*constants, *copies, *group], inputs, outputs, strict), outputs


class _Search:
    """For the norms of one computation."""

    def __init__(self, module: Module, computation: Computation, kernels: "_Kernels") -> None:
        self.module, self.computation, self.kernels = module, computation, kernels
        self.settings = kernels.settings
        self._supported: Dict[int, bool] = {}

    def is_supported(self, instruction: Instruction) -> bool:
        if instruction.id not in self._supported:
            self._supported[instruction.id] = _linalg.is_supported(self.module, self.computation, instruction)
        return self._supported[instruction.id]

    def reduces(self, instruction: Instruction) -> bool:
        return _has(self.module, instruction, ("reduce",))

    def has_root(self, instruction: Instruction) -> bool:
        """Whether a square root is taken: of what has none, no norm is found."""
        return _has(self.module, instruction, ("rsqrt", "sqrt", "power"))

    def named_in(self, group: Sequence[Instruction], copies: Sequence[Instruction]) -> Set[int]:
        """The instructions of the group that are a part of a norm."""
        program, _ = _translate(self.module, self.computation, group, copies, self.settings.is_strict)
        STATE.note_program(program.text)
        lines = _raise(program.text, self.settings.precision).all_lines
        named = {program.origins[line].id for line in lines if line in program.origins}
        return named & {i.id for i in group}

    def plan(self, group: Sequence[Instruction], copies: Sequence[Instruction]) -> Optional[Plan]:
        """The call of a group: a row loop for each norm with its neighbours, or no
        more bytes than XLA moves."""
        copies = self._needed(group, copies)
        program, outputs = _translate(self.module, self.computation, group, copies, self.settings.is_strict)
        if program.text in self.kernels.failed:
            return None
        found = _raise(program.text, self.settings.precision)
        if not found.norms:
            return None
        if found.reductions and _bytes_after(program.text) > _bytes_of(self.computation, [*copies, *group]):
            return None
        is_narrow = any(i.shape.type in ("f16", "bf16") for i in [*program.inputs, *outputs])
        if not _table.pays(found.norms, [o.shape.bytes for o in outputs], is_narrow, self.settings.tuned):
            return None
        moved = sum(i.shape.bytes for i in [*dict.fromkeys(program.inputs), *outputs])
        saved = _bytes_of(self.computation, group) - moved
        shares = _table.shares(found.norms, moved)
        return Plan(self.computation, group, outputs, program, found.norms, found.reductions, saved, shares, [])

    def _needed(self, group: Sequence[Instruction], copies: Sequence[Instruction]) -> List[Instruction]:
        read, needed = {o for i in group for o in i.operands}, []
        for instruction in reversed(copies):
            if instruction.id in read:
                needed.append(instruction)
                read.update(instruction.operands)
        return needed[::-1]

    def copies_of(self, group: Sequence[Instruction]) -> Iterator[List[Instruction]]:
        """Of the forward's statistics, for a group that may be a backward: none, all
        but sums over rows, and those."""
        yield []
        for with_sums in (False, True):
            copies = _groups.statistics_of(self.computation, group, self.is_supported, self.reduces, with_sums)
            if copies:
                yield copies

    def plans(self, group: List[Instruction]) -> List[Plan]:
        """What to replace of a group: the instructions of its norms, with what is
        element by element before them where that saves bytes."""
        if not any(map(self.reduces, group)):
            return []
        sums = {i.id for i in group if self.reduces(i)}
        copies, named = [], set()
        for others in self.copies_of(group):
            if any(map(self.has_root, [*others, *group])):
                found = self.named_in(group, others)
                if len(found) > len(named):
                    copies, named = others, found
            if sums <= named:
                break  # others would find no norm more
        plans = []
        for core in _groups.parts_of(self.computation, group, named):
            plan = self.best_of(self.parts_of(group, core), copies)
            if plan and plan.reductions:
                plan = self.without_sums(plan, copies) or plan
            if plan:
                plans.append(plan)
        return plans

    def parts_of(self, group: Sequence[Instruction], core: List[Instruction]) -> Iterator[List[Instruction]]:
        """The instructions of norms, with the gradients of parameters that sum over
        the same rows; each with what is element by element before it; the group,
        which has all that reads its statistics."""

        def wide(part):
            return _groups.with_producers(self.computation, group, part, lambda i: not self.reduces(i))

        named = {i.id for i in core} | {i.id for i in group if self.reduces(i)}
        joined = next(p for p in _groups.parts_of(self.computation, group, named) if core[0] in p)
        yield from (wide(joined), wide(core), joined, core, list(group))

    def best_of(self, parts: Iterable[List[Instruction]], copies: Sequence[Instruction]) -> Optional[Plan]:
        """The first that leaves no reduction, or the fewest."""
        best: Optional[Plan] = None
        tried: List[List[Instruction]] = []
        for part in parts:
            if part in tried:
                continue
            tried.append(part)
            plan = self.plan(part, copies)
            if plan and (best is None or plan.reductions < best.reductions):
                best = plan
            if best and not best.reductions:
                break
        return best

    def without_sums(self, plan: Plan, copies: Sequence[Instruction]) -> Optional[Plan]:
        """The plan of a backward with the sums of the forward's statistics, which no
        row loop takes in, left to XLA."""
        inside = {i.id for i in [*plan.group, *copies]}
        sums = {
            i.id
            for i in [*plan.group, *copies]
            if self.reduces(i) and not any(o in inside for o in i.operands) and 16 * i.shape.count <= self._rows(i)
        }
        part = [i for i in plan.group if i.id not in sums]
        other = self.plan(part, [i for i in copies if i.id not in sums]) if sums and part else None
        return other if other and not other.reductions and other.norms == plan.norms else None

    def _rows(self, instruction: Instruction) -> int:
        return max(self.computation.by_id[o].shape.count for o in instruction.operands)

    def run(self) -> List[Plan]:
        """Replaces the norms, the last first, as what was for them alone goes with
        them."""
        done = []
        for group in _groups.groups_of(self.computation, self.is_supported):
            group = [i for i in group if i.id in self.computation.by_id]
            try:
                plans = self.plans(group)
            except Unsupported:
                continue  # not for norm, and no failure
            except Exception as error:
                STATE.fall_back(f"{type(error).__name__}: {error}")
                continue
            for plan in plans:
                self.kernels.start(plan.program.text)
                _replace(plan)
                self.computation.remove_unused(self.is_supported)
            done += plans
        return done


def _escape(text: str) -> str:
    return text.replace("\\", "\\5C").replace('"', "\\22").replace("\n", "\\0A")


def _options(plan: Plan, names: Sequence[str], settings: Settings) -> str:
    flags = {"strict": settings.is_strict, "shares": plan.shares}
    texts = {"program": plan.program.text, "names": "\n".join(names)}
    options = [f"{name} = {'true' if value else 'false'}" for name, value in flags.items()]
    options += [f'{name} = "{_escape(text)}"' for name, text in texts.items()]
    return f"{{{', '.join(options)}}}"


def _name_calls(module: Module, plans: Sequence[Plan], settings: Settings) -> None:
    """Has each call say what its norms are called, in the order of the module: the
    layers of a loop of Python come from one line."""
    calls = {id(plan.calls[0]): plan for plan in plans}
    seen: Dict[str, int] = {}
    for computation in module.computations.values():
        for instruction in computation.sorted():
            plan = calls.get(id(instruction))
            names = []
            for line in _raise(plan.program.text, settings.precision).lines if plan else ():
                origin = plan.program.origins.get(line)
                name = module.place_of(origin) if origin else ""
                seen[name] = seen.get(name, 0) + 1
                names.append(f"{name} #{seen[name]}" if seen[name] > 1 else name)
            if plan:
                instruction.message.set(43, _options(plan, names, settings))


def _replace(plan: Plan) -> None:
    """The instructions of a group by one call. Its results are read in the shapes
    that they had."""
    computation, program = plan.computation, plan.program
    shapes: Dict[int, Shape] = {}
    for output, place in zip(plan.outputs, program.outputs):
        if isinstance(place, int):
            shapes.setdefault(place, output.shape)
    many = len(shapes) > 1

    shape = shape_of([shapes[n] for n in sorted(shapes)]) if many else shapes[0].message
    call = computation.append(
        "custom-call",
        shape,
        program.inputs,
        Message()
        .add(28, _call.TARGET)
        .add(43, "")  # the options, when all calls are there
        .add(77, _TYPED_FFI),
    )
    plan.calls.append(call)
    results = {0: call}
    if many:
        for number, part in shapes.items():
            results[number] = computation.append("get-tuple-element", part.message, [call], Message().add(13, number))
    by: Dict[int, Instruction] = {}
    for output, place in zip(plan.outputs, program.outputs):
        result = results[place] if isinstance(place, int) else place
        if (result.shape.dims, result.shape.order) != (output.shape.dims, output.shape.order):
            result = computation.append("bitcast", output.shape.message, [result])
        by[output.id] = result
    computation.replace(plan.group, by)


def _check(data: bytes) -> None:
    """Raises what XLA has against a module, which would end the compilation."""
    try:
        from jaxlib._hlo import HloModule
    except ImportError:
        return  # XLA checks it in any case
    HloModule.from_serialized_hlo_module_proto(data)


class _Kernels:
    """Kernels of one module, compiled beside its search by threads of ``pool``."""

    def __init__(self, pool: Executor, failed: Set[str], settings: Settings) -> None:
        self.pool, self.failed, self.settings = pool, failed, settings
        self._started: Dict[str, Future] = {}

    def start(self, program: str) -> None:
        if program not in self._started:
            self._started[program] = self.pool.submit(_call.compile, program, self.settings.is_strict)

    def fail(self) -> Set[str]:
        """Waits for all. The programs of which no kernel could be made."""
        failed = set()
        for program, kernel in self._started.items():
            error = kernel.exception()
            if error is not None:
                STATE.fall_back(f"{type(error).__name__}: {error}")
                failed.add(program)
        return failed


def _search(data: bytes, pool: Executor, failed: Set[str], settings: Settings) -> Tuple[Module, List[Plan]]:
    """A module whose norms are calls, without those whose program ``failed``."""
    module, kernels = Module(data), _Kernels(pool, failed, settings)
    computations = [c for c in module.computations.values() if not c.is_fusion]
    plans = [plan for computation in computations for plan in _Search(module, computation, kernels).run()]
    more = kernels.fail()
    return _search(data, pool, failed | more, settings) if more else (module, plans)


def _transform(data: bytes, pool: Executor, settings: Settings) -> Optional[_store.Entry]:
    """None if that is for XLA, with a reason that was told."""
    module, plans = _search(data, pool, set(), settings)
    if not plans:
        return _store.Entry(b"")
    # Of a module that is handed back XLA forgets which results take the memory
    # of which parameters: the results are new arrays.
    if _table.is_donation_worth_more(module.donated_sizes(), sum(plan.saved for plan in plans)):
        STATE.fall_back("donated arrays are worth more than the norms of their program")
        return None
    _name_calls(module, plans, settings)
    made = module.to_bytes()
    _check(made)
    norms = [norm for plan in plans for norm in plan.norms]
    backward = sum("backward" in norm for norm in norms)
    return _store.Entry(
        made, len(norms) - backward, backward, tuple(dict.fromkeys(plan.program.text for plan in plans))
    )


def _load(key: str, pool: Executor, settings: Settings) -> Optional[_store.Entry]:
    """What was made earlier, with kernels."""
    entry = _store.load(key)
    if entry is not None:
        kernels = _Kernels(pool, set(), settings)
        for program in entry.programs:
            kernels.start(program)
        if kernels.fail():
            return None
    return entry


def transform(data: bytes) -> Optional[bytes]:
    """A serialized module with its norms as calls, or None."""
    count = STATE.fallback_count
    try:
        settings = Settings(STATE.precision, _table.tuned())
        with ThreadPoolExecutor(_call.processors()) as pool:
            key = None
            if STATE.programs is None:  # a report wants to see the groups
                key = _store.key_of(data, settings.precision, repr(sorted(settings.tuned.items())))
            entry = _load(key, pool, settings) if key else None
            if not entry:
                entry = _transform(data, pool, settings)
                if key and entry and count == STATE.fallback_count:
                    _store.store(key, entry)
        if not entry or not entry.module:
            return None
        made = _store.numbered(entry.module, data)
        STATE.count_norms("backward", entry.backward)
        STATE.count_norms("forward", entry.forward)
        return made
    except Exception as error:  # of whatever kind: XLA goes on with its own
        STATE.fall_back(f"{type(error).__name__}: {error}")
        return None
