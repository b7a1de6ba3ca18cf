//===- Compiler.cpp - programs in, kernels and reports out ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm-c/Compiler.h"

#include "Kernel.h"
#include "ProgramCall.h"
#include "Versioned.h"
#include "norm/Execution/Pipeline.h"

#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;

llvm::Expected<ProgramCall> capi::checkCall(NormContext *context,
                                            const char *program, size_t size,
                                            const NormProgramOptions *options,
                                            const void *result) {
  if (!context)
    return failOnNull("a context");
  if (!program)
    return failOnNull("a program");
  if (!result)
    return failOnNull("a place for the result");
  auto copy = copyVersioned(options, "program options");
  if (!copy)
    return copy.takeError();
  return ProgramCall{context, StringRef(program, size), *copy, {}};
}

NormStatus normCompile(NormContext *context, const char *program, size_t size,
                       const NormProgramOptions *options, NormKernel **kernel,
                       NormError **error) {
  if (kernel)
    *kernel = nullptr;
  auto call = checkCall(context, program, size, options, kernel);
  if (!call)
    return finish(call.takeError(), error);
  auto compile = [&]() -> llvm::Expected<std::unique_ptr<NormKernel>> {
    Request request;
    request.program = call->program;
    request.fileName = call->getFileName();
    if (call->options.entry)
      request.entry = call->options.entry;
    request.raises = !call->options.no_raise;
    request.isStrict = call->options.strict;
    auto compiled = context->get(request, call->getRemarks());
    if (!compiled)
      return compiled.takeError();
    return std::make_unique<NormKernel>(
        NormKernel{compiled->program, compiled->recipe, compiled->devices,
                   compiled->stridedDevices, std::nullopt, context->host,
                   context->measurement});
  };
  return conclude(*call, compile(), kernel, error);
}

NormStatus normRaise(NormContext *context, const char *program, size_t size,
                     const NormProgramOptions *options, NormText **text,
                     NormError **error) {
  if (text)
    *text = nullptr;
  auto call = checkCall(context, program, size, options, text);
  if (!call)
    return finish(call.takeError(), error);
  using Made = std::unique_ptr<NormText>;
  auto made =
      makeInSession<Made>(*call, [&](Session &session) -> llvm::Expected<Made> {
        PassManager pm(session.getModule().getContext());
        pm.addPass(run::createRaise(call->options.strict));
        if (llvm::Error error = session.run(pm))
          return error;
        auto text = std::make_unique<NormText>();
        llvm::raw_string_ostream os(text->data);
        OpPrintingFlags flags;
        if (call->options.locations)
          flags.enableDebugInfo().useLocalScope();
        session.getModule().print(os, flags);
        os << '\n';
        return text;
      });
  return conclude(*call, std::move(made), text, error);
}

template <typename Op>
static NormStatus compileOp(NormContext *context, const Op *op,
                            NormKernel **kernel, NormError **error) {
  if (kernel)
    *kernel = nullptr;
  auto compile = [&]() -> llvm::Error {
    if (!context)
      return failOnNull("a context");
    if (!kernel)
      return failOnNull("a place for the kernel");
    auto spec = checkOp(op);
    if (!spec)
      return spec.takeError();
    auto made = context->get(*spec);
    if (!made)
      return made.takeError();
    *kernel = new NormKernel{made->program,        made->recipe, made->devices,
                             made->stridedDevices, *spec,        context->host,
                             context->measurement};
    return llvm::Error::success();
  };
  return finish(compile(), error);
}

NormStatus normOpCompile(NormContext *context, const NormOp *op,
                         NormKernel **kernel, NormError **error) {
  return compileOp(context, op, kernel, error);
}

NormStatus normBackwardOpCompile(NormContext *context, const NormBackwardOp *op,
                                 NormKernel **kernel, NormError **error) {
  return compileOp(context, op, kernel, error);
}
