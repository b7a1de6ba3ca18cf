// Sums over rows beside a row loop become its own: what they read is read once.

// RUN: norm-opt %s --norm-fuse-rows --canonicalize --cse --split-input-file | FileCheck %s
// RUN: norm-opt %s --norm-fuse-rows --remarks-filter=norm-fuse-rows --split-input-file -o /dev/null 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: norm-opt %s --norm-fuse-rows=target=sm_90 --canonicalize --split-input-file | FileCheck %s --check-prefix=GPU

// Of a result, of an input, and of the product of both, before and after the norm.

#id = affine_map<(i, j) -> (i, j)>
#sum = affine_map<(i, j) -> (j)>

// CHECK-LABEL: @sums
// CHECK-NOT: linalg.generic
// CHECK: %[[Y:.*]]:3 = norm.row_loop ins(%{{.*}}, %{{.*}} : tensor<96x64xf32>, tensor<96x64xf32>)
// CHECK-SAME: accumulate = [0] dimensions = [1]
// CHECK-NOT: linalg
// CHECK: return
// GPU-LABEL: @sums
// GPU-NOT: linalg.generic
// GPU: norm.row_loop {{.*}} accumulate = [0]
// GPU-NOT: linalg.generic
// GPU: return
func.func @sums(%dy: tensor<96x64xf32>, %x: tensor<96x64xf32>) -> (tensor<96x64xf32>, tensor<64xf32>, tensor<64xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<96x64xf32>
  %s = tensor.empty() : tensor<64xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%s : tensor<64xf32>) -> tensor<64xf32>
  %dbias = linalg.generic {indexing_maps = [#id, #sum], iterator_types = ["reduction", "parallel"]}
      ins(%dy : tensor<96x64xf32>) outs(%zeros : tensor<64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %o, %a fastmath<reassoc> : f32
    linalg.yield %0 : f32
  } -> tensor<64xf32>
  %n = norm.rmsnorm ins(%x : tensor<96x64xf32>) outs(%e : tensor<96x64xf32>) epsilon = 1.0e-05 -> tensor<96x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%n, %dy : tensor<96x64xf32>, tensor<96x64xf32>) outs(%e : tensor<96x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    linalg.yield %0 : f32
  } -> tensor<96x64xf32>
  %dscale = linalg.generic {indexing_maps = [#id, #sum], iterator_types = ["reduction", "parallel"]}
      ins(%y : tensor<96x64xf32>) outs(%zeros : tensor<64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %o, %a fastmath<reassoc> : f32
    linalg.yield %0 : f32
  } -> tensor<64xf32>
  return %y, %dscale, %dbias : tensor<96x64xf32>, tensor<64xf32>, tensor<64xf32>
}

// -----

// A product of inputs, by itself, leads to a sum; over some of the dimensions of
// rows.

#id = affine_map<(b, i, j) -> (b, i, j)>
#row = affine_map<(b, i, j) -> (b, i)>
#sum = affine_map<(b, i, j) -> (b, j)>

// CHECK-LABEL: @leads_to_a_sum
// CHECK: norm.row_loop ins(%{{.*}}, %{{.*}}, %{{.*}} : tensor<2x96x64xf32>, tensor<2x96x64xf32>, tensor<2x96xf32>)
// CHECK-SAME: outs(%{{.*}}, %{{.*}} : tensor<2x96x64xf32>, tensor<2x64xf32>)
// CHECK-SAME: accumulate = [1] dimensions = [2]
// CHECK-NOT: linalg
// CHECK: return
func.func @leads_to_a_sum(%dy: tensor<2x96x64xf32>, %x: tensor<2x96x64xf32>, %r: tensor<2x96xf32>) -> (tensor<2x96x64xf32>, tensor<2x64xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<2x96x64xf32>
  %s = tensor.empty() : tensor<2x64xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%s : tensor<2x64xf32>) -> tensor<2x64xf32>
  %n = norm.rmsnorm ins(%x : tensor<2x96x64xf32>) outs(%e : tensor<2x96x64xf32>) epsilon = 1.0e-05 -> tensor<2x96x64xf32>
  %p = linalg.generic {indexing_maps = [#id, #id, #row, #id], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x, %dy, %r : tensor<2x96x64xf32>, tensor<2x96x64xf32>, tensor<2x96xf32>) outs(%e : tensor<2x96x64xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %0 = arith.mulf %a, %b : f32
    %1 = arith.mulf %0, %c : f32
    linalg.yield %1 : f32
  } -> tensor<2x96x64xf32>
  %dscale = linalg.generic {indexing_maps = [#id, #sum], iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%p : tensor<2x96x64xf32>) outs(%zeros : tensor<2x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %0 = arith.addf %a, %o fastmath<reassoc> : f32
    linalg.yield %0 : f32
  } -> tensor<2x64xf32>
  return %n, %dscale : tensor<2x96x64xf32>, tensor<2x64xf32>
}

// -----

// What stays out: a sum in order, one that begins at 1, one of bf16, the greatest of
// each column, and what reads a sum.

#id = affine_map<(i, j) -> (i, j)>
#sum = affine_map<(i, j) -> (j)>

// CHECK-LABEL: @outside
// CHECK: norm.row_loop
// CHECK-NOT: accumulate
// CHECK-COUNT-3: linalg.generic
// REMARK: its reduction over rows is no sum under reassoc
// REMARK: its sum over rows does not begin at 0
// REMARK: its reduction over rows is no sum under reassoc
func.func @outside(%x: tensor<96x64xf32>, %g: tensor<64xf32>) -> (tensor<64xf32>, tensor<64xf32>, tensor<64xf32>) {
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %e = tensor.empty() : tensor<96x64xf32>
  %s = tensor.empty() : tensor<64xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%s : tensor<64xf32>) -> tensor<64xf32>
  %ones = linalg.fill ins(%one : f32) outs(%s : tensor<64xf32>) -> tensor<64xf32>
  %n = norm.rmsnorm ins(%x : tensor<96x64xf32>) outs(%e : tensor<96x64xf32>) epsilon = 1.0e-05 -> tensor<96x64xf32>
  %a = linalg.generic {indexing_maps = [#id, #sum], iterator_types = ["reduction", "parallel"]}
      ins(%n : tensor<96x64xf32>) outs(%zeros : tensor<64xf32>) {
  ^bb0(%v: f32, %o: f32):
    %0 = arith.addf %o, %v : f32
    linalg.yield %0 : f32
  } -> tensor<64xf32>
  %b = linalg.generic {indexing_maps = [#id, #sum], iterator_types = ["reduction", "parallel"]}
      ins(%n : tensor<96x64xf32>) outs(%ones : tensor<64xf32>) {
  ^bb0(%v: f32, %o: f32):
    %0 = arith.addf %o, %v fastmath<reassoc> : f32
    linalg.yield %0 : f32
  } -> tensor<64xf32>
  %c = linalg.generic {indexing_maps = [#id, #sum], iterator_types = ["reduction", "parallel"]}
      ins(%n : tensor<96x64xf32>) outs(%zeros : tensor<64xf32>) {
  ^bb0(%v: f32, %o: f32):
    %0 = arith.maximumf %o, %v : f32
    linalg.yield %0 : f32
  } -> tensor<64xf32>
  return %a, %b, %c : tensor<64xf32>, tensor<64xf32>, tensor<64xf32>
}

// -----

// What reads a sum has to wait for all rows: it is no element of the loop.

#id = affine_map<(i, j) -> (i, j)>
#sum = affine_map<(i, j) -> (j)>
#own = affine_map<(j) -> (j)>

// CHECK-LABEL: @reads_a_sum
// CHECK: %[[L:.*]]:2 = norm.row_loop {{.*}} accumulate = [0] dimensions = [1]
// CHECK: norm.row_yield
// CHECK: linalg.generic {{.*}} ins(%[[L]]#1 : tensor<64xf32>)
// CHECK: linalg.generic {{.*}} ins(%[[L]]#0, %{{.*}} : tensor<96x64xf32>, tensor<64xf32>)
func.func @reads_a_sum(%x: tensor<96x64xf32>) -> (tensor<96x64xf32>, tensor<64xf32>) {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<96x64xf32>
  %s = tensor.empty() : tensor<64xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%s : tensor<64xf32>) -> tensor<64xf32>
  %n = norm.rmsnorm ins(%x : tensor<96x64xf32>) outs(%e : tensor<96x64xf32>) epsilon = 1.0e-05 -> tensor<96x64xf32>
  %a = linalg.generic {indexing_maps = [#id, #sum], iterator_types = ["reduction", "parallel"]}
      ins(%n : tensor<96x64xf32>) outs(%zeros : tensor<64xf32>) {
  ^bb0(%v: f32, %o: f32):
    %0 = arith.addf %o, %v fastmath<reassoc> : f32
    linalg.yield %0 : f32
  } -> tensor<64xf32>
  %b = linalg.generic {indexing_maps = [#own, #own], iterator_types = ["parallel"]}
      ins(%a : tensor<64xf32>) outs(%s : tensor<64xf32>) {
  ^bb0(%v: f32, %o: f32):
    %0 = arith.mulf %v, %v : f32
    linalg.yield %0 : f32
  } -> tensor<64xf32>
  %c = linalg.generic {indexing_maps = [#id, #sum, #id], iterator_types = ["parallel", "parallel"]}
      ins(%n, %a : tensor<96x64xf32>, tensor<64xf32>) outs(%e : tensor<96x64xf32>) {
  ^bb0(%v: f32, %w: f32, %o: f32):
    %0 = arith.subf %v, %w : f32
    linalg.yield %0 : f32
  } -> tensor<96x64xf32>
  return %c, %b : tensor<96x64xf32>, tensor<64xf32>
}
