//===- Bundle.cpp - kernels that need no compiler -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Runtime/Bundle.h"

#include "Extents.h"
#include "Workspace.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

using namespace normrt;

/// Numbers of cuda.h.
static constexpr int kMaxDynamicSharedBytes = 8, kAllowLargeClusters = 14;
static constexpr unsigned kClusterDimension = 4, kProgrammaticLaunch = 6;
static constexpr int kErrorLogBuffer = 5, kErrorLogBufferBytes = 6;
/// Clusters of more blocks need a permission, and bytes of dynamic memory.
static constexpr std::int64_t kPortableCluster = 8,
                              kPortableSharedBytes = 48 * 1024;
/// What no device has more of: threads in a block and along each dimension,
/// blocks in a cluster, bytes of shared memory.
static constexpr std::int64_t kMaxBlock[3] = {1024, 1024, 64},
                              kMaxClusters[3] = {64, 64, 64},
                              kMaxSharedBytes = 1 << 20;

//===----------------------------------------------------------------------===//
// On disk
//===----------------------------------------------------------------------===//

/// Reads a regular file: a pipe could be waited for without end.
static Result<std::string> readFile(const std::string &path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0)
    return Error{"cannot read " + path + ": " + std::strerror(errno)};
  if (!S_ISREG(status.st_mode))
    return Error{"cannot read " + path + ": it is no regular file"};
  if (status.st_size > kMaxFileBytes)
    return Error{"cannot read " + path + ": it has more than " +
                 std::to_string(kMaxFileBytes) + " bytes"};
  std::ifstream file(path, std::ios::binary);
  std::string bytes(static_cast<std::size_t>(status.st_size), 0);
  file.read(&bytes[0], status.st_size);
  if (!file.is_open() || file.gcount() != status.st_size)
    return Error{"cannot read " + path};
  return bytes;
}

Result<Bundle> Bundle::open(const std::string &path) {
  Result<std::string> text = readFile(path + "/manifest.json");
  if (!text)
    return text.error();
  Result<Manifest> manifest = Manifest::parse(*text);
  if (!manifest)
    return Error{path + ": " + manifest.error().message};
  Bundle bundle;
  bundle.folder = path;
  bundle.content = std::move(*manifest);
  return bundle;
}

Result<Bundle> Bundle::make(const std::string &text,
                            std::map<std::string, std::string> files) {
  Result<Manifest> manifest = Manifest::parse(text);
  if (!manifest)
    return manifest.error();
  Bundle bundle;
  bundle.files = std::move(files);
  bundle.content = std::move(*manifest);
  return bundle;
}

Result<const EntryInfo *> Bundle::entry(const std::string &name) const {
  std::string known;
  for (const EntryInfo &entry : content.entries) {
    if (entry.name == name || (name.empty() && content.entries.size() == 1))
      return &entry;
    known += (known.empty() ? "" : ", ") + entry.name;
  }
  return Error{"expected an entry of " + known + ", got " +
               (name.empty() ? "none" : name)};
}

Result<std::string> Bundle::read(const FileInfo &file) const {
  if (folder.empty()) {
    auto found = files.find(file.name);
    if (found == files.end())
      return Error{"expected a file " + file.name + " of the bundle, got none"};
    return found->second;
  }
  Result<std::string> bytes = readFile(folder + "/" + file.name);
  if (!bytes)
    return bytes;
  if (bytes->size() != file.bytes)
    return Error{folder + "/" + file.name + ": expected " +
                 std::to_string(file.bytes) + " bytes, got " +
                 std::to_string(bytes->size())};
  if (crc32(*bytes) != file.crc32)
    return Error{folder + "/" + file.name +
                 ": its checksum is not that of the manifest"};
  return bytes;
}

//===----------------------------------------------------------------------===//
// On a device
//===----------------------------------------------------------------------===//

/// A cubin runs on its chip and later ones of the same generation.
static bool runsCubin(int device, const ImageInfo &image) {
  return image.cubin && image.chip / 10 == device / 10 && image.chip <= device;
}

/// Of the images with a cubin that runs, or else with PTX that the driver can
/// compile, that for the newest chip.
static const ImageInfo *choose(const Manifest &manifest, int device) {
  const ImageInfo *best = nullptr;
  bool bestIsCubin = false;
  for (const ImageInfo &image : manifest.images) {
    bool cubin = runsCubin(device, image);
    if (image.chip > device || (bestIsCubin && !cubin))
      continue;
    if (!best || (cubin && !bestIsCubin) || image.chip > best->chip) {
      best = &image;
      bestIsCubin = cubin;
    }
  }
  return best;
}

static std::string listChips(const Manifest &manifest) {
  std::string chips;
  for (const ImageInfo &image : manifest.images)
    chips += (chips.empty() ? "sm_" : ", sm_") + std::to_string(image.chip);
  return chips;
}

