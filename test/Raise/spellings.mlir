// RUN: norm-opt %s --norm-raise --canonicalize --cse | FileCheck %s
// RUN: norm-opt %s --linalg-generalize-named-ops --canonicalize --cse --norm-raise --canonicalize --cse | FileCheck %s
// RUN: norm-opt %s --linalg-generalize-named-ops --linalg-fuse-elementwise-ops --linalg-fold-unit-extent-dims --canonicalize --cse --norm-raise --canonicalize --cse | FileCheck %s

// Spellings of the same norms by ops that rows.py does not write; the numbers
// are those of the list of cases that norm-raise knows.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>
#kept = affine_map<(d0, d1) -> (d0, 0)>
#last = affine_map<(d0, d1) -> (d1)>

// The reciprocal of a root.
// CHECK-LABEL: @case_8_reciprocal_of_the_root
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x48xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_8_reciprocal_of_the_root(%x: tensor<4x48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant dense<48.0> : tensor<4xf32>
  %e = arith.constant dense<1.0e-5> : tensor<4xf32>
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty() : tensor<4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %q = linalg.square ins(%x : tensor<4x48xf32>) outs(%j : tensor<4x48xf32>) -> tensor<4x48xf32>
  %s = linalg.reduce {arith.addf} ins(%q : tensor<4x48xf32>) outs(%f : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %n : tensor<4xf32>
  %p = arith.addf %m, %e : tensor<4xf32>
  %r = linalg.sqrt ins(%p : tensor<4xf32>) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %v = linalg.reciprocal ins(%r : tensor<4xf32>) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %b = linalg.broadcast ins(%v : tensor<4xf32>) outs(%j : tensor<4x48xf32>) dimensions = [1]
  %y = linalg.mul ins(%x, %b : tensor<4x48xf32>, tensor<4x48xf32>) outs(%j : tensor<4x48xf32>) -> tensor<4x48xf32>
  return %y : tensor<4x48xf32>
}

// x is read by two operands, and the sum is taken of a square that is stored.
// CHECK-LABEL: @case_14_one_value_as_two_operands
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x48xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_14_one_value_as_two_operands(%x: tensor<4x48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 48.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty() : tensor<4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %q = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %x : tensor<4x48xf32>, tensor<4x48xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.mulf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x48xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%q : tensor<4x48xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.addf %a, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %x, %s : tensor<4x48xf32>, tensor<4x48xf32>, tensor<4xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %unused: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %t = math.rsqrt %p : f32
    %r = arith.mulf %a, %t : f32
    linalg.yield %r : f32
  } -> tensor<4x48xf32>
  return %y : tensor<4x48xf32>
}

// The square is part of the reduction's body, and the sum is stored: its
// consumer divides.
// CHECK-LABEL: @case_15_square_in_the_reduction
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x48xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_15_square_in_the_reduction(%x: tensor<4x48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 48.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty() : tensor<4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x48xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %v = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%s : tensor<4xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %m = arith.divf %a, %n : f32
    %p = arith.addf %m, %e : f32
    %t = math.rsqrt %p : f32
    linalg.yield %t : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %v : tensor<4x48xf32>, tensor<4xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.mulf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x48xf32>
  return %y : tensor<4x48xf32>
}

// CHECK-LABEL: @case_16_division_in_the_consumer
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x48xf32>) scale(%{{.*}} : tensor<48xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_16_division_in_the_consumer(%x: tensor<4x48xf32>, %g: tensor<48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 48.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty() : tensor<4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x48xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.addf %a, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %t = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]} ins(%x, %s : tensor<4x48xf32>, tensor<4xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %d = arith.subf %a, %m : f32
    %q = arith.mulf %d, %d : f32
    %r = arith.addf %o, %q : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #row, #last, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s, %t, %g : tensor<4x48xf32>, tensor<4xf32>, tensor<4xf32>, tensor<48xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %w: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %d = arith.subf %a, %m : f32
    %v = arith.divf %c, %n : f32
    %p = arith.addf %v, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %d, %q : f32
    %u = arith.mulf %r, %w : f32
    linalg.yield %u : f32
  } -> tensor<4x48xf32>
  return %y : tensor<4x48xf32>
}

