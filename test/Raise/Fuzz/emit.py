# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes expressions as MLIR, each operation in one of many forms."""
import math
import os
import random
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "Inputs"))
import rows
import tosa
from indices import Indices
from expression import Dynamic, nodes_of
from rows import Extent, Value, writer

ARITH = {
    "add": "arith.addf", "sub": "arith.subf", "mul": "arith.mulf", "div": "arith.divf",
    "max": "arith.maximumf", "min": "arith.minimumf", "neg": "arith.negf",
    "sqrt": "math.sqrt", "rsqrt": "math.rsqrt", "abs": "math.absf", "exp": "math.exp", "tanh": "math.tanh",
    "powf": "math.powf", "powi": "math.fpowi", "fma": "math.fma",
    "maxnum": "arith.maxnumf", "minnum": "arith.minnumf", "roundeven": "math.roundeven",
    "floor": "math.floor", "trunc": "math.trunc", "round": "math.round",
}
# Of linalg: named ops, and kinds of linalg.elementwise.
NAMED = {"add", "sub", "mul", "div", "max", "min", "abs", "exp", "sqrt", "rsqrt"}
NAMED_AS = {"neg": "negf"}
REDUCTIONS = {"sum": "arith.addf", "prod": "arith.mulf", "max": "arith.maximumf"}
NAN = {"f64": "0x7FF8000000000000", "f32": "0x7FC00000", "f16": "0x7E00", "bf16": "0x7FC0"}
FORMS = ["keep", "generic", "tensor", "named", "map", "category", "permuted"]


def wrapped(number, bits):
    """A number as a signed integer of so many bits, which is how MLIR prints it."""
    number %= 2**bits
    return number - 2**bits if number >= 2 ** (bits - 1) else number


def as_float(integer, type_, signed):
    name = "arith.sitofp" if signed else "arith.uitofp"
    return writer.value(f"{name} {integer.name} : {integer.element} to {type_}", None, type_)


def texts(numbers):
    return ", ".join(n.name if isinstance(n, Value) else str(n) for n in numbers)


