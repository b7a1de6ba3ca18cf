// One function for each canonicalization; canonicalizations.py has a reference in
// f64 for each and runs both sides.

#id = affine_map<(d0, d1) -> (d0, d1)>
#row = affine_map<(d0, d1) -> (d1)>
#rows = affine_map<(d0, d1) -> (d0)>
#vec = affine_map<(d0) -> (d0)>

func.func @unit_scale(%x: tensor<6x64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %one = arith.constant dense<1.0> : tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xf32>) scale(%one : tensor<64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 -> tensor<6x64xf32>
  return %0 : tensor<6x64xf32>
}

func.func @zero_scale_with_offset(%x: tensor<6x64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %zero = arith.constant dense<0.0> : tensor<64xf32>
  %0 = norm.layernorm ins(%x : tensor<6x64xf32>) scale(%zero : tensor<64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 scale_offset = 1 -> tensor<6x64xf32>
  return %0 : tensor<6x64xf32>
}

func.func @unit_scale_rounding_to_result(%x: tensor<6x64xbf16>) -> tensor<6x64xbf16> {
  %y = tensor.empty() : tensor<6x64xbf16>
  %one = arith.constant dense<1.0> : tensor<64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xbf16>) scale(%one : tensor<64xbf16>) outs(%y : tensor<6x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<6x64xbf16>
  return %0 : tensor<6x64xbf16>
}

func.func @zero_bias(%x: tensor<6x64xf32>, %g: tensor<64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %zero = arith.constant dense<0.0> : tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xf32>) scale(%g : tensor<64xf32>) bias(%zero : tensor<64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 -> tensor<6x64xf32>
  return %0 : tensor<6x64xf32>
}

func.func @whole_row(%x: tensor<6x64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %0 = norm.prmsnorm ins(%x : tensor<6x64xf32>) outs(%y : tensor<6x64xf32>)
      k = 64 epsilon = 1.0e-05 -> tensor<6x64xf32>
  return %0 : tensor<6x64xf32>
}

func.func @unused_statistics(%x: tensor<6x64xf32>) -> (tensor<6x64xf32>, tensor<6xf32>) {
  %y = tensor.empty() : tensor<6x64xf32>
  %s = tensor.empty() : tensor<6xf32>
  %0:4 = norm.layernorm ins(%x : tensor<6x64xf32>) outs(%y : tensor<6x64xf32>) statistic(%s : tensor<6xf32>) rstd(%s : tensor<6xf32>) mean(%s : tensor<6xf32>)
      epsilon = 1.0e-05 -> (tensor<6x64xf32>, tensor<6xf32>, tensor<6xf32>, tensor<6xf32>)
  return %0#0, %0#2 : tensor<6x64xf32>, tensor<6xf32>
}

func.func @scale(%x: tensor<6x64xf32>, %g: tensor<64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 -> tensor<6x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<6x64xf32>, tensor<64xf32>) outs(%y : tensor<6x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<6x64xf32>
  return %1 : tensor<6x64xf32>
}

func.func @scale_and_bias(%x: tensor<6x64xf32>, %g: tensor<64xf32>, %b: tensor<64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %0 = norm.layernorm ins(%x : tensor<6x64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 -> tensor<6x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<6x64xf32>, tensor<64xf32>) outs(%y : tensor<6x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.mulf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<6x64xf32>
  %2 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%1, %b : tensor<6x64xf32>, tensor<64xf32>) outs(%y : tensor<6x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.addf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<6x64xf32>
  return %2 : tensor<6x64xf32>
}

func.func @scale_bf16_in_f32(%x: tensor<6x64xf32>, %g: tensor<64xbf16>) -> tensor<6x64xbf16> {
  %y = tensor.empty() : tensor<6x64xf32>
  %z = tensor.empty() : tensor<6x64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 -> tensor<6x64xf32>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<6x64xf32>, tensor<64xbf16>) outs(%z : tensor<6x64xbf16>) {
  ^bb0(%a0: f32, %a1: bf16, %o: bf16):
    %b1 = arith.extf %a1 : bf16 to f32
    %p = arith.mulf %a0, %b1 : f32
    %q = arith.truncf %p : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<6x64xbf16>
  return %1 : tensor<6x64xbf16>
}

func.func @bf16_product(%x: tensor<6x64xbf16>, %g: tensor<64xbf16>) -> tensor<6x64xbf16> {
  %y = tensor.empty() : tensor<6x64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xbf16>) outs(%y : tensor<6x64xbf16>)
      epsilon = 1.0e-05 -> tensor<6x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<6x64xbf16>, tensor<64xbf16>) outs(%y : tensor<6x64xbf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
    %p = arith.mulf %a0, %a1 : bf16
    linalg.yield %p : bf16
  } -> tensor<6x64xbf16>
  return %1 : tensor<6x64xbf16>
}

