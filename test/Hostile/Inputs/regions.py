# Writes programs whose values are used before the nested region that defines them:
# regions.py FOLDER.

import pathlib
import sys

COUNT = 2000
HEAD = """#m = affine_map<(d0) -> (d0)>
func.func private @g(f32)
func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
"""
USES = "".join(f"  func.call @g(%v{i}) : (f32) -> ()\n" for i in range(COUNT))
LOOP = """  %r = linalg.generic {indexing_maps = [#m, #m], iterator_types = ["parallel"]} ins(%x : tensor<4xf32>) outs(%x : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
"""
SUMS = "".join(f"    %v{i} = arith.addf %in, %out : f32\n" for i in range(COUNT))
YIELD = "    linalg.yield %in : f32\n"
END = "  } -> tensor<4xf32>\n  return %r : tensor<4xf32>\n}\n"
ARGUMENTS = ", ".join(f"%v{i}: f32" for i in range(COUNT))

programs = {
    "block": HEAD + USES + LOOP + SUMS + YIELD + "  ^bb1:\n    garbage\n" + END,
    "argument": HEAD + USES + LOOP + YIELD + f"  ^bb1({ARGUMENTS}):\n{YIELD}  ^bb2:\n    garbage\n" + END,
    # In a region of the region, and the error where both are closed.
    "nested": HEAD + USES + LOOP + "    scf.execute_region {\n" + SUMS + "      scf.yield\n    }\n" + YIELD
    + "  ^bb1:\n    %a = arith.addf %in : f32\n" + END,
    "undominated": HEAD + USES + LOOP + SUMS + YIELD + END,
    # A block that comes before the one whose value it uses.
    "valid": HEAD + """  cf.br ^bb2
^bb1:
  %y = linalg.add ins(%s, %x : tensor<4xf32>, tensor<4xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  return %y : tensor<4xf32>
^bb2:
  %s = linalg.mul ins(%x, %x : tensor<4xf32>, tensor<4xf32>) outs(%x : tensor<4xf32>) -> tensor<4xf32>
  cf.br ^bb1
}
""",
}
for name, text in programs.items():
    (pathlib.Path(sys.argv[1]) / f"{name}.mlir").write_text(text)
