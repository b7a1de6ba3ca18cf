// RUN: norm-opt %s --norm-raise --remarks-filter-missed=norm-raise 2>%t.err | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK --input-file=%t.err
// RUN: norm-opt %s --norm-raise=precision=strict | FileCheck %s

// Comparisons that are not known, and ops that are told by an attribute to
// compute something else.

// The extent of another tensor may be 0 whatever the rows are: the norm is
// raised and the select stays.
// CHECK-LABEL: @guard_of_another_tensor
// CHECK: %[[Y:.*]] = norm.rmsnorm ins(%arg0 :
// CHECK: %[[S:.*]] = arith.select %{{.*}}, %[[Y]], %arg2 :
// CHECK: return %[[S]]
func.func @guard_of_another_tensor(%x: tensor<4x64xf32>, %z: tensor<?xf32>, %other: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = arith.constant dense<64.0> : tensor<4xf32>
  %e = arith.constant dense<1.0e-5> : tensor<4xf32>
  %square = arith.mulf %x, %x : tensor<4x64xf32>
  %rows = tensor.empty() : tensor<4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sum = linalg.reduce { arith.addf } ins(%square : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) dimensions = [1]
  %mean = arith.divf %sum, %n : tensor<4xf32>
  %shifted = arith.addf %mean, %e : tensor<4xf32>
  %rstd = math.rsqrt %shifted : tensor<4xf32>
  %empty = tensor.empty() : tensor<4x64xf32>
  %wide = linalg.broadcast ins(%rstd : tensor<4xf32>) outs(%empty : tensor<4x64xf32>) dimensions = [1]
  %y = arith.mulf %x, %wide : tensor<4x64xf32>
  %extent = tensor.dim %z, %c0 : tensor<?xf32>
  %guard = arith.cmpi sgt, %extent, %c0 : index
  %chosen = arith.select %guard, %y, %other : tensor<4x64xf32>
  return %chosen : tensor<4x64xf32>
}

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d0)>

// The same in front of the root: the statistic may be another number.
// CHECK-LABEL: @statistic_guarded_by_another_tensor
// CHECK-NOT: norm.
// REMARK: conditions.mlir:[[# @LINE + 27]]:{{.*}}Reason="the statistic is selected by a comparison that may be false, or drops a NaN"
func.func @statistic_guarded_by_another_tensor(%x: tensor<4x64xf32>, %z: tensor<?xf32>) -> tensor<4x64xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %extent = tensor.dim %z, %c0 : tensor<?xf32>
  %integer = arith.index_cast %extent : index to i64
  %number = arith.sitofp %integer : i64 to f32
  %rows = tensor.empty() : tensor<4xf32>
  %empty = tensor.empty() : tensor<4x64xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sums = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sums : tensor<4x64xf32>, tensor<4xf32>) outs(%empty : tensor<4x64xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %guard = arith.cmpf ogt, %number, %zero : f32
    %guarded = arith.select %guard, %mean, %zero : f32
    %shifted = arith.addf %guarded, %e : f32
    %rstd = math.rsqrt %shifted : f32
    %result = arith.mulf %in, %rstd : f32
    linalg.yield %result : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// n / n is 1 but for n = 0.
// CHECK-LABEL: @times_an_extent_by_itself
// CHECK: %[[T:.*]] = linalg.generic
// CHECK: norm.rmsnorm ins(%[[T]] :
func.func @times_an_extent_by_itself(%x: tensor<4x64xf32>, %z: tensor<?xf32>) -> tensor<4x64xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %extent = tensor.dim %z, %c0 : tensor<?xf32>
  %integer = arith.index_cast %extent : index to i64
  %number = arith.sitofp %integer : i64 to f32
  %rows = tensor.empty() : tensor<4xf32>
  %empty = tensor.empty() : tensor<4x64xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %t = linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x64xf32>) outs(%empty : tensor<4x64xf32>) {
  ^bb0(%in: f32, %out: f32):
    %product = arith.mulf %in, %number : f32
    %quotient = arith.divf %product, %number : f32
    linalg.yield %quotient : f32
  } -> tensor<4x64xf32>
  %sums = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%t : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%t, %sums : tensor<4x64xf32>, tensor<4xf32>) outs(%empty : tensor<4x64xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %e : f32
    %rstd = math.rsqrt %shifted : f32
    %result = arith.mulf %in, %rstd : f32
    linalg.yield %result : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// A true i1 is -1 as a signed number.
// CHECK-LABEL: @index_cast_of_a_mask
// CHECK-NOT: norm.
func.func @index_cast_of_a_mask(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 16.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %rows = tensor.empty() : tensor<4xf32>
  %empty = tensor.empty() : tensor<4x64xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sums = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %position = linalg.index 1 : index
    %k = arith.constant 16 : index
    %below = arith.cmpi slt, %position, %k : index
    %as_index = arith.index_cast %below : i1 to index
    %as_integer = arith.index_cast %as_index : index to i64
    %mask = arith.sitofp %as_integer : i64 to f32
    %square = arith.mulf %in, %in : f32
    %masked = arith.mulf %square, %mask : f32
    %next = arith.addf %sum, %masked : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sums : tensor<4x64xf32>, tensor<4xf32>) outs(%empty : tensor<4x64xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %e : f32
    %rstd = math.rsqrt %shifted : f32
    %result = arith.mulf %in, %rstd : f32
    linalg.yield %result : f32
  } -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}

