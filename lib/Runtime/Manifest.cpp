//===- Manifest.cpp - what a bundle has, and how to launch it -------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Runtime/Manifest.h"

#include "Schema.h"

#include <algorithm>
#include <set>

using namespace normrt;
using nlohmann::json;

/// Of an address; of a tensor.
static constexpr std::int64_t kMaxAlignment = 1 << 20;
static constexpr std::size_t kMaxRank = 64;
/// What is only told to the user: registers, bytes of memory, loads.
static constexpr std::int64_t kMaxFigure = 1 << 30;

static const std::map<std::string, unsigned> kElementBytes = {
    {"f64", 8},      {"f32", 4}, {"f16", 2},  {"bf16", 2},
    {"f8E4M3FN", 1}, {"i64", 8}, {"i32", 4},  {"i16", 2},
    {"i8", 1},       {"i1", 1},  {"index", 8}};

//===----------------------------------------------------------------------===//
// Entries
//===----------------------------------------------------------------------===//

namespace {
/// Reads one entry's expressions, which name its extents.
class Reader {
public:
  /// `workspaces` is how many the entry has.
  explicit Reader(const EntryInfo &entry, std::size_t workspaces = 0)
      : entry(entry), workspaces(workspaces) {}

  Expr expr(const Field &field) const;
  /// A constant that is not negative, or an extent.
  Expr extent(const Field &field) const;
  ArgumentInfo argument(const Field &field) const;
  ArgumentInfo temporary(const Field &field) const;
  RowLoopInfo loop(const Field &field) const;
  LaunchInfo launch(const Field &field) const;

private:
  void readType(const Field &field, ArgumentInfo &result) const;
  void readShape(const Field &field, ArgumentInfo &result) const;
  std::array<Expr, 3> sizes(const Field &field) const;
  ParameterInfo parameter(const Field &field) const;
  RowOperandInfo operand(const Field &field, std::size_t rank) const;
  RowOpInfo op(const Field &field, std::size_t values) const;

  const EntryInfo &entry;
  std::size_t workspaces;
};
} // namespace

/// A number below `limit`.
static std::size_t getIndex(const Field &field, std::size_t limit) {
  if (limit == 0)
    field.expected("nothing, as there is nothing to count");
  return static_cast<std::size_t>(
      field.integer(0, static_cast<std::int64_t>(limit) - 1));
}

Expr Reader::expr(const Field &field) const {
  const json &text = field.get();
  Expr result;
  if (text.is_number()) {
    result.value = field.integer(INT64_MIN, INT64_MAX);
    return result;
  }
  if (text.is_string()) {
    auto it = std::find(entry.extents.begin(), entry.extents.end(), text);
    if (it == entry.extents.end())
      field.fail("no extent " + field.text() + " is declared");
    result.kind = Expr::Kind::extent;
    result.value = it - entry.extents.begin();
    return result;
  }
  if (text.is_array() && text.size() == 3 && text[0].is_string())
    for (int kind = static_cast<int>(Expr::Kind::add);
         kind <= static_cast<int>(Expr::Kind::max); ++kind)
      if (text[0] == getOperatorName(static_cast<Expr::Kind>(kind)))
        result.kind = static_cast<Expr::Kind>(kind);
  if (result.kind == Expr::Kind::constant)
    field.expected("an expression");
  std::vector<Field> parts = field.elements();
  result.operands = {expr(parts[1]), expr(parts[2])};
  return result;
}

Expr Reader::extent(const Field &field) const {
  Expr result = expr(field);
  bool isConstant = result.kind == Expr::Kind::constant && result.value >= 0;
  if (!isConstant && result.kind != Expr::Kind::extent)
    field.expected("the name of an extent or a number that is not negative");
  return result;
}

void Reader::readType(const Field &field, ArgumentInfo &result) const {
  result.type = field.at("type").text();
  auto type = kElementBytes.find(result.type);
  if (type == kElementBytes.end())
    field.at("type").fail("no type " + result.type + " is known");
  result.elementBytes = type->second;
}

void Reader::readShape(const Field &field, ArgumentInfo &result) const {
  for (const Field &size : field.at("shape").elements())
    result.shape.push_back(extent(size));
  if (result.shape.size() > kMaxRank)
    field.at("shape").expected("at most " + std::to_string(kMaxRank) +
                               " dimensions");
}

ArgumentInfo Reader::temporary(const Field &field) const {
  ArgumentInfo result;
  result.name = "temporary" + std::to_string(entry.temporaries.size());
  readType(field, result);
  readShape(field, result);
  result.isRead = false;
  return result;
}

