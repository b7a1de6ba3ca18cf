// The report as JSON, with the places of the user's program, a near miss, and a
// file that is replaced.

// RUN: echo old > %t.json
// RUN: norm-opt %s --norm-report="format=json file=%t.json target=h200" -o /dev/null
// RUN: FileCheck %s < %t.json
// RUN: %python -c "import json, sys; json.load(open(sys.argv[1]))" %t.json
// RUN: norm-opt %s --norm-report=format=json -o /dev/null 2>&1 | FileCheck %s --check-prefix=NOTARGET

// CHECK:      "schema": 1,
// CHECK-NEXT: "target": {
// CHECK-NEXT:   "name": "h200",
// CHECK-NEXT:   "bytes_per_second": 4.8e+12,
// CHECK-NEXT:   "operations_per_second": 6.7e+13,
// CHECK-NEXT:   "matrix_operations_per_second": 9.89e+14
// CHECK-NEXT: },
// CHECK-NEXT: "dynamic_extent": 1,
// CHECK-NEXT: "norms": [
// CHECK-NEXT:   {
// CHECK-NEXT:     "kind": "rmsnorm",
// CHECK-NEXT:     "function": "norm",
// CHECK-NEXT:     "locations": [
// CHECK-NEXT:       {
// CHECK-NEXT:         "file": "model.py",
// CHECK-NEXT:         "line": 3,
// CHECK-NEXT:         "column": 5
// CHECK-NEXT:       },
// CHECK-NEXT:       {
// CHECK-NEXT:         "file": "model.py",
// CHECK-NEXT:         "line": 4,
// CHECK-NEXT:         "column": 9
// CHECK-NEXT:       }
// CHECK-NEXT:     ],
// CHECK-NEXT:     "row_length": 64,
// CHECK-NEXT:     "row_count": 4,
// CHECK-NEXT:     "dimensions": [
// CHECK-NEXT:       1
// CHECK-NEXT:     ],
// CHECK-NEXT:     "storage_type": "f32",
// CHECK-NEXT:     "result_type": "f32",
// CHECK-NEXT:     "compute_type": "f32",
// CHECK-NEXT:     "epsilon": 1e-05,
// CHECK-NEXT:     "eps_mode": "inside",
// CHECK-NEXT:     "scale": null,
// CHECK-NEXT:     "bias": null,
// CHECK-NEXT:     "k": null,
// CHECK-NEXT:     "statistics": [],
// CHECK-NEXT:     "parameters": 0,
// CHECK-NEXT:     "raised": true,
// CHECK-NEXT:     "fused_ops": {
// CHECK-NEXT:       "linalg.fill": 1,
// CHECK-NEXT:       "linalg.generic": 2
// CHECK-NEXT:     },
// CHECK-NEXT:     "fused_arithmetic": {
// CHECK-NEXT:       "arith.addf": 2,
// CHECK-NEXT:       "arith.divf": 1,
// CHECK-NEXT:       "arith.mulf": 2,
// CHECK-NEXT:       "math.rsqrt": 1
// CHECK-NEXT:     },
// CHECK-NEXT:     "dynamic": false,
// CHECK-NEXT:     "before": {
// CHECK-NEXT:       "loops": 3,
// CHECK-NEXT:       "operations": 1536,
// CHECK-NEXT:       "bytes": 3136,
// CHECK-NEXT:       "seconds": 6.533{{.*}}e-10
// CHECK-NEXT:     },
// CHECK-NEXT:     "after": {
// CHECK-NEXT:       "loops": 1,
// CHECK-NEXT:       "operations": 784,
// CHECK-NEXT:       "bytes": 2048,
// CHECK:      "missed": [
// CHECK-NEXT:   {
// CHECK-NEXT:     "locations": [
// CHECK-NEXT:       {
// CHECK-NEXT:         "file": "model.py",
// CHECK-NEXT:         "line": 14,
// CHECK:          "reason": "divisor 63 is not the extent 64 of the reduced dimension"
// CHECK:      "totals": {
// CHECK-NEXT:   "before": {
// CHECK-NEXT:     "loops": 3,
// CHECK:        "after": {
// CHECK:      "program": {

// NOTARGET-NOT: "target"
// NOTARGET-NOT: "seconds"

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @norm(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %epsilon = arith.constant 1.0e-05 : f32
  %empty = tensor.empty() : tensor<4x64xf32>
  %rows = tensor.empty() : tensor<4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %squares = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %acc: f32):
    %square = arith.mulf %in, %in : f32
    %sum = arith.addf %acc, %square : f32
    linalg.yield %sum : f32
  } -> tensor<4xf32> loc("square"("model.py":3:5))
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %squares : tensor<4x64xf32>, tensor<4xf32>) outs(%empty : tensor<4x64xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %epsilon : f32
    %rstd = math.rsqrt %shifted : f32
    %product = arith.mulf %in, %rstd : f32
    linalg.yield %product : f32
  } -> tensor<4x64xf32> loc(callsite("model.py":4:9 at "main.py":1:1))
  return %y : tensor<4x64xf32>
}

func.func @unbiased(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 63.0 : f32
  %epsilon = arith.constant 1.0e-05 : f32
  %empty = tensor.empty() : tensor<4x64xf32>
  %rows = tensor.empty() : tensor<4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %squares = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %acc: f32):
    %square = arith.mulf %in, %in : f32
    %sum = arith.addf %acc, %square : f32
    linalg.yield %sum : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %squares : tensor<4x64xf32>, tensor<4xf32>) outs(%empty : tensor<4x64xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %epsilon : f32
    %rstd = math.rsqrt %shifted : f32
    %product = arith.mulf %in, %rstd : f32 loc("model.py":14:9)
    linalg.yield %product : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
