/*===- onednn.c - layer normalization of oneDNN
 * ------------------------------===*
 *
 * Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 *===----------------------------------------------------------------------===*
 *
 * norm-bench compiles it on the machine that it runs on, against the oneDNN
 * that is installed there (2.6 or newer; RMSNorm needs 3.9). Scale and shift
 * are f32, the only type that the fast kernels take beside 16-bit data.
 */

#include <dnnl.h>
#include <stdio.h>
#include <stdlib.h>

#if DNNL_VERSION_MAJOR > 3 ||                                                  \
    (DNNL_VERSION_MAJOR == 3 && DNNL_VERSION_MINOR >= 9)
#define HAS_RMSNORM 1
#else
#define HAS_RMSNORM 0
#endif

void omp_set_num_threads(int);

typedef struct {
  dnnl_engine_t engine;
  dnnl_stream_t stream;
  dnnl_primitive_t primitive;
  dnnl_memory_t x, y, scale, shift;
  int threads;
  /* Of a backward: what changes from call to call, in the order of
   * kBackwardArguments, and the variance. */
  dnnl_memory_t changing[6], variance;
} norm_onednn;

enum { kChanging = 6 };
static const int kBackwardArguments[kChanging] = {
    DNNL_ARG_DIFF_DST, DNNL_ARG_SRC,        DNNL_ARG_MEAN,
    DNNL_ARG_DIFF_SRC, DNNL_ARG_DIFF_SCALE, DNNL_ARG_DIFF_SHIFT};

#define TRY(call)                                                              \
  do {                                                                         \
    dnnl_status_t status = (call);                                             \
    if (status != dnnl_success)                                                \
      return status;                                                           \
  } while (0)

#if DNNL_VERSION_MAJOR < 3
typedef dnnl_memory_desc_t layout;
static dnnl_status_t make_layout(layout *l, int rank, dnnl_dims_t sizes,
                                 dnnl_data_type_t type, dnnl_format_tag_t tag) {
  return dnnl_memory_desc_init_by_tag(l, rank, sizes, type, tag);
}
static dnnl_status_t make_memory(dnnl_memory_t *m, layout *l, dnnl_engine_t e,
                                 void *data) {
  return dnnl_memory_create(m, l, e, data);
}
static dnnl_status_t describe(dnnl_primitive_desc_t *d, norm_onednn *norm,
                              layout *data, float epsilon, unsigned flags) {
  dnnl_layer_normalization_desc_t op;
  TRY(dnnl_layer_normalization_forward_desc_init(&op, dnnl_forward_inference,
                                                 data, NULL, epsilon, flags));
  return dnnl_primitive_desc_create(d, &op, NULL, norm->engine, NULL);
}
static dnnl_status_t describe_backward(dnnl_primitive_desc_t *d,
                                       norm_onednn *norm, layout *data,
                                       layout *statistic, dnnl_prop_kind_t kind,
                                       float epsilon, unsigned flags) {
  dnnl_layer_normalization_desc_t forward, backward;
  dnnl_primitive_desc_t hint;
  TRY(dnnl_layer_normalization_forward_desc_init(
      &forward, dnnl_forward_training, data, statistic, epsilon, flags));
  TRY(dnnl_primitive_desc_create(&hint, &forward, NULL, norm->engine, NULL));
  TRY(dnnl_layer_normalization_backward_desc_init(&backward, kind, data, data,
                                                  statistic, epsilon, flags));
  dnnl_status_t status =
      dnnl_primitive_desc_create(d, &backward, NULL, norm->engine, hint);
  dnnl_primitive_desc_destroy(hint);
  return status;
}
#else
typedef dnnl_memory_desc_t layout;
static dnnl_status_t make_layout(layout *l, int rank, dnnl_dims_t sizes,
                                 dnnl_data_type_t type, dnnl_format_tag_t tag) {
  return dnnl_memory_desc_create_with_tag(l, rank, sizes, type, tag);
}
static dnnl_status_t make_memory(dnnl_memory_t *m, layout *l, dnnl_engine_t e,
                                 void *data) {
  return dnnl_memory_create(m, *l, e, data);
}
static dnnl_status_t describe(dnnl_primitive_desc_t *d, norm_onednn *norm,
                              layout *data, float epsilon, unsigned flags) {
  return dnnl_layer_normalization_forward_primitive_desc_create(
      d, norm->engine, dnnl_forward_inference, *data, *data, NULL, epsilon,
      flags, NULL);
}
static dnnl_status_t describe_backward(dnnl_primitive_desc_t *d,
                                       norm_onednn *norm, layout *data,
                                       layout *statistic, dnnl_prop_kind_t kind,
                                       float epsilon, unsigned flags) {
  dnnl_primitive_desc_t hint;
  TRY(dnnl_layer_normalization_forward_primitive_desc_create(
      &hint, norm->engine, dnnl_forward_training, *data, *data, *statistic,
      epsilon, flags, NULL));
  dnnl_status_t status =
      dnnl_layer_normalization_backward_primitive_desc_create(
          d, norm->engine, kind, *data, *data, *data, *statistic, epsilon,
          flags, hint, NULL);
  dnnl_primitive_desc_destroy(hint);
  return status;
}
#endif

