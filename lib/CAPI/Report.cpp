//===- Report.cpp - reports of programs -----------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Report/Report.h"
#include "ProgramCall.h"
#include "Versioned.h"
#include "norm/Report/Passes.h"
#include "norm/Report/SourceLines.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;

static llvm::Expected<::NormReportOptions>
checkOptions(const ::NormReportOptions *given) {
  auto options = copyVersioned(given, "report options");
  if (!options)
    return options;
  StringRef target = options->target ? options->target : "";
  if (!target.empty() && !getMachine(target))
    return rejectArgument("expected target to be one of " + getMachineNames() +
                          ", got " + target);
  if (options->format < NORM_REPORT_JSON || options->format > NORM_REPORT_HTML)
    return rejectArgument("expected a format of reports from 0 to 2, got " +
                          Twine(options->format));
  if (options->dynamic_extent < 0)
    return rejectArgument("expected a dynamic extent of at least 0, got " +
                          Twine(options->dynamic_extent));
  if (options->dynamic_extent == 0)
    options->dynamic_extent = 1;
  return options;
}

/// Adds what the texts say that are options, and lines of the program itself.
static llvm::Error complete(Report &report, const ProgramCall &call,
                            const ::NormReportOptions &options) {
  auto lines = SourceLines::get(options.sources ? options.sources : "");
  if (!lines)
    return lines.takeError();
  if (options.sources)
    lines->add(call.getFileName(), call.program);
  lines->addTo(report);
  for (auto [text, name, add] :
       {std::tuple(options.measured, "measured", &addMeasurements),
        std::tuple(options.baseline, "baseline", &addDifference)})
    if (text)
      if (llvm::Error error = add(report, text, name))
        return error;
  return llvm::Error::success();
}

static llvm::Expected<std::unique_ptr<NormText>>
report(Session &session, const ProgramCall &call,
       const ::NormReportOptions &options) {
  session.loadDialects(*createNormReport());
  FailureOr<Report> report =
      createReport(session.getModule(), options.dynamic_extent,
                   getMachine(options.target ? options.target : ""));
  if (failed(report))
    return session.takeError(NORM_UNSUPPORTED, "no report could be made");
  if (llvm::Error error = complete(*report, call, options))
    return rejectArgument(llvm::toString(std::move(error)));
  auto text = std::make_unique<NormText>();
  llvm::raw_string_ostream os(text->data);
  auto *print = options.format == NORM_REPORT_JSON    ? printReportAsJSON
                : options.format == NORM_REPORT_TABLE ? printReport
                                                      : printReportAsHTML;
  print(*report, os);
  return text;
}

NormStatus normReport(NormContext *context, const char *program, size_t size,
                      const NormProgramOptions *options,
                      const ::NormReportOptions *reportOptions, NormText **text,
                      NormError **error) {
  if (text)
    *text = nullptr;
  auto call = checkCall(context, program, size, options, text);
  if (!call)
    return finish(call.takeError(), error);
  auto checked = checkOptions(reportOptions);
  if (!checked)
    return finish(checked.takeError(), error);
  auto made =
      makeInSession<std::unique_ptr<NormText>>(*call, [&](Session &session) {
        return report(session, *call, *checked);
      });
  return conclude(*call, std::move(made), text, error);
}
