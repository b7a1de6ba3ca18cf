// Rows of bf16 by even and odd elements: a shift and a mask widen what one load
// brings, one instruction rounds two vectors, one permutation puts them in order.
// Without that instruction both are rounded in integers, and blended.

// RUN: norm-opt %s --norm-to-rows --norm-rows-to-memrefs --norm-rows-to-vectors="target=avx512bf16 threads=1" --split-input-file | FileCheck %s
// RUN: norm-opt %s --norm-to-rows --norm-rows-to-memrefs --norm-rows-to-vectors="target=avx2 threads=1" --split-input-file | FileCheck %s --check-prefix=BLEND
// RUN: norm-opt %s --norm-to-rows --norm-rows-to-memrefs --norm-rows-to-vectors="target=sse2 threads=1" --split-input-file | FileCheck %s --check-prefix=SSE2
// RUN: norm-opt %s --norm-to-rows --norm-rows-to-memrefs --norm-rows-to-vectors="target=neon threads=1" --split-input-file | FileCheck %s --check-prefix=NEON

// NEON widens and narrows in order as fast.
// NEON-LABEL: @rmsnorm
// NEON: vector.load %{{.*}} : memref<8x4096xbf16>, vector<4xbf16>
// NEON-NOT: vector<8xbf16>

// BLEND-LABEL: @rmsnorm
// BLEND: scf.for
// BLEND: %[[PAIR:.*]] = vector.load %{{.*}} : memref<8x4096xbf16>, vector<16xbf16>
// BLEND: vector.bitcast %[[PAIR]] : vector<16xbf16> to vector<8xi32>
// BLEND: %[[EVENNAN:.*]] = arith.cmpf uno, %[[EVEN:.*]], %[[EVEN]] : vector<8xf32>
// BLEND-NEXT: %[[EVENONES:.*]] = arith.extsi %[[EVENNAN]] : vector<8xi1> to vector<8xi32>
// BLEND-NEXT: %[[EVENWORD:.*]] = arith.ori %{{.*}}, %[[EVENONES]] : vector<8xi32>
// BLEND-NEXT: %[[LOWER:.*]] = arith.shrui %[[EVENWORD]], %{{.*}} : vector<8xi32>
// BLEND-NEXT: %[[LOWERHALVES:.*]] = vector.bitcast %[[LOWER]] : vector<8xi32> to vector<16xi16>
// BLEND: %[[ODDWORD:.*]] = arith.ori %{{.*}}, %{{.*}} : vector<8xi32>
// BLEND-NEXT: %[[UPPERHALVES:.*]] = vector.bitcast %[[ODDWORD]] : vector<8xi32> to vector<16xi16>
// BLEND-NEXT: %[[BOTH:.*]] = vector.shuffle %[[LOWERHALVES]], %[[UPPERHALVES]] [0, 17, 2, 19, 4, 21, 6, 23, 8, 25, 10, 27, 12, 29, 14, 31] : vector<16xi16>, vector<16xi16>
// BLEND-NEXT: %[[STORED:.*]] = arith.bitcast %[[BOTH]] : vector<16xi16> to vector<16xbf16>
// BLEND: vector.store %[[STORED]]
// SSE2-LABEL: @rmsnorm
// SSE2: vector.shuffle %{{.*}}, %{{.*}} [0, 9, 2, 11, 4, 13, 6, 15] : vector<8xi16>, vector<8xi16>

// CHECK-LABEL: @rmsnorm
// CHECK: scf.for
// CHECK: %[[PAIR:.*]] = vector.load %{{.*}} : memref<8x4096xbf16>, vector<32xbf16>
// CHECK: %[[WORDS:.*]] = vector.bitcast %[[PAIR]] : vector<32xbf16> to vector<16xi32>
// CHECK: %[[UPPER:.*]] = arith.shli %[[WORDS]], %{{.*}}
// CHECK: %[[EVEN:.*]] = arith.bitcast %[[UPPER]] : vector<16xi32> to vector<16xf32>
// CHECK: math.fma %[[EVEN]], %[[EVEN]]
// CHECK: arith.andi %{{.*}}, %{{.*}} : vector<16xi32>
// CHECK: %[[BOTH:.*]] = llvm.call_intrinsic "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// CHECK: %[[ORDERED:.*]] = vector.shuffle %[[BOTH]], %[[BOTH]] [0, 16, 1, 17,
// CHECK: vector.store %[[ORDERED]]
func.func @rmsnorm(%x: tensor<8x4096xbf16>) -> tensor<8x4096xbf16> {
  %e = tensor.empty() : tensor<8x4096xbf16>
  %r = norm.rmsnorm ins(%x : tensor<8x4096xbf16>) outs(%e : tensor<8x4096xbf16>) epsilon = 1.0e-5 -> tensor<8x4096xbf16>
  return %r : tensor<8x4096xbf16>
}

