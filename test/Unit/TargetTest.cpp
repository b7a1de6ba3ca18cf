//===- TargetTest.cpp - descriptions of machines --------------------------===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "norm/Target/RowTarget.h"

#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

using namespace mlir;
using namespace mlir::norm;

namespace {
/// A folder as Linux has it for each processor.
class CacheFolder : public ::testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("norm-caches", folder));
  }
  void TearDown() override {
    ASSERT_FALSE(llvm::sys::fs::remove_directories(folder));
  }

  void add(StringRef level, StringRef type, StringRef size,
           StringRef sharers = "0", StringRef line = "64") {
    std::string cache = (folder + "/index" + Twine(count++)).str();
    ASSERT_FALSE(llvm::sys::fs::create_directory(cache));
    for (auto [name, text] : {std::pair("level", level),
                              {"type", type},
                              {"size", size},
                              {"shared_cpu_list", sharers},
                              {"coherency_line_size", line}}) {
      std::error_code error;
      llvm::raw_fd_ostream(cache + "/" + name, error) << text << "\n";
      ASSERT_FALSE(error);
    }
  }

  SmallString<128> folder;
  unsigned count = 0;
};
} // namespace

/// A Zen 4: the instruction cache is not one of the caches that data comes
/// from.
TEST_F(CacheFolder, OfACoreComplex) {
  add("1", "Data", "32K", "0,8");
  add("1", "Instruction", "32K", "0,8");
  add("2", "Unified", "1024K", "0,8");
  add("3", "Unified", "32M", "0-7,8-15", "128");
  std::optional<Caches> caches = readCaches(folder);
  ASSERT_TRUE(caches);
  ASSERT_EQ(caches->levels.size(), 3u);
  EXPECT_EQ(caches->getBytes(1), 32 << 10);
  EXPECT_EQ(caches->getBytes(2), 1 << 20);
  EXPECT_EQ(caches->getBytes(3), 32 << 20);
  EXPECT_EQ(caches->getBytes(4), 0);
  EXPECT_EQ(caches->levels[1].sharers, 2);
  EXPECT_EQ(caches->levels[2].sharers, 16);
  EXPECT_EQ(caches->line, 128);
  std::string text;
  llvm::raw_string_ostream(text) << *caches;
  EXPECT_EQ(text, "L1 32 KiB of 2 processors, L2 1 MiB of 2 processors, "
                  "L3 32 MiB of 16 processors (sysfs)");
}

TEST_F(CacheFolder, IsNotUnderstood) {
  EXPECT_FALSE(readCaches(folder));
  add("1", "Data", "32K");
  EXPECT_FALSE(readCaches(folder)); // no second level
  add("2", "Unified", "many");
  EXPECT_FALSE(readCaches(folder));
  std::string text;
  llvm::raw_string_ostream(text) << Caches::unknown();
  EXPECT_EQ(text, "L2 2 MiB (assumed, not read from a machine)");
}

/// Neither -1 nor sizes beyond 2^63 are sizes; an odd list is one processor.
TEST_F(CacheFolder, HasOddNumbers) {
  add("2", "Unified", "1M", "7-3");
  ASSERT_TRUE(readCaches(folder));
  EXPECT_EQ(readCaches(folder)->levels[0].sharers, 1);
  add("3", "Unified", "-1");
  EXPECT_FALSE(readCaches(folder));
}

/// The rule of docs/Rationale.md: 1.2 times the L2 for each thread, half of
/// that for a row; an L3 near the cores takes 0.6 of it for all threads, or 0.9
/// where there are several and half of the bytes are written.
TEST(VectorTarget, StoreLimits) {
  VectorTarget target;
  target.caches.levels = {{2, 1 << 20, 1}};
  EXPECT_EQ(target.getStoreLimits(/*writesHalf=*/true).thread, 1258291);
  EXPECT_EQ(target.getStoreLimits(/*writesHalf=*/true).row, 629145);
  EXPECT_EQ(target.getStoreLimits(/*writesHalf=*/true).loop, 0);
  target.caches.levels.push_back({3, 32 << 20, 16});
  EXPECT_EQ(target.getStoreLimits(/*writesHalf=*/true).loop,
            (int64_t(32) << 20) * 60 / 100);
  target.threads = 2;
  EXPECT_EQ(target.getStoreLimits(/*writesHalf=*/true).loop,
            (int64_t(32) << 20) * 90 / 100);
  EXPECT_EQ(target.getStoreLimits(/*writesHalf=*/false).loop,
            (int64_t(32) << 20) * 60 / 100);
  target.caches.levels.back().bytes = 320 << 20; // that of a socket
  EXPECT_EQ(target.getStoreLimits(/*writesHalf=*/true).loop, 0);
}

TEST(RowTarget, Names) {
  MLIRContext context;
  std::string message;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    message = diagnostic.str();
    return success();
  });
  auto get = [&](StringRef name) {
    return RowTarget::get(name,
                          [&] { return emitError(UnknownLoc::get(&context)); });
  };
  ASSERT_TRUE(succeeded(get("neon")));
  EXPECT_FALSE(get("neon")->isGPU());
  EXPECT_EQ(get("neon")->getCPU().bits, 128u);
  EXPECT_FALSE(get("generic")->getCPU().fencesStreams);
  ASSERT_TRUE(succeeded(get("sm_80")));
  EXPECT_EQ(get("sm_80")->getChip().multiprocessors, 108);
  EXPECT_EQ(get("gpu")->getChip().name, kDefaultChip);
  EXPECT_EQ(get("gpu")->getCosts().bufferBytes, 0);
  EXPECT_TRUE(failed(get("sm_1")));
  EXPECT_TRUE(StringRef(message).starts_with("expected target to be cpu, "))
      << message;
  EXPECT_TRUE(StringRef(message).ends_with(", got sm_1")) << message;
}