Result<LoadedBundle> LoadedBundle::load(const Bundle &source,
                                        const Device &device) {
  LoadedBundle result;
  result.bundle = std::make_shared<Bundle>(source);
  result.driver = &device.driver();
  result.image = choose(result.bundle->manifest(), device.capability());
  if (!result.image)
    return Error{"expected a bundle for " + device.chip() + " (" +
                 device.name() + "), got one for " +
                 listChips(source.manifest())};
  result.cubin = runsCubin(device.capability(), *result.image);
  Result<std::string> code =
      source.read(result.cubin ? *result.image->cubin : result.image->ptx);
  if (!code)
    return code.error();

  char log[4096] = "";
  int options[] = {kErrorLogBuffer, kErrorLogBufferBytes};
  void *values[] = {log, reinterpret_cast<void *>(sizeof log)};
  CUmodule module = nullptr;
  // PTX ends with a zero, as a string does.
  if (Status status =
          device.driver().check(device.driver().moduleLoadDataEx(
                                    &module, code->c_str(), 2, options, values),
                                "cuModuleLoadDataEx");
      !status)
    return Error{status.error().message +
                 (*log ? std::string("\n") + log : "")};
  // Any thread may let go of it. What cannot be unloaded stays to the end.
  result.module.reset(module, [device](CUmodule loaded) {
    ScopedContext context(device.driver());
    if (device.makeCurrent())
      device.driver().moduleUnload(loaded);
  });
  return result;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

Result<std::vector<std::vector<std::int64_t>>>
LoadedBundle::inferShapes(const std::string &name,
                          const std::vector<Argument> &first) const {
  Result<const EntryInfo *> entry = bundle->entry(name);
  if (!entry)
    return entry.error();
  Result<std::vector<std::int64_t>> extents = getKnownExtents(**entry, first);
  if (!extents)
    return extents.error();
  std::vector<std::vector<std::int64_t>> shapes;
  for (std::size_t i = first.size(); i < (*entry)->arguments.size(); ++i) {
    const ArgumentInfo &info = (*entry)->arguments[i];
    shapes.emplace_back();
    for (const Expr &declared : info.shape) {
      Result<std::int64_t> extent = declared.evaluate(*extents);
      if (!extent)
        return extent.error();
      if (*extent < 0)
        return Error{"expected arguments that tell the shape of " + info.name +
                     ", got others"};
      shapes.back().push_back(*extent);
    }
  }
  return shapes;
}

namespace {
/// The numbers of a launch.
struct LaunchSizes {
  std::int64_t grid[3], block[3], cluster[3], shared;
  std::int64_t clusterBlocks;

  bool isEmpty() const { return grid[0] == 0 || grid[1] == 0 || grid[2] == 0; }
};
} // namespace

/// Evaluates three sizes, each from `least` to the limit of its dimension, and
/// their product up to `mostTogether`.
static Status evaluateSizes(const std::array<Expr, 3> &sizes,
                            const std::vector<std::int64_t> &extents,
                            const char *what, std::int64_t least,
                            const std::int64_t (&most)[3],
                            std::int64_t mostTogether,
                            std::int64_t (&values)[3]) {
  std::int64_t product = 1;
  for (std::size_t i = 0; i < 3; ++i) {
    Result<std::int64_t> value = sizes[i].evaluate(extents);
    if (!value)
      return value.error();
    values[i] = *value;
    if (*value < least || *value > most[i] ||
        __builtin_mul_overflow(product, *value, &product) ||
        product > mostTogether)
      return Error{std::string("expected a ") + what +
                   " that the device has, got " + std::to_string(*value) +
                   (what == std::string("block") ? " threads" : " blocks")};
  }
  return Done();
}

static Result<LaunchSizes>
evaluateLaunch(const LaunchInfo &launch,
               const std::vector<std::int64_t> &extents) {
  static constexpr std::int64_t kMaxGrid[3] = {0x7fffffff, 0xffff, 0xffff};
  LaunchSizes sizes = {};
  if (Status status = evaluateSizes(launch.grid, extents, "grid", 0, kMaxGrid,
                                    INT64_MAX, sizes.grid);
      !status)
    return status.error();
  if (Status status = evaluateSizes(launch.block, extents, "block", 1,
                                    kMaxBlock, kMaxBlock[0], sizes.block);
      !status)
    return status.error();
  if (Status status =
          evaluateSizes(launch.cluster, extents, "cluster", 1, kMaxClusters,
                        kMaxClusters[0], sizes.cluster);
      !status)
    return status.error();
  sizes.clusterBlocks = sizes.cluster[0] * sizes.cluster[1] * sizes.cluster[2];
  Result<std::int64_t> shared = launch.dynamicSharedBytes.evaluate(extents);
  if (!shared)
    return shared.error();
  sizes.shared = *shared;
  if (sizes.shared < 0 || sizes.shared > kMaxSharedBytes)
    return Error{"expected shared memory that the device has, got " +
                 std::to_string(sizes.shared) + " bytes"};
  return sizes;
}

Result<std::int64_t> LoadedBundle::countWorkspaceBytes(
    const std::string &name, const std::vector<Argument> &arguments) const {
  Result<const EntryInfo *> entry = bundle->entry(name);
  if (!entry)
    return entry.error();
  Result<std::vector<std::int64_t>> extents = getExtents(**entry, arguments);
  if (!extents)
    return extents.error();
  Result<WorkspaceLayout> layout =
      layOut(image->workspaces.at((*entry)->name), *extents);
  if (!layout)
    return layout.error();
  return layout->bytes;
}

Result<BoundCall> LoadedBundle::bind(const std::string &name,
                                     const std::vector<Argument> &arguments,
                                     const Workspace *workspace) const {
  Result<const EntryInfo *> entry = bundle->entry(name);
  if (!entry)
    return entry.error();
  Result<std::vector<std::int64_t>> extents = getExtents(**entry, arguments);
  if (!extents)
    return extents.error();
  Result<WorkspaceLayout> layout =
      layOut(image->workspaces.at((*entry)->name), *extents);
  if (!layout)
    return layout.error();
  BoundCall call;
  call.driver = driver;
  call.module = module;
  Result<WorkspaceMemory> memory = getMemory(*driver, *layout, workspace);
  if (!memory)
    return memory.error();
  call.memory = memory->owner;
  for (const LaunchInfo &launch : image->launches.at((*entry)->name)) {
    Result<LaunchSizes> sizes = evaluateLaunch(launch, *extents);
    if (!sizes)
      return sizes.error();
    if (sizes->isEmpty())
      continue;
    BoundCall::Kernel kernel;
    if (Status status = driver->check(
            driver->moduleGetFunction(&kernel.function, module.get(),
                                      launch.kernel.c_str()),
            ("cuModuleGetFunction of " + launch.kernel).c_str());
        !status)
      return status.error();
    auto size = [](std::int64_t value) { return static_cast<unsigned>(value); };
    const auto &grid = sizes->grid, &block = sizes->block,
               &cluster = sizes->cluster;
    std::int64_t shared = sizes->shared, clusterBlocks = sizes->clusterBlocks;
    kernel.config = {size(grid[0]),  size(grid[1]),
                     size(grid[2]),  size(block[0]),
                     size(block[1]), size(block[2]),
                     size(shared),   nullptr,
                     nullptr,        0};
    auto allow = [&](int attribute, std::int64_t value) {
      return driver->check(
          driver->functionSetAttribute(kernel.function, attribute,
                                       static_cast<int>(value)),
          "cuFuncSetAttribute");
    };
    if (shared > kPortableSharedBytes)
      if (Status status = allow(kMaxDynamicSharedBytes, shared); !status)
        return status.error();
    if (clusterBlocks > kPortableCluster)
      if (Status status = allow(kAllowLargeClusters, 1); !status)
        return status.error();
    if (clusterBlocks > 1) {
      LaunchAttribute attribute = {};
      attribute.id = kClusterDimension;
      attribute.value.clusterDim = {size(cluster[0]), size(cluster[1]),
                                    size(cluster[2])};
      kernel.attributes.push_back(attribute);
    }
    if (launch.isDependent) {
      LaunchAttribute attribute = {};
      attribute.id = kProgrammaticLaunch;
      attribute.value.programmaticStreamSerializationAllowed = 1;
      kernel.attributes.push_back(attribute);
    }
    for (const ParameterInfo &parameter : launch.parameters) {
      if (parameter.kind == ParameterInfo::Kind::workspace) {
        kernel.parameters.push_back(memory->address +
                                    layout->offsets[parameter.argument]);
        continue;
      }
      if (parameter.kind != ParameterInfo::Kind::value) {
        kernel.parameters.push_back(
            arguments[parameter.argument].pointerOrBits);
        continue;
      }
      Result<std::int64_t> value = parameter.value.evaluate(*extents);
      if (!value)
        return value.error();
      kernel.parameters.push_back(static_cast<std::uint64_t>(*value));
    }
    call.kernels.push_back(std::move(kernel));
  }
  return call;
}

Status BoundCall::launch(CUstream stream) const {
  for (const Kernel &kernel : kernels) {
    LaunchConfig config = kernel.config;
    config.stream = stream;
    config.attributes = const_cast<LaunchAttribute *>(kernel.attributes.data());
    config.attributeCount = static_cast<unsigned>(kernel.attributes.size());
    // The driver reads each parameter from where its pointer says.
    void *parameters[kMaxParameters];
    for (std::size_t i = 0; i < kernel.parameters.size(); ++i)
      parameters[i] = const_cast<std::uint64_t *>(&kernel.parameters[i]);
    if (Status status =
            driver->check(driver->launchKernelEx(&config, kernel.function,
                                                 parameters, nullptr),
                          "cuLaunchKernelEx");
        !status)
      return status;
  }
  return Done();
}