class Emitter:
    """Emits nodes; `form` fixes the form of all operations."""

    def __init__(self, seed, form=None, in_tosa=False):
        self.random = random.Random(seed)
        self.in_tosa = in_tosa
        self.fixed = form
        # Some programs are of one form, others mix them.
        self.usual = self.random.choice(["tensor", "generic", "keep", None, None])
        # Some say sizes and offsets with arithmetic, as exporters do.
        self.indices = Indices(self.random) if self.chance(0.2) else None
        self.values = {}
        self.used = set()

    def form(self, options=FORMS):
        if self.fixed or self.usual:
            chosen = self.fixed or self.usual
        else:
            chosen = self.random.choice(options)
        self.used.add(chosen)
        writer.form = chosen if chosen in ("tensor", "generic", "keep") else "keep"
        return chosen

    def chance(self, probability):
        return not self.fixed and self.random.random() < probability

    # Scalars ---------------------------------------------------------------------

    def constant(self, node):
        """A number for rows.py to place, or a value that holds it."""
        number, type_ = node.attr, node.type
        if not self.chance(0.25) or math.isinf(number):
            return number
        kind = self.random.choice(["truncated", "computed", "integer", "tensor", "one", "scalar"])
        if kind == "truncated" and type_ != "f64":
            wide = rows.constant(number, "f64")
            return writer.value(f"arith.truncf {wide.name} : f64 to {type_}", None, type_)
        if kind == "computed" and type_ != "f16":
            one, zero = rows.constant(number, type_), rows.constant(0.0, type_)
            return rows.elementwise("arith.subf", one, zero)
        if kind == "integer" and number == int(number) and abs(number) < 256:
            return self.integer_constant(int(number), type_)
        if kind == "tensor":
            scalar = rows.constant(number, type_)
            return writer.value(f"tensor.from_elements {scalar.name} : tensor<{type_}>", (), type_)
        if kind == "one":
            return rows.constant(number, type_, (1,))
        return rows.constant(number, type_)

    def integer_constant(self, number, type_):
        """An integer of few bits or many, widened by its sign or not, as a float."""
        bits = self.random.choice([8, 16, 32, 64])
        narrow = writer.value(f"arith.constant {wrapped(number, bits)} : i{bits}", None, f"i{bits}")
        signed = number < 0 or (number < 2 ** (bits - 1) and self.random.random() < 0.5)
        if bits == 64 or self.random.random() < 0.5:
            return as_float(narrow, type_, signed)
        if self.random.random() < 0.3:
            name = "arith.index_cast" if signed else "arith.index_castui"
            wide = writer.value(f"{name} {narrow.name} : i{bits} to index", None, "index")
            return as_float(writer.value(f"{name} {wide.name} : index to i64", None, "i64"), type_, signed)
        name = "arith.extsi" if signed else "arith.extui"
        wide = writer.value(f"{name} {narrow.name} : i{bits} to i64", None, "i64")
        return as_float(wide, type_, signed)

    def integer(self, node):
        """A constant whose upper bit is set, by the extension that is named."""
        number, bits, kind = node.attr
        narrow = writer.value(f"arith.constant {wrapped(number, bits)} : i{bits}", None, f"i{bits}")
        if kind == "converted":
            return as_float(narrow, node.type, True)
        wide = writer.value(f"arith.{kind} {narrow.name} : i{bits} to i64", None, "i64")
        return as_float(wide, node.type, True)

    def extent(self, node):
        tensor = self.emit(node.args[0])
        number = rows.size(tensor, node.attr)
        integer = writer.value(f"arith.index_cast {number.name} : index to i64", None, "i64")
        wide = node.type if node.type == "f64" else "f32"
        value = writer.value(f"arith.sitofp {integer.name} : i64 to {wide}", None, wide)
        return rows.convert(node.type)(value)

    # Elementwise -------------------------------------------------------------------

    def as_tensor(self, operand, sizes, element):
        """An operand as a tensor of the whole shape."""
        if not isinstance(operand, Value):
            return rows.fill(operand, sizes, element)
        if operand.shape is None:
            return rows.splat(operand, sizes)
        return rows.broadcast_to(operand, sizes)

    def elementwise(self, op, operands, result=None):
        tensors = [v for v in operands if isinstance(v, Value) and v.shape is not None]
        name = ARITH.get(op, op)
        form = self.form()
        value = tosa.elementwise(op, operands) if self.in_tosa and result is None else None
        if value is not None:
            self.used.add("tosa")
            return value
        simple = op in NAMED or op in NAMED_AS
        if not tensors or form in ("tensor", "generic", "keep"):
            return rows.elementwise(name, *operands, result=result)
        if form == "permuted" or not simple:
            return self.permuted(name, operands, result)
        shape = rows.broadcast_shape([t.shape for t in tensors])
        sizes = rows.sizes_like(shape, tensors)
        element = tensors[0].element
        if form == "category" and op not in ("max", "min"):
            return self.category(op, operands, shape, sizes, element)
        full = [self.as_tensor(v, sizes, element) for v in operands]
        init = rows.empty(sizes, element)
        ins = f"ins({', '.join(v.name for v in full)} : {', '.join(v.type for v in full)})"
        if form == "map":
            text = f"linalg.map {{ {name} }} {ins} outs({init.name} : {init.type})"
        else:
            text = f"linalg.{NAMED_AS.get(op, op)} {ins} outs({init.name} : {init.type}) -> {init.type}"
        return writer.value(text, shape, element)

    def category(self, op, operands, shape, sizes, element):
        """linalg.elementwise, which broadcasts by its maps."""
        tensors = [
            v if isinstance(v, Value) and v.shape is not None else self.as_tensor(v, sizes, element)
            for v in operands
        ]
        init, maps, rank = rows.empty(sizes, element), [], len(shape)
        if any(1 in t.shape and t.shape != shape for t in tensors):
            tensors = [rows.broadcast_to(t, sizes) for t in tensors]
        for tensor in tensors + [init]:
            start = rank - len(tensor.shape)
            maps.append(rows.affine(rank, [f"d{start + i}" for i in range(len(tensor.shape))]))
        ins = f"ins({', '.join(v.name for v in tensors)} : {', '.join(v.type for v in tensors)})"
        return writer.value(
            f"linalg.elementwise kind=#linalg.elementwise_kind<{NAMED_AS.get(op, op)}> "
            f"indexing_maps = [{', '.join(maps)}] {ins} outs({init.name} : {init.type}) -> {init.type}",
            shape,
            element,
        )

    def permuted(self, name, operands, result):
        """A generic whose loops are not in the order of the result's dims."""
        tensors, texts = [], []
        element = next(v.element for v in operands if isinstance(v, Value) and v.element != "i1")
        result = result or element
        for v in operands:
            if isinstance(v, Value) and v.shape is not None:
                texts.append(f"%in{len(tensors)}")
                tensors.append(v)
            elif isinstance(v, Value):
                texts.append(v.name)
            elif name == "math.fpowi" and isinstance(v, int):
                texts.append(writer.value(f"arith.constant {v} : i32", None, "i32").name)
            else:
                texts.append(rows.constant(v, element).name)
        shape = rows.broadcast_shape([t.shape for t in tensors])
        rank = len(shape)
        loops = list(range(rank))
        self.random.shuffle(loops)
        init = rows.empty(rows.sizes_like(shape, tensors), result)

        def access(tensor):
            start = rank - len(tensor.shape)
            return rows.affine(
                rank,
                [
                    "0" if e == 1 and shape[start + i] != 1 else f"d{loops[start + i]}"
                    for i, e in enumerate(tensor.shape)
                ],
            )

        return rows.generic(
            tensors,
            init,
            ["parallel"] * rank,
            lambda names: f"%res = {name} {', '.join(texts)} : "
            f"{rows.scalar_op(name, element, result)}\n    linalg.yield %res : {result}",
            result,
            [access(t) for t in tensors + [init]],
        )

    # Reductions ----------------------------------------------------------------------

    def reduce(self, node):
        axes, kind, init = node.attr
        tensor = self.emit(node.args[0])
        name = REDUCTIONS[kind]
        form = self.form(["keep", "generic", "tensor", "permuted", "ones"])
        value = tosa.reduce(tensor, axes) if self.in_tosa and (kind, init) == ("sum", 0.0) else None
        if value is not None:
            return value
        matvec = len(tensor.shape) == 2 and axes == (1,) and kind == "sum" and init == 0.0
        if form == "ones" and matvec and tensor.shape[1] != "?":
            return self.contract(tensor)
        if form == "permuted":
            return self.permuted_reduction(tensor, axes, name, init)
        return rows.reduction(name)(tensor, axes, init)

    def contract(self, tensor):
        """The sum of each row as a product with a vector of ones."""
        element, sizes = tensor.element, [rows.size(tensor, 0)]
        ones = rows.constant(1.0, element, (tensor.shape[1],))
        start = rows.fill(0.0, sizes, element)
        result = writer.value(
            f"linalg.matvec ins({tensor.name}, {ones.name} : {tensor.type}, {ones.type}) "
            f"outs({start.name} : {start.type}) -> {start.type}",
            start.shape,
            element,
        )
        return rows.expand(result, [0], sizes + [1])

    def permuted_reduction(self, tensor, axes, name, init):
        rank, element = len(tensor.shape), tensor.element
        loops = list(range(rank))
        self.random.shuffle(loops)
        sizes = [1 if i in axes else rows.size(tensor, i) for i in range(rank)]
        iterators = [None] * rank
        for i, loop in enumerate(loops):
            iterators[loop] = "reduction" if i in axes else "parallel"
        operands = ["%in0", "%out"]
        self.random.shuffle(operands)
        return rows.generic(
            [tensor],
            rows.fill(init, sizes, element),
            iterators,
            lambda n: f"%res = {name} {', '.join(operands)} : {element}\n"
            f"    linalg.yield %res : {element}",
            element,
            [
                rows.affine(rank, [f"d{loops[i]}" for i in range(rank)]),
                rows.affine(rank, ["0" if i in axes else f"d{loops[i]}" for i in range(rank)]),
            ],
        )

    def sums(self, node):
        """Several sums in one generic with several results."""
        tensors = [self.emit(a) for a in node.args]
        rank, element, axes = len(tensors[0].shape), node.type, node.attr
        sizes = [1 if i in axes else rows.size(tensors[0], i) for i in range(rank)]
        inits = [rows.fill(0.0, sizes, element) for _ in tensors]
        identity = rows.affine(rank, [f"d{i}" for i in range(rank)])
        output = rows.affine(rank, ["0" if i in axes else f"d{i}" for i in range(rank)])
        maps = ", ".join([identity] * len(tensors) + [output] * len(tensors))
        iterators = ", ".join('"reduction"' if i in axes else '"parallel"' for i in range(rank))
        count = range(len(tensors))
        arguments = ", ".join(f"%{side}{i}: {element}" for side in ("in", "out") for i in count)
        body = "\n".join(f"    %res{i} = arith.addf %in{i}, %out{i} : {element}" for i in count)
        types = ", ".join(v.type for v in inits)
        results = [writer.fresh() for _ in count]
        writer.emit(
            f"{', '.join(results)} = linalg.generic "
            f"{{indexing_maps = [{maps}], iterator_types = [{iterators}]}} "
            f"ins({', '.join(t.name for t in tensors)} : {', '.join(t.type for t in tensors)}) "
            f"outs({', '.join(v.name for v in inits)} : {types}) {{\n  ^bb0({arguments}):\n{body}\n"
            f"    linalg.yield {', '.join(f'%res{i}' for i in count)} : "
            f"{', '.join([element] * len(tensors))}\n"
            f"  }} -> ({types})"
        )
        return [Value(name, init.shape, element) for name, init in zip(results, inits)]

    # Layouts -------------------------------------------------------------------------

    def transpose(self, node):
        tensor, permutation = self.emit(node.args[0]), node.attr
        if self.chance(0.5):
            return rows.transpose(tensor, *permutation)
        rank = len(permutation)
        sizes = [rows.size(tensor, p) for p in permutation]
        init = rows.empty(sizes, tensor.element)
        # Result dim i is input dim permutation[i].
        source = rows.affine(rank, [f"d{permutation.index(i)}" for i in range(rank)])
        return self.copy(tensor, init, [source, rows.affine(rank, [f"d{i}" for i in range(rank)])])

    def copy(self, tensor, init, maps=None):
        return rows.generic(
            [tensor],
            init,
            ["parallel"] * len(init.shape),
            lambda n: f"linalg.yield {n[0]} : {tensor.element}",
            tensor.element,
            maps,
        )

    def reshape(self, node):
        tensor, shape = self.emit(node.args[0]), node.shape
        if len(shape) < len(tensor.shape):
            own = tuple("?" if isinstance(e, Dynamic) else int(e) for e in shape)
            type_ = rows.type_of(own, tensor.element)
            text = f"tensor.collapse_shape {tensor.name} {node.attr} : {tensor.type} into {type_}"
            result = writer.value(text, own, tensor.element)
            sizes = self.read_sizes(result, shape, result.name[1:])
            return Value(result.name, rows.shape_of(sizes), tensor.element)
        sizes = self.sizes(node)
        own = rows.shape_of(sizes)
        type_ = rows.type_of(own, tensor.element)
        return writer.value(
            f"tensor.expand_shape {tensor.name} {node.attr} output_shape [{texts(sizes)}] "
            f": {tensor.type} into {type_}",
            own,
            tensor.element,
        )

    def read_sizes(self, value, shape, name):
        """The extents of a tensor, of which the dynamic ones are read and kept."""
        sizes = []
        for i, e in enumerate(shape):
            if not isinstance(e, Dynamic):
                sizes.append(int(e))
                continue
            position = rows.index(i)
            dim = writer.value(f"tensor.dim {value.name}, {position.name} : {value.type}", None, "index")
            sizes.append(dim)
            if not any(e is known for known in self.extents.values()):
                self.extents[f"{name}{i}"] = e
                self.extent_values[f"{name}{i}"] = dim
        return sizes

    def broadcast(self, node, shape_of):
        tensor = self.emit(node.args[0])
        sizes = shape_of(node)
        if tensor.shape is None:
            return rows.splat(tensor, sizes)
        if self.chance(0.5):
            return self.copy(tensor, rows.empty(sizes, tensor.element))
        return rows.broadcast_to(tensor, sizes)

    # All -----------------------------------------------------------------------------

    def emit(self, node):
        if id(node) not in self.values:
            self.values[id(node)] = self.compute(node)
        return self.values[id(node)]

    def compute(self, node):
        op = node.op
        if op == "const":
            return rows.constant(node.attr, node.type)
        if op == "extent":
            return self.extent(node)
        if op == "reduce":
            return self.reduce(node)
        if op == "sums":
            return self.sums(node)
        if op == "part":
            return self.emit(node.args[0])[node.attr]
        if op == "transpose":
            return self.transpose(node)
        if op == "reshape":
            return self.reshape(node)
        if op == "broadcast":
            return self.broadcast(node, self.sizes)
        if op == "cut":
            return self.cut(node)
        if op == "mask":
            return self.mask(node)
        if op == "integer":
            return self.integer(node)
        if op == "not empty":
            return self.where_not_empty(node)
        if op == "first":
            return rows.first(self.emit(node.args[0]), node.attr)
        operands = [
            self.constant(a) if a.op == "const" else self.emit(a) for a in node.args
        ]
        if not any(isinstance(v, Value) for v in operands):
            operands[0] = rows.constant(operands[0], node.type)
        if op == "cast":
            self.form()
            return rows.convert(node.type, node.attr or "")(operands[0])
        if op == "cmp":
            self.form()
            return rows.elementwise(f"arith.cmpf {node.attr},", *operands, result="i1")
        if op == "select":
            return self.select(node, operands)
        if op == "guard":
            return self.guard(node, *operands)
        if op == "powi":
            scalar = operands[0].shape is None
            return (
                self.elementwise("mul", [operands[0], operands[0]])
                if scalar
                else self.elementwise("powi", operands + [int(node.attr)])
            )
        if op == "powf":
            operands.append(float(node.attr))
        return self.elementwise(op, operands)

    def guard(self, node, count, value):
        if not isinstance(count, Value):
            count = rows.constant(count, node.type)
        self.form()
        if count.shape is not None:
            count = rows.constant(node.args[0].attr, node.type)
        condition = rows.elementwise("arith.cmpf ogt,", count, 0.0, result="i1")
        nan = writer.value(f"arith.constant {NAN[node.type]} : {node.type}", None, node.type)
        return rows.elementwise("arith.select", condition, value, nan)

    def select(self, node, operands):
        """Both branches as values; constants are made so."""
        self.form()
        condition, *branches = operands
        branches = [v if isinstance(v, Value) else rows.constant(v, node.type) for v in branches]
        return rows.elementwise("arith.select", condition, *branches)

    def where_not_empty(self, node):
        """A choice between whole tensors, or element by element."""
        z, value, otherwise = (self.emit(a) for a in node.args)
        count, zero = rows.size(z, 0), rows.index(0)
        if not isinstance(count, Value):
            count = rows.index(count)
        predicate = self.random.choice(["sgt", "ugt", "ne"])
        condition = writer.value(f"arith.cmpi {predicate}, {count.name}, {zero.name} : index", None, "i1")
        if self.random.random() < 0.5:
            return writer.value(
                f"arith.select {condition.name}, {value.name}, {otherwise.name} : {value.type}",
                value.shape,
                value.element,
            )
        self.form()
        return rows.elementwise("arith.select", condition, value, otherwise)

    def mask(self, node):
        """The tensor times what the comparison `index < count` becomes as a float."""
        tensor = self.emit(node.args[0])
        count, kind = node.attr
        rank, element = len(tensor.shape), tensor.element
        limit = rows.index(count)
        casts = {
            "uitofp": ["%f = arith.uitofp %below : i1"],
            "extui": ["%wide = arith.extui %below : i1 to i32", "%f = arith.sitofp %wide : i32"],
            "index_castui": [
                "%n = arith.index_castui %below : i1 to index",
                "%wide = arith.index_cast %n : index to i64",
                "%f = arith.sitofp %wide : i64",
            ],
            "sitofp": ["%f = arith.sitofp %below : i1"],
            "extsi": ["%wide = arith.extsi %below : i1 to i32", "%f = arith.sitofp %wide : i32"],
            "index_cast": [
                "%n = arith.index_cast %below : i1 to index",
                "%wide = arith.index_cast %n : index to i64",
                "%f = arith.sitofp %wide : i64",
            ],
        }[kind]
        product = self.random.choice(["%in0, %f", "%f, %in0"])
        return rows.generic(
            [tensor],
            rows.empty([rows.size(tensor, i) for i in range(rank)], element),
            ["parallel"] * rank,
            lambda n: "\n    ".join(
                [
                    f"%position = linalg.index {rank - 1} : index",
                    f"%below = arith.cmpi slt, %position, {limit.name} : index",
                    *casts[:-1],
                    f"{casts[-1]} to {element}",
                    f"%res = arith.mulf {product} : {element}",
                    f"linalg.yield %res : {element}",
                ]
            ),
            element,
        )

    def cut(self, node):
        """A slice whose offsets and sizes may be computed."""
        tensor, (start, count, step) = self.emit(node.args[0]), node.attr
        if not self.indices:
            return rows.cut(tensor, start, count, step)
        known = [rows.size(tensor, i) for i in range(len(tensor.shape))]
        offsets = [self.indices.number(0, known) for _ in known[:-1]] + [self.indices.number(start, known)]
        sizes = [self.indices.size(e, known) for e in known[:-1]] + [self.indices.number(count, known)]
        shape = rows.shape_of(sizes)
        steps = ", ".join(["1"] * (len(known) - 1) + [str(step)])
        slice_ = writer.value(
            f"tensor.extract_slice {tensor.name}[{texts(offsets)}] [{texts(sizes)}] [{steps}] "
            f": {tensor.type} to {rows.type_of(shape, tensor.element)}",
            shape,
            tensor.element,
        )
        # Exporters give what they know back by a cast.
        shape = rows.shape_of(known[:-1] + [count])
        if rows.type_of(shape, tensor.element) == slice_.type:
            return slice_
        return writer.value(
            f"tensor.cast {slice_.name} : {slice_.type} to {rows.type_of(shape, tensor.element)}",
            shape,
            tensor.element,
        )

    def sizes(self, node):
        """The extents of a node's shape, static or read from the arguments."""
        sizes = []
        for e in node.shape:
            if not isinstance(e, Dynamic):
                sizes.append(int(e))
                continue
            name = next(n for n, value in self.extents.items() if value is e)
            value = self.extent_values[name]
            sizes.append(self.indices.size(value, sizes) if self.indices else value)
        return sizes


