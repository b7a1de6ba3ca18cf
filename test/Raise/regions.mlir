// RUN: norm-opt %s --norm-raise | FileCheck %s

// Norms in regions, with a part of them outside, and sizes that are read off
// their parts.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#column = affine_map<(d0, d1) -> (d1)>

// CHECK-LABEL: func.func @case_76_in_a_loop
// CHECK: scf.for
// CHECK: norm.rmsnorm
// CHECK-NOT: linalg.generic
func.func @case_76_in_a_loop(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %r = scf.for %k = %c0 to %c8 step %c1 iter_args(%h = %x) -> tensor<4x64xf32> {
    %i = tensor.empty() : tensor<4xf32>
    %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
    %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%h : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
    ^bb0(%a: f32, %o: f32):
      %q = arith.mulf %a, %a : f32
      %t = arith.addf %q, %o : f32
      linalg.yield %t : f32
    } -> tensor<4xf32>
    %init = tensor.empty() : tensor<4x64xf32>
    %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%h, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %m = arith.divf %b, %n : f32
      %p = arith.addf %m, %e : f32
      %q = math.rsqrt %p : f32
      %t = arith.mulf %a, %q : f32
      linalg.yield %t : f32
    } -> tensor<4x64xf32>
    scf.yield %y : tensor<4x64xf32>
  }
  return %r : tensor<4x64xf32>
}

// CHECK-LABEL: func.func @case_76_in_a_while_loop
// CHECK: scf.while
// CHECK: do
// CHECK: norm.rmsnorm
// CHECK-NOT: linalg.generic
func.func @case_76_in_a_while_loop(%x: tensor<4x64xf32>, %more: i1) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %r = scf.while (%v = %x) : (tensor<4x64xf32>) -> tensor<4x64xf32> {
    scf.condition(%more) %v : tensor<4x64xf32>
  } do {
  ^bb0(%h: tensor<4x64xf32>):
    %i = tensor.empty() : tensor<4xf32>
    %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
    %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%h : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
    ^bb0(%a: f32, %o: f32):
      %q = arith.mulf %a, %a : f32
      %t = arith.addf %q, %o : f32
      linalg.yield %t : f32
    } -> tensor<4xf32>
    %init = tensor.empty() : tensor<4x64xf32>
    %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%h, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %m = arith.divf %b, %n : f32
      %p = arith.addf %m, %e : f32
      %q = math.rsqrt %p : f32
      %t = arith.mulf %a, %q : f32
      linalg.yield %t : f32
    } -> tensor<4x64xf32>
    scf.yield %y : tensor<4x64xf32>
  }
  return %r : tensor<4x64xf32>
}

// Function-like ops are all alike.
// CHECK-LABEL: ml_program.func @case_76_another_function
// CHECK: norm.rmsnorm
// CHECK-NOT: linalg.generic
ml_program.func @case_76_another_function(%x: tensor<4x64xf32>, %g: tensor<64xf32>) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %init = tensor.empty() : tensor<4x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #column, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s, %g : tensor<4x64xf32>, tensor<4xf32>, tensor<64xf32>) outs(%init : tensor<4x64xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %t = arith.mulf %a, %q : f32
    %u = arith.mulf %t, %c : f32
    linalg.yield %u : f32
  } -> tensor<4x64xf32>
  ml_program.return %y : tensor<4x64xf32>
}

// The reduction is computed once, and so is the norm.
// CHECK-LABEL: func.func @reduction_before_a_loop
// CHECK: norm.rmsnorm
// CHECK: scf.for
// CHECK-NOT: norm.
// CHECK-NOT: linalg.generic
func.func @reduction_before_a_loop(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %r = scf.for %k = %c0 to %c8 step %c1 iter_args(%h = %x) -> tensor<4x64xf32> {
    %init = tensor.empty() : tensor<4x64xf32>
    %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %m = arith.divf %b, %n : f32
      %p = arith.addf %m, %e : f32
      %q = math.rsqrt %p : f32
      %t = arith.mulf %a, %q : f32
      linalg.yield %t : f32
    } -> tensor<4x64xf32>
    %w = arith.addf %h, %y : tensor<4x64xf32>
    scf.yield %w : tensor<4x64xf32>
  }
  return %r : tensor<4x64xf32>
}

