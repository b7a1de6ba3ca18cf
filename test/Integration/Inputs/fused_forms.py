# Norms with their neighbours, as programs write them: a form builds a function
# with inputs of type x; parameters, gates and results are of type y.

from bodies import erf, exp, maximum, minimum, roundeven, tanh


def silu(v):
    return v / (1.0 + exp(-v))


def gelu(v):
    return 0.5 * v * (1.0 + erf(v * 0.7071067811865476))


def gelu_tanh(v):
    return 0.5 * v * (1.0 + tanh(0.7978845608028654 *
                                 (v + 0.044715 * v * v * v)))


def quantize(v, amax):
    q = roundeven(v * (127.0 / amax))
    return maximum(minimum(q, 127.0), -127.0)


def residual(f, x, y):
    a, b = f.argument((0, 1), x), f.argument((0, 1), x)
    s = f.elementwise(lambda p, q: p + q, [a, b], x, compute=x)
    f.result(f.norm("rmsnorm", s, f.argument((1,), y), element=y))


def residual_kept(f, x, y):
    a, b = f.argument((0, 1), x), f.argument((0, 1), x)
    s = f.elementwise(lambda p, q: p + q, [a, b], x, compute=x)
    f.result(f.norm("layernorm", s, f.argument((1,), y), element=y), s)


def bias_residual(f, x, y):
    a, b = f.argument((0, 1), x), f.argument((0, 1), x)
    v = f.argument((1,), x)
    t = f.elementwise(lambda p, q: p + q, [a, v], x, dims=(0, 1), compute=x)
    s = f.elementwise(lambda p, q: p + q, [t, b], x, compute=x)
    f.result(s, f.norm("rmsnorm", s, f.argument((1,), y), element=y))


def casts(f, x, y):
    wide = "f64" if "f64" in (x, y) else "f32"
    a = f.argument((0, 1), x)
    w = f.elementwise(lambda p: p * 1.5, [a], wide)
    n = f.norm("rmsnorm", w)
    f.result(f.elementwise(lambda p: p * 0.75, [n], y))


def one_plus_scale(f, x, y):
    g = f.elementwise(lambda p: 1.0 + p, [f.argument((1,), y)], y)
    f.result(f.norm("rmsnorm", f.argument((0, 1), x), g, element=y))


def silu_gate(f, x, y):
    n = f.norm("rmsnorm", f.argument((0, 1), x), f.argument((1,), y))
    f.result(f.elementwise(lambda p, q: p * silu(q),
                           [n, f.argument((0, 1), y)], y))


def gelus(f, x, y):
    n = f.norm("layernorm", f.argument((0, 1), x))
    f.result(f.elementwise(gelu, [n], y), f.elementwise(gelu_tanh, [n], y))


def static_quantize(f, x, y):
    n = f.norm("rmsnorm", f.argument((0, 1), x), f.argument((1,), y))
    f.result(f.elementwise(lambda p: quantize(p, 8.0), [n], "i8"))


def amax_quantize(f, x, y):
    n = f.norm("rmsnorm", f.argument((0, 1), x), f.argument((1,), y),
               element="f64" if x == "f64" else "f32")
    m = f.amax(n)
    q = f.elementwise(quantize, [n, m], "i8")
    f.result(q, f.elementwise(lambda p: p / 127.0, [m], m.element))


def eight_bit_floats(f, x, y):
    n = f.norm("layernorm", f.argument((0, 1), x), f.argument((1,), y),
               element="f64" if x == "f64" else "f32")
    m = f.amax(n)
    f.result(f.elementwise(lambda p, q: p * (448.0 / q), [n, m], "f8E4M3FN"))


def block(f, x, y):
    """Residual, norm, gate, per-row quantisation: the product is kept."""
    a, b = f.argument((0, 1), x), f.argument((0, 1), x)
    s = f.elementwise(lambda p, q: p + q, [a, b], x, compute=x)
    n = f.norm("rmsnorm", s, f.argument((1,), y),
               element="f64" if x == "f64" else "f32")
    g = f.elementwise(lambda p, q: p * silu(q), [n, f.argument((0, 1), y)],
                      n.element)
    m = f.amax(g)
    f.result(s, f.elementwise(quantize, [g, m], "i8"))


