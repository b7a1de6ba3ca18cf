//===- manifest.cpp - manifests of bundles for libFuzzer ------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The input is a manifest behind its checksum, which is made here: else nothing
// but the checksum would be read. What is taken is evaluated, too.
//
//===----------------------------------------------------------------------===//

#include "norm/Runtime/Manifest.h"

#include <cstdio>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text = "{\"crc32\": \"00000000\",";
  text.append(reinterpret_cast<const char *>(data), size);
  char digits[9];
  std::snprintf(digits, sizeof(digits), "%08x", normrt::crc32(text));
  text.replace(text.find("00000000"), 8, digits);
  auto manifest = normrt::Manifest::parse(text);
  if (!manifest)
    return 0;
  for (const normrt::ImageInfo &image : manifest->images)
    for (const auto &[entry, launches] : image.launches)
      for (const normrt::LaunchInfo &launch : launches)
        for (int64_t extent : {INT64_C(0), INT64_C(3), INT64_MAX})
          (void)launch.dynamicSharedBytes.evaluate(
              std::vector<int64_t>(8, extent));
  return 0;
}
