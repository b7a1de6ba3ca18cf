//===- Decode.cpp - what instructions of PTX do ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

#include <algorithm>
#include <cmath>
#include <cstring>

using namespace fake;

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

using Numbers = std::array<double, 3>;
using FloatOp = double (*)(const Numbers &, Type);

/// Exact in f64, or nearly so, but for fma in f32 and f64.
static FloatOp getFloatOp(const std::string &op) {
  using N = const Numbers &;
  static const std::map<std::string, FloatOp> ops = {
      {"abs", [](N a, Type) { return std::fabs(a[0]); }},
      {"add", [](N a, Type) { return a[0] + a[1]; }},
      {"copysign", [](N a, Type) { return std::copysign(a[1], a[0]); }},
      {"div", [](N a, Type) { return a[0] / a[1]; }},
      {"ex2", [](N a, Type) { return std::exp2(a[0]); }},
      {"fma",
       [](N a, Type type) {
         if (type.width != 32)
           return std::fma(a[0], a[1], a[2]);
         return double(std::fmaf(float(a[0]), float(a[1]), float(a[2])));
       }},
      {"lg2", [](N a, Type) { return std::log2(a[0]); }},
      {"max", [](N a, Type) { return std::fmax(a[0], a[1]); }},
      {"min", [](N a, Type) { return std::fmin(a[0], a[1]); }},
      {"mul", [](N a, Type) { return a[0] * a[1]; }},
      {"neg", [](N a, Type) { return -a[0]; }},
      {"rcp", [](N a, Type) { return 1 / a[0]; }},
      {"rsqrt", [](N a, Type) { return 1 / std::sqrt(a[0]); }},
      {"sqrt", [](N a, Type) { return std::sqrt(a[0]); }},
      {"sub", [](N a, Type) { return a[0] - a[1]; }},
  };
  auto found = ops.find(op);
  return found == ops.end() ? nullptr : found->second;
}

/// Operands with zeros above the width of their type.
using Integers = std::array<uint64_t, 3>;
using IntegerOp = uint64_t (*)(const Integers &, Type);

template <typename Choose>
static uint64_t choose(const Integers &a, Type type, Choose isFirst) {
  return (type.kind == Type::integer
              ? isFirst(extend(a[0], type.width), extend(a[1], type.width))
              : isFirst(a[0], a[1]))
             ? a[0]
             : a[1];
}

/// A quotient or a remainder.
static uint64_t divide(const Integers &a, Type type, bool wantsRemainder) {
  if (a[1] == 0)
    throw Failure("a division of integers by 0");
  if (type.kind != Type::integer)
    return wantsRemainder ? a[0] % a[1] : a[0] / a[1];
  int64_t x = extend(a[0], type.width), y = extend(a[1], type.width);
  return static_cast<uint64_t>(wantsRemainder ? x % y : x / y);
}

static uint64_t shiftRight(const Integers &a, Type type) {
  if (type.kind == Type::integer)
    return static_cast<uint64_t>(extend(a[0], type.width) >>
                                 std::min<uint64_t>(a[1], type.width - 1));
  return a[1] >= type.width ? 0 : a[0] >> a[1];
}