static dnnl_status_t open_engine(norm_onednn *norm) {
  TRY(dnnl_engine_create(&norm->engine, dnnl_cpu, 0));
  return dnnl_stream_create(&norm->stream, norm->engine,
                            dnnl_stream_default_flags);
}

/* Names the implementation that was chosen, and destroys its description. */
static dnnl_status_t make_primitive(norm_onednn *norm,
                                    dnnl_primitive_desc_t description,
                                    char *name, int size) {
  const char *implementation = "";
  dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0,
                            &implementation);
  const dnnl_version_t *version = dnnl_version();
  snprintf(name, size, "%d.%d.%d %s", version->major, version->minor,
           version->patch, implementation);
  dnnl_status_t status = dnnl_primitive_create(&norm->primitive, description);
  dnnl_primitive_desc_destroy(description);
  return status;
}

static dnnl_status_t build(norm_onednn *norm, int centered,
                           dnnl_data_type_t type, long rows, long n,
                           float epsilon, float *scale, float *shift,
                           char *name, int size) {
  dnnl_dims_t matrix = {rows, n}, vector = {n};
  layout data, parameters;
  dnnl_primitive_desc_t description;
  unsigned flags = dnnl_use_scale;
  if (centered)
    flags |= dnnl_use_shift;
#if HAS_RMSNORM
  else
    flags |= dnnl_rms_norm;
#endif
  TRY(open_engine(norm));
  TRY(make_layout(&data, 2, matrix, type, dnnl_ab));
  TRY(make_layout(&parameters, 1, vector, dnnl_f32, dnnl_a));
  TRY(describe(&description, norm, &data, epsilon, flags));
  TRY(make_primitive(norm, description, name, size));
  TRY(make_memory(&norm->x, &data, norm->engine, NULL));
  TRY(make_memory(&norm->y, &data, norm->engine, NULL));
  TRY(make_memory(&norm->scale, &parameters, norm->engine, scale));
  return make_memory(&norm->shift, &parameters, norm->engine, shift);
}

static dnnl_status_t build_backward(norm_onednn *norm, dnnl_data_type_t type,
                                    long rows, long n, float epsilon, int sums,
                                    float *scale, float *variance, char *name,
                                    int size) {
  dnnl_dims_t matrix = {rows, n}, vector = {n}, of_rows = {rows};
  layout data, parameters, statistic;
  dnnl_primitive_desc_t description;
  TRY(open_engine(norm));
  TRY(make_layout(&data, 2, matrix, type, dnnl_ab));
  TRY(make_layout(&parameters, 1, vector, dnnl_f32, dnnl_a));
  TRY(make_layout(&statistic, 1, of_rows, dnnl_f32, dnnl_a));
  TRY(describe_backward(&description, norm, &data, &statistic,
                        sums ? dnnl_backward : dnnl_backward_data, epsilon,
                        dnnl_use_scale | dnnl_use_shift));
  TRY(make_primitive(norm, description, name, size));
  layout *layouts[kChanging] = {&data, &data,       &statistic,
                                &data, &parameters, &parameters};
  for (int i = 0; i < kChanging; i++)
    TRY(make_memory(&norm->changing[i], layouts[i], norm->engine, NULL));
  TRY(make_memory(&norm->scale, &parameters, norm->engine, scale));
  return make_memory(&norm->variance, &statistic, norm->engine, variance);
}

