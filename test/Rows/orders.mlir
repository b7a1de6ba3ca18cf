// Which order rows take, in how many lanes, and where results go: from extents,
// types, layouts, threads and caches.

// RUN: norm-opt %s --norm-fuse-rows --canonicalize --norm-print-plan=target=avx512 -o /dev/null 2>&1 | FileCheck %s
// RUN: norm-opt %s --norm-fuse-rows --canonicalize "--norm-print-plan=target=avx512 threads=4 stores=plain" -o /dev/null 2>&1 | FileCheck %s --check-prefix=THREADS
// RUN: norm-opt %s --norm-fuse-rows --canonicalize "--norm-print-plan=target=avx512bf16 stores=streaming" -o /dev/null 2>&1 | FileCheck %s --check-prefix=STREAMING

#id = affine_map<(i, j) -> (i, j)>

// 64 MiB are past any cache; 1 MiB is not.
// CHECK: the phases of rows overlap, 16 lanes, stores past the caches
// THREADS: one row after the other, 16 lanes, stores to the caches
// STREAMING: the phases of rows overlap, 16 lanes, stores past the caches
func.func @large(%x: tensor<2048x4096xf32>, %e: tensor<2048x4096xf32>) -> tensor<2048x4096xf32> {
  %y = norm.rmsnorm ins(%x : tensor<2048x4096xf32>) outs(%e : tensor<2048x4096xf32>) epsilon = 1.0e-5 -> tensor<2048x4096xf32>
  return %y : tensor<2048x4096xf32>
}

// CHECK: one row after the other, 16 lanes, stores to the caches
// THREADS: one row after the other
// STREAMING: the phases of rows overlap
func.func @small(%x: tensor<32x4096xf32>, %e: tensor<32x4096xf32>) -> tensor<32x4096xf32> {
  %y = norm.rmsnorm ins(%x : tensor<32x4096xf32>) outs(%e : tensor<32x4096xf32>) epsilon = 1.0e-5 -> tensor<32x4096xf32>
  return %y : tensor<32x4096xf32>
}

// Two rows have none to overlap with; four threads share each, if it is long.
// CHECK: one row after the other, 16 lanes, stores past the caches
// THREADS: threads share each row, 16 lanes, stores to the caches
// STREAMING: one row after the other, 16 lanes, stores past the caches
func.func @long(%x: tensor<2x1048576xf32>, %e: tensor<2x1048576xf32>) -> tensor<2x1048576xf32> {
  %y = norm.rmsnorm ins(%x : tensor<2x1048576xf32>) outs(%e : tensor<2x1048576xf32>) epsilon = 1.0e-5 -> tensor<2x1048576xf32>
  return %y : tensor<2x1048576xf32>
}

// Short layernorms of 16-bit rows go through the steps in batches, those of bf16 by
// even and odd elements.
// CHECK: rows in batches of 16, 16 lanes of even and odd elements, stores to the caches
// THREADS: rows in batches
// STREAMING: rows in batches of 16, 16 lanes of even and odd elements, stores past the caches
func.func @short(%x: tensor<64x128xbf16>, %e: tensor<64x128xbf16>) -> tensor<64x128xbf16> {
  %y = norm.layernorm ins(%x : tensor<64x128xbf16>) outs(%e : tensor<64x128xbf16>) epsilon = 1.0e-5 -> tensor<64x128xbf16>
  return %y : tensor<64x128xbf16>
}

// Fewer rows than lanes are no batch.
// CHECK: one row after the other
// THREADS: one row after the other
// STREAMING: one row after the other
func.func @few(%x: tensor<8x128xbf16>, %e: tensor<8x128xbf16>) -> tensor<8x128xbf16> {
  %y = norm.layernorm ins(%x : tensor<8x128xbf16>) outs(%e : tensor<8x128xbf16>) epsilon = 1.0e-5 -> tensor<8x128xbf16>
  return %y : tensor<8x128xbf16>
}

// Half as many lanes of f64. Where extents are not known the code decides.
// CHECK: the phases of rows overlap, 8 lanes, stores as the extents say
// THREADS: one row after the other, 8 lanes, stores
// STREAMING: the phases of rows overlap, 8 lanes
func.func @dynamic(%x: tensor<?x?xf64>, %e: tensor<?x?xf64>) -> tensor<?x?xf64> {
  %y = norm.rmsnorm ins(%x : tensor<?x?xf64>) outs(%e : tensor<?x?xf64>) epsilon = 1.0e-5 -> tensor<?x?xf64>
  return %y : tensor<?x?xf64>
}

