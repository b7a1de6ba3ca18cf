// The table on a program that spells out an rmsnorm between a residual sum and a
// product, and returns rstd.

// RUN: norm-opt %s --norm-report -o %t.after.mlir 2>%t.report
// RUN: FileCheck %s --strict-whitespace < %t.report
// RUN: norm-opt %s -o %t.before.mlir
// The program is as it was.
// RUN: cmp %t.before.mlir %t.after.mlir
// RUN: norm-opt %s --norm-report=target=h100 -o /dev/null 2>&1 | FileCheck %s --check-prefix=TARGET

// The figures are the same for a program that was fused before (the gate is then
// in the body of the product), raised and spelled out again, or raised; and for
// one without locations.
// RUN: norm-opt %s --linalg-fuse-elementwise-ops --norm-report -o /dev/null 2>&1 | FileCheck %s --check-prefixes=SAME,FUSED
// RUN: norm-opt %s --norm-raise --norm-decompose --norm-report -o /dev/null 2>&1 | FileCheck %s --check-prefix=SAME
// RUN: norm-opt %s --norm-raise --norm-report -o /dev/null 2>&1 | FileCheck %s --check-prefix=SAME
// RUN: norm-opt %s --strip-debuginfo --norm-report -o /dev/null 2>&1 | FileCheck %s --check-prefixes=SAME,STRIPPED
// FUSED: arithmetic: 2 arith.addf, 1 arith.divf, 3 arith.mulf, 1 math.rsqrt
// STRIPPED: rmsnorm @residual ? 8
// SAME: 1 4 1 2072 2080 6592 4384 1.50 64
// SAME: program 5 3 3096 3104 14784 16672 0.89

// CHECK:      1 norm
// CHECK:        #  kind     function   location          rows  length  types       epsilon       scale  bias  k
// CHECK-NEXT:   1  rmsnorm  @residual  table.mlir:[[#@LINE+45]]-[[#@LINE+66]]     8      64  f32 in f32  1e-05 inside  f32    -     -

// CHECK:      Made of
// CHECK-NEXT:   1  5 ops: 1 linalg.fill, 4 linalg.generic
// CHECK-NEXT:        arithmetic: 2 arith.addf, 1 arith.divf, 3 arith.mulf, 1 math.rsqrt
// CHECK-NEXT:        returns: rstd

// Before: 32 bytes of zeros; the sum of squares reads 8x64 and 8 f32 and writes
// 8; rstd reads and writes 8; the product reads 8x64, 8 and 64, and writes 8x64.
// After: 8x64 in and out, the scale, rstd. The gate z is not of the norm.
// CHECK:      Before (loops that elementwise fusion leaves) and after
// CHECK-NEXT:   #         loops         operations          bytes                bytes  parameters       share
// CHECK-NEXT: {{ +}}before  after      before  after  before  after  before/after              of program
// CHECK-NEXT:   1             4      1        2072   2080    6592   4384          1.50          64        26 %
// CHECK-NEXT:   total         4      1        2072   2080    6592   4384          1.50          64        26 %
// CHECK-NEXT:   program       5      3        3096   3104   14784  16672          0.89                   100 %

// The sum and the gate are in the row loop: a, r, z, the scale, three results.
// CHECK:      Row loops that norm-fuse-rows makes
// CHECK-NEXT:   norms    operations  bytes  took in           places
// CHECK-NEXT:   1              3096  12576  2 linalg.generic  table.mlir:{{[0-9-]+}}
// CHECK-NEXT:   program        3096  12576
// CHECK-NOT: {{.}}

// TARGET: parameters{{ +}}us
// TARGET: us: bytes over the 3350 GB/s of h100

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>
#vector = affine_map<(d0) -> (d0)>
func.func @residual(%a: tensor<8x64xf32>, %r: tensor<8x64xf32>, %z: tensor<8x64xf32>, %g: tensor<64xf32>)
    -> (tensor<8x64xf32>, tensor<8x64xf32>, tensor<8xf32>) {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %epsilon = arith.constant 1.0e-05 : f32
  %empty = tensor.empty() : tensor<8x64xf32>
  %rows = tensor.empty() : tensor<8xf32>
  %x = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%a, %r : tensor<8x64xf32>, tensor<8x64xf32>) outs(%empty : tensor<8x64xf32>) {
  ^bb0(%in: f32, %other: f32, %out: f32):
    %sum = arith.addf %in, %other : f32
    linalg.yield %sum : f32
  } -> tensor<8x64xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<8xf32>) -> tensor<8xf32>
  %squares = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<8x64xf32>) outs(%zeros : tensor<8xf32>) {
  ^bb0(%in: f32, %acc: f32):
    %square = arith.mulf %in, %in : f32
    %sum = arith.addf %acc, %square : f32
    linalg.yield %sum : f32
  } -> tensor<8xf32>
  %rstd = linalg.generic {indexing_maps = [#vector, #vector], iterator_types = ["parallel"]}
      ins(%squares : tensor<8xf32>) outs(%rows : tensor<8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %mean = arith.divf %in, %n : f32
    %shifted = arith.addf %mean, %epsilon : f32
    %root = math.rsqrt %shifted : f32
    linalg.yield %root : f32
  } -> tensor<8xf32>
  %normalized = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %rstd : tensor<8x64xf32>, tensor<8xf32>) outs(%empty : tensor<8x64xf32>) {
  ^bb0(%in: f32, %factor: f32, %out: f32):
    %product = arith.mulf %in, %factor : f32
    linalg.yield %product : f32
  } -> tensor<8x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #column, #id], iterator_types = ["parallel", "parallel"]}
      ins(%normalized, %g : tensor<8x64xf32>, tensor<64xf32>) outs(%empty : tensor<8x64xf32>) {
  ^bb0(%in: f32, %factor: f32, %out: f32):
    %product = arith.mulf %in, %factor : f32
    linalg.yield %product : f32
  } -> tensor<8x64xf32>
  %gated = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y, %z : tensor<8x64xf32>, tensor<8x64xf32>) outs(%empty : tensor<8x64xf32>) {
  ^bb0(%in: f32, %factor: f32, %out: f32):
    %product = arith.mulf %in, %factor : f32
    linalg.yield %product : f32
  } -> tensor<8x64xf32>
  return %x, %gated, %rstd : tensor<8x64xf32>, tensor<8x64xf32>, tensor<8xf32>
}