static IntegerOp getIntegerOp(const std::string &op) {
  using N = const Integers &;
  static const std::map<std::string, IntegerOp> ops = {
      {"add", [](N a, Type) { return a[0] + a[1]; }},
      {"and", [](N a, Type) { return a[0] & a[1]; }},
      {"bfe",
       [](N a, Type) {
         return a[1] > 63 ? 0 : truncate(a[0] >> a[1], unsigned(a[2] & 255));
       }},
      {"div", [](N a, Type type) { return divide(a, type, false); }},
      {"mad", [](N a, Type) { return a[0] * a[1] + a[2]; }},
      {"max",
       [](N a, Type type) {
         return choose(a, type, [](auto x, auto y) { return x > y; });
       }},
      {"min",
       [](N a, Type type) {
         return choose(a, type, [](auto x, auto y) { return x < y; });
       }},
      {"mul", [](N a, Type) { return a[0] * a[1]; }},
      {"neg", [](N a, Type) { return -a[0]; }},
      {"not", [](N a, Type) { return ~a[0]; }},
      {"or", [](N a, Type) { return a[0] | a[1]; }},
      {"rem", [](N a, Type type) { return divide(a, type, true); }},
      {"shl",
       [](N a, Type type) { return a[1] >= type.width ? 0 : a[0] << a[1]; }},
      {"shr", shiftRight},
      {"sub", [](N a, Type) { return a[0] - a[1]; }},
      {"xor", [](N a, Type) { return a[0] ^ a[1]; }},
  };
  auto found = ops.find(op);
  return found == ops.end() ? nullptr : found->second;
}

/// The bytes of a and b, chosen by the digits of a selector.
static uint64_t permute(uint64_t a, uint64_t b, uint64_t selector) {
  uint64_t both = a | b << 32, result = 0;
  for (unsigned i = 0; i < 4; ++i) {
    unsigned digit = selector >> 4 * i & 15;
    uint64_t byte = both >> 8 * (digit & 7) & 255;
    if (digit & 8)
      byte = byte & 128 ? 255 : 0;
    result |= byte << 8 * i;
  }
  return result;
}

/// op.type d, a, b, c of integers; wide ones have results of twice the width.
static Step decodeIntegers(const Instruction &in, IntegerOp compute) {
  Type type = in.type;
  bool isWide = in.has("wide");
  Operand to = in.operands[0];
  std::vector<Operand> from(in.operands.begin() + 1, in.operands.end());
  return [=](Thread &t) {
    Integers a = {};
    for (size_t i = 0; i < from.size(); ++i) {
      a[i] = read(t, from[i]);
      if (!isWide || i < 2)
        a[i] = truncate(a[i], type.width);
      if (isWide && i < 2 && type.kind == Type::integer)
        a[i] = static_cast<uint64_t>(extend(a[i], type.width));
    }
    write(t, to,
          truncate(compute(a, type), isWide ? 2 * type.width : type.width));
  };
}

/// op.type d, a, b, c of floats, one or two in each register. Of op.f32.f16 the
/// operands that are multiplied, or the first of two, are f16.
static Step decodeFloats(const Instruction &in, FloatOp compute) {
  Type type = in.type, narrow = in.otherType.value_or(type);
  size_t narrowCount = in.op == "fma" ? 2 : 1;
  Operand to = in.operands[0];
  std::vector<Operand> from(in.operands.begin() + 1, in.operands.end());
  return [=](Thread &t) {
    uint64_t result = 0;
    for (unsigned part = 0; part < (type.isPair ? 2u : 1u); ++part) {
      Numbers a = {};
      for (size_t i = 0; i < from.size(); ++i) {
        Type of = i < narrowCount ? narrow : type;
        a[i] = toDouble(truncate(read(t, from[i]) >> part * of.width, of.width),
                        of);
      }
      result |= fromDouble(compute(a, type), type) << part * type.width;
    }
    write(t, to, result);
  };
}

static Step decodeArithmetic(const Instruction &in) {
  if (in.operands.size() < 2 || in.operands.size() > 4)
    throw Failure("no " + in.text + " is known");
  if (in.op == "prmt")
    return [operands = in.operands](Thread &t) {
      write(t, operands[0],
            permute(read(t, operands[1]), read(t, operands[2]),
                    read(t, operands[3])));
    };
  if (in.type.isFloat()) {
    if (FloatOp compute = getFloatOp(in.op))
      return decodeFloats(in, compute);
  } else if (IntegerOp compute = getIntegerOp(in.op)) {
    return decodeIntegers(in, compute);
  }
  throw Failure("no " + in.text + " is known");
}

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
  if (!in.has("bfly") || in.operands[0].kind != Operand::registers)
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
