//===- Signature.cpp - the tensors of a compiled function -----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/Signature.h"

#include "norm/Execution/Failure.h"

#include "../Raise/Read/ExtentClasses.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

std::optional<NormDataType> run::getDataType(Type type) {
  auto make = [](int code, unsigned bits) {
    return NormDataType{static_cast<uint8_t>(code), static_cast<uint8_t>(bits),
                        1};
  };
  if (isa<BFloat16Type>(type))
    return make(NORM_TYPE_BFLOAT, 16);
  if (isa<Float16Type, Float32Type, Float64Type>(type))
    return make(NORM_TYPE_FLOAT, type.getIntOrFloatBitWidth());
  if (isa<Float8E4M3FNType>(type))
    return make(NORM_TYPE_FLOAT8_E4M3FN, 8);
  if (isa<Float8E5M2Type>(type))
    return make(NORM_TYPE_FLOAT8_E5M2, 8);
  if (isa<IndexType>(type))
    return make(NORM_TYPE_INT, 64);
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return std::nullopt;
  if (integer.getWidth() == 1)
    return make(NORM_TYPE_BOOL, 8);
  if (llvm::is_contained({8, 16, 32, 64}, integer.getWidth()))
    return make(integer.isUnsigned() ? NORM_TYPE_UINT : NORM_TYPE_INT,
                integer.getWidth());
  return std::nullopt;
}

std::string run::getText(NormDataType type) {
  std::string bits = std::to_string(type.bits), text;
  switch (type.code) {
  case NORM_TYPE_INT:
    text = "i" + bits;
    break;
  case NORM_TYPE_UINT:
    text = "ui" + bits;
    break;
  case NORM_TYPE_FLOAT:
    text = "f" + bits;
    break;
  case NORM_TYPE_BFLOAT:
    text = "bf" + bits;
    break;
  case NORM_TYPE_BOOL:
    text = "bool";
    break;
  case NORM_TYPE_FLOAT8_E4M3FN:
    text = "f8E4M3FN";
    break;
  case NORM_TYPE_FLOAT8_E5M2:
    text = "f8E5M2";
    break;
  default:
    text = "type code " + std::to_string(type.code) + " of " + bits + " bits";
  }
  if (type.lanes != 1)
    text += " x " + std::to_string(type.lanes);
  return text;
}

const llvm::fltSemantics *run::getSemantics(NormDataType type) {
  switch (type.code) {
  case NORM_TYPE_FLOAT:
    return type.bits == 64   ? &llvm::APFloat::IEEEdouble()
           : type.bits == 32 ? &llvm::APFloat::IEEEsingle()
                             : &llvm::APFloat::IEEEhalf();
  case NORM_TYPE_BFLOAT:
    return &llvm::APFloat::BFloat();
  case NORM_TYPE_FLOAT8_E4M3FN:
    return &llvm::APFloat::Float8E4M3FN();
  case NORM_TYPE_FLOAT8_E5M2:
    return &llvm::APFloat::Float8E5M2();
  default:
    return nullptr;
  }
}

std::string run::getShapeText(ArrayRef<int64_t> shape) {
  auto extents = llvm::map_range(shape, [](int64_t extent) {
    return extent == -1 || ShapedType::isDynamic(extent)
               ? "?"
               : std::to_string(extent);
  });
  return "[" + llvm::join(extents, ", ") + "]";
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static std::vector<int64_t> withoutDynamic(ArrayRef<int64_t> numbers) {
  std::vector<int64_t> result;
  for (int64_t number : numbers)
    result.push_back(ShapedType::isDynamic(number) ? -1 : number);
  return result;
}

/// What the caller passes for a value of `type`; an empty message if it can.
static std::string getSpec(Type type, TensorSpec &spec) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  Type element = type;
  if (auto tensor = dyn_cast<RankedTensorType>(type)) {
    if (tensor.getEncoding())
      return "expected a dense tensor, got " + text;
    spec.shape = withoutDynamic(tensor.getShape());
    element = tensor.getElementType();
  } else if (auto memref = dyn_cast<MemRefType>(type)) {
    SmallVector<int64_t> strides;
    int64_t offset;
    if (failed(memref.getStridesAndOffset(strides, offset)) || offset > 0)
      return "expected a memref with strides and no offset, got " + text;
    if (llvm::any_of(strides, [](int64_t stride) {
          return stride < 0 && !ShapedType::isDynamic(stride);
        }))
      return "expected strides of at least 0, got " + text;
    spec.shape = withoutDynamic(memref.getShape());
    if (!memref.getLayout().isIdentity())
      spec.strides = withoutDynamic(strides);
    spec.isWritten = true;
    element = memref.getElementType();
  } else {
    spec.isScalar = true;
  }
  std::optional<NormDataType> dataType = getDataType(element);
  if (!dataType)
    return "expected f64, f32, f16, bf16, f8E4M3FN, f8E5M2, index or an "
           "integer of 1, 8, 16, 32 "
           "or 64 bits, or a ranked tensor or memref of those, got " +
           text;
  spec.type = *dataType;
  return "";
}