// The op rounds to the nearest.
// CHECK-LABEL: @rounded_toward_zero
// CHECK: %[[Y:.*]] = norm.rmsnorm {{.*}} -> tensor<4x64xf32>
// CHECK: arith.truncf %{{.*}} toward_zero
func.func @rounded_toward_zero(%x: tensor<4x64xf32>) -> tensor<4x64xbf16> {
  %zero = arith.constant 0.0 : f32
  %n = arith.constant 64.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %rows = tensor.empty() : tensor<4xf32>
  %empty = tensor.empty() : tensor<4x64xf32>
  %narrow = tensor.empty() : tensor<4x64xbf16>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sums = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x64xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sums : tensor<4x64xf32>, tensor<4xf32>) outs(%narrow : tensor<4x64xbf16>) {
  ^bb0(%in: f32, %sum: f32, %out: bf16):
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %e : f32
    %rstd = math.rsqrt %shifted : f32
    %result = arith.mulf %in, %rstd : f32
    %rounded = arith.truncf %result toward_zero : f32 to bf16
    linalg.yield %rounded : bf16
  } -> tensor<4x64xbf16>
  return %y : tensor<4x64xbf16>
}

// A guard by integers: a row that has an element is longer than 0.
// CHECK-LABEL: @guard_of_the_row_by_integers
// CHECK: norm.rmsnorm
func.func @guard_of_the_row_by_integers(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %zero = arith.constant 0.0 : f32
  %nan = arith.constant 0x7FC00000 : f32
  %e = arith.constant 1.0e-5 : f32
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : index
  %extent = tensor.dim %x, %c1 : tensor<4x?xf32>
  %integer = arith.index_cast %extent : index to i64
  %n = arith.sitofp %integer : i64 to f32
  %guard = arith.cmpi sgt, %integer, %c0 : i64
  %rows = tensor.empty() : tensor<4xf32>
  %empty = tensor.empty(%extent) : tensor<4x?xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sums = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x?xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sums : tensor<4x?xf32>, tensor<4xf32>) outs(%empty : tensor<4x?xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %guarded = arith.select %guard, %mean, %nan : f32
    %shifted = arith.addf %guarded, %e : f32
    %rstd = math.rsqrt %shifted : f32
    %result = arith.mulf %in, %rstd : f32
    linalg.yield %result : f32
  } -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// The same, turned around: all rows that have an element are NaN.