ArgumentInfo Reader::argument(const Field &field) const {
  ArgumentInfo result;
  result.name = field.at("name").text();
  readType(field, result);
  if (std::optional<Field> scalar = field.find("scalar"))
    result.isScalar = scalar->flag();
  if (result.isScalar)
    return result;
  readShape(field, result);
  if (std::optional<Field> strides = field.find("strides")) {
    for (const Field &stride : strides->elements())
      result.strides.push_back(extent(stride));
    if (result.strides.size() != result.shape.size())
      strides->expected("a stride for each dimension");
  }
  std::int64_t alignment = field.at("alignment").integer(1, kMaxAlignment);
  if (alignment & (alignment - 1))
    field.at("alignment").expected("a power of two");
  result.alignment = static_cast<unsigned>(alignment);
  std::string access = field.at("access").word({"read", "write", "read_write"});
  result.isRead = access != "write";
  result.isWritten = access != "read";
  return result;
}

/// An extent without an argument that has it would have no value.
static void checkExtents(const Field &field, const EntryInfo &entry) {
  std::set<std::int64_t> found;
  for (const ArgumentInfo &argument : entry.arguments)
    for (const std::vector<Expr> *numbers :
         {&argument.shape, &argument.strides})
      for (const Expr &size : *numbers)
        if (size.kind == Expr::Kind::extent)
          found.insert(size.value);
  for (std::size_t i = 0; i < entry.extents.size(); ++i)
    if (found.count(static_cast<std::int64_t>(i)) == 0)
      field.fail("expected an argument with extent " + entry.extents[i]);
}

static EntryInfo parseEntry(const Field &field) {
  EntryInfo entry;
  entry.name = field.at("name").text();
  for (const Field &name : field.at("extents").elements()) {
    entry.extents.push_back(name.text());
    if (std::count(entry.extents.begin(), entry.extents.end(), name.text()) > 1)
      name.expected("a name that no other extent has");
  }
  for (const Field &argument : field.at("arguments").elements())
    entry.arguments.push_back(Reader(entry).argument(argument));
  checkExtents(field, entry);
  if (std::optional<Field> temporaries = field.find("temporaries"))
    for (const Field &temporary : temporaries->elements())
      entry.temporaries.push_back(Reader(entry).temporary(temporary));
  if (std::optional<Field> reference = field.find("reference");
      reference && !reference->get().is_null()) {
    entry.reference.emplace();
    for (const Field &loop : reference->elements())
      entry.reference->push_back(Reader(entry).loop(loop));
  }
  return entry;
}

//===----------------------------------------------------------------------===//
// The reference
//===----------------------------------------------------------------------===//

RowOperandInfo Reader::operand(const Field &field, std::size_t rank) const {
  RowOperandInfo result;
  if (std::optional<Field> temporary = field.find("temporary"))
    result.argument =
        entry.arguments.size() + getIndex(*temporary, entry.temporaries.size());
  else
    result.argument = getIndex(field.at("argument"), entry.arguments.size());
  for (const Field &dim : field.at("map").elements()) {
    std::int64_t number = dim.integer(-1, static_cast<std::int64_t>(rank) - 1);
    result.map.emplace_back();
    if (number < 0)
      continue;
    auto known = static_cast<std::size_t>(number);
    if (std::count(result.map.begin(), result.map.end(), known) != 0)
      dim.expected("a dimension that no other one has");
    result.map.back() = known;
  }
  std::size_t expected = entry.array(result.argument).shape.size();
  if (result.map.size() != expected)
    field.at("map").expected(std::to_string(expected) + " dimensions");
  return result;
}

RowOpInfo Reader::op(const Field &field, std::size_t values) const {
  RowOpInfo result;
  result.name = field.at("op").text();
  for (const Field &operand : field.at("operands").elements())
    result.operands.push_back(getIndex(operand, values));
  bool readsRow =
      result.name == "norm.row_reduce" || result.name == "norm.row_moments";
  if (readsRow && result.operands.empty())
    field.at("operands").expected("an operand");
  if (std::optional<Field> type = field.find("type"))
    result.type = type->text();
  if (std::optional<Field> predicate = field.find("predicate"))
    result.predicate = predicate->text();
  if (std::optional<Field> kind = field.find("kind"))
    result.kind = kind->text();
  if (std::optional<Field> length = field.find("length"))
    result.length = length->integer(0, INT64_MAX);
  if (result.name == "arith.constant") {
    Field value = field.at("value");
    result.value = value.get().is_number()
                       ? value.get().get<double>()
                       : std::stod(value.word({"nan", "inf", "-inf"}));
  }
  return result;
}

