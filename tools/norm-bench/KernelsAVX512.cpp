//===- KernelsAVX512.cpp - rows by AVX-512 --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "KernelsAVX512.h"

const KernelSet mlir::norm::bench::kKernelsAVX512 = {
    "AVX-512", kHasF16, computeRows, sumPart, finishPart, copyArray, addArrays};
