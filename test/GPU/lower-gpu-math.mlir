// RUN: norm-opt %s --pass-pipeline='builtin.module(gpu.module(norm-lower-gpu-math))' --split-input-file --verify-diagnostics | FileCheck %s

// CHECK-LABEL: gpu.module @functions
// CHECK-NOT: math.
gpu.module @functions {
  // CHECK: @single
  // CHECK: llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.f"(%{{.*}}) : (f32) -> f32
  // CHECK: llvm.call_intrinsic "llvm.sqrt"(%{{.*}}) : (f32) -> f32
  gpu.func @single(%a: f32) -> f32 {
    %r = math.rsqrt %a : f32
    %s = math.sqrt %r : f32
    %e = math.exp %s : f32
    gpu.return %e : f32
  }
  // CHECK: @vectors
  // CHECK-COUNT-2: llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.f"
  // CHECK: llvm.call_intrinsic "llvm.fma"
  gpu.func @vectors(%a: vector<2xf32>) -> vector<2xf32> {
    %r = math.rsqrt %a : vector<2xf32>
    %f = math.fma %r, %a, %a : vector<2xf32>
    gpu.return %f : vector<2xf32>
  }
  // A division by a constant that allows the reciprocal, as one by the length of
  // the row does, unless digits of the reciprocal would be lost. A division of
  // the user stays.
  // CHECK: @constants
  // CHECK: %[[FIFTH:.*]] = arith.constant 2.000000e-01 : f32
  // CHECK: arith.mulf %{{.*}}, %[[FIFTH]] : f32
  // CHECK-COUNT-3: arith.divf
  gpu.func @constants(%a: f32, %v: vector<2xf32>) -> (f32, f32, f32, vector<2xf32>) {
    %five = arith.constant 5.0 : f32
    %huge = arith.constant 3.0e38 : f32
    %fives = arith.constant dense<5.0> : vector<2xf32>
    %fifth = arith.divf %a, %five fastmath<arcp> : f32
    %b = arith.divf %a, %huge fastmath<arcp> : f32
    %d = arith.divf %a, %five : f32
    %c = arith.divf %v, %fives : vector<2xf32>
    gpu.return %fifth, %b, %d, %c : f32, f32, f32, vector<2xf32>
  }
  // CHECK: @double
  // CHECK: %[[ROOT:.*]] = llvm.call_intrinsic "llvm.sqrt"
  // CHECK: arith.divf %{{.*}}, %[[ROOT]] : f64
  gpu.func @double(%a: f64) -> f64 {
    %r = math.rsqrt %a : f64
    gpu.return %r : f64
  }
}

// -----

gpu.module @no_code {
  gpu.func @double(%a: f64) -> f64 {
    // expected-error @below {{expected a function that has GPU code, got math.exp of 'f64'}}
    %e = math.exp %a : f64
    gpu.return %e : f64
  }
}
