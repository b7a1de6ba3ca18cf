//===- Numbers.cpp - types of PTX and their numbers -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Numbers.h"

#include <cmath>
#include <cstring>

using namespace fake;

bool fake::parseType(const std::string &text, Type &type) {
  static const std::map<std::string, Type> types = {
      {"pred", {Type::predicate, 1}},      {"b8", {Type::bits, 8}},
      {"b16", {Type::bits, 16}},           {"b32", {Type::bits, 32}},
      {"b64", {Type::bits, 64}},           {"u8", {Type::natural, 8}},
      {"u16", {Type::natural, 16}},        {"u32", {Type::natural, 32}},
      {"u64", {Type::natural, 64}},        {"s8", {Type::integer, 8}},
      {"s16", {Type::integer, 16}},        {"s32", {Type::integer, 32}},
      {"s64", {Type::integer, 64}},        {"f16", {Type::real, 16}},
      {"f32", {Type::real, 32}},           {"f64", {Type::real, 64}},
      {"bf16", {Type::brain, 16}},         {"f16x2", {Type::real, 16, true}},
      {"bf16x2", {Type::brain, 16, true}}, {"f32x2", {Type::real, 32, true}},
  };
  auto found = types.find(text);
  if (found != types.end())
    type = found->second;
  return found != types.end();
}

/// Bits of the exponent and of the fraction of 16-bit floats.
static std::pair<int, int> getLayout(Type type) {
  return type.kind == Type::brain ? std::pair(8, 7) : std::pair(5, 10);
}

double fake::toDouble(uint64_t bits, Type type) {
  if (type.width == 64) {
    double value;
    std::memcpy(&value, &bits, 8);
    return value;
  }
  if (type.width == 32) {
    float value;
    std::memcpy(&value, &bits, 4);
    return value;
  }
  auto [exponentBits, fractionBits] = getLayout(type);
  int bias = (1 << (exponentBits - 1)) - 1;
  int exponent =
      static_cast<int>(bits >> fractionBits) & ((1 << exponentBits) - 1);
  double fraction = static_cast<double>(truncate(bits, fractionBits));
  double size;
  if (exponent == (1 << exponentBits) - 1)
    size = fraction != 0 ? NAN : INFINITY;
  else if (exponent == 0)
    size = std::ldexp(fraction, 1 - bias - fractionBits);
  else
    size = std::ldexp(fraction + (1 << fractionBits),
                      exponent - bias - fractionBits);
  return bits & 0x8000 ? -size : size;
}

uint64_t fake::fromDouble(double value, Type type) {
  uint64_t bits = 0;
  if (type.width == 64) {
    std::memcpy(&bits, &value, 8);
    return bits;
  }
  if (type.width == 32) {
    float rounded = static_cast<float>(value);
    std::memcpy(&bits, &rounded, 4);
    return bits;
  }
  auto [exponentBits, fractionBits] = getLayout(type);
  int bias = (1 << (exponentBits - 1)) - 1, most = (1 << exponentBits) - 1;
  uint64_t sign = std::signbit(value) ? 0x8000 : 0;
  if (std::isnan(value))
    return 0x7fff;
  double size = std::fabs(value);
  int exponent = size == 0 ? 1 - bias : std::max(std::ilogb(size), 1 - bias);
  if (std::isinf(size))
    return sign | static_cast<uint64_t>(most) << fractionBits;
  // In units of the last place, which the rounding may carry over.
  auto units = static_cast<uint64_t>(
      std::nearbyint(std::ldexp(size, fractionBits - exponent)));
  uint64_t one = uint64_t(1) << fractionBits;
  uint64_t made = units < one
                      ? units
                      : units + (static_cast<uint64_t>(exponent + bias - 1)
                                 << fractionBits);
  return sign | std::min(made, static_cast<uint64_t>(most) << fractionBits);
}
