//===- EmitObject.cpp - from the LLVM dialect to an object file -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PackedName.h"
#include "norm/Execution/Failure.h"
#include "norm/Execution/MachineCode.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/ExecutionEngine/Orc/CompileUtils.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/OptBisect.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Target/TargetMachine.h"

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::run;

/// void packed(void **operands) { interface(operands[0], *operands[1], ...); }
///
/// Pointers, that is descriptors, are passed on, scalars are loaded.
static void addPackedFunction(llvm::Module &module, llvm::Function &interface,
                              StringRef name) {
  llvm::LLVMContext &context = module.getContext();
  llvm::Type *pointer = llvm::PointerType::getUnqual(context);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context),
                                       {pointer}, /*isVarArg=*/false);
  auto *packed = llvm::Function::Create(
      type, llvm::GlobalValue::ExternalLinkage, getPackedName(name), module);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "", packed));
  auto getOperand = [&](unsigned index) {
    return builder.CreateLoad(
        pointer, builder.CreateConstGEP1_64(pointer, packed->getArg(0), index));
  };
  SmallVector<llvm::Value *> operands;
  for (auto [index, argument] : llvm::enumerate(interface.args())) {
    llvm::Value *operand = getOperand(index);
    operands.push_back(argument.getType()->isPointerTy()
                           ? operand
                           : builder.CreateLoad(argument.getType(), operand));
  }
  llvm::Value *result = builder.CreateCall(&interface, operands);
  if (!result->getType()->isVoidTy())
    builder.CreateStore(result, getOperand(operands.size()));
  builder.CreateRetVoid();
}

/// How many elements of one constant are spelled out: LLVM takes a pointer for
/// each, so that these are 1 GiB.
static constexpr uint64_t kMaxElements = uint64_t(1) << 27;

/// Fails where a constant that is short in the program, a splat, would fill the
/// memory.
static llvm::Error checkConstants(ModuleOp module) {
  for (LLVM::GlobalOp global : module.getOps<LLVM::GlobalOp>()) {
    uint64_t count = 1;
    Type type = global.getGlobalType();
    while (auto array = dyn_cast<LLVM::LLVMArrayType>(type)) {
      count = llvm::SaturatingMultiply(count, array.getNumElements());
      type = array.getElementType();
    }
    if (isa_and_nonnull<SplatElementsAttr>(global.getValueOrNull()) &&
        count > kMaxElements)
      return makeFailure(NORM_UNSUPPORTED, global.getLoc(),
                         "expected constants of at most " +
                             llvm::Twine(kMaxElements) + " elements, got " +
                             llvm::Twine(count));
  }
  return llvm::Error::success();
}

/// What LLVM does to each function. Row loops come as vectors in blocks,
/// simplified: left to do are addresses, which the accesses of a chunk share,
/// and the scalar loops of what is in no row loop. -O3 takes three times as
/// long for no faster kernels (docs/Rationale.md): it simplifies eight times,
/// unrolls loops over memory, and looks through calls, of which there are none.
static constexpr llvm::StringLiteral kPasses =
    "sroa,early-cse<memssa>,instcombine<no-verify-fixpoint>,"
    "loop-mssa(loop-rotate,licm),separate-const-offset-from-gep,early-cse,"
    "loop-mssa(licm),loop-vectorize,"
    "simplifycfg<hoist-common-insts;sink-common-insts>";

static llvm::Error optimize(llvm::Module &module,
                            llvm::TargetMachine &machine) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  llvm::FunctionPassManager passes;
  if (llvm::Error error = builder.parsePassPipeline(passes, kPasses))
    return error;
  for (llvm::Function &function : module)
    if (!function.isDeclaration())
      passes.run(function, functions);
  return llvm::Error::success();
}

namespace {
/// Leaves out the strength reduction of induction variables. It took a fifth of
/// the time of a kernel: the first element past the caches is known only at run
/// time, and all ways to add it to an array and a row are tried
/// (docs/Rationale.md, "Time to compile").
class NoStrengthReduction : public llvm::OptPassGate {
public:
  bool shouldRunPass(StringRef pass, StringRef) const override {
    return pass != "Loop Strength Reduction";
  }
  bool isEnabled() const override { return true; }
};
} // namespace

/// Whether each innermost loop has vectors, as those of row loops have. Their
/// addresses are a base, an index and constants, which x86-64 adds up in the
/// access.
static bool hasOnlyVectorLoops(llvm::Module &module) {
  auto hasVector = [](const llvm::Loop *loop) {
    return llvm::any_of(loop->blocks(), [](const llvm::BasicBlock *block) {
      return llvm::any_of(*block, [](const llvm::Instruction &instruction) {
        return instruction.getType()->isVectorTy();
      });
    });
  };
  for (llvm::Function &function : module) {
    if (function.isDeclaration())
      continue;
    llvm::LoopInfo loops{llvm::DominatorTree(function)};
    for (const llvm::Loop *loop : loops.getLoopsInPreorder())
      if (loop->isInnermost() && !hasVector(loop))
        return false;
  }
  return true;
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
run::emitObject(ModuleOp module, const CpuTarget &target, bool optimizes) {
  if (llvm::Error error = checkConstants(module))
    return error;
  llvm::TargetMachine &machine = *target.machine;
  machine.setOptLevel(optimizes ? llvm::CodeGenOptLevel::Aggressive
                                : llvm::CodeGenOptLevel::None);
  // What the context is told to leave out; it outlives the context.
  NoStrengthReduction gate;
  llvm::LLVMContext context;
  auto translated = translateModuleToLLVMIR(module, context);
  if (!translated)
    return llvm::createStringError("the program could not be translated to "
                                   "LLVM IR");
  translated->setDataLayout(machine.createDataLayout());
  translated->setTargetTriple(machine.getTargetTriple());
  for (llvm::Function &function : llvm::make_early_inc_range(*translated))
    if (StringRef name = function.getName();
        !function.isDeclaration() && name.consume_front("_mlir_ciface_"))
      addPackedFunction(*translated, function, name);
  if (optimizes) {
    if (llvm::Error error = optimize(*translated, machine))
      return error;
    if (machine.getTargetTriple().isX86() && hasOnlyVectorLoops(*translated))
      context.setOptPassGate(gate);
  }
  if (llvm::Error error = addFloatHelpers(*translated))
    return error;
  if (llvm::Error error = addCacheQuery(*translated))
    return error;
  return llvm::orc::SimpleCompiler(machine)(*translated);
}
