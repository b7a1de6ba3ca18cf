//===- VectorTarget.cpp - CPUs that code is made for ----------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Target/VectorTarget.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"

using namespace mlir;
using namespace mlir::norm;

//===----------------------------------------------------------------------===//
// Stores
//===----------------------------------------------------------------------===//

StoreLimits VectorTarget::getStoreLimits(bool writesHalf) const {
  StoreLimits limits;
  limits.thread = caches.getBytes(2) * StoreLimits::kPercentOfSecond / 100;
  limits.row = limits.thread / 2;
  if (caches.hasNearThird())
    limits.loop = caches.getBytes(3) * getPercentOfThird(writesHalf) / 100;
  return limits;
}

//===----------------------------------------------------------------------===//
// Units
//===----------------------------------------------------------------------===//

/// AVX2 with F16C and FMA, or AVX-512. On x86 other threads see non-temporal
/// stores only after a fence.
static VectorTarget getWide(unsigned bits, bool convertsBF16 = false) {
  return {bits, true, true, convertsBF16, true, true};
}

static VectorTarget getNeon() { return {128, true, true, false, false, false}; }
static VectorTarget getSSE2() { return {128, false, false, false, true, true}; }
static VectorTarget getGeneric() {
  return {128, false, false, false, false, false};
}

namespace {
/// A processor, as LLVM names it, and the caches of a core of its servers: the
/// third level is what a core complex, or a socket, has.
struct Processor {
  StringLiteral name;
  int64_t first, second, third;
  /// VectorTarget::window: entries of the retire queue of those that run ahead
  /// too far, as a Zen 5 was seen to, and a Zen 4 seems to; docs/Rationale.md,
  /// "The pace of memory".
  int64_t window;
};
} // namespace

/// From AMD's optimization guides for families 19h and 1Ah and Intel's manual
/// of optimization; all have AVX512-BF16.
static constexpr Processor kProcessors[] = {
    {"znver4", 32 << 10, 1 << 20, 32 << 20, 320},
    {"znver5", 48 << 10, 1 << 20, 32 << 20, 448},
    {"sapphirerapids", 48 << 10, 2 << 20, 105 << 20, 0}};

static const Processor *findProcessor(StringRef name) {
  const Processor *found = llvm::find_if(
      kProcessors, [&](const Processor &each) { return each.name == name; });
  return found == std::end(kProcessors) ? nullptr : found;
}

VectorTarget VectorTarget::get(unsigned bits) {
  llvm::Triple host(llvm::sys::getProcessTriple());
  VectorTarget target =
      get(host.getArch(), llvm::sys::getHostCPUFeatures(), bits);
  if (bits != 0)
    return target;
  target.caches = readCaches().value_or(Caches::unknown());
  if (const Processor *host = findProcessor(llvm::sys::getHostCPUName()))
    target.window = host->window;
  return target;
}

VectorTarget VectorTarget::get(llvm::Triple::ArchType architecture,
                               const llvm::StringMap<bool> &features,
                               unsigned bits) {
  llvm::Triple triple;
  triple.setArch(architecture);
  if (triple.isAArch64())
    return getNeon();
  if (!triple.isX86())
    return getGeneric();
  if (bits >= 256)
    return getWide(bits);
  bool converts = features.lookup("f16c"), fuses = features.lookup("fma");
  if (bits == 0 && converts && fuses && features.lookup("avx2")) {
    bool wide = features.lookup("avx512f") && features.lookup("avx512bw");
    return getWide(wide ? 512 : 256, wide && features.lookup("avx512bf16"));
  }
  return getSSE2();
}

std::optional<VectorTarget> VectorTarget::get(StringRef unit, unsigned bits) {
  if (unit == "cpu")
    return get(bits);
  if (const Processor *processor = findProcessor(unit)) {
    VectorTarget target = getWide(512, /*convertsBF16=*/true);
    target.caches.levels = {
        {1, processor->first}, {2, processor->second}, {3, processor->third}};
    target.caches.source = processor->name;
    target.window = processor->window;
    return target;
  }
  return llvm::StringSwitch<std::optional<VectorTarget>>(unit)
      .Case("sse2", getSSE2())
      .Case("avx2", getWide(256))
      .Case("avx512", getWide(512))
      .Case("avx512bf16", getWide(512, /*convertsBF16=*/true))
      .Case("neon", getNeon())
      .Case("generic", getGeneric())
      .Default(std::nullopt);
}

VectorTarget VectorTarget::gpu() {
  VectorTarget target;
  target.convertsHalf = target.fusesMultiplyAdd = target.narrowsByOp = true;
  return target;
}

FailureOr<VectorTarget>
VectorTarget::get(StringRef unit, uint64_t bits, StringRef stores,
                  int64_t threads,
                  function_ref<InFlightDiagnostic()> emitError) {
  if (!llvm::is_contained({0u, 128u, 256u, 512u}, bits))
    return emitError() << "expected vector-bits to be 128, 256, 512 or 0, got "
                       << bits;
  std::optional<VectorTarget> target = get(unit, bits);
  if (!target)
    return emitError() << "expected target to be cpu, sse2, avx2, avx512, "
                          "avx512bf16, neon, generic, znver4, znver5 or "
                          "sapphirerapids, got "
                       << unit
                       << (unit == "gpu" ? " (norm-rows-to-gpu makes kernels)"
                                         : "");
  if (!llvm::is_contained({"auto", "plain", "streaming"}, stores))
    return emitError() << "expected stores to be auto, plain or streaming, got "
                       << stores;
  if (threads < 1)
    return emitError() << "expected threads to be at least 1, got " << threads;
  target->threads = threads;
  target->stores = llvm::StringSwitch<Stores>(stores)
                       .Case("plain", Stores::plain)
                       .Case("streaming", Stores::streaming)
                       .Default(Stores::byCaches);
  return *target;
}

llvm::raw_ostream &mlir::norm::operator<<(llvm::raw_ostream &os,
                                          const VectorTarget &target) {
  return os << target.bits << "-bit vectors; " << target.caches;
}
