//===- OrderedRemarks.cpp - final remarks in program order ----------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OrderedRemarks.h"

#include "mlir/IR/Remarks.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Remark/RemarkStreamer.h"
#include "llvm/Remarks/RemarkFormat.h"

using namespace mlir;

namespace {
/// Upstream's RemarkEmittingPolicyFinal, with an order.
class OrderedFinal : public remark::detail::RemarkEmittingPolicyBase {
public:
  void reportRemark(const remark::detail::Remark &remark) override {
    using Info = llvm::DenseMapInfo<remark::detail::Remark>;
    llvm::erase_if(remarks, [&](const remark::detail::Remark &other) {
      return other.getLocation() == remark.getLocation() &&
             Info::isEqual(other, remark);
    });
    remarks.push_back(remark);
  }
  void finalize() override {
    for (const remark::detail::Remark &remark : remarks)
      reportImpl(remark);
    remarks.clear();
  }

private:
  std::vector<remark::detail::Remark> remarks;
};
} // namespace

/// Puts a new engine, with the settings of `config`, in the place of
/// upstream's.
static LogicalResult replaceEngine(MLIRContext &context,
                                   const MlirOptMainConfig &config) {
  remark::RemarkCategories categories{
      config.getRemarksAllFilter(), config.getRemarksPassedFilter(),
      config.getRemarksMissedFilter(), config.getRemarksAnalyseFilter(),
      config.getRemarksFailedFilter()};
  context.setRemarkEngine(nullptr);
  auto policy = std::make_unique<OrderedFinal>();
  if (config.getRemarkFormat() == RemarkFormat::REMARK_FORMAT_STDOUT)
    return remark::enableOptimizationRemarks(context, nullptr,
                                             std::move(policy), categories,
                                             /*printAsEmitRemarks=*/true);
  bool isYaml = config.getRemarkFormat() == RemarkFormat::REMARK_FORMAT_YAML;
  std::string file = config.getRemarksOutputFile();
  if (file.empty())
    file = isYaml ? "mlir-remarks.yaml" : "mlir-remarks.bitstream";
  return remark::enableOptimizationRemarksWithLLVMStreamer(
      context, file,
      isYaml ? llvm::remarks::Format::YAML : llvm::remarks::Format::Bitstream,
      std::move(policy), categories);
}

void norm::orderFinalRemarks(MlirOptMainConfig &config) {
  if (!config.shouldEmitRemarks() ||
      config.getRemarkPolicy() != RemarkPolicy::REMARK_POLICY_FINAL)
    return;
  // Upstream has made its engine when it sets up the passes.
  MlirOptMainConfig original = config;
  config.setPassPipelineSetupFn([original](PassManager &pm) {
    if (failed(replaceEngine(*pm.getContext(), original)))
      return failure();
    return original.setupPassPipeline(pm);
  });
}
