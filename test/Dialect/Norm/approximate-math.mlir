// RUN: norm-opt %s --norm-approximate-math --canonicalize | FileCheck %s --check-prefixes=CHECK,FUSED
// RUN: norm-opt %s --norm-approximate-math=fused-multiply-add=false --canonicalize | FileCheck %s --check-prefixes=CHECK,SPLIT

// CHECK-LABEL: @polynomials
// CHECK-NOT: math.exp
// CHECK-NOT: math.tanh
// CHECK-NOT: math.erf
// CHECK: return
func.func @polynomials(%x: vector<8xf32>) -> vector<8xf32> {
  %a = math.exp %x : vector<8xf32>
  %b = math.tanh %a : vector<8xf32>
  %c = math.erf %b : vector<8xf32>
  return %c : vector<8xf32>
}

// Denormal arguments are scaled: log(x) = log(2^23 x) - log(2^23).
// CHECK-LABEL: @denormals
// CHECK-SAME: %[[X:.*]]: vector<8xf32>
// CHECK-DAG: %[[LOG:.*]] = arith.constant dense<15.9423847>
// CHECK-DAG: %[[SCALE:.*]] = arith.constant dense<0x4B000000>
// CHECK: %[[SMALL:.*]] = arith.cmpf olt, %[[X]], %{{.*}} : vector<8xf32>
// CHECK: %[[SCALED:.*]] = arith.mulf %[[X]], %[[SCALE]]
// CHECK: arith.select %[[SMALL]], %[[SCALED]], %[[X]]
// CHECK: %[[EXCESS:.*]] = arith.select %[[SMALL]], %[[LOG]], %{{.*}}
// CHECK-NOT: math.log
// CHECK: %[[R:.*]] = arith.subf %{{.*}}, %[[EXCESS]]
// CHECK: return %[[R]]
func.func @denormals(%x: vector<8xf32>) -> vector<8xf32> {
  %y = math.log %x : vector<8xf32>
  return %y : vector<8xf32>
}

// What has no good polynomial, is no vector, or no f32, stays.
// CHECK-LABEL: @calls
// CHECK: math.sin %{{.*}} : vector<8xf32>
// CHECK: math.cos %{{.*}} : vector<8xf32>
// CHECK: math.exp %{{.*}} : f32
// CHECK: math.tanh %{{.*}} : vector<4xf64>
func.func @calls(%x: vector<8xf32>, %s: f32, %d: vector<4xf64>)
    -> (vector<8xf32>, vector<8xf32>, f32, vector<4xf64>) {
  %a = math.sin %x : vector<8xf32>
  %b = math.cos %x : vector<8xf32>
  %c = math.exp %s : f32
  %e = math.tanh %d : vector<4xf64>
  return %a, %b, %c, %e : vector<8xf32>, vector<8xf32>, f32, vector<4xf64>
}

// exp(x) = 2^n exp(r): six steps of a polynomial, n in the bits of a sum. The
// multiply-add of the program is one rounding whatever the target has.
// CHECK-LABEL: @exponential
// CHECK-SAME: %[[X:.*]]: vector<8xf32>
// FUSED-COUNT-9: math.fma
// SPLIT-NOT: math.fma
// SPLIT-COUNT-9: arith.mulf
// CHECK: %[[POWER:.*]] = arith.shli
// CHECK: %[[BITS:.*]] = arith.bitcast %[[POWER]]
// CHECK: %[[Y:.*]] = arith.mulf %{{.*}}, %[[BITS]]
// CHECK: %[[SMALL:.*]] = arith.cmpf olt, %[[X]],
// CHECK: %[[EXP:.*]] = arith.select %[[SMALL]], %{{.*}}, %[[Y]]
// CHECK: math.fma %[[EXP]], %[[EXP]], %[[X]]
func.func @exponential(%x: vector<8xf32>) -> vector<8xf32> {
  %e = math.exp %x : vector<8xf32>
  %y = math.fma %e, %e, %x : vector<8xf32>
  return %y : vector<8xf32>
}
