//===- Elements.cpp - elements of arrays as doubles -----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Elements.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace {
/// A float type of up to 32 bits: stored digits, and the exponents of the least
/// normal number and of the largest.
struct Format {
  int digits, least, most;
};
} // namespace

static const Format *getFormat(const std::string &type) {
  static const Format f16{10, -14, 15}, bf16{7, -126, 127}, f32{23, -126, 127};
  return type == "f16"    ? &f16
         : type == "bf16" ? &bf16
         : type == "f32"  ? &f32
                          : nullptr;
}

template <typename T> static double loadAs(const char *data) {
  T value;
  std::memcpy(&value, data, sizeof value);
  return static_cast<double>(value);
}

template <typename T> static void storeAs(double value, char *data) {
  T element = static_cast<T>(value);
  std::memcpy(data, &element, sizeof element);
}

/// A number of 16 bits.
static double decode(const Format &format, unsigned bits) {
  int exponentBits = 15 - format.digits;
  int mantissa = static_cast<int>(bits & ((1u << format.digits) - 1));
  int exponent =
      static_cast<int>(bits >> format.digits) & ((1 << exponentBits) - 1);
  double value;
  if (exponent == (1 << exponentBits) - 1)
    value = mantissa ? NAN : INFINITY;
  else
    value =
        std::ldexp(mantissa + (exponent ? 1 << format.digits : 0),
                   std::max(exponent, 1) - 1 + format.least - format.digits);
  return bits & 0x8000 ? -value : value;
}

/// The bits of a number that `format` has.
static unsigned encode(const Format &format, double value) {
  unsigned sign = std::signbit(value) ? 0x8000 : 0;
  unsigned infinity = ((1u << (15 - format.digits)) - 1) << format.digits;
  if (std::isnan(value))
    return sign | infinity | (1u << (format.digits - 1));
  if (std::isinf(value))
    return sign | infinity;
  value = std::fabs(value);
  if (value == 0)
    return sign;
  int exponent = std::max(std::ilogb(value), format.least);
  double mantissa = std::ldexp(value, format.digits - exponent);
  // The leading one of a normal number counts up the exponent.
  return sign |
         (static_cast<unsigned>(mantissa) +
          (static_cast<unsigned>(exponent - format.least) << format.digits));
}

double launch::load(const std::string &type, const char *data) {
  if (type == "f64")
    return loadAs<double>(data);
  if (type == "f32")
    return loadAs<float>(data);
  if (const Format *format = getFormat(type)) {
    std::uint16_t bits;
    std::memcpy(&bits, data, sizeof bits);
    return decode(*format, bits);
  }
  if (type == "i64" || type == "index")
    return loadAs<std::int64_t>(data);
  if (type == "i32")
    return loadAs<std::int32_t>(data);
  if (type == "i16")
    return loadAs<std::int16_t>(data);
  return loadAs<std::int8_t>(data);
}

void launch::store(const std::string &type, double value, char *data) {
  if (type == "f64")
    return storeAs<double>(value, data);
  if (type == "f32")
    return storeAs<float>(value, data);
  if (const Format *format = getFormat(type)) {
    auto bits =
        static_cast<std::uint16_t>(encode(*format, roundTo(type, value)));
    std::memcpy(data, &bits, sizeof bits);
    return;
  }
  if (std::isnan(value))
    value = 0;
  if (type == "i64" || type == "index")
    return storeAs<std::int64_t>(value, data);
  if (type == "i32")
    return storeAs<std::int32_t>(value, data);
  if (type == "i16")
    return storeAs<std::int16_t>(value, data);
  return storeAs<std::int8_t>(value, data);
}

double launch::spacing(const std::string &type, double value) {
  bool ordinary = value != 0 && std::isfinite(value);
  if (type == "f64")
    return std::ldexp(
        1.0, std::max(ordinary ? std::ilogb(value) : -1022, -1022) - 52);
  const Format *format = getFormat(type);
  if (!format)
    return 0;
  int exponent = ordinary ? std::ilogb(value) : format->least;
  return std::ldexp(1.0, std::max(exponent, format->least) - format->digits);
}

double launch::roundTo(const std::string &type, double value) {
  const Format *format = getFormat(type);
  if (!format || !std::isfinite(value) || value == 0)
    return value;
  double unit = spacing(type, value);
  double rounded = std::nearbyint(value / unit) * unit;
  double limit = std::ldexp(2.0, format->most);
  return std::fabs(rounded) >= limit ? std::copysign(INFINITY, value) : rounded;
}

bool launch::isInteger(const std::string &type) { return type[0] == 'i'; }
