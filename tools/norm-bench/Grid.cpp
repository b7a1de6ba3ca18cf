//===- Grid.cpp - the cells of a run --------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Grid.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;

using Shape = std::pair<int64_t, int64_t>;

/// Rows and columns of --grid=issue: a row to a gigabyte of one length, short
/// and long rows, and an odd length.
static constexpr Shape kIssueGrid[] = {
    {1, 4096},     {8, 4096},     {128, 4096},  {2048, 4096}, {32768, 4096},
    {131072, 128}, {16384, 1024}, {512, 65536}, {1, 262144},  {4096, 4095}};

/// Shapes of 2^24 elements, by their row lengths: 2^6 to 2^18.
static SmallVector<Shape> lengthsGrid() {
  SmallVector<Shape> shapes;
  for (int log = 6; log <= 18; ++log)
    shapes.emplace_back(int64_t(1) << (24 - log), int64_t(1) << log);
  return shapes;
}

static llvm::Expected<SmallVector<Shape>> readShapes(const CellLists &lists) {
  if (lists.grid.empty()) {
    if (lists.rows.empty() || lists.cols.empty())
      return llvm::createStringError("expected --rows and --cols, or --grid");
    SmallVector<Shape> shapes;
    for (int64_t rows : lists.rows)
      for (int64_t cols : lists.cols)
        shapes.emplace_back(rows, cols);
    return shapes;
  }
  if (!lists.rows.empty() || !lists.cols.empty())
    return llvm::createStringError(
        "expected --grid or --rows and --cols, got both");
  if (lists.grid == "lengths")
    return lengthsGrid();
  if (lists.grid == "issue")
    return SmallVector<Shape>(std::begin(kIssueGrid), std::end(kIssueGrid));
  return llvm::createStringError("--grid expects issue or lengths, got '" +
                                 lists.grid + "'");
}

/// The values that `names` stand for.
template <typename T>
static llvm::Expected<SmallVector<T>>
readNames(ArrayRef<std::string> names, StringRef option, StringRef known,
          std::optional<T> (*parse)(StringRef)) {
  SmallVector<T> values;
  for (const std::string &name : names) {
    std::optional<T> value = parse(name);
    if (!value)
      return llvm::createStringError(option + " expects " + known + ", got '" +
                                     name + "'");
    values.push_back(*value);
  }
  if (values.empty())
    return llvm::createStringError("expected " + option + ": " + known);
  return values;
}

/// What backwards are asked for; none where nothing is named.
static llvm::Expected<std::optional<Outputs>>
readOutputs(ArrayRef<std::string> names) {
  if (names.empty())
    return std::nullopt;
  Outputs outputs = {};
  for (const std::string &name : names) {
    bool *output = llvm::StringSwitch<bool *>(name)
                       .Case("dx", &outputs.dx)
                       .Case("dscale", &outputs.dscale)
                       .Case("dbias", &outputs.dbias)
                       .Default(nullptr);
    if (!output)
      return llvm::createStringError(
          "--outputs expects dx, dscale or dbias, got '" + name + "'");
    *output = true;
  }
  return outputs;
}

llvm::Expected<SmallVector<Cell>> bench::makeCells(const CellLists &lists) {
  auto ops =
      readNames(lists.ops, "--op",
                "rmsnorm, prmsnorm, layernorm or add-rmsnorm, "
                "rmsnorm-backward, prmsnorm-backward or layernorm-backward",
                parseOperation);
  if (!ops)
    return ops.takeError();
  auto types =
      readNames(lists.types, "--dtype", "f32, bf16, f16 or f64", parseStorage);
  if (!types)
    return types.takeError();
  auto outputs = readOutputs(lists.outputs);
  if (!outputs)
    return outputs.takeError();
  auto shapes = readShapes(lists);
  if (!shapes)
    return shapes.takeError();
  SmallVector<Cell> cells;
  for (OpKind op : *ops)
    for (Storage type : *types)
      for (auto [rows, cols] : *shapes)
        for (unsigned threads : lists.threads) {
          auto cell =
              makeCell(op, type, rows, cols, lists.k, threads, *outputs);
          if (!cell)
            return cell.takeError();
          cells.push_back(*cell);
        }
  return cells;
}
