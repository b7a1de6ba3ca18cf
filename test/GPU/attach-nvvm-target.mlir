// RUN: norm-opt %s --norm-attach-nvvm-target | FileCheck %s --check-prefix=DEFAULT
// RUN: norm-opt %s --norm-attach-nvvm-target=chip=sm_120 | FileCheck %s
// RUN: not norm-opt %s --norm-attach-nvvm-target=chip=sm_69 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// DEFAULT: gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_90", features = "+ptx80">]
// CHECK: gpu.module @kernels [#nvvm.target<O = 3, chip = "sm_120", features = "+ptx87">]
// UNKNOWN: error: expected chip to be one of sm_70, sm_75, {{.*}}, sm_121, got sm_69
gpu.module @kernels {
}
