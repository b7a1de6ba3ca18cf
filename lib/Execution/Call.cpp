//===- Call.cpp - calls of compiled functions -----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/Failure.h"
#include "norm/Execution/Host.h"
#include "norm/Execution/Program.h"
#include "norm/Execution/View.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MathExtras.h"

#include <cstdlib>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

static TensorName getName(const Signature &signature, size_t index) {
  if (index < signature.argumentCount)
    return {"argument", static_cast<int64_t>(index)};
  return {"result", static_cast<int64_t>(index - signature.argumentCount)};
}

static llvm::Error checkLayout(const View &view, const TensorSpec &spec) {
  auto fail = [&](const Twine &expected, ArrayRef<int64_t> got) {
    return rejectArgument("expected " + view.name.getText() + " to have " +
                          expected + ", got " + getShapeText(got));
  };
  bool fits = view.rank == static_cast<int32_t>(spec.shape.size());
  for (int32_t dim = 0; fits && dim < view.rank; ++dim)
    fits = spec.shape[dim] == -1 || spec.shape[dim] == view.shape[dim];
  if (!fits)
    return fail("shape " + getShapeText(spec.shape), view.getShape());
  if (view.isEmpty())
    return llvm::Error::success();
  int64_t dense = 1;
  for (int32_t dim = view.rank - 1; dim >= 0; --dim) {
    int64_t expected = spec.strides.empty() ? dense : spec.strides[dim];
    if (view.shape[dim] > 1 && expected != -1 && view.strides[dim] != expected)
      return fail(spec.strides.empty()
                      ? Twine("dense elements")
                      : Twine("strides ") + getShapeText(spec.strides),
                  {view.strides, static_cast<size_t>(view.rank)});
    dense *= view.shape[dim];
  }
  return llvm::Error::success();
}

/// Extents that the program takes for one have to be one.
static llvm::Error checkExtents(ArrayRef<View> views,
                                const Signature &signature) {
  SmallVector<std::pair<const View *, int32_t>, 8> first;
  for (auto [view, spec] : llvm::zip(views, signature.tensors))
    for (size_t dim = 0; dim < spec.extentClasses.size(); ++dim) {
      int64_t number = spec.extentClasses[dim];
      if (number < 0)
        continue;
      if (number >= static_cast<int64_t>(first.size()))
        first.resize(number + 1, {nullptr, 0});
      auto &[other, otherDim] = first[number];
      if (!other) {
        other = &view;
        otherDim = dim;
      } else if (other->shape[otherDim] != view.shape[dim]) {
        return rejectArgument(
            "expected dimension " + Twine(dim) + " of " + view.name.getText() +
            " to be " + Twine(other->shape[otherDim]) + ", as dimension " +
            Twine(otherDim) + " of " + other->name.getText() + ", got " +
            Twine(view.shape[dim]));
      }
    }
  return llvm::Error::success();
}

int64_t *run::writeDescriptor(int64_t *words, const void *data,
                              ArrayRef<int64_t> shape,
                              ArrayRef<int64_t> strides) {
  words[0] = words[1] = reinterpret_cast<int64_t>(data);
  words[2] = 0;
  words = llvm::copy(shape, words + 3);
  return llvm::copy(strides, words);
}

/// How many words that are for a memref of `spec`.
static size_t getWordCount(const TensorSpec &spec) {
  return 3 + 2 * spec.shape.size();
}

/// Checks the first `count` tensors of a call.
static llvm::Error checkFirst(const Signature &signature,
                              const CallTensors &tensors, size_t count,
                              Place place, SmallVectorImpl<View> &views) {
  views.resize_for_overwrite(count);
  for (size_t i = 0; i < count; ++i) {
    const TensorSpec &spec = signature.tensors[i];
    if (llvm::Error error =
            getView(tensors.tensors[i], tensors.getFlags(i),
                    getName(signature, i), spec.type, spec.isWritten,
                    spec.isScalar ? Place() : place, views[i]))
      return error;
    if (llvm::Error error = checkLayout(views[i], spec))
      return error;
  }
  if (llvm::Error error = checkExtents(views, signature))
    return error;
  for (const View &view : views)
    for (const View &other : views)
      if (view.isWritten && &view != &other && !areApart(view, other))
        return makeOverlapFailure(view, other);
  return llvm::Error::success();
}

