// Stores past the caches: whole lines, aligned, beside the sums of the next row,
// one fence for the loop; none of it where stores are plain. Results take the
// memory of inputs where the destinations say so.

// RUN: norm-opt %s --norm-to-rows --norm-rows-to-memrefs --norm-rows-to-vectors="vector-bits=512 stores=streaming threads=1" --split-input-file | FileCheck %s --check-prefix=STREAM
// RUN: norm-opt %s --norm-to-rows --norm-rows-to-memrefs --norm-rows-to-vectors="vector-bits=512 stores=plain threads=1" --split-input-file | FileCheck %s --check-prefix=PLAIN
// RUN: norm-opt %s --norm-to-rows --norm-rows-to-memrefs --split-input-file | FileCheck %s --check-prefix=PLACE

// PLAIN-NOT: {{nontemporal|memref.prefetch .* read|sfence}}

// Step t sums the squares of row t and stores row t - 1, line by line: what lies
// ahead is asked for from memory and from the second-level cache, a vector of one
// row is loaded and summed, one of the other loaded and stored. Before the first
// aligned address stores are masked.
// STREAM-LABEL: @lines
// STREAM: scf.for %[[T:.*]] = %{{.*}} to %c9 {{.*}} -> (f32)
// STREAM: %[[STORED:.*]] = arith.subi %[[T]], %c1
// STREAM: memref.extract_aligned_pointer_as_index
// STREAM: scf.if
// STREAM: vector.maskedstore {{.*}}[%[[STORED]], %{{.*}}]
// STREAM: scf.for
// STREAM: memref.prefetch {{.*}} read, locality<2>
// STREAM: memref.prefetch {{.*}} read, locality<3>
// STREAM-NEXT: vector.load %{{.*}}[%[[T]], %{{.*}}]
// STREAM-NEXT: math.fma
// STREAM: vector.load %{{.*}}[%[[STORED]], %{{.*}}]
// STREAM-NEXT: arith.mulf
// STREAM-NEXT: vector.store {{.*}}[%[[STORED]], %{{.*}}] {alignment = 64 : i64, nontemporal = true} : {{.*}}vector<16xf32>
// STREAM: memref.prefetch {{.*}} read, locality<2>
// STREAM: return
// Lines that are written plainly are claimed ahead, in rows that are long.
// PLAIN-LABEL: @lines
// PLAIN-NOT: {{nontemporal|memref.prefetch .* read|sfence}}
// PLAIN: memref.prefetch %{{.*}} write, locality<3>
// PLAIN: vector.store
// PLAIN-LABEL: @halves
// PLAIN-NOT: {{memref.prefetch|nontemporal|sfence}}
// PLAIN-LABEL: @fence
func.func @lines(%x: tensor<8x4096xf32>, %y: tensor<8x4096xf32> {bufferization.writable = true}) -> tensor<8x4096xf32> {
  %r = norm.rmsnorm ins(%x : tensor<8x4096xf32>) outs(%y : tensor<8x4096xf32>) epsilon = 1.0e-5 -> tensor<8x4096xf32>
  return %r : tensor<8x4096xf32>
}

// -----

// Of bf16, two vectors make a line.
// STREAM-LABEL: @halves
// STREAM-COUNT-4: vector.store {{.*}} {alignment = 64 : i64, nontemporal = true} : {{.*}}vector<32xbf16>
// STREAM: return
func.func @halves(%x: tensor<8x4096xbf16>) -> tensor<8x4096xbf16> {
  %e = tensor.empty() : tensor<8x4096xbf16>
  %r = norm.rmsnorm ins(%x : tensor<8x4096xbf16>) outs(%e : tensor<8x4096xbf16>) epsilon = 1.0e-5 -> tensor<8x4096xbf16>
  return %r : tensor<8x4096xbf16>
}

// -----