func.func @bf16_product_in_f32(%x: tensor<6x64xbf16>, %g: tensor<64xbf16>) -> tensor<6x64xbf16> {
  %y = tensor.empty() : tensor<6x64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xbf16>) outs(%y : tensor<6x64xbf16>)
      epsilon = 1.0e-05 -> tensor<6x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<6x64xbf16>, tensor<64xbf16>) outs(%y : tensor<6x64xbf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
    %b0 = arith.extf %a0 : bf16 to f32
    %b1 = arith.extf %a1 : bf16 to f32
    %p = arith.mulf %b0, %b1 : f32
    %q = arith.truncf %p : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<6x64xbf16>
  return %1 : tensor<6x64xbf16>
}

func.func @f16_product_in_f32(%x: tensor<6x64xf16>, %g: tensor<64xf16>) -> tensor<6x64xf16> {
  %y = tensor.empty() : tensor<6x64xf16>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xf16>) outs(%y : tensor<6x64xf16>)
      epsilon = 1.0e-05 -> tensor<6x64xf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<6x64xf16>, tensor<64xf16>) outs(%y : tensor<6x64xf16>) {
  ^bb0(%a0: f16, %a1: f16, %o: f16):
    %b0 = arith.extf %a0 : f16 to f32
    %b1 = arith.extf %a1 : f16 to f32
    %p = arith.mulf %b0, %b1 : f32
    %q = arith.truncf %p : f32 to f16
    linalg.yield %q : f16
  } -> tensor<6x64xf16>
  return %1 : tensor<6x64xf16>
}

func.func @f32_scale_of_bf16(%x: tensor<6x64xbf16>, %g: tensor<64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xbf16>
  %z = tensor.empty() : tensor<6x64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xbf16>) outs(%y : tensor<6x64xbf16>)
      epsilon = 1.0e-05 -> tensor<6x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<6x64xbf16>, tensor<64xf32>) outs(%z : tensor<6x64xf32>) {
  ^bb0(%a0: bf16, %a1: f32, %o: f32):
    %b0 = arith.extf %a0 : bf16 to f32
    %p = arith.mulf %b0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<6x64xf32>
  return %1 : tensor<6x64xf32>
}

func.func @bf16_scale_then_bias(%x: tensor<6x64xbf16>, %g: tensor<64xbf16>, %b: tensor<64xbf16>) -> tensor<6x64xbf16> {
  %y = tensor.empty() : tensor<6x64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xbf16>) outs(%y : tensor<6x64xbf16>)
      epsilon = 1.0e-05 -> tensor<6x64xbf16>
  %1 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%0, %g : tensor<6x64xbf16>, tensor<64xbf16>) outs(%y : tensor<6x64xbf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
    %p = arith.mulf %a0, %a1 : bf16
    linalg.yield %p : bf16
  } -> tensor<6x64xbf16>
  %2 = linalg.generic {indexing_maps = [#id, #row, #id], iterator_types = ["parallel", "parallel"]}
      ins(%1, %b : tensor<6x64xbf16>, tensor<64xbf16>) outs(%y : tensor<6x64xbf16>) {
  ^bb0(%a0: bf16, %a1: bf16, %o: bf16):
    %b0 = arith.extf %a0 : bf16 to f32
    %b1 = arith.extf %a1 : bf16 to f32
    %p = arith.addf %b0, %b1 : f32
    %q = arith.truncf %p : f32 to bf16
    linalg.yield %q : bf16
  } -> tensor<6x64xbf16>
  return %2 : tensor<6x64xbf16>
}

func.func @one_plus(%x: tensor<6x64xf32>, %w: tensor<64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %e = tensor.empty() : tensor<64xf32>
  %g = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]}
      ins(%w : tensor<64xf32>) outs(%e : tensor<64xf32>) {
  ^bb0(%a0: f32, %o: f32):
    %c = arith.constant 1.0 : f32
    %p = arith.addf %a0, %c : f32
    linalg.yield %p : f32
  } -> tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 -> tensor<6x64xf32>
  return %0 : tensor<6x64xf32>
}

