//===- ProfileFile.cpp - profiles as JSON ---------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Models/Profile.h"

#include "norm/Support/InputFiles.h"
#include "norm/Version.h"

#include <cmath>

using namespace mlir;
using namespace mlir::norm;

/// The version of the layout of the file.
static constexpr int64_t kProfileSchema = 1;

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

static llvm::json::Object tallyToJSON(const Tally &tally) {
  return llvm::json::Object{{"mean", tally.getMean()},
                            {"largest", tally.largest}};
}

static llvm::json::Value excessToJSON(const Excess &excess) {
  return llvm::json::Object{{"limit", stringifyLimitKind(excess.limit.kind)},
                            {"at_most", excess.limit.atMost},
                            {"value", excess.value},
                            {"call", excess.call},
                            {"calls", excess.callCount}};
}

static llvm::json::Value normToJSON(const NormProfile &norm) {
  bool isCentred = norm.isCentred();
  llvm::json::Object change = tallyToJSON(norm.change);
  change["of"] = isCentred ? "layernorm" : "rmsnorm";
  change["to"] = isCentred ? "rmsnorm" : "prmsnorm";
  change["histogram"] = llvm::json::Array(norm.changes.counts);
  llvm::json::Object object{{"kind", stringifyNormKind(norm.kind)},
                            {"location", norm.location},
                            {"calls", norm.calls},
                            {"row_length", norm.rowLength},
                            {"epsilon", norm.epsilon},
                            {"eps_mode", stringifyEpsMode(norm.epsMode)},
                            {"rows", norm.rows},
                            {"nan_rows", norm.nanRows},
                            {"infinite_rows", norm.infiniteRows},
                            {"overflowing_rows", norm.overflowingRows},
                            {"undefined_rows", norm.undefinedRows},
                            {"row_mean", tallyToJSON(norm.mean)},
                            {"rms", tallyToJSON(norm.rms)},
                            {"ratio", tallyToJSON(norm.ratio)},
                            {"change", std::move(change)},
                            {"exceeded", llvm::json::Array(llvm::map_range(
                                             norm.excesses, excessToJSON))}};
  if (!norm.name.empty())
    object["name"] = norm.name;
  if (!isCentred)
    object["k"] = norm.k;
  return object;
}

llvm::json::Value norm::toJSON(const Profile &profile) {
  llvm::json::Array norms;
  for (const NormProfile &norm : profile.norms)
    norms.push_back(normToJSON(norm));
  llvm::json::Object object{{"schema", kProfileSchema},
                            {"version", NORM_VERSION_STRING},
                            {"calls", profile.calls},
                            {"norms", std::move(norms)},
                            {"missed", llvm::json::Array(profile.missed)}};
  if (!profile.program.empty()) {
    object["program"] = profile.program;
    object["entry"] = profile.entry;
  }
  return object;
}

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// A tally of `count` rows, whose sum follows from the mean.
static bool changeFromJSON(const llvm::json::Value &value, Tally &tally,
                           int64_t count, llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  double mean;
  if (!map || !map.map("mean", mean) || !map.map("largest", tally.largest))
    return false;
  if (!std::isfinite(mean) || !(tally.largest >= 0.0)) {
    path.report("expected a mean and a largest value of at least 0");
    return false;
  }
  tally.count = count;
  tally.sum.add(mean * double(count));
  return true;
}