llvm::Expected<SmallVector<View, 6>>
run::checkTensors(const Signature &signature, const CallTensors &tensors,
                  size_t count, Place place) {
  SmallVector<View, 6> views;
  if (llvm::Error error = checkFirst(signature, tensors, count, place, views))
    return error;
  return views;
}

namespace {
/// Tensors of a call, and the descriptors that compiled code reads.
class FunctionCall {
public:
  FunctionCall(const Program &program, const CallTensors &tensors)
      : program(program), signature(program.signature), tensors(tensors) {}

  /// Checks the first `count` tensors.
  llvm::Error check(size_t count);
  /// Adds the descriptors of the first `count` tensors to the operands.
  void describe(size_t count);

  const Program &program;
  const Signature &signature;
  const CallTensors &tensors;
  SmallVector<View, 6> views;
  SmallVector<int64_t, 64> words;
  SmallVector<void *, 8> operands;
};
} // namespace

llvm::Error FunctionCall::check(size_t count) {
  return checkFirst(signature, tensors, count, Place(), views);
}

void FunctionCall::describe(size_t count) {
  size_t total = 0;
  for (size_t i = 0; i < count; ++i)
    total += getWordCount(signature.tensors[i]);
  words.resize_for_overwrite(total);
  int64_t *next = words.data();
  for (size_t i = 0; i < count; ++i) {
    const View &view = views[i];
    if (signature.tensors[i].isScalar) {
      operands.push_back(view.data);
      continue;
    }
    operands.push_back(next);
    next = writeDescriptor(next, view.data, view.getShape(), view.getStrides());
  }
}

llvm::Error run::call(const Program &program, const CallTensors &tensors) {
  FunctionCall call(program, tensors);
  size_t count = program.signature.tensors.size();
  if (llvm::Error error = call.check(count))
    return error;
  call.describe(count);
  program.function(call.operands.data());
  return llvm::Error::success();
}

llvm::Expected<std::function<void()>> run::bind(const Program &program,
                                                const CallTensors &tensors) {
  auto call = std::make_shared<FunctionCall>(program, tensors);
  size_t count = program.signature.tensors.size();
  if (llvm::Error error = call->check(count))
    return error;
  call->describe(count);
  return
      [call, function = program.function] { function(call->operands.data()); };
}

//===----------------------------------------------------------------------===//
// Results in memory of their own
//===----------------------------------------------------------------------===//

namespace {
/// A result with its extents and strides, which frees itself.
struct OwnedTensor {
  NormManagedTensor managed;
  std::vector<int64_t> shape, strides;
  void *memory;
  Allocator allocator;
};
} // namespace

static void deleteOwned(NormManagedTensor *self) {
  auto *owned = static_cast<OwnedTensor *>(self->manager_ctx);
  owned->allocator.giveBack(owned->memory);
  delete owned;
}

/// A dense tensor at `data`, in `memory` of the host's.
static NormManagedTensor *own(NormDataType type, ArrayRef<int64_t> shape,
                              void *memory, void *data) {
  auto *owned = new OwnedTensor;
  owned->shape.assign(shape.begin(), shape.end());
  owned->strides.assign(shape.size(), 1);
  for (int dim = static_cast<int>(shape.size()) - 2; dim >= 0; --dim)
    owned->strides[dim] = owned->strides[dim + 1] * shape[dim + 1];
  owned->memory = memory;
  owned->allocator = getHost().allocator;
  owned->managed = {{1, 0},
                    owned,
                    deleteOwned,
                    0,
                    {data,
                     {NORM_DEVICE_CPU, 0},
                     static_cast<int32_t>(shape.size()),
                     type,
                     owned->shape.data(),
                     owned->strides.data(),
                     0}};
  return &owned->managed;
}

