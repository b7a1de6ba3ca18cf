//===- _program.h - calls of programs of compiled graphs --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_PYTHON_TORCH_PROGRAM_H
#define NORM_PYTHON_TORCH_PROGRAM_H

#include "_tensors.h"

#include <ATen/ops/from_blob.h>

namespace {
/// One call of a program: its tensors, and results in memory of PyTorch, or of
/// the kernel where that tells their extents.
struct ProgramCall {
  void addArgument(const Tensor &given) {
    dense.push_back(given.contiguous());
    add(dense.back());
  }

  bool run(const NormKernel *kernel, std::string &message);

  std::vector<Tensor> dense, results;
  /// Of all results, one after another.
  IntArrayRef sizes;

private:
  void makeResults(const NormKernel *kernel);
  bool runAllocating(const NormKernel *kernel, std::string &message);

  void add(const Tensor &tensor) {
    TORCH_CHECK(isPlain(tensor), "norm: a tensor that no kernel is for");
    tensors.push_back(viewOf(tensor, tensor.dim(), tensor.sizes().data()));
  }

  std::vector<NormTensor> tensors;
};
} // namespace

static at::ScalarType elementOf(NormDataType type) {
  for (auto element : {at::kFloat, at::kDouble, at::kHalf, at::kBFloat16})
    if (typeOf(element).code == type.code && typeOf(element).bits == type.bits)
      return element;
  TORCH_CHECK(false, "norm: a result of another type");
}

void ProgramCall::makeResults(const NormKernel *kernel) {
  results.clear();
  tensors.resize(dense.size());
  size_t count = normKernelGetResultCount(kernel), at = 0;
  for (size_t i = 0; i < count; ++i) {
    NormTensorType type = {};
    type.struct_size = sizeof(type);
    normKernelGetTensorType(kernel, dense.size() + i, &type, nullptr);
    results.push_back(
        makeEmpty(sizes.slice(at, type.ndim), elementOf(type.dtype)));
    add(results.back());
    at += type.ndim;
  }
}

bool ProgramCall::run(const NormKernel *kernel, std::string &message) {
  if (normKernelAllocatesResults(kernel))
    return runAllocating(kernel, message);
  makeResults(kernel);
  auto pointers = host::pointersTo(tensors);
  return host::callKernel(kernel, pointers.data(), pointers.size(), message);
}

bool ProgramCall::runAllocating(const NormKernel *kernel,
                                std::string &message) {
  if (host::isInjected(message))
    return false;
  auto pointers = host::pointersTo(tensors);
  std::vector<NormManagedTensor *> managed(normKernelGetResultCount(kernel));
  NormError *error = nullptr;
  if (normKernelCallAllocating(kernel, pointers.data(), dense.size(),
                               managed.data(), &error) != NORM_SUCCESS) {
    message = host::takeMessage(error);
    return false;
  }
  results.clear();
  for (NormManagedTensor *made : managed) {
    const NormTensor &tensor = made->dl_tensor;
    results.push_back(at::from_blob(
        static_cast<char *>(tensor.data) + tensor.byte_offset,
        IntArrayRef(tensor.shape, tensor.ndim),
        [made](void *) { made->deleter(made); },
        at::device(at::kCPU).dtype(elementOf(tensor.dtype))));
  }
  return true;
}

/// norm::call: sizes of all results follow one another; `names` are those of
/// the program's norms, a line each.
static std::vector<Tensor> callProgram(std::string_view program,
                                       std::string_view precision,
                                       at::TensorList arguments,
                                       IntArrayRef sizes,
                                       std::string_view names) {
  bool isStrict = precision == "strict";
  std::string message;
  host::Kernel *kernel = host::findKernel(program, isStrict, message);
  TORCH_CHECK(kernel, "norm: ", message);
  ProgramCall call;
  call.sizes = sizes;
  for (const Tensor &argument : arguments)
    call.addArgument(argument);
  host::NamedCalls named([&] { return names; });
  bool isDone = host::callProgram(
      *kernel, isStrict,
      [&](const NormKernel *code) { return call.run(code, message); }, message);
  TORCH_CHECK(isDone, "norm: ", message);
  return std::move(call.results);
}

#endif // NORM_PYTHON_TORCH_PROGRAM_H
