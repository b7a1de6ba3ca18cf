//===- Calls.cpp - calls on host tensors ----------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Calls.h"

#include "llvm/ADT/STLExtras.h"

#include <chrono>
#ifdef __GLIBC__
#include <malloc.h>
#endif

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

namespace {
/// The tensors of calls with the same arguments.
class Calls {
public:
  explicit Calls(const Program &program) : program(program) {}

  llvm::Error prepare(MutableArrayRef<HostTensor> arguments);
  /// The results are those of the last call.
  llvm::Error call();

  SmallVector<HostTensor> results;

private:
  void add(HostTensor &tensor);

  const Program &program;
  SmallVector<NormTensor> tensors;
  SmallVector<const NormTensor *> pointers;
};
} // namespace

llvm::Error Calls::prepare(MutableArrayRef<HostTensor> arguments) {
  const Signature &signature = program.signature;
  for (HostTensor &argument : arguments)
    tensors.push_back(argument.describe());
  if (!signature.allocatesResults)
    for (const TensorSpec &spec :
         llvm::drop_begin(signature.tensors, signature.argumentCount)) {
      auto result = allocate(spec.type, spec.shape);
      if (!result)
        return result.takeError();
      results.push_back(std::move(*result));
    }
  for (HostTensor &result : results)
    tensors.push_back(result.describe());
  for (const NormTensor &tensor : tensors)
    pointers.push_back(&tensor);
  return llvm::Error::success();
}

llvm::Error Calls::call() {
  if (!program.signature.allocatesResults)
    return run::call(program, {pointers.data()});
  results.clear();
  SmallVector<NormManagedTensor *> made(program.signature.getResultCount());
  if (llvm::Error error =
          callAllocating(program, {pointers.data()}, made.data()))
    return error;
  for (NormManagedTensor *tensor : made)
    results.emplace_back(tensor);
  return llvm::Error::success();
}

llvm::Expected<SmallVector<HostTensor>>
run::callOnTensors(const Program &program,
                   MutableArrayRef<HostTensor> arguments) {
  Calls calls(program);
  if (llvm::Error error = calls.prepare(arguments))
    return error;
  if (llvm::Error error = calls.call())
    return error;
  return std::move(calls.results);
}

llvm::Expected<CallTimes> run::timeCalls(const Program &program,
                                         MutableArrayRef<HostTensor> arguments,
                                         unsigned rounds) {
#ifdef __GLIBC__
  // Keep freed memory in the process, so that temporaries of compiled code are
  // touched for the first time in the warm-up only.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
#endif
  Calls calls(program);
  if (llvm::Error error = calls.prepare(arguments))
    return error;
  SmallVector<double> seconds;
  for (unsigned round = 0; round <= rounds; ++round) {
    auto start = std::chrono::steady_clock::now();
    llvm::Error error = calls.call();
    std::chrono::duration<double> elapsed =
        std::chrono::steady_clock::now() - start;
    if (error)
      return error;
    if (round > 0)
      seconds.push_back(elapsed.count());
  }
  llvm::sort(seconds);
  return CallTimes{(seconds[(rounds - 1) / 2] + seconds[rounds / 2]) / 2,
                   seconds.front()};
}
