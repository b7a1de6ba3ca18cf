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
} norm_onednn;

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
#endif

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
  TRY(dnnl_engine_create(&norm->engine, dnnl_cpu, 0));
  TRY(dnnl_stream_create(&norm->stream, norm->engine,
                         dnnl_stream_default_flags));
  TRY(make_layout(&data, 2, matrix, type, dnnl_ab));
  TRY(make_layout(&parameters, 1, vector, dnnl_f32, dnnl_a));
  TRY(describe(&description, norm, &data, epsilon, flags));
  const char *implementation = "";
  dnnl_primitive_desc_query(description, dnnl_query_impl_info_str, 0,
                            &implementation);
  const dnnl_version_t *version = dnnl_version();
  snprintf(name, size, "%d.%d.%d %s", version->major, version->minor,
           version->patch, implementation);
  TRY(dnnl_primitive_create(&norm->primitive, description));
  dnnl_primitive_desc_destroy(description);
  TRY(make_memory(&norm->x, &data, norm->engine, NULL));
  TRY(make_memory(&norm->y, &data, norm->engine, NULL));
  TRY(make_memory(&norm->scale, &parameters, norm->engine, scale));
  return make_memory(&norm->shift, &parameters, norm->engine, shift);
}

/* Null, with the reason in `name`, if oneDNN cannot do it. type: 0 f32, 1 bf16,
 * 2 f16; `centered` is layer normalization. */
norm_onednn *norm_onednn_create(int centered, int type, long rows, long n,
                                double epsilon, int threads, float *scale,
                                float *shift, char *name, int size) {
  static const dnnl_data_type_t types[] = {dnnl_f32, dnnl_bf16, dnnl_f16};
  if (!centered && !HAS_RMSNORM) {
    snprintf(name, size, "this version of oneDNN has no RMSNorm");
    return NULL;
  }
  norm_onednn *norm = calloc(1, sizeof *norm);
  norm->threads = threads;
  omp_set_num_threads(threads);
  dnnl_status_t status = build(norm, centered, types[type], rows, n, epsilon,
                               scale, shift, name, size);
  if (status == dnnl_success)
    return norm;
  snprintf(name, size, "oneDNN says %d", (int)status);
  free(norm);
  return NULL;
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
  dnnl_primitive_destroy(norm->primitive);
  dnnl_stream_destroy(norm->stream);
  dnnl_engine_destroy(norm->engine);
  free(norm);
}
