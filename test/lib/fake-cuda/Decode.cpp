//===- Decode.cpp - what instructions of PTX do ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

#include <cmath>
#include <cstring>

using namespace fake;

//===----------------------------------------------------------------------===//
// Comparisons and conversions
//===----------------------------------------------------------------------===//

/// Whether less, equal or greater, one of which two numbers are, is one of
/// those that "lt" and the like name.
static unsigned getOutcomes(const std::string &how) {
  static const std::map<std::string, unsigned> outcomes = {
      {"lt", 1}, {"eq", 2}, {"le", 3},  {"gt", 4},
      {"ne", 5}, {"ge", 6}, {"num", 7}, {"nan", 0}};
  // "ltu" is also true of NaN.
  bool isUnordered = how.size() == 3 && how[2] == 'u';
  auto found = outcomes.find(isUnordered ? how.substr(0, 2) : how);
  if (found == outcomes.end())
    throw Failure("no comparison " + how + " is known");
  return found->second | (isUnordered || how == "nan" ? 8 : 0);
}

template <typename T> static unsigned getOutcome(T a, T b) {
  return a < b ? 1 : a == b ? 2 : a > b ? 4 : 8;
}

/// setp.how.type p, a, b
static Step decodeComparison(const Instruction &in) {
  unsigned outcomes = getOutcomes(in.modifiers.at(0));
  Type type = in.type;
  Operand to = in.operands.at(0), lhs = in.operands.at(1),
          rhs = in.operands.at(2);
  return [=](Thread &t) {
    uint64_t a = truncate(read(t, lhs), type.width),
             b = truncate(read(t, rhs), type.width);
    unsigned outcome =
        type.isFloat() ? getOutcome(toDouble(a, type), toDouble(b, type))
        : type.kind == Type::integer
            ? getOutcome(extend(a, type.width), extend(b, type.width))
            : getOutcome(a, b);
    write(t, to, (outcomes & outcome) != 0);
  };
}

static uint64_t convert(uint64_t bits, Type from, Type to, bool isTruncated) {
  bits = truncate(bits, from.width);
  if (from.isFloat() && to.isFloat())
    return fromDouble(toDouble(bits, from), to);
  if (to.isFloat()) {
    if (to.width == 32) {
      float value = from.kind == Type::integer
                        ? static_cast<float>(extend(bits, from.width))
                        : static_cast<float>(bits);
      return fromDouble(value, to);
    }
    return fromDouble(from.kind == Type::integer
                          ? static_cast<double>(extend(bits, from.width))
                          : static_cast<double>(bits),
                      to);
  }
  if (from.isFloat()) {
    double value = toDouble(bits, from);
    value = isTruncated ? std::trunc(value) : std::nearbyint(value);
    return truncate(static_cast<uint64_t>(static_cast<int64_t>(value)),
                    to.width);
  }
  if (from.kind == Type::integer)
    bits = static_cast<uint64_t>(extend(bits, from.width));
  return truncate(bits, to.width);
}

/// cvt.to.from d, a, or of two numbers d, a, b, of which b is the lower one.
static Step decodeConversion(const Instruction &in) {
  Type to = in.type, from = *in.otherType;
  bool isTruncated = in.has("rzi");
  Operand destination = in.operands[0], a = in.operands[1];
  if (!to.isPair)
    return [=](Thread &t) {
      write(t, destination, convert(read(t, a), from, to, isTruncated));
    };
  Operand b = in.operands[2];
  return [=](Thread &t) {
    write(t, destination,
          convert(read(t, b), from, to, isTruncated) |
              convert(read(t, a), from, to, isTruncated) << to.width);
  };
}

//===----------------------------------------------------------------------===//
// Moves and memory
//===----------------------------------------------------------------------===//

/// mov d, a; mov d, {a, b}; mov {a, b}, d
static Step decodeMove(const Instruction &in) {
  Operand to = in.operands[0], from = in.operands[1];
  if (from.kind == Operand::vector)
    return [=](Thread &t) {
      uint64_t result = 0;
      unsigned width = in.type.width / static_cast<unsigned>(from.parts.size());
      for (size_t i = 0; i < from.parts.size(); ++i)
        result |= truncate(read(t, from.parts[i]), width) << i * width;
      write(t, to, result);
    };
  if (to.kind == Operand::vector)
    return [=](Thread &t) {
      unsigned width = in.type.width / static_cast<unsigned>(to.parts.size());
      for (size_t i = 0; i < to.parts.size(); ++i)
        write(t, to.parts[i], truncate(read(t, from) >> i * width, width));
    };
  return
      [=](Thread &t) { write(t, to, truncate(read(t, from), in.type.width)); };
}

