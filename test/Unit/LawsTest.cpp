//===- LawsTest.cpp - the laws of docs/Laws.md ----------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ExprTest.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace mlir;
using namespace mlir::norm::raise;

namespace {
class Laws : public ExprTest {
protected:
  static std::string read(const std::string &path) {
    auto file = llvm::MemoryBuffer::getFile(NORM_SOURCE_DIR "/" + path);
    return file ? (*file)->getBuffer().str() : std::string();
  }

  /// `left = right` or `left != right`, as many as the cell has.
  void checkCell(StringRef cell, ExprParser &parser, bool holds);
  void checkRow(ArrayRef<StringRef> cells, ExprParser &parser);

  ExprParser program{context, ExprParser::Mode::Program};
  unsigned numLaws = 0;
};
} // namespace

void Laws::checkCell(StringRef cell, ExprParser &parser, bool holds) {
  SmallVector<StringRef> parts;
  cell.split(parts, '`');
  ASSERT_GE(parts.size(), 3u) << "no case: " << cell.str();
  for (size_t i = 1; i < parts.size(); i += 2) {
    auto [left, right] = parts[i].split(holds ? " = " : " != ");
    ASSERT_FALSE(right.empty()) << parts[i].str();
    ExprRef lhs = parser.parse(left), rhs = parser.parse(right);
    EXPECT_EQ(lhs == rhs, holds) << parts[i].str() << "\n"
                                 << toString(lhs) << "\n"
                                 << toString(rhs);
  }
}

void Laws::checkRow(ArrayRef<StringRef> cells, ExprParser &parser) {
  ++numLaws;
  auto [file, name] = cells[2].split(": ");
  EXPECT_NE(read("lib/Raise/Expr/" + file.str()).find(name.str()),
            std::string::npos)
      << cells[2].str();
  checkCell(cells[3], parser, /*holds=*/true);
  checkCell(cells[4], parser, /*holds=*/false);
  EXPECT_TRUE(llvm::is_contained(
      {"splits", "powers", "indices", "extents", "ops"}, cells[5]))
      << cells[5].str();
}

TEST_F(Laws, OfTheTable) {
  std::string text = read("docs/Laws.md");
  ExprParser *parser = &algebra;
  for (StringRef line : llvm::split(text, '\n')) {
    if (line.starts_with("## "))
      parser = line == "## As programs are read" ? &program : &algebra;
    SmallVector<StringRef> cells;
    if (!line.consume_front("| ") || !line.consume_back(" |"))
      continue;
    line.split(cells, '|');
    for (StringRef &cell : cells)
      cell = cell.trim();
    if (cells[0] == "law")
      continue;
    ASSERT_EQ(cells.size(), 6u) << line.str();
    checkRow(cells, *parser);
  }
  EXPECT_GT(numLaws, 30u);
}

// No more than 24 terms: what is added to them is one term.
TEST_F(Laws, SumsAreFlatUpToABound) {
  std::string few = "a0[i]", many;
  for (int i = 1; i < 30; ++i)
    few += " + a" + std::to_string(i) + "[i]";
  EXPECT_EQ(parse("(" + few + ") + b[i]")->kind, Expr::Kind::Add);
  ExprRef flat = parse("a[i] + (b[i] + c[i])");
  EXPECT_EQ(flat->operands.size(), 3u);
  ExprRef nested = context.add(parse("b[i] + c[i]"), parse(few));
  EXPECT_TRUE(llvm::any_of(nested->operands, [](ExprRef operand) {
    return operand->kind == Expr::Kind::Group;
  }));
}
