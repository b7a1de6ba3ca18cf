// RUN: norm-opt %s --norm-lower-math | FileCheck %s

// CHECK-LABEL: @near_zero
// CHECK: call @log1pf(%{{.*}}) : (f32) -> f32
// CHECK: call @expm1(%{{.*}}) : (f64) -> f64
func.func @near_zero(%a: f32, %b: f64) -> (f32, f64) {
  %0 = math.log1p %a : f32
  %1 = math.expm1 %b : f64
  return %0, %1 : f32, f64
}

// 16 bits by way of f32, vectors one by one.
// CHECK-LABEL: @half
// CHECK: arith.extf
// CHECK: call @log1pf
// CHECK: arith.truncf
// CHECK-COUNT-2: call @expm1f
func.func @half(%a: bf16, %v: vector<2xf32>) -> (bf16, vector<2xf32>) {
  %0 = math.log1p %a : bf16
  %1 = math.expm1 %v : vector<2xf32>
  return %0, %1 : bf16, vector<2xf32>
}

// CHECK-LABEL: @classes
// CHECK: %[[A:.*]] = math.absf %{{.*}} : f32
// CHECK: arith.cmpf oeq, %[[A]], %{{.*}} : f32
// CHECK: %[[B:.*]] = math.absf %{{.*}} : vector<4xf16>
// CHECK: %[[LEAST:.*]] = arith.cmpf oge, %[[B]], %{{.*}} : vector<4xf16>
// CHECK: %[[MOST:.*]] = arith.cmpf ole, %[[B]], %{{.*}} : vector<4xf16>
// CHECK: arith.andi %[[LEAST]], %[[MOST]]
func.func @classes(%a: f32, %b: vector<4xf16>) -> (i1, vector<4xi1>) {
  %0 = math.isinf %a : f32
  %1 = math.isnormal %b : vector<4xf16>
  return %0, %1 : i1, vector<4xi1>
}

// What upstream lowers as it says.
// CHECK-LABEL: @others
// CHECK: math.exp
// CHECK: math.isnan
func.func @others(%a: f32) -> (f32, i1) {
  %0 = math.exp %a : f32
  %1 = math.isnan %a : f32
  return %0, %1 : f32, i1
}
