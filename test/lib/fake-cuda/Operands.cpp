//===- Operands.cpp - the text of an instruction --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

#include <cstdlib>
#include <sstream>

using namespace fake;

/// "%tid.x" and the like.
static const std::map<std::string, uint64_t (*)(const Thread &)> &
getSpecials() {
  static const std::map<std::string, uint64_t (*)(const Thread &)> specials = {
      {"%tid.x", [](const Thread &t) { return uint64_t(t.index[0]); }},
      {"%tid.y", [](const Thread &t) { return uint64_t(t.index[1]); }},
      {"%tid.z", [](const Thread &t) { return uint64_t(t.index[2]); }},
      {"%ctaid.x", [](const Thread &t) { return uint64_t(t.block[0]); }},
      {"%ctaid.y", [](const Thread &t) { return uint64_t(t.block[1]); }},
      {"%ctaid.z", [](const Thread &t) { return uint64_t(t.block[2]); }},
      {"%ntid.x",
       [](const Thread &t) { return uint64_t(t.cluster->sizes.block[0]); }},
      {"%ntid.y",
       [](const Thread &t) { return uint64_t(t.cluster->sizes.block[1]); }},
      {"%ntid.z",
       [](const Thread &t) { return uint64_t(t.cluster->sizes.block[2]); }},
      {"%nctaid.x",
       [](const Thread &t) { return uint64_t(t.cluster->sizes.grid[0]); }},
      {"%nctaid.y",
       [](const Thread &t) { return uint64_t(t.cluster->sizes.grid[1]); }},
      {"%nctaid.z",
       [](const Thread &t) { return uint64_t(t.cluster->sizes.grid[2]); }},
      {"%cluster_ctarank", [](const Thread &t) { return uint64_t(t.rank); }},
      {"%cluster_nctarank",
       [](const Thread &t) { return uint64_t(t.cluster->shared.size()); }},
      {"%laneid", [](const Thread &t) { return uint64_t(t.number % 32); }},
  };
  return specials;
}

/// 12, -1, 0x3210, 0x7604U, 0f3F800000, 0d3FF0000000000000
static bool readNumber(const std::string &text, uint64_t &bits) {
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'f' || text[1] == 'd')) {
    bits = std::strtoull(text.c_str() + 2, nullptr, 16);
    return true;
  }
  char *end = nullptr;
  bits = text[0] == '-'
             ? static_cast<uint64_t>(std::strtoll(text.c_str(), &end, 0))
             : std::strtoull(text.c_str(), &end, 0);
  return end != text.c_str() && (!*end || std::string(end) == "U");
}

static Operand readOperand(std::string text, const Kernel &kernel);

/// What stands between commas, but not within braces.
static std::vector<Operand> readOperands(const std::string &text,
                                         const Kernel &kernel) {
  std::vector<Operand> operands;
  std::string one;
  int depth = 0;
  auto finish = [&] {
    size_t begin = one.find_first_not_of(" \t\n"),
           end = one.find_last_not_of(" \t\n");
    if (begin != std::string::npos)
      operands.push_back(
          readOperand(one.substr(begin, end - begin + 1), kernel));
    one.clear();
  };
  for (char c : text) {
    depth += (c == '{') - (c == '}');
    if (c == ',' && depth == 0)
      finish();
    else
      one += c;
  }
  finish();
  return operands;
}

static Operand readOperand(std::string text, const Kernel &kernel) {
  Operand operand;
  if (text[0] == '{') {
    operand.kind = Operand::vector;
    operand.parts = readOperands(text.substr(1, text.size() - 2), kernel);
    return operand;
  }
  uint64_t offset = 0;
  if (text[0] == '[') {
    text = text.substr(1, text.size() - 2);
    if (size_t plus = text.find('+'); plus != std::string::npos) {
      readNumber(text.substr(plus + 1), offset);
      text.resize(plus);
    }
  }
  if (text == "_")
    return operand;
  if (auto found = kernel.registers.find(text);
      found != kernel.registers.end()) {
    operand.kind = Operand::inRegister;
    operand.number = found->second;
    operand.bits = offset;
    return operand;
  }
  if (auto found = getSpecials().find(text); found != getSpecials().end()) {
    operand.kind = Operand::special;
    operand.get = found->second;
    return operand;
  }
  if (auto found = kernel.shared.find(text); found != kernel.shared.end()) {
    operand.kind = Operand::immediate;
    operand.bits = found->second + offset;
    operand.isShared = true;
    return operand;
  }
  if (readNumber(text, operand.bits)) {
    operand.kind = Operand::immediate;
    return operand;
  }
  if (text[0] == '%')
    throw Failure("no register " + text + " is known");
  operand.kind = Operand::symbol;
  operand.name = text;
  return operand;
}

Instruction fake::readInstruction(const std::string &text,
                                  const Kernel &kernel) {
  Instruction in;
  in.text = text;
  size_t end = text.find_first_of(" \t");
  std::istringstream parts(text.substr(0, end));
  std::getline(parts, in.op, '.');
  bool hasType = false;
  std::string part;
  while (std::getline(parts, part, '.')) {
    Type type = in.type;
    if (!parseType(part, type))
      in.modifiers.push_back(part);
    else if (hasType)
      in.otherType = type;
    else
      in.type = type;
    hasType |= parseType(part, type);
  }
  if (end != std::string::npos)
    in.operands = readOperands(text.substr(end), kernel);
  return in;
}
