// Random arguments: the same seed gives the same values, another seed others;
// integers are 0 or 1, floats are standard normal.

// RUN: norm-run %s --no-raise --random=7 > %t.a
// RUN: norm-run %s --no-raise --random=7 --threads=1 > %t.b
// RUN: diff %t.a %t.b
// RUN: norm-run %s --no-raise --random=8 > %t.c
// RUN: not diff %t.a %t.c
// RUN: FileCheck %s --input-file=%t.a

// CHECK: result 0: shape [100, 100], type f32, min -{{[345]\.[0-9]+}}, mean {{-?0.0[0-9]+|-?[0-9.]+e-0[0-9]}}, max {{[345]\.[0-9]+}}
// CHECK: result 1: shape [1000], type i64, min 0, mean 0.{{[45][0-9]*}}, max 1{{$}}
// CHECK: result 2: shape [64], type bf16, min -{{[0-9.]+}}, mean
// CHECK: result 3: shape [0], type f32, empty
// CHECK: result 4: shape [2], type f32, min 1, mean 1, max 1, 1 NaN
func.func @main(%x: tensor<100x100xf32>, %i: tensor<1000xi64>, %b: tensor<64xbf16>, %e: tensor<0xf32>)
    -> (tensor<100x100xf32>, tensor<1000xi64>, tensor<64xbf16>, tensor<0xf32>, tensor<2xf32>) {
  %nan = arith.constant dense<[1.0, 0x7FC00000]> : tensor<2xf32>
  return %x, %i, %b, %e, %nan : tensor<100x100xf32>, tensor<1000xi64>, tensor<64xbf16>, tensor<0xf32>, tensor<2xf32>
}
