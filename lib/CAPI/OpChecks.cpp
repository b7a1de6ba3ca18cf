//===- OpChecks.cpp - what parameters of norms share ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OpChecks.h"

#include "Status.h"
#include "norm/Execution/Signature.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir::norm;
using namespace mlir::norm::capi;
using namespace mlir::norm::run;
using llvm::Twine;

NormDataType capi::getComputeType(NormDataType x) {
  return {NORM_TYPE_FLOAT, static_cast<uint8_t>(x.bits == 64 ? 64 : 32), 1};
}

static bool isFloat(NormDataType type) {
  if (type.lanes != 1)
    return false;
  return type.code == NORM_TYPE_BFLOAT
             ? type.bits == 16
             : type.code == NORM_TYPE_FLOAT &&
                   llvm::is_contained({16, 32, 64}, type.bits);
}

llvm::Error
capi::checkTypes(llvm::ArrayRef<std::pair<llvm::StringRef, NormDataType>> types,
                 llvm::ArrayRef<llvm::StringRef> needed) {
  for (auto [name, type] : types) {
    bool isOptional = !llvm::is_contained(needed, name);
    if (!isFloat(type) && !(isOptional && isAbsent(type)))
      return rejectArgument("expected " + name +
                            " to be f64, f32, f16 or bf16, got " +
                            (isAbsent(type) ? "no type" : getText(type)));
  }
  return llvm::Error::success();
}

llvm::Error capi::checkStatistics(int32_t kind, NormDataType x,
                                  NormDataType rstd, NormDataType mean) {
  if (!isAbsent(mean) && kind != NORM_OP_LAYERNORM)
    return rejectArgument("expected a mean for layernorm alone, got one");
  NormDataType compute = getComputeType(x);
  for (auto [name, type] : {std::pair("rstd", rstd), std::pair("mean", mean)})
    if (!isAbsent(type) && !isSame(type, compute))
      return rejectArgument("expected " + Twine(name) + " to be " +
                            getText(compute) + " beside x of " + getText(x) +
                            ", got " + getText(type));
  return llvm::Error::success();
}

llvm::Error capi::checkNumbers(int32_t kind, uint32_t flags, bool hasScale,
                               int64_t rowLength, int64_t k, double epsilon,
                               bool isWide) {
  if (kind < NORM_OP_RMSNORM || kind > NORM_OP_LAYERNORM)
    return rejectArgument("expected a kind of norm from 1 to 3, got " +
                          Twine(kind));
  if (flags & ~(NORM_OP_EPSILON_OUTSIDE | NORM_OP_SCALE_PLUS_ONE))
    return rejectArgument("expected flags of this version, got " +
                          Twine(flags));
  if ((flags & NORM_OP_SCALE_PLUS_ONE) && !hasScale)
    return rejectArgument("expected a scale to add 1 to, got none");
  if (rowLength < -1)
    return rejectArgument(
        "expected a row length of at least 0, or -1 for any, got " +
        Twine(rowLength));
  if (!std::isfinite(epsilon) || epsilon < 0)
    return rejectArgument(
        llvm::formatv("expected a finite epsilon of at least 0, got {0}",
                      epsilon)
            .str());
  double stored = isWide ? epsilon : static_cast<float>(epsilon);
  if (!std::isfinite(stored) || (stored == 0) != (epsilon == 0))
    return rejectArgument(
        llvm::formatv("expected an epsilon that f32 holds, got {0}", epsilon)
            .str());
  bool isPartial = kind == NORM_OP_PRMSNORM;
  if (!isPartial && k)
    return rejectArgument("expected k to be 0 but for prmsnorm, got " +
                          Twine(k));
  if (isPartial && (k < 1 || (rowLength != -1 && k > rowLength)))
    return rejectArgument("expected k from 1 to the row length" +
                          (rowLength == -1 ? Twine() : " " + Twine(rowLength)) +
                          ", got " + Twine(k));
  return llvm::Error::success();
}
