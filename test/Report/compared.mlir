// Measured times beside predicted ones, an earlier report beside this one, the
// lines that locations name, and what norm-fuse-rows makes of norms: in each
// format of the report.

// RUN: rm -rf %t && mkdir -p %t/sources && cp %S/Inputs/model.py %t/sources/model.py && echo secret > %t/outside.py
// RUN: norm-opt %s --norm-report="format=json file=%t/earlier.json" -o /dev/null
// RUN: %python %S/Inputs/earlier.py %t/earlier.json %t/changed.json

// RUN: norm-opt %s --norm-report="target=h100 sources=%t/sources measured=%S/Inputs/measured.jsonl baseline=%t/changed.json" -o /dev/null 2>&1 | sed "s/  */ /g" | FileCheck %s
// A file outside of the folder is not read.
// CHECK: Made of
// CHECK-NEXT: 1 a norm op of the program
// CHECK-NEXT: model.py:2: y = rms_norm(x + r) # <the first norm>
// CHECK-NEXT: 2 a norm op of the program
// CHECK-NEXT: 3 a norm op of the program
// CHECK-NOT: secret
// CHECK: share
// CHECK-NEXT: of program
// CHECK: Row loops that norm-fuse-rows makes
// CHECK-NEXT: norms operations bytes took in places
// x, r and y: 3 * 4 * 64 * 4 bytes; 4 * (64 * (1 + 3) + 3) operations. A layernorm
// has 6 for each element and 5 for each row, k = 4 elements are squared twice.
// CHECK-NEXT: 1 1036 3072 1 linalg.add compared.mlir:
// CHECK-NEXT: 2 1556 1024 - -
// CHECK-NEXT: 3 540 2048 - -
// CHECK-NEXT: program 3132 6144
// CHECK: Measured by norm-bench, in us
// CHECK-NEXT: # threads from predicted copy measured median copy/measured
// 2048 bytes by 3350 GB/s, by 10 GB/s, and half as fast as that.
// CHECK-NEXT: 1 1 caches 0.000611 0.205 0.41 0.5 50 %
// CHECK-NEXT: 2 was not measured: norm-bench --op=layernorm --dtype=bf16 --rows=4 --cols=64 --json
// CHECK-NEXT: 3 was not measured: norm-bench --op=prmsnorm --dtype=f32 --rows=4 --cols=64 --k=4 --json
// CHECK-NEXT: 2 lines, 1 of no norm of the program
// CHECK: Since the earlier report
// CHECK: norms 4 3 -25.0 %
// CHECK: not raised 0 0 same
// CHECK: bytes of the norms {{[0-9]+}} {{[0-9]+}} -
// CHECK: changed: 1 rmsnorm in @main, 4096 to 2048 bytes, {{[0-9]+}} to {{[0-9]+}} operations
// CHECK-NEXT: changed: 2 rmsnorm to layernorm in @main
// CHECK-NEXT: gone: rmsnorm in @gone

// RUN: norm-opt %s --norm-report="format=json sources=%t/sources measured=%S/Inputs/measured.jsonl baseline=%t/changed.json file=%t/now.json" -o /dev/null
// RUN: %python %norm_src_root/test/Docs/Inputs/check_schema.py %norm_src_root/docs/schemas/report.json %t/now.json
// RUN: FileCheck %s --check-prefix=JSON < %t/now.json
// JSON: "text": "y = rms_norm(x + r)  # <the first norm>"
// JSON: "row_loop": 0,
// JSON-NEXT: "measured": [
// JSON-NEXT: {
// JSON-NEXT: "threads": 1,
// JSON: "fused": {
// JSON: "row_loops": [
// JSON: "measured": {
// JSON-NEXT: "lines": 2,
// JSON-NEXT: "unmatched": 1
// JSON: "difference": {
// JSON-NEXT: "earlier_norms": 4,

// Against itself nothing has changed.
// RUN: norm-opt %s --norm-report="baseline=%t/earlier.json" -o /dev/null 2>&1 | FileCheck %s --check-prefix=SAME
// SAME: Since the earlier report
// SAME-NOT: %
// SAME-NOT: changed:

// RUN: norm-opt %s --norm-report="format=html target=h100 sources=%t/sources measured=%S/Inputs/measured.jsonl baseline=%t/changed.json file=%t/page.html" -o /dev/null
// RUN: %python %S/Inputs/page.py %t/page.html | FileCheck %s --check-prefix=PAGE
// PAGE: h2: Since the earlier report
// PAGE: tr: norms 4 3 -25.0 %
// PAGE: tr: changed 1 rmsnorm in @main 4096 2048
// PAGE: tr: gone rmsnorm in @gone 2048 - {{[0-9]+}} -
// PAGE: p: 1 norm is as before.
// PAGE: h2: Under the roof
// PAGE: title: a copy, measured: 10 GB/s
// PAGE: title: h100: 3350 GB/s, 67 Tops/s on f32
// PAGE: title: norm, measured 1: {{[0-9.]+}} operations a byte
// PAGE: h2: Predicted and measured
// PAGE: tr: 1 rmsnorm 1 caches 0.000611 0.205 0.41 0.5 50 %
// PAGE: h2: With their neighbours
// PAGE: tr: 1 1 linalg.add compared.mlir:{{[0-9]+}} {{[0-9]+}} 3072 B
// PAGE: of the program: {{[0-9]+}} % of its bytes, {{[0-9]+}} % of its predicted time
// PAGE-NEXT: row loop: with 1 linalg.add
// PAGE-NEXT: places: model.py:2 y = rms_norm(x + r) # <the first norm>

