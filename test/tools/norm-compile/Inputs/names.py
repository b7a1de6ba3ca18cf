"""names.py [LIBRARY]: prints functions of hostile names that add 1 to x, or calls those of
LIBRARY."""
import ctypes
import sys

NAMES = {
    "a*/ int evil(void); /*": "a___int_evil_void_____", "line\\0Aint evil(void);": "line_int_evil_void__",
    "splice\\5C\\0Aint evil(void);": "splice__int_evil_void__", "??/\\0Aint evil(void);": "norm____int_evil_void__",
    "// x": "norm___x", "exp": "exp_", "memcpy": "memcpy_", "main": "main_", "int32_t": "int32_t_",
    "INT8_MAX": "INT8_MAX_", "_Bool": "norm_Bool", "__x": "norm__x", "1": "_1", "concept": "concept_",
    "linux": "linux_", "norm_f16": "norm_f16_", "NORM_NAMES_H": "NORM_NAMES_H_", "\\C3\\A9t\\C3\\A9": "norm__t__",
    "\\09tab": "_tab", "class": "class_", "norm.exp_": "norm_exp_",
}
if len(sys.argv) < 2:
    for name in NAMES:
        print(f'''func.func @"{name}"(%x: tensor<4xf32>) -> tensor<4xf32> {{
  %one = arith.constant dense<1.0> : tensor<4xf32>
  %y = arith.addf %x, %one : tensor<4xf32>
  return %y : tensor<4xf32>
}}''')
else:
    library = ctypes.CDLL(sys.argv[1])
    for name in NAMES.values():
        x, y = (ctypes.c_float * 4)(1, 2, 3, 4), (ctypes.c_float * 4)()
        getattr(library, name)(x, y)
        assert list(y) == [2, 3, 4, 5], name
