//===- Session.cpp - one program in a context of its own ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Session.h"

#include "norm/Execution/Pipeline.h"
#include "norm/Support/InputFiles.h"
#include "norm/Support/ParseProgram.h"

#include "mlir/Bytecode/BytecodeReader.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Pass/Pass.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/MemoryBufferRef.h"
#include "llvm/Support/SourceMgr.h"

#include <pthread.h>

using namespace mlir;
using namespace mlir::norm;
using namespace mlir::norm::capi;
using namespace mlir::norm::run;

/// Address space, of which a program touches as much as it needs.
static constexpr size_t kStackBytes = 512u << 20;
/// Brackets within brackets, which the parser goes down by recursion.
static constexpr unsigned kMaxDepth = 10000;

void capi::runOnLargeStack(llvm::function_ref<void()> task) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  auto start = [](void *task) -> void * {
    (*static_cast<llvm::function_ref<void()> *>(task))();
    return nullptr;
  };
  bool started = !pthread_attr_setstacksize(&attributes, kStackBytes) &&
                 !pthread_create(&thread, &attributes, start, &task);
  pthread_attr_destroy(&attributes);
  if (started)
    pthread_join(thread, nullptr);
  else
    task(); // Where address space is short, on the stack that there is.
}

//===----------------------------------------------------------------------===//
// Remarks
//===----------------------------------------------------------------------===//

/// "divisor 63 is not the extent", or "key=value" where the key says something.
static std::string getMessage(const remark::detail::Remark &remark) {
  std::string message;
  for (const remark::detail::Remark::Arg &argument : remark.getArgs()) {
    if (!message.empty())
      message += ", ";
    if (argument.key != "Remark" && argument.key != "Reason")
      message += argument.key + "=";
    message += argument.val;
  }
  return message;
}

static NormRemarkKind getKind(const remark::detail::Remark &remark) {
  switch (remark.getRemarkType()) {
  case llvm::remarks::Type::Passed:
    return NORM_REMARK_PASSED;
  case llvm::remarks::Type::Missed:
    return NORM_REMARK_MISSED;
  case llvm::remarks::Type::Failure:
    return NORM_REMARK_FAILED;
  default:
    return NORM_REMARK_ANALYSIS;
  }
}

namespace {
/// Copies remarks, as their strings are those of passes.
class RemarkStore : public remark::detail::MLIRRemarkStreamerBase {
public:
  explicit RemarkStore(std::vector<StoredRemark> &remarks) : remarks(remarks) {}

  void streamOptimizationRemark(const remark::detail::Remark &remark) override {
    StoredRemark &stored = remarks.emplace_back();
    stored.kind = getKind(remark);
    stored.category = remark.getCombinedCategoryName().str();
    stored.name = remark.getRemarkName().str();
    stored.message = getMessage(remark);
    setPlace(stored, remark.getLocation());
  }

private:
  std::vector<StoredRemark> &remarks;
};
} // namespace

static void collectRemarks(MLIRContext &context,
                           std::vector<StoredRemark> &remarks) {
  remark::RemarkCategories categories;
  categories.passed = categories.missed = ".*";
  categories.analysis = categories.failed = ".*";
  // Without a streamer there are no remarks, and nothing else is lost.
  (void)remark::enableOptimizationRemarks(
      context, std::make_unique<RemarkStore>(remarks),
      std::make_unique<remark::RemarkEmittingPolicyAll>(), categories);
}

//===----------------------------------------------------------------------===//
// The session
//===----------------------------------------------------------------------===//

/// All dialects; the same for all contexts.
static const DialectRegistry &getRegistry() {
  static const DialectRegistry *registry = [] {
    auto *created = new DialectRegistry;
    run::prepareCompiler(*created);
    return created;
  }();
  return *registry;
}

Session::Session(std::vector<StoredRemark> *remarks)
    : context(std::make_unique<MLIRContext>(getRegistry(),
                                            MLIRContext::Threading::DISABLED)) {
  context->printOpOnDiagnostic(false);
  if (remarks)
    collectRemarks(*context, *remarks);
  handler = std::make_unique<ScopedDiagnosticHandler>(
      context.get(), [this](Diagnostic &diagnostic) {
        if (diagnostic.getSeverity() != DiagnosticSeverity::Error || firstError)
          return success();
        firstError = NormError{NORM_INVALID_PROGRAM, diagnostic.str()};
        setPlace(*firstError, diagnostic.getLocation());
        for (Diagnostic &note : diagnostic.getNotes())
          firstError->message += "; " + note.str();
        return success();
      });
}

Session::~Session() = default;

llvm::Error Session::takeError(NormStatus status, StringRef otherwise) {
  if (!firstError)
    return makeFailure(status, otherwise);
  NormError error = std::move(*firstError);
  firstError.reset();
  error.status = status;
  return llvm::make_error<Failure>(std::move(error));
}

/// Line and column of byte `offset` of `text`.
static llvm::Error failAt(StringRef text, size_t offset, StringRef fileName,
                          const Twine &message) {
  StringRef before = text.take_front(offset);
  uint32_t line = before.count('\n') + 1;
  size_t start = before.rfind('\n');
  uint32_t column = start == StringRef::npos ? offset + 1 : offset - start;
  return llvm::make_error<Failure>(NormError{
      NORM_INVALID_PROGRAM, message.str(), fileName.str(), line, column});
}

/// The parser takes any bytes in names and strings, and they would come out
/// again.
static llvm::Error checkUTF8(StringRef text, StringRef fileName) {
  auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.begin());
  auto *next = begin, *end = begin + text.size();
  if (llvm::isLegalUTF8String(&next, end))
    return llvm::Error::success();
  return failAt(text, next - begin, fileName,
                "expected UTF-8, got byte 0x" + Twine::utohexstr(*next));
}

llvm::Error Session::parse(StringRef program, StringRef fileName) {
  llvm::MemoryBufferRef buffer(program, fileName);
  if (!isBytecode(buffer)) {
    if (llvm::Error error = checkUTF8(program, fileName))
      return error;
    if (std::optional<size_t> place = findDeepNesting(program, kMaxDepth))
      return failAt(program, *place, fileName,
                    "expected at most " + Twine(kMaxDepth) +
                        " brackets within brackets");
    if (size_t zero = program.find('\0'); zero != StringRef::npos)
      return failAt(program, zero, fileName, "expected text, got a zero byte");
  }
  // A copy, because the parser reads a zero byte behind the text.
  llvm::SourceMgr sources;
  sources.AddNewSourceBuffer(
      llvm::MemoryBuffer::getMemBufferCopy(program, fileName), SMLoc());
  module = parseProgram(sources, context.get());
  if (!module)
    return takeError(NORM_INVALID_PROGRAM, "the program could not be read");
  firstError.reset();
  return llvm::Error::success();
}

void Session::loadDialects(const Pass &pass) {
  DialectRegistry registry;
  pass.getDependentDialects(registry);
  context->appendDialectRegistry(registry);
  for (StringRef name : registry.getDialectNames())
    context->getOrLoadDialect(name);
}

llvm::Error Session::run(PassManager &pm) {
  if (succeeded(pm.run(*module)))
    return llvm::Error::success();
  return takeError(NORM_UNSUPPORTED, "the program could not be compiled");
}

llvm::Error Session::explain(llvm::Error error) {
  if (!firstError)
    return error;
  return takeError(NORM_UNSUPPORTED, llvm::toString(std::move(error)));
}
