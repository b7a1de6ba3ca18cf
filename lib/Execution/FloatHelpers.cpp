//===- FloatHelpers.cpp - conversions that a processor may lack -----------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM calls a function of compiler-rt for a conversion that the processor has
// no instruction for. The libgcc of many distributions has not all of them, so
// that a library would be linked and not load. Each object that may need them
// has its own, which nobody outside sees.
//
// All round to nearest even, and keep a NaN a NaN, which becomes quiet.
//
//===----------------------------------------------------------------------===//

#include "AddFunctions.h"
#include "norm/Execution/MachineCode.h"

#include "llvm/IR/InstIterator.h"

using namespace mlir;
using namespace mlir::norm;

/// A bf16 is the upper half of an f32; an f16 of the same exponent has 13 bits
/// less than an f32, and its bias is 112 less.
///
/// f64 goes by way of an f32 that is rounded to odd: where the f32 is not
/// exact, it is the one of the two neighbours whose last bit is 1. An f32 has
/// more than two bits more than the result, so that nothing is rounded twice.
static constexpr StringLiteral kHelpers = R"(
define bfloat @__truncsfbf2(float %x) {
  %bits = bitcast float %x to i32
  %high = lshr i32 %bits, 16
  %odd = and i32 %high, 1
  %half = add i32 %odd, 32767
  %sum = add i32 %bits, %half
  %rounded = lshr i32 %sum, 16
  %quiet = or i32 %high, 64
  %nan = fcmp uno float %x, 0.0
  %word = select i1 %nan, i32 %quiet, i32 %rounded
  %result = trunc i32 %word to i16
  %value = bitcast i16 %result to bfloat
  ret bfloat %value
}

define half @__truncsfhf2(float %x) {
  %bits = bitcast float %x to i32
  %high = lshr i32 %bits, 16
  %sign = and i32 %high, 32768
  %abs = and i32 %bits, 2147483647

  ; NaN: the upper bits of the payload, quiet.
  %upper = lshr i32 %abs, 13
  %payload = and i32 %upper, 1023
  %nan = or i32 %payload, 32256

  ; 2^-14 <= |x|: the bias goes, 13 bits are rounded; from 65520 on infinity.
  %small = call i32 @llvm.umin.i32(i32 %abs, i32 1199570944)
  %biased = sub i32 %small, 939524096
  %last = lshr i32 %biased, 13
  %odd = and i32 %last, 1
  %half = add i32 %odd, 4095
  %sum = add i32 %biased, %half
  %normal = lshr i32 %sum, 13

  ; Below, the last digit of 1/2 + |x| in f32 is 2^-24, that of the result.
  %magnitude = bitcast i32 %abs to float
  %shifted = fadd float %magnitude, 0.5
  %shiftedbits = bitcast float %shifted to i32
  %subnormal = sub i32 %shiftedbits, 1056964608

  %isnormal = icmp uge i32 %abs, 947912704
  %number = select i1 %isnormal, i32 %normal, i32 %subnormal
  %isnan = icmp ugt i32 %abs, 2139095040
  %word = select i1 %isnan, i32 %nan, i32 %number
  %signed = or i32 %word, %sign
  %result = trunc i32 %signed to i16
  %value = bitcast i16 %result to half
  ret half %value
}

define float @norm.round_to_odd(double %x) {
  %near = fptrunc double %x to float
  %back = fpext float %near to double
  %magnitude = call double @llvm.fabs.f64(double %x)
  %backmagnitude = call double @llvm.fabs.f64(double %back)
  %inexact = fcmp one double %x, %back
  %above = fcmp ogt double %backmagnitude, %magnitude
  %one = zext i1 %above to i32
  %bits = bitcast float %near to i32
  %toward = sub i32 %bits, %one
  %odd = or i32 %toward, 1
  %word = select i1 %inexact, i32 %odd, i32 %bits
  %value = bitcast i32 %word to float
  ret float %value
}

define bfloat @__truncdfbf2(double %x) {
  %odd = call float @norm.round_to_odd(double %x)
  %value = call bfloat @__truncsfbf2(float %odd)
  ret bfloat %value
}

define half @__truncdfhf2(double %x) {
  %odd = call float @norm.round_to_odd(double %x)
  %value = call half @__truncsfhf2(float %odd)
  ret half %value
}

define float @__extendhfsf2(half %x) {
  %short = bitcast half %x to i16
  %bits = zext i16 %short to i32
  %signbit = and i32 %bits, 32768
  %sign = shl i32 %signbit, 16
  %abs = and i32 %bits, 32767
  %shifted = shl i32 %abs, 13
  %normal = add i32 %shifted, 939524096

  ; Infinity and NaN have the exponent 255; a payload gets its quiet bit.
  %special = or i32 %shifted, 2139095040
  %isnan = icmp ugt i32 %abs, 31744
  %quietbit = select i1 %isnan, i32 4194304, i32 0
  %quiet = or i32 %special, %quietbit

  ; Below 2^-14: 2^-14 + |x| less 2^-14.
  %offset = add i32 %shifted, 947912704
  %offsetvalue = bitcast i32 %offset to float
  %subnormalvalue = fsub float %offsetvalue, 0x3F10000000000000
  %subnormal = bitcast float %subnormalvalue to i32

  %issubnormal = icmp ult i32 %abs, 1024
  %isspecial = icmp uge i32 %abs, 31744
  %finite = select i1 %issubnormal, i32 %subnormal, i32 %normal
  %word = select i1 %isspecial, i32 %quiet, i32 %finite
  %signed = or i32 %word, %sign
  %value = bitcast i32 %signed to float
  ret float %value
}

declare i32 @llvm.umin.i32(i32, i32)
declare double @llvm.fabs.f64(double)
)";

static bool isHalf(llvm::Type *type) {
  type = type->getScalarType();
  return type->isHalfTy() || type->isBFloatTy();
}

/// Whether `module` computes with floats of 16 bits.
static bool usesHalves(const llvm::Module &module) {
  for (const llvm::Function &function : module)
    for (const llvm::Instruction &instruction : llvm::instructions(function))
      if (isHalf(instruction.getType()) ||
          llvm::any_of(instruction.operands(), [](const llvm::Use &operand) {
            return isHalf(operand->getType());
          }))
        return true;
  return false;
}

llvm::Error run::addFloatHelpers(llvm::Module &module) {
  if (!usesHalves(module))
    return llvm::Error::success();
  return addFunctions(module, kHelpers);
}