// The mean is stored, the centred squares are not.
// CHECK-LABEL: @case_33_squared_difference_in_the_reduction
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x48xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_33_squared_difference_in_the_reduction(%x: tensor<4x48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 48.0 : f32
  %l = arith.constant dense<48.0> : tensor<4xf32>
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty() : tensor<4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<4x48xf32>) outs(%f : tensor<4xf32>) dimensions = [1]
  %m = arith.divf %s, %l : tensor<4xf32>
  %t = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]} ins(%x, %m : tensor<4x48xf32>, tensor<4xf32>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    %q = arith.mulf %d, %d : f32
    %r = arith.addf %o, %q : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %m, %t : tensor<4x48xf32>, tensor<4xf32>, tensor<4xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %d = arith.subf %a, %b : f32
    %v = arith.divf %c, %n : f32
    %p = arith.addf %v, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %d, %q : f32
    linalg.yield %r : f32
  } -> tensor<4x48xf32>
  return %y : tensor<4x48xf32>
}

// The sum and the sum of squares in one pass over x.
// CHECK-LABEL: @case_36_two_sums_in_one_op
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x48xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_36_two_sums_in_one_op(%x: tensor<4x48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 48.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty() : tensor<4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s:2 = linalg.generic {indexing_maps = [#id, #row, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x48xf32>) outs(%f, %f : tensor<4xf32>, tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32, %p: f32):
    %r = arith.addf %a, %o : f32
    %q = arith.mulf %a, %a : f32
    %t = arith.addf %q, %p : f32
    linalg.yield %r, %t : f32, f32
  } -> (tensor<4xf32>, tensor<4xf32>)
  %y = linalg.generic {indexing_maps = [#id, #row, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s#0, %s#1 : tensor<4x48xf32>, tensor<4xf32>, tensor<4xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %w = arith.divf %c, %n : f32
    %k = arith.mulf %m, %m : f32
    %v = arith.subf %w, %k : f32
    %p = arith.addf %v, %e : f32
    %q = math.rsqrt %p : f32
    %d = arith.subf %a, %m : f32
    %r = arith.mulf %d, %q : f32
    linalg.yield %r : f32
  } -> tensor<4x48xf32>
  return %y : tensor<4x48xf32>
}

// Batch normalization in training of [1, rows, n] with the rows as features, a
// scale of ones and an offset of zeros; then the layer's own scale and bias.
// CHECK-LABEL: @case_40_batch_norm_training
// CHECK: norm.layernorm ins(%{{.*}} : tensor<{{(1x)?}}4x48xf32>) scale(%{{.*}} : tensor<48xf32>) bias(%{{.*}} : tensor<48xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_40_batch_norm_training(%x: tensor<4x48xf32>, %g: tensor<48xf32>, %h: tensor<48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %ones = arith.constant dense<1.0> : tensor<4xf32>
  %zeros = arith.constant dense<0.0> : tensor<4xf32>
  %n = arith.constant dense<48.0> : tensor<4xf32>
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty() : tensor<1x4x48xf32>
  %k = tensor.empty() : tensor<4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %u = tensor.expand_shape %x [[0, 1], [2]] output_shape [1, 4, 48] : tensor<4x48xf32> into tensor<1x4x48xf32>
  %s = linalg.reduce {arith.addf} ins(%u : tensor<1x4x48xf32>) outs(%f : tensor<4xf32>) dimensions = [0, 2]
  %m = arith.divf %s, %n : tensor<4xf32>
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%j : tensor<1x4x48xf32>) dimensions = [0, 2]
  %d = arith.subf %u, %mb : tensor<1x4x48xf32>
  %q = arith.mulf %d, %d : tensor<1x4x48xf32>
  %t = linalg.reduce {arith.addf} ins(%q : tensor<1x4x48xf32>) outs(%f : tensor<4xf32>) dimensions = [0, 2]
  %v = arith.divf %t, %n : tensor<4xf32>
  %w = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d1)>, affine_map<(d0, d1, d2) -> (d1)>, affine_map<(d0, d1, d2) -> (d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%d, %v, %ones, %zeros : tensor<1x4x48xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) outs(%j : tensor<1x4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %c0: f32, %o: f32):
    %p = arith.addf %b, %e : f32
    %sd = math.sqrt %p : f32
    %r = arith.divf %a, %sd : f32
    %y = arith.mulf %r, %c : f32
    %y0 = arith.addf %y, %c0 : f32
    linalg.yield %y0 : f32
  } -> tensor<1x4x48xf32>
  %l = tensor.collapse_shape %w [[0, 1], [2]] : tensor<1x4x48xf32> into tensor<4x48xf32>
  %gb = linalg.broadcast ins(%g : tensor<48xf32>) outs(%k : tensor<4x48xf32>) dimensions = [0]
  %hb = linalg.broadcast ins(%h : tensor<48xf32>) outs(%k : tensor<4x48xf32>) dimensions = [0]
  %y1 = arith.mulf %l, %gb : tensor<4x48xf32>
  %y2 = arith.addf %y1, %hb : tensor<4x48xf32>
  return %y2 : tensor<4x48xf32>
}