def in_region(kind, lines, arguments, values):
    """The lines of a body inside of a region, and the names of its results: one
    that runs once, one that may not run, a parallel loop, or one that carries what
    it computes to its next round, where it is x. All but the first need one result
    that is of the type of x."""
    types = [v.type for v in values]
    names, results = ", ".join(v.name for v in values), ", ".join(types)
    x = next((a for a in arguments if a.startswith("%x: ")), "")
    same = len(values) == 1 and x.startswith(f"%x: {types[0]}") and "?" not in types[0]
    opened = "%outcome" if len(values) == 1 else f"%outcome:{len(values)}"
    returned = ["%outcome"] if len(values) == 1 else [f"%outcome#{i}" for i in range(len(values))]
    rank = len(values[0].shape)
    if kind == "once" or not same:
        head = [f"  {opened} = scf.execute_region -> ({results}) {{"]
        tail = [f"  scf.yield {names} : {results}", "  }"]
    elif kind == "branch":
        head = [
            "  %true = arith.constant true",
            f"  %outcome = scf.if %true -> ({results}) {{",
        ]
        tail = [f"  scf.yield {names} : {results}", "  } else {", f"  scf.yield %x : {results}", "  }"]
    elif kind == "carried":
        head = [
            "  %first = arith.constant 0 : index",
            "  %step = arith.constant 1 : index",
            "  %rounds = arith.constant 2 : index",
            "  %outcome = scf.for %round = %first to %rounds step %step "
            f"iter_args(%carried = %x) -> ({results}) {{",
        ]
        lines = [re.sub(r"%x\b", "%carried", line) for line in lines]
        tail = [f"  scf.yield {names} : {results}", "  }"]
    else:
        place = f"{[0] * rank}{list(values[0].shape)}{[1] * rank}"
        head = [f"  %outcome = scf.forall (%i) in (1) shared_outs(%whole = %x) -> ({results}) {{"]
        tail = [
            "  scf.forall.in_parallel {",
            f"  tensor.parallel_insert_slice {names} into %whole{place} : {results} into {results}",
            "  }",
            "  }",
        ]
    return head + lines + tail, returned


