//===- Bundle.cpp - kernels that need no compiler -------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Bundle/Bundle.h"

#include "Folder.h"
#include "Images.h"
#include "norm/Bundle/Destinations.h"
#include "norm/Dialect/Norm/Transforms/FuseRows.h"
#include "norm/GPU/Passes.h"
#include "norm/Pipelines/Pipelines.h"
#include "norm/Raise/Passes.h"
#include "norm/Support/Canonicalizer.h"
#include "norm/Target/Chips.h"
#include "norm/Version.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/WithColor.h"

using namespace mlir;
using namespace mlir::norm;

/// The version of the manifest that is written.
static constexpr int64_t kSchema = 1;

static llvm::Error makeError() {
  return llvm::createStringError("the program could not be compiled");
}

//===----------------------------------------------------------------------===//
// What all chips share
//===----------------------------------------------------------------------===//

/// From whatever `module` has to row loops on memrefs, in public functions.
static LogicalResult lowerToRowLoops(ModuleOp module,
                                     const BundleOptions &options,
                                     InputCounts &inputs) {
  for (auto function : module.getOps<func::FuncOp>()) {
    if (function.isExternal())
      continue;
    inputs[function.getName()] = function.getNumArguments();
    // Arguments are read only, but for memrefs that the program writes.
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      if (isa<TensorType>(function.getArgumentTypes()[i]))
        function.setArgAttr(
            i, bufferization::BufferizationDialect::kWritableAttrName,
            BoolAttr::get(module.getContext(), false));
  }
  passResultsAsDestinations(module);
  PassManager pm(module.getContext());
  if (options.raises) {
    NormRaiseOptions raise;
    if (options.isStrict)
      raise.precision = "strict";
    pm.addPass(createNormRaise(raise));
  }
  pm.addPass(createInlinerPass());
  pm.addPass(createSymbolDCEPass());
  NormToLLVMOptions bufferization;
  bufferization.resultsToOutParams = true;
  buildNormFusionPipeline(pm, "gpu");
  buildNormBufferizationPipeline(pm, bufferization);
  if (failed(pm.run(module)))
    return failure();
  SmallVector<NormOpInterface> norms;
  module.walk([&](NormOpInterface op) { norms.push_back(op); });
  for (NormOpInterface op : norms) {
    OpBuilder builder(op);
    convertNormToRows(builder, op);
    op->erase();
  }
  return success();
}

//===----------------------------------------------------------------------===//
// Images
//===----------------------------------------------------------------------===//

static llvm::json::Object describeFile(const BundleFile &file) {
  uint32_t crc = llvm::crc32(llvm::arrayRefFromStringRef(file.content));
  return llvm::json::Object{
      {"file", file.name},
      {"bytes", static_cast<int64_t>(file.content.size())},
      {"crc32", llvm::formatv("{0:x-8}", crc).str()}};
}

static llvm::json::Object describeLaunch(const KernelLaunch &launch,
                                         StringRef kernel, DictionaryAttr facts,
                                         const KernelUsage *usage) {
  llvm::json::Array parameters;
  for (const llvm::json::Value &parameter : launch.parameters)
    parameters.push_back(parameter);
  llvm::json::Object text{{"kernel", kernel.str()},
                          {"grid", llvm::json::Array(launch.grid)},
                          {"block", llvm::json::Array(launch.block)},
                          {"cluster", llvm::json::Array(launch.cluster)},
                          {"dynamic_shared_bytes", launch.dynamicSharedBytes},
                          {"parameters", std::move(parameters)}};
  if (facts) {
    if (auto strategy = facts.getAs<StringAttr>("strategy"))
      text["strategy"] = strategy.getValue();
    if (auto reads = facts.getAs<IntegerAttr>("reads"))
      text["input_reads"] = reads.getInt();
  }
  if (usage)
    text["ptxas"] =
        llvm::json::Object{{"registers", usage->registers},
                           {"shared_bytes", usage->sharedBytes},
                           {"stack_bytes", usage->stackBytes},
                           {"spill_store_bytes", usage->spillStoreBytes},
                           {"spill_load_bytes", usage->spillLoadBytes}};
  return text;
}