/// Different numbers below `limit`, none of which is in `others`.
static std::vector<std::size_t>
getDims(const Field &field, std::size_t limit,
        const std::vector<std::size_t> &others = {}) {
  std::vector<std::size_t> dims;
  for (const Field &dim : field.elements()) {
    std::size_t number = getIndex(dim, limit);
    if (std::count(dims.begin(), dims.end(), number) +
            std::count(others.begin(), others.end(), number) !=
        0)
      dim.expected("a dimension that no other one is");
    dims.push_back(number);
  }
  return dims;
}

RowLoopInfo Reader::loop(const Field &field) const {
  RowLoopInfo result;
  for (const Field &size : field.at("extents").elements())
    result.extents.push_back(extent(size));
  std::size_t rank = result.extents.size();
  if (rank > kMaxRank)
    field.at("extents").expected("at most " + std::to_string(kMaxRank) +
                                 " dimensions");
  result.row = getDims(field.at("row"), rank);
  if (std::optional<Field> accumulate = field.find("accumulate"))
    result.accumulate = getDims(*accumulate, rank, result.row);
  for (const Field &part : field.at("operands").elements())
    result.operands.push_back(operand(part, rank));
  result.inputs = getIndex(field.at("inputs"), result.operands.size() + 1);
  std::size_t values = result.inputs;
  for (const Field &part : field.at("body").elements()) {
    result.body.push_back(op(part, values));
    values += result.body.back().name == "norm.row_moments" ? 3 : 1;
  }
  for (const Field &number : field.at("results").elements())
    result.results.push_back(getIndex(number, values));
  if (result.results.size() != result.operands.size() - result.inputs)
    field.at("results").expected(
        std::to_string(result.operands.size() - result.inputs) + " values");
  return result;
}

//===----------------------------------------------------------------------===//
// Images
//===----------------------------------------------------------------------===//

std::array<Expr, 3> Reader::sizes(const Field &field) const {
  std::vector<Field> parts = field.elements();
  if (parts.size() != 3)
    field.expected("three sizes");
  return {expr(parts[0]), expr(parts[1]), expr(parts[2])};
}

ParameterInfo Reader::parameter(const Field &field) const {
  ParameterInfo result;
  std::optional<Field> value = field.find("value"),
                       pointer = field.find("pointer"),
                       scalar = field.find("scalar"),
                       workspace = field.find("workspace");
  if (value.has_value() + pointer.has_value() + scalar.has_value() +
          workspace.has_value() !=
      1)
    field.expected("a value, a pointer, a scalar or a workspace");
  if (value) {
    result.value = expr(*value);
    return result;
  }
  if (workspace) {
    result.kind = ParameterInfo::Kind::workspace;
    result.argument = static_cast<unsigned>(getIndex(*workspace, workspaces));
    return result;
  }
  const Field &number = pointer ? *pointer : *scalar;
  result.kind =
      pointer ? ParameterInfo::Kind::pointer : ParameterInfo::Kind::scalar;
  result.argument = static_cast<unsigned>(number.integer(0, UINT32_MAX));
  if (result.argument >= entry.arguments.size())
    number.fail("a kernel takes argument " + std::to_string(result.argument) +
                " of " + std::to_string(entry.arguments.size()));
  if (entry.arguments[result.argument].isScalar != scalar.has_value())
    field.expected(scalar ? "an argument that is no scalar as a pointer"
                          : "a scalar argument as a scalar");
  return result;
}

LaunchInfo Reader::launch(const Field &field) const {
  LaunchInfo result;
  result.kernel = field.at("kernel").text();
  result.grid = sizes(field.at("grid"));
  result.block = sizes(field.at("block"));
  result.cluster = sizes(field.at("cluster"));
  result.dynamicSharedBytes = expr(field.at("dynamic_shared_bytes"));
  for (const Field &parameter : field.at("parameters").elements())
    result.parameters.push_back(this->parameter(parameter));
  if (result.parameters.size() > kMaxParameters)
    field.at("parameters")
        .fail("expected at most " + std::to_string(kMaxParameters) +
              " parameters, got " + std::to_string(result.parameters.size()));
  if (std::optional<Field> dependent = field.find("dependent_launch"))
    result.isDependent = dependent->flag();
  if (std::optional<Field> strategy = field.find("strategy"))
    result.strategy = strategy->text();
  if (std::optional<Field> reads = field.find("input_reads"))
    result.inputReads = static_cast<int>(reads->integer(0, kMaxFigure));
  if (std::optional<Field> usage = field.find("ptxas")) {
    auto get = [&](const char *key) {
      return usage->at(key).integer(0, kMaxFigure / 2);
    };
    result.registers = static_cast<int>(get("registers"));
    result.spilledBytes =
        static_cast<int>(get("spill_store_bytes") + get("spill_load_bytes"));
  }
  return result;
}

