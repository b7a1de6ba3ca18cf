// Ops on tensors that are spelled out, executed (norm-plain-tensors), and views
// whose shapes are known at run time.

// RUN: %python %S/../Inputs/plain_tensors.py norm-run %s %t

func.func @softmax(%x: tensor<?x7xf32>) -> tensor<?x7xf32> {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x7xf32>
  %o = tensor.empty(%n) : tensor<?x7xf32>
  %y = linalg.softmax dimension(1) ins(%x : tensor<?x7xf32>) outs(%o : tensor<?x7xf32>) -> tensor<?x7xf32>
  return %y : tensor<?x7xf32>
}

func.func @pack(%x: tensor<6x7xf32>) -> tensor<4x2x4x2xf32> {
  %three = arith.constant 3.0 : f32
  %o = tensor.empty() : tensor<4x2x4x2xf32>
  %y = linalg.pack %x padding_value(%three : f32) outer_dims_perm = [1, 0] inner_dims_pos = [0, 1] inner_tiles = [4, 2] into %o
      : tensor<6x7xf32> -> tensor<4x2x4x2xf32>
  return %y : tensor<4x2x4x2xf32>
}

func.func @unpack(%x: tensor<6x7xf32>) -> tensor<6x7xf32> {
  %y = func.call @pack(%x) : (tensor<6x7xf32>) -> tensor<4x2x4x2xf32>
  %o = tensor.empty() : tensor<6x7xf32>
  %z = linalg.unpack %y outer_dims_perm = [1, 0] inner_dims_pos = [0, 1] inner_tiles = [4, 2] into %o
      : tensor<4x2x4x2xf32> -> tensor<6x7xf32>
  return %z : tensor<6x7xf32>
}

func.func @bitcast(%x: tensor<?x?xf32>) -> tensor<?x?xi32> {
  %y = tensor.bitcast %x : tensor<?x?xf32> to tensor<?x?xi32>
  return %y : tensor<?x?xi32>
}

// tensor.reshape, whose shape is 32-bit integers here.
func.func @reshape(%x: tensor<6x7xf32>) -> tensor<?x?xf32> {
  %shape = arith.constant dense<[14, 3]> : tensor<2xi32>
  %y = tensor.reshape %x(%shape) : (tensor<6x7xf32>, tensor<2xi32>) -> tensor<?x?xf32>
  return %y : tensor<?x?xf32>
}

// The argument and a view of it, both of unknown shape: copies.
func.func @views(%x: tensor<?x7xf32>) -> (tensor<?x7xf32>, tensor<?x?x7xf32>) {
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %y = tensor.expand_shape %x [[0, 1], [2]] output_shape [%c2, %c3, 7] : tensor<?x7xf32> into tensor<?x?x7xf32>
  return %x, %y : tensor<?x7xf32>, tensor<?x?x7xf32>
}

// No elements, though three in one dimension.
func.func @nothing(%x: tensor<6x7xf32>) -> tensor<0x?xf32> {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %s = tensor.extract_slice %x[0, 0] [%c0, %c3] [1, 1] : tensor<6x7xf32> to tensor<?x?xf32>
  %f = tensor.collapse_shape %s [[0, 1]] : tensor<?x?xf32> into tensor<?xf32>
  %y = tensor.expand_shape %f [[0, 1]] output_shape [0, %c3] : tensor<?xf32> into tensor<0x?xf32>
  return %y : tensor<0x?xf32>
}

// Of each iteration the tensor is twice as long, or a row shorter.
func.func @growing(%x: tensor<6x7xf32>) -> tensor<?x7xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %first = tensor.cast %x : tensor<6x7xf32> to tensor<?x7xf32>
  %y = scf.for %i = %c0 to %c2 step %c1 iter_args(%a = %first) -> (tensor<?x7xf32>) {
    %b = tensor.concat dim(0) %a, %a : (tensor<?x7xf32>, tensor<?x7xf32>) -> tensor<?x7xf32>
    scf.yield %b : tensor<?x7xf32>
  }
  return %y : tensor<?x7xf32>
}

func.func @shrinking(%x: tensor<6x7xf32>) -> tensor<?x7xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %first = tensor.cast %x : tensor<6x7xf32> to tensor<?x7xf32>
  %y = scf.for %i = %c0 to %c2 step %c1 iter_args(%a = %first) -> (tensor<?x7xf32>) {
    %n = tensor.dim %a, %c0 : tensor<?x7xf32>
    %m = arith.subi %n, %c1 : index
    %b = tensor.extract_slice %a[1, 0] [%m, 7] [1, 1] : tensor<?x7xf32> to tensor<?x7xf32>
    scf.yield %b : tensor<?x7xf32>
  }
  return %y : tensor<?x7xf32>
}

// A convolution of 3x3 by Winograd's F(4, 3), of the numbers of the argument.
func.func @winograd(%x: tensor<6x7xf32>) -> tensor<1x4x4x1xf32> {
  %zero = arith.constant 0.0 : f32
  %image = tensor.extract_slice %x[0, 0] [6, 6] [1, 1] : tensor<6x7xf32> to tensor<6x6xf32>
  %i = tensor.expand_shape %image [[0, 1], [2, 3]] output_shape [1, 6, 6, 1] : tensor<6x6xf32> into tensor<1x6x6x1xf32>
  %window = tensor.extract_slice %x[0, 1] [3, 3] [1, 1] : tensor<6x7xf32> to tensor<3x3xf32>
  %w = tensor.expand_shape %window [[0, 1], [2, 3]] output_shape [1, 3, 3, 1] : tensor<3x3xf32> into tensor<1x3x3x1xf32>
  %0 = tensor.empty() : tensor<6x6x1x1xf32>
  %a = linalg.winograd_filter_transform fmr(F_4_3) ins(%w : tensor<1x3x3x1xf32>) outs(%0 : tensor<6x6x1x1xf32>) -> tensor<6x6x1x1xf32>
  %1 = tensor.empty() : tensor<6x6x1x1x1x1xf32>
  %b = linalg.winograd_input_transform fmr(F_4_3) ins(%i : tensor<1x6x6x1xf32>) outs(%1 : tensor<6x6x1x1x1x1xf32>) -> tensor<6x6x1x1x1x1xf32>
  %e = tensor.collapse_shape %b [[0], [1, 2, 3, 4, 5]] : tensor<6x6x1x1x1x1xf32> into tensor<6x6xf32>
  %f = tensor.collapse_shape %a [[0], [1, 2, 3]] : tensor<6x6x1x1xf32> into tensor<6x6xf32>
  %m = arith.mulf %e, %f : tensor<6x6xf32>
  %n = tensor.expand_shape %m [[0], [1, 2, 3, 4, 5]] output_shape [6, 6, 1, 1, 1, 1] : tensor<6x6xf32> into tensor<6x6x1x1x1x1xf32>
  %2 = tensor.empty() : tensor<1x4x4x1xf32>
  %3 = linalg.fill ins(%zero : f32) outs(%2 : tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  %y = linalg.winograd_output_transform fmr(F_4_3) ins(%n : tensor<6x6x1x1x1x1xf32>) outs(%3 : tensor<1x4x4x1xf32>) -> tensor<1x4x4x1xf32>
  return %y : tensor<1x4x4x1xf32>
}