/// Numbers the extents of `specs` so that those which the program takes for one
/// have one number, and puts in those that it knows.
static void unifyExtents(func::FuncOp entry,
                         MutableArrayRef<TensorSpec> specs) {
  raise::ExtentClasses classes;
  llvm::MapVector<std::pair<Value, int64_t>, int64_t> numbers;
  for (auto [argument, spec] : llvm::zip(entry.getArguments(), specs))
    for (size_t dim = 0; dim < spec.shape.size(); ++dim) {
      raise::ExtentOrigin origin = classes.find(argument, dim);
      if (origin.number && spec.shape[dim] == -1)
        spec.shape[dim] = *origin.number;
      auto key = std::make_pair(origin.value, origin.dim);
      spec.extentClasses.push_back(
          origin.number
              ? -1
              : numbers.insert({key, int64_t(numbers.size())}).first->second);
    }
}

llvm::Expected<Signature> run::getSignature(func::FuncOp entry) {
  Signature signature;
  signature.argumentCount = entry.getNumArguments();
  auto add = [&](StringRef role, unsigned number, Type type) -> llvm::Error {
    TensorSpec spec;
    std::string problem = getSpec(type, spec);
    if (problem.empty() && role == "result" && !isa<RankedTensorType>(type))
      problem = "expected a ranked tensor";
    if (!problem.empty())
      return makeFailure(NORM_UNSUPPORTED, entry.getLoc(),
                         "function '" + entry.getName() + "', " + role + " " +
                             Twine(number) + ": " + problem);
    spec.isWritten |= role == "result";
    signature.tensors.push_back(std::move(spec));
    return llvm::Error::success();
  };
  for (auto [number, type] : llvm::enumerate(entry.getArgumentTypes()))
    if (llvm::Error error = add("argument", number, type))
      return error;
  for (auto [number, type] : llvm::enumerate(entry.getResultTypes()))
    if (llvm::Error error = add("result", number, type))
      return error;
  unifyExtents(entry, signature.tensors);
  signature.allocatesResults =
      llvm::any_of(entry.getResultTypes(), [](Type type) {
        return !cast<RankedTensorType>(type).hasStaticShape();
      });
  return signature;
}

//===----------------------------------------------------------------------===//
// Files
//===----------------------------------------------------------------------===//

static llvm::json::Value toJSON(const TensorSpec &spec) {
  return llvm::json::Object{
      {"code", spec.type.code},       {"bits", spec.type.bits},
      {"scalar", spec.isScalar},      {"written", spec.isWritten},
      {"shape", spec.shape},          {"strides", spec.strides},
      {"classes", spec.extentClasses}};
}

static bool fromJSON(const llvm::json::Value &value, TensorSpec &spec,
                     llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  int64_t code, bits;
  if (!map || !map.map("code", code) || !map.map("bits", bits) ||
      !map.map("scalar", spec.isScalar) ||
      !map.map("written", spec.isWritten) || !map.map("shape", spec.shape) ||
      !map.map("strides", spec.strides) ||
      !map.map("classes", spec.extentClasses))
    return false;
  spec.type = {static_cast<uint8_t>(code), static_cast<uint8_t>(bits), 1};
  return true;
}

llvm::json::Value run::toJSON(const Signature &signature) {
  llvm::json::Array tensors;
  for (const TensorSpec &spec : signature.tensors)
    tensors.push_back(::toJSON(spec));
  return llvm::json::Object{
      {"tensors", std::move(tensors)},
      {"arguments", static_cast<int64_t>(signature.argumentCount)},
      {"allocates", signature.allocatesResults}};
}

bool run::fromJSON(const llvm::json::Value &value, Signature &signature,
                   llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  const llvm::json::Object *object = value.getAsObject();
  const llvm::json::Array *tensors =
      object ? object->getArray("tensors") : nullptr;
  int64_t arguments;
  if (!map || !tensors || !map.map("arguments", arguments) ||
      !map.map("allocates", signature.allocatesResults) || arguments < 0 ||
      static_cast<size_t>(arguments) > tensors->size())
    return false;
  signature.argumentCount = arguments;
  for (auto [index, tensor] : llvm::enumerate(*tensors))
    if (!::fromJSON(tensor, signature.tensors.emplace_back(),
                    path.field("tensors").index(index)))
      return false;
  return true;
}
