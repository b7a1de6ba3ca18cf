//===- Support.cpp - version, status, errors, text ------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm-c/Support.h"

#include "Status.h"
#include "norm/Version.h"

using namespace mlir::norm;

NormStatus capi::finish(llvm::Error error, NormError **out) {
  NormStatus status = NORM_SUCCESS;
  if (out)
    *out = nullptr;
  auto hand = [&](NormError failure) {
    status = failure.status;
    if (out)
      *out = new NormError(std::move(failure));
  };
  llvm::handleAllErrors(
      std::move(error),
      [&](run::Failure &failure) { hand(std::move(failure.error)); },
      [&](llvm::ErrorInfoBase &other) {
        hand({NORM_UNSUPPORTED, other.message()});
      });
  return status;
}

uint32_t normGetApiVersion(void) {
  return NORM_C_API_VERSION_MAJOR << 16 | NORM_C_API_VERSION_MINOR;
}

const char *normGetReleaseVersion(void) { return NORM_VERSION_STRING; }

NormStatus normErrorGetStatus(const NormError *error) {
  return error ? error->status : NORM_SUCCESS;
}

const char *normErrorGetMessage(const NormError *error) {
  return error ? error->message.c_str() : "";
}

const char *normErrorGetFile(const NormError *error) {
  return error ? error->file.c_str() : "";
}

uint32_t normErrorGetLine(const NormError *error) {
  return error ? error->line : 0;
}

uint32_t normErrorGetColumn(const NormError *error) {
  return error ? error->column : 0;
}

void normErrorDestroy(NormError *error) { delete error; }

const char *normTextGetData(const NormText *text) {
  return text ? text->data.c_str() : "";
}

size_t normTextGetSize(const NormText *text) {
  return text ? text->data.size() : 0;
}

void normTextDestroy(NormText *text) { delete text; }