/// ld.space.type d, [a] and st.space.type [a], d, of one element or several.
static Step decodeAccess(const Instruction &in) {
  bool isLoad = in.op == "ld";
  Operand address = in.operands[isLoad], value = in.operands[!isLoad];
  std::vector<Operand> parts =
      value.kind == Operand::vector ? value.parts : std::vector<Operand>{value};
  unsigned bytes = in.type.width / 8,
           all = bytes * static_cast<unsigned>(parts.size());
  bool isShared = in.has("shared") || in.has("shared::cluster");
  if (!isShared && !in.has("global"))
    throw Failure("no memory of " + in.text + " is known");
  return [=](Thread &t) {
    uint64_t at = read(t, address);
    char *memory = static_cast<char *>(isShared ? t.getShared(at, all)
                                                : Thread::getGlobal(at, all));
    for (const Operand &part : parts) {
      uint64_t bits = 0;
      if (isLoad) {
        std::memcpy(&bits, memory, bytes);
        write(t, part, bits);
      } else {
        bits = read(t, part);
        std::memcpy(memory, &bits, bytes);
      }
      memory += bytes;
    }
  };
}

/// ld.param.type d, [name]
static Step decodeParameter(const Instruction &in, const Kernel &kernel) {
  std::string name = in.operands[1].name;
  for (size_t i = 0; i < kernel.parameters.size(); ++i)
    if (kernel.parameters[i].name == name)
      return [=, to = in.operands[0], width = in.type.width](Thread &t) {
        write(t, to, truncate(t.cluster->parameters[i], width));
      };
  throw Failure("no parameter " + name + " is known");
}

//===----------------------------------------------------------------------===//
// Threads together
//===----------------------------------------------------------------------===//

/// shfl.sync.bfly.b32 d, a, lanes, clamp, mask
static Step decodeShuffle(const Instruction &in) {
  if (!in.has("bfly") || in.operands[0].kind != Operand::inRegister)
    throw Failure("no " + in.text + " is known");
  return [=](Thread &t) {
    t.passed = read(t, in.operands[1]);
    t.partner = static_cast<unsigned>(read(t, in.operands[2]));
    t.destination = in.operands[0].number;
    t.state = Thread::atShuffle;
  };
}

/// barrier.cluster.arrive and barrier.cluster.wait
static Step decodeClusterBarrier(const Instruction &in) {
  if (in.has("arrive"))
    return [](Thread &t) { ++t.arrivals; };
  return [](Thread &t) { t.state = Thread::atClusterBarrier; };
}

static Step decodeBranch(const Instruction &in, const Kernel &kernel) {
  auto found = kernel.labels.find(in.operands[0].name);
  if (found == kernel.labels.end())
    throw Failure("no label " + in.operands[0].name + " is known");
  return [target = found->second](Thread &t) { t.next = target; };
}

//===----------------------------------------------------------------------===//
// All instructions
//===----------------------------------------------------------------------===//

Step fake::decode(const std::string &text, Kernel &kernel) {
  Instruction in = readInstruction(text, kernel);
  const std::vector<Operand> &operands = in.operands;
  if (in.op == "mov")
    return decodeMove(in);
  if (in.op == "ld" && in.has("param"))
    return decodeParameter(in, kernel);
  if (in.op == "ld" || in.op == "st")
    return decodeAccess(in);
  if (in.op == "setp")
    return decodeComparison(in);
  if (in.op == "cvt")
    return decodeConversion(in);
  if (in.op == "selp")
    return [=](Thread &t) {
      write(t, operands[0], read(t, operands[read(t, operands[3]) ? 1 : 2]));
    };
  if (in.op == "cvta" && in.has("to"))
    return [=](Thread &t) { write(t, operands[0], read(t, operands[1])); };
  if (in.op == "mapa")
    return [=](Thread &t) {
      write(
          t, operands[0],
          Thread::getSharedAddress(static_cast<unsigned>(read(t, operands[2])),
                                   truncate(read(t, operands[1]), 32)));
    };
  if (in.op == "shfl")
    return decodeShuffle(in);
  if (in.op == "bar" && !in.has("warp"))
    return [](Thread &t) { t.state = Thread::atBarrier; };
  if (in.op == "barrier" && in.has("cluster"))
    return decodeClusterBarrier(in);
  if (in.op == "bra")
    return decodeBranch(in, kernel);
  if (in.op == "ret" || in.op == "exit")
    return [](Thread &t) { t.state = Thread::done; };
  if (in.op == "griddepcontrol")
    return [](Thread &) {}; // Launches run one after the other.
  return decodeArithmetic(in);
}
