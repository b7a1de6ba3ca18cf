// The command line of norm-run: what it prints about itself, what it refuses.

// RUN: norm-run --help | FileCheck %s --check-prefix=HELP
// HELP: --entry
// HELP: --input
// HELP: --no-raise
// HELP: --threads

// RUN: norm-run --version | FileCheck %s --check-prefix=VERSION
// VERSION: norm
// VERSION: LLVM version 22.1
// VERSION: text version

// RUN: not norm-run 2>&1 | FileCheck %s --check-prefix=NOFILE
// NOFILE: Not enough positional command line arguments

// RUN: not norm-run %t.missing.mlir 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: cannot open input file '{{.*}}.missing.mlir': No such file

// RUN: not norm-run %s --entry=other 2>&1 | FileCheck %s --check-prefix=ENTRY
// ENTRY: error: expected a function 'other' with a body, got 'main'

// RUN: not norm-run %s --entry=declared 2>&1 | FileCheck %s --check-prefix=BODY
// BODY: error: {{.*}}options.mlir:[[#]]:[[#]]: function 'declared' has no body

// RUN: not norm-run %s --random=1 --threads=0 2>&1 | FileCheck %s --check-prefix=THREADS
// THREADS: error: --threads expects at least 1, got 0

// RUN: not norm-run %s --random=1 --time=0 2>&1 | FileCheck %s --check-prefix=ROUNDS
// ROUNDS: error: --time expects at least 1 round, got 0

// RUN: not norm-run %s --random=1 --stores=slow 2>&1 | FileCheck %s --check-prefix=STORES
// STORES: error: --stores expects auto, plain or streaming, got 'slow'

// RUN: not norm-run %s --random=1 --print-ir-after=linked 2>&1 | FileCheck %s --check-prefix=STAGE
// STAGE: error: --print-ir-after expects input, raised, fused, planned, vector or llvm, got 'linked'

// RUN: not norm-run %s --random=1 --no-raise --print-ir-after=planned 2>&1 | FileCheck %s --check-prefix=NOSTAGE
// NOSTAGE: error: this pipeline has no stage 'planned'

// RUN: not norm-run %s --random=one 2>&1 | FileCheck %s --check-prefix=SEED
// SEED: for the --random option: 'one' value invalid

func.func @main(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = arith.addf %x, %x : tensor<4xf32>
  return %y : tensor<4xf32>
}

func.func private @declared(tensor<4xf32>) -> tensor<4xf32>