// The scale is known within the loop only: it stays there.
// CHECK-LABEL: func.func @scale_in_the_loop
// CHECK: %[[Y:.*]] = norm.rmsnorm ins(%{{[a-z0-9]+}} : tensor<4x64xf32>) outs
// CHECK: scf.for
// CHECK-NOT: norm.
// CHECK: linalg.generic {{.*}} ins({{.*}}%[[Y]]
// CHECK: arith.mulf
func.func @scale_in_the_loop(%x: tensor<4x64xf32>, %h0: tensor<64xf32>) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %r:2 = scf.for %k = %c0 to %c8 step %c1 iter_args(%h = %x, %g = %h0) -> (tensor<4x64xf32>, tensor<64xf32>) {
    %gg = arith.addf %g, %h0 : tensor<64xf32>
    %init = tensor.empty() : tensor<4x64xf32>
    %y = linalg.generic {indexing_maps = [#id, #row, #column, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s, %gg : tensor<4x64xf32>, tensor<4xf32>, tensor<64xf32>) outs(%init : tensor<4x64xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
      %m = arith.divf %b, %n : f32
      %p = arith.addf %m, %e : f32
      %q = math.rsqrt %p : f32
      %t = arith.mulf %a, %q : f32
      %u = arith.mulf %t, %c : f32
      linalg.yield %u : f32
    } -> tensor<4x64xf32>
    scf.yield %y, %gg : tensor<4x64xf32>, tensor<64xf32>
  }
  return %r#0 : tensor<4x64xf32>
}

// A branch that is not taken computes nothing.
// CHECK-LABEL: func.func @root_in_a_branch
// CHECK: scf.if
// CHECK: norm.rmsnorm
// CHECK-NOT: linalg.generic
func.func @root_in_a_branch(%x: tensor<4x64xf32>, %taken: i1) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %r = scf.if %taken -> tensor<4x64xf32> {
    %init = tensor.empty() : tensor<4x64xf32>
    %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %m = arith.divf %b, %n : f32
      %p = arith.addf %m, %e : f32
      %q = math.rsqrt %p : f32
      %t = arith.mulf %a, %q : f32
      linalg.yield %t : f32
    } -> tensor<4x64xf32>
    scf.yield %y : tensor<4x64xf32>
  } else {
    scf.yield %x : tensor<4x64xf32>
  }
  return %r : tensor<4x64xf32>
}

// The sum is used outside of the branch, so the norm is there.
// CHECK-LABEL: func.func @statistic_beside_a_branch
// CHECK: %[[Y:.*]], %[[S:.*]] = norm.rmsnorm
// CHECK: scf.if
// CHECK: scf.yield %[[Y]]
func.func @statistic_beside_a_branch(%x: tensor<4x64xf32>, %taken: i1) -> (tensor<4x64xf32>, tensor<4xf32>) {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %r = scf.if %taken -> tensor<4x64xf32> {
    %init = tensor.empty() : tensor<4x64xf32>
    %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>) {
    ^bb0(%a: f32, %b: f32, %o: f32):
      %m = arith.divf %b, %n : f32
      %p = arith.addf %m, %e : f32
      %q = math.rsqrt %p : f32
      %t = arith.mulf %a, %q : f32
      linalg.yield %t : f32
    } -> tensor<4x64xf32>
    scf.yield %y : tensor<4x64xf32>
  } else {
    scf.yield %x : tensor<4x64xf32>
  }
  return %r, %s : tensor<4x64xf32>, tensor<4xf32>
}

// A loop in a branch: out of the loop, not out of the branch.
// CHECK-LABEL: func.func @loop_in_a_branch
// CHECK: scf.if
// CHECK-NEXT: tensor.empty
// CHECK-NEXT: norm.rmsnorm
// CHECK: scf.for
// CHECK-NOT: norm.
func.func @loop_in_a_branch(%x: tensor<4x64xf32>, %taken: i1) -> tensor<4x64xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %b = scf.if %taken -> tensor<4x64xf32> {
    %r = scf.for %k = %c0 to %c8 step %c1 iter_args(%h = %x) -> tensor<4x64xf32> {
      %init = tensor.empty() : tensor<4x64xf32>
      %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%init : tensor<4x64xf32>) {
      ^bb0(%a: f32, %b: f32, %o: f32):
        %m = arith.divf %b, %n : f32
        %p = arith.addf %m, %e : f32
        %q = math.rsqrt %p : f32
        %t = arith.mulf %a, %q : f32
        linalg.yield %t : f32
      } -> tensor<4x64xf32>
      %w = arith.addf %h, %y : tensor<4x64xf32>
      scf.yield %w : tensor<4x64xf32>
    }
    scf.yield %r : tensor<4x64xf32>
  } else {
    scf.yield %x : tensor<4x64xf32>
  }
  return %b : tensor<4x64xf32>
}