func.func @one_plus_bf16_in_f32(%x: tensor<6x64xbf16>, %w: tensor<64xbf16>) -> tensor<6x64xbf16> {
  %y = tensor.empty() : tensor<6x64xbf16>
  %e = tensor.empty() : tensor<64xf32>
  %g = linalg.generic {indexing_maps = [#vec, #vec], iterator_types = ["parallel"]}
      ins(%w : tensor<64xbf16>) outs(%e : tensor<64xf32>) {
  ^bb0(%a0: bf16, %o: f32):
    %c = arith.constant 1.0 : f32
    %b0 = arith.extf %a0 : bf16 to f32
    %p = arith.addf %b0, %c : f32
    linalg.yield %p : f32
  } -> tensor<64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xbf16>) scale(%g : tensor<64xf32>) outs(%y : tensor<6x64xbf16>)
      epsilon = 1.0e-05 -> tensor<6x64xbf16>
  return %0 : tensor<6x64xbf16>
}

func.func @mixed_precision(%x: tensor<6x64xbf16>, %g: tensor<64xbf16>) -> tensor<6x64xbf16> {
  %0 = arith.extf %x : tensor<6x64xbf16> to tensor<6x64xf32>
  %e = tensor.empty() : tensor<6x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<6x64xf32>) scale(%g : tensor<64xbf16>) outs(%e : tensor<6x64xf32>)
      epsilon = 1.0e-05 -> tensor<6x64xf32>
  %2 = arith.truncf %1 : tensor<6x64xf32> to tensor<6x64xbf16>
  return %2 : tensor<6x64xbf16>
}

