//===- Support.h - version, status, errors, text ----------------*- C++ -*-===//
//
// Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What all parts of the C interface share. Rules that hold everywhere:
//
// - A function that can fail returns a NormStatus, and takes a pointer to a
//   NormError pointer, which may be NULL. On failure an error is stored there,
//   which the caller destroys; on success NULL is. Other results are stored on
//   success only, and are set to NULL on failure.
// - Whoever gets an object from a function whose name has Create, Compile,
//   Raise, Report or Describe destroys it with the function whose name has
//   Destroy, once; NULL may be destroyed. Strings that a function returns
//   belong to its argument.
// - All functions may be called from several threads at once, with the same
//   objects, except that an object is destroyed when nothing else uses it.
// - Nothing is written to standard output or standard error, no signal handler
//   is installed, and no exception leaves a function.
// - Strings are UTF-8 and end with a zero byte unless a size stands beside
//   them.
// - A struct whose first field is `struct_size` is told its size by who makes
//   it, a caller after setting all fields to zero: later versions add fields at
//   the end, and zero is their default. The library writes no more of a struct
//   than its size says.
//
//===----------------------------------------------------------------------===//

#ifndef NORM_C_SUPPORT_H
#define NORM_C_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define NORM_C_API __attribute__((visibility("default")))
#else
#define NORM_C_API
#endif

/// The version of this interface. Within a major version functions, fields and
/// values are added, and none is changed or removed.
#define NORM_C_API_VERSION_MAJOR 1
#define NORM_C_API_VERSION_MINOR 0

#ifdef __cplusplus
extern "C" {
#endif

/// The major and minor version of the library that is loaded, as
/// `major << 16 | minor`.
NORM_C_API uint32_t normGetApiVersion(void);

/// The release of the library that is loaded, "major.minor.patch".
NORM_C_API const char *normGetReleaseVersion(void);

/// What became of a call.
typedef enum NormStatus {
  NORM_SUCCESS = 0,
  /// A pointer, a number or a tensor that the function does not take.
  NORM_INVALID_ARGUMENT = 1,
  /// A program that is no MLIR, or has an op that is not valid.
  NORM_INVALID_PROGRAM = 2,
  /// A valid program, or a norm, that cannot be compiled here.
  NORM_UNSUPPORTED = 3,
  /// Memory that the system does not give.
  NORM_OUT_OF_MEMORY = 4,
  /// A callback ended with an exception.
  NORM_CALLBACK_FAILED = 5,
  /// What the driver of a device says, or that there is none.
  NORM_DEVICE_FAILED = 6
} NormStatus;

/// What went wrong, and where.
typedef struct NormError NormError;

/// The status that the failed function returned.
NORM_C_API NormStatus normErrorGetStatus(const NormError *error);
/// What was expected and what was found, without a full stop.
NORM_C_API const char *normErrorGetMessage(const NormError *error);
/// The file of the place in the program that the error is about; empty if it is
/// about no place.
NORM_C_API const char *normErrorGetFile(const NormError *error);
/// The line and the column, from 1; 0 if the error is about no place.
NORM_C_API uint32_t normErrorGetLine(const NormError *error);
NORM_C_API uint32_t normErrorGetColumn(const NormError *error);
NORM_C_API void normErrorDestroy(NormError *error);

/// A text, or the bytes of a file, that a function made.
typedef struct NormText NormText;

/// The bytes of the text; a zero byte follows them.
NORM_C_API const char *normTextGetData(const NormText *text);
/// How many bytes there are, without that zero.
NORM_C_API size_t normTextGetSize(const NormText *text);
NORM_C_API void normTextDestroy(NormText *text);

#ifdef __cplusplus
} // extern "C"
#endif

#endif // NORM_C_SUPPORT_H
