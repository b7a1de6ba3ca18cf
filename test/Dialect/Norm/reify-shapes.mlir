// RUN: norm-opt %s --resolve-ranked-shaped-type-result-dims --canonicalize | FileCheck %s

// Each result has the shape of its destination.

// CHECK-LABEL: @dims_of_results
//  CHECK-SAME: (%{{.*}}: tensor<?x64xf32>, %[[Y:.*]]: tensor<?x64xf32>, %[[R:.*]]: tensor<?xf32>)
//   CHECK-DAG:   %[[ROWS:.*]] = tensor.dim %[[Y]], %c0
//   CHECK-DAG:   %[[STATISTICS:.*]] = tensor.dim %[[R]], %c0
//       CHECK:   return %[[ROWS]], %c64, %[[STATISTICS]]
func.func @dims_of_results(%x: tensor<?x64xf32>, %y: tensor<?x64xf32>, %r: tensor<?xf32>) -> (index, index, index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %0:2 = norm.rmsnorm ins(%x : tensor<?x64xf32>) outs(%y : tensor<?x64xf32>) rstd(%r : tensor<?xf32>)
         epsilon = 1.0e-05 -> (tensor<?x64xf32>, tensor<?xf32>)
  %1 = tensor.dim %0#0, %c0 : tensor<?x64xf32>
  %2 = tensor.dim %0#0, %c1 : tensor<?x64xf32>
  %3 = tensor.dim %0#1, %c0 : tensor<?xf32>
  return %1, %2, %3 : index, index, index
}

// CHECK-LABEL: @dims_of_gradients
//  CHECK-SAME: %[[E:[a-z0-9]*]]: tensor<?x?xf32>, %[[F:[a-z0-9]*]]: tensor<?xf32>)
//   CHECK-DAG:   %[[ROWS:.*]] = tensor.dim %[[E]], %c0
//   CHECK-DAG:   %[[ROW:.*]] = tensor.dim %[[F]], %c0
//       CHECK:   return %[[ROWS]], %[[ROW]]
func.func @dims_of_gradients(%dy: tensor<?x?xf32>, %r: tensor<?xf32>, %e: tensor<?x?xf32>, %f: tensor<?xf32>) -> (index, index) {
  %c0 = arith.constant 0 : index
  %0:2 = norm.rmsnorm_backward ins(%dy, %dy : tensor<?x?xf32>, tensor<?x?xf32>) rstd(%r : tensor<?xf32>) outs(%e : tensor<?x?xf32>)
         dbias(%f : tensor<?xf32>) -> (tensor<?x?xf32>, tensor<?xf32>)
  %1 = tensor.dim %0#0, %c0 : tensor<?x?xf32>
  %2 = tensor.dim %0#1, %c0 : tensor<?xf32>
  return %1, %2 : index, index
}
