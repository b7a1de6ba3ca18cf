//===- CertificateFiles.cpp - the folder of certificates ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Raise/Certificates.h"

#include "norm/Support/OutputFiles.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace mlir;
using namespace mlir::norm;

/// Longer names of functions are cut.
static constexpr size_t kMaxName = 150;

bool mlir::norm::raise::canWriteCertificates(StringRef folder,
                                             std::string &error) {
  std::error_code code = llvm::sys::fs::create_directories(folder);
  SmallString<128> probe;
  if (!code && !llvm::sys::fs::is_directory(folder))
    code = std::make_error_code(std::errc::not_a_directory);
  if (!code)
    code =
        llvm::sys::fs::createUniqueFile(folder + "/norm-%%%%%%%%.tmp", probe);
  if (!code)
    code = llvm::sys::fs::remove(probe);
  if (code)
    error =
        ("certificates cannot be written to " + folder + ": " + code.message())
            .str();
  return !code;
}

/// A name that any file system takes.
static std::string toFileName(StringRef name) {
  std::string result = name.take_front(kMaxName).str();
  for (char &c : result)
    if (!llvm::isAlnum(c) && c != '_' && c != '-' && c != '.')
      c = '_';
  return result;
}

bool mlir::norm::raise::writeCertificates(
    ArrayRef<RaiseCertificate> certificates, StringRef folder,
    std::string &error) {
  llvm::StringMap<unsigned> numbers;
  for (const RaiseCertificate &certificate : certificates) {
    std::string name = toFileName(certificate.function);
    std::string file = name + "." + std::to_string(numbers[name]++) + ".smt2";
    if (llvm::Error failure =
            writeOutput(folder.str() + "/" + file, certificate.text)) {
      error = ("certificates cannot be written to " + folder + ": " +
               llvm::toString(std::move(failure)))
                  .str();
      return false;
    }
  }
  return true;
}
