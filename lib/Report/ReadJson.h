//===- ReadJson.h - JSON that a report reads --------------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NORM_LIB_REPORT_READJSON_H
#define NORM_LIB_REPORT_READJSON_H

#include "mlir/Support/LLVM.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"

#include <limits>

namespace mlir::norm::report {

/// Brackets within brackets in JSON that is read: LLVM's parser goes down into
/// them by recursion.
constexpr unsigned kMaxJSONNesting = 64;

/// `text` as JSON. An error says that `what` was expected and that `name` is
/// none, and why.
llvm::Expected<llvm::json::Value> parseJSONText(StringRef text, StringRef name,
                                                StringRef what);

/// `text` as a T, which has a fromJSON() and a `schema` that has to be 1.
template <typename T>
llvm::Expected<T> parseJSON(StringRef text, StringRef name, StringRef what) {
  auto fail = [&](const Twine &why) {
    return llvm::createStringError("expected " + what + ", " + name + " " +
                                   why);
  };
  llvm::Expected<llvm::json::Value> value = parseJSONText(text, name, what);
  if (!value)
    return value.takeError();
  // Of another schema, whatever else is in it is not to be understood.
  if (const llvm::json::Object *object = value->getAsObject())
    if (std::optional<int64_t> schema = object->getInteger("schema");
        schema && *schema != 1)
      return fail("has schema " + Twine(*schema) + ", not 1");
  T result;
  llvm::json::Path::Root root("it");
  if (!fromJSON(*value, result, root))
    return fail("is none: " + llvm::toString(root.getError()));
  return result;
}

} // namespace mlir::norm::report

#endif // NORM_LIB_REPORT_READJSON_H
