# check_schema.py SCHEMA FILE..: checks the JSON in the files, one value or one a line,
# against the part of JSON Schema that docs/schemas uses. A key that the schema does
# not describe is an error, too.

import json
import sys

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}


def is_type(value, name):
    return isinstance(value, TYPES[name]) and (name == "boolean") == isinstance(value, bool)


def check(value, schema, path):
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(is_type(value, name) for name in types):
        sys.exit(f"{path}: expected {' or '.join(types)}, got {json.dumps(value)[:80]}")
    if "enum" in schema and value not in schema["enum"]:
        sys.exit(f"{path}: expected one of {schema['enum']}, got {value}")
    if isinstance(value, list):
        for i, item in enumerate(value):
            check(item, schema["items"], f"{path}[{i}]")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        for key in schema.get("required", []):
            if key not in value:
                sys.exit(f"{path}: no {key}")
        for key, item in value.items():
            inner = properties.get(key, schema.get("additionalProperties"))
            if inner is None:
                sys.exit(f"{path}: the schema has no {key}")
            check(item, inner, f"{path}.{key}")


schema = json.load(open(sys.argv[1]))
for name in sys.argv[2:]:
    text = open(name).read()
    try:
        values = [json.loads(text)]
    except json.JSONDecodeError:
        values = [json.loads(line) for line in text.splitlines()]
    for value in values:
        check(value, schema, name)
