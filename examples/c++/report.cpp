//===- report.cpp - the norms of a program, from C++ ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// report FILE.mlir: prints what was found and what was not, with the reason,
// and the report as JSON. The objects of the C interface are held by
// unique_ptr.
//
//===----------------------------------------------------------------------===//

#include "norm-c/Norm.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

namespace {
/// Destroys an object with the function of its type.
struct Destroy {
  void operator()(NormContext *context) const { normContextDestroy(context); }
  void operator()(NormError *error) const { normErrorDestroy(error); }
  void operator()(NormText *text) const { normTextDestroy(text); }
};
template <typename T> using Handle = std::unique_ptr<T, Destroy>;
} // namespace

static int fail(NormError *raw) {
  Handle<NormError> error(raw);
  std::cerr << normErrorGetFile(raw) << ':' << normErrorGetLine(raw) << ':'
            << normErrorGetColumn(raw) << ": " << normErrorGetMessage(raw)
            << '\n';
  return 1;
}

static void printRemark(const NormRemark *remark, void *count) {
  ++*static_cast<int *>(count);
  std::cout << remark->file << ':' << remark->line << ':' << remark->column
            << (remark->kind == NORM_REMARK_PASSED ? ": passed: "
                                                   : ": missed: ")
            << remark->message << '\n';
}

int main(int argc, char **argv) {
  if (argc != 2) {
    std::cerr << "usage: report FILE.mlir\n";
    return 1;
  }
  std::ifstream file(argv[1], std::ios::binary);
  std::string program{std::istreambuf_iterator<char>(file), {}};

  NormError *error = nullptr;
  NormContext *rawContext = nullptr;
  if (normContextCreate(nullptr, &rawContext, &error))
    return fail(error);
  Handle<NormContext> context(rawContext);

  int remarks = 0;
  NormProgramOptions options = {};
  options.struct_size = sizeof(options);
  options.file_name = argv[1];
  options.remark_callback = printRemark;
  options.remark_user_data = &remarks;
  NormText *rawText = nullptr;
  if (normRaise(context.get(), program.data(), program.size(), &options,
                &rawText, &error))
    return fail(error);
  Handle<NormText> raised(rawText);
  std::cout << remarks << " remarks\n";

  options.remark_callback = nullptr;
  NormReportOptions reportOptions = {};
  reportOptions.struct_size = sizeof(reportOptions);
  reportOptions.target = "h100";
  if (normReport(context.get(), program.data(), program.size(), &options,
                 &reportOptions, &rawText, &error))
    return fail(error);
  Handle<NormText> report(rawText);
  std::cout << normTextGetData(report.get()) << '\n';
  return 0;
}
