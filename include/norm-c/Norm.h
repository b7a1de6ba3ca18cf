//===- Norm.h - the C interface of norm -------------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_C_NORM_H
#define NORM_C_NORM_H

#include "norm-c/Compiler.h"
#include "norm-c/Instrument.h"
#include "norm-c/Kernel.h"
#include "norm-c/Support.h"
#include "norm-c/Tensor.h"

#endif // NORM_C_NORM_H
