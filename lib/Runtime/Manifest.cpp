//===- Manifest.cpp - what a bundle has, and how to launch it -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Runtime/Manifest.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

using namespace normrt;
using nlohmann::json;

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

std::int64_t Expr::evaluate(const std::vector<std::int64_t> &extents) const {
  if (kind == Kind::constant)
    return value;
  if (kind == Kind::extent)
    return extents[static_cast<std::size_t>(value)];
  std::int64_t a = operands[0].evaluate(extents),
               b = operands[1].evaluate(extents);
  switch (kind) {
  case Kind::add:
    return a + b;
  case Kind::sub:
    return a - b;
  case Kind::mul:
    return a * b;
  case Kind::div:
    return b == 0 ? 0 : a / b;
  case Kind::ceildiv:
    return b == 0 ? 0 : a / b + (a % b > 0);
  case Kind::rem:
    return b == 0 ? 0 : a % b;
  case Kind::min:
    return std::min(a, b);
  default:
    return std::max(a, b);
  }
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

namespace {
/// What is wrong with a manifest. Leaves Manifest::parse as an Error.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads one entry's expressions, which name its extents.
class Reader {
public:
  explicit Reader(const std::vector<std::string> &extents) : extents(extents) {}

  Expr expr(const json &text) const;
  std::array<Expr, 3> sizes(const json &text) const;
  ParameterInfo parameter(const json &text, std::size_t arguments) const;
  LaunchInfo launch(const json &text, std::size_t arguments) const;
  ArgumentInfo argument(const json &text) const;

private:
  const std::vector<std::string> &extents;
};
} // namespace

static unsigned getElementBytes(const std::string &type) {
  static const std::map<std::string, unsigned> bytes = {
      {"f64", 8},      {"f32", 4}, {"f16", 2},  {"bf16", 2},
      {"f8E4M3FN", 1}, {"i64", 8}, {"i32", 4},  {"i16", 2},
      {"i8", 1},       {"i1", 1},  {"index", 8}};
  auto it = bytes.find(type);
  if (it == bytes.end())
    throw Malformed("no type " + type + " is known");
  return it->second;
}

Expr Reader::expr(const json &text) const {
  Expr result;
  if (text.is_number_integer()) {
    result.value = text.get<std::int64_t>();
    return result;
  }
  if (text.is_string()) {
    auto it = std::find(extents.begin(), extents.end(), text);
    if (it == extents.end())
      throw Malformed("no extent " + text.dump() + " is declared");
    result.kind = Expr::Kind::extent;
    result.value = it - extents.begin();
    return result;
  }
  static const std::map<std::string, Expr::Kind> kinds = {
      {"add", Expr::Kind::add},         {"sub", Expr::Kind::sub},
      {"mul", Expr::Kind::mul},         {"div", Expr::Kind::div},
      {"ceildiv", Expr::Kind::ceildiv}, {"rem", Expr::Kind::rem},
      {"min", Expr::Kind::min},         {"max", Expr::Kind::max}};
  if (!text.is_array() || text.size() != 3 || !text[0].is_string() ||
      kinds.count(text[0]) == 0)
    throw Malformed("no expression: " + text.dump());
  result.kind = kinds.at(text[0]);
  result.operands = {expr(text[1]), expr(text[2])};
  return result;
}

std::array<Expr, 3> Reader::sizes(const json &text) const {
  if (!text.is_array() || text.size() != 3)
    throw Malformed("expected three sizes, got " + text.dump());
  return {expr(text[0]), expr(text[1]), expr(text[2])};
}

ParameterInfo Reader::parameter(const json &text, std::size_t arguments) const {
  ParameterInfo result;
  if (text.contains("value")) {
    result.value = expr(text.at("value"));
    return result;
  }
  bool pointer = text.contains("pointer");
  result.kind =
      pointer ? ParameterInfo::Kind::pointer : ParameterInfo::Kind::scalar;
  result.argument = text.at(pointer ? "pointer" : "scalar").get<unsigned>();
  if (result.argument >= arguments)
    throw Malformed("a kernel takes argument " +
                    std::to_string(result.argument) + " of " +
                    std::to_string(arguments));
  return result;
}

LaunchInfo Reader::launch(const json &text, std::size_t arguments) const {
  LaunchInfo result;
  result.kernel = text.at("kernel").get<std::string>();
  result.grid = sizes(text.at("grid"));
  result.block = sizes(text.at("block"));
  result.cluster = sizes(text.at("cluster"));
  result.dynamicSharedBytes = expr(text.at("dynamic_shared_bytes"));
  for (const json &parameter : text.at("parameters"))
    result.parameters.push_back(this->parameter(parameter, arguments));
  result.isDependent = text.value("dependent_launch", false);
  result.strategy = text.value("strategy", "");
  result.inputReads = text.value("input_reads", 0);
  if (text.contains("ptxas")) {
    const json &usage = text.at("ptxas");
    result.registers = usage.at("registers").get<int>();
    result.spilledBytes = usage.at("spill_store_bytes").get<int>() +
                          usage.at("spill_load_bytes").get<int>();
  }
  return result;
}

ArgumentInfo Reader::argument(const json &text) const {
  ArgumentInfo result;
  result.name = text.at("name").get<std::string>();
  result.type = text.at("type").get<std::string>();
  result.elementBytes = getElementBytes(result.type);
  result.isScalar = text.value("scalar", false);
  if (result.isScalar)
    return result;
  for (const json &extent : text.at("shape"))
    result.shape.push_back(expr(extent));
  result.alignment = text.at("alignment").get<unsigned>();
  std::string access = text.at("access").get<std::string>();
  result.isRead = access != "write";
  result.isWritten = access != "read";
  return result;
}

static std::uint32_t parseCrc(const std::string &digits) {
  std::size_t end = 0;
  unsigned long value = 0;
  try {
    value = std::stoul(digits, &end, 16);
  } catch (const std::exception &) {
  }
  if (end != 8 || digits.size() != 8)
    throw Malformed("expected a checksum of 8 digits, got " + digits);
  return static_cast<std::uint32_t>(value);
}

static FileInfo parseFile(const json &text) {
  FileInfo file;
  file.name = text.at("file").get<std::string>();
  if (file.name.empty() || file.name.find('/') != std::string::npos)
    throw Malformed("expected the name of a file, got '" + file.name + "'");
  file.bytes = text.at("bytes").get<std::uint64_t>();
  file.crc32 = parseCrc(text.at("crc32").get<std::string>());
  return file;
}

static EntryInfo parseEntry(const json &text) {
  EntryInfo entry;
  entry.name = text.at("name").get<std::string>();
  entry.extents = text.at("extents").get<std::vector<std::string>>();
  for (const json &argument : text.at("arguments"))
    entry.arguments.push_back(Reader(entry.extents).argument(argument));
  entry.reference = text.value("reference", json()).dump();
  return entry;
}

static ImageInfo parseImage(const json &text,
                            const std::vector<EntryInfo> &entries) {
  ImageInfo image;
  std::string chip = text.at("chip").get<std::string>();
  if (chip.rfind("sm_", 0) != 0 ||
      chip.find_first_not_of("0123456789", 3) != std::string::npos ||
      chip.size() < 4 || chip.size() > 6)
    throw Malformed("expected a chip such as sm_90, got " + chip);
  image.chip = std::stoi(chip.substr(3));
  image.ptx = parseFile(text.at("ptx"));
  if (!text.at("cubin").is_null())
    image.cubin = parseFile(text.at("cubin"));
  for (const EntryInfo &entry : entries)
    for (const json &launch : text.at("launches").at(entry.name))
      image.launches[entry.name].push_back(
          Reader(entry.extents).launch(launch, entry.arguments.size()));
  return image;
}

/// The checksum is that of the text with zeros in its place.
static void checkText(std::string text, const std::string &digits) {
  std::size_t place = text.find('"' + digits + '"');
  text.replace(place + 1, digits.size(), digits.size(), '0');
  if (crc32(text) != parseCrc(digits))
    throw Malformed("its checksum is not that of its content");
}

static Manifest parseManifest(const std::string &text) {
  json root = json::parse(text);
  if (root.value("kind", "") != "norm-bundle")
    throw Malformed("it is not that of a bundle");
  int schema = root.at("schema").get<int>();
  if (schema != kManifestSchema)
    throw Malformed("expected schema " + std::to_string(kManifestSchema) +
                    ", got " + std::to_string(schema));
  if (root.contains("crc32"))
    checkText(text, root.at("crc32").get<std::string>());
  Manifest manifest;
  manifest.producer = root.value("producer", "");
  for (const json &entry : root.at("entries"))
    manifest.entries.push_back(parseEntry(entry));
  for (const json &image : root.at("images"))
    manifest.images.push_back(parseImage(image, manifest.entries));
  return manifest;
}

Result<Manifest> Manifest::parse(const std::string &text) {
  try {
    return parseManifest(text);
  } catch (const std::exception &problem) {
    return Error{std::string("the manifest cannot be read: ") + problem.what()};
  }
}

std::uint32_t normrt::crc32(const std::string &bytes) {
  std::uint32_t crc = ~0u;
  for (char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
  }
  return ~crc;
}
