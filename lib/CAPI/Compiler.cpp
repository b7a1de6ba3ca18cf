//===- Compiler.cpp - programs in, kernels and reports out ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm-c/Compiler.h"

#include "Kernel.h"
#include "Remarks.h"
#include "Versioned.h"
#include "norm/Raise/Passes.h"
#include "norm/Report/Passes.h"
#include "norm/Report/Report.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;

static llvm::Error failOnNull(StringRef what) {
  return makeFailure(NORM_INVALID_ARGUMENT, "expected " + what + ", got NULL");
}

namespace {
/// What a function on a program is called with.
struct ProgramCall {
  NormContext *context;
  StringRef program;
  NormProgramOptions options;
  std::vector<StoredRemark> remarks;

  std::vector<StoredRemark> *getRemarks() {
    return options.remark_callback ? &remarks : nullptr;
  }
  StringRef getFileName() const {
    return options.file_name ? options.file_name : "-";
  }
};
} // namespace

static llvm::Expected<ProgramCall> checkCall(NormContext *context,
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

/// Hands out the remarks, and then `result`, which is dropped if a callback
/// fails.
template <typename T>
static NormStatus conclude(ProgramCall &call,
                           llvm::Expected<std::unique_ptr<T>> made, T **result,
                           NormError **error) {
  llvm::Error callbackError =
      deliverRemarks(call.remarks, call.options.remark_callback,
                     call.options.remark_user_data);
  if (!made) {
    llvm::consumeError(std::move(callbackError));
    return finish(made.takeError(), error);
  }
  if (!callbackError)
    *result = made->release();
  return finish(std::move(callbackError), error);
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
    auto compiled = context->get(request, call->getRemarks());
    if (!compiled)
      return compiled.takeError();
    return std::make_unique<NormKernel>(
        NormKernel{std::move(*compiled), std::nullopt});
  };
  return conclude(*call, compile(), kernel, error);
}

static llvm::Expected<std::unique_ptr<NormText>>
raiseProgram(ProgramCall &call) {
  Session session(call.getRemarks());
  if (llvm::Error error = session.parse(call.program, call.getFileName()))
    return error;
  PassManager pm(session.getModule().getContext());
  pm.addPass(createNormRaise());
  if (llvm::Error error = session.run(pm))
    return error;
  auto text = std::make_unique<NormText>();
  llvm::raw_string_ostream(text->data) << session.getModule() << '\n';
  return text;
}

NormStatus normRaise(NormContext *context, const char *program, size_t size,
                     const NormProgramOptions *options, NormText **text,
                     NormError **error) {
  if (text)
    *text = nullptr;
  auto call = checkCall(context, program, size, options, text);
  if (!call)
    return finish(call.takeError(), error);
  std::optional<llvm::Expected<std::unique_ptr<NormText>>> made;
  runOnLargeStack([&] { made.emplace(raiseProgram(*call)); });
  return conclude(*call, std::move(*made), text, error);
}

static llvm::Expected<std::unique_ptr<NormText>> report(ProgramCall &call,
                                                        StringRef target) {
  Session session(call.getRemarks());
  if (!target.empty() && !getMachine(target))
    return makeFailure(NORM_INVALID_ARGUMENT, "expected target to be one of " +
                                                  getMachineNames() + ", got " +
                                                  target);
  if (llvm::Error error = session.parse(call.program, call.getFileName()))
    return error;
  session.loadDialects(*createNormReport());
  FailureOr<Report> report = createReport(session.getModule());
  if (failed(report))
    return session.takeError(NORM_UNSUPPORTED, "no report could be made");
  if (!target.empty())
    report->target = getMachine(target);
  auto text = std::make_unique<NormText>();
  llvm::raw_string_ostream os(text->data);
  printReportAsJSON(*report, os);
  return text;
}

NormStatus normReport(NormContext *context, const char *program, size_t size,
                      const NormProgramOptions *options, const char *target,
                      NormText **json, NormError **error) {
  if (json)
    *json = nullptr;
  auto call = checkCall(context, program, size, options, json);
  if (!call)
    return finish(call.takeError(), error);
  std::optional<llvm::Expected<std::unique_ptr<NormText>>> made;
  runOnLargeStack([&] { made.emplace(report(*call, target ? target : "")); });
  return conclude(*call, std::move(*made), json, error);
}

NormStatus normOpCompile(NormContext *context, const NormOp *op,
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
    auto program = context->get(*spec);
    if (!program)
      return program.takeError();
    *kernel = new NormKernel{std::move(*program), *spec};
    return llvm::Error::success();
  };
  return finish(compile(), error);
}
