//===- Json.cpp - the report as JSON --------------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Report/Report.h"

#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;

namespace {
/// Writes the parts of a report to one stream.
class JSONWriter {
public:
  JSONWriter(const Report &report, raw_ostream &os)
      : report(report), json(os, /*IndentSize=*/2) {}

  void write();

private:
  void writeExtent(StringRef key, int64_t extent);
  void writeOptional(StringRef key, std::optional<size_t> number);
  void writeType(StringRef key, Type type);
  void writeNumber(StringRef key, double number);
  void writeCost(StringRef key, const LoopCost &cost);
  void writeParameter(StringRef key, Type type, const ReportedNorm *scaled);
  void writeCounts(StringRef key,
                   const std::map<std::string, unsigned> &counts);
  void writePositions(ArrayRef<SourcePosition> positions);
  void writeNorm(const ReportedNorm &norm);
  void writeMeasured(const ReportedNorm &norm);
  void writeRowLoops();
  void writeDifference(const ReportDifference &difference);

  const Report &report;
  llvm::json::OStream json;
};
} // namespace

/// A number, or null where it is not known.
void JSONWriter::writeExtent(StringRef key, int64_t extent) {
  if (ShapedType::isDynamic(extent))
    json.attribute(key, nullptr);
  else
    json.attribute(key, extent);
}

void JSONWriter::writeType(StringRef key, Type type) {
  if (!type)
    return json.attribute(key, nullptr);
  std::string text;
  llvm::raw_string_ostream(text) << type;
  json.attribute(key, text);
}

/// A number from 0, or null.
void JSONWriter::writeOptional(StringRef key, std::optional<size_t> number) {
  if (number)
    json.attribute(key, int64_t(*number));
  else
    json.attribute(key, nullptr);
}

/// The shortest decimal that is the same double.
void JSONWriter::writeNumber(StringRef key, double number) {
  SmallString<32> text;
  for (unsigned digits = 1; digits <= 17; ++digits) {
    text.clear();
    llvm::raw_svector_ostream(text) << llvm::format("%.*g", digits, number);
    if (strtod(text.c_str(), nullptr) == number)
      break;
  }
  json.attributeBegin(key);
  json.rawValue(text);
  json.attributeEnd();
}

void JSONWriter::writeCost(StringRef key, const LoopCost &cost) {
  json.attributeObject(key, [&] {
    json.attribute("loops", cost.loops);
    json.attribute("operations", cost.operations);
    json.attribute("bytes", cost.bytes);
    if (report.target)
      writeNumber("seconds", double(cost.bytes) / report.target->bandwidth);
  });
}

/// Scale or bias; `scaled` is the norm whose scale it is.
void JSONWriter::writeParameter(StringRef key, Type type,
                                const ReportedNorm *scaled) {
  if (!type)
    return json.attribute(key, nullptr);
  json.attributeObject(key, [&] {
    writeType("type", type);
    if (!scaled)
      return;
    json.attribute("offset", int64_t(scaled->scaleOffset));
    writeType("rounding", scaled->scaleRounding);
  });
}

void JSONWriter::writeCounts(StringRef key,
                             const std::map<std::string, unsigned> &counts) {
  json.attributeObject(key, [&] {
    for (const auto &[name, count] : counts)
      json.attribute(name, int64_t(count));
  });
}

void JSONWriter::writePositions(ArrayRef<SourcePosition> positions) {
  json.attributeArray("locations", [&] {
    for (const SourcePosition &position : positions)
      json.object([&] {
        json.attribute("file", position.file);
        json.attribute("line", int64_t(position.line));
        json.attribute("column", int64_t(position.column));
        if (!position.text.empty())
          json.attribute("text", position.text);
      });
  });
}

void JSONWriter::writeNorm(const ReportedNorm &norm) {
  json.attribute("kind", norm.getKindName());
  json.attribute("function", norm.function);
  writePositions(norm.positions);
  writeExtent("row_length", norm.rowLength);
  writeExtent("row_count", norm.rowCount);
  json.attributeArray("dimensions", [&] {
    for (int64_t dimension : norm.dimensions)
      json.value(dimension);
  });
  writeType("storage_type", norm.inputType);
  writeType("result_type", norm.resultType);
  writeType("compute_type", norm.computeType);
  if (std::isnan(norm.epsilon))
    json.attribute("epsilon", nullptr);
  else
    writeNumber("epsilon", norm.epsilon);
  json.attribute("eps_mode", stringifyEpsMode(norm.epsMode));
  writeParameter("scale", norm.scaleType, &norm);
  writeParameter("bias", norm.biasType, /*scaled=*/nullptr);
  writeExtent("k", norm.k.value_or(ShapedType::kDynamic));
  json.attributeArray("statistics", [&] {
    for (StringRef name : norm.statistics)
      json.value(name);
  });
  if (!norm.gradients.empty())
    json.attributeArray("gradients", [&] {
      for (StringRef name : norm.gradients)
        json.value(name);
    });
  json.attribute("parameters", norm.parameters);
  json.attribute("raised", norm.isRaised);
  writeCounts("fused_ops", norm.sourceOps);
  writeCounts("fused_arithmetic", norm.scalarOps);
  json.attribute("dynamic", norm.isDynamic);
  writeCost("before", norm.before);
  writeCost("after", norm.after);
  json.attributeObject("share", [&] {
    if (report.programAfter.bytes)
      writeNumber("bytes",
                  double(norm.after.bytes) / double(report.programAfter.bytes));
    if (norm.shareOfTime)
      writeNumber("seconds", *norm.shareOfTime);
  });
  writeOptional("row_loop", norm.rowLoop);
  if (report.measuredLines)
    writeMeasured(norm);
}

