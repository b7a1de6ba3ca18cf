//===- Arithmetic.cpp - arithmetic of PTX ---------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Decode.h"

#include <algorithm>
#include <cmath>

using namespace fake;

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

Step fake::decodeArithmetic(const Instruction &in) {
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
