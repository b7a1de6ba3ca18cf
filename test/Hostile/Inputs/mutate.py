# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Small damage to good inputs: what is almost right goes deepest into a reader."""

import json
import re
import zlib

NUMBERS = [0, 1, 2, 3, 7, 63, 64, 65, 255, 256, 2**31 - 1, 2**31, 2**32, 2**40, 2**63 - 1, 2**63, 2**64, 10**30]
FLOATS = ["0.0", "-0.0", "1.0e-45", "1.0e-400", "1.0e+400", "0x7FC00000", "0x7F800000", "0xFFFFFFFFFFFFFFFF", "0x0", "1.0"]
TYPES = ["f16", "bf16", "f32", "f64", "f80", "f128", "tf32", "f8E4M3FN", "f8E5M2", "f4E2M1FN", "i1", "i3", "i8", "i32", "i64",
         "si8", "ui32", "i1024", "index", "none", "complex<f32>", "vector<4xf32>", "vector<[4]xf32>", "tuple<>", "!llvm.ptr",
         "tensor<*xf32>", "tensor<f32>", "memref<*xf32>", "memref<4xf32, strided<[?], offset: ?>>", "memref<2x2xf32, 3>"]
EXTENTS = ["?", "0", "1", "3", "1048576", "9223372036854775807", "18446744073709551616", "4294967296"]

TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|(?:tensor|memref|vector)<[^<>]*>|[%@#!^][\w$.-]+|-?\d+\.\d*(?:[eE][+-]?\d+)?|'
                   r"0x[0-9a-fA-F]+|-?\d+|[A-Za-z_][\w$.]*|->|\s+|.", re.DOTALL)


def change_shape(text, random):
    """`text` is tensor<..>, memref<..> or vector<..>."""
    name, inner = text[:-1].split("<", 1)
    dims = inner.split("x")
    place = random.randrange(len(dims))
    how = random.randrange(5)
    if how == 0:
        dims[place] = random.choice(EXTENTS + TYPES)
    elif how == 1:
        dims.insert(place, random.choice(EXTENTS))
    elif how == 2:
        del dims[place]
    elif how == 3:
        name = random.choice(["tensor", "memref", "vector"])
    else:
        dims = dims[:-1] + [random.choice(TYPES)]
    return f"{name}<{'x'.join(dims)}>"


def change_token(token, tokens, random):
    if re.match(r"(?:tensor|memref|vector)<", token):
        return change_shape(token, random)
    if re.fullmatch(r"-?\d+\.\d*(?:[eE][+-]?\d+)?|0x[0-9a-fA-F]+", token):
        return random.choice(FLOATS)
    if re.fullmatch(r"-?\d+", token):
        return str(random.choice([1, -1]) * random.choice(NUMBERS))
    if token in TYPES:
        return random.choice(TYPES)
    # Another of its kind: a value, a symbol, an op or a word.
    kind = token[0] if token[0] in '%@#!^"' else "." if "." in token else "a"
    alike = [t for t in tokens if (t[0] if t[0] in '%@#!^"' else "." if "." in t else "a" if t[0].isalpha() else "") == kind]
    return random.choice(alike) if alike else token


def change_lines(text, other, random):
    lines = text.split("\n")
    place = random.randrange(len(lines))
    how = random.randrange(5)
    if how == 0:
        del lines[place]
    elif how == 1:
        lines.insert(random.randrange(len(lines)), lines[place])
    elif how == 2:
        lines.insert(random.randrange(len(lines)), lines.pop(place))
    elif how == 3:
        lines[place:place] = random.choice(other.split("\n\n")).split("\n")
    else:
        lines = lines[:place]
    return "\n".join(lines)


