//===- Instrument.cpp - norms of the entry that are watched ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Instrument.h"

#include "norm/Execution/Program.h"
#include "norm/Support/OutputFiles.h"

#include "mlir/Pass/Pass.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm::run;

llvm::Expected<norm::Instrumentation>
norm::run::raiseAndInstrument(func::FuncOp &entry, int64_t k) {
  std::string name = entry.getName().str();
  auto module = entry->getParentOfType<ModuleOp>();
  PassManager pm(module.getContext());
  pm.addPass(createRaise(/*isStrict=*/false));
  if (failed(pm.run(module)))
    return llvm::createStringError("the program could not be compiled");
  auto raised = findEntry(module, name);
  if (!raised)
    return raised.takeError();
  entry = *raised;
  return norm::instrumentNorms(entry, k);
}

/// Adds the rows of one norm, whose values begin at `values`.
static void addRows(norm::NormProfile &norm, const HostTensor *values) {
  bool isCentred = norm.kind == norm::NormKind::layernorm;
  for (int64_t row = 0, end = values[0].elementCount(); row < end; ++row) {
    norm::RowSample sample;
    sample.mean = loadElement(values[0], row);
    sample.square = loadElement(values[1], row);
    if (!isCentred)
      sample.leading = loadElement(values[2], row);
    norm.add(sample);
  }
}

llvm::Error norm::run::writeProfile(norm::Instrumentation &instrumentation,
                                    ArrayRef<HostTensor> results,
                                    StringRef path) {
  const HostTensor *values = &results[instrumentation.firstResult];
  for (norm::NormProfile &norm : instrumentation.profile.norms) {
    addRows(norm, values);
    values += norm::getSampleCount(norm.kind);
  }
  ++instrumentation.profile.calls;
  std::string text =
      llvm::formatv("{0:2}\n", norm::toJSON(instrumentation.profile));
  return norm::writeOutput(path, text);
}