// -----

// The sum is rounded as a pair, and widened again from the rounded pair; that
// pair is what is stored.
// CHECK-LABEL: @residual
// CHECK: scf.for
// CHECK: arith.addf %{{.*}} : vector<16xf32>
// CHECK: arith.addf %{{.*}} : vector<16xf32>
// CHECK: %[[BOTH:.*]] = llvm.call_intrinsic "llvm.x86.avx512bf16.cvtne2ps2bf16.512"
// CHECK: %[[SUM:.*]] = vector.shuffle %[[BOTH]], %[[BOTH]] [0, 16, 1, 17,
// CHECK: vector.bitcast %[[SUM]] : vector<32xbf16> to vector<16xi32>
// CHECK: math.fma
func.func @residual(%x: tensor<8x4096xbf16>, %y: tensor<8x4096xbf16>) -> (tensor<8x4096xbf16>, tensor<8x4096xbf16>) {
  %e = tensor.empty() : tensor<8x4096xbf16>
  %s = linalg.add ins(%x, %y : tensor<8x4096xbf16>, tensor<8x4096xbf16>) outs(%e : tensor<8x4096xbf16>) -> tensor<8x4096xbf16>
  %r = norm.rmsnorm ins(%s : tensor<8x4096xbf16>) outs(%e : tensor<8x4096xbf16>) epsilon = 1.0e-5 -> tensor<8x4096xbf16>
  return %s, %r : tensor<8x4096xbf16>, tensor<8x4096xbf16>
}

// -----

// A result of f32 is stored as it is computed: no pairs.
// CHECK-LABEL: @wide
// CHECK-NOT: vector<32xbf16>
// CHECK: return
func.func @wide(%x: tensor<8x4096xbf16>) -> tensor<8x4096xf32> {
  %e = tensor.empty() : tensor<8x4096xf32>
  %r = norm.rmsnorm ins(%x : tensor<8x4096xbf16>) outs(%e : tensor<8x4096xf32>) epsilon = 1.0e-5 -> tensor<8x4096xf32>
  return %r : tensor<8x4096xf32>
}

// -----

// The gated row is dear and kept in a buffer, in the order of the row: a phase
// that reads it may begin its pairs elsewhere than the one that wrote it.
// CHECK-LABEL: @kept
// CHECK: vector.store %{{.*}}, %alloca
// CHECK-NOT: vector<32xbf16>
// CHECK: return
func.func @kept(%x: tensor<8x64xbf16>, %z: tensor<8x64xbf16>) -> tensor<8x64xbf16> {
  %e = tensor.empty() : tensor<8x64xbf16>
  %g = tensor.empty() : tensor<8x64xf32>
  %gated = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%x, %z : tensor<8x64xbf16>, tensor<8x64xbf16>) outs(%g : tensor<8x64xf32>) {
  ^bb0(%a: bf16, %b: bf16, %out: f32):
    %0 = arith.extf %a : bf16 to f32
    %1 = arith.extf %b : bf16 to f32
    %2 = math.exp %1 : f32
    %3 = arith.mulf %0, %2 : f32
    linalg.yield %3 : f32
  } -> tensor<8x64xf32>
  %r = norm.rmsnorm ins(%gated : tensor<8x64xf32>) outs(%e : tensor<8x64xbf16>) epsilon = 1.0e-5 -> tensor<8x64xbf16>
  return %r : tensor<8x64xbf16>
}