static llvm::json::Array
describeWorkspaces(ArrayRef<llvm::json::Value> workspaces) {
  llvm::json::Array list;
  for (const llvm::json::Value &bytes : workspaces)
    list.push_back(llvm::json::Object{{"bytes", bytes}});
  return list;
}

namespace {
/// The part of a bundle that is for one chip.
class ImageWriter {
public:
  ImageWriter(const BundleOptions &options, std::vector<BundleFile> &files)
      : options(options), files(files) {}

  /// Compiles `module`, functions with row loops on memrefs, which is used up.
  llvm::Expected<llvm::json::Object> write(ModuleOp module, StringRef chip);

private:
  llvm::Expected<std::optional<Cubin>> getCubin(StringRef ptx, StringRef chip);

  const BundleOptions &options;
  std::vector<BundleFile> &files;
};
} // namespace

llvm::Expected<std::optional<Cubin>> ImageWriter::getCubin(StringRef ptx,
                                                           StringRef chip) {
  if (options.cubins == CubinPolicy::never)
    return std::nullopt;
  auto getOrWarn =
      [&](llvm::Error error) -> llvm::Expected<std::optional<Cubin>> {
    if (options.cubins == CubinPolicy::always)
      return error;
    llvm::WithColor::warning() << "PTX alone for " << chip << ": "
                               << llvm::toString(std::move(error)) << "\n";
    return std::nullopt;
  };
  llvm::Expected<std::string> ptxas = findPtxas(options.toolkit);
  if (!ptxas)
    return getOrWarn(ptxas.takeError());
  llvm::Expected<Cubin> cubin = assemble(*ptxas, ptx, chip);
  if (!cubin)
    return getOrWarn(cubin.takeError());
  return std::move(*cubin);
}

llvm::Expected<llvm::json::Object> ImageWriter::write(ModuleOp module,
                                                      StringRef chip) {
  SmallVector<std::pair<func::FuncOp, Extents>> functions;
  for (auto function : module.getOps<func::FuncOp>())
    functions.emplace_back(function, Extents(function));
  PassManager pm(module.getContext());
  NormKernelsOptions kernels;
  kernels.chip = chip.str();
  buildNormKernelsPipeline(pm, kernels);
  NormAttachNVVMTargetOptions target;
  target.chip = chip.str();
  pm.addPass(createNormAttachNVVMTarget(target));
  buildNormViewLowering(pm);
  pm.addPass(createCanonicalizer());
  if (failed(pm.run(module)))
    return makeError();

  SmallVector<KernelLaunch> launches;
  SmallVector<std::pair<std::string, size_t>> counts;
  SmallVector<DictionaryAttr> facts;
  llvm::json::Object workspaces;
  for (auto &[function, extents] : functions) {
    FailureOr<FunctionLaunches> found = readLaunches(function, extents);
    if (failed(found))
      return makeError();
    counts.emplace_back(function.getName(), found->launches.size());
    llvm::append_range(launches, found->launches);
    if (!found->workspaces.empty())
      workspaces[function.getName()] = describeWorkspaces(found->workspaces);
  }
  if (launches.empty())
    return llvm::createStringError("expected a norm to compile, got none");
  for (const KernelLaunch &launch : launches)
    facts.push_back(SymbolTable::lookupSymbolIn(module, launch.kernel)
                        ->getAttrOfType<DictionaryAttr>(kKernelAttrName));
  for (auto &[function, extents] : functions)
    function.erase();
  FailureOr<KernelImage> image = compileKernels(module, chip, launches);
  if (failed(image))
    return makeError();
  llvm::Expected<std::optional<Cubin>> cubin = getCubin(image->ptx, chip);
  if (!cubin)
    return cubin.takeError();

  llvm::json::Object text{{"chip", chip}, {"cubin", nullptr}}, entries;
  files.push_back({(chip + ".ptx").str(), image->ptx});
  text["ptx"] = describeFile(files.back());
  if (*cubin) {
    files.push_back({(chip + ".cubin").str(), (*cubin)->bytes});
    text["cubin"] = describeFile(files.back());
  }
  size_t number = 0;
  for (auto &[name, count] : counts) {
    llvm::json::Array list;
    for (size_t end = number + count; number < end; ++number) {
      StringRef kernel = image->kernels[number];
      const KernelUsage *usage = nullptr;
      if (*cubin)
        if (auto it = (*cubin)->usage.find(kernel); it != (*cubin)->usage.end())
          usage = &it->second;
      list.push_back(
          describeLaunch(launches[number], kernel, facts[number], usage));
    }
    entries[name] = std::move(list);
  }
  text["launches"] = std::move(entries);
  if (!workspaces.empty())
    text["workspaces"] = std::move(workspaces);
  return text;
}

