//===- Ahead.cpp - code for elsewhere -------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Execution/Ahead.h"
#include "ProgramCall.h"
#include "Versioned.h"
#include "norm/Bundle/Bundle.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;

/// A pointer to nothing, for results that are files.
using Nothing = std::unique_ptr<char>;

NormStatus normCompileAhead(NormContext *context, const char *program,
                            size_t size, const NormProgramOptions *options,
                            const NormAheadOptions *aheadOptions,
                            NormText **code, NormText **header,
                            NormError **error) {
  for (NormText **text : {code, header})
    if (text)
      *text = nullptr;
  auto call = checkCall(context, program, size, options, code);
  if (!call)
    return finish(call.takeError(), error);
  auto checked = copyVersioned(aheadOptions, "ahead-of-time options");
  if (!checked)
    return finish(checked.takeError(), error);
  run::AheadOptions ahead;
  if (checked->target)
    ahead.target = checked->target;
  ahead.isShared = checked->shared;
  ahead.threads = checked->threads == NORM_THREADS_ANY
                      ? 0
                      : std::max<uint32_t>(checked->threads, 1);
  if (ahead.threads > 1024)
    return finish(rejectArgument("expected at most 1024 threads, got " +
                                 Twine(ahead.threads)),
                  error);
  std::unique_ptr<NormText> declarations;
  using Made = std::unique_ptr<NormText>;
  auto made =
      makeInSession<Made>(*call, [&](Session &session) -> llvm::Expected<Made> {
        auto compiled = run::compileAhead(session.getModule(), ahead);
        if (!compiled)
          return session.explain(compiled.takeError());
        declarations = std::make_unique<NormText>(NormText{run::printHeader(
            compiled->functions,
            checked->header_name ? checked->header_name : "norm.h")});
        return std::make_unique<NormText>(NormText{
            std::string(compiled->bytes.begin(), compiled->bytes.end())});
      });
  NormStatus status = conclude(*call, std::move(made), code, error);
  if (!status && header)
    *header = declarations.release();
  return status;
}

static llvm::Expected<BundleOptions>
checkBundle(const NormBundleOptions *given) {
  auto options = copyVersioned(given, "bundle options");
  if (!options)
    return options.takeError();
  static constexpr CubinPolicy kPolicies[] = {
      CubinPolicy::automatic, CubinPolicy::always, CubinPolicy::never};
  if (options->cubins < 0 || options->cubins > NORM_CUBINS_NEVER)
    return rejectArgument("expected cubins from 0 to 2, got " +
                          Twine(options->cubins));
  BundleOptions bundle;
  SmallVector<StringRef> chips;
  StringRef(options->chips ? options->chips : "")
      .split(chips, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  if (chips.empty())
    return rejectArgument("expected chips, such as sm_90, got none");
  for (StringRef chip : chips)
    bundle.chips.push_back(chip.str());
  bundle.cubins = kPolicies[options->cubins];
  if (options->toolkit)
    bundle.toolkit = options->toolkit;
  return bundle;
}

NormStatus normCompileBundle(NormContext *context, const char *program,
                             size_t size, const NormProgramOptions *options,
                             const NormBundleOptions *bundleOptions,
                             const char *path, NormError **error) {
  auto call = checkCall(context, program, size, options, /*result=*/path);
  if (!call)
    return finish(call.takeError(), error);
  auto bundle = checkBundle(bundleOptions);
  if (!bundle)
    return finish(bundle.takeError(), error);
  auto made = makeInSession<Nothing>(
      *call, [&](Session &session) -> llvm::Expected<Nothing> {
        if (llvm::Error error = writeBundle(session.getModule(), *bundle, path))
          return session.explain(std::move(error));
        return Nothing();
      });
  char *nothing = nullptr;
  return conclude(*call, std::move(made), &nothing, error);
}
