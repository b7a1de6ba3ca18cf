//===- Parse.cpp - kernels of a PTX text ----------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Numbers.h"

#include <regex>
#include <sstream>

using namespace fake;

/// Stands for the place of dynamic memory until that of all variables is known.
static constexpr unsigned kDynamic = UINT32_MAX;

static std::string trim(const std::string &text) {
  size_t begin = text.find_first_not_of(" \t\n"),
         end = text.find_last_not_of(" \t\n");
  return begin == std::string::npos ? "" : text.substr(begin, end - begin + 1);
}

static std::string dropComments(const std::string &ptx) {
  std::istringstream lines(ptx);
  std::string line, text;
  while (std::getline(lines, line))
    text += line.substr(0, line.find("//")) + "\n";
  return text;
}

static std::vector<std::string> split(const std::string &text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  std::string part;
  while (std::getline(stream, part, separator))
    if (!trim(part).empty())
      parts.push_back(trim(part));
  return parts;
}

/// ".param .u64 .ptr .align 1 name"
static Parameter parseParameter(const std::string &text) {
  std::vector<std::string> words = split(text, ' ');
  Type type;
  if (words.size() < 3 || !parseType(words[1].substr(1), type))
    throw Failure("expected a parameter, got '" + text + "'");
  return {words.back(), type.width / 8};
}

/// The number behind `directive`, such as ".maxntid 256, 1, 1": the product.
static unsigned getProduct(const std::string &text, const char *directive) {
  std::smatch match;
  std::regex pattern(std::string("\\") + directive +
                     R"(\s+(\d+)(?:,\s*(\d+))?(?:,\s*(\d+))?)");
  if (!std::regex_search(text, match, pattern))
    return 0;
  unsigned product = 1;
  for (size_t i = 1; i < match.size(); ++i)
    if (match[i].matched)
      product *= static_cast<unsigned>(std::stoul(match[i]));
  return product;
}

static unsigned alignTo(unsigned offset, unsigned alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

/// ".shared .align 16 .b8 name[64]"
static void addShared(const std::string &text, Kernel &kernel) {
  std::smatch match;
  static const std::regex pattern(
      R"(\.shared\s+\.align\s+(\d+)\s+\.b8\s+(\S+)\[(\d+)\])");
  if (!std::regex_match(text, match, pattern))
    throw Failure("expected a variable, got '" + text + "'");
  unsigned offset =
      alignTo(kernel.sharedBytes, static_cast<unsigned>(std::stoul(match[1])));
  kernel.shared[match[2]] = offset;
  kernel.sharedBytes = offset + static_cast<unsigned>(std::stoul(match[3]));
}

/// ".reg .b32 %r<125>": registers get their numbers one after the other.
static void addRegisters(const std::string &text, Kernel &kernel) {
  std::smatch match;
  static const std::regex pattern(R"(\.reg\s+\.\w+\s+(%\w+)<(\d+)>)");
  if (!std::regex_match(text, match, pattern))
    throw Failure("expected registers, got '" + text + "'");
  for (unsigned i = 0; i < std::stoul(match[2]); ++i)
    kernel.registers.emplace(match[1].str() + std::to_string(i),
                             kernel.registers.size());
}

/// Skips the step that follows unless the predicate is as the guard says.
static Step makeGuard(unsigned predicate, bool isNegated, const Step &step) {
  return [=](Thread &thread) {
    if ((thread.registers[predicate] != 0) != isNegated)
      step(thread);
  };
}

static void addInstruction(std::string text, Kernel &kernel) {
  if (text[0] != '@') {
    kernel.steps.push_back(decode(text, kernel));
    return;
  }
  size_t end = text.find_first_of(" \t");
  bool isNegated = text[1] == '!';
  std::string predicate =
      text.substr(isNegated ? 2 : 1, end - (isNegated ? 2 : 1));
  kernel.steps.push_back(makeGuard(kernel.registers.at(predicate), isNegated,
                                   decode(trim(text.substr(end)), kernel)));
}

/// The statements of a body; labels first, as branches go forward as well.
static void parseBody(const std::string &body, Kernel &kernel) {
  std::vector<std::string> instructions;
  for (std::string statement : split(body, ';')) {
    static const std::regex label(R"(^(\$?\w+):\s*)");
    std::smatch match;
    while (std::regex_search(statement, match, label)) {
      kernel.labels[match[1]] = static_cast<unsigned>(instructions.size());
      statement = trim(match.suffix());
    }
    if (statement.compare(0, 5, ".reg ") == 0)
      addRegisters(statement, kernel);
    else if (statement.compare(0, 8, ".shared ") == 0)
      addShared(statement, kernel);
    else if (statement.compare(0, 7, ".pragma") != 0)
      instructions.push_back(statement);
  }
  kernel.sharedBytes = alignTo(kernel.sharedBytes, 16);
  for (auto &variable : kernel.shared)
    if (variable.second == kDynamic)
      variable.second = kernel.sharedBytes;
  for (const std::string &instruction : instructions)
    addInstruction(instruction, kernel);
}

std::map<std::string, Kernel> fake::parse(const std::string &ptx) {
  std::string text = dropComments(ptx);
  std::map<std::string, Kernel> kernels;
  static const std::regex dynamic(
      R"(\.extern\s+\.shared\s+\.align\s+\d+\s+\.b8\s+(\w+)\[\])");
  std::vector<std::string> dynamicNames;
  for (std::sregex_iterator it(text.begin(), text.end(), dynamic), end;
       it != end; ++it)
    dynamicNames.push_back((*it)[1]);
  for (size_t at = text.find(".entry "); at != std::string::npos;
       at = text.find(".entry ", at + 1)) {
    size_t open = text.find('(', at), close = text.find(')', open),
           begin = text.find('{', close), end = text.find("\n}", begin);
    if (end == std::string::npos)
      throw Failure("expected a kernel, got the end of the text");
    Kernel kernel;
    kernel.name = trim(text.substr(at + 7, open - at - 7));
    for (const std::string &parameter :
         split(text.substr(open + 1, close - open - 1), ','))
      kernel.parameters.push_back(parseParameter(parameter));
    std::string directives = text.substr(close, begin - close);
    kernel.maxThreads = getProduct(directives, ".maxntid");
    kernel.clusterBlocks = getProduct(directives, ".reqnctapercluster");
    for (const std::string &name : dynamicNames)
      kernel.shared[name] = kDynamic;
    parseBody(text.substr(begin + 1, end - begin - 1), kernel);
    kernels.emplace(kernel.name, std::move(kernel));
  }
  return kernels;
}
