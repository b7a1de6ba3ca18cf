//===- NormReport.cpp - the pass norm-report ------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Report/Passes.h"

#include "norm/Raise/LowerTosa.h"
#include "norm/Report/Report.h"
#include "norm/Report/SourceLines.h"
#include "norm/Support/InputFiles.h"
#include "norm/Support/OutputFiles.h"

#include "mlir/Dialect/Affine/IR/AffineOps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::norm {
#define GEN_PASS_DEF_NORMREPORT
#include "norm/Report/Passes.h.inc"
} // namespace mlir::norm

using namespace mlir;
using namespace mlir::norm;

namespace {
struct NormReport : public norm::impl::NormReportBase<NormReport> {
  using NormReportBase::NormReportBase;

  void getDependentDialects(DialectRegistry &registry) const override {
    NormReportBase::getDependentDialects(registry);
    OpPassManager pipeline(func::FuncOp::getOperationName());
    raise::buildTosaLowering(pipeline);
    pipeline.getDependentDialects(registry);
  }

  LogicalResult checkOptions();
  llvm::Error complete(Report &report);
  LogicalResult write(const Report &report);

  void runOnOperation() override {
    markAllAnalysesPreserved();
    if (failed(checkOptions()))
      return signalPassFailure();
    FailureOr<Report> report =
        createReport(getOperation(), dynamicExtent, getMachine(target));
    if (failed(report))
      return signalPassFailure();
    if (llvm::Error error = complete(*report)) {
      emitError(getOperation().getLoc()) << llvm::toString(std::move(error));
      return signalPassFailure();
    }
    if (failed(write(*report)))
      signalPassFailure();
  }
};
} // namespace

LogicalResult NormReport::checkOptions() {
  // At the place alone: the module would be printed with the message.
  Location loc = getOperation().getLoc();
  if (!llvm::is_contained({"table", "json", "html"}, format.getValue()))
    return emitError(loc, "expected format to be table, json or html, got ")
           << format;
  if (!target.empty() && !getMachine(target))
    return emitError(loc, "expected target to be one of ")
           << getMachineNames() << ", got " << target;
  if (dynamicExtent < 1)
    return emitError(loc, "expected dynamic-extent to be at least 1, got ")
           << int64_t(dynamicExtent);
  if (!file.empty())
    if (llvm::Error error = checkOutputs({file.getValue()}))
      return emitError(loc) << llvm::toString(std::move(error));
  return success();
}

/// Adds what the files say that options name.
llvm::Error NormReport::complete(Report &report) {
  auto lines = SourceLines::get(sources);
  if (!lines)
    return lines.takeError();
  lines->addTo(report);
  for (const auto &[path, add] :
       {std::pair(measured.getValue(), &addMeasurements),
        std::pair(baseline.getValue(), &addDifference)}) {
    if (path.empty())
      continue;
    auto buffer = readInput(path);
    if (!buffer)
      return llvm::createStringError("cannot read " + path + ": " +
                                     llvm::toString(buffer.takeError()));
    if (llvm::Error error = add(report, (*buffer)->getBuffer(), path))
      return error;
  }
  return llvm::Error::success();
}

/// Writes to standard error, or to a file that is replaced as a whole.
LogicalResult NormReport::write(const Report &report) {
  auto print = [&](raw_ostream &os) {
    if (format == "json")
      printReportAsJSON(report, os);
    else if (format == "html")
      printReportAsHTML(report, os);
    else
      printReport(report, os);
  };
  if (file.empty()) {
    print(llvm::errs());
    return success();
  }
  if (llvm::Error error = writeOutputs({{file, print}}))
    return emitError(getOperation().getLoc())
           << llvm::toString(std::move(error));
  return success();
}
