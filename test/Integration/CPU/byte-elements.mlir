// Booleans in memory, executed (norm-byte-elements), by one thread and by two.

// RUN: %python -c "import numpy as np, sys; t = sys.argv[1]; r = np.random.default_rng(0); np.save(t + '.x.npy', r.standard_normal((37, 67)).astype('float32')); np.save(t + '.m.npy', r.random((37, 67)) < 0.3)" %t
// RUN: norm-run %s --threads=1 --input=%t.x.npy --input=%t.m.npy --output=%t.a.npy --output=%t.b.npy --output=%t.c.npy
// RUN: norm-run %s --threads=2 --input=%t.x.npy --input=%t.m.npy --output=%t.d.npy --output=%t.e.npy --output=%t.f.npy
// RUN: norm-run %s --no-raise --input=%t.x.npy --input=%t.m.npy --output=%t.g.npy --output=%t.h.npy --output=%t.i.npy
// RUN: %python -c "import numpy as np, sys; t = sys.argv[1]; x, m = np.load(t + '.x.npy'), np.load(t + '.m.npy'); want = [(x > 0) & ~m, np.where(m, x, 0), (x > 0).any(0)]; got = lambda name: np.load(t + '.' + name + '.npy'); assert all(got(name).dtype == w.dtype and np.array_equal(got(name), w) for names in ('abc', 'def', 'ghi') for name, w in zip(names, want))" %t

#rows = affine_map<(d0, d1) -> (d0, d1)>
#columns = affine_map<(d0, d1) -> (d1)>
func.func @main(%x: tensor<37x67xf32>, %m: tensor<37x67xi1>)
    -> (tensor<37x67xi1>, tensor<37x67xf32>, tensor<67xi1>) {
  %zero = arith.constant 0.0 : f32
  %true = arith.constant true
  %false = arith.constant false
  %flags = tensor.empty() : tensor<37x67xi1>
  %numbers = tensor.empty() : tensor<37x67xf32>
  %0:2 = linalg.generic {indexing_maps = [#rows, #rows, #rows, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<37x67xf32>, tensor<37x67xi1>) outs(%flags, %numbers : tensor<37x67xi1>, tensor<37x67xf32>) {
  ^bb0(%a: f32, %b: i1, %c: i1, %d: f32):
    %positive = arith.cmpf ogt, %a, %zero : f32
    %outside = arith.xori %b, %true : i1
    %both = arith.andi %positive, %outside : i1
    %chosen = arith.select %b, %a, %zero : f32
    linalg.yield %both, %chosen : i1, f32
  } -> (tensor<37x67xi1>, tensor<37x67xf32>)
  %column = tensor.empty() : tensor<67xi1>
  %none = linalg.fill ins(%false : i1) outs(%column : tensor<67xi1>) -> tensor<67xi1>
  %any = linalg.generic {indexing_maps = [#rows, #columns], iterator_types = ["reduction", "parallel"]}
      ins(%x : tensor<37x67xf32>) outs(%none : tensor<67xi1>) {
  ^bb0(%a: f32, %b: i1):
    %positive = arith.cmpf ogt, %a, %zero : f32
    %either = arith.ori %b, %positive : i1
    linalg.yield %either : i1
  } -> tensor<67xi1>
  return %0#0, %0#1, %any : tensor<37x67xi1>, tensor<37x67xf32>, tensor<67xi1>
}
