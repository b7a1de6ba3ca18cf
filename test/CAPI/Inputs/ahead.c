/* ahead.c - reports, code for elsewhere and strict raises, from C
 *
 * Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * ahead FILE.mlir FOLDER: writes what normReport(), normCompileAhead() and
 * normCompileBundle() make of a program to files, and prints what is refused.
 */

#include "norm-c/Norm.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static char program[1 << 20];
static size_t size;
static NormContext *context;

static void report(NormStatus status, NormError **error) {
  if (status)
    printf("status %d: %s\n", status, normErrorGetMessage(*error));
  normErrorDestroy(*error);
}

static void save(NormText *text, const char *folder, const char *name) {
  char path[512];
  FILE *file;
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  file = text ? fopen(path, "wb") : NULL;
  if (file) {
    fwrite(normTextGetData(text), 1, normTextGetSize(text), file);
    fclose(file);
  }
  normTextDestroy(text);
}

static void makeReport(int32_t format, const char *target, const char *folder,
                       const char *name) {
  NormReportOptions options = {0};
  NormText *text = NULL;
  NormError *error = NULL;
  options.struct_size = sizeof(options);
  options.format = format;
  options.target = target;
  report(normReport(context, program, size, NULL, &options, &text, &error),
         &error);
  save(text, folder, name);
}

/* The file of a report that was saved, as a string. */
static const char *load(const char *folder, const char *name) {
  static char text[65536];
  char path[512];
  FILE *file;
  snprintf(path, sizeof(path), "%s/%s", folder, name);
  file = fopen(path, "rb");
  text[file ? fread(text, 1, sizeof(text) - 1, file) : 0] = 0;
  if (file)
    fclose(file);
  return text;
}

/* A report that is compared with `baseline`, as a table. */
static void compareReports(const char *baseline, const char *measured,
                           const char *sources, const char *folder) {
  NormReportOptions options = {0};
  NormText *text = NULL;
  NormError *error = NULL;
  options.struct_size = sizeof(options);
  options.format = NORM_REPORT_TABLE;
  options.baseline = baseline;
  options.measured = measured;
  options.sources = sources;
  report(normReport(context, program, size, NULL, &options, &text, &error),
         &error);
  save(text, folder, "compared.txt");
}

static void compile(const char *target, int32_t shared, const char *folder,
                    const char *name) {
  NormAheadOptions options = {0};
  NormText *code = NULL, *header = NULL;
  NormError *error = NULL;
  options.struct_size = sizeof(options);
  options.target = target;
  options.shared = shared;
  options.header_name = "code.h";
  report(normCompileAhead(context, program, size, NULL, &options, &code,
                          &header, &error),
         &error);
  save(code, folder, name);
  save(header, folder, "code.h");
}

static void makeBundle(const char *chips, const char *folder) {
  NormBundleOptions options = {0};
  NormError *error = NULL;
  char path[512];
  options.struct_size = sizeof(options);
  options.chips = chips;
  options.cubins = NORM_CUBINS_NEVER;
  snprintf(path, sizeof(path), "%s/bundle", folder);
  report(
      normCompileBundle(context, program, size, NULL, &options, path, &error),
      &error);
}

/// AddressSanitizer asks this, and then takes no signals for itself.
const char *__asan_default_options(void);
const char *__asan_default_options(void) {
  return "handle_segv=0:handle_sigbus=0:handle_sigfpe=0";
}

/// The handlers of signals are the program's, whatever was written.
static void checkSignals(void) {
  for (int number = 1; number < 32; ++number) {
    void (*handler)(int) = signal(number, SIG_DFL);
    if (handler != SIG_DFL && handler != SIG_IGN && handler != SIG_ERR)
      printf("signal %d is taken\n", number);
  }
  printf("signals checked\n");
}

int main(int argc, char **argv) {
  NormError *error = NULL;
  FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
  if (!file)
    return 2;
  size = fread(program, 1, sizeof(program), file);
  fclose(file);
  if (normContextCreate(NULL, &context, &error))
    return 2;
  makeReport(NORM_REPORT_JSON, NULL, argv[2], "report.json");
  makeReport(NORM_REPORT_TABLE, "a100", argv[2], "report.txt");
  makeReport(NORM_REPORT_HTML, "", argv[2], "report.html");
  makeReport(3, NULL, argv[2], "none");
  makeReport(0, "abacus", argv[2], "none");
  compareReports(load(argv[2], "report.json"),
                 "{\"schema\":1,\"op\":\"rmsnorm\",\"dtype\":\"f32\","
                 "\"rows\":2048,\"cols\":4096,\"threads\":1,\"cold\":true,"
                 "\"bytes\":67108864,\"seconds\":0.01,\"median_seconds\":0.02,"
                 "\"copy_gb_per_s\":10}",
                 "", argv[2]);
  compareReports("{}", NULL, NULL, "none");
  compareReports(NULL, "[", NULL, "none");
  compareReports(NULL, NULL, "none", "none");
  compile("x86-64-v3", 0, argv[2], "code.o");
  compile(NULL, 1, argv[2], "code.so");
  compile("abacus", 0, argv[2], "none");
  makeBundle("sm_90", argv[2]);
  makeBundle("", argv[2]);
  makeBundle("sm_1", argv[2]);
  checkSignals();
  normContextDestroy(context);
  return 0;
}
