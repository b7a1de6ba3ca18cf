//===- Options.h - the command line of norm-run -----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TOOLS_NORM_RUN_OPTIONS_H
#define NORM_TOOLS_NORM_RUN_OPTIONS_H

#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"

#include <string>

namespace mlir::norm::run {

/// The command line.
struct Options {
  llvm::cl::OptionCategory category{"norm-run options"};
  llvm::cl::opt<std::string> file{llvm::cl::Positional, llvm::cl::Required,
                                  llvm::cl::desc("FILE.mlir"),
                                  llvm::cl::cat(category)};
  llvm::cl::opt<std::string> entry{
      "entry", llvm::cl::desc("Function to run"), llvm::cl::value_desc("name"),
      llvm::cl::init("main"), llvm::cl::cat(category)};
  llvm::cl::list<std::string> inputs{
      "input", llvm::cl::desc("Array files for the arguments, in order"),
      llvm::cl::value_desc("A.npy"), llvm::cl::cat(category)};
  llvm::cl::opt<uint64_t> random{
      "random",
      llvm::cl::desc("Fill the arguments left over with normal values"),
      llvm::cl::value_desc("seed"), llvm::cl::cat(category)};
  llvm::cl::list<std::string> outputs{
      "output",
      llvm::cl::desc("Array files for the results, in "
                     "order; a summary is printed for the "
                     "results without one"),
      llvm::cl::value_desc("Y.npy"), llvm::cl::cat(category)};
  llvm::cl::opt<bool> noRaise{
      "no-raise",
      llvm::cl::desc("Leave norms as they are and use a fixed pipeline "
                     "of upstream passes"),
      llvm::cl::cat(category)};
  llvm::cl::opt<unsigned> vectorBits{
      "vector-bits",
      llvm::cl::desc(
          "Width of a vector register in raised programs: 128, 256, 512, "
          "or 0 for that of this machine (default)"),
      llvm::cl::init(0), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> stores{
      "stores",
      llvm::cl::desc(
          "How raised programs store results: plain, streaming (past the "
          "caches), or auto (by their bytes, default)"),
      llvm::cl::value_desc("way"), llvm::cl::init("auto"),
      llvm::cl::cat(category)};
  llvm::cl::opt<unsigned> threads{
      "threads",
      llvm::cl::desc("Number of threads (default: the cores available)"),
      llvm::cl::value_desc("N"), llvm::cl::cat(category)};
  llvm::cl::opt<unsigned> rounds{
      "time",
      llvm::cl::desc("Print the time to compile, and the median and minimum "
                     "time of this many calls after a warm-up"),
      llvm::cl::value_desc("rounds"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> object{
      "object",
      llvm::cl::desc("Write the machine code that is run, as an object file"),
      llvm::cl::value_desc("OUT.o"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> instrument{
      "instrument",
      llvm::cl::desc(
          "Write what the rows of each norm were, and how much a cheaper "
          "norm would change them, as JSON"),
      llvm::cl::value_desc("FILE.json"), llvm::cl::cat(category)};
  llvm::cl::opt<int64_t> instrumentK{
      "instrument-k",
      llvm::cl::desc(
          "Elements of a row that --instrument compares with all of it "
          "(default: 6.25 % of it, rounded up)"),
      llvm::cl::value_desc("k"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> instrumentFormat{
      "instrument-format",
      llvm::cl::desc(
          "How --instrument writes: json (default), text, a sentence for "
          "each norm, or html, a page with histograms"),
      llvm::cl::value_desc("format"), llvm::cl::init("json"),
      llvm::cl::cat(category)};
  llvm::cl::opt<std::string> instrumentLimit{
      "instrument-limit",
      llvm::cl::desc(
          "What --instrument allows of each norm in each call, such as "
          "row_mean=0.5,nan_rows=0; what exceeds it is an error in the "
          "end"),
      llvm::cl::value_desc("NAME=NUMBER,.."), llvm::cl::cat(category)};
  llvm::cl::opt<unsigned> calls{
      "calls",
      llvm::cl::desc(
          "Call the function so many times; %c in the name of an --input "
          "file is the number of the call, from 1, and a seed grows by 1. "
          "Results are those of the last call"),
      llvm::cl::value_desc("N"), llvm::cl::init(1), llvm::cl::cat(category)};
  llvm::cl::opt<bool> verbose{
      "verbose",
      llvm::cl::desc(
          "Print to stderr what the code is made for: vectors, caches and "
          "who told them, threads"),
      llvm::cl::cat(category)};
  llvm::cl::opt<int64_t> deterministic{
      "deterministic",
      llvm::cl::desc(
          "Gives a program of several processes the bits of one: sums of "
          "rows by pieces of this many elements"),
      llvm::cl::value_desc("elements"), llvm::cl::init(0),
      llvm::cl::cat(category)};
  llvm::cl::opt<std::string> mpi{
      "mpi",
      llvm::cl::desc("Norm's MPI library for a program of several processes "
                     "(default: that of the mpiexec at work)"),
      llvm::cl::value_desc("libnorm_mpi.so"), llvm::cl::cat(category)};
  llvm::cl::opt<std::string> printIRAfter{
      "print-ir-after",
      llvm::cl::desc(
          "Print the program to stderr after a stage: input, raised, "
          "fused, planned, vector or llvm; sharded of a program of "
          "several processes"),
      llvm::cl::value_desc("stage"), llvm::cl::cat(category)};
};

/// An error for options that contradict each other or cannot be met.
llvm::Error checkOptions(const Options &options);

} // namespace mlir::norm::run

#endif // NORM_TOOLS_NORM_RUN_OPTIONS_H
