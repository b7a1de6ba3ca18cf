// What follows from the caches of a processor: where rows are stored, by which
// columns, and whether a core that would run ahead of memory is held back.

// RUN: norm-opt %s --norm-fuse-rows --canonicalize --norm-print-plan=target=znver5 -o /dev/null 2>&1 | FileCheck %s --check-prefixes=CHECK,ZEN5
// RUN: norm-opt %s --norm-fuse-rows --canonicalize --norm-print-plan=target=znver4 -o /dev/null 2>&1 | FileCheck %s --check-prefixes=CHECK,ZEN4
// RUN: norm-opt %s --norm-fuse-rows --canonicalize --norm-print-plan=target=sapphirerapids -o /dev/null 2>&1 | FileCheck %s --check-prefix=INTEL
// RUN: norm-opt %s --norm-fuse-rows --canonicalize "--norm-print-plan=target=znver5 threads=2" -o /dev/null 2>&1 | FileCheck %s --check-prefix=THREADS

// 268 MB come from memory and go there: the window of a Zen 4 or 5 would hold
// more lines than the core has buffers for.
// CHECK: the phases of rows overlap, 16 lanes, stores past the caches at the pace of memory{{$}}
// INTEL: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// THREADS: the phases of rows overlap, 16 lanes, stores past the caches at the pace of memory{{$}}
func.func @memory(%x: tensor<8192x4096xf32>, %e: tensor<8192x4096xf32>) -> tensor<8192x4096xf32> {
  %y = norm.layernorm ins(%x : tensor<8192x4096xf32>) outs(%e : tensor<8192x4096xf32>) epsilon = 1.0e-5 -> tensor<8192x4096xf32>
  return %y : tensor<8192x4096xf32>
}

// Of 33 MB some lines come from the third level, faster than memory's pace.
// CHECK: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// INTEL: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// THREADS: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
func.func @third(%x: tensor<1024x4096xf32>, %e: tensor<1024x4096xf32>) -> tensor<1024x4096xf32> {
  %y = norm.layernorm ins(%x : tensor<1024x4096xf32>) outs(%e : tensor<1024x4096xf32>) epsilon = 1.0e-5 -> tensor<1024x4096xf32>
  return %y : tensor<1024x4096xf32>
}

// The window of short rows is to reach across the chain between their phases.
// CHECK: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// INTEL: the phases of rows overlap
// THREADS: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
func.func @short(%x: tensor<65536x512xf32>, %e: tensor<65536x512xf32>) -> tensor<65536x512xf32> {
  %y = norm.rmsnorm ins(%x : tensor<65536x512xf32>) outs(%e : tensor<65536x512xf32>) epsilon = 1.0e-5 -> tensor<65536x512xf32>
  return %y : tensor<65536x512xf32>
}

// 13 MB stay in the third level of a complex, where a batch is stored by columns
// of a third of the nearest cache; of a socket's they do not stay near.
// ZEN5: rows in batches of 16, 16 lanes, stores to the caches, 1024 columns of 1 row after the other
// ZEN4: rows in batches of 16, 16 lanes, stores to the caches, 512 columns of 1 row after the other
// INTEL: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// THREADS: rows in batches
func.func @columns(%x: tensor<128x12288xf32>, %s: tensor<12288xf32>, %b: tensor<12288xf32>, %e: tensor<128x12288xf32>) -> tensor<128x12288xf32> {
  %y = norm.layernorm ins(%x : tensor<128x12288xf32>) scale(%s : tensor<12288xf32>) bias(%b : tensor<12288xf32>) outs(%e : tensor<128x12288xf32>) epsilon = 1.0e-5 -> tensor<128x12288xf32>
  return %y : tensor<128x12288xf32>
}

