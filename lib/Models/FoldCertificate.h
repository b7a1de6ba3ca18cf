//===- FoldCertificate.h - proofs for streams -------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A certificate quotes a sum twice: as it is, and with weights that are centred
// by ops. Constants and arguments are weights alike there, of which nothing is
// known. What the factors of products are computed from is not quoted: they are
// the same on both sides.
//
// Rows of tables, convolutions and lists of rows are quoted as tensors, and
// after the fold as the same without the means of their rows. That is what
// centred weights make of the first two, one row or one window at a time. Parts
// of lists have certificates of their own.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_MODELS_FOLDCERTIFICATE_H
#define NORM_LIB_MODELS_FOLDCERTIFICATE_H

#include "ResidualStream.h"

namespace mlir::norm::models {

/// Appends a proof for each sum that a norm of `stream`, of the function
/// `name`, reads; before the stream is changed.
void certifyStream(StringRef name, const ResidualStream &stream,
                   SmallVectorImpl<RaiseCertificate> &certificates);

} // namespace mlir::norm::models

#endif // NORM_LIB_MODELS_FOLDCERTIFICATE_H