static std::uint32_t parseCrc(const Field &field) {
  std::string digits = field.text();
  if (digits.size() != 8 ||
      digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    field.expected("a checksum of 8 digits");
  return static_cast<std::uint32_t>(std::stoul(digits, nullptr, 16));
}

static FileInfo parseFile(const Field &field) {
  FileInfo file;
  file.name = field.at("file").text();
  bool isName = file.name.find('/') == std::string::npos &&
                file.name.find('\0') == std::string::npos && file.name != "." &&
                file.name != "..";
  if (!isName)
    field.fail("expected the name of a file, got '" + file.name + "'");
  file.bytes =
      static_cast<std::uint64_t>(field.at("bytes").integer(0, kMaxFileBytes));
  file.crc32 = parseCrc(field.at("crc32"));
  return file;
}

static ImageInfo parseImage(const Field &field,
                            const std::vector<EntryInfo> &entries) {
  ImageInfo image;
  std::string chip = field.at("chip").text();
  if (chip.rfind("sm_", 0) != 0 ||
      chip.find_first_not_of("0123456789", 3) != std::string::npos ||
      chip.size() < 4 || chip.size() > 6)
    field.at("chip").expected("a chip such as sm_90");
  image.chip = std::stoi(chip.substr(3));
  image.ptx = parseFile(field.at("ptx"));
  if (Field cubin = field.at("cubin"); !cubin.get().is_null())
    image.cubin = parseFile(cubin);
  Field launches = field.at("launches");
  std::optional<Field> workspaces = field.find("workspaces");
  for (const EntryInfo &entry : entries) {
    std::vector<Expr> &sizes = image.workspaces[entry.name];
    if (std::optional<Field> list =
            workspaces ? workspaces->find(entry.name) : std::nullopt)
      for (const Field &workspace : list->elements())
        sizes.push_back(Reader(entry).expr(workspace.at("bytes")));
    std::vector<LaunchInfo> &list = image.launches[entry.name];
    for (const Field &launch : launches.at(entry.name).elements())
      list.push_back(Reader(entry, sizes.size()).launch(launch));
  }
  return image;
}

//===----------------------------------------------------------------------===//
// The manifest
//===----------------------------------------------------------------------===//

/// The checksum is that of the text with zeros in its place.
static void checkText(std::string text, const Field &field) {
  std::uint32_t expected = parseCrc(field);
  std::string digits = field.text();
  std::size_t place = text.find('"' + digits + '"');
  if (place != std::string::npos)
    text.replace(place + 1, digits.size(), digits.size(), '0');
  if (crc32(text) != expected)
    throw Malformed("its checksum is not that of its content");
}

static Manifest parseManifest(const std::string &text) {
  json value = parseJson(text);
  Field root(value, "");
  std::optional<Field> kind = root.find("kind");
  if (!kind || kind->get() != "norm-bundle")
    throw Malformed("it is not that of a bundle");
  std::int64_t schema = root.at("schema").integer(0, INT32_MAX);
  if (schema != kManifestSchema)
    throw Malformed("expected schema " + std::to_string(kManifestSchema) +
                    ", got " + std::to_string(schema));
  checkText(text, root.at("crc32"));
  Manifest manifest;
  if (std::optional<Field> producer = root.find("producer"))
    manifest.producer = producer->text();
  std::set<std::string> names;
  for (const Field &entry : root.at("entries").elements()) {
    manifest.entries.push_back(parseEntry(entry));
    if (!names.insert(manifest.entries.back().name).second)
      entry.at("name").expected("a name that no other entry has");
  }
  std::set<int> chips;
  for (const Field &image : root.at("images").elements()) {
    manifest.images.push_back(parseImage(image, manifest.entries));
    if (!chips.insert(manifest.images.back().chip).second)
      image.at("chip").expected("a chip that no other image is for");
  }
  return manifest;
}

Result<Manifest> Manifest::parse(const std::string &text) {
  auto fail = [](const std::string &problem) {
    return Error{"the manifest cannot be read: " + problem};
  };
  try {
    return parseManifest(text);
  } catch (const Malformed &problem) {
    return fail(problem.what());
  } catch (const std::bad_alloc &) {
    return fail("out of memory");
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