// Two rows are enough for that, one is not.
// CHECK: rows in batches of 16, 16 lanes, stores to the caches, {{512|1024}} columns of 1 row after the other
// INTEL: one row after the other
// THREADS: rows in batches
func.func @few(%x: tensor<2x131072xf32>, %s: tensor<131072xf32>, %e: tensor<2x131072xf32>) -> tensor<2x131072xf32> {
  %y = norm.rmsnorm ins(%x : tensor<2x131072xf32>) scale(%s : tensor<131072xf32>) outs(%e : tensor<2x131072xf32>) epsilon = 1.0e-5 -> tensor<2x131072xf32>
  return %y : tensor<2x131072xf32>
}

// A sum that is a result is stored by the first sweep, in rows that take turns.
// CHECK: one row after the other, 16 lanes, stores to the caches{{$}}
// CHECK: sweep: {{.*}}; store: out0
// INTEL: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// THREADS: one row after the other, 16 lanes, stores to the caches{{$}}
func.func @residual(%x: tensor<32x12288xf32>, %r: tensor<32x12288xf32>, %s: tensor<12288xf32>, %e: tensor<32x12288xf32>) -> (tensor<32x12288xf32>, tensor<32x12288xf32>) {
  %h = linalg.add ins(%x, %r : tensor<32x12288xf32>, tensor<32x12288xf32>) outs(%e : tensor<32x12288xf32>) -> tensor<32x12288xf32>
  %y = norm.rmsnorm ins(%h : tensor<32x12288xf32>) scale(%s : tensor<12288xf32>) outs(%e : tensor<32x12288xf32>) epsilon = 1.0e-5 -> tensor<32x12288xf32>
  return %y, %h : tensor<32x12288xf32>, tensor<32x12288xf32>
}

// The result of one long row would push out what the row is read from again;
// each of two threads has a cache for its half.
// CHECK: one row after the other, 16 lanes, stores past the caches{{$}}
// INTEL: one row after the other
// THREADS: threads share each row, 16 lanes, stores to the caches{{$}}
func.func @one(%x: tensor<1x262144xf32>, %e: tensor<1x262144xf32>) -> tensor<1x262144xf32> {
  %y = norm.rmsnorm ins(%x : tensor<1x262144xf32>) outs(%e : tensor<1x262144xf32>) epsilon = 1.0e-5 -> tensor<1x262144xf32>
  return %y : tensor<1x262144xf32>
}

// Moments of short rows in batches, as long as they stay in a third level nearby;
// what goes to memory takes turns, and nothing of it is asked for ahead.
// CHECK: rows in batches of 16, 16 lanes, stores to the caches{{$}}
// INTEL: one row after the other
// THREADS: rows in batches
func.func @moments(%x: tensor<4000x128xf32>, %e: tensor<4000x128xf32>) -> tensor<4000x128xf32> {
  %y = norm.layernorm ins(%x : tensor<4000x128xf32>) outs(%e : tensor<4000x128xf32>) epsilon = 1.0e-5 -> tensor<4000x128xf32>
  return %y : tensor<4000x128xf32>
}

// CHECK: one row after the other, 16 lanes, stores past the caches{{$}}
// CHECK-NOT: ahead
// CHECK: reads: 2
// INTEL: one row after the other, 16 lanes, stores past the caches{{$}}
// INTEL: ahead: in0
// THREADS: one row after the other, 16 lanes, stores past the caches{{$}}
func.func @turns(%x: tensor<131072x128xf32>, %e: tensor<131072x128xf32>) -> tensor<131072x128xf32> {
  %y = norm.rmsnorm ins(%x : tensor<131072x128xf32>) outs(%e : tensor<131072x128xf32>) epsilon = 1.0e-5 -> tensor<131072x128xf32>
  return %y : tensor<131072x128xf32>
}