// Lines are no lines where elements do not lie side by side.
// CHECK: one row after the other, 16 lanes, stores past the caches
// THREADS: one row after the other
// STREAMING: one row after the other
func.func @transposed(%x: memref<2048x4096xf32>, %y: memref<2048x4096xf32, strided<[1, 2048]>>) {
  norm.row_loop ins(%x : memref<2048x4096xf32>) outs(%y : memref<2048x4096xf32, strided<[1, 2048]>>)
      maps = [#id, #id] dimensions = [1] {
  ^bb0(%a: f32):
    %s = norm.row_reduce add %a : f32
    %z = arith.divf %a, %s : f32
    norm.row_yield %z : f32
  }
  return
}

// Dims (i, j) are rows of 64 that lie one after the other: 32 of them.
// CHECK: one row after the other, 16 lanes, stores to the caches
// CHECK: 1 sweep: add in0; in0 from memory
// THREADS: one row after the other
// STREAMING: one row after the other
func.func @merged(%x: memref<4x8x16x4xf32>, %y: memref<4x8x16x4xf32>) {
  norm.row_loop ins(%x : memref<4x8x16x4xf32>) outs(%y : memref<4x8x16x4xf32>)
      maps = [affine_map<(i, j, k, l) -> (i, j, k, l)>, affine_map<(i, j, k, l) -> (i, j, k, l)>] dimensions = [2, 3] {
  ^bb0(%a: f32):
    %s = norm.row_reduce add %a : f32
    %z = arith.divf %a, %s : f32
    norm.row_yield %z : f32
  }
  return
}

// Sums over rows go beside the stores, in any order but that of batches; they are no
// stores past the caches themselves, and of f32 beside pairs of bf16.
// CHECK: the phases of rows overlap, 16 lanes of even and odd elements, stores past the caches
// CHECK: store: out1; in0 from cache
// CHECK-NEXT: accumulate beside the stores: out0; blocks of 64 rows
// CHECK-NEXT: reads: 2
// THREADS: rows in batches of 16, 16 lanes of even and odd elements, stores to the caches, 1024 columns of 2 rows after the other
// STREAMING: the phases of rows overlap, 16 lanes of even and odd elements, stores past the caches
func.func @sums(%x: memref<2048x4096xbf16>, %s: memref<4096xf32>, %y: memref<2048x4096xbf16>) {
  norm.row_loop ins(%x : memref<2048x4096xbf16>) outs(%s, %y : memref<4096xf32>, memref<2048x4096xbf16>)
      maps = [#id, affine_map<(i, j) -> (j)>, #id] accumulate = [0] dimensions = [1] {
  ^bb0(%a: bf16):
    %w = arith.extf %a : bf16 to f32
    %t = norm.row_reduce add %w : f32
    %z = arith.divf %w, %t : f32
    %n = arith.truncf %z : f32 to bf16
    norm.row_yield %w, %n : f32, bf16
  }
  return
}

// Nothing is stored row by row.
// CHECK: one row after the other, 16 lanes
// CHECK: store:; in0 from memory; ahead: in0
// CHECK-NEXT: accumulate beside the stores: out0; blocks of as many rows as the row length says
// THREADS: one row after the other
// STREAMING: one row after the other
func.func @only_sums(%x: memref<?x?x?xf32>, %s: memref<?x?xf32>) {
  norm.row_loop ins(%x : memref<?x?x?xf32>) outs(%s : memref<?x?xf32>)
      maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (j, k)>] accumulate = [0] dimensions = [2] {
  ^bb0(%a: f32):
    norm.row_yield %a : f32
  }
  return
}

// Half the rows in a block of long ones.
// CHECK: one row after the other
// CHECK: accumulate beside the stores: out1; blocks of 32 rows
// THREADS: threads share each row
// STREAMING: one row after the other
func.func @sums_of_long_rows(%y: memref<2x65536xbf16>, %s: memref<65536xf32>) {
  norm.row_loop ins(%y : memref<2x65536xbf16>) outs(%y, %s : memref<2x65536xbf16>, memref<65536xf32>)
      maps = [#id, #id, affine_map<(i, j) -> (j)>] accumulate = [0] dimensions = [1] {
  ^bb0(%a: bf16):
    %w = arith.extf %a : bf16 to f32
    %m, %v, %c = norm.row_moments %w : f32
    %n = arith.truncf %c : f32 to bf16
    norm.row_yield %n, %w : bf16, f32
  }
  return
}

