// Each pass and each pipeline by its name and with its options, in a textual
// pipeline that a stock mlir-opt parses; what it understood is printed.

// RUN: echo "module {}" | mlir-opt --load-dialect-plugin=%norm_plugin --load-pass-plugin=%norm_plugin --dump-pass-pipeline \
// RUN:   --pass-pipeline='builtin.module(norm-raise{precision=strict explain=true field=off lower-tosa=false work=true},norm-report{format=html file=%t.html target=h100 dynamic-extent=16},norm-fold{weights=any results=centred parameters=keep},func.func(norm-sink{precision=strict weights=any},norm-decompose,norm-collapse-dimensions,norm-fuse-rows{target=gpu},norm-print-plan{target=sm_80 stores=plain threads=2},norm-vectorize-rows{target=neon vector-bits=128 stores=plain threads=4},norm-strided-copies,norm-sliced-pads,norm-plain-tensors,norm-strided-slices,norm-expanded-views,norm-byte-elements,norm-lower-arith,norm-approximate-math{fused-multiply-add=false},norm-hoist-allocas,norm-skip-forks,norm-serialize-small-linalg{min-iterations=7},norm-masked-halves),norm-static-results-to-out-params,norm-lower-math,norm-rows-to-gpu{chip=sm_100 dependent-launch=true rows-in-turn=false},norm-outline-kernels,gpu.module(norm-lower-gpu-math,norm-declare-shared-memory),norm-attach-nvvm-target{chip=sm_80})' \
// RUN:   2>&1 | FileCheck %s --check-prefix=PASSES
// PASSES:      builtin.module(
// PASSES-NEXT:   norm-raise{certify= explain=true field=off lower-tosa=false precision=strict work=true},
// PASSES-NEXT:   norm-report{baseline= dynamic-extent=16 file={{.*}}.html format=html measured= sources= target=h100},
// PASSES-NEXT:   norm-fold{certify= parameters=keep results=centred weights=any},
// PASSES-NEXT:   func.func(
// PASSES-NEXT:     norm-sink{precision=strict weights=any},
// PASSES-NEXT:     norm-decompose,
// PASSES-NEXT:     norm-collapse-dimensions,
// PASSES-NEXT:     norm-fuse-rows{target=gpu},
// PASSES-NEXT:     norm-print-plan{stores=plain target=sm_80 threads=2},
// PASSES-NEXT:     norm-vectorize-rows{stores=plain target=neon threads=4 vector-bits=128},
// PASSES-NEXT:     norm-strided-copies,
// PASSES-NEXT:     norm-sliced-pads,
// PASSES-NEXT:     norm-plain-tensors,
// PASSES-NEXT:     norm-strided-slices,
// PASSES-NEXT:     norm-expanded-views,
// PASSES-NEXT:     norm-byte-elements,
// PASSES-NEXT:     norm-lower-arith,
// PASSES-NEXT:     norm-approximate-math{fused-multiply-add=false},
// PASSES-NEXT:     norm-hoist-allocas,
// PASSES-NEXT:     norm-skip-forks,
// PASSES-NEXT:     norm-serialize-small-linalg{min-iterations=7},
// PASSES-NEXT:     norm-masked-halves
// PASSES-NEXT:   ),
// PASSES-NEXT:   norm-static-results-to-out-params,
// PASSES-NEXT:   norm-lower-math,
// PASSES-NEXT:   norm-rows-to-gpu{chip=sm_100 dependent-launch=true rows-in-turn=false},
// PASSES-NEXT:   norm-outline-kernels,
// PASSES-NEXT:   gpu.module(
// PASSES-NEXT:     norm-lower-gpu-math,
// PASSES-NEXT:     norm-declare-shared-memory
// PASSES-NEXT:   ),
// PASSES-NEXT:   norm-attach-nvvm-target{chip=sm_80}
// PASSES-NEXT: )

// Passes that want a function or a file.
// RUN: not mlir-opt %s --load-dialect-plugin=%norm_plugin --load-pass-plugin=%norm_plugin --dump-pass-pipeline \
// RUN:   --pass-pipeline='builtin.module(norm-instrument{entry=f k=3},norm-partial{profile=%t.json threshold=0.5})' \
// RUN:   2>&1 | FileCheck %s --check-prefix=MODELS
// MODELS: builtin.module(
// MODELS-NEXT: norm-instrument{calls=false entry=f k=3},
// MODELS-NEXT: norm-partial{profile={{.*}}.json threshold=5.000000e-01}
// MODELS: error: expected a function 'f' with a body

