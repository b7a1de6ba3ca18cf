// The report as a page: well-formed, self-contained, with the figures of the
// table; what comes from the program is escaped.

// RUN: norm-opt %s --norm-report="format=html target=h100 dynamic-extent=16 file=%t.html" -o %t.after.mlir
// RUN: %python %S/Inputs/page.py %t.html | FileCheck %s
// RUN: norm-opt %s -o %t.before.mlir
// RUN: cmp %t.before.mlir %t.after.mlir

// CHECK:      title: Norms of html.mlir
// CHECK:      Norms: 4, 0 found in other ops
// CHECK-NEXT: Memory traffic of the norms: {{[0-9]+}} B, {{[0-9]+}} B before, {{[0-9.]+}} times as much
// CHECK-NEXT: Predicted time on h100: {{[0-9.e-]+}} µs, {{[0-9.e-]+}} µs before
// CHECK-NEXT: Not raised: 1, look like norms and are none
// CHECK:      tr: 1 rmsnorm html.mlir:{{[0-9]+}} {{[0-9]+}} B {{[0-9]+}} B {{[0-9.]+}}
// CHECK:      tr: 4 layernorm a��<b>&.mlir:3 8192 B -
// CHECK:      tr: program
// CHECK:      summary: 1 rmsnorm in @rms<script>alert("&'")</script> , html.mlir:

// The formulas say what the attributes do.
// CHECK-NEXT: math: y i = x i s + ε , s = 1 n ∑ j = 1 n x j 2
// CHECK-NEXT: alttext: y = x / sqrt(s + epsilon), s the mean of the squares of x
// CHECK:      rows: 4
// CHECK-NEXT: n, the length of a row: 64
// CHECK-NEXT: ε: 1e-05
// CHECK-NEXT: types: f32 in f32
// CHECK-NEXT: made of: a norm op of the program
// CHECK-NEXT: of the program: {{[0-9.]+}} % of its bytes, {{[0-9.]+}} % of its predicted time
// CHECK-NEXT: row loop: by itself
// CHECK-NEXT: places: html.mlir:
// CHECK:      tr: memory traffic {{[0-9]+}} B 2048 B
// CHECK-NEXT: tr: predicted time {{[0-9.e-]+}} µs 0.000611 µs
// CHECK-NEXT: tr: operations {{[0-9]+}} 784
// CHECK-NEXT: tr: loops over memory {{[0-9]+}} 1

// CHECK:      summary: 2 prmsnorm
// CHECK-NEXT: math: y i = bf16 ( x i s + ε ) · ( 1 + g i ) , s = 1 k ∑ j = 1 k x j 2
// CHECK-NEXT: alttext: y = x / (sqrt(s) + epsilon) * (1 + scale), s the mean of the squares of x, of the first k elements
// CHECK:      k: 4
// CHECK:      scale g: 1 + f32 of bf16

// CHECK:      summary: 3 layernorm
// CHECK-NEXT: math: y i = x i − μ s + ε · g i + b i , μ = 1 n ∑ j = 1 n x j , s = 1 n ∑ j = 1 n ( x j − μ ) 2
// CHECK:      rows: ?
// CHECK:      bias b: f32
// CHECK-NEXT: returns also: mean

// CHECK:      h2: Not raised
// CHECK:      tr: html.mlir:{{[0-9-]+}} divisor 63 is not the extent 64 of the reduced dimension
// CHECK:      p: * Each dynamic extent is taken as 16.
// CHECK: p: Predicted times of norms are bytes over the 3350 GB/s

// Nothing to report, and no target.
// RUN: echo "func.func private @none()" | norm-opt --norm-report=format=html -o %t.none.mlir 2> %t.none.html
// RUN: %python %S/Inputs/page.py %t.none.html | FileCheck %s --check-prefix=NONE
// NONE:      h1: Norms of a module
// NONE-NEXT: p: 0 normalization layers
// NONE:      Not raised: 0
// NONE-NOT:  tr:
// NONE:      p: Nothing else looked like a norm.
// NONE-NOT:  Predicted

func.func @"rms<script>alert(\22&'\22)</script>"(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %init = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
       epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

func.func @prms(%x: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %init = tensor.empty() : tensor<4x64xf32>
  %y = norm.prmsnorm ins(%x : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%init : tensor<4x64xf32>)
       k = 4 epsilon = 1.000000e-05 eps_mode = outside scale_offset = 1 scale_rounding = bf16 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

func.func @layer(%x: tensor<?x64xf32>, %g: tensor<64xf32>, %b: tensor<64xf32>, %init: tensor<?x64xf32>,
                 %m: tensor<?xf32>) -> (tensor<?x64xf32>, tensor<?xf32>) {
  %y, %mean = norm.layernorm ins(%x : tensor<?x64xf32>) scale(%g : tensor<64xf32>) bias(%b : tensor<64xf32>)
       outs(%init : tensor<?x64xf32>) mean(%m : tensor<?xf32>) epsilon = 1.000000e-05
       -> (tensor<?x64xf32>, tensor<?xf32>)
  return %y, %mean : tensor<?x64xf32>, tensor<?xf32>
}

// On memrefs there is no before. What is no UTF-8, and what XML cannot hold, is
// replaced.
func.func @memrefs(%x: memref<16x64xf32>, %y: memref<16x64xf32>) {
  norm.layernorm ins(%x : memref<16x64xf32>) outs(%y : memref<16x64xf32>) epsilon = 1.000000e-05
      loc("a\01\FF<b>&.mlir":3:4)
  return
}

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
func.func @near_miss(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 63.0 : f32
  %epsilon = arith.constant 1.0e-05 : f32
  %empty = tensor.empty() : tensor<4x64xf32>
  %rows = tensor.empty() : tensor<4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sum = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %acc: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %acc, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sum : tensor<4x64xf32>, tensor<4xf32>) outs(%empty : tensor<4x64xf32>) {
  ^bb0(%in: f32, %s: f32, %out: f32):
    %mean = arith.divf %s, %n : f32
    %shifted = arith.addf %mean, %epsilon : f32
    %rstd = math.rsqrt %shifted : f32
    %scaled = arith.mulf %in, %rstd : f32
    linalg.yield %scaled : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
