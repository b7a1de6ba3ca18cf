//===- npy.cpp - array files for libFuzzer --------------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The input is an array file. What is opened is read as floats and as bytes.
//
//===----------------------------------------------------------------------===//

#include "../../../tools/norm-run/NpyFile.h"

#include <string>
#include <sys/mman.h>
#include <unistd.h>

using namespace mlir::norm::run;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  int file = memfd_create("array", 0);
  if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size))
    return 0;
  auto array = NpyFile::open("/proc/self/fd/" + std::to_string(file));
  if (array) {
    for (NormDataType type : {NormDataType{2, 32, 1}, NormDataType{2, 16, 1},
                              NormDataType{0, 8, 1}, NormDataType{2, 64, 1}}) {
      // Elements are read as what has their size.
      if (!array->getElementCode().ends_with(std::to_string(type.bits / 8)))
        continue;
      if (auto tensor = array->read(type); !tensor)
        llvm::consumeError(tensor.takeError());
    }
  } else {
    llvm::consumeError(array.takeError());
  }
  close(file);
  return 0;
}
