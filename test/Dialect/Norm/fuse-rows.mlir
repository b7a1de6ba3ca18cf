// A norm and its neighbours become one loop over rows; what stays out says why.

// RUN: norm-opt %s --allow-unregistered-dialect --norm-fuse-rows --canonicalize --cse --split-input-file | FileCheck %s
// RUN: norm-opt %s --allow-unregistered-dialect --norm-fuse-rows --split-input-file --remarks-filter=norm-fuse-rows 2>&1 >/dev/null | FileCheck %s --check-prefix=REMARK

#id = affine_map<(d0, d1) -> (d0, d1)>

// The sum of the residual has another use: it is a second result.
// CHECK-LABEL: @residual
// CHECK-SAME: %[[A:[a-z0-9]+]]: tensor<4x64xf32>, %[[B:[a-z0-9]+]]: tensor<4x64xf32>, %[[G:[a-z0-9]+]]: tensor<64xf32>
// CHECK: %[[R:.*]]:2 = norm.row_loop ins(%[[A]], %[[B]], %[[G]] :
// CHECK: ^bb0(%[[AI:.*]]: f32, %[[BI:.*]]: f32, %[[GI:.*]]: f32):
// CHECK: %[[S:.*]] = arith.addf %[[AI]], %[[BI]] : f32
// CHECK: norm.row_reduce add
// CHECK: arith.divf %{{.*}}, %{{.*}} fastmath<arcp> : f32
// CHECK: norm.row_yield %[[S]], %{{.*}} : f32, f32
// CHECK: return %[[R]]#1, %[[R]]#0
func.func @residual(%a: tensor<4x64xf32>, %b: tensor<4x64xf32>, %g: tensor<64xf32>)
    -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %e = tensor.empty() : tensor<4x64xf32>
  %s = linalg.add ins(%a, %b : tensor<4x64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  %y = norm.rmsnorm ins(%s : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%e : tensor<4x64xf32>)
       epsilon = 1.0e-5 -> tensor<4x64xf32>
  return %y, %s : tensor<4x64xf32>, tensor<4x64xf32>
}

// -----

// A gate, a maximum over the row and what is divided by it.
// CHECK-LABEL: @quantized
// CHECK: norm.row_loop
// CHECK: math.exp
// CHECK: norm.row_reduce maximumf
// CHECK: arith.divf %{{[^ ]*}}, %{{[^ ]*}} : f32
// CHECK: arith.fptosi
// CHECK: -> tensor<4x64xi8>
// CHECK-NEXT: return
func.func @quantized(%x: tensor<4x64xf32>, %z: tensor<4x64xf32>) -> tensor<4x64xi8> {
  %e = tensor.empty() : tensor<4x64xf32>
  %rows = tensor.empty() : tensor<4xf32>
  %q = tensor.empty() : tensor<4x64xi8>
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %most = arith.constant 127.0 : f32
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %gated = linalg.map ins(%y, %z : tensor<4x64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>)
    (%y_i: f32, %z_i: f32, %o: f32) {
      %n = arith.negf %z_i : f32
      %exp = math.exp %n : f32
      %d = arith.addf %exp, %one : f32
      %silu = arith.divf %z_i, %d : f32
      %p = arith.mulf %y_i, %silu : f32
      linalg.yield %p : f32
    }
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %amax = linalg.reduce ins(%gated : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
    (%v: f32, %m: f32) {
      %abs = math.absf %v : f32
      %max = arith.maximumf %m, %abs : f32
      linalg.yield %max : f32
    }
  %quantized = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%gated, %amax : tensor<4x64xf32>, tensor<4xf32>) outs(%q : tensor<4x64xi8>) {
  ^bb0(%v: f32, %m: f32, %o: i8):
    %s = arith.divf %most, %m : f32
    %t = arith.mulf %v, %s : f32
    %r = math.roundeven %t : f32
    %i = arith.fptosi %r : f32 to i8
    linalg.yield %i : i8
  } -> tensor<4x64xi8>
  return %quantized : tensor<4x64xi8>
}

// -----

