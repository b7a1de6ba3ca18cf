//===- Execution.cpp - compiling and calling a function -------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Execution.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "llvm/ADT/STLExtras.h"

#include <chrono>
#include <cstring>
#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

//===----------------------------------------------------------------------===//
// Descriptors
//===----------------------------------------------------------------------===//

/// A memref descriptor as compiled code reads it: allocated and aligned
/// pointer, offset, sizes, strides, all eight bytes long.
using Descriptor = SmallVector<int64_t, 11>;

static int64_t descriptorLength(int64_t rank) { return 3 + 2 * rank; }

/// A dense row-major tensor of `shape` at `data`.
static Descriptor describe(ArrayRef<int64_t> shape, const void *data) {
  int64_t rank = shape.size();
  Descriptor words(descriptorLength(rank), 0);
  words[0] = words[1] = reinterpret_cast<int64_t>(data);
  int64_t stride = 1;
  for (int64_t dim = rank - 1; dim >= 0; --dim) {
    words[3 + dim] = shape[dim];
    words[3 + rank + dim] = stride;
    stride *= shape[dim];
  }
  return words;
}

static Descriptor describe(const HostTensor &tensor) {
  return describe(tensor.shape, tensor.data.get());
}

/// Copies what a returned descriptor points to into a tensor of our own.
static llvm::Expected<HostTensor> copyOut(RankedTensorType type,
                                          const int64_t *words) {
  int64_t rank = type.getRank();
  const int64_t *sizes = words + 3, *strides = sizes + rank;
  llvm::Expected<HostTensor> tensor =
      allocate(type.getElementType(), ArrayRef<int64_t>(sizes, rank));
  if (!tensor)
    return tensor;
  unsigned bytes = elementBytes(type.getElementType());
  auto *source = reinterpret_cast<const char *>(words[1]) + words[2] * bytes;
  SmallVector<int64_t> index(rank, 0);
  int64_t offset = 0;
  for (int64_t i = 0, count = tensor->elementCount(); i < count; ++i) {
    std::memcpy(tensor->data.get() + i * bytes, source + offset * bytes, bytes);
    for (int64_t dim = rank - 1; dim >= 0; --dim) {
      offset += strides[dim];
      if (++index[dim] < sizes[dim])
        break;
      offset -= strides[dim] * sizes[dim];
      index[dim] = 0;
    }
  }
  return tensor;
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

llvm::Expected<CompiledModule> CompiledModule::create(ModuleOp module,
                                                      unsigned level) {
  auto object = emitObject(module, level);
  if (!object)
    return object.takeError();
  auto code = Code::load(std::move(*object));
  if (!code)
    return code.takeError();
  CompiledModule compiled;
  compiled.module = module;
  compiled.code = std::move(*code);
  return compiled;
}

llvm::Expected<CompiledFunction>
CompiledModule::lookup(StringRef name, FunctionType tensorTypes) const {
  ModuleOp module = this->module;
  auto lowered = module.lookupSymbol<LLVM::LLVMFuncOp>(name);
  std::string interface = ("_mlir_ciface_" + name).str();
  auto callable = module.lookupSymbol<LLVM::LLVMFuncOp>(interface);
  if (!lowered || !callable)
    return llvm::createStringError("the pipeline left no function '" + name +
                                   "' to call");
  CompiledFunction function;
  for (Type type : tensorTypes.getResults())
    function.resultTypes.push_back(cast<RankedTensorType>(type));
  function.returnsResults =
      !isa<LLVM::LLVMVoidType>(lowered.getFunctionType().getReturnType());

  size_t expected = tensorTypes.getNumInputs() +
                    (function.returnsResults ? 1 : tensorTypes.getNumResults());
  if (callable.getNumArguments() != expected)
    return llvm::createStringError("the pipeline changed the arguments of '" +
                                   name + "'");
  auto packed = code->lookup(name);
  if (!packed)
    return packed.takeError();
  function.function = *packed;
  function.code = code;
  return function;
}

llvm::Expected<CompiledFunction>
CompiledFunction::create(ModuleOp module, StringRef name,
                         FunctionType tensorTypes) {
  auto compiled = CompiledModule::create(module, /*level=*/3);
  if (!compiled)
    return compiled.takeError();
  return compiled->lookup(name, tensorTypes);
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/// The memory of one call: descriptors of arguments and results, and the list
/// of pointers to them. Pinned, as it points to itself.
class CompiledFunction::Frame {
public:
  Frame(const CompiledFunction &function, ArrayRef<HostTensor> arguments)
      : function(function), arguments(arguments) {}
  Frame(const Frame &) = delete;

  llvm::Error prepare();
  void call() { function.function(operands.data()); }
  void freeReturned();
  llvm::Expected<SmallVector<HostTensor>> takeResults();

private:
  const CompiledFunction &function;
  ArrayRef<HostTensor> arguments;
  SmallVector<HostTensor> results;
  Descriptor returned;
  std::vector<Descriptor> descriptors;
  std::vector<void *> operands;
};

llvm::Error CompiledFunction::Frame::prepare() {
  if (function.returnsResults) {
    int64_t length = 0;
    for (RankedTensorType type : function.resultTypes)
      length += descriptorLength(type.getRank());
    returned.assign(length, 0);
    operands.push_back(returned.data());
  }
  for (const HostTensor &argument : arguments)
    descriptors.push_back(describe(argument));
  if (!function.returnsResults)
    for (RankedTensorType type : function.resultTypes) {
      auto result = allocate(type.getElementType(), type.getShape());
      if (!result)
        return result.takeError();
      descriptors.push_back(describe(*result));
      results.push_back(std::move(*result));
    }
  for (Descriptor &descriptor : descriptors)
    operands.push_back(descriptor.data());
  return llvm::Error::success();
}

/// Frees what the last call allocated for its results; the deallocation pass
/// gives every result memory of its own, but an argument may be handed through.
void CompiledFunction::Frame::freeReturned() {
  SmallVector<int64_t> done;
  for (const HostTensor &argument : arguments)
    done.push_back(reinterpret_cast<int64_t>(argument.data.get()));
  const int64_t *words = returned.data();
  if (function.returnsResults)
    for (RankedTensorType type : function.resultTypes) {
      if (!llvm::is_contained(done, words[0]))
        std::free(reinterpret_cast<void *>(words[0]));
      done.push_back(words[0]);
      words += descriptorLength(type.getRank());
    }
}

llvm::Expected<SmallVector<HostTensor>> CompiledFunction::Frame::takeResults() {
  if (!function.returnsResults)
    return std::move(results);
  SmallVector<HostTensor> copies;
  const int64_t *words = returned.data();
  for (RankedTensorType type : function.resultTypes) {
    llvm::Expected<HostTensor> copy = copyOut(type, words);
    if (!copy)
      return copy.takeError();
    copies.push_back(std::move(*copy));
    words += descriptorLength(type.getRank());
  }
  return copies;
}

llvm::Expected<SmallVector<HostTensor>>
CompiledFunction::call(ArrayRef<HostTensor> arguments) const {
  Frame frame(*this, arguments);
  if (llvm::Error error = frame.prepare())
    return error;
  frame.call();
  llvm::Expected<SmallVector<HostTensor>> results = frame.takeResults();
  frame.freeReturned();
  return results;
}

llvm::Expected<CallTimes> CompiledFunction::time(ArrayRef<HostTensor> arguments,
                                                 unsigned rounds) const {
#ifdef __GLIBC__
  // Keep freed memory in the process, so that temporaries of compiled code are
  // touched for the first time in the warm-up only.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
#endif
  Frame frame(*this, arguments);
  if (llvm::Error error = frame.prepare())
    return error;
  SmallVector<double> seconds;
  for (unsigned round = 0; round <= rounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    frame.call();
    std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - start;
    frame.freeReturned();
    if (round > 0)
      seconds.push_back(elapsed.count());
  }
  llvm::sort(seconds);
  return CallTimes{(seconds[(rounds - 1) / 2] + seconds[rounds / 2]) / 2,
                   seconds.front()};
}

llvm::Expected<PreparedCall>
CompiledFunction::prepare(ArrayRef<SmallVector<int64_t>> argumentShapes) const {
  if (returnsResults)
    return llvm::createStringError(
        "expected results of static shape, got a function that allocates them");
  PreparedCall call;
  call.function = function;
  for (ArrayRef<int64_t> shape : argumentShapes)
    call.descriptors.push_back(describe(shape, nullptr));
  for (RankedTensorType type : resultTypes)
    call.descriptors.push_back(describe(type.getShape(), nullptr));
  for (Descriptor &descriptor : call.descriptors)
    call.operands.push_back(descriptor.data());
  return call;
}

void PreparedCall::setData(unsigned index, void *data) {
  descriptors[index][0] = descriptors[index][1] =
      reinterpret_cast<int64_t>(data);
}
