// The program after a stage, on stderr; the run goes on.

// RUN: norm-run %s --no-raise --random=1 --threads=1 --print-ir-after=input 2>&1 >/dev/null | FileCheck %s --check-prefix=INPUT
// INPUT: func.func @main
// INPUT: arith.addf {{.*}} : tensor<8xf32>

// RUN: norm-run %s --no-raise --random=1 --threads=1 --print-ir-after=llvm 2>&1 >/dev/null | FileCheck %s --check-prefix=LLVM
// LLVM: llvm.func @main
// LLVM: llvm.fadd

// RUN: norm-run %s --no-raise --random=1 --threads=1 --print-ir-after=llvm 2>/dev/null | FileCheck %s --check-prefix=RESULT
// RESULT: result 0: shape [8]

func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %y = arith.addf %x, %x : tensor<8xf32>
  return %y : tensor<8xf32>
}