// The only extension to f32 is within the reduction.
// CHECK-LABEL: @case_44_widened_in_the_reduction
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x48xbf16>) outs(%{{.*}} : tensor<4x48xbf16>) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_44_widened_in_the_reduction(%x: tensor<4x48xbf16>) -> tensor<4x48xbf16> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 48.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty() : tensor<4x48xbf16>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x48xbf16>) outs(%f : tensor<4xf32>) {
  ^bb0(%a: bf16, %o: f32):
    %w = arith.extf %a : bf16 to f32
    %q = arith.mulf %w, %w : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s : tensor<4x48xbf16>, tensor<4xf32>) outs(%j : tensor<4x48xbf16>) {
  ^bb0(%a: bf16, %b: f32, %o: bf16):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %t = arith.truncf %q : f32 to bf16
    %r = arith.mulf %a, %t : bf16
    linalg.yield %r : bf16
  } -> tensor<4x48xbf16>
  return %y : tensor<4x48xbf16>
}

// Statistics keep a dimension of 1, which is read at 0.
// CHECK-LABEL: @case_51_kept_dimension
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x48xf32>) scale(%{{.*}} : tensor<48xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_51_kept_dimension(%x: tensor<4x48xf32>, %g: tensor<48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 48.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4x1xf32>
  %j = tensor.empty() : tensor<4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4x1xf32>) -> tensor<4x1xf32>
  %s = linalg.generic {indexing_maps = [#id, #kept], iterator_types = ["parallel", "reduction"]} ins(%x : tensor<4x48xf32>) outs(%f : tensor<4x1xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<4x1xf32>
  %y = linalg.generic {indexing_maps = [#id, #kept, #last, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %s, %g : tensor<4x48xf32>, tensor<4x1xf32>, tensor<48xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %w: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    %u = arith.mulf %r, %w : f32
    linalg.yield %u : f32
  } -> tensor<4x48xf32>
  return %y : tensor<4x48xf32>
}

// Statistics drop the dimension.
// CHECK-LABEL: @case_52_dropped_dimension
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<2x4x48xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_52_dropped_dimension(%x: tensor<2x4x48xf32>) -> tensor<2x4x48xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 48.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<2x4xf32>
  %j = tensor.empty() : tensor<2x4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<2x4xf32>) -> tensor<2x4xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>], iterator_types = ["parallel", "parallel", "reduction"]} ins(%x : tensor<2x4x48xf32>) outs(%f : tensor<2x4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %q = arith.mulf %a, %a : f32
    %r = arith.addf %q, %o : f32
    linalg.yield %r : f32
  } -> tensor<2x4xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1, d2) -> (d0, d1, d2)>, affine_map<(d0, d1, d2) -> (d0, d1)>, affine_map<(d0, d1, d2) -> (d0, d1, d2)>], iterator_types = ["parallel", "parallel", "parallel"]} ins(%x, %s : tensor<2x4x48xf32>, tensor<2x4xf32>) outs(%j : tensor<2x4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %m = arith.divf %b, %n : f32
    %p = arith.addf %m, %e : f32
    %q = math.rsqrt %p : f32
    %r = arith.mulf %a, %q : f32
    linalg.yield %r : f32
  } -> tensor<2x4x48xf32>
  return %y : tensor<2x4x48xf32>
}