// What cannot be read, or is something else.
// RUN: not norm-opt %s --norm-report="baseline=%t/none" -o /dev/null 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: cannot read {{.*}}none: No such file or directory
// RUN: not norm-opt %s --norm-report="measured=%t" -o /dev/null 2>&1 | FileCheck %s --check-prefix=FOLDER
// FOLDER: error: cannot read {{.*}}: Is a directory
// RUN: not norm-opt %s --norm-report="baseline=%t/sources/model.py" -o /dev/null 2>&1 | FileCheck %s --check-prefix=TEXT
// TEXT: error: expected a report of norm-report with format=json, {{.*}}model.py is no JSON{{:}}
// RUN: echo '{"schema": 2}' > %t/two.json && not norm-opt %s --norm-report="baseline=%t/two.json" -o /dev/null 2>&1 | FileCheck %s --check-prefix=SCHEMA
// SCHEMA: error: expected a report of norm-report with format=json, {{.*}}two.json has schema 2, not 1
// RUN: not norm-opt %s --norm-report="baseline=%S/Inputs/measured.jsonl" -o /dev/null 2>&1 | FileCheck %s --check-prefix=TEXT2
// TEXT2: error: expected a report of norm-report with format=json, {{.*}}measured.jsonl is no JSON{{: .}}
// RUN: not norm-opt %s --norm-report="measured=%t/two.json" -o /dev/null 2>&1 | FileCheck %s --check-prefix=LINE
// LINE: error: expected a line of norm-bench, {{.*}}two.json:1 has schema 2, not 1
// RUN: sed 's/"seconds":4.096e-07/"seconds":0/' %S/Inputs/measured.jsonl > %t/zero.jsonl && not norm-opt %s --norm-report="measured=%t/zero.jsonl" -o /dev/null 2>&1 | FileCheck %s --check-prefix=ZERO
// ZERO: error: expected a line of norm-bench, {{.*}}zero.jsonl:1 is none: expected a number from 1e-12 to 1e15 at it.seconds
// RUN: sed 's/"bytes":2048/"bytes":-2048/' %S/Inputs/measured.jsonl > %t/bytes.jsonl && not norm-opt %s --norm-report="measured=%t/bytes.jsonl" -o /dev/null 2>&1 | FileCheck %s --check-prefix=BYTES
// BYTES: error: expected a line of norm-bench, {{.*}}bytes.jsonl:1 is none: expected at least 1 at it.bytes
// RUN: sed 's/"copy_gb_per_s":[0-9.e+-]*/"copy_gb_per_s":1e300/' %S/Inputs/measured.jsonl > %t/copy.jsonl && not norm-opt %s --norm-report="measured=%t/copy.jsonl" -o /dev/null 2>&1 | FileCheck %s --check-prefix=COPY
// COPY: error: expected a line of norm-bench, {{.*}}copy.jsonl:1 is none: expected a number from 1e-12 to 1e15 at it.copy_gb_per_s
// RUN: sed 's/"bytes": 2048/"bytes": -1/' %t/earlier.json > %t/negative.json && not norm-opt %s --norm-report="baseline=%t/negative.json" -o /dev/null 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: expected a report of norm-report with format=json, {{.*}}negative.json is none: expected at least 0 at it.norms[0].after.bytes
// RUN: %python -c "print('[' * 100000)" > %t/deep.json && not norm-opt %s --norm-report="baseline=%t/deep.json" -o /dev/null 2>&1 | FileCheck %s --check-prefix=DEEP
// DEEP: error: expected a report of norm-report with format=json, {{.*}}deep.json has brackets more than 64 deep
// RUN: not norm-opt %s --norm-report="sources=%t/none" -o /dev/null 2>&1 | FileCheck %s --check-prefix=SOURCES
// SOURCES: error: expected sources to be a folder, got '{{.*}}none'

func.func @main(%x: tensor<4x64xf32>, %r: tensor<4x64xf32>, %z: tensor<4x64xbf16>, %q: tensor<4x64xf32>)
    -> (tensor<4x64xf32>, tensor<4x64xbf16>, tensor<4x64xf32>) {
  %empty = tensor.empty() : tensor<4x64xf32>
  %half = tensor.empty() : tensor<4x64xbf16>
  %sum = linalg.add ins(%x, %r : tensor<4x64xf32>, tensor<4x64xf32>) outs(%empty : tensor<4x64xf32>) -> tensor<4x64xf32>
  %y = norm.rmsnorm ins(%sum : tensor<4x64xf32>) outs(%empty : tensor<4x64xf32>) epsilon = 1.0e-05
       -> tensor<4x64xf32> loc("model.py":2:3)
  %w = norm.layernorm ins(%z : tensor<4x64xbf16>) outs(%half : tensor<4x64xbf16>) epsilon = 1.0e-05
       -> tensor<4x64xbf16> loc("../outside.py":1:1)
  %p = norm.prmsnorm ins(%q : tensor<4x64xf32>) outs(%empty : tensor<4x64xf32>) k = 4 epsilon = 1.0e-05
       -> tensor<4x64xf32> loc("/etc/passwd":1:1)
  return %y, %w, %p : tensor<4x64xf32>, tensor<4x64xbf16>, tensor<4x64xf32>
}