// Gradients of 16-bit rows in batches by columns: a Zen's stores ask for nothing.
// CHECK: rows in batches of 16, {{.*}} stores past the caches, 1024 columns of 2 rows after the other
// CHECK-NOT: ahead
// CHECK: accumulate beside the stores
// INTEL: rows in batches of 16, {{.*}} stores past the caches, 1024 columns of 2 rows after the other
// INTEL: ahead: in0 in1
// THREADS: rows in batches
func.func @gradient(%dy: tensor<8192x4096xbf16>, %x: tensor<8192x4096xbf16>, %r: tensor<8192xf32>, %s: tensor<4096xbf16>, %e: tensor<8192x4096xbf16>, %f: tensor<4096xf32>) -> (tensor<8192x4096xbf16>, tensor<4096xf32>) {
  %dx, %ds = norm.rmsnorm_backward ins(%dy, %x : tensor<8192x4096xbf16>, tensor<8192x4096xbf16>) scale(%s : tensor<4096xbf16>) rstd(%r : tensor<8192xf32>) outs(%e : tensor<8192x4096xbf16>) dscale(%f : tensor<4096xf32>) -> (tensor<8192x4096xbf16>, tensor<4096xf32>)
  return %dx, %ds : tensor<8192x4096xbf16>, tensor<4096xf32>
}

// 1.6 MB stay in the second level: 2 KiB of each row, 4 where a third is near.
// ZEN5: rows in batches of 16, {{.*}} stores to the caches, 1024 columns of 1 row after the other
// ZEN4: rows in batches of 16, {{.*}} stores to the caches, 512 columns of 1 row after the other
// INTEL: rows in batches of 16, {{.*}} stores to the caches, 512 columns of 1 row after the other
// THREADS: rows in batches
func.func @second(%x: tensor<37x5120xf32>, %s: tensor<5120xf32>, %b: tensor<5120xf32>, %e: tensor<37x5120xf32>) -> tensor<37x5120xf32> {
  %y = norm.layernorm ins(%x : tensor<37x5120xf32>) scale(%s : tensor<5120xf32>) bias(%b : tensor<5120xf32>) outs(%e : tensor<37x5120xf32>) epsilon = 1.0e-5 -> tensor<37x5120xf32>
  return %y : tensor<37x5120xf32>
}

// Where a third level is near, gradients are stored by columns: two rows side by
// side of batches that take three eighths of the second level, or four of the
// smallest batches.
// CHECK: rows in batches of 16, 16 lanes of even and odd elements, stores past the caches, 1024 columns of 2 rows after the other{{$}}
// INTEL: rows in batches of 16, 16 lanes of even and odd elements, stores past the caches, 1024 columns of 2 rows after the other{{$}}
// THREADS: rows in batches of 16, 16 lanes of even and odd elements, stores past the caches, 1024 columns of 2 rows after the other{{$}}
func.func @gradient_of_bf16(%dy: tensor<8192x5120xbf16>, %x: tensor<8192x5120xbf16>, %s: tensor<5120xbf16>, %r: tensor<8192xf32>, %e: tensor<8192x5120xbf16>, %g: tensor<5120xf32>) -> (tensor<8192x5120xbf16>, tensor<5120xf32>) {
  %dx, %ds = norm.rmsnorm_backward ins(%dy, %x : tensor<8192x5120xbf16>, tensor<8192x5120xbf16>) scale(%s : tensor<5120xbf16>) rstd(%r : tensor<8192xf32>) outs(%e : tensor<8192x5120xbf16>) dscale(%g : tensor<5120xf32>) -> (tensor<8192x5120xbf16>, tensor<5120xf32>)
  return %dx, %ds : tensor<8192x5120xbf16>, tensor<5120xf32>
}

