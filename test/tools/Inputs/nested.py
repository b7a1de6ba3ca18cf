"""nested.py DEPTH: functions whose types, attributes and regions are nested that deep."""
import sys

depth = int(sys.argv[1])
kind = sys.argv[2]
if kind == "type":
    print("func.func private @main(" + "tuple<" * depth + "i1" + ">" * depth + ")")
elif kind == "attribute":
    print("module attributes {norm.a = " + "[" * depth + "]" * depth + "} {}")
elif kind == "set":
    print("module attributes {norm.a = " + "[affine_set<(d0) : (d0 >= 0)>, " * depth + "1" + "]" * depth + "} {}")
elif kind == "region":
    print("module {" * depth + "}" * depth)
elif kind == "open":
    print("module attributes {norm.a = " + "{a = [" * depth)