static norm_onednn *create(int threads) {
  norm_onednn *norm = calloc(1, sizeof *norm);
  norm->threads = threads;
  omp_set_num_threads(threads);
  return norm;
}

static norm_onednn *check(norm_onednn *norm, dnnl_status_t status, char *name,
                          int size) {
  if (status == dnnl_success)
    return norm;
  snprintf(name, size, "oneDNN says %d", (int)status);
  free(norm);
  return NULL;
}

static const dnnl_data_type_t kTypes[] = {dnnl_f32, dnnl_bf16, dnnl_f16};

/* Gradients of a layer normalization: that of x, and with `sums` those of scale
 * and shift. Null, with the reason in `name`, if oneDNN cannot do it. */
norm_onednn *norm_onednn_create_backward(int type, long rows, long n,
                                         double epsilon, int threads, int sums,
                                         float *scale, float *variance,
                                         char *name, int size) {
  norm_onednn *norm = create(threads);
  return check(norm,
               build_backward(norm, kTypes[type], rows, n, epsilon, sums, scale,
                              variance, name, size),
               name, size);
}

/* Arrays in the order of kBackwardArguments; the last two may be null. */
void norm_onednn_run_backward(norm_onednn *norm, void **arrays) {
  /* Version 2 asks for a shift, too, and does not read it. */
  dnnl_exec_arg_t arguments[kChanging + 3] = {
      {DNNL_ARG_SCALE, norm->scale},
      {DNNL_ARG_VARIANCE, norm->variance},
      {DNNL_ARG_SHIFT, norm->scale}};
  int count = DNNL_VERSION_MAJOR < 3 ? 3 : 2;
  omp_set_num_threads(norm->threads);
  for (int i = 0; i < kChanging; i++)
    if (arrays[i]) {
      dnnl_memory_set_data_handle(norm->changing[i], arrays[i]);
      arguments[count].arg = kBackwardArguments[i];
      arguments[count++].memory = norm->changing[i];
    }
  dnnl_primitive_execute(norm->primitive, norm->stream, count, arguments);
  dnnl_stream_wait(norm->stream);
}

/* Null, with the reason in `name`, if oneDNN cannot do it. type: 0 f32, 1 bf16,
 * 2 f16; `centered` is layer normalization. */
norm_onednn *norm_onednn_create(int centered, int type, long rows, long n,
                                double epsilon, int threads, float *scale,
                                float *shift, char *name, int size) {
  if (!centered && !HAS_RMSNORM) {
    snprintf(name, size, "this version of oneDNN has no RMSNorm");
    return NULL;
  }
  norm_onednn *norm = create(threads);
  return check(norm,
               build(norm, centered, kTypes[type], rows, n, epsilon, scale,
                     shift, name, size),
               name, size);
}

void norm_onednn_run(norm_onednn *norm, void *x, void *y) {
  omp_set_num_threads(norm->threads);
  dnnl_memory_set_data_handle(norm->x, x);
  dnnl_memory_set_data_handle(norm->y, y);
  dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, norm->x},
                                 {DNNL_ARG_DST, norm->y},
                                 {DNNL_ARG_SCALE, norm->scale},
                                 {DNNL_ARG_SHIFT, norm->shift}};
  dnnl_primitive_execute(norm->primitive, norm->stream, 4, arguments);
  dnnl_stream_wait(norm->stream);
}

void norm_onednn_destroy(norm_onednn *norm) {
  dnnl_memory_destroy(norm->x);
  dnnl_memory_destroy(norm->y);
  dnnl_memory_destroy(norm->scale);
  dnnl_memory_destroy(norm->shift);
  dnnl_memory_destroy(norm->variance);
  for (int i = 0; i < kChanging; i++)
    dnnl_memory_destroy(norm->changing[i]);
  dnnl_primitive_destroy(norm->primitive);
  dnnl_stream_destroy(norm->stream);
  dnnl_engine_destroy(norm->engine);
  free(norm);
}
