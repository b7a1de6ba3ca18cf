//===- CWrappers.cpp - functions with a C interface -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/CFunctions.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

/// The fields of the descriptor of `type` from what C passes: the pointer and
/// `extras`.
static SmallVector<Value> getDescriptor(OpBuilder &builder, Location loc,
                                        MemRefType type, Value pointer,
                                        ValueRange extras) {
  auto constant = [&](int64_t value) -> Value {
    return LLVM::ConstantOp::create(builder, loc, builder.getI64Type(), value);
  };
  int64_t rank = type.getRank();
  SmallVector<Value> sizes(rank), strides(rank);
  Value offset;
  for (auto [extra, value] : llvm::zip(getExtras(type), extras))
    (extra.kind == Extra::Offset   ? offset
     : extra.kind == Extra::Extent ? sizes[extra.dim]
                                   : strides[extra.dim]) = value;
  for (int64_t dim = 0; dim < rank; ++dim)
    if (!sizes[dim])
      sizes[dim] = constant(type.getDimSize(dim));
  if (type.getLayout().isIdentity()) {
    Value stride = constant(1);
    for (int64_t dim = rank - 1; dim >= 0; --dim) {
      strides[dim] = stride;
      if (dim > 0)
        stride = LLVM::MulOp::create(builder, loc, stride, sizes[dim]);
    }
    offset = constant(0);
  } else {
    auto [known, knownOffset] = type.getStridesAndOffset();
    for (int64_t dim = 0; dim < rank; ++dim)
      if (!strides[dim])
        strides[dim] = constant(known[dim]);
    if (!offset)
      offset = constant(knownOffset);
  }
  SmallVector<Value> fields{pointer, pointer, offset};
  fields.append(sizes);
  fields.append(strides);
  return fields;
}

/// `name`, with a number if it is taken.
static StringAttr getFreeName(SymbolTable &table, const std::string &name) {
  std::string free = name;
  for (unsigned i = 0; table.lookup(free); ++i)
    free = name + "." + std::to_string(i);
  return StringAttr::get(table.getOp()->getContext(), free);
}

static llvm::Error addWrapper(ModuleOp module, const CFunction &function) {
  MLIRContext *context = module.getContext();
  auto inner = module.lookupSymbol<LLVM::LLVMFuncOp>(function.name);
  Location loc = inner.getLoc();
  SymbolTable table(module);
  (void)table.rename(inner, getFreeName(table, "norm." + function.cName));
  // A private function may have the name that is exported.
  if (Operation *other = table.lookup(function.cName)) {
    if (auto declared = dyn_cast<LLVM::LLVMFuncOp>(other);
        declared && declared.isExternal())
      return llvm::createStringError("'" + function.name + "' is named " +
                                     function.cName +
                                     " in C, as is a function that is called");
    (void)table.rename(other, getFreeName(table, "norm." + function.cName));
  }
  inner.setLinkage(LLVM::Linkage::Internal);

  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(context),
       i64 = builder.getI64Type();
  SmallVector<Type> types;
  unsigned position = 0;
  for (const CParameter &parameter : function.parameters) {
    if (!parameter.memref) {
      types.push_back(inner.getArgumentTypes()[position++]);
      continue;
    }
    types.push_back(pointer);
    types.append(getExtras(parameter.memref).size(), i64);
    position += 3 + 2 * parameter.memref.getRank();
  }
  auto wrapper = LLVM::LLVMFuncOp::create(
      builder, loc, function.cName,
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types));
  Block *block = wrapper.addEntryBlock(builder);
  builder.setInsertionPointToStart(block);
  SmallVector<Value> operands;
  position = 0;
  for (const CParameter &parameter : function.parameters) {
    Value first = block->getArgument(position++);
    if (!parameter.memref) {
      operands.push_back(first);
      continue;
    }
    unsigned count = getExtras(parameter.memref).size();
    operands.append(getDescriptor(
        builder, loc, parameter.memref, first,
        ValueRange(block->getArguments()).slice(position, count)));
    position += count;
  }
  LLVM::CallOp::create(builder, loc, inner, operands);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  return llvm::Error::success();
}

llvm::Error run::addWrappers(ModuleOp module,
                             const std::vector<CFunction> &functions) {
  for (const CFunction &function : functions)
    if (llvm::Error error = addWrapper(module, function))
      return error;
  return llvm::Error::success();
}