void JSONWriter::writeMeasured(const ReportedNorm &norm) {
  json.attributeArray("measured", [&] {
    for (const Measurement &measured : norm.measured)
      json.object([&] {
        json.attribute("threads", measured.threads);
        json.attribute("cold", measured.isCold);
        json.attribute("bytes", measured.bytes);
        writeNumber("seconds", measured.seconds);
        writeNumber("median_seconds", measured.medianSeconds);
        writeNumber("copy_seconds", measured.copySeconds);
      });
  });
}

void JSONWriter::writeRowLoops() {
  json.attributeArray("row_loops", [&] {
    for (const ReportedRowLoop &loop : report.rowLoops)
      json.object([&] {
        json.attribute("function", loop.function);
        json.attributeArray("norms", [&] {
          for (size_t norm : loop.norms)
            json.value(int64_t(norm));
        });
        writeCounts("neighbours", loop.neighbours);
        writePositions(loop.positions);
        writeCost("cost", loop.cost);
      });
  });
  json.attributeArray("outside", [&] {
    for (const ReportedOutsider &outsider : report.outside)
      json.object([&] {
        json.attribute("op", outsider.op);
        writePositions(outsider.positions);
        json.attribute("reason", outsider.reason);
      });
  });
}

void JSONWriter::writeDifference(const ReportDifference &difference) {
  json.attributeObject("difference", [&] {
    json.attribute("earlier_norms", int64_t(difference.earlierNorms));
    json.attribute("earlier_missed", int64_t(difference.earlierMisses));
    json.attribute("earlier_dynamic_extent", difference.earlierExtent);
    json.attributeObject("earlier_totals", [&] {
      writeCost("before", difference.before);
      writeCost("after", difference.after);
    });
    json.attributeObject("earlier_program", [&] {
      writeCost("before", difference.programBefore);
      writeCost("after", difference.programAfter);
      if (difference.programFused)
        writeCost("fused", *difference.programFused);
    });
    json.attributeArray("changes", [&] {
      for (const NormChange &change : difference.changes)
        json.object([&] {
          json.attribute("change", change.getKindName());
          json.attribute("name", change.name);
          writeOptional("earlier", change.earlier);
          writeOptional("now", change.now);
          if (change.earlier)
            writeCost("earlier_cost", change.earlierCost);
          if (change.now)
            writeCost("cost", change.nowCost);
        });
    });
  });
}

void JSONWriter::write() {
  json.object([&] {
    json.attribute("schema", 1);
    if (report.target)
      json.attributeObject("target", [&] {
        json.attribute("name", report.target->name);
        writeNumber("bytes_per_second", report.target->bandwidth);
        if (report.target->peak > 0) {
          writeNumber("operations_per_second", report.target->peak);
          writeNumber("matrix_operations_per_second",
                      report.target->matrixPeak);
        }
      });
    json.attribute("dynamic_extent", report.dynamicExtent);
    json.attributeArray("norms", [&] {
      for (const ReportedNorm &norm : report.norms)
        json.object([&] { writeNorm(norm); });
    });
    json.attributeArray("missed", [&] {
      for (const ReportedMiss &miss : report.misses)
        json.object([&] {
          writePositions(miss.positions);
          json.attribute("reason", miss.reason);
        });
    });
    json.attributeObject("totals", [&] {
      writeCost("before", report.before);
      writeCost("after", report.after);
    });
    json.attributeObject("program", [&] {
      writeCost("before", report.programBefore);
      writeCost("after", report.programAfter);
      writeCost("fused", report.programFused);
      if (report.programSeconds)
        writeNumber("seconds", *report.programSeconds);
    });
    writeRowLoops();
    json.attributeArray("unfused_functions", [&] {
      for (const std::string &name : report.unfusedFunctions)
        json.value(name);
    });
    if (report.measuredLines)
      json.attributeObject("measured", [&] {
        json.attribute("lines", int64_t(*report.measuredLines));
        json.attribute("unmatched", int64_t(report.unmatchedLines));
      });
    if (report.difference)
      writeDifference(*report.difference);
  });
}

void norm::printReportAsJSON(const Report &report, raw_ostream &os) {
  JSONWriter(report, os).write();
  os << "\n";
}
