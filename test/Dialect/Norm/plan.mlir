// The steps of a row: what is added up, combined, kept and stored, and what is read
// where, on a CPU and on a GPU.

// RUN: norm-opt %s --norm-fuse-rows=target=avx512 --canonicalize --cse --norm-print-plan=target=avx512 -o /dev/null 2>&1 | FileCheck %s
// RUN: norm-opt %s --norm-fuse-rows=target=sm_90 --canonicalize --cse --norm-print-plan=target=sm_90 -o /dev/null 2>&1 | FileCheck %s --check-prefix=GPU
// RUN: not norm-opt %s --norm-print-plan=target=sm_1 -o /dev/null 2>&1 | FileCheck %s --check-prefix=TARGET
// RUN: not norm-opt %s "--norm-print-plan=target=sse2 threads=0" -o /dev/null 2>&1 | FileCheck %s --check-prefix=THREADS

// TARGET: error: expected target to be cpu, sse2, avx2, avx512, avx512bf16, neon, generic, znver4, znver5, sapphirerapids, gpu, or one of sm_70, {{.*}}, got sm_1
// THREADS: error: expected threads to be at least 1, got 0

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// The row is read for the sum, and again, from the cache, for the stores.
// CHECK: row loop at loc{{.*}} for avx512:
// CHECK-NEXT: one row after the other, 16 lanes, stores to the caches{{$}}
// CHECK-NEXT: 1 sweep: add %{{[a-z0-9_]+}}; in0 from memory; ahead: in0{{$}}
// CHECK-NEXT: 2 combine{{$}}
// CHECK-NEXT: 3 row code: %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 4 store: out0; in1 from common, in0 from cache{{$}}
// CHECK-NEXT: reads: 2{{$}}
// GPU: row loop at loc{{.*}} for sm_90:
// GPU-NEXT: 256 threads for a row, 1 rows in a block, 4 chunks of 4 elements in registers, at most 396 blocks, which take rows in turn{{$}}
// GPU-NEXT: 1 sweep: add %{{[a-z0-9_]+}}; in0 from memory{{$}}
// GPU-NEXT: 2 combine{{$}}
// GPU-NEXT: 3 row code: %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 4 store: out0; in1 from common, in0 from registers{{$}}
// GPU-NEXT: reads: 1{{$}}
func.func @rmsnorm(%x: tensor<4x4096xf32>, %g: tensor<4096xf32>) -> tensor<4x4096xf32> {
  %e = tensor.empty() : tensor<4x4096xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x4096xf32>) scale(%g : tensor<4096xf32>) outs(%e : tensor<4x4096xf32>)
       epsilon = 1.0e-5 -> tensor<4x4096xf32>
  return %y : tensor<4x4096xf32>
}