def two_norms(f, x, y):
    a = f.argument((0, 1), x)
    f.result(f.norm("rmsnorm", a, f.argument((1,), y), element=y),
             f.norm("layernorm", a, f.argument((1,), y), element=y))


def norm_of_norm(f, x, y):
    n = f.norm("layernorm", f.argument((0, 1), x), f.argument((1,), y))
    f.result(f.norm("rmsnorm", n, f.argument((1,), y), element=y))


def partial(f, x, y):
    a = f.argument((0, 1), x)
    n = f.norm("prmsnorm", a, f.argument((1,), y), f.argument((1,), x),
               k=max(1, f.extents[1] // 3))
    f.result(f.elementwise(tanh, [n], y))


def statistics(f, x, y):
    a = f.argument((0, 1), x)
    n, rstd, mean = f.norm("layernorm", a, element=y,
                           statistics=("rstd", "mean"))
    t = f.elementwise(lambda r, p, m: p * r + m, [rstd, n, mean], rstd.element)
    f.result(rstd, f.elementwise(lambda r: exp(-r), [rstd], rstd.element), t)


def row_maximum(f, x, y):
    n = f.norm("rmsnorm", f.argument((0, 1), x), element=y)
    f.result(n, f.amax(n))


def transposed(f, x, y):
    a, b = f.argument((0, 1), x), f.argument((1, 0), x)
    n = f.norm("rmsnorm", a, f.argument((1,), y))
    f.result(f.elementwise(lambda p, q: p + q, [n, b], y))


def row_scale(f, x, y):
    n = f.norm("layernorm", f.argument((0, 1), x), f.argument((1,), y))
    f.result(f.elementwise(lambda p, q: p * q, [n, f.argument((0,), y)], y))


def slices(f, x, y):
    """Parts of larger tensors, at odd offsets and with steps, in and out."""
    _, a = f.slice((0, 1), x, (1, 3), (1, 1))
    _, b = f.slice((0, 1), x, (0, 1), (1, 2))
    g = f.argument((1,), y)
    whole, part = f.slice((0, 1), y, (1, 5), (1, 1))
    other, into = f.slice((0, 1), y, (0, 2), (2, 1))
    s = f.elementwise(lambda p, q: p + q, [a, b], y, into=part)
    f.argument((0, 1), x)  # says what the extents are
    n = f.norm("rmsnorm", s, g, element=y, into=into)
    f.result(f.insert(s, whole, part), f.insert(n, other, into))


MATRIX_FORMS = [slices, residual, residual_kept, bias_residual, casts, one_plus_scale,
                silu_gate, gelus, static_quantize, amax_quantize, eight_bit_floats,
                block, two_norms, norm_of_norm, partial, statistics, row_maximum,
                transposed, row_scale]


def modulated(f, x, y):
    """adaLN: a scale and a shift for each batch."""
    n = f.norm("layernorm", f.argument((0, 1, 2), x))
    f.result(f.elementwise(lambda p, g, b: p * (1.0 + g) + b,
                           [n, f.argument((0, 2), y), f.argument((0, 2), y)], y))


def middle(f, x, y):
    """The middle dim is normalized: elements are not next to each other."""
    n = f.norm("rmsnorm", f.argument((0, 1, 2), x), f.argument((1,), y),
               axes=[1])
    f.result(f.elementwise(lambda p, q: silu(p) + q,
                           [n, f.argument((0, 1, 2), y)], y))


def two_dims(f, x, y):
    n = f.norm("layernorm", f.argument((0, 1, 2), x), f.argument((1, 2), y),
               axes=[1, 2])
    f.result(f.elementwise(lambda p, q: p * q, [n, f.argument((0, 1, 2), y)], y))


CUBE_FORMS = [modulated, middle, two_dims]