def change_bytes(data, random):
    """Flips, cuts, repeats and splices of bytes."""
    data = bytearray(data)
    for _ in range(random.randint(1, 4)):
        place = random.randrange(len(data) + 1)
        how = random.randrange(6)
        if how == 0 and place < len(data):
            data[place] = random.randrange(256)
        elif how == 1:
            data[place:place] = random.choice([b"\0", b"\xff\xfe", b"\xc3\x28", b"\xf0\x9f", b"(" * 3000, b"%" * 70000, b'"', b"\n" * 9])
        elif how == 2:
            del data[place:]
        elif how == 3:
            del data[place:place + random.randrange(64)]
        elif how == 4:
            data[place:place] = data[:random.randrange(256)]
        elif place < len(data):
            data[place] ^= 1 << random.randrange(8)
    return bytes(data)


def change_everywhere(text, random):
    """One extent, type, number or word becomes another wherever it stands, so that most
    of the result is still a program."""
    extents = re.findall(r"[<x](\d+)(?=x)", text)
    if extents and random.random() < 0.5:
        old, new = random.choice(extents), random.choice(EXTENTS)
        return re.sub(rf"(?<=[<x]){old}(?=x)", new, text)
    tokens = TOKEN.findall(text)
    words = [t for t in tokens if not t.isspace() and t[0] not in "%<>(){}[],=:"]
    if not words:
        return text
    old = random.choice(words)
    if old in text and re.match(r"(?:tensor|memref|vector)<", old) and random.random() < 0.5:
        old = old[:-1].split("x")[-1]
    new = change_token(old, tokens, random)
    return re.sub(rf"(?<![\w.]){re.escape(old)}(?![\w.])|(?<=x){re.escape(old)}(?=>)", lambda _: new, text)


def change_text(text, other, random):
    """MLIR, or another text of tokens; `other` is another of its kind."""
    text = re.sub(r"(?m)^\s*//(?! -----).*\n?", "", text)
    for _ in range(random.choice([1, 1, 2, 3])):
        how = random.randrange(12)
        if how == 0:
            text = change_lines(text, other, random)
            continue
        if how > 5:
            text = change_everywhere(text, random)
            continue
        tokens = TOKEN.findall(text)
        places = [i for i, token in enumerate(tokens) if not token.isspace()]
        if not places:
            break
        place = random.choice(places)
        if how == 1:
            del tokens[place]
        elif how == 2:
            at = random.choice(places)
            tokens[place], tokens[at] = tokens[at], tokens[place]
        else:
            tokens[place] = change_token(tokens[place], tokens, random)
        text = "".join(tokens)
    data = text.encode("utf-8", "surrogateescape")
    return change_bytes(data, random) if random.random() < 0.05 else data


def change_json(value, random):
    """Another value at one place of a tree."""
    places = []

    def walk(node):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], (dict, list)):
                walk(node[key])

    walk(value)
    node, key = random.choice(places)
    how = random.randrange(8)
    old = node[key]
    if how > 5 and isinstance(old, int):
        node[key] = random.choice([old + 1, old - 1, 2 * old, old // 2])
    elif how > 5:
        node[key] = random.choice([n[k] for n, k in places if isinstance(n[k], type(old)) and not isinstance(n[k], (dict, list))] or [old])
    elif how == 0:
        del node[key]
    elif how == 1:
        other, name = random.choice(places)
        # A copy, so that nothing holds itself.
        node[key] = json.loads(json.dumps(other[name])) if name in other or isinstance(other, list) else None
    elif how == 2:
        node[key] = [node[key]] * random.choice([0, 1, 2, 200])
    else:
        node[key] = random.choice(NUMBERS + [-n for n in NUMBERS] + [None, True, "", "x" * 5000, {}, [], 1.5, 1e308, "\0", "../../x"])


def seal(manifest):
    """The text of a manifest with its checksum, so that more of it is read."""
    text = json.dumps({"crc32": "00000000", **{k: v for k, v in manifest.items() if k != "crc32"}})
    return text.replace('"00000000"', f'"{zlib.crc32(text.encode()):08x}"', 1)
