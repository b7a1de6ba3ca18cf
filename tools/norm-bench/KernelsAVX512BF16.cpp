//===- KernelsAVX512BF16.cpp - rows by AVX-512 BF16 -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#define NORM_HAS_AVX512BF16
#include "KernelsAVX512.h"

const KernelSet mlir::norm::bench::kKernelsAVX512BF16 = {
    "AVX-512 BF16", kHasF16,   computeRows, sumPart,
    finishPart,     copyArray, addArrays};