// CHECK: rows in batches of 8, 16 lanes of even and odd elements, stores past the caches, 1024 columns of 4 rows after the other{{$}}
// INTEL: rows in batches of 16, 16 lanes of even and odd elements, stores past the caches, 1024 columns of 2 rows after the other{{$}}
// THREADS: rows in batches of 8, 16 lanes of even and odd elements, stores past the caches, 1024 columns of 4 rows after the other{{$}}
func.func @gradient_of_long(%dy: tensor<2048x11008xbf16>, %x: tensor<2048x11008xbf16>, %s: tensor<11008xbf16>, %r: tensor<2048xf32>, %e: tensor<2048x11008xbf16>, %g: tensor<11008xf32>) -> (tensor<2048x11008xbf16>, tensor<11008xf32>) {
  %dx, %ds = norm.rmsnorm_backward ins(%dy, %x : tensor<2048x11008xbf16>, tensor<2048x11008xbf16>) scale(%s : tensor<11008xbf16>) rstd(%r : tensor<2048xf32>) outs(%e : tensor<2048x11008xbf16>) dscale(%g : tensor<11008xf32>) -> (tensor<2048x11008xbf16>, tensor<11008xf32>)
  return %dx, %ds : tensor<2048x11008xbf16>, tensor<11008xf32>
}

// Of f32, too, but for rows that stay near, of which two are there at a time.
// CHECK: rows in batches of 8, 16 lanes, stores past the caches, 1024 columns of 2 rows after the other{{$}}
// INTEL: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// THREADS: rows in batches of 8, 16 lanes, stores past the caches, 1024 columns of 2 rows after the other{{$}}
func.func @gradient_of_f32(%dy: tensor<8192x4096xf32>, %x: tensor<8192x4096xf32>, %s: tensor<4096xf32>, %r: tensor<8192xf32>, %e: tensor<8192x4096xf32>, %g: tensor<4096xf32>) -> (tensor<8192x4096xf32>, tensor<4096xf32>) {
  %dx, %ds = norm.rmsnorm_backward ins(%dy, %x : tensor<8192x4096xf32>, tensor<8192x4096xf32>) scale(%s : tensor<4096xf32>) rstd(%r : tensor<8192xf32>) outs(%e : tensor<8192x4096xf32>) dscale(%g : tensor<4096xf32>) -> (tensor<8192x4096xf32>, tensor<4096xf32>)
  return %dx, %ds : tensor<8192x4096xf32>, tensor<4096xf32>
}

// CHECK: rows in batches of 4, 16 lanes, stores past the caches, 1024 columns of 4 rows after the other{{$}}
// INTEL: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// THREADS: rows in batches of 4, 16 lanes, stores past the caches, 1024 columns of 4 rows after the other{{$}}
func.func @gradient_of_longest(%dy: tensor<512x65536xf32>, %x: tensor<512x65536xf32>, %s: tensor<65536xf32>, %r: tensor<512xf32>, %e: tensor<512x65536xf32>, %g: tensor<65536xf32>) -> (tensor<512x65536xf32>, tensor<65536xf32>) {
  %dx, %ds = norm.rmsnorm_backward ins(%dy, %x : tensor<512x65536xf32>, tensor<512x65536xf32>) scale(%s : tensor<65536xf32>) rstd(%r : tensor<512xf32>) outs(%e : tensor<512x65536xf32>) dscale(%g : tensor<65536xf32>) -> (tensor<512x65536xf32>, tensor<65536xf32>)
  return %dx, %ds : tensor<512x65536xf32>, tensor<65536xf32>
}

// CHECK: one row after the other, 16 lanes, stores to the caches{{$}}
// INTEL: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// THREADS: one row after the other, 16 lanes, stores to the caches{{$}}
func.func @gradient_near(%dy: tensor<999x1000xf32>, %x: tensor<999x1000xf32>, %s: tensor<1000xf32>, %r: tensor<999xf32>, %e: tensor<999x1000xf32>, %g: tensor<1000xf32>) -> (tensor<999x1000xf32>, tensor<1000xf32>) {
  %dx, %ds = norm.rmsnorm_backward ins(%dy, %x : tensor<999x1000xf32>, tensor<999x1000xf32>) scale(%s : tensor<1000xf32>) rstd(%r : tensor<999xf32>) outs(%e : tensor<999x1000xf32>) dscale(%g : tensor<1000xf32>) -> (tensor<999x1000xf32>, tensor<1000xf32>)
  return %dx, %ds : tensor<999x1000xf32>, tensor<1000xf32>
}

