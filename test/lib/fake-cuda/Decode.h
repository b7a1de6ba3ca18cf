//===- Decode.h - instructions of PTX and their operands --------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_TEST_LIB_FAKE_CUDA_DECODE_H
#define NORM_TEST_LIB_FAKE_CUDA_DECODE_H

#include "Numbers.h"

#include <algorithm>
#include <array>
#include <optional>

namespace fake {

struct Operand {
  /// A register, plus a number in an address; a number, which may be an address
  /// of shared memory; one of the numbers of a thread, as %tid.x; several
  /// operands; the name of a label or a parameter; nothing, as _.
  enum Kind { inRegister, immediate, special, vector, symbol, nothing };
  Kind kind = nothing;
  unsigned number = 0;
  uint64_t bits = 0;
  uint64_t (*get)(const Thread &) = nullptr;
  std::vector<Operand> parts;
  std::string name;
  /// Whether it is an address of shared memory of the thread's own block.
  bool isShared = false;
};

struct Instruction {
  std::string text, op;
  /// What stands between dots, without the types.
  std::vector<std::string> modifiers;
  /// The first type, and the second one if there are two.
  Type type = {Type::bits, 32};
  std::optional<Type> otherType;
  std::vector<Operand> operands;

  bool has(const char *modifier) const {
    return std::find(modifiers.begin(), modifiers.end(), modifier) !=
           modifiers.end();
  }
};

Instruction readInstruction(const std::string &text, const Kernel &kernel);

/// Of an instruction whose result depends on its operands alone.
Step decodeArithmetic(const Instruction &in);

inline uint64_t read(const Thread &thread, const Operand &operand) {
  switch (operand.kind) {
  case Operand::inRegister:
    return thread.registers[operand.number] + operand.bits;
  case Operand::immediate:
    return operand.isShared
               ? Thread::getSharedAddress(thread.rank, operand.bits)
               : operand.bits;
  case Operand::special:
    return operand.get(thread);
  default:
    throw Failure("an operand that cannot be read");
  }
}

inline void write(Thread &thread, const Operand &operand, uint64_t bits) {
  if (operand.kind == Operand::inRegister)
    thread.registers[operand.number] = bits;
}

} // namespace fake

#endif // NORM_TEST_LIB_FAKE_CUDA_DECODE_H
