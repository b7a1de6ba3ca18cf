// RUN: norm-opt %s --norm-instrument | FileCheck %s
// RUN: norm-opt %s --norm-instrument=k=7 | FileCheck %s --check-prefix=K
// RUN: norm-opt %s --norm-instrument --norm-to-rows | FileCheck %s --check-prefix=ROWS
// RUN: norm-opt %s --norm-instrument --remarks-filter=norm-instrument -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: norm-opt %s --norm-instrument=calls=true | FileCheck %s --check-prefix=CALLS
// RUN: norm-opt %s --norm-instrument='calls=true entry=called' | FileCheck %s --check-prefix=WATCHED
// RUN: not norm-opt %s --norm-instrument=k=65 2>&1 | FileCheck %s --check-prefix=LENGTH
// LENGTH: error: expected k to be at most the row length 64 of the norm at {{.*}}instrument.mlir:{{[0-9]+}}:{{[0-9]+}}, got 65
// RUN: not norm-opt %s --norm-instrument=k=-1 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: expected k to be at least 0, got -1
// RUN: not norm-opt %s --norm-instrument=entry=nothing 2>&1 | FileCheck %s --check-prefix=ENTRY
// ENTRY: error: expected a function 'nothing' with a body
// RUN: not norm-opt %s --norm-instrument=entry=called 2>&1 | FileCheck %s --check-prefix=CALLED
// CALLED: error: function 'called' is called, and cannot have more results

// CHECK-DAG: #[[ID:.*]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.*]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: @main(
//  CHECK-SAME:   %[[X:[a-z0-9]*]]: tensor<?x64xbf16>
//  CHECK-SAME:   attributes {norm.watched = ["0 mean", "0 square", "0 leading", "1 mean", "1 variance", "2 mean", "2 square", "2 leading"]}
//       CHECK:   %[[R:.*]]:3 = norm.row_loop ins(%[[X]] : tensor<?x64xbf16>) {{.*}} maps = [#[[ID]], #[[ROW]], #[[ROW]], #[[ROW]]] dimensions = [1]
//       CHECK:     %[[H:.*]] = arith.extf
//       CHECK:     %[[SQUARE:.*]] = arith.mulf %[[H]], %[[H]]
//       CHECK:     norm.row_reduce add %[[H]] : f32
//       CHECK:     norm.row_reduce add %[[SQUARE]] : f32
//       CHECK:     norm.row_reduce add %[[SQUARE]] length = 4 : f32
//       CHECK:   norm.rmsnorm
//       CHECK:   norm.row_moments
//       CHECK:   norm.layernorm
// A prmsnorm is compared over its own k.
//       CHECK:   norm.row_reduce add %{{.*}} length = 9 : f32
//       CHECK:   norm.prmsnorm
// With calls the function keeps its type, and may be called by others.
// CALLS-LABEL: @main(
// CALLS-SAME:    -> (tensor<?x64xbf16>, tensor<?x64xbf16>, tensor<?x64xbf16>) {
//      CALLS:   %[[R:.*]]:3 = norm.row_loop
//      CALLS:   %[[L:.*]]:2 = norm.row_loop
//  CALLS-DAG:   %[[NUMBER:.*]] = arith.constant 0 : i64
//  CALLS-DAG:   %[[MEAN:.*]] = bufferization.to_buffer %[[R]]#0 read_only : tensor<?xf32> to memref<?xf32>
//  CALLS-DAG:   %[[SQUARE:.*]] = bufferization.to_buffer %[[R]]#1 read_only
//  CALLS-DAG:   %[[LEADING:.*]] = bufferization.to_buffer %[[R]]#2 read_only
//      CALLS:   call @norm_watch_f32(%[[NUMBER]], %[[MEAN]], %[[SQUARE]], %[[LEADING]])
//      CALLS:   %[[VARIANCE:.*]] = bufferization.to_buffer %[[L]]#1 read_only
//      CALLS:   call @norm_watch_f32(%{{.*}}, %{{.*}}, %[[VARIANCE]], %[[VARIANCE]])
//      CALLS:   call @norm_watch_f32(
//  CALLS-NOT:   call @norm_watch_f32(
//      CALLS: func.func private @norm_watch_f32(i64, memref<?xf32>, memref<?xf32>, memref<?xf32>)
// WATCHED-LABEL: @called(
//       WATCHED:   %[[BUFFER:.*]] = bufferization.to_buffer %{{.*}} read_only : tensor<4xf32> to memref<4xf32>
//       WATCHED:   memref.cast %[[BUFFER]] : memref<4xf32> to memref<?xf32>
//       WATCHED:   call @norm_watch_f32(
// K: length = 7
// K: length = 9

// The rows of x are read once for the norms and what is measured of them.
// ROWS-LABEL: @main(
//       ROWS:   norm.row_loop
//   ROWS-NOT:   norm.row_loop
// ROWS-LABEL: @called(
func.func @main(%x: tensor<?x64xbf16>, %e: tensor<?x64xbf16>) -> (tensor<?x64xbf16>, tensor<?x64xbf16>, tensor<?x64xbf16>) {
  %a = norm.rmsnorm ins(%x : tensor<?x64xbf16>) outs(%e : tensor<?x64xbf16>) epsilon = 1.0e-05 -> tensor<?x64xbf16>
  %b = norm.layernorm ins(%x : tensor<?x64xbf16>) outs(%e : tensor<?x64xbf16>) epsilon = 1.0e-05 -> tensor<?x64xbf16>
  %c = norm.prmsnorm ins(%x : tensor<?x64xbf16>) outs(%e : tensor<?x64xbf16>) k = 9 epsilon = 1.0e-05 -> tensor<?x64xbf16>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  // REMARK: not-watched {{.*}} Reason="the norm is in a loop or a branch"
  %d = scf.for %i = %c0 to %c2 step %c1 iter_args(%v = %x) -> tensor<?x64xbf16> {
    %w = norm.rmsnorm ins(%v : tensor<?x64xbf16>) outs(%e : tensor<?x64xbf16>) epsilon = 1.0e-05 -> tensor<?x64xbf16>
    scf.yield %w : tensor<?x64xbf16>
  }
  %cast = tensor.cast %x : tensor<?x64xbf16> to tensor<?x?xbf16>
  %cast_e = tensor.cast %e : tensor<?x64xbf16> to tensor<?x?xbf16>
  // REMARK: not-watched {{.*}} Reason="the length of its rows is not known"
  %f = norm.rmsnorm ins(%cast : tensor<?x?xbf16>) outs(%cast_e : tensor<?x?xbf16>) epsilon = 1.0e-05 -> tensor<?x?xbf16>
  return %a, %b, %c : tensor<?x64xbf16>, tensor<?x64xbf16>, tensor<?x64xbf16>
}

func.func @called(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  // REMARK: not-watched {{.*}} Reason="the norm is in another function than the entry"
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

func.func @caller(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %y = func.call @called(%x) : (tensor<4x64xf32>) -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