def is_leaf(node):
    """Whether a node is a leaf, but for its type."""
    return node.op == "leaf" or node.op == "cast" and is_leaf(node.args[0])


def write_function(
    name, results, order, seed, form=None, scales=(1.0,), tolerance=1e-9, in_tosa=False, region=None
):
    """The text of a function with the leaves in `order` as arguments."""
    writer.lines, writer.count = [], 0
    is_static = not any(isinstance(e, Dynamic) for n in nodes_of(results) for e in n.shape or ())
    emitter = Emitter(seed, form, in_tosa and is_static)
    used = [n for n in nodes_of(results) if n.op == "leaf"]
    leaves = [n for n in order if any(n is u for u in used)]
    arguments = []
    emitter.extents, emitter.extent_values = {}, {}
    for node in leaves:
        own, kind = node.attr
        dynamic = [isinstance(e, Dynamic) for e in node.shape]
        shape = tuple("?" if d else int(e) for d, e in zip(dynamic, node.shape))
        value = Value(f"%{own}", shape, node.type)
        sizes = emitter.read_sizes(value, node.shape, own)
        attributes = []
        if kind:
            attributes.append(f'fuzz.kind = "{kind}"')
        if any(dynamic):
            numbers = ", ".join(str(int(e)) for e in node.shape)
            attributes.append(f"fuzz.shape = array<i64: {numbers}>")
        if kind == "may be empty":
            attributes.append("fuzz.also = array<i64: 0>")
        text = f"{value.name}: {value.type}"
        arguments.append(text + (f" {{{', '.join(attributes)}}}" if attributes else ""))
        emitter.values[id(node)] = Value(value.name, rows.shape_of(sizes), node.type)
    for node in nodes_of(results):
        known = emitter.extents.values()
        new = [e for e in node.shape or () if isinstance(e, Dynamic) and not any(e is k for k in known)]
        if node.op == "reshape" and (is_leaf(node.args[0]) or new):
            emitter.emit(node)  # the extents of the rows are read from it
    values = [emitter.emit(r) for r in results]
    types = ", ".join(v.type for v in values)
    lines, returned = writer.lines, [v.name for v in values]
    if region:
        emitter.used.add(region)
        lines, returned = in_region(region, lines, arguments, values)
    scales = ", ".join(f"{s:.6e}" for s in scales)
    text = "\n".join(
        [
            f"func.func @{name}({', '.join(arguments)}) -> ({types}) "
            f"attributes {{fuzz.scales = array<f64: {scales}>, "
            f"fuzz.tolerance = {tolerance:.1e} : f64}} {{",
            *lines,
            f"  return {', '.join(returned)} : {types}",
            "}",
        ]
    )
    return text, sorted(emitter.used)
