# Functions of norms and elementwise ops, as MLIR and as an f64 reference.
#
# A Function has an iteration space, say (rows, n); each of its values goes
# through some dims of it, in the order in which they are stored.

import math

import numpy as np

from bodies import UNIT, Symbol, store, widen


class Value:
    """A tensor through `dims` of the iteration space, with its reference, the
    number of operations that led to it and the roundings to 16 bits."""

    def __init__(self, name, dims, element, reference, steps=0, roundings=0.0):
        self.name, self.dims, self.element = name, tuple(dims), element
        self.reference, self.steps, self.roundings = reference, steps, roundings
        self.extents = None  # those of the iteration space
        self.unit = UNIT["f64"]  # of what it was computed in, but for 16 bits


class Function:
    def __init__(self, name, extents, dynamic=False, rng=None, part_of=None):
        self.name, self.extents, self.dynamic = name, extents, dynamic
        self.rng = rng or np.random.default_rng(sum(extents))
        self.part_of = part_of  # a function and one of its rows
        self.arguments, self.results, self.lines = [], [], []

    def type(self, value):
        extents = value.extents or [self.extents[d] for d in value.dims]
        extents = ["?" if self.dynamic else str(e) for e in extents]
        return f"tensor<{'x'.join(extents + [value.element])}>"

    def name_next(self):
        return f"%t{len(self.lines)}"

    def argument(self, dims, element, values=None):
        shape = [self.extents[d] for d in dims]
        if values is None:
            values = self.rng.standard_normal(shape)
        array = store(values, element)
        if self.part_of:
            function, row = self.part_of
            array = function.arguments[len(self.arguments)][1]
            if 0 in dims:
                array = np.take(array, [row], axis=dims.index(0))
        value = Value(f"%a{len(self.arguments)}", dims, element,
                      widen(array, element))
        self.arguments.append((value, array))
        return value

    def empty(self, dims, element):
        sizes = ", ".join(f"%s{d}" for d in dims) if self.dynamic else ""
        value = Value(self.name_next(), dims, element, None)
        self.lines.append(
            f"{value.name} = tensor.empty({sizes}) : {self.type(value)}")
        return value

    def rounded(self, value, sources, compute):
        """`value`, computed in type `compute`, with its reference as stored, and
        what led to it counted."""
        units = [UNIT[e] for e in (compute, value.element) if e in ("f32", "f64")]
        value.unit = max([s.unit for s in sources] + units)
        value.steps = 1 + max(s.steps for s in sources)
        value.roundings = max(s.roundings for s in sources)
        if value.element in ("f16", "bf16"):
            value.reference = widen(store(value.reference, value.element),
                                    value.element)
            value.roundings += UNIT[value.element]
        return value

    def elementwise(self, body, operands, element, dims=None, compute=None,
                    into=None):
        """body of the operands at each point; computed in `compute`, f32 or f64
        unless given. `into` is the destination."""
        used = sorted({d for o in operands for d in o.dims})
        dims = tuple(dims if dims is not None else used)
        compute = compute or ("f64" if any(o.element == "f64" for o in operands)
                              else "f32")
        init = into or self.empty(dims, element)
        iteration = ", ".join(f"d{d}" for d in used)
        maps = ", ".join(
            f"affine_map<({iteration}) -> ({', '.join(f'd{d}' for d in o.dims)})>"
            for o in [*operands, init])
        kinds = ", ".join('"parallel"' for _ in used)
        lines = []
        symbols = [Symbol(f"%i{i}", o.element, lines).convert(compute)
                   for i, o in enumerate(operands)]
        out = body(*symbols).convert(element)
        block = ", ".join([f"%i{i}: {o.element}" for i, o in enumerate(operands)]
                          + [f"%o: {element}"])
        result = Value(self.name_next(), dims, element, None)
        inputs = ", ".join(o.name for o in operands)
        types = ", ".join(self.type(o) for o in operands)
        self.lines.append(
            f"{result.name} = linalg.generic {{indexing_maps = [{maps}], "
            f"iterator_types = [{kinds}]}} ins({inputs} : {types}) "
            f"outs({init.name} : {self.type(init)}) {{\n"
            f"  ^bb0({block}):\n    " + "\n    ".join(lines) +
            f"\n    linalg.yield {out.name} : {element}\n"
            f"  }} -> {self.type(init)}")
        with np.errstate(all="ignore"):
            reference = body(*[self.spread(o, dims) for o in operands])
        result.reference = np.broadcast_to(
            reference, [self.extents[d] for d in dims])
        return self.rounded(result, operands, compute)

    def spread(self, value, dims):
        """The reference of a value, to be broadcast to `dims`."""
        order = [value.dims.index(d) for d in dims if d in value.dims]
        shape = [self.extents[d] if d in value.dims else 1 for d in dims]
        return value.reference.transpose(order).reshape(shape)

    def amax(self, value, op="arith.maximumf", start=0.0):
        """max |value| over its last dim, in its element type."""
        dims, element = value.dims[:-1], value.element
        init = self.empty(dims, element)
        self.lines.append(f"%c{init.name[1:]} = arith.constant {start:e} : {element}")
        fill = Value(self.name_next(), dims, element, None)
        self.lines.append(
            f"{fill.name} = linalg.fill ins(%c{init.name[1:]} : {element}) "
            f"outs({init.name} : {self.type(init)}) -> {self.type(init)}")
        result = Value(self.name_next(), dims, element, None)
        self.lines.append(
            f"{result.name} = linalg.reduce ins({value.name} : {self.type(value)}) "
            f"outs({fill.name} : {self.type(fill)}) "
            f"dimensions = [{len(value.dims) - 1}]\n"
            f"    (%e: {element}, %m: {element}) {{\n"
            f"    %abs = math.absf %e : {element}\n"
            f"    %next = {op} %m, %abs : {element}\n"
            f"    linalg.yield %next : {element}\n  }}")
        result.reference = np.max(np.abs(value.reference), axis=-1,
                                  initial=start)
        return self.rounded(result, [value], element)

    def norm(self, kind, x, scale=None, bias=None, element=None, k=None,
             axes=None, statistics=(), epsilon=1e-5, into=None):
        """A norm of `axes`, positions in the dims of x, the last one unless
        given; y, or y and its statistics."""
        axes = axes or [len(x.dims) - 1]
        rows = [d for i, d in enumerate(x.dims) if i not in axes]
        compute = "f64" if x.element == "f64" else "f32"
        init = into or self.empty(x.dims, element or x.element)
        inits = [self.empty(rows, compute) for _ in statistics]
        clauses = [f"ins({x.name} : {self.type(x)})"]
        clauses += [f"{n}({v.name} : {self.type(v)})"
                    for n, v in [("scale", scale), ("bias", bias)] if v]
        clauses += [f"outs({init.name} : {self.type(init)})"]
        clauses += [f"{s}({i.name} : {self.type(i)})"
                    for s, i in zip(statistics, inits)]
        extra = f" k = {k}" if kind == "prmsnorm" else ""
        base = self.name_next()
        names = [f"{base}_{i}" for i in range(1 + len(inits))]
        types = [self.type(v) for v in [init, *inits]]
        listed = ", ".join(types)
        self.lines.append(
            f"{', '.join(names)} = norm.{kind} {' '.join(clauses)} dimensions = "
            f"{axes} epsilon = {epsilon:e}{extra} -> "
            + (f"({listed})" if inits else listed))
        sources = [v for v in (x, scale, bias) if v]
        computed = reference_norm(kind, x.reference, tuple(axes), k, epsilon)
        y = computed["y"]
        if scale:
            y = y * self.spread(scale, x.dims)
        if bias:
            y = y + self.spread(bias, x.dims)
        results = [self.rounded(Value(names[0], x.dims, init.element, y), sources,
                                compute)]
        for name, statistic in zip(names[1:], statistics):
            results.append(self.rounded(
                Value(name, rows, compute, computed[statistic]), [x], compute))
        return results if statistics else results[0]

    def slice(self, dims, element, offsets, steps):
        """A part of a larger argument, that begins at `offsets` and takes each
        `steps`-th element; the tensor and the part."""
        larger = [o + s * self.extents[d] + 1
                  for d, o, s in zip(dims, offsets, steps)]
        array = store(self.rng.standard_normal(larger), element)
        whole = Value(f"%a{len(self.arguments)}", dims, element,
                      widen(array, element))
        whole.extents = larger
        self.arguments.append((whole, array))
        at = tuple(slice(o, o + s * self.extents[d], s)
                   for d, o, s in zip(dims, offsets, steps))
        part = Value(self.name_next(), dims, element, whole.reference[at])
        part.at = at
        part.text = (f"[{', '.join(map(str, offsets))}] "
                     f"[{', '.join(self.size(d) for d in dims)}] "
                     f"[{', '.join(map(str, steps))}]")
        self.lines.append(f"{part.name} = tensor.extract_slice {whole.name}"
                          f"{part.text} : {self.type(whole)} to {self.type(part)}")
        return whole, part

    def insert(self, value, whole, part):
        """`whole` with `value` in the place of `part`."""
        result = Value(self.name_next(), whole.dims, whole.element,
                       whole.reference.copy(), value.steps, value.roundings)
        result.extents, result.unit = whole.extents, value.unit
        result.reference[part.at] = value.reference
        self.lines.append(f"{result.name} = tensor.insert_slice {value.name} into "
                          f"{whole.name}{part.text} : {self.type(value)} into "
                          f"{self.type(whole)}")
        return result

    def size(self, dim):
        return f"%s{dim}" if self.dynamic else str(self.extents[dim])

    def result(self, *values):
        self.results += values

    def text(self):
        arguments = ", ".join(f"{v.name}: {self.type(v)}"
                              for v, _ in self.arguments)
        sizes = []
        if self.dynamic:
            for d in range(len(self.extents)):
                value = next(v for v, _ in self.arguments
                             if d in v.dims and not v.extents)
                sizes.append(f"%q{d} = arith.constant {value.dims.index(d)} : index")
                sizes.append(f"%s{d} = tensor.dim {value.name}, %q{d} : "
                             f"{self.type(value)}")
        types = ", ".join(self.type(v) for v in self.results)
        names = ", ".join(v.name for v in self.results)
        body = "\n  ".join(sizes + self.lines)
        return (f"func.func private @{self.name}({arguments}) -> ({types}) {{\n"
                f"  {body}\n  return {names} : {types}\n}}\n")


def reference_norm(kind, x, axes, k, epsilon):
    """y without scale and bias, and the statistics, in f64."""
    n = math.prod(x.shape[a] for a in axes)
    if n == 0 or x.size == 0:
        rows = [e for a, e in enumerate(x.shape) if a not in axes]
        return {"y": x, **{s: np.zeros(rows) for s in ("mean", "statistic", "rstd")}}
    mean = x.mean(axis=axes, keepdims=True)
    centred = x - mean if kind == "layernorm" else x
    part = centred
    if kind == "prmsnorm":
        part = np.take(centred, range(k), axis=axes[0])
    statistic = np.mean(part**2, axis=axes, keepdims=True)
    rstd = 1 / np.sqrt(statistic + epsilon)
    return {"y": centred * rstd, "mean": mean.squeeze(axes),
            "statistic": statistic.squeeze(axes), "rstd": rstd.squeeze(axes)}
