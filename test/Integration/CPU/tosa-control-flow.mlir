// Branches, loops and scatters of TOSA, executed.

// RUN: %python -c "import numpy as np, sys; t = sys.argv[1]; r = np.random.default_rng(0); np.save(t + '.x.npy', r.standard_normal((2, 5, 3)).astype('float32')); np.save(t + '.u.npy', r.standard_normal((2, 3, 3)).astype('float32')); np.save(t + '.i.npy', np.array([[3, 0, 4], [1, 2, 0]], 'int32')); np.save(t + '.p.npy', np.array(True)); np.save(t + '.q.npy', np.array(False))" %t
// RUN: norm-run %s --input=%t.x.npy --input=%t.u.npy --input=%t.i.npy --input=%t.p.npy --output=%t.0.npy --output=%t.1.npy --output=%t.2.npy
// RUN: norm-run %s --no-raise --threads=1 --input=%t.x.npy --input=%t.u.npy --input=%t.i.npy --input=%t.q.npy --output=%t.3.npy --output=%t.4.npy --output=%t.5.npy
// RUN: %python -c "import numpy as np, sys; t = sys.argv[1]; x, u, i = (np.load(t + n) for n in ('.x.npy', '.u.npy', '.i.npy')); s = x.copy(); s[[[0], [1]], i] = u; want = [s, x + x, x * 32, s, x, x * 32]; assert all(np.array_equal(np.load(f'{t}.{n}.npy'), w) for n, w in enumerate(want))" %t

func.func @main(%x: tensor<2x5x3xf32>, %u: tensor<2x3x3xf32>, %i: tensor<2x3xi32>, %p: tensor<i1>)
    -> (tensor<2x5x3xf32>, tensor<2x5x3xf32>, tensor<2x5x3xf32>) {
  %scattered = tosa.scatter %x, %i, %u : (tensor<2x5x3xf32>, tensor<2x3xi32>, tensor<2x3x3xf32>) -> tensor<2x5x3xf32>
  %chosen = tosa.cond_if %p (%a = %x) : tensor<i1> (tensor<2x5x3xf32>) -> tensor<2x5x3xf32> {
  ^bb0(%a: tensor<2x5x3xf32>):
    %sum = tosa.add %a, %a : (tensor<2x5x3xf32>, tensor<2x5x3xf32>) -> tensor<2x5x3xf32>
    tosa.yield %sum : tensor<2x5x3xf32>
  } else {
  ^bb0(%a: tensor<2x5x3xf32>):
    tosa.yield %a : tensor<2x5x3xf32>
  }
  %zero = "tosa.const"() <{values = dense<0> : tensor<i32>}> : () -> tensor<i32>
  %one = "tosa.const"() <{values = dense<1> : tensor<i32>}> : () -> tensor<i32>
  %five = "tosa.const"() <{values = dense<5> : tensor<i32>}> : () -> tensor<i32>
  %count, %doubled = tosa.while_loop (%n = %zero, %a = %x) : (tensor<i32>, tensor<2x5x3xf32>) -> (tensor<i32>, tensor<2x5x3xf32>) {
    %more = tosa.greater %five, %n : (tensor<i32>, tensor<i32>) -> tensor<i1>
    tosa.yield %more : tensor<i1>
  } do {
  ^bb0(%n: tensor<i32>, %a: tensor<2x5x3xf32>):
    %next = tosa.add %n, %one : (tensor<i32>, tensor<i32>) -> tensor<i32>
    %sum = tosa.add %a, %a : (tensor<2x5x3xf32>, tensor<2x5x3xf32>) -> tensor<2x5x3xf32>
    tosa.yield %next, %sum : tensor<i32>, tensor<2x5x3xf32>
  }
  return %scattered, %chosen, %doubled : tensor<2x5x3xf32>, tensor<2x5x3xf32>, tensor<2x5x3xf32>
}