// Sums over rows are read and written once for two rows of a batch. Stores past the
// caches ask for the next batch.
// CHECK: rows in batches of 16, 16 lanes of even and odd elements, stores to the caches, 1024 columns of 2 rows after the other
// THREADS: rows in batches
// STREAMING: rows in batches of 16, 16 lanes of even and odd elements, stores past the caches, 1024 columns of 2 rows after the other
// STREAMING: store: out0; in0 from cache; ahead: in0
// STREAMING-NEXT: accumulate beside the stores: out1; blocks of 64 rows
func.func @sums_in_batches(%x: memref<64x128xbf16>, %y: memref<64x128xbf16>, %s: memref<128xf32>) {
  norm.row_loop ins(%x : memref<64x128xbf16>) outs(%y, %s : memref<64x128xbf16>, memref<128xf32>)
      maps = [#id, #id, affine_map<(i, j) -> (j)>] accumulate = [0] dimensions = [1] {
  ^bb0(%a: bf16):
    %w = arith.extf %a : bf16 to f32
    %m, %v, %c = norm.row_moments %w : f32
    %n = arith.truncf %c : f32 to bf16
    norm.row_yield %n, %w : bf16, f32
  }
  return
}

// Two sums are two: a batch would hold rows of both.
// CHECK: one row after the other
// THREADS: one row after the other
// STREAMING: one row after the other
func.func @two_sums(%x: memref<2x40x128xbf16>, %y: memref<2x40x128xbf16>, %s: memref<2x128xf32>) {
  norm.row_loop ins(%x : memref<2x40x128xbf16>) outs(%y, %s : memref<2x40x128xbf16>, memref<2x128xf32>)
      maps = [affine_map<(b, i, j) -> (b, i, j)>, affine_map<(b, i, j) -> (b, i, j)>, affine_map<(b, i, j) -> (b, j)>] accumulate = [1] dimensions = [2] {
  ^bb0(%a: bf16):
    %w = arith.extf %a : bf16 to f32
    %q = arith.mulf %w, %w : f32
    %r = norm.row_reduce add %q : f32
    %n = arith.truncf %r : f32 to bf16
    %m = arith.mulf %w, %r : f32
    %o = arith.truncf %m : f32 to bf16
    norm.row_yield %o, %w : bf16, f32
  }
  return
}

// 64 MiB of gradients whose rows and sums fit in the first-level cache overlap;
// with longer rows the sums would go through it once for each row.
// CHECK: the phases of rows overlap
// THREADS: rows in batches
// STREAMING: the phases of rows overlap
func.func @near_sums(%dy: tensor<16384x512xbf16>, %x: tensor<16384x512xbf16>, %g: tensor<512xbf16>, %r: tensor<16384xf32>, %e: tensor<16384x512xbf16>, %s: tensor<512xf32>) -> (tensor<16384x512xbf16>, tensor<512xf32>) {
  %dx, %dscale = norm.rmsnorm_backward ins(%dy, %x : tensor<16384x512xbf16>, tensor<16384x512xbf16>) scale(%g : tensor<512xbf16>) rstd(%r : tensor<16384xf32>) outs(%e : tensor<16384x512xbf16>) dscale(%s : tensor<512xf32>) -> (tensor<16384x512xbf16>, tensor<512xf32>)
  return %dx, %dscale : tensor<16384x512xbf16>, tensor<512xf32>
}

// CHECK: rows in batches of 16, 16 lanes of even and odd elements, stores past the caches, 1024 columns of 2 rows after the other
// THREADS: rows in batches
// STREAMING: rows in batches
func.func @far_sums(%dy: tensor<4096x5120xbf16>, %x: tensor<4096x5120xbf16>, %g: tensor<5120xbf16>, %r: tensor<4096xf32>, %e: tensor<4096x5120xbf16>, %s: tensor<5120xf32>) -> (tensor<4096x5120xbf16>, tensor<5120xf32>) {
  %dx, %dscale = norm.rmsnorm_backward ins(%dy, %x : tensor<4096x5120xbf16>, tensor<4096x5120xbf16>) scale(%g : tensor<5120xbf16>) rstd(%r : tensor<4096xf32>) outs(%e : tensor<4096x5120xbf16>) dscale(%s : tensor<5120xf32>) -> (tensor<4096x5120xbf16>, tensor<5120xf32>)
  return %dx, %dscale : tensor<4096x5120xbf16>, tensor<5120xf32>
}