static llvm::Expected<NormManagedTensor *> allocate(NormDataType type,
                                                    ArrayRef<int64_t> shape) {
  int64_t bytes = getElementBytes(type);
  bool overflows = false;
  for (int64_t extent : shape)
    overflows |= llvm::MulOverflow(bytes, extent, bytes) != 0;
  void *memory = overflows
                     ? nullptr
                     : getHost().allocator.get(std::max<int64_t>(bytes, 1), 64);
  if (!memory)
    return makeFailure(NORM_OUT_OF_MEMORY, "no memory for a result of shape " +
                                               getShapeText(shape));
  return own(type, shape, memory, memory);
}

static void deleteAll(NormManagedTensor **tensors, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    if (tensors[i])
      tensors[i]->deleter(tensors[i]);
    tensors[i] = nullptr;
  }
}

/// Results of known shape are allocated here, and passed.
static llvm::Error callStatic(const Program &program,
                              const CallTensors &arguments,
                              NormManagedTensor **results) {
  const Signature &signature = program.signature;
  size_t count = signature.tensors.size(), first = signature.argumentCount;
  SmallVector<const NormTensor *> tensors(arguments.tensors,
                                          arguments.tensors + first);
  llvm::Error error = llvm::Error::success();
  for (size_t i = first; i < count && !error; ++i) {
    auto result =
        allocate(signature.tensors[i].type, signature.tensors[i].shape);
    if (!result) {
      error = result.takeError();
      break;
    }
    results[i - first] = *result;
    tensors.push_back(&(*result)->dl_tensor);
  }
  if (!error)
    error = call(program, {tensors.data(), nullptr});
  if (error)
    deleteAll(results, count - first);
  return error;
}

/// Takes over what the function allocated: a descriptor for each result, one
/// after the other. Memory that is an argument's, or another result's, is
/// copied by way of the descriptor, as strides may be any.
static llvm::Error takeResults(const FunctionCall &call, const int64_t *words,
                               NormManagedTensor **results) {
  const Signature &signature = call.signature;
  SmallVector<int64_t> taken;
  for (const View &view : call.views)
    taken.push_back(reinterpret_cast<int64_t>(view.data));
  for (size_t i = signature.argumentCount; i < signature.tensors.size(); ++i) {
    const TensorSpec &spec = signature.tensors[i];
    ArrayRef<int64_t> shape(words + 3, spec.shape.size());
    int64_t bytes = getElementBytes(spec.type);
    auto *data = reinterpret_cast<char *>(words[1]) + words[2] * bytes;
    NormManagedTensor *&result = results[i - signature.argumentCount];
    if (!llvm::is_contained(taken, words[0])) {
      result = own(spec.type, shape, reinterpret_cast<void *>(words[0]), data);
    } else {
      auto copy = allocate(spec.type, shape);
      if (!copy)
        return copy.takeError();
      result = *copy;
      std::memcpy(result->dl_tensor.data, data, llvm::product_of(shape, bytes));
    }
    taken.push_back(words[0]);
    words += getWordCount(spec);
  }
  return llvm::Error::success();
}

llvm::Error run::callAllocating(const Program &program,
                                const CallTensors &arguments,
                                NormManagedTensor **results) {
  const Signature &signature = program.signature;
  std::fill_n(results, signature.getResultCount(), nullptr);
  if (!signature.allocatesResults)
    return callStatic(program, arguments, results);
  FunctionCall call(program, arguments);
  if (llvm::Error error = call.check(signature.argumentCount))
    return error;
  SmallVector<int64_t> returned;
  for (size_t i = signature.argumentCount; i < signature.tensors.size(); ++i)
    returned.append(getWordCount(signature.tensors[i]), 0);
  call.operands.push_back(returned.data());
  call.describe(signature.argumentCount);
  program.function(call.operands.data());
  llvm::Error error = takeResults(call, returned.data(), results);
  if (error)
    deleteAll(results, signature.getResultCount());
  return error;
}
