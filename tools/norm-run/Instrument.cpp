//===- Instrument.cpp - norms of the entry that are watched ---------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Instrument.h"

#include "norm/Execution/Program.h"
#include "norm/Report/ProfilePage.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Pass/Pass.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

llvm::Expected<Instrumentation> run::raiseAndInstrument(func::FuncOp &entry,
                                                        int64_t k) {
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
  module->getContext()->getOrLoadDialect<bufferization::BufferizationDialect>();
  module->getContext()->getOrLoadDialect<memref::MemRefDialect>();
  return instrumentNorms(entry, k, Delivery::calls);
}

void Watch::finishCall() {
  for (auto [norm, rows] : llvm::zip_equal(profile.norms, call)) {
    norm.addCall(rows, limits);
    rows = RowTallies();
  }
  ++profile.calls;
}

std::string run::printProfile(const Profile &profile, StringRef format) {
  if (format == "text")
    return toWords(profile);
  if (format == "html") {
    std::string page;
    llvm::raw_string_ostream os(page);
    printProfileAsHTML(profile, os);
    return page;
  }
  return llvm::formatv("{0:2}\n", toJSON(profile));
}
