// RUN: norm-opt %s --norm-decompose | FileCheck %s
// RUN: norm-opt %s --norm-decompose | FileCheck %s --check-prefix=LEFT
// RUN: norm-opt %s --norm-decompose | norm-opt --norm-to-llvm | FileCheck %s --check-prefix=LLVM

// LEFT-NOT: norm.
// LLVM-COUNT-5: llvm.func

// CHECK-LABEL: @rmsnorm
// CHECK-SAME: (%[[X:.*]]: tensor<4x64xf32>, %[[INIT:.*]]: tensor<4x64xf32>)
// CHECK: %[[ZEROS:.*]] = linalg.fill ins(%{{.*}} : f32) outs(%{{.*}} : tensor<4xf32>)
// CHECK: %[[SUM:.*]] = linalg.generic {{.*}}["parallel", "reduction"]} ins(%[[X]] : tensor<4x64xf32>) outs(%[[ZEROS]]
// CHECK: %[[SQUARE:.*]] = arith.mulf %[[H:.*]], %[[H]] : f32
// CHECK: arith.addf %{{.*}}, %[[SQUARE]] : f32
// CHECK: %[[S:.*]] = linalg.generic {{.*}}["parallel"]} ins(%[[SUM]]
// CHECK: arith.divf %{{.*}}, %cst{{.*}} : f32
// CHECK: %[[RSTD:.*]] = linalg.generic {{.*}}["parallel"]} ins(%[[S]]
// CHECK: math.rsqrt
// CHECK: linalg.generic {{.*}}["parallel", "parallel"]} ins(%[[X]], %[[RSTD]] : {{.*}}) outs(%[[INIT]]
// CHECK: arith.mulf
// CHECK-NEXT: linalg.yield
func.func @rmsnorm(%x: tensor<4x64xf32>, %init: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
       epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// All results; the statistics are written to their destinations.

// CHECK-LABEL: @layernorm
// CHECK-SAME: %[[M:[a-z0-9]*]]: tensor<3xf32>, %[[S:[a-z0-9]*]]: tensor<3xf32>, %[[R:[a-z0-9]*]]: tensor<3xf32>)
// CHECK: %[[MEAN:.*]] = linalg.generic {{.*}} outs(%[[M]] : tensor<3xf32>)
// CHECK: arith.subf
// CHECK: %[[STATISTIC:.*]] = linalg.generic {{.*}} outs(%[[S]] : tensor<3xf32>)
// CHECK: %[[RSTD:.*]] = linalg.generic {{.*}} outs(%[[R]] : tensor<3xf32>)
// CHECK: math.sqrt
// CHECK: arith.addf {{.*}} : f32
// CHECK: arith.divf
// CHECK: %[[Y:.*]] = linalg.generic
// CHECK: arith.truncf %{{.*}} : f32 to f16
// CHECK: return %[[Y]], %[[STATISTIC]], %[[RSTD]], %[[MEAN]]
func.func @layernorm(%x: tensor<5x3x7xbf16>, %g: tensor<5x7xf16>, %b: tensor<5x7xf32>, %init: tensor<5x3x7xf16>,
                     %m: tensor<3xf32>, %s: tensor<3xf32>, %r: tensor<3xf32>)
    -> (tensor<5x3x7xf16>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
  %y, %statistic, %rstd, %mean = norm.layernorm ins(%x : tensor<5x3x7xbf16>) scale(%g : tensor<5x7xf16>)
      bias(%b : tensor<5x7xf32>) outs(%init : tensor<5x3x7xf16>)
      statistic(%s : tensor<3xf32>) rstd(%r : tensor<3xf32>) mean(%m : tensor<3xf32>)
      dimensions = [0, 2] epsilon = 1.0e-05 eps_mode = outside scale_offset = 1
      -> (tensor<5x3x7xf16>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
  return %y, %statistic, %rstd, %mean : tensor<5x3x7xf16>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
}

// The first k of a row of several adjacent dims: collapsed, then a slice.

// CHECK-LABEL: @leading
// CHECK: %[[ROWS:.*]] = tensor.collapse_shape %{{.*}} {{\[}}[0], [1, 2]] : tensor<?x8x?xf64> into tensor<?x?xf64>
// CHECK: %[[K:.*]] = tensor.extract_slice %[[ROWS]][0, 0] [%{{.*}}, 13] [1, 1] : tensor<?x?xf64> to tensor<?x13xf64>
// CHECK: linalg.generic {{.*}} ins(%[[K]] : tensor<?x13xf64>)
func.func @leading(%x: tensor<?x8x?xf64>, %init: tensor<?x8x?xf64>) -> tensor<?x8x?xf64> {
  %y = norm.prmsnorm ins(%x : tensor<?x8x?xf64>) outs(%init : tensor<?x8x?xf64>)
       dimensions = [1, 2] k = 13 epsilon = 1.0e-05 -> tensor<?x8x?xf64>
  return %y : tensor<?x8x?xf64>
}

// Dims that are not adjacent: a predicate on the position in the row.

// CHECK-LABEL: @predicated
// CHECK: %[[I:.*]] = linalg.index 0
// CHECK: %[[J:.*]] = linalg.index 2
// CHECK: %[[P:.*]] = arith.muli %[[I]], %{{.*}} : index
// CHECK: %[[Q:.*]] = arith.addi %[[P]], %[[J]] : index
// CHECK: %[[LEADING:.*]] = arith.cmpi ult, %[[Q]], %c13 : index
// CHECK: arith.select %[[LEADING]]
func.func @predicated(%x: tensor<8x2x3xf32>, %init: tensor<8x2x3xf32>) -> tensor<8x2x3xf32> {
  %y = norm.prmsnorm ins(%x : tensor<8x2x3xf32>) outs(%init : tensor<8x2x3xf32>)
       dimensions = [0, 2] k = 13 epsilon = 1.0e-05 -> tensor<8x2x3xf32>
  return %y : tensor<8x2x3xf32>
}

// scale_rounding: the normalized value, the product and the sum are rounded.

// CHECK-LABEL: @roundings
// CHECK: %[[T:.*]] = arith.truncf %{{.*}} : f32 to bf16
// CHECK: %[[R:.*]] = arith.extf %[[T]] : bf16 to f32
// CHECK: %[[PRODUCT:.*]] = arith.mulf %[[R]], %{{.*}} : f32
// CHECK: %[[P:.*]] = arith.truncf %[[PRODUCT]] : f32 to bf16
// CHECK: %[[WIDE:.*]] = arith.extf %[[P]] : bf16 to f32
// CHECK: %[[SUM:.*]] = arith.addf %[[WIDE]], %{{.*}} : f32
// CHECK: %[[Y:.*]] = arith.truncf %[[SUM]] : f32 to bf16
// CHECK: linalg.yield %[[Y]] : bf16
func.func @roundings(%x: tensor<4x64xbf16>, %g: tensor<64xbf16>, %init: tensor<4x64xbf16>) -> tensor<4x64xbf16> {
  %y = norm.rmsnorm ins(%x : tensor<4x64xbf16>) scale(%g : tensor<64xbf16>) bias(%g : tensor<64xbf16>)
       outs(%init : tensor<4x64xbf16>) epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<4x64xbf16>
  return %y : tensor<4x64xbf16>
}
