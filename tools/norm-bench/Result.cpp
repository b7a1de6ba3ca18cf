//===- Result.cpp - what was measured of a cell ---------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Result.h"

#include "norm/Version.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/TargetParser/Host.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::bench;

/// The way with the fastest call; null if there is none.
static const WayResult *fastest(ArrayRef<WayResult> ways) {
  const auto *best = llvm::min_element(
      ways, [](const WayResult &left, const WayResult &right) {
        return left.timing.minimum < right.timing.minimum;
      });
  return best == ways.end() ? nullptr : best;
}

const WayResult &CellResult::bestCopy() const { return *fastest(copies); }
const WayResult *CellResult::bestPeer() const { return fastest(peers); }

static double gigabytes(int64_t bytes, double seconds) {
  return 1e-9 * bytes / seconds;
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

/// JSON has no NaN: null stands for a figure that is none.
static llvm::json::Value number(double value) {
  return std::isfinite(value) ? llvm::json::Value(value)
                              : llvm::json::Value(nullptr);
}

static llvm::json::Object timingJson(const Timing &timing, int64_t bytes) {
  return llvm::json::Object({{"seconds", timing.minimum},
                             {"median_seconds", timing.median},
                             {"gb_per_s", gigabytes(bytes, timing.minimum)}});
}

void bench::printJson(const CellResult &result, raw_ostream &os) {
  const Cell &cell = result.cell;
  int64_t bytes = cell.trafficBytes();
  llvm::json::Object object = timingJson(result.norm.timing, bytes);
  object["schema"] = 1;
  object["op"] = nameOf(cell.op);
  object["dtype"] = nameOf(cell.type);
  object["rows"] = cell.rows;
  object["cols"] = cell.cols;
  if (cell.isPartial())
    object["k"] = cell.k;
  if (isBackward(cell.op)) {
    llvm::json::Array outputs;
    for (auto [name, isThere] :
         {std::pair("dx", cell.hasDX), std::pair("dscale", cell.hasDScale),
          std::pair("dbias", cell.hasDBias)})
      if (isThere)
        outputs.push_back(name);
    object["outputs"] = std::move(outputs);
  }
  object["threads"] = cell.threads;
  object["cold"] = result.slots > 1;
  object["slots"] = result.slots;
  object["rounds"] = result.rounds;
  object["bytes"] = bytes;
  object["epsilon"] = kEpsilon;
  object["cpu"] = llvm::sys::getHostCPUName();
  object["last_level_cache"] = lastLevelCache();
  object["version"] = NORM_VERSION_STRING;
  object["compile_seconds"] = result.compileSeconds;
  object["max_error"] = number(result.norm.accuracy.error);
  object["max_error_to_bound"] = number(result.norm.accuracy.share);
  const WayResult &copy = result.bestCopy();
  object["copy"] = copy.name;
  object["copy_seconds"] = copy.timing.minimum;
  object["copy_median_seconds"] = copy.timing.median;
  object["copy_gb_per_s"] =
      gigabytes(result.copiedBytes(), copy.timing.minimum);
  llvm::json::Array copies;
  for (const WayResult &way : result.copies) {
    llvm::json::Object entry = timingJson(way.timing, result.copiedBytes());
    entry["name"] = way.name;
    copies.push_back(std::move(entry));
  }
  object["copies"] = std::move(copies);
  llvm::json::Array peers;
  for (const WayResult &peer : result.peers) {
    llvm::json::Object entry = timingJson(peer.timing, bytes);
    entry["name"] = peer.name;
    entry["detail"] = peer.detail;
    entry["max_error"] = number(peer.accuracy.error);
    peers.push_back(std::move(entry));
  }
  object["peers"] = std::move(peers);
  object["notes"] = llvm::json::Array(result.notes);
  os << llvm::json::Value(std::move(object)) << "\n";
}

//===----------------------------------------------------------------------===//
// Table
//===----------------------------------------------------------------------===//

/// The peers that have a column, in order.
static constexpr StringLiteral kPeerColumns[] = {
    "c", "intrinsics", "intrinsics-nt", "onednn", "torch", "torch-compiled"};

void bench::printTableHead(raw_ostream &os, bool peers) {
  os << "GB/s of the fastest call (bytes read and written once), and seconds "
        "of it\n"
     << llvm::formatv("{0,-18} {1,-4} {2,14} {3,2} {4,10} {5,7} {6,7} {7,6} "
                      "{8,9}",
                      "op", "type", "rows x cols", "T", "seconds", "norm",
                      "copy", "/copy", "error");
  if (peers) {
    for (StringRef peer : kPeerColumns)
      os << llvm::formatv(" {0,14}", peer);
    os << llvm::formatv(" {0,9}", "/best");
  }
  os << "\n";
}

void bench::printTableRow(const CellResult &result, raw_ostream &os,
                          bool peers) {
  const Cell &cell = result.cell;
  double norm = gigabytes(cell.trafficBytes(), result.norm.timing.minimum);
  double copy =
      gigabytes(result.copiedBytes(), result.bestCopy().timing.minimum);
  std::string shape =
      std::to_string(cell.rows) + "x" + std::to_string(cell.cols);
  os << llvm::formatv("{0,-18} {1,-4} {2,14} {3,2} ", nameOf(cell.op),
                      nameOf(cell.type), shape, cell.threads)
     << llvm::format("%10.3e %7.1f %7.1f %6.2f %9.1e",
                     result.norm.timing.minimum, norm, copy, norm / copy,
                     result.norm.accuracy.error);
  if (peers) {
    for (StringRef name : kPeerColumns) {
      const auto *peer = llvm::find_if(
          result.peers, [&](const WayResult &p) { return p.name == name; });
      if (peer == result.peers.end())
        os << llvm::formatv(" {0,14}", "-");
      else
        os << llvm::format(
            " %14.1f", gigabytes(cell.trafficBytes(), peer->timing.minimum));
    }
    if (const WayResult *best = result.bestPeer())
      os << llvm::format(" %9.2f",
                         best->timing.minimum / result.norm.timing.minimum);
  }
  os << "\n";
}
