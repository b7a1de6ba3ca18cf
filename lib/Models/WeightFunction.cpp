//===- WeightFunction.cpp - new weights of old ones -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WeightFunction.h"

#include "Weights.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::models;

std::string norm::getFoldWeightsName(func::FuncOp function) {
  StringRef name = function.getName();
  return name == "main" ? "fold_weights" : (name + "_fold_weights").str();
}

WeightFunction::WeightFunction(func::FuncOp function)
    : function(function), builder(function.getContext()) {
  made = func::FuncOp::create(
      function.getLoc(), getFoldWeightsName(function),
      builder.getFunctionType(function.getArgumentTypes(), {}));
  Block *entry = made->addEntryBlock();
  builder.setInsertionPointToStart(entry);
  llvm::append_range(values, entry->getArguments());
  changes.resize(values.size());
}

void WeightFunction::note(BlockArgument argument, const Twine &change) {
  std::string &text = changes[argument.getArgNumber()];
  text += (text.empty() ? "" : ", then ") + change.str();
}

Value WeightFunction::import(Value vector) {
  if (auto argument = dyn_cast<BlockArgument>(vector))
    return get(argument);
  return arith::ConstantOp::create(builder, vector.getLoc(),
                                   getConstantElements(vector));
}

void WeightFunction::centre(ArgumentDim w) {
  Value &value = get(w.argument);
  value = centreWeights(builder, w.argument.getLoc(), {value, unsigned(w.dim)});
  note(w.argument, "centred along " + Twine(w.dim));
}

void WeightFunction::scale(ArgumentDim w, Value scale, double offset) {
  Value &value = get(w.argument);
  value = scaleWeights(builder, w.argument.getLoc(), {value, unsigned(w.dim)},
                       import(scale), offset);
  note(w.argument, "scaled along " + Twine(w.dim));
}

void WeightFunction::shift(BlockArgument bias, ArgumentDim w, Value vector) {
  Value &value = get(bias);
  value = addToWeights(builder, bias.getLoc(), value,
                       sumWeights(builder, bias.getLoc(),
                                  {get(w.argument), unsigned(w.dim)},
                                  import(vector), builder.getF64Type()));
  note(bias,
       "shifted by a bias times argument " + Twine(w.argument.getArgNumber()));
}

SmallVector<ArgumentChange> WeightFunction::finish() {
  SmallVector<ArgumentChange> list;
  SmallVector<Value> results;
  SmallVector<int64_t> taken, given;
  SmallVector<StringRef> texts;
  for (auto [i, change] : llvm::enumerate(changes))
    if (!change.empty()) {
      list.push_back({unsigned(i), change});
      results.push_back(values[i]);
      given.push_back(i);
      texts.push_back(change);
    }
  if (list.empty())
    return list;
  func::ReturnOp::create(builder, function.getLoc(), results);
  llvm::BitVector unread(values.size());
  for (BlockArgument argument : made->getArguments()) {
    if (argument.use_empty())
      unread.set(argument.getArgNumber());
    else
      taken.push_back(argument.getArgNumber());
  }
  made->setFunctionType(builder.getFunctionType(
      made->getArgumentTypes(), ValueRange(results).getTypes()));
  if (failed(made->eraseArguments(unread)))
    llvm_unreachable("arguments without uses cannot be erased");
  (*made)->setAttr("norm.takes", builder.getDenseI64ArrayAttr(taken));
  (*made)->setAttr("norm.gives", builder.getDenseI64ArrayAttr(given));
  (*made)->setAttr("norm.changes", builder.getStrArrayAttr(texts));
  function->getBlock()->getOperations().insertAfter(
      Block::iterator(function), made.release().getOperation());
  return list;
}