// The sum is expanded to the rank of x, the scale and the root are collapsed.
// CHECK-LABEL: @case_53_expanded_and_collapsed
// CHECK: norm.rmsnorm ins(%{{.*}} : tensor<4x48xf32>) scale(%{{.*}} : tensor<48xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_53_expanded_and_collapsed(%x: tensor<4x48xf32>, %g: tensor<1x48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant dense<48.0> : tensor<4x1xf32>
  %e = arith.constant dense<1.0e-5> : tensor<4x1xf32>
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty() : tensor<4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %q = arith.mulf %x, %x : tensor<4x48xf32>
  %s = linalg.reduce {arith.addf} ins(%q : tensor<4x48xf32>) outs(%f : tensor<4xf32>) dimensions = [1]
  %t = tensor.expand_shape %s [[0, 1]] output_shape [4, 1] : tensor<4xf32> into tensor<4x1xf32>
  %m = arith.divf %t, %n : tensor<4x1xf32>
  %p = arith.addf %m, %e : tensor<4x1xf32>
  %r = math.rsqrt %p : tensor<4x1xf32>
  %v = tensor.collapse_shape %r [[0, 1]] : tensor<4x1xf32> into tensor<4xf32>
  %w = tensor.collapse_shape %g [[0, 1]] : tensor<1x48xf32> into tensor<48xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #last, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %v, %w : tensor<4x48xf32>, tensor<4xf32>, tensor<48xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32, %o: f32):
    %k = arith.mulf %a, %b : f32
    %l = arith.mulf %k, %c : f32
    linalg.yield %l : f32
  } -> tensor<4x48xf32>
  return %y : tensor<4x48xf32>
}

