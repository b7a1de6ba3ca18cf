# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Gradients of loops over layers, as jax.grad makes them of lax.scan: the first loop
saves x, r = rstd and a = -1/2 r / v of each layer in tensors, the second one reads them
at the position of the layer. Near misses by one change."""
from recipes import Recipe

CHANGES = ["another layer", "written elsewhere", "one iteration short", "factor", "another epsilon", "another x"]


def slices(tensor, index, extents, element):
    """The operands of a slice at `index` of a stack, and the types of slice and stack."""
    rest = "".join(f", {e}" for e in extents)
    dims = "x".join(map(str, extents))
    offsets = f"[{index}{', 0' * len(extents)}] [1{rest}] [{', '.join(['1'] * (1 + len(extents)))}]"
    return f"{tensor}{offsets}", f"tensor<1x{dims}x{element}>", f"tensor<{dims}x{element}>"


class LoopRecipe(Recipe):
    """One program, as text."""

    def build(self):
        c = self.choices
        self.leaves, self.trick, self.place, self.factor, self.twice = {}, None, "x", 1.0, False
        self.outside, self.k, self.direction, self.kind = False, None, "gradient", "rmsnorm"
        self.layers, self.count_ = c.pick("a", [3, 2, 4]), c.pick("b", [4, 2, 1])
        self.length = c.pick("n", [8, 16, 7, 32])
        self.storage = self.compute = self.scale_type = c.pick("type", ["f32", "f64"], [4, 1])
        self.epsilon = c.pick("epsilon", [1e-5, 1e-3])
        self.scales = [1.0, 10.0]
        self.saves = c.pick("saved", ["x r a", "x r", "x a r", "x"])
        self.backwards = c.maybe("from the last", 0.7)
        self.clamps = c.pick("clamped", ["nowhere", "written", "read"], [3, 1, 1])
        self.carries = c.maybe("carried", 0.5)
        self.tail = c.pick("behind", ["tanh", "none", "twice"])
        self.change = c.pick("change", CHANGES) if c.maybe("near miss", 0.45) else None
        self.settle()
        self.results = []
        self.expected = {"op": "rmsnorm_backward"}

    def settle(self):
        """Takes a change back where it would change nothing."""
        needs_r = ("another layer", "written elsewhere", "one iteration short")
        if self.change in needs_r and self.saves == "x":
            self.change = "factor"
        if self.change == "another epsilon" and "a" not in self.saves:
            self.change = "factor"
        if self.change == "another x" and self.layers == 2 and self.tail == "none":
            self.change = "factor"

    def text(self, name, tolerance, element=None):
        t = element or self.storage
        lines = self.head(name, tolerance, t) + self.first_loop(t) + self.second_loop(t)
        return "\n".join(lines).replace("{T}", t)

    def head(self, name, tolerance, t):
        n, m, k = self.count_, self.length, self.layers
        own = self.storage  # of arguments and results
        scales = ", ".join(f"{s:.6e}" for s in self.scales)
        lines = [
            f'func.func @{name}(%x: tensor<{n}x{m}x{own}> {{fuzz.kind = "x"}}, %dys: tensor<{k}x{n}x{m}x{own}>)'
            f" -> tensor<{k}x{n}x{m}x{own}> attributes {{fuzz.scales = array<f64: {scales}>,"
            f" fuzz.tolerance = {tolerance:.1e} : f64}} {{"
        ]
        for number in range(k + 1):
            lines.append(f"  %c{number} = arith.constant {number} : index")
        wrong = self.epsilon * (4.0 if self.change == "another epsilon" else 1.0)
        two = 3.0 if self.change == "factor" else 2.0
        for value, number in (("zero", 0.0), ("half", -0.5), ("two", two), ("n", float(m)), ("one", 1.0),
                              ("epsilon", self.epsilon), ("other", wrong), ("small", 0.25)):
            lines.append(f"  %{value} = arith.constant {number:e} : {{T}}")
        lines.append(f"  %last = arith.constant {k - 1} : index")
        for value, source, dims in (("xw", "%x", f"{n}x{m}"), ("dyw", "%dys", f"{k}x{n}x{m}")):
            if t == own:
                lines = [line.replace(f"{source}: ", f"%{value}: ") for line in lines]
            else:
                lines.append(f"  %{value} = arith.extf {source} : tensor<{dims}x{own}> to tensor<{dims}x{t}>")
        lines += [
            f"  %empty = tensor.empty() : tensor<{n}x{m}x{{T}}>",
            f"  %rows = tensor.empty() : tensor<{n}x{{T}}>",
            f"  %zeros = linalg.fill ins(%zero : {{T}}) outs(%rows : tensor<{n}x{{T}}>) -> tensor<{n}x{{T}}>",
            # A gradient along x would be the difference of equal numbers.
            f"  %dh0 = arith.constant dense<0.0> : tensor<{n}x{m}x{{T}}>",
            f"  %xs0 = arith.constant dense<0.0> : tensor<{k}x{n}x{m}x{{T}}>",
            f"  %rs0 = arith.constant dense<1.0> : tensor<{k}x{n}x{{T}}>",
        ]
        return lines

    def generic(self, result, inputs, by_rows, body, init="%empty", reduces=False):
        """An op over [n, m]; the inputs in `by_rows` have one number for each row."""
        n, m = self.count_, self.length
        full, row = "affine_map<(d0, d1) -> (d0, d1)>", "affine_map<(d0, d1) -> (d0)>"
        maps = [row if i in by_rows else full for i in inputs] + [row if reduces else full]
        types = [f"tensor<{n}x{{T}}>" if i in by_rows else f"tensor<{n}x{m}x{{T}}>" for i in inputs]
        out = f"tensor<{n}x{{T}}>" if reduces else f"tensor<{n}x{m}x{{T}}>"
        arguments = ", ".join(f"%i{k}: {{T}}" for k in range(len(inputs)))
        kind = "reduction" if reduces else "parallel"
        return [
            f"    {result} = linalg.generic {{indexing_maps = [{', '.join(maps)}],"
            f' iterator_types = ["parallel", "{kind}"]}}'
            f" ins({', '.join(inputs)} : {', '.join(types)}) outs({'%zeros' if reduces else init} : {out}) {{",
            f"    ^bb0({arguments}, %o: {{T}}):",
            *[f"      {line}" for line in body],
            f"    }} -> {out}",
        ]

    def row_op(self, result, inputs, body):
        """An op over [n]."""
        n = self.count_
        maps = ", ".join(["affine_map<(d0) -> (d0)>"] * (len(inputs) + 1))
        arguments = ", ".join(f"%i{k}: {{T}}" for k in range(len(inputs)))
        types = ", ".join([f"tensor<{n}x{{T}}>"] * len(inputs))
        return [
            f'    {result} = linalg.generic {{indexing_maps = [{maps}], iterator_types = ["parallel"]}}'
            f" ins({', '.join(inputs)} : {types}) outs(%rows : tensor<{n}x{{T}}>) {{",
            f"    ^bb0({arguments}, %o: {{T}}):",
            *[f"      {line}" for line in body],
            f"    }} -> tensor<{n}x{{T}}>",
        ]

    def statistics(self, x):
        """r and a of `x`."""
        lines = self.generic("%squares", [x], [], ["%q = arith.mulf %i0, %i0 : {T}", "%t = arith.addf %o, %q : {T}",
                                                   "linalg.yield %t : {T}"], reduces=True)
        lines += self.row_op("%r", ["%squares"], ["%d = arith.divf %i0, %n : {T}", "%v = arith.addf %d, %epsilon : {T}",
                                                  "%s = math.rsqrt %v : {T}", "linalg.yield %s : {T}"])
        return lines + self.row_op("%a", ["%squares", "%r"], [
            "%d = arith.divf %i0, %n : {T}", "%v = arith.addf %d, %other : {T}", "%q = arith.divf %i1, %v : {T}",
            "%s = arith.mulf %q, %half : {T}", "linalg.yield %s : {T}"])

    def save(self, tensor, into, index, extents, result):
        place, one, plain = slices(into, index, extents, "{T}")
        groups = [[0, 1]] + [[i + 1] for i in range(1, len(extents))]
        shape = [1] + list(extents)
        stack = f"tensor<{self.layers}x{'x'.join(map(str, extents))}x{{T}}>"
        return [
            f"    {result}e = tensor.expand_shape {tensor} {groups} output_shape {shape} : {plain} into {one}",
            f"    {result} = tensor.insert_slice {result}e into {place} : {one} into {stack}",
        ]

    def load(self, stack, index, extents, result):
        place, one, plain = slices(stack, index, extents, "{T}")
        groups = [[0, 1]] + [[i + 1] for i in range(1, len(extents))]
        whole = f"tensor<{self.layers}x{'x'.join(map(str, extents))}x{{T}}>"
        return [
            f"    {result}e = tensor.extract_slice {place} : {whole} to {one}",
            f"    {result} = tensor.collapse_shape {result}e {groups} : {one} into {plain}",
        ]

    @property
    def stack_types(self):
        n, m, k = self.count_, self.length, self.layers
        return [f"tensor<{k}x{n}x{m}x{{T}}>", f"tensor<{k}x{n}x{{T}}>", f"tensor<{k}x{n}x{{T}}>"]

    def first_loop(self, t):
        n, m = self.count_, self.length
        row, full = [n], [n, m]
        types = ", ".join([f"tensor<{n}x{m}x{{T}}>"] + self.stack_types)
        upper = self.layers - (self.change == "one iteration short")
        lines = [
            f"  %saved:4 = scf.for %i = %c0 to %c{upper} step %c1"
            f" iter_args(%h = %xw, %xs = %xs0, %rs = %rs0, %as = %rs0) -> ({types}) {{"
        ]
        lines += self.statistics("%h")
        bodies = {
            "tanh": ["%p = arith.mulf %i0, %i1 : {T}", "%w = math.tanh %p : {T}", "linalg.yield %w : {T}"],
            "none": ["%p = arith.mulf %i0, %i1 : {T}", "linalg.yield %p : {T}"],
            "twice": ["%p = arith.mulf %i0, %i1 : {T}", "%q = arith.mulf %p, %small : {T}",
                      "%w = arith.addf %q, %i0 : {T}", "linalg.yield %w : {T}"],
        }
        lines += self.generic("%y", ["%h", "%r"], ["%r"], bodies[self.tail])
        at = "%i"
        if self.clamps == "written":
            lines += ["    %least = arith.maxsi %i, %c0 : index", "    %k = arith.minsi %least, %last : index"]
            at = "%k"
        elsewhere = at
        if self.change == "written elsewhere":
            lines.append("    %w = arith.subi %last, %i : index")
            elsewhere = "%w"
        kept = "%y" if self.change == "another x" else "%h"
        lines += self.save(kept, "%xs", at, full, "%xs1") + self.save("%r", "%rs", elsewhere, row, "%rs1")
        lines += self.save("%a", "%as", elsewhere, row, "%as1")
        return lines + [f"    scf.yield %y, %xs1, %rs1, %as1 : {types}", "  }"]

    def second_loop(self, t):
        n, m, k = self.count_, self.length, self.layers
        row, full = [n], [n, m]
        types = f"tensor<{k}x{n}x{m}x{{T}}>, tensor<{n}x{m}x{{T}}>"
        lines = [f"  %result:2 = scf.for %i = %c0 to %c{k} step %c1 iter_args(%dxs = %xs0, %dh = %dh0) -> ({types}) {{"]
        lines.append("    %j = arith.subi %last, %i : index" if self.backwards else "    %j = arith.addi %i, %c0 : index")
        at = "%j"
        if self.clamps == "read":
            lines += ["    %jl = arith.maxsi %j, %c0 : index", "    %jk = arith.minsi %jl, %last : index"]
            at = "%jk"
        other = at
        if self.change == "another layer":
            lines += ["    %up = arith.addi %j, %c1 : index", "    %ju = arith.minsi %up, %last : index"]
            other = "%ju"
        lines += self.load("%saved#1", at, full, "%xj") + self.load("%dyw", at, full, "%dz")
        dy = "%dz"
        if self.carries:
            lines += self.generic("%dy", ["%dz", "%dh"], [], ["%p = arith.mulf %i1, %small : {T}",
                                                              "%s = arith.addf %i0, %p : {T}", "linalg.yield %s : {T}"])
            dy = "%dy"
        if self.saves == "x":
            lines += self.statistics("%xj")
            r, a = "%r", "%a"
        else:
            lines += self.load("%saved#2", other, row, "%rj")
            r, a = "%rj", None
            if "a" in self.saves:
                lines += self.load("%saved#3", at, row, "%aj")
                a = "%aj"
        lines += self.generic("%dot", [dy, "%xj"], [], ["%p = arith.mulf %i0, %i1 : {T}", "%t = arith.addf %o, %p : {T}",
                                                        "linalg.yield %t : {T}"], reduces=True)
        lines += self.term(r, a)
        lines += self.generic("%dx", [dy, "%xj", r, "%term"], [r, "%term"], [
            "%p = arith.mulf %i0, %i2 : {T}", "%q = arith.mulf %i1, %two : {T}", "%s = arith.mulf %q, %i3 : {T}",
            "%t = arith.addf %p, %s : {T}", "linalg.yield %t : {T}"])
        lines += self.save("%dx", "%dxs", "%j", full, "%next")
        lines += [f"    scf.yield %next, %dx : {types}", "  }"]
        whole = f"tensor<{k}x{n}x{m}x"
        if t != self.storage:
            lines.append(f"  %narrow = arith.truncf %result#0 : {whole}{t}> to {whole}{self.storage}>")
            return lines + [f"  return %narrow : {whole}{self.storage}>", "}"]
        return lines + [f"  return %result#0 : {whole}{t}>", "}"]

    def term(self, r, a):
        """-1/2 r^3 sum(dy x) / n, by a or by r alone."""
        if a:
            return self.row_op("%term", ["%dot", a], ["%p = arith.mulf %i0, %i1 : {T}", "%q = arith.divf %p, %n : {T}",
                                                      "linalg.yield %q : {T}"])
        return self.row_op("%term", ["%dot", r], [
            "%p = arith.mulf %i1, %i1 : {T}", "%q = arith.mulf %p, %i1 : {T}", "%s = arith.mulf %q, %half : {T}",
            "%u = arith.mulf %s, %i0 : {T}", "%w = arith.divf %u, %n : {T}", "linalg.yield %w : {T}"])