// Columns lie side by side: blocks of them are copied to buffers first. One operand
// in place, one packed: x is transposed, y is not.
// CHECK: one row after the other, 16 lanes, stores to the caches, blocks of rows packed: in0 out0
// THREADS: one row after the other, 16 lanes, stores to the caches, blocks of rows packed: in0 out0
// STREAMING: one row after the other, 16 lanes, stores to the caches, blocks of rows packed: in0 out0
func.func @columns(%x: tensor<2048x4096xf32>, %e: tensor<2048x4096xf32>) -> tensor<2048x4096xf32> {
  %y = norm.rmsnorm ins(%x : tensor<2048x4096xf32>) outs(%e : tensor<2048x4096xf32>) dimensions = [0] epsilon = 1.0e-5 -> tensor<2048x4096xf32>
  return %y : tensor<2048x4096xf32>
}

// The sum is stored by the first sweep where rows stay in a cache, and read back by
// the last step; not where they go to memory.
// CHECK: one row after the other, 16 lanes, stores to the caches
// CHECK-NEXT: 1 sweep: {{.*}}; in0 in1 from memory; {{.*}}; store: out0
// CHECK: 4 store: out1; {{.*}} from cache
// THREADS: 1 sweep: {{.*}}; store: out0
// STREAMING: the phases of rows overlap, 16 lanes, stores past the caches
// STREAMING: 4 store: out0 out1; in0 in1 from cache
func.func @early(%x: tensor<64x512xf32>, %r: tensor<64x512xf32>, %e: tensor<64x512xf32>) -> (tensor<64x512xf32>, tensor<64x512xf32>) {
  %h, %y = norm.row_loop ins(%x, %r : tensor<64x512xf32>, tensor<64x512xf32>)
      outs(%e, %e : tensor<64x512xf32>, tensor<64x512xf32>) maps = [#id, #id, #id, #id] dimensions = [1] {
  ^bb0(%a: f32, %b: f32):
    %sum = arith.addf %a, %b : f32
    %square = arith.mulf %sum, %sum : f32
    %total = norm.row_reduce add %square : f32
    %z = arith.divf %sum, %total : f32
    norm.row_yield %sum, %z : f32, f32
  } -> tensor<64x512xf32>, tensor<64x512xf32>
  return %h, %y : tensor<64x512xf32>, tensor<64x512xf32>
}

// Scale and bias would not stay in the nearest cache beside the rows: 16 rows are
// stored by columns.
// CHECK: rows in batches of 16, 16 lanes, stores to the caches, 512 columns of 1 row after the other
// THREADS: rows in batches of {{[0-9]+}}, {{.*}}, 512 columns of 1 row after the other
// STREAMING: the phases of rows overlap
func.func @by_columns(%x: tensor<32x4096xf32>, %g: tensor<4096xf32>, %b: tensor<4096xf32>, %e: tensor<32x4096xf32>) -> tensor<32x4096xf32> {
  %y = norm.layernorm ins(%x : tensor<32x4096xf32>) scale(%g : tensor<4096xf32>) bias(%b : tensor<4096xf32>) outs(%e : tensor<32x4096xf32>) epsilon = 1.0e-5 -> tensor<32x4096xf32>
  return %y : tensor<32x4096xf32>
}

// Two 16-bit rows share the scale.
// CHECK: rows in batches of 16, 16 lanes of even and odd elements, stores to the caches, 1024 columns of 2 rows after the other
// THREADS: rows in batches of {{[0-9]+}}, {{.*}}, 1024 columns of 2 rows after the other
// STREAMING: the phases of rows overlap
func.func @two_rows(%x: tensor<32x4096xbf16>, %g: tensor<4096xbf16>, %e: tensor<32x4096xbf16>) -> tensor<32x4096xbf16> {
  %y = norm.rmsnorm ins(%x : tensor<32x4096xbf16>) scale(%g : tensor<4096xbf16>) outs(%e : tensor<32x4096xbf16>) epsilon = 1.0e-5 -> tensor<32x4096xbf16>
  return %y : tensor<32x4096xbf16>
}
