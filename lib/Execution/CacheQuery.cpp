//===- CacheQuery.cpp - caches of the machine that code runs on -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Code that is compiled ahead does not know the machine that it will run on. It
// asks this function, which each object has for itself.
//
//===----------------------------------------------------------------------===//

#include "AddFunctions.h"
#include "norm/Execution/MachineCode.h"
#include "norm/Target/VectorTarget.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mlir::norm;

/// Leaf 4 of Intel and leaf 8000001D of AMD describe one cache for each index:
/// eax has the type in bits 0-4 (0: there are no more, 2: instructions) and the
/// level in bits 5-7; the size is the product of ways (ebx 22-31), partitions
/// (ebx 12-21), the line (ebx 0-11) and sets (ecx), each plus 1. lib/Target's
/// Caches.cpp has the same in C++.
///
/// What was found is kept for all calls, one more than the bytes, so that 0 is
/// for what has not been asked. Threads that ask at the same time find the
/// same.
static constexpr StringLiteral kQuery = R"(
@norm_caches = internal global [4 x i64] zeroinitializer

define i64 @norm_cache_bytes(i64 %level) {
entry:
  %masked = and i64 %level, 3
  %place = getelementptr [4 x i64], ptr @norm_caches, i64 0, i64 %masked
  %known = load atomic i64, ptr %place monotonic, align 8
  %isknown = icmp ne i64 %known, 0
  br i1 %isknown, label %done, label %leaf

leaf:
  %number = phi i32 [ 4, %entry ], [ -2147483619, %next ]
  %kind = and i32 %number, -2147483648
  %greatest = call { i32, i32, i32, i32 } asm sideeffect "cpuid", "={ax},={bx},={cx},={dx},{ax},{cx},~{dirflag},~{fpsr},~{flags}"(i32 %kind, i32 0)
  %last = extractvalue { i32, i32, i32, i32 } %greatest, 0
  %exists = icmp uge i32 %last, %number
  br i1 %exists, label %cache, label %next

cache:
  %index = phi i32 [ 0, %leaf ], [ %following, %other ]
  %following = add i32 %index, 1
  %answer = call { i32, i32, i32, i32 } asm sideeffect "cpuid", "={ax},={bx},={cx},={dx},{ax},{cx},~{dirflag},~{fpsr},~{flags}"(i32 %number, i32 %index)
  %a = extractvalue { i32, i32, i32, i32 } %answer, 0
  %b = extractvalue { i32, i32, i32, i32 } %answer, 1
  %c = extractvalue { i32, i32, i32, i32 } %answer, 2
  %type = and i32 %a, 31
  %isend = icmp eq i32 %type, 0
  br i1 %isend, label %next, label %one

one:
  %levelbits = lshr i32 %a, 5
  %ownlevel = and i32 %levelbits, 7
  %wanted = trunc i64 %masked to i32
  %isother = icmp ne i32 %ownlevel, %wanted
  %iscode = icmp eq i32 %type, 2
  %skip = or i1 %isother, %iscode
  br i1 %skip, label %other, label %found

other:
  %more = icmp ult i32 %following, 16
  br i1 %more, label %cache, label %next

next:
  %isfirst = icmp eq i32 %number, 4
  br i1 %isfirst, label %leaf, label %store

found:
  %waybits = lshr i32 %b, 22
  %partbits0 = lshr i32 %b, 12
  %partbits = and i32 %partbits0, 1023
  %linebits = and i32 %b, 4095
  %ways0 = add i32 %waybits, 1
  %parts0 = add i32 %partbits, 1
  %line0 = add i32 %linebits, 1
  %ways = zext i32 %ways0 to i64
  %parts = zext i32 %parts0 to i64
  %line = zext i32 %line0 to i64
  %setbits = zext i32 %c to i64
  %sets = add i64 %setbits, 1
  %x = mul i64 %ways, %parts
  %y = mul i64 %line, %sets
  %size = mul i64 %x, %y
  br label %store

store:
  %bytes = phi i64 [ 0, %next ], [ %size, %found ]
  %kept = add i64 %bytes, 1
  store atomic i64 %kept, ptr %place monotonic, align 8
  br label %done

done:
  %value = phi i64 [ %known, %entry ], [ %kept, %store ]
  %result = sub i64 %value, 1
  ret i64 %result
}
)";

static constexpr StringLiteral kNoQuery = R"(
define i64 @norm_cache_bytes(i64 %level) {
  ret i64 0
}
)";

void run::declareCacheQuery(ModuleOp module) {
  if (module.lookupSymbol(kCacheQuery))
    return;
  // A program without functions has not brought it.
  module.getContext()->loadDialect<func::FuncDialect>();
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  Type i64 = builder.getI64Type();
  func::FuncOp::create(builder, module.getLoc(), kCacheQuery,
                       builder.getFunctionType(i64, i64))
      .setPrivate();
}

llvm::Error run::addCacheQuery(llvm::Module &module) {
  llvm::Function *query = module.getFunction(kCacheQuery);
  if (!query || !query->isDeclaration() || query->use_empty())
    return llvm::Error::success();
  return addFunctions(module,
                      module.getTargetTriple().isX86() ? kQuery : kNoQuery);
}