// Rows of 16 bits that come from a third level nearby go in batches: the chain of
// each, from its sums to its root, is longer than its memory. Not those of the
// second level, of several results, or of f32.
// CHECK: rows in batches of 16, 16 lanes of even and odd elements, stores to the caches{{$}}
// INTEL: the phases of rows overlap, 16 lanes of even and odd elements, stores past the caches{{$}}
// THREADS: rows in batches of 16, 16 lanes of even and odd elements, stores to the caches{{$}}
func.func @halves_near(%x: tensor<999x1000xbf16>, %e: tensor<999x1000xbf16>) -> tensor<999x1000xbf16> {
  %y = norm.rmsnorm ins(%x : tensor<999x1000xbf16>) outs(%e : tensor<999x1000xbf16>) epsilon = 1.0e-5 -> tensor<999x1000xbf16>
  return %y : tensor<999x1000xbf16>
}

// CHECK: one row after the other, 16 lanes of even and odd elements, stores to the caches{{$}}
// INTEL: one row after the other, 16 lanes of even and odd elements, stores to the caches{{$}}
// THREADS: one row after the other, 16 lanes of even and odd elements, stores to the caches{{$}}
func.func @halves_of_second(%x: tensor<64x1000xbf16>, %e: tensor<64x1000xbf16>) -> tensor<64x1000xbf16> {
  %y = norm.rmsnorm ins(%x : tensor<64x1000xbf16>) outs(%e : tensor<64x1000xbf16>) epsilon = 1.0e-5 -> tensor<64x1000xbf16>
  return %y : tensor<64x1000xbf16>
}

// CHECK: one row after the other, 16 lanes, stores to the caches{{$}}
// INTEL: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// THREADS: one row after the other, 16 lanes, stores to the caches{{$}}
func.func @wide_near(%x: tensor<999x1000xf32>, %e: tensor<999x1000xf32>) -> tensor<999x1000xf32> {
  %y = norm.rmsnorm ins(%x : tensor<999x1000xf32>) outs(%e : tensor<999x1000xf32>) epsilon = 1.0e-5 -> tensor<999x1000xf32>
  return %y : tensor<999x1000xf32>
}

// 25 MB go past the caches from one thread. Two write there no faster than one
// does, and stay in the third level up to nine tenths of it, but for what writes
// less than it reads.
// CHECK: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// INTEL: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// THREADS: one row after the other, 16 lanes, stores to the caches{{$}}
func.func @two_threads(%x: tensor<3000x1024xf32>, %e: tensor<3000x1024xf32>) -> tensor<3000x1024xf32> {
  %y = norm.rmsnorm ins(%x : tensor<3000x1024xf32>) outs(%e : tensor<3000x1024xf32>) epsilon = 1.0e-5 -> tensor<3000x1024xf32>
  return %y : tensor<3000x1024xf32>
}

// CHECK: rows in batches of 8, 16 lanes, stores past the caches, 1024 columns of 2 rows after the other{{$}}
// INTEL: the phases of rows overlap, 16 lanes, stores past the caches{{$}}
// THREADS: rows in batches of 8, 16 lanes, stores past the caches, 1024 columns of 2 rows after the other{{$}}
func.func @two_threads_of_gradients(%dy: tensor<512x4096xf32>, %x: tensor<512x4096xf32>, %s: tensor<4096xf32>, %r: tensor<512xf32>, %e: tensor<512x4096xf32>, %g: tensor<4096xf32>) -> (tensor<512x4096xf32>, tensor<4096xf32>) {
  %dx, %ds = norm.rmsnorm_backward ins(%dy, %x : tensor<512x4096xf32>, tensor<512x4096xf32>) scale(%s : tensor<4096xf32>) rstd(%r : tensor<512xf32>) outs(%e : tensor<512x4096xf32>) dscale(%g : tensor<4096xf32>) -> (tensor<512x4096xf32>, tensor<4096xf32>)
  return %dx, %ds : tensor<512x4096xf32>, tensor<4096xf32>
}