// Named and category ops only.
// CHECK-LABEL: @case_54_named_ops
// CHECK: norm.layernorm ins(%{{.*}} : tensor<4x48xf32>) outs({{.*}}) epsilon = 1.000000e-05
// CHECK-NOT: linalg.
func.func @case_54_named_ops(%x: tensor<4x48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %n = arith.constant 48.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty() : tensor<4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %nt = linalg.fill ins(%n : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %et = linalg.fill ins(%e : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce ins(%x : tensor<4x48xf32>) outs(%f : tensor<4xf32>) dimensions = [1] (%a: f32, %o: f32) {
    %r = arith.addf %o, %a : f32
    linalg.yield %r : f32
  }
  %m = linalg.div ins(%s, %nt : tensor<4xf32>, tensor<4xf32>) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %mb = linalg.broadcast ins(%m : tensor<4xf32>) outs(%j : tensor<4x48xf32>) dimensions = [1]
  %d = linalg.sub ins(%x, %mb : tensor<4x48xf32>, tensor<4x48xf32>) outs(%j : tensor<4x48xf32>) -> tensor<4x48xf32>
  %q = linalg.square ins(%d : tensor<4x48xf32>) outs(%j : tensor<4x48xf32>) -> tensor<4x48xf32>
  %t = linalg.reduce {arith.addf} ins(%q : tensor<4x48xf32>) outs(%f : tensor<4xf32>) dimensions = [1]
  %v = linalg.map {arith.divf} ins(%t, %nt : tensor<4xf32>, tensor<4xf32>) outs(%i : tensor<4xf32>)
  %p = linalg.add ins(%v, %et : tensor<4xf32>, tensor<4xf32>) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %r = linalg.rsqrt ins(%p : tensor<4xf32>) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %y = linalg.elementwise kind=#linalg.elementwise_kind<mul> indexing_maps = [#id, #row, #id] ins(%d, %r : tensor<4x48xf32>, tensor<4xf32>) outs(%j : tensor<4x48xf32>) -> tensor<4x48xf32>
  return %y : tensor<4x48xf32>
}

// One op for each operation, which upstream's fusion makes four of: the op is
// the same before and after.
// CHECK-LABEL: @case_71_unfused
// CHECK-SAME: (%[[X:.*]]: tensor<4x48xf32>, %[[G:.*]]: tensor<48xf32>)
// CHECK-NEXT: %[[INIT:.*]] = tensor.empty() : tensor<4x48xf32>
// CHECK-NEXT: %[[Y:.*]] = norm.layernorm ins(%[[X]] : tensor<4x48xf32>) scale(%[[G]] : tensor<48xf32>) outs(%[[INIT]] : tensor<4x48xf32>) epsilon = 1.000000e-05 -> tensor<4x48xf32>
// CHECK-NEXT: return %[[Y]]
func.func @case_71_unfused(%x: tensor<4x48xf32>, %g: tensor<48xf32>) -> tensor<4x48xf32> {
  %z = arith.constant 0.0 : f32
  %c = arith.constant 0.020833333333333332 : f32
  %e = arith.constant 1.0e-5 : f32
  %i = tensor.empty() : tensor<4xf32>
  %j = tensor.empty() : tensor<4x48xf32>
  %f = linalg.fill ins(%z : f32) outs(%i : tensor<4xf32>) -> tensor<4xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<4x48xf32>) outs(%f : tensor<4xf32>) dimensions = [1]
  %m = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%s : tensor<4xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.mulf %a, %c : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %d = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%x, %m : tensor<4x48xf32>, tensor<4xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.subf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x48xf32>
  %q = linalg.generic {indexing_maps = [#id, #id, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %d : tensor<4x48xf32>, tensor<4x48xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.mulf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x48xf32>
  %t = linalg.reduce {arith.addf} ins(%q : tensor<4x48xf32>) outs(%f : tensor<4xf32>) dimensions = [1]
  %v = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%t : tensor<4xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.mulf %a, %c : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %p = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%v : tensor<4xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = arith.addf %a, %e : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %k = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%p : tensor<4xf32>) outs(%i : tensor<4xf32>) {
  ^bb0(%a: f32, %o: f32):
    %r = math.rsqrt %a : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %h = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]} ins(%d, %k : tensor<4x48xf32>, tensor<4xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.mulf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x48xf32>
  %y = linalg.generic {indexing_maps = [#id, #last, #id], iterator_types = ["parallel", "parallel"]} ins(%h, %g : tensor<4x48xf32>, tensor<48xf32>) outs(%j : tensor<4x48xf32>) {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %r = arith.mulf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4x48xf32>
  return %y : tensor<4x48xf32>
}

// Upstream's convert-elementwise-to-linalg gives an op its first operand as its
// destination. That is no use of its elements.
// CHECK-LABEL: @operands_as_destinations
// CHECK: norm.rmsnorm ins(%arg0 : tensor<4x48xf32>) scale(%arg1 : tensor<48xf32>)
// CHECK-NOT: linalg.generic
func.func @operands_as_destinations(%x: tensor<4x48xf32>, %g: tensor<48xf32>) -> tensor<4x48xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 48.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %rows = tensor.empty() : tensor<4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sums = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x48xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sums : tensor<4x48xf32>, tensor<4xf32>) outs(%x : tensor<4x48xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %e : f32
    %rstd = math.rsqrt %shifted : f32
    %result = arith.mulf %in, %rstd : f32
    linalg.yield %result : f32
  } -> tensor<4x48xf32>
  %scaled = linalg.generic {indexing_maps = [#id, #last, #id], iterator_types = ["parallel", "parallel"]}
      ins(%y, %g : tensor<4x48xf32>, tensor<48xf32>) outs(%y : tensor<4x48xf32>) {
  ^bb0(%in: f32, %scale: f32, %out: f32):
    %result = arith.mulf %in, %scale : f32
    linalg.yield %result : f32
  } -> tensor<4x48xf32>
  return %scaled : tensor<4x48xf32>
}
