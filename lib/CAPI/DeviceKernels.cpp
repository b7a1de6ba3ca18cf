//===- DeviceKernels.cpp - a function on CUDA devices ---------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DeviceKernels.h"

#include "Context.h"
#include "norm/Target/Chips.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;

llvm::Error capi::failOnDevice(const normrt::Error &error) {
  return makeFailure(NORM_DEVICE_FAILED, error.message);
}

//===----------------------------------------------------------------------===//
// Devices
//===----------------------------------------------------------------------===//

llvm::Expected<const normrt::Device *> capi::getDevice(int32_t ordinal) {
  static std::mutex mutex;
  // Never closed: kernels may be in use when the process ends.
  static auto *devices = new std::map<int32_t, normrt::Device>;
  std::lock_guard<std::mutex> lock(mutex);
  auto found = devices->find(ordinal);
  if (found == devices->end()) {
    auto opened = normrt::Device::open(ordinal);
    if (!opened)
      return failOnDevice(opened.error());
    found = devices->emplace(ordinal, std::move(*opened)).first;
  }
  if (normrt::Status status = found->second.makeCurrent(); !status)
    return failOnDevice(status.error());
  return &found->second;
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

static llvm::Expected<std::vector<BundleFile>>
compileInSession(Session &session, const Request &request, StringRef chip) {
  if (llvm::Error error = session.parse(request.program, request.fileName))
    return error;
  auto entry = run::findEntry(session.getModule(), request.entry);
  if (!entry)
    return entry.takeError();
  // Every public function would be an entry, and the entry may be private.
  for (auto function : session.getModule().getOps<func::FuncOp>())
    if (function != *entry)
      function.setPrivate();
  entry->setPublic();
  BundleOptions options;
  options.chips = {chip.str()};
  options.cubins = CubinPolicy::never;
  options.raises = request.raises;
  options.isStrict = request.isStrict;
  options.allowsStrides = true;
  auto files = norm::makeBundle(session.getModule(), options);
  if (!files)
    return session.explain(files.takeError());
  return files;
}

llvm::Expected<std::vector<BundleFile>>
capi::compileForChip(const Request &request, StringRef chip) {
  std::optional<llvm::Expected<std::vector<BundleFile>>> files;
  runOnLargeStack([&] {
    Session session(/*remarks=*/nullptr);
    files.emplace(compileInSession(session, request, chip));
  });
  return std::move(*files);
}

/// A bundle of one image, for `chip`.
static llvm::Expected<normrt::Bundle>
assembleBundle(const std::string &manifest, StringRef chip, StringRef ptx) {
  auto bundle =
      normrt::Bundle::make(manifest, {{(chip + ".ptx").str(), ptx.str()}});
  if (!bundle)
    return failOnDevice(bundle.error());
  return std::move(*bundle);
}

llvm::Expected<normrt::Bundle>
DeviceKernels::makeBundle(const normrt::Device &device) const {
  std::string chip = device.chip();
  if (!getChip(chip))
    return makeFailure(NORM_UNSUPPORTED, "expected a device of " +
                                             getChipNames() + ", got " + chip +
                                             " (" + device.name() + ")");
  auto request = recipe->getRequest();
  if (!request)
    return request.takeError();
  std::string key = getKey(*request, "chip " + chip);
  if (auto file = cache.loadFile(key)) {
    auto bundle =
        assembleBundle(file->description, chip, file->code->getBuffer());
    if (bundle) {
      ++counts->loaded;
      return bundle;
    }
    llvm::consumeError(bundle.takeError());
  }
  auto files = compileForChip(*request, chip);
  if (!files)
    return files.takeError();
  ++counts->compiled;
  const std::string &manifest = files->back().content,
                    &ptx = files->front().content;
  cache.storeFile(key, manifest, ptx);
  return assembleBundle(manifest, chip, ptx);
}

llvm::Expected<const normrt::LoadedBundle *>
DeviceKernels::get(const normrt::Device &device) {
  std::lock_guard<std::mutex> lock(mutex);
  std::unique_ptr<normrt::LoadedBundle> &code = loaded[device.handle()];
  if (code)
    return code.get();
  auto bundle = bundles.find(device.chip());
  if (bundle == bundles.end()) {
    auto made = makeBundle(device);
    if (!made)
      return made.takeError();
    bundle = bundles.emplace(device.chip(), std::move(*made)).first;
  }
  auto fresh = normrt::LoadedBundle::load(bundle->second, device);
  if (!fresh)
    return failOnDevice(fresh.error());
  code = std::make_unique<normrt::LoadedBundle>(std::move(*fresh));
  return code.get();
}
