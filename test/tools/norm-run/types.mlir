// Functions that norm-run cannot call, and programs that are none.

// RUN: not norm-run %s --entry=unranked --random=1 2>&1 | FileCheck %s --check-prefix=UNRANKED
// UNRANKED: error: {{.*}}types.mlir:[[#]]:[[#]]: function 'unranked', argument 0: expected a ranked tensor, got tensor<*xf32>
func.func @unranked(%x: tensor<*xf32>) { return }

// RUN: not norm-run %s --entry=scalar --random=1 2>&1 | FileCheck %s --check-prefix=SCALAR
// SCALAR: function 'scalar', argument 0: expected a ranked tensor, got f32
func.func @scalar(%x: f32) { return }

// RUN: not norm-run %s --entry=buffer --random=1 2>&1 | FileCheck %s --check-prefix=BUFFER
// BUFFER: function 'buffer', argument 0: expected a ranked tensor, got memref<4xf32>
func.func @buffer(%x: memref<4xf32>) { return }

// RUN: not norm-run %s --entry=complex --random=1 2>&1 | FileCheck %s --check-prefix=COMPLEX
// COMPLEX: function 'complex', argument 0: expected f64, f32, f16, bf16, f8E4M3FN, f8E5M2, index or an integer of 1, 8, 16, 32 or 64 bits, or a ranked tensor or memref of those, got tensor<4xcomplex<f32>>
func.func @complex(%x: tensor<4xcomplex<f32>>) { return }

// RUN: not norm-run %s --entry=result --random=1 2>&1 | FileCheck %s --check-prefix=RESULT
// RESULT: function 'result', result 0: expected {{.*}}, got tensor<4xi4>
func.func @result() -> tensor<4xi4> {
  %c = arith.constant dense<1> : tensor<4xi4>
  return %c : tensor<4xi4>
}

// RUN: echo 'func.func @main(%%x: tensor<4xf32>) -> tensor<4xf32> { return %%y : tensor<4xf32> }' > %t.mlir
// RUN: not norm-run %t.mlir --random=1 2>&1 | FileCheck %s --check-prefix=MALFORMED
// MALFORMED: types.mlir.tmp.mlir:1:{{.*}}: error: use of undeclared SSA value name