func.func @widened_operands(%x: tensor<6x64xf32>, %g: tensor<64xbf16>, %b: tensor<64xf16>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %0 = arith.extf %g : tensor<64xbf16> to tensor<64xf32>
  %1 = arith.extf %b : tensor<64xf16> to tensor<64xf32>
  %2 = norm.rmsnorm ins(%x : tensor<6x64xf32>) scale(%0 : tensor<64xf32>) bias(%1 : tensor<64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 -> tensor<6x64xf32>
  return %2 : tensor<6x64xf32>
}

func.func @widened_result_with_scale_rounding(%x: tensor<6x64xbf16>, %g: tensor<64xbf16>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xbf16>) scale(%g : tensor<64xbf16>) outs(%y : tensor<6x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<6x64xbf16>
  %1 = arith.extf %0 : tensor<6x64xbf16> to tensor<6x64xf32>
  return %1 : tensor<6x64xf32>
}

func.func @scaled_rmsnorm(%x: tensor<6x64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %c = arith.constant dense<3.0> : tensor<6x64xf32>
  %0 = arith.mulf %x, %c : tensor<6x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<6x64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<6x64xf32>
  return %1 : tensor<6x64xf32>
}

func.func @scaled_layernorm(%x: tensor<6x64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %c = arith.constant dense<3.0> : tensor<6x64xf32>
  %0 = arith.mulf %x, %c : tensor<6x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<6x64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<6x64xf32>
  return %1 : tensor<6x64xf32>
}

func.func @scaled_prmsnorm_outside(%x: tensor<6x64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %c = arith.constant dense<3.0> : tensor<6x64xf32>
  %0 = arith.mulf %x, %c : tensor<6x64xf32>
  %1 = norm.prmsnorm ins(%0 : tensor<6x64xf32>) outs(%y : tensor<6x64xf32>)
      k = 4 epsilon = 1.0e-05 eps_mode = outside fastmath<reassoc> -> tensor<6x64xf32>
  return %1 : tensor<6x64xf32>
}

func.func @negated_rmsnorm(%x: tensor<6x64xf32>, %g: tensor<64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %c = arith.constant dense<-3.0> : tensor<6x64xf32>
  %0 = arith.mulf %x, %c : tensor<6x64xf32>
  %1 = norm.rmsnorm ins(%0 : tensor<6x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<6x64xf32>
  return %1 : tensor<6x64xf32>
}

func.func @shifted_layernorm(%x: tensor<6x64xf32>, %m: tensor<6xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<6x64xf32>, tensor<6xf32>) outs(%y : tensor<6x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<6x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<6x64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<6x64xf32>
  return %1 : tensor<6x64xf32>
}

func.func @layernorm_of_layernorm(%x: tensor<6x64xf32>, %g: tensor<64xf32>, %b: tensor<64xf32>) -> tensor<6x64xf32> {
  %y = tensor.empty() : tensor<6x64xf32>
  %0 = norm.layernorm ins(%x : tensor<6x64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 -> tensor<6x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<6x64xf32>) scale(%g : tensor<64xf32>) bias(%b : tensor<64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<6x64xf32>
  return %1 : tensor<6x64xf32>
}

func.func @centred_difference(%x: tensor<6x64xf32>) -> (tensor<6x64xf32>, tensor<6x64xf32>) {
  %y = tensor.empty() : tensor<6x64xf32>
  %c0 = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<6xf32>
  %z = linalg.fill ins(%c0 : f32) outs(%e : tensor<6xf32>) -> tensor<6xf32>
  %s = linalg.reduce ins(%x : tensor<6x64xf32>) outs(%z : tensor<6xf32>) dimensions = [1]
    (%i: f32, %a: f32) {
      %p = arith.addf %i, %a : f32
      linalg.yield %p : f32
    }
  %n = arith.constant dense<64.0> : tensor<6xf32>
  %m = arith.divf %s, %n : tensor<6xf32>
  %0 = linalg.generic {indexing_maps = [#id, #rows, #id], iterator_types = ["parallel", "parallel"]}
      ins(%x, %m : tensor<6x64xf32>, tensor<6xf32>) outs(%y : tensor<6x64xf32>) {
  ^bb0(%a0: f32, %a1: f32, %o: f32):
    %p = arith.subf %a0, %a1 : f32
    linalg.yield %p : f32
  } -> tensor<6x64xf32>
  %1 = norm.layernorm ins(%0 : tensor<6x64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 fastmath<reassoc> -> tensor<6x64xf32>
  return %0, %1 : tensor<6x64xf32>, tensor<6x64xf32>
}

func.func @two_scales(%x: tensor<6x64xf32>, %g: tensor<64xf32>, %h: tensor<64xf32>) -> (tensor<6x64xf32>, tensor<6x64xf32>) {
  %y = tensor.empty() : tensor<6x64xf32>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xf32>) scale(%g : tensor<64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 -> tensor<6x64xf32>
  %1 = norm.rmsnorm ins(%x : tensor<6x64xf32>) scale(%h : tensor<64xf32>) outs(%y : tensor<6x64xf32>)
      epsilon = 1.0e-05 -> tensor<6x64xf32>
  return %0, %1 : tensor<6x64xf32>, tensor<6x64xf32>
}

func.func @two_bf16_scales(%x: tensor<6x64xbf16>, %g: tensor<64xbf16>, %h: tensor<64xbf16>) -> (tensor<6x64xbf16>, tensor<6x64xbf16>) {
  %y = tensor.empty() : tensor<6x64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xbf16>) scale(%g : tensor<64xbf16>) outs(%y : tensor<6x64xbf16>)
      epsilon = 1.0e-05 -> tensor<6x64xbf16>
  %1 = norm.rmsnorm ins(%x : tensor<6x64xbf16>) scale(%h : tensor<64xbf16>) outs(%y : tensor<6x64xbf16>)
      epsilon = 1.0e-05 -> tensor<6x64xbf16>
  return %0, %1 : tensor<6x64xbf16>, tensor<6x64xbf16>
}

func.func @two_bf16_scales_with_rounding(%x: tensor<6x64xbf16>, %g: tensor<64xbf16>, %h: tensor<64xbf16>) -> (tensor<6x64xbf16>, tensor<6x64xbf16>) {
  %y = tensor.empty() : tensor<6x64xbf16>
  %0 = norm.rmsnorm ins(%x : tensor<6x64xbf16>) scale(%g : tensor<64xbf16>) outs(%y : tensor<6x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<6x64xbf16>
  %1 = norm.rmsnorm ins(%x : tensor<6x64xbf16>) scale(%h : tensor<64xbf16>) outs(%y : tensor<6x64xbf16>)
      epsilon = 1.0e-05 scale_rounding = bf16 -> tensor<6x64xbf16>
  return %0, %1 : tensor<6x64xbf16>, tensor<6x64xbf16>
}
