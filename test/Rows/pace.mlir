// Steps of few operations are filled up, each behind its store: 448 operations
// are to hold 15 lines, of which a step reads one and writes one, so that it
// takes 59. Lines that are written plainly are claimed ahead but where a third
// level is near. A task of batches has whole ones.

// RUN: norm-opt %s --norm-to-rows --norm-rows-to-memrefs --norm-rows-to-vectors="target=znver5 threads=1" --split-input-file | FileCheck %s --check-prefix=ZEN5
// RUN: norm-opt %s --norm-to-rows --norm-rows-to-memrefs --norm-rows-to-vectors="target=znver4 threads=1" --split-input-file | FileCheck %s --check-prefix=ZEN4
// RUN: norm-opt %s --norm-to-rows --norm-rows-to-memrefs --norm-rows-to-vectors="target=avx512 threads=1" --split-input-file | FileCheck %s --check-prefix=ANY
// RUN: norm-opt %s --norm-to-llvm="target=znver5 threads=1" --split-input-file | FileCheck %s --check-prefix=LLVM

// Two prefetches, a load, a square, a load, two products, a load of the scale
// and a store: 9 of 59, or, of a window of 320, of 42.
// ZEN5-LABEL: @memory
// ZEN5-COUNT-2: memref.prefetch
// ZEN5: vector.store {{.*}} nontemporal
// ZEN5-NEXT: llvm.inline_asm has_side_effects ".rept 50\0A\09nop\0A\09.endr", ""
// ZEN5: memref.prefetch
// ZEN5: return
// ZEN4-LABEL: @memory
// ZEN4: llvm.inline_asm has_side_effects ".rept 33\0A
// ANY-LABEL: @memory
// ANY-NOT: inline_asm
// LLVM-LABEL: @memory
// LLVM-COUNT-8: llvm.inline_asm has_side_effects ".rept 50
// LLVM-NOT: llvm.inline_asm
// LLVM: llvm.return
func.func @memory(%x: tensor<8192x4096xf32>, %s: tensor<4096xf32>) -> tensor<8192x4096xf32> {
  %e = tensor.empty() : tensor<8192x4096xf32>
  %y = norm.rmsnorm ins(%x : tensor<8192x4096xf32>) scale(%s : tensor<4096xf32>) outs(%e : tensor<8192x4096xf32>) epsilon = 1.0e-5 -> tensor<8192x4096xf32>
  return %y : tensor<8192x4096xf32>
}

// -----

// A line of bf16 takes more operations, and less is missing.
// ZEN5-LABEL: @halves
// ZEN5: llvm.inline_asm has_side_effects ".rept 30\0A
// ZEN5: return
// ANY-LABEL: @halves
// ANY-NOT: inline_asm
func.func @halves(%x: tensor<16384x4096xbf16>) -> tensor<16384x4096xbf16> {
  %e = tensor.empty() : tensor<16384x4096xbf16>
  %y = norm.rmsnorm ins(%x : tensor<16384x4096xbf16>) outs(%e : tensor<16384x4096xbf16>) epsilon = 1.0e-5 -> tensor<16384x4096xbf16>
  return %y : tensor<16384x4096xbf16>
}

// -----

// ZEN5-LABEL: @claims
// ZEN5-NOT: write, locality
// ZEN5: return
// ANY-LABEL: @claims
// ANY: memref.prefetch {{.*}} write, locality<3>
func.func @claims(%x: tensor<8x4096xf32>) -> tensor<8x4096xf32> {
  %e = tensor.empty() : tensor<8x4096xf32>
  %y = norm.rmsnorm ins(%x : tensor<8x4096xf32>) outs(%e : tensor<8x4096xf32>) epsilon = 1.0e-5 -> tensor<8x4096xf32>
  return %y : tensor<8x4096xf32>
}

// -----

// 128 KiB are two rows of these; a task has the 16 of a batch.
// ZEN5-LABEL: @tasks
// ZEN5: scf.parallel ({{.*}}) = (%c0) to (%c8)
// ZEN5: arith.muli %{{.*}}, %c16
func.func @tasks(%x: tensor<128x12288xf32>, %s: tensor<12288xf32>) -> tensor<128x12288xf32> {
  %e = tensor.empty() : tensor<128x12288xf32>
  %y = norm.rmsnorm ins(%x : tensor<128x12288xf32>) scale(%s : tensor<12288xf32>) outs(%e : tensor<128x12288xf32>) epsilon = 1.0e-5 -> tensor<128x12288xf32>
  return %y : tensor<128x12288xf32>
}

// -----

// Of 37 rows in batches of 16, three tasks take 13, 13 and 11.
// ZEN5-LABEL: @uneven
// ZEN5: scf.parallel ({{.*}}) = (%c0) to (%c3)
// ZEN5: arith.muli %{{.*}}, %c13
func.func @uneven(%x: tensor<37x12288xf32>, %s: tensor<12288xf32>) -> tensor<37x12288xf32> {
  %e = tensor.empty() : tensor<37x12288xf32>
  %y = norm.rmsnorm ins(%x : tensor<37x12288xf32>) scale(%s : tensor<12288xf32>) outs(%e : tensor<37x12288xf32>) epsilon = 1.0e-5 -> tensor<37x12288xf32>
  return %y : tensor<37x12288xf32>
}

// -----

// Rows of 999 are no whole lines. The last line is claimed while the one before
// it is read, as it is stored plainly, in two parts; they are paced although 65
// MB are less than twice the third level.
// ZEN5-LABEL: @shared_lines
// ZEN5: memref.prefetch %arg1[%{{.*}}, %c998], write, locality<3>
// ZEN5: llvm.inline_asm
// ZEN5: return
// ANY-LABEL: @shared_lines
// ANY-NOT: write, locality
// ANY: return
func.func @shared_lines(%x: memref<8192x999xf32>, %y: memref<8192x999xf32>) {
  norm.rmsnorm ins(%x : memref<8192x999xf32>) outs(%y : memref<8192x999xf32>) epsilon = 1.0e-5
  return
}

// -----

// 24 MB are not paced, and the line of a short row is not claimed then.
// ZEN5-LABEL: @shared_lines_near
// ZEN5-NOT: write, locality
// ZEN5-NOT: inline_asm
// ZEN5: return
// ANY-LABEL: @shared_lines_near
func.func @shared_lines_near(%x: memref<3000x999xf32>, %y: memref<3000x999xf32>) {
  norm.rmsnorm ins(%x : memref<3000x999xf32>) outs(%y : memref<3000x999xf32>) epsilon = 1.0e-5
  return
}

// -----

// That of a long one is.
// ZEN5-LABEL: @long_shared_lines_near
// ZEN5: write, locality<3>
// ZEN5-NOT: inline_asm
// ZEN5: return
// ANY-LABEL: @long_shared_lines_near
func.func @long_shared_lines_near(%x: memref<1400x2049xf32>, %y: memref<1400x2049xf32>) {
  norm.rmsnorm ins(%x : memref<1400x2049xf32>) outs(%y : memref<1400x2049xf32>) epsilon = 1.0e-5
  return
}