// The options of a pipeline are those of the passes that it consists of.
// RUN: mlir-opt %s --load-dialect-plugin=%norm_plugin --load-pass-plugin=%norm_plugin --dump-pass-pipeline -o %t.ll.mlir \
// RUN:   --pass-pipeline='builtin.module(norm-to-llvm{target=avx2 threads=3 vector-bits=256 stores=streaming results-to-out-params=true})' \
// RUN:   2>&1 | FileCheck %s --check-prefix=LLVM
// LLVM: norm-fuse-rows
// LLVM: norm-static-results-to-out-params
// LLVM: norm-vectorize-rows{stores=streaming target=avx2 threads=3 vector-bits=256}
// LLVM: convert-scf-to-openmp{num-threads=3}
// RUN: FileCheck %s --check-prefix=CODE < %t.ll.mlir
// CODE: llvm.func @rmsnorm
// CODE: vector<8xf32>

// The parts, one after the other, are the whole.
// RUN: mlir-opt %s --load-dialect-plugin=%norm_plugin --load-pass-plugin=%norm_plugin -o %t.parts.mlir \
// RUN:   --pass-pipeline='builtin.module(norm-to-rows,norm-rows-to-memrefs{results-to-out-params=true},norm-rows-to-vectors{target=avx2 threads=3 vector-bits=256 stores=streaming},norm-vectors-to-llvm{target=avx2 threads=3 vector-bits=256})'
// RUN: cmp %t.ll.mlir %t.parts.mlir

// RUN: mlir-opt %s --load-dialect-plugin=%norm_plugin --load-pass-plugin=%norm_plugin \
// RUN:   --pass-pipeline='builtin.module(norm-to-nvvm{chip=sm_80 rows-in-turn=false dependent-launch=false format=none toolkit=%t.none})' \
// RUN:   | FileCheck %s --check-prefix=NVVM
// NVVM: gpu.module {{.*}} [#nvvm.target<{{.*}}chip = "sm_80"
// NVVM: nvvm.kernel

// RUN: mlir-opt %s --load-dialect-plugin=%norm_plugin --load-pass-plugin=%norm_plugin \
// RUN:   --pass-pipeline='builtin.module(norm-to-rows,norm-rows-to-memrefs{results-to-out-params=true},norm-rows-to-kernels{chip=sm_80 rows-in-turn=false})' \
// RUN:   | FileCheck %s --check-prefix=KERNELS
// KERNELS: gpu.launch_func
// KERNELS: gpu.func {{.*}} kernel

// A program of several processes; its passes by themselves are the pipeline.
// RUN: echo "module {}" | mlir-opt --load-dialect-plugin=%norm_plugin --load-pass-plugin=%norm_plugin --dump-pass-pipeline \
// RUN:   --pass-pipeline='builtin.module(norm-shard-to-mpi{deterministic=64 mpi=shim raise=false},norm-join-parts,norm-prepare-shardings,norm-propagate-shardings,norm-check-shardings,norm-partition,func.func(norm-combine-collectives),norm-collectives-to-mpi)' 2>&1 | FileCheck %s --check-prefix=SHARD
// SHARD:      builtin.module(
// SHARD-NEXT: norm-sliced-pads,
// SHARD-NEXT:   norm-join-parts,
// SHARD-NEXT:   norm-prepare-shardings{deterministic=64},
// SHARD:        norm-propagate-shardings
// SHARD:        norm-check-shardings,
// SHARD:        norm-partition
// SHARD:        norm-combine-collectives
// SHARD:        norm-collectives-to-mpi,
// SHARD:        norm-prepare-shardings{deterministic=0},
// SHARD-NEXT:   norm-propagate-shardings,
// SHARD-NEXT:   norm-check-shardings,
// SHARD-NEXT:   norm-partition,

// An option that there is not is an error of the parser, which names it.
// RUN: not mlir-opt %s --load-dialect-plugin=%norm_plugin --load-pass-plugin=%norm_plugin \
// RUN:   --pass-pipeline='builtin.module(norm-to-llvm{vectors=3})' 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: no such option vectors

// Nothing that norm-opt has registered is missing above.
// RUN: norm-opt --help | grep -oE "^ +--norm-[a-z-]+" | sed "s/ *--//" | sort -u > %t.registered
// RUN: grep "RUN:.*pass-pipeline=" %s | grep -oE "[(,]norm-[a-z-]+" | sed "s/^.//" | sort -u > %t.tested
// RUN: diff %t.registered %t.tested

func.func @rmsnorm(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %init = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
       epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
