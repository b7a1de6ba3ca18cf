//===- Entries.cpp - what a bundle says of its functions ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Entries.h"

#include "norm/Bundle/Bundle.h"

#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;

std::string norm::getTypeName(Type type) {
  std::string name;
  llvm::raw_string_ostream(name) << type;
  return name;
}

std::optional<unsigned> norm::getArgumentNumber(Value value) {
  while (auto cast = value.getDefiningOp<memref::CastOp>())
    value = cast.getSource();
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || !isa<func::FuncOp>(argument.getOwner()->getParentOp()))
    return std::nullopt;
  return argument.getArgNumber();
}

//===----------------------------------------------------------------------===//
// Extents
//===----------------------------------------------------------------------===//

using ArgumentDim = std::pair<unsigned, unsigned>;

/// Joins the dimensions of arguments that a loop goes over together.
static llvm::EquivalenceClasses<ArgumentDim> joinDims(func::FuncOp function) {
  llvm::EquivalenceClasses<ArgumentDim> classes;
  function.walk([&](RowLoopOp loop) {
    SmallVector<std::optional<ArgumentDim>> first(loop.getNumDims());
    for (auto [operand, map] : llvm::zip(loop->getOperands(), loop.getMaps())) {
      std::optional<unsigned> argument = getArgumentNumber(operand);
      if (!argument)
        continue;
      for (auto [dim, expr] : llvm::enumerate(map.getResults())) {
        auto position = dyn_cast<AffineDimExpr>(expr);
        if (!position)
          continue;
        ArgumentDim here(*argument, dim);
        std::optional<ArgumentDim> &there = first[position.getPosition()];
        classes.unionSets(here, there.value_or(here));
        there = here;
      }
    }
  });
  return classes;
}

Extents::Extents(func::FuncOp function) {
  llvm::EquivalenceClasses<ArgumentDim> classes = joinDims(function);
  auto shapeOf = [&](unsigned argument) {
    auto type = dyn_cast<MemRefType>(function.getArgument(argument).getType());
    return type ? type.getShape() : ArrayRef<int64_t>();
  };
  std::map<ArgumentDim, unsigned> numbers;
  for (unsigned a = 0; a < function.getNumArguments(); ++a) {
    extents.emplace_back();
    for (auto [dim, extent] : llvm::enumerate(shapeOf(a))) {
      ArgumentDim leader(a, dim);
      if (classes.findLeader(leader) != classes.member_end())
        leader = *classes.findLeader(leader);
      // A static extent of one argument says what that of another must be.
      int64_t known = extent;
      if (auto members = classes.findLeader(leader);
          members != classes.member_end())
        for (; members != classes.member_end(); ++members)
          if (int64_t other = shapeOf(members->first)[members->second];
              !ShapedType::isDynamic(other))
            known = other;
      if (!ShapedType::isDynamic(known)) {
        extents.back().push_back(known);
        continue;
      }
      auto [it, isNew] = numbers.try_emplace(leader, names.size());
      if (isNew)
        names.push_back(llvm::formatv("n{0}", names.size()));
      extents.back().push_back(it->second);
    }
  }
  for (Type type : function.getArgumentTypes())
    addStrides(type);
}

/// Strides that are not known are numbers that a caller decides, as extents
/// are.
void Extents::addStrides(Type type) {
  strides.emplace_back();
  auto memref = dyn_cast<MemRefType>(type);
  SmallVector<int64_t> known;
  int64_t offset;
  if (!memref || memref.getLayout().isIdentity() ||
      failed(memref.getStridesAndOffset(known, offset)) || offset != 0)
    return;
  for (int64_t stride : known) {
    if (!ShapedType::isDynamic(stride)) {
      strides.back().push_back(stride);
      continue;
    }
    strides.back().push_back(static_cast<unsigned>(names.size()));
    names.push_back(llvm::formatv("n{0}", names.size()));
  }
}

llvm::json::Value Extents::describe(const Number &number) const {
  if (const int64_t *known = std::get_if<int64_t>(&number))
    return *known;
  return names[std::get<unsigned>(number)];
}

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

/// "read", "write" or "read_write".
static StringRef getAccess(func::FuncOp function, unsigned argument) {
  bool reads = false, writes = false;
  function.walk([&](RowLoopOp loop) {
    for (auto [i, operand] : llvm::enumerate(loop->getOperands()))
      if (getArgumentNumber(operand) == argument)
        (i < loop.getInputs().size() ? reads : writes) = true;
  });
  return writes ? (reads ? "read_write" : "write") : "read";
}

llvm::json::Object norm::describeEntry(func::FuncOp function,
                                       const Extents &extents,
                                       const InputCounts &inputs) {
  llvm::json::Array arguments;
  unsigned inputCount = inputs.lookup(function.getName());
  for (auto [number, type] : llvm::enumerate(function.getArgumentTypes())) {
    bool isResult = number >= inputCount;
    llvm::json::Object argument{
        {"name", llvm::formatv("{0}{1}", isResult ? "result" : "arg",
                               isResult ? number - inputCount : number)
                     .str()},
        {"type", getTypeName(getElementTypeOrSelf(type))}};
    if (auto memref = dyn_cast<MemRefType>(type)) {
      llvm::json::Array shape;
      for (int64_t dim = 0; dim < memref.getRank(); ++dim)
        shape.push_back(extents.get(number, dim));
      argument["shape"] = std::move(shape);
      argument["alignment"] = kArgumentAlignment;
      if (!extents.isContiguous(number)) {
        llvm::json::Array strides;
        for (int64_t dim = 0; dim < memref.getRank(); ++dim)
          strides.push_back(extents.getStride(number, dim));
        argument["strides"] = std::move(strides);
        // Rows begin anywhere.
        argument["alignment"] = memref.getElementTypeBitWidth() / 8;
      }
      argument["access"] = getAccess(function, number);
    } else {
      argument["scalar"] = true;
    }
    arguments.push_back(std::move(argument));
  }
  llvm::json::Array names;
  for (const std::string &name : extents.getNames())
    names.push_back(name);
  Reference reference = describeReference(function, extents);
  llvm::json::Object entry{
      {"name", function.getName()},
      {"extents", std::move(names)},
      {"arguments", std::move(arguments)},
      {"reference", std::move(reference.loops)},
  };
  if (!reference.temporaries.empty())
    entry["temporaries"] = std::move(reference.temporaries);
  return entry;
}