// The fence is behind the rows, once.
// STREAM-LABEL: @fence
// STREAM-NOT: sfence
// STREAM: nontemporal
// STREAM: sfence
// STREAM-NOT: sfence
func.func @fence(%x: tensor<8x4096xf32>) -> tensor<8x4096xf32> {
  %e = tensor.empty() : tensor<8x4096xf32>
  %r = norm.layernorm ins(%x : tensor<8x4096xf32>) outs(%e : tensor<8x4096xf32>) epsilon = 1.0e-5 -> tensor<8x4096xf32>
  return %r : tensor<8x4096xf32>
}

// -----

// Columns are stored element by element.
// STREAM-LABEL: @columns
// STREAM-NOT: nontemporal
// STREAM: return
func.func @columns(%x: tensor<64x8xf32>) -> tensor<64x8xf32> {
  %e = tensor.empty() : tensor<64x8xf32>
  %r = norm.rmsnorm ins(%x : tensor<64x8xf32>) outs(%e : tensor<64x8xf32>) dimensions = [0] epsilon = 1.0e-5 -> tensor<64x8xf32>
  return %r : tensor<64x8xf32>
}

// -----

// y in the place of x.
// PLACE-LABEL: @in_place
// PLACE-SAME: %[[X:.*]]: memref<8x64xf32>
// PLACE-NOT: memref.alloc
// PLACE-NOT: memref.copy
// PLACE: norm.row_loop ins(%[[X]] : {{.*}}) outs(%[[X]] :
// PLACE-NOT: memref.copy
// PLACE: return
func.func @in_place(%m: memref<8x64xf32>) {
  %x = bufferization.to_tensor %m restrict writable : memref<8x64xf32> to tensor<8x64xf32>
  %r = norm.rmsnorm ins(%x : tensor<8x64xf32>) outs(%x : tensor<8x64xf32>) epsilon = 1.0e-5 -> tensor<8x64xf32>
  bufferization.materialize_in_destination %r in writable %m : (tensor<8x64xf32>, memref<8x64xf32>) -> ()
  return
}

// -----

// The sum of the residual in the place of the residual, y in that of x.
// PLACE-LABEL: @residual_in_place
// PLACE-SAME: %[[X:.*]]: memref<8x64xf32>, %[[R:.*]]: memref<8x64xf32>
// PLACE-NOT: memref.alloc
// PLACE-NOT: memref.copy
// PLACE: norm.row_loop ins(%[[X]], %[[R]] : {{.*}}) outs(%[[R]], %[[X]] :
// PLACE-NOT: memref.copy
// PLACE: return
func.func @residual_in_place(%mx: memref<8x64xf32>, %mr: memref<8x64xf32>) {
  %x = bufferization.to_tensor %mx restrict writable : memref<8x64xf32> to tensor<8x64xf32>
  %r = bufferization.to_tensor %mr restrict writable : memref<8x64xf32> to tensor<8x64xf32>
  %s = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<8x64xf32>) outs(%r : tensor<8x64xf32>) {
  ^bb0(%x_i: f32, %r_i: f32):
    %s_i = arith.addf %x_i, %r_i : f32
    linalg.yield %s_i : f32
  } -> tensor<8x64xf32>
  %y = norm.rmsnorm ins(%s : tensor<8x64xf32>) outs(%x : tensor<8x64xf32>) epsilon = 1.0e-5 -> tensor<8x64xf32>
  bufferization.materialize_in_destination %s in writable %mr : (tensor<8x64xf32>, memref<8x64xf32>) -> ()
  bufferization.materialize_in_destination %y in writable %mx : (tensor<8x64xf32>, memref<8x64xf32>) -> ()
  return
}

// -----

// The scale is read for each row: the first row of the result is not its place.
// PLACE-LABEL: @scale_of_place
// PLACE: memref.copy
// PLACE: norm.row_loop
func.func @scale_of_place(%x: tensor<8x64xf32>, %y: tensor<8x64xf32> {bufferization.writable = true}) -> tensor<8x64xf32> {
  %g = tensor.extract_slice %y[0, 0] [1, 64] [1, 1] : tensor<8x64xf32> to tensor<64xf32>
  %r = norm.rmsnorm ins(%x : tensor<8x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<8x64xf32>) epsilon = 1.0e-5 -> tensor<8x64xf32>
  return %r : tensor<8x64xf32>
}