static bool normFromJSON(const llvm::json::Value &value, NormProfile &norm,
                         llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  std::string kind;
  if (!map || !map.map("kind", kind) || !map.map("location", norm.location) ||
      !map.map("row_length", norm.rowLength) || !map.map("rows", norm.rows) ||
      !map.map("nan_rows", norm.nanRows) ||
      !map.map("infinite_rows", norm.infiniteRows) ||
      !map.map("overflowing_rows", norm.overflowingRows) ||
      !map.map("undefined_rows", norm.undefinedRows) ||
      !map.mapOptional("k", norm.k))
    return false;
  for (NormKind candidate :
       {NormKind::rmsnorm, NormKind::prmsnorm, NormKind::layernorm})
    if (kind == stringifyNormKind(candidate))
      norm.kind = candidate;
  if (kind != stringifyNormKind(norm.kind)) {
    path.field("kind").report("expected rmsnorm, prmsnorm or layernorm");
    return false;
  }
  bool hasStatisticOfK = norm.kind != NormKind::layernorm;
  if (norm.k < (hasStatisticOfK ? 1 : 0) || norm.k > norm.rowLength) {
    path.field("k").report("expected k to be in 1 to row_length");
    return false;
  }
  if (std::min({norm.rows, norm.nanRows, norm.infiniteRows,
                norm.overflowingRows, norm.undefinedRows}) < 0) {
    path.report("expected counts of rows of at least 0");
    return false;
  }
  const llvm::json::Value *change = value.getAsObject()->get("change");
  if (!change) {
    path.field("change").report("missing value");
    return false;
  }
  int64_t changed = norm.rows - norm.nanRows - norm.infiniteRows -
                    norm.overflowingRows - norm.undefinedRows;
  return changeFromJSON(*change, norm.change, changed, path.field("change"));
}

static bool profileFromJSON(const llvm::json::Value &value, Profile &profile,
                            llvm::json::Path path) {
  llvm::json::ObjectMapper map(value, path);
  if (!map || !map.map("program", profile.program) ||
      !map.map("entry", profile.entry) || !map.map("calls", profile.calls))
    return false;
  const llvm::json::Array *norms = value.getAsObject()->getArray("norms");
  if (!norms) {
    path.field("norms").report("expected array");
    return false;
  }
  for (auto [index, norm] : llvm::enumerate(*norms))
    if (!normFromJSON(norm, profile.norms.emplace_back(),
                      path.field("norms").index(index)))
      return false;
  return true;
}

/// That the file is one of norm-run --instrument, of this version.
static llvm::Error checkHeader(const llvm::json::Value &value, StringRef path) {
  const llvm::json::Object *object = value.getAsObject();
  std::optional<int64_t> schema =
      object ? object->getInteger("schema") : std::nullopt;
  std::optional<StringRef> version =
      object ? object->getString("version") : std::nullopt;
  if (!schema || !version)
    return llvm::createStringError("expected '" + path +
                                   "' to be a profile of norm-run "
                                   "--instrument, got other JSON");
  if (*schema != kProfileSchema)
    return llvm::createStringError("expected a profile of schema " +
                                   Twine(kProfileSchema) + ", got " +
                                   Twine(*schema) + " in '" + path + "'");
  if (*version != NORM_VERSION_STRING)
    return llvm::createStringError("expected a profile of version " +
                                   Twine(NORM_VERSION_STRING) +
                                   ", got one of " + *version + " in '" + path +
                                   "': it has to be measured again");
  if (!object->get("program"))
    return llvm::createStringError("expected '" + path +
                                   "' to be a profile of one program, as "
                                   "norm-run --instrument writes it, got one "
                                   "of the calls of a host");
  return llvm::Error::success();
}

llvm::Expected<Profile> norm::readProfile(StringRef path) {
  auto buffer = readInput(path);
  if (!buffer)
    return llvm::createStringError("cannot read the profile '" + path +
                                   "': " + llvm::toString(buffer.takeError()));
  StringRef text = (*buffer)->getBuffer();
  if (findDeepNesting(text, kMaxNesting))
    return llvm::createStringError("'" + path + "' is nested too deeply");
  auto value = llvm::json::parse(text);
  if (!value)
    return llvm::createStringError("expected '" + path + "' to be JSON: " +
                                   llvm::toString(value.takeError()));
  if (llvm::Error error = checkHeader(*value, path))
    return error;
  Profile profile;
  llvm::json::Path::Root root("profile");
  if (!profileFromJSON(*value, profile, root))
    return llvm::createStringError("'" + path +
                                   "': " + llvm::toString(root.getError()));
  return profile;
}
