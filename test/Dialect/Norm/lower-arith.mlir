// Ops that upstream lowers otherwise than they say, or not at all.

// RUN: norm-opt %s --norm-lower-arith | FileCheck %s

// CHECK-LABEL: @extrema
// CHECK: llvm.intr.minimum(%{{.*}}, %{{.*}}) : (f32, f32) -> f32
// CHECK: llvm.intr.maximum(%{{.*}}, %{{.*}}) : (vector<8xf64>, vector<8xf64>) -> vector<8xf64>
// CHECK-NOT: arith.minimumf
// CHECK-NOT: arith.maximumf
func.func @extrema(%a: f32, %b: f32, %v: vector<8xf64>, %w: vector<8xf64>) -> (f32, vector<8xf64>) {
  %0 = arith.minimumf %a, %b : f32
  %1 = arith.maximumf %v, %w : vector<8xf64>
  return %0, %1 : f32, vector<8xf64>
}

// 16 bits are compared in f32.
// CHECK-LABEL: @half
// CHECK: llvm.intr.maximum(%{{.*}}, %{{.*}}) : (f32, f32) -> f32
// CHECK-NOT: arith.truncf
func.func @half(%a: bf16, %b: bf16) -> bf16 {
  %0 = arith.maximumf %a, %b : bf16
  return %0 : bf16
}

// CHECK-LABEL: @eight_bits
// CHECK-NOT: arith.truncf
// CHECK-NOT: arith.extf
// CHECK: return
func.func @eight_bits(%a: f32, %b: f8E5M2) -> (f8E4M3FN, f32) {
  %0 = arith.truncf %a : f32 to f8E4M3FN
  %1 = arith.extf %b : f8E5M2 to f32
  return %0, %1 : f8E4M3FN, f32
}

// What it does not know stays: other 8-bit floats, more dimensions.
// CHECK-LABEL: @others
// CHECK: arith.extf %{{.*}} : f8E4M3FNUZ to f32
// CHECK: arith.minimumf %{{.*}} : vector<2x4xf32>
func.func @others(%a: f8E4M3FNUZ, %v: vector<2x4xf32>) -> (f32, vector<2x4xf32>) {
  %0 = arith.extf %a : f8E4M3FNUZ to f32
  %1 = arith.minimumf %v, %v : vector<2x4xf32>
  return %0, %1 : f32, vector<2x4xf32>
}

// A rounding mode is code of its own; that of upstream rounds as a register says.
// CHECK-LABEL: @toward_zero
// CHECK: arith.truncf %{{.*}} : vector<1xf64> to vector<1xf32>
// CHECK: arith.extf %{{.*}} : vector<1xf32> to vector<1xf64>
// CHECK: arith.cmpf ogt
// CHECK: arith.select
// CHECK-NOT: toward_zero
func.func @toward_zero(%a: f64) -> f32 {
  %0 = arith.truncf %a toward_zero : f64 to f32
  return %0 : f32
}
