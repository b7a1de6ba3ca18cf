// Backward ops that the program has: operations and bytes of what is asked for.

// RUN: norm-opt %s --norm-report -o /dev/null 2>&1 | sed "s/  */ /g" | FileCheck %s
// RUN: norm-opt %s --norm-report=format=json -o /dev/null 2>&1 | FileCheck %s --check-prefix=JSON

// CHECK: 3 norms
// CHECK: 1 rmsnorm_backward @all {{.*}} 16 64 bf16 in f32 - f32 - -
// CHECK: 2 layernorm_backward @dx {{.*}} 16 64 f32 in f32 - - - -
// CHECK: 3 prmsnorm_backward @dbias {{.*}} 16 64 f32 in f32 1e-05 outside - - 4
// CHECK: gradients: dx, dscale, dbias
// CHECK: gradients: dx
// CHECK: gradients: dbias

// 16 * ((1 + 6 + 2 + 1) * 64 + 1); dy, x, dx, scale, dscale, dbias and rstd.
// CHECK: 1 {{[0-9]+}} 1 {{[0-9]+}} 10256 {{[0-9]+}} 6976
// 16 * ((2 + 7 + 1) * 64 + 2), with dres; dy, x, dx, dres, rstd and mean.
// CHECK: 2 {{[0-9]+}} 1 {{[0-9]+}} 10272 {{[0-9]+}} 16512
// 16 * 64; dy and dbias alone.
// CHECK: 3 {{[0-9]+}} 1 {{[0-9]+}} 1024 {{[0-9]+}} 4352

// JSON: "kind": "rmsnorm_backward"
// JSON: "epsilon": null
// JSON: "gradients": [
// JSON-NEXT: "dx",
// JSON-NEXT: "dscale",
// JSON-NEXT: "dbias"
// JSON: "operations": 10256
// JSON: "kind": "prmsnorm_backward"
// JSON: "epsilon": 1e-05
// JSON: "eps_mode": "outside"

func.func @all(%dy: tensor<16x64xbf16>, %x: tensor<16x64xbf16>, %g: tensor<64xf32>, %r: tensor<16xf32>)
    -> (tensor<16x64xbf16>, tensor<64xf32>, tensor<64xf32>) {
  %0:3 = norm.rmsnorm_backward ins(%dy, %x : tensor<16x64xbf16>, tensor<16x64xbf16>) scale(%g : tensor<64xf32>)
      rstd(%r : tensor<16xf32>) outs(%x : tensor<16x64xbf16>) dscale(%g : tensor<64xf32>) dbias(%g : tensor<64xf32>)
      -> (tensor<16x64xbf16>, tensor<64xf32>, tensor<64xf32>)
  return %0#0, %0#1, %0#2 : tensor<16x64xbf16>, tensor<64xf32>, tensor<64xf32>
}

func.func @dx(%dy: tensor<16x64xf32>, %x: tensor<16x64xf32>, %r: tensor<16xf32>) -> tensor<16x64xf32> {
  %0 = norm.layernorm_backward ins(%dy, %x : tensor<16x64xf32>, tensor<16x64xf32>) rstd(%r : tensor<16xf32>)
      mean(%r : tensor<16xf32>) dres(%dy : tensor<16x64xf32>) outs(%x : tensor<16x64xf32>) -> tensor<16x64xf32>
  return %0 : tensor<16x64xf32>
}

func.func @dbias(%dy: tensor<16x64xf32>, %x: tensor<16x64xf32>, %r: tensor<16xf32>, %f: tensor<64xf32>) -> tensor<64xf32> {
  %0 = norm.prmsnorm_backward ins(%dy, %x : tensor<16x64xf32>, tensor<16x64xf32>) rstd(%r : tensor<16xf32>)
      dbias(%f : tensor<64xf32>) k = 4 epsilon = 1.0e-05 eps_mode = outside -> tensor<64xf32>
  return %0 : tensor<64xf32>
}