// A size of the sum is one of x.
// CHECK-LABEL: func.func @size_of_the_sum
// CHECK-NOT: linalg.generic
// CHECK: norm.rmsnorm
// CHECK: tensor.dim %arg0
func.func @size_of_the_sum(%x: tensor<?x64xf32>) -> (tensor<?x64xf32>, index) {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %c0 = arith.constant 0 : index
  %d = tensor.dim %x, %c0 : tensor<?x64xf32>
  %i = tensor.empty(%d) : tensor<?xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<?xf32>) -> tensor<?xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<?x64xf32>) outs(%f : tensor<?xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %o : f32
    linalg.yield %t : f32
  } -> tensor<?xf32>
  %init = tensor.empty(%d) : tensor<?x64xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<?x64xf32>, tensor<?xf32>) outs(%init : tensor<?x64xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %t = arith.mulf %a, %q : f32
    linalg.yield %t : f32
  } -> tensor<?x64xf32>
  %k = tensor.dim %s, %c0 : tensor<?xf32>
  return %y, %k : tensor<?x64xf32>, index
}

// The root goes to what the loop carries, and so does the norm.
// CHECK-LABEL: @carried_destination
// CHECK: scf.for {{.*}} iter_args(%[[TO:.*]] = %{{.*}})
// CHECK: norm.rmsnorm ins(%{{.*}}) outs(%[[TO]] : tensor<4x64xf32>)
func.func @carried_destination(%x: tensor<4x64xf32>, %o: tensor<4x64xf32>, %n: index) -> tensor<4x64xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %length = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %f = linalg.fill ins(%zero : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %r = scf.for %k = %c0 to %n step %c1 iter_args(%to = %o) -> tensor<4x64xf32> {
    %p = linalg.add ins(%x, %to : tensor<4x64xf32>, tensor<4x64xf32>) outs(%to : tensor<4x64xf32>) -> tensor<4x64xf32>
    %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%p : tensor<4x64xf32>) outs(%f : tensor<4xf32>) {
    ^bb0(%a: f32, %b: f32):
      %q = arith.mulf %a, %a : f32
      %c = arith.addf %q, %b : f32
      linalg.yield %c : f32
    } -> tensor<4xf32>
    %t = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%p, %s : tensor<4x64xf32>, tensor<4xf32>) outs(%to : tensor<4x64xf32>) {
    ^bb0(%a: f32, %c: f32, %b: f32):
      %m = arith.divf %c, %length : f32
      %q = arith.addf %m, %e : f32
      %d = math.rsqrt %q : f32
      %y = arith.mulf %a, %d : f32
      linalg.yield %y : f32
    } -> tensor<4x64xf32>
    scf.yield %t : tensor<4x64xf32>
  }
  return %r : tensor<4x64xf32>
}

// A region that runs whenever the function does says that the row of x and the
// scale have one length; a loop may have no round, and does not say it.
// CHECK-LABEL: func.func @dynamic_scale_in_a_region
// CHECK: norm.rmsnorm ins(%arg0 : tensor<4x?xf32>) scale(%arg1 : tensor<?xf32>)
// CHECK-NOT: linalg.generic
func.func @dynamic_scale_in_a_region(%x: tensor<4x?xf32>, %g: tensor<?xf32>) -> tensor<4x?xf32> {
  %z = arith.constant 0.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %c1 = arith.constant 1 : index
  %d = tensor.dim %x, %c1 : tensor<4x?xf32>
  %d64 = arith.index_cast %d : index to i64
  %n = arith.sitofp %d64 : i64 to f32
  %r = scf.execute_region -> tensor<4x?xf32> {
    %i = tensor.empty() : tensor<4xf32>
    %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
    %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x?xf32>) outs(%f : tensor<4xf32>) {
    ^bb0(%a: f32, %o: f32):
      %q = arith.mulf %a, %a : f32
      %t = arith.addf %q, %o : f32
      linalg.yield %t : f32
    } -> tensor<4xf32>
    %init = tensor.empty(%d) : tensor<4x?xf32>
    %y = linalg.generic {indexing_maps = [#id, #row, #column, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s, %g : tensor<4x?xf32>, tensor<4xf32>, tensor<?xf32>) outs(%init : tensor<4x?xf32>) {
    ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
      %m = arith.divf %b, %n : f32
      %p = arith.addf %m, %e : f32
      %q = math.rsqrt %p : f32
      %t = arith.mulf %a, %q : f32
      %u = arith.mulf %t, %c : f32
      linalg.yield %u : f32
    } -> tensor<4x?xf32>
    scf.yield %y : tensor<4x?xf32>
  }
  return %r : tensor<4x?xf32>
}