// CHECK-LABEL: @guard_turned_around
// CHECK-NOT: norm.
func.func @guard_turned_around(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %zero = arith.constant 0.0 : f32
  %nan = arith.constant 0x7FC00000 : f32
  %e = arith.constant 1.0e-5 : f32
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : index
  %extent = tensor.dim %x, %c1 : tensor<4x?xf32>
  %integer = arith.index_cast %extent : index to i64
  %n = arith.sitofp %integer : i64 to f32
  %guard = arith.cmpi sle, %integer, %c0 : i64
  %rows = tensor.empty() : tensor<4xf32>
  %empty = tensor.empty(%extent) : tensor<4x?xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sums = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x?xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sums : tensor<4x?xf32>, tensor<4xf32>) outs(%empty : tensor<4x?xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %guarded = arith.select %guard, %mean, %nan : f32
    %shifted = arith.addf %guarded, %e : f32
    %rstd = math.rsqrt %shifted : f32
    %result = arith.mulf %in, %rstd : f32
    linalg.yield %result : f32
  } -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// min(n, 8) is no maximum, and no extent.
// CHECK-LABEL: @least_of_two_integers
// CHECK-NOT: norm.
func.func @least_of_two_integers(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %zero = arith.constant 0.0 : f32
  %e = arith.constant 1.0e-5 : f32
  %c8 = arith.constant 8 : i64
  %c1 = arith.constant 1 : index
  %extent = tensor.dim %x, %c1 : tensor<4x?xf32>
  %integer = arith.index_cast %extent : index to i64
  %less = arith.cmpi slt, %integer, %c8 : i64
  %least = arith.select %less, %integer, %c8 : i64
  %n = arith.sitofp %least : i64 to f32
  %rows = tensor.empty() : tensor<4xf32>
  %empty = tensor.empty(%extent) : tensor<4x?xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %sums = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%x : tensor<4x?xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %sums : tensor<4x?xf32>, tensor<4xf32>) outs(%empty : tensor<4x?xf32>) {
  ^bb0(%in: f32, %sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %shifted = arith.addf %mean, %e : f32
    %rstd = math.rsqrt %shifted : f32
    %result = arith.mulf %in, %rstd : f32
    linalg.yield %result : f32
  } -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}

// A slice of 24 elements of a row says that the row has an element.
// CHECK-LABEL: @guard_of_a_slice
// CHECK: norm.prmsnorm ins(%arg0 : tensor<4x?xf32>) {{.*}} k = 24
func.func @guard_of_a_slice(%x: tensor<4x?xf32>) -> tensor<4x?xf32> {
  %zero = arith.constant 0.0 : f32
  %nan = arith.constant 0x7FC00000 : f32
  %e = arith.constant 1.0e-5 : f32
  %n = arith.constant 24.0 : f32
  %c0 = arith.constant 0 : i64
  %c1 = arith.constant 1 : index
  %extent = tensor.dim %x, %c1 : tensor<4x?xf32>
  %integer = arith.index_cast %extent : index to i64
  %guard = arith.cmpi sgt, %integer, %c0 : i64
  %rows = tensor.empty() : tensor<4xf32>
  %empty = tensor.empty(%extent) : tensor<4x?xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%rows : tensor<4xf32>) -> tensor<4xf32>
  %first = tensor.extract_slice %x[0, 0] [4, 24] [1, 1] : tensor<4x?xf32> to tensor<4x24xf32>
  %sums = linalg.generic {indexing_maps = [#id, #row], iterator_types = ["parallel", "reduction"]}
      ins(%first : tensor<4x24xf32>) outs(%zeros : tensor<4xf32>) {
  ^bb0(%in: f32, %sum: f32):
    %square = arith.mulf %in, %in : f32
    %next = arith.addf %sum, %square : f32
    linalg.yield %next : f32
  } -> tensor<4xf32>
  %rstds = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]}
      ins(%sums : tensor<4xf32>) outs(%rows : tensor<4xf32>) {
  ^bb0(%sum: f32, %out: f32):
    %mean = arith.divf %sum, %n : f32
    %guarded = arith.select %guard, %mean, %nan : f32
    %shifted = arith.addf %guarded, %e : f32
    %rstd = math.rsqrt %shifted : f32
    linalg.yield %rstd : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %rstds : tensor<4x?xf32>, tensor<4xf32>) outs(%empty : tensor<4x?xf32>) {
  ^bb0(%in: f32, %rstd: f32, %out: f32):
    %result = arith.mulf %in, %rstd : f32
    linalg.yield %result : f32
  } -> tensor<4x?xf32>
  return %y : tensor<4x?xf32>
}