//===----------------------------------------------------------------------===//
// The bundle
//===----------------------------------------------------------------------===//

/// The manifest as text. Its checksum, first of all keys, is that of the text
/// with zeros in its place.
static std::string printManifest(llvm::json::Object manifest) {
  manifest["crc32"] = "00000000";
  std::string text =
      llvm::formatv("{0:2}\n", llvm::json::Value(std::move(manifest)));
  uint32_t crc = llvm::crc32(llvm::arrayRefFromStringRef(text));
  text.replace(text.find("00000000"), 8, llvm::formatv("{0:x-8}", crc).str());
  return text;
}

static llvm::Error checkChips(ArrayRef<std::string> chips) {
  if (chips.empty())
    return llvm::createStringError("expected a chip");
  llvm::StringSet<> seen;
  for (const std::string &chip : chips) {
    if (!getChip(chip))
      return llvm::createStringError("expected chips to be of " +
                                     getChipNames() + ", got " + chip);
    if (!seen.insert(chip).second)
      return llvm::createStringError("expected each chip once, got " + chip +
                                     " twice");
  }
  return llvm::Error::success();
}

/// That arguments have no gaps between elements.
static LogicalResult checkContiguous(ModuleOp module) {
  bool areContiguous = true;
  for (auto function : module.getOps<func::FuncOp>())
    for (BlockArgument argument : function.getArguments()) {
      auto type = dyn_cast<MemRefType>(argument.getType());
      if (!function.isPublic() || !type || type.getLayout().isIdentity())
        continue;
      emitError(argument.getLoc(), "expected arguments of a bundle to be "
                                   "contiguous, got ")
          << type;
      areContiguous = false;
    }
  return success(areContiguous);
}

llvm::Expected<std::vector<BundleFile>>
norm::makeBundle(ModuleOp module, const BundleOptions &options) {
  if (llvm::Error error = checkChips(options.chips))
    return error;
  if (!options.allowsStrides && failed(checkContiguous(module)))
    return makeError();
  InputCounts inputs;
  if (failed(lowerToRowLoops(module, options, inputs)))
    return makeError();
  llvm::json::Array entries, images;
  for (auto function : module.getOps<func::FuncOp>())
    entries.push_back(describeEntry(function, Extents(function), inputs));
  if (entries.empty())
    return llvm::createStringError("expected a function, got none");

  std::vector<BundleFile> files;
  ImageWriter writer(options, files);
  for (const std::string &chip : options.chips) {
    OwningOpRef<ModuleOp> clone = module.clone();
    llvm::Expected<llvm::json::Object> image = writer.write(*clone, chip);
    if (!image)
      return image.takeError();
    images.push_back(std::move(*image));
  }
  files.push_back(
      {kManifestName.str(), printManifest(llvm::json::Object{
                                {"kind", "norm-bundle"},
                                {"schema", kSchema},
                                {"producer", "norm " NORM_VERSION_STRING},
                                {"entries", std::move(entries)},
                                {"images", std::move(images)}})});
  return files;
}

llvm::Error norm::writeBundle(ModuleOp module, const BundleOptions &options,
                              StringRef path) {
  auto files = makeBundle(module, options);
  if (!files)
    return files.takeError();
  return replaceFolder(path, *files);
}