// Two norms of one input, of which one is a norm of a norm.
// CHECK-LABEL: @two
// CHECK-COUNT-1: norm.row_loop
// CHECK-NOT: norm.row_loop
func.func @two(%x: tensor<4x64xf32>) -> (tensor<4x64xf32>, tensor<4x64xf32>) {
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %z = norm.layernorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %w = norm.rmsnorm ins(%z : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  return %y, %w : tensor<4x64xf32>, tensor<4x64xf32>
}

// -----

// Scale and shift of each batch (adaLN), with the rows of a batch in d1.
// CHECK-LABEL: @modulated
// CHECK: norm.row_loop ins(%{{[a-z0-9]+}}, %{{[a-z0-9]+}}, %{{[a-z0-9]+}} : tensor<2x3x64xf32>, tensor<2x64xf32>, tensor<2x1x64xf32>)
// CHECK-SAME: maps = [#[[ID:.*]], #[[BATCH:.*]], #[[UNIT:.*]], #[[ID]]] dimensions = [2]
func.func @modulated(%x: tensor<2x3x64xf32>, %g: tensor<2x64xf32>, %b: tensor<2x1x64xf32>) -> tensor<2x3x64xf32> {
  %e = tensor.empty() : tensor<2x3x64xf32>
  %y = norm.layernorm ins(%x : tensor<2x3x64xf32>) outs(%e : tensor<2x3x64xf32>) epsilon = 1.0e-5 -> tensor<2x3x64xf32>
  %m = linalg.generic {indexing_maps = [affine_map<(i, j, k) -> (i, j, k)>, affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (i, 0, k)>,
      affine_map<(i, j, k) -> (i, j, k)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%y, %g, %b : tensor<2x3x64xf32>, tensor<2x64xf32>, tensor<2x1x64xf32>) outs(%e : tensor<2x3x64xf32>) {
  ^bb0(%y_i: f32, %g_i: f32, %b_i: f32, %o: f32):
    %p = arith.mulf %y_i, %g_i : f32
    %s = arith.addf %p, %b_i : f32
    linalg.yield %s : f32
  } -> tensor<2x3x64xf32>
  return %m : tensor<2x3x64xf32>
}

// -----

// A matrix product iterates over more; a call is opaque; the place of the sum is
// before the call that needs it.
// CHECK-LABEL: @neighbours
// CHECK: linalg.matmul
// CHECK: call @opaque
// REMARK: linalg.matmul stays outside of the row loop: it iterates over more than the elements of the rows
// REMARK: func.call stays outside of the row loop: it is no linalg op
func.func private @opaque(tensor<4x64xf32>)
func.func @neighbours(%x: tensor<4x64xf32>, %w: tensor<64x8xf32>) -> tensor<4x8xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %f = tensor.empty() : tensor<4x8xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %m = linalg.matmul ins(%y, %w : tensor<4x64xf32>, tensor<64x8xf32>) outs(%f : tensor<4x8xf32>) -> tensor<4x8xf32>
  func.call @opaque(%y) : (tensor<4x64xf32>) -> ()
  return %m : tensor<4x8xf32>
}

// -----

// A use of the sum that the norm's scale depends on: no order of the two.
// REMARK: linalg.add stays outside of the row loop: no place in the program has all operands before it and all uses after it
// CHECK-LABEL: @cycle
// CHECK: linalg.add
// CHECK: call @scale
// CHECK: norm.row_loop
func.func private @scale(tensor<4x64xf32>) -> tensor<64xf32>
func.func @cycle(%a: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %s = linalg.add ins(%a, %a : tensor<4x64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) -> tensor<4x64xf32>
  %g = func.call @scale(%s) : (tensor<4x64xf32>) -> tensor<64xf32>
  %y = norm.rmsnorm ins(%s : tensor<4x64xf32>) scale(%g : tensor<64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

// Sums of the program keep their order; with reassoc they join.
// REMARK: linalg.generic stays outside of the row loop: its reduction is no maximum or minimum, nor a sum under reassoc
// CHECK-LABEL: @sums
// CHECK: norm.row_loop
// CHECK-COUNT-2: norm.row_reduce add
// CHECK-NOT: norm.row_reduce
// CHECK: linalg.generic
// CHECK-NOT: linalg.generic
#rows = affine_map<(d0, d1) -> (d0)>
#all = affine_map<(d0, d1) -> (d0, d1)>
func.func @sums(%x: tensor<4x64xf32>, %i: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %a = linalg.generic {indexing_maps = [#all, #rows], iterator_types = ["parallel", "reduction"]} ins(%y : tensor<4x64xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%v: f32, %s: f32):
    %n = arith.addf %s, %v : f32
    linalg.yield %n : f32
  } -> tensor<4xf32>
  %b = linalg.generic {indexing_maps = [#all, #rows], iterator_types = ["parallel", "reduction"]} ins(%y : tensor<4x64xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%v: f32, %s: f32):
    %n = arith.addf %s, %v fastmath<reassoc> : f32
    linalg.yield %n : f32
  } -> tensor<4xf32>
  return %a, %b : tensor<4xf32>, tensor<4xf32>
}

// -----

// 1 + scale is one operation for each element that is read anyway; what takes two
// inputs is computed once.
// REMARK: linalg.generic stays outside of the row loop: its result is shared by the rows, and computing it for each would cost more than reading it
// CHECK-LABEL: @shared
// CHECK: linalg.exp
// CHECK: norm.row_loop
// CHECK-NOT: linalg.generic
func.func @shared(%x: tensor<4x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %v = tensor.empty() : tensor<64xf32>
  %one = arith.constant 1.0 : f32
  %a = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%g : tensor<64xf32>) outs(%v : tensor<64xf32>) {
  ^bb0(%g_i: f32, %o: f32):
    %s = arith.addf %g_i, %one : f32
    linalg.yield %s : f32
  } -> tensor<64xf32>
  %b = linalg.exp ins(%h : tensor<64xf32>) outs(%v : tensor<64xf32>) -> tensor<64xf32>
  %b2 = linalg.exp ins(%b : tensor<64xf32>) outs(%v : tensor<64xf32>) -> tensor<64xf32>
  %b3 = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%b, %b2 : tensor<64xf32>, tensor<64xf32>) outs(%v : tensor<64xf32>) {
  ^bb0(%p: f32, %q: f32, %o: f32):
    %s = arith.addf %p, %q : f32
    linalg.yield %s : f32
  } -> tensor<64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) scale(%a : tensor<64xf32>) bias(%b3 : tensor<64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

// The destination of a consumer, that it reads, is the result of the loop.
// CHECK-LABEL: @accumulated
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<4x64xf32>, %[[W:[a-z0-9]+]]: tensor<4x64xf32>
// CHECK: %[[E:.*]] = tensor.empty()
// CHECK: %[[R:.*]] = norm.row_loop ins(%[[X]], %[[W]] : {{.*}}) outs(%[[E]] :
// CHECK: return %[[R]]
func.func @accumulated(%x: tensor<4x64xf32>, %w: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%w : tensor<4x64xf32>) outs(%y : tensor<4x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %s = arith.addf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<4x64xf32>
  return %z : tensor<4x64xf32>
}

// -----

// The first of four rows, for each row.
// REMARK: linalg.generic stays outside of the row loop: it reads one row of several
// CHECK-LABEL: @first_row
// CHECK: norm.row_loop
// CHECK: linalg.generic
func.func @first_row(%x: tensor<4x64xf32>, %w: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (0, j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} ins(%y, %w : tensor<4x64xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %s = arith.addf %a, %b : f32
    linalg.yield %s : f32
  } -> tensor<4x64xf32>
  return %z : tensor<4x64xf32>
}

// -----

// A producer that writes the first row alone: the others are what they were.
// REMARK: linalg.generic stays outside of the row loop: the loop reads other elements than those just computed
// CHECK-LABEL: @one_row_written
// CHECK: linalg.generic
// CHECK: norm.row_loop
func.func @one_row_written(%x: tensor<4x64xf32>, %w: tensor<64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(j) -> (j)>, affine_map<(j) -> (0, j)>], iterator_types = ["parallel"]}
      ins(%w : tensor<64xf32>) outs(%x : tensor<4x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    linalg.yield %a : f32
  } -> tensor<4x64xf32>
  %y = norm.rmsnorm ins(%z : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// -----

// A loop that reads the result of its producer along the rows and across.
// REMARK: linalg.exp stays outside of the row loop: the loop reads other elements than those just computed
// CHECK-LABEL: @across
// CHECK: linalg.exp
// CHECK: norm.row_loop
#along = affine_map<(d0, d1) -> (d0, d1)>
#across = affine_map<(d0, d1) -> (d1, d0)>
func.func @across(%g: tensor<64x64xf32>) -> tensor<64x64xf32> {
  %e = tensor.empty() : tensor<64x64xf32>
  %h = linalg.exp ins(%g : tensor<64x64xf32>) outs(%e : tensor<64x64xf32>) -> tensor<64x64xf32>
  %y = norm.row_loop ins(%h, %h : tensor<64x64xf32>, tensor<64x64xf32>) outs(%e : tensor<64x64xf32>)
       maps = [#along, #across, #along] dimensions = [1] {
  ^bb0(%a: f32, %b: f32):
    %s = arith.subf %a, %b : f32
    norm.row_yield %s : f32
  } -> tensor<64x64xf32>
  return %y : tensor<64x64xf32>
}

// -----

// A division traps in lanes beyond the end of a row.
// REMARK: linalg.div stays outside of the row loop: arith.divsi may trap
// CHECK-LABEL: @trap
// CHECK: norm.row_loop
// CHECK: linalg.div
func.func @trap(%x: tensor<4x5xi32>, %f: tensor<4x5xf32>) -> (tensor<4x5xf32>, tensor<4x5xi32>) {
  %e = tensor.empty() : tensor<4x5xf32>
  %i = tensor.empty() : tensor<4x5xi32>
  %y = norm.rmsnorm ins(%f : tensor<4x5xf32>) outs(%e : tensor<4x5xf32>) epsilon = 1.0e-5 -> tensor<4x5xf32>
  %q = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<4x5xf32>) outs(%i : tensor<4x5xi32>) {
  ^bb0(%a: f32, %o: i32):
    %s = arith.fptosi %a : f32 to i32
    linalg.yield %s : i32
  } -> tensor<4x5xi32>
  %d = linalg.div ins(%x, %q : tensor<4x5xi32>, tensor<4x5xi32>) outs(%i : tensor<4x5xi32>) -> tensor<4x5xi32>
  return %y, %d : tensor<4x5xf32>, tensor<4x5xi32>
}

// -----

// The statistic comes before y among the operands of what joins.
// CHECK-LABEL: @statistic_first
// CHECK: norm.row_loop
// CHECK-NOT: linalg.generic
func.func @statistic_first(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %r = tensor.empty() : tensor<4xf32>
  %y, %s = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) rstd(%r : tensor<4xf32>) epsilon = 1.0e-5 -> (tensor<4x64xf32>, tensor<4xf32>)
  %z = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]} ins(%s, %y : tensor<4xf32>, tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.addf %a, %b : f32
    linalg.yield %t : f32
  } -> tensor<4x64xf32>
  return %z : tensor<4x64xf32>
}

// -----

// An op of no dialect that is known.
// CHECK-LABEL: @unregistered
// CHECK: %[[Y:.*]] = norm.row_loop
// CHECK: "test.consumer"(%[[Y]])
func.func @unregistered(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %z = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%a: f32, %o: f32):
    %t = "test.element"(%a) : (f32) -> f32
    linalg.yield %t : f32
  } -> tensor<4x64xf32>
  %w = "test.consumer"(%y) : (tensor<4x64xf32>) -> tensor<4x64xf32>
  %r = arith.addf %z, %w : tensor<4x64xf32>
  return %r : tensor<4x64xf32>
}

// -----

// sin has a library on CPUs and no code on GPUs (fuse-rows-gpu.mlir).
// CHECK-LABEL: @sine
// CHECK-NOT: linalg.generic
// CHECK: math.sin
#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @sine(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %e = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) epsilon = 1.0e-5 -> tensor<4x64xf32>
  %s = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y : tensor<4x64xf32>) outs(%e : tensor<4x64xf32>) {
  ^bb0(%in: f32, %o: f32):
    %v = math.sin %in : f32
    linalg.yield %v : f32
  } -> tensor<4x64xf32>
  return %s : tensor<4x64xf32>
}
