//===- ValueBoundsOpInterfaceImpl.h - bounds of result extents --*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_DIALECT_NORM_IR_VALUEBOUNDSOPINTERFACEIMPL_H
#define NORM_DIALECT_NORM_IR_VALUEBOUNDSOPINTERFACEIMPL_H

namespace mlir {
class DialectRegistry;

namespace norm {

/// Lets the norm ops tell ValueBoundsOpInterface that each extent of a result
/// is that of its destination, of the input, and along the row of scale and
/// bias: what is known of one of them is known of all.
void registerValueBoundsOpInterfaceExternalModels(DialectRegistry &registry);

} // namespace norm
} // namespace mlir

#endif // NORM_DIALECT_NORM_IR_VALUEBOUNDSOPINTERFACEIMPL_H
