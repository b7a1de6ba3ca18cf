// A module without norms, wrong options, a file that cannot be written.

// RUN: norm-opt %s --norm-report -o /dev/null 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: 0 norms
// NONE-NOT: {{.}}

// RUN: norm-opt %s --norm-report=format=json -o /dev/null 2>&1 | FileCheck %s --check-prefix=NONE-JSON
// NONE-JSON: "norms": [],
// NONE-JSON: "missed": [],

// RUN: not norm-opt %s --norm-report=format=xml 2>&1 | FileCheck %s --check-prefix=FORMAT
// FORMAT: error: expected format to be table, json or html, got xml

// RUN: not norm-opt %s --norm-report=target=abacus 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: expected target to be one of ddr4-2ch, {{.*}}, b200, got abacus

// RUN: not norm-opt %s --norm-report=dynamic-extent=0 2>&1 | FileCheck %s --check-prefix=EXTENT
// EXTENT: error: expected dynamic-extent to be at least 1, got 0

// RUN: not norm-opt %s --norm-report=file=%t.none/report.json -o %t.mlir 2>&1 | FileCheck %s --check-prefix=FILE
// FILE: error: cannot write {{.*}}.none/report.json: No such file or directory

// A report that a broken option stopped leaves the old file alone.
// RUN: echo kept > %t.kept
// RUN: not norm-opt %s --norm-report="format=xml file=%t.kept" -o /dev/null 2>/dev/null
// RUN: FileCheck %s --check-prefix=KEPT < %t.kept
// KEPT: kept

func.func @add(%x: tensor<4xf32>) -> tensor<4xf32> {
  %y = arith.addf %x, %x : tensor<4xf32>
  return %y : tensor<4xf32>
}
