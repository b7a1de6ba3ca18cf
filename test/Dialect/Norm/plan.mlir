// What is loaded, reduced, kept and fetched in each phase of a row.

// RUN: norm-opt %s --norm-fuse-rows --canonicalize --cse --norm-print-plan -o /dev/null 2>&1 | FileCheck %s

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// The row is read for the sum, and again, from the cache, for the stores.
// CHECK: row loop at loc
// CHECK-NEXT: phase 0:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: reduces: add{{$}}
// CHECK-NEXT: fetches ahead: in0{{$}}
// CHECK-NEXT: phase 1:
// CHECK-NEXT: loads: in0 in1{{$}}
// CHECK-NEXT: stores: out0{{$}}
func.func @rmsnorm(%x: tensor<4x4096xf32>, %g: tensor<4096xf32>) -> tensor<4x4096xf32> {
  %e = tensor.empty() : tensor<4x4096xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x4096xf32>) scale(%g : tensor<4096xf32>) outs(%e : tensor<4x4096xf32>)
       epsilon = 1.0e-5 -> tensor<4x4096xf32>
  return %y : tensor<4x4096xf32>
}

// The statistic needs the leading elements alone.
// CHECK: row loop at loc
// CHECK-NEXT: phase 0:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: reduces the first 256: add{{$}}
// CHECK-NEXT: phase 1:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: fetches ahead: in0{{$}}
// CHECK-NEXT: stores: out0{{$}}
func.func @prmsnorm(%x: tensor<4x4096xf32>) -> tensor<4x4096xf32> {
  %e = tensor.empty() : tensor<4x4096xf32>
  %y = norm.prmsnorm ins(%x : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 k = 256
       -> tensor<4x4096xf32>
  return %y : tensor<4x4096xf32>
}

// CHECK: row loop at loc
// CHECK-NEXT: phase 0:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: reduces: moments{{$}}
// CHECK-NEXT: fetches ahead: in0{{$}}
// CHECK-NEXT: phase 1:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: stores: out0{{$}}
func.func @layernorm(%x: tensor<4x4096xf32>) -> tensor<4x4096xf32> {
  %e = tensor.empty() : tensor<4x4096xf32>
  %y = norm.layernorm ins(%x : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 -> tensor<4x4096xf32>
  return %y : tensor<4x4096xf32>
}

// Two statistics, the second of what the first makes.
// CHECK: row loop at loc
// CHECK-NEXT: phase 0:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: reduces: moments{{$}}
// CHECK-NEXT: fetches ahead: in0{{$}}
// CHECK-NEXT: phase 1:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: reduces: add{{$}}
// CHECK-NEXT: phase 2:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: stores: out0{{$}}
func.func @norm_of_norm(%x: tensor<4x4096xf32>) -> tensor<4x4096xf32> {
  %e = tensor.empty() : tensor<4x4096xf32>
  %y = norm.layernorm ins(%x : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 -> tensor<4x4096xf32>
  %z = norm.rmsnorm ins(%y : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 -> tensor<4x4096xf32>
  return %z : tensor<4x4096xf32>
}

// Two norms of one input: a sweep each, no phase more.
// CHECK: row loop at loc
// CHECK-NEXT: phase 0:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: reduces: add{{$}}
// CHECK-NEXT: reduces: moments{{$}}
// CHECK-NEXT: fetches ahead: in0{{$}}
// CHECK-NEXT: phase 1:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: stores: out0 out1{{$}}
func.func @two_norms(%x: tensor<4x4096xf32>) -> (tensor<4x4096xf32>, tensor<4x4096xf32>) {
  %e = tensor.empty() : tensor<4x4096xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 -> tensor<4x4096xf32>
  %z = norm.layernorm ins(%x : tensor<4x4096xf32>) outs(%e : tensor<4x4096xf32>) epsilon = 1.0e-5 -> tensor<4x4096xf32>
  return %y, %z : tensor<4x4096xf32>, tensor<4x4096xf32>
}

// The gated product is dear: it is computed in the phase of its maximum and kept.
// CHECK: row loop at loc
// CHECK-NEXT: phase 0:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: reduces: add{{$}}
// CHECK-NEXT: fetches ahead: in0{{$}}
// CHECK-NEXT: phase 1:
// CHECK-NEXT: loads: in0 in1{{$}}
// CHECK-NEXT: reduces: maximumf{{$}}
// CHECK-NEXT: keeps in a row buffer: %{{.*}} = arith.mulf
// CHECK-NEXT: fetches ahead: in1{{$}}
// CHECK-NEXT: phase 2:
// CHECK-NEXT: loads:{{$}}
// CHECK-NEXT: stores: out0{{$}}
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
// CHECK: row loop at loc
// CHECK-NEXT: phase 0:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: reduces: add{{$}}
// CHECK-NEXT: fetches ahead: in0{{$}}
// CHECK-NEXT: phase 1:
// CHECK-NEXT: loads: in0 in1{{$}}
// CHECK-NEXT: reduces: maximumf{{$}}
// CHECK-NEXT: fetches ahead: in1{{$}}
// CHECK-NEXT: phase 2:
// CHECK-NEXT: loads: in0 in1{{$}}
// CHECK-NEXT: stores: out0{{$}}
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
// CHECK: row loop at loc
// CHECK-NEXT: phase 0:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: reduces: moments{{$}}
// CHECK-NEXT: keeps in a row buffer: %{{.*}} = math.exp
// CHECK-NEXT: fetches ahead: in0{{$}}
// CHECK-NEXT: phase 1:
// CHECK-NEXT: loads:{{$}}
// CHECK-NEXT: stores: out0{{$}}
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
// CHECK: row loop at loc
// CHECK-NEXT: phase 0:
// CHECK-NEXT: loads: in0{{$}}
// CHECK-NEXT: reduces: add{{$}}
// CHECK-NEXT: keeps in a row buffer: %{{.*}} = math.exp
// CHECK-NEXT: fetches ahead: in0{{$}}
// CHECK-NEXT: phase 1:
// CHECK-NEXT: loads: in1{{$}}
// CHECK-NEXT: stores: out0{{$}}
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