// The statistic needs the leading elements alone.
// CHECK: row loop at loc{{.*}} for avx512:
// CHECK-NEXT: one row after the other, 16 lanes, stores to the caches{{$}}
// CHECK-NEXT: 1 sweep of the first 256: add %{{[a-z0-9_]+}}; in0 from memory{{$}}
// CHECK-NEXT: 2 combine{{$}}
// CHECK-NEXT: 3 row code: %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 4 store: out0; in0 from memory; ahead: in0{{$}}
// CHECK-NEXT: reads: 2{{$}}
// GPU: row loop at loc{{.*}} for sm_90:
// GPU-NEXT: 256 threads for a row, 1 rows in a block, 4 chunks of 4 elements in registers, at most 396 blocks, which take rows in turn{{$}}
// GPU-NEXT: 1 sweep of the first 256: add %{{[a-z0-9_]+}}; in0 from memory{{$}}
// GPU-NEXT: 2 combine{{$}}
// GPU-NEXT: 3 row code: %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 4 store: out0; in0 from registers{{$}}
// GPU-NEXT: reads: 1{{$}}
func.func @prmsnorm(%x: tensor<4x4096xf32>) -> tensor<4x4096xf32> {
  %e = tensor.empty() : tensor<4x4096xf32>
  %y = norm.prmsnorm ins(%x : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 k = 256
       -> tensor<4x4096xf32>
  return %y : tensor<4x4096xf32>
}

// CHECK: row loop at loc{{.*}} for avx512:
// CHECK-NEXT: one row after the other, 16 lanes, stores to the caches{{$}}
// CHECK-NEXT: 1 row code: first element of in0{{$}}
// CHECK-NEXT: 2 sweep of the first 64: add in0 - first; in0 from memory{{$}}
// CHECK-NEXT: 3 combine{{$}}
// CHECK-NEXT: 4 row code: shift = first + mean{{$}}
// CHECK-NEXT: 5 sweep: add d = in0 - shift, add d * d; in0 from memory; ahead: in0{{$}}
// CHECK-NEXT: 6 combine{{$}}
// CHECK-NEXT: 7 row code: mean of d, variance{{$}}
// CHECK-NEXT: 8 repeat 5 to 6 about the mean, if the shift is far from it{{$}}
// CHECK-NEXT: 9 row code: mean = shift + mean of d{{$}}
// CHECK-NEXT: 10 row code: %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 11 store: out0; in0 from cache{{$}}
// CHECK-NEXT: reads: 3{{$}}
// GPU: row loop at loc{{.*}} for sm_90:
// GPU-NEXT: 256 threads for a row, 1 rows in a block, 4 chunks of 4 elements in registers, at most 396 blocks, which take rows in turn{{$}}
// GPU-NEXT: 1 row code: first element of in0{{$}}
// GPU-NEXT: 2 sweep: add in0 - first; in0 from memory{{$}}
// GPU-NEXT: 3 combine{{$}}
// GPU-NEXT: 4 row code: shift = first + mean{{$}}
// GPU-NEXT: 5 sweep: add d = in0 - shift, add d * d; in0 from registers{{$}}
// GPU-NEXT: 6 combine{{$}}
// GPU-NEXT: 7 row code: mean of d, variance{{$}}
// GPU-NEXT: 8 row code: mean = shift + mean of d{{$}}
// GPU-NEXT: 9 row code: %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 10 store: out0; in0 from registers{{$}}
// GPU-NEXT: reads: 1{{$}}
func.func @layernorm(%x: tensor<4x4096xf32>) -> tensor<4x4096xf32> {
  %e = tensor.empty() : tensor<4x4096xf32>
  %y = norm.layernorm ins(%x : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 -> tensor<4x4096xf32>
  return %y : tensor<4x4096xf32>
}

// Two statistics, the second of what the first makes.
// CHECK: row loop at loc{{.*}} for avx512:
// CHECK-NEXT: one row after the other, 16 lanes, stores to the caches{{$}}
// CHECK-NEXT: 1 row code: first element of in0{{$}}
// CHECK-NEXT: 2 sweep of the first 64: add in0 - first; in0 from memory{{$}}
// CHECK-NEXT: 3 combine{{$}}
// CHECK-NEXT: 4 row code: shift = first + mean{{$}}
// CHECK-NEXT: 5 sweep: add d = in0 - shift, add d * d; in0 from memory; ahead: in0{{$}}
// CHECK-NEXT: 6 combine{{$}}
// CHECK-NEXT: 7 row code: mean of d, variance{{$}}
// CHECK-NEXT: 8 repeat 5 to 6 about the mean, if the shift is far from it{{$}}
// CHECK-NEXT: 9 row code: mean = shift + mean of d{{$}}
// CHECK-NEXT: 10 row code: %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 11 sweep: add %{{[a-z0-9_]+}}; in0 from cache{{$}}
// CHECK-NEXT: 12 combine{{$}}
// CHECK-NEXT: 13 row code: %{{[a-z0-9_]+}} %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 14 store: out0; in0 from cache{{$}}
// CHECK-NEXT: reads: 4{{$}}
// GPU: row loop at loc{{.*}} for sm_90:
// GPU-NEXT: 256 threads for a row, 1 rows in a block, 4 chunks of 4 elements in registers, at most 264 blocks, which take rows in turn{{$}}
// GPU-NEXT: 1 row code: first element of in0{{$}}
// GPU-NEXT: 2 sweep: add in0 - first; in0 from memory{{$}}
// GPU-NEXT: 3 combine{{$}}
// GPU-NEXT: 4 row code: shift = first + mean{{$}}
// GPU-NEXT: 5 sweep: add d = in0 - shift, add d * d; in0 from registers{{$}}
// GPU-NEXT: 6 combine{{$}}
// GPU-NEXT: 7 row code: mean of d, variance{{$}}
// GPU-NEXT: 8 row code: mean = shift + mean of d{{$}}
// GPU-NEXT: 9 row code: %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 10 sweep: add %{{[a-z0-9_]+}}; in0 from registers{{$}}
// GPU-NEXT: 11 combine{{$}}
// GPU-NEXT: 12 row code: %{{[a-z0-9_]+}} %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 13 store: out0; in0 from registers{{$}}
// GPU-NEXT: reads: 1{{$}}
func.func @norm_of_norm(%x: tensor<4x4096xf32>) -> tensor<4x4096xf32> {
  %e = tensor.empty() : tensor<4x4096xf32>
  %y = norm.layernorm ins(%x : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 -> tensor<4x4096xf32>
  %z = norm.rmsnorm ins(%y : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 -> tensor<4x4096xf32>
  return %z : tensor<4x4096xf32>
}

// Two norms of one input: a sweep each, no phase more.
// CHECK: row loop at loc{{.*}} for avx512:
// CHECK-NEXT: one row after the other, 16 lanes, stores to the caches{{$}}
// CHECK-NEXT: 1 sweep: add %{{[a-z0-9_]+}}; in0 from memory; ahead: in0{{$}}
// CHECK-NEXT: 2 combine{{$}}
// CHECK-NEXT: 3 row code: first element of in0{{$}}
// CHECK-NEXT: 4 sweep of the first 64: add in0 - first; in0 from cache{{$}}
// CHECK-NEXT: 5 combine{{$}}
// CHECK-NEXT: 6 row code: shift = first + mean{{$}}
// CHECK-NEXT: 7 sweep: add d = in0 - shift, add d * d; in0 from cache{{$}}
// CHECK-NEXT: 8 combine{{$}}
// CHECK-NEXT: 9 row code: mean of d, variance{{$}}
// CHECK-NEXT: 10 repeat 7 to 8 about the mean, if the shift is far from it{{$}}
// CHECK-NEXT: 11 row code: mean = shift + mean of d{{$}}
// CHECK-NEXT: 12 row code: %{{[a-z0-9_]+}} %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 13 store: out0 out1; in0 from cache{{$}}
// CHECK-NEXT: reads: 4{{$}}
// GPU: row loop at loc{{.*}} for sm_90:
// GPU-NEXT: 256 threads for a row, 1 rows in a block, 4 chunks of 4 elements in registers, at most 264 blocks, which take rows in turn{{$}}
// GPU-NEXT: 1 sweep: add %{{[a-z0-9_]+}}; in0 from memory{{$}}
// GPU-NEXT: 2 combine{{$}}
// GPU-NEXT: 3 row code: first element of in0{{$}}
// GPU-NEXT: 4 sweep: add in0 - first; in0 from registers{{$}}
// GPU-NEXT: 5 combine{{$}}
// GPU-NEXT: 6 row code: shift = first + mean{{$}}
// GPU-NEXT: 7 sweep: add d = in0 - shift, add d * d; in0 from registers{{$}}
// GPU-NEXT: 8 combine{{$}}
// GPU-NEXT: 9 row code: mean of d, variance{{$}}
// GPU-NEXT: 10 row code: mean = shift + mean of d{{$}}
// GPU-NEXT: 11 row code: %{{[a-z0-9_]+}} %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 12 store: out0 out1; in0 from registers{{$}}
// GPU-NEXT: reads: 1{{$}}
func.func @two_norms(%x: tensor<4x4096xf32>) -> (tensor<4x4096xf32>, tensor<4x4096xf32>) {
  %e = tensor.empty() : tensor<4x4096xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 -> tensor<4x4096xf32>
  %z = norm.layernorm ins(%x : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 -> tensor<4x4096xf32>
  return %y, %z : tensor<4x4096xf32>, tensor<4x4096xf32>
}

// The gated product is dear: it is computed in the phase of its maximum and kept.
// CHECK: row loop at loc{{.*}} for avx512:
// CHECK-NEXT: one row after the other, 16 lanes, stores to the caches{{$}}
// CHECK-NEXT: 1 sweep: add %{{[a-z0-9_]+}}; in0 from memory; ahead: in0{{$}}
// CHECK-NEXT: 2 combine{{$}}
// CHECK-NEXT: 3 row code: %{{[a-z0-9_]+}} %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 4 sweep: maximumf %{{[a-z0-9_]+}}; in0 from cache, in1 from memory; ahead: in1; keeps %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 5 combine{{$}}
// CHECK-NEXT: 6 row code: %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 7 store: out0; %{{[a-z0-9_]+}} from row buffer{{$}}
// CHECK-NEXT: reads: 2{{$}}
// GPU: row loop at loc{{.*}} for sm_90:
// GPU-NEXT: 256 threads for a row, 1 rows in a block, 2 chunks of 8 elements in registers, at most 132 blocks, which take rows in turn{{$}}
// GPU-NEXT: 1 sweep: add %{{[a-z0-9_]+}}; in0 from memory{{$}}
// GPU-NEXT: 2 combine{{$}}
// GPU-NEXT: 3 row code: %{{[a-z0-9_]+}} %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 4 sweep: maximumf %{{[a-z0-9_]+}}; in0 from registers, in1 from memory{{$}}
// GPU-NEXT: 5 combine{{$}}
// GPU-NEXT: 6 row code: %{{[a-z0-9_]+}} %{{[a-z0-9_]+}} %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 7 store: out0; in0 in1 from registers{{$}}
// GPU-NEXT: reads: 1{{$}}
func.func @quantized(%x: tensor<4x4096xf32>, %z: tensor<4x4096xf32>) -> tensor<4x4096xi8> {
  %e = tensor.empty() : tensor<4x4096xf32>
  %q = tensor.empty() : tensor<4x4096xi8>
  %rows = tensor.empty() : tensor<4xf32>
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %most = arith.constant 127.0 : f32
  %y = norm.rmsnorm ins(%x : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 -> tensor<4x4096xf32>
  %gated = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y, %z : tensor<4x4096xf32>, tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) {
  ^bb0(%y_i: f32, %z_i: f32, %o: f32):
    %n = arith.negf %z_i : f32
    %exp = math.exp %n : f32
    %d = arith.addf %exp, %one : f32
    %silu = arith.divf %z_i, %d : f32
    %p = arith.mulf %y_i, %silu : f32
    linalg.yield %p : f32
  } -> tensor<4x4096xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %amax = linalg.reduce ins(%gated : tensor<4x4096xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
    (%v: f32, %m: f32) {
      %abs = math.absf %v : f32
      %max = arith.maximumf %m, %abs : f32
      linalg.yield %max : f32
    }
  %quantized = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%gated, %amax : tensor<4x4096xf32>, tensor<4xf32>) outs(%q : tensor<4x4096xi8>) {
  ^bb0(%v: f32, %m: f32, %o: i8):
    %s = arith.divf %most, %m : f32
    %t = arith.mulf %v, %s : f32
    %r = math.roundeven %t : f32
    %i = arith.fptosi %r : f32 to i8
    linalg.yield %i : i8
  } -> tensor<4x4096xi8>
  return %quantized : tensor<4x4096xi8>
}

// Rows of unknown length have no buffer: the product is computed twice.
// CHECK: row loop at loc{{.*}} for avx512:
// CHECK-NEXT: the phases of rows overlap, 16 lanes, stores as the extents say{{$}}
// CHECK-NEXT: 1 sweep: add %{{[a-z0-9_]+}}; in0 from memory; ahead: in0{{$}}
// CHECK-NEXT: 2 combine{{$}}
// CHECK-NEXT: 3 row code: %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 4 sweep: maximumf %{{[a-z0-9_]+}}; in0 from cache, in1 from memory; ahead: in1{{$}}
// CHECK-NEXT: 5 combine{{$}}
// CHECK-NEXT: 6 row code: %{{[a-z0-9_]+}} %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 7 store: out0; in0 in1 from cache{{$}}
// CHECK-NEXT: reads: 3{{$}}
// GPU: row loop at loc{{.*}} for sm_90:
// GPU-NEXT: 512 threads for a row, 1 rows in a block, chunks of 4 elements, the first 8192 elements kept in shared memory, the others read again in each sweep; one element at a time where a chunk would cut the row{{$}}
// GPU-NEXT: 1 sweep: add %{{[a-z0-9_]+}}; in0 from memory{{$}}
// GPU-NEXT: 2 combine{{$}}
// GPU-NEXT: 3 row code: %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 4 sweep: maximumf %{{[a-z0-9_]+}}; in0 from shared memory, in1 from memory{{$}}
// GPU-NEXT: 5 combine{{$}}
// GPU-NEXT: 6 row code: %{{[a-z0-9_]+}} %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 7 store: out0; in0 from shared memory, in1 from memory{{$}}
// GPU-NEXT: reads: 3{{$}}
func.func @dynamic(%x: tensor<?x?xf32>, %z: tensor<?x?xf32>, %e: tensor<?x?xf32>, %rows: tensor<?xf32>)
    -> tensor<?x?xf32> {
  %y = norm.rmsnorm ins(%x : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) epsilon = 1.0e-5 -> tensor<?x?xf32>
  %gated = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y, %z : tensor<?x?xf32>, tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) {
  ^bb0(%y_i: f32, %z_i: f32, %o: f32):
    %exp = math.exp %z_i : f32
    %p = arith.mulf %y_i, %exp : f32
    linalg.yield %p : f32
  } -> tensor<?x?xf32>
  %max = linalg.reduce ins(%gated : tensor<?x?xf32>) outs(%rows : tensor<?xf32>) dimensions = [1]
    (%v: f32, %m: f32) {
      %next = arith.maximumf %m, %v : f32
      linalg.yield %next : f32
    }
  %scaled = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%gated, %max : tensor<?x?xf32>, tensor<?xf32>) outs(%e : tensor<?x?xf32>) {
  ^bb0(%v: f32, %m: f32, %o: f32):
    %t = arith.divf %v, %m : f32
    linalg.yield %t : f32
  } -> tensor<?x?xf32>
  return %scaled : tensor<?x?xf32>
}

// Before moments, too, what is dear is kept.
// CHECK: row loop at loc{{.*}} for avx512:
// CHECK-NEXT: one row after the other, 16 lanes, stores to the caches{{$}}
// CHECK-NEXT: 1 row code: first element of %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 2 sweep of the first 64: add %{{[a-z0-9_]+}} - first; in0 from memory{{$}}
// CHECK-NEXT: 3 combine{{$}}
// CHECK-NEXT: 4 row code: shift = first + mean{{$}}
// CHECK-NEXT: 5 sweep: add d = %{{[a-z0-9_]+}} - shift, add d * d; in0 from memory; ahead: in0; keeps %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 6 combine{{$}}
// CHECK-NEXT: 7 row code: mean of d, variance{{$}}
// CHECK-NEXT: 8 repeat 5 to 6 about the mean, if the shift is far from it{{$}}
// CHECK-NEXT: 9 row code: mean = shift + mean of d{{$}}
// CHECK-NEXT: 10 row code: %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 11 store: out0; %{{[a-z0-9_]+}} from row buffer{{$}}
// CHECK-NEXT: reads: 2{{$}}
// GPU: row loop at loc{{.*}} for sm_90:
// GPU-NEXT: 256 threads for a row, 1 rows in a block, 4 chunks of 4 elements in registers, at most 264 blocks, which take rows in turn{{$}}
// GPU-NEXT: 1 row code: first element of %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 2 sweep: add %{{[a-z0-9_]+}} - first; in0 from memory{{$}}
// GPU-NEXT: 3 combine{{$}}
// GPU-NEXT: 4 row code: shift = first + mean{{$}}
// GPU-NEXT: 5 sweep: add d = %{{[a-z0-9_]+}} - shift, add d * d; in0 from registers{{$}}
// GPU-NEXT: 6 combine{{$}}
// GPU-NEXT: 7 row code: mean of d, variance{{$}}
// GPU-NEXT: 8 row code: mean = shift + mean of d{{$}}
// GPU-NEXT: 9 row code: %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 10 store: out0; in0 from registers{{$}}
// GPU-NEXT: reads: 1{{$}}
func.func @before_moments(%x: tensor<64x4096xf32>) -> tensor<64x4096xf32> {
  %e = tensor.empty() : tensor<64x4096xf32>
  %h = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<64x4096xf32>) outs(%e : tensor<64x4096xf32>) {
  ^bb0(%in: f32, %o: f32):
    %v = math.exp %in : f32
    linalg.yield %v : f32
  } -> tensor<64x4096xf32>
  %y = norm.layernorm ins(%h : tensor<64x4096xf32>) outs(%e : tensor<64x4096xf32>) epsilon = 1.0e-5 -> tensor<64x4096xf32>
  return %y : tensor<64x4096xf32>
}

// A row whose length the scale alone tells is kept as well.
// CHECK: row loop at loc{{.*}} for avx512:
// CHECK-NEXT: one row after the other, 16 lanes, stores as the extents say{{$}}
// CHECK-NEXT: 1 sweep: add %{{[a-z0-9_]+}}; in0 from memory; ahead: in0; keeps %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 2 combine{{$}}
// CHECK-NEXT: 3 row code: %{{[a-z0-9_]+}}{{$}}
// CHECK-NEXT: 4 store: out0; in1 from common, %{{[a-z0-9_]+}} from row buffer{{$}}
// CHECK-NEXT: reads: 1{{$}}
// GPU: row loop at loc{{.*}} for sm_90:
// GPU-NEXT: 4 threads for a row, 32 rows in a block, 4 chunks of 4 elements in registers, at most 528 blocks, which take rows in turn{{$}}
// GPU-NEXT: 1 sweep: add %{{[a-z0-9_]+}}; in0 from memory{{$}}
// GPU-NEXT: 2 combine{{$}}
// GPU-NEXT: 3 row code: %{{[a-z0-9_]+}}{{$}}
// GPU-NEXT: 4 store: out0; in1 from common, in0 from registers{{$}}
// GPU-NEXT: reads: 1{{$}}
func.func @mixed_extents(%x: tensor<?x?xf32>, %g: tensor<60xf32>, %e: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %h = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x?xf32>) outs(%e : tensor<?x?xf32>) {
  ^bb0(%in: f32, %o: f32):
    %v = math.exp %in : f32
    linalg.yield %v : f32
  } -> tensor<?x?xf32>
  %y = norm.rmsnorm ins(%h : tensor<?x?xf32>) scale(%g : tensor<60xf32>) outs(%e : tensor<?x?xf32>)
       epsilon = 1.0e-5 -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}
