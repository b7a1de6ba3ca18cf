// Every element type and layout of array files, through a function that returns
// its arguments: what comes out is what went in, in row-major order.

// RUN: rm -rf %t && mkdir %t && %python %S/Inputs/round_trip.py norm-run %s %t

func.func @f64(%x: tensor<2x3xf64>) -> tensor<2x3xf64> { return %x : tensor<2x3xf64> }
func.func @f32(%x: tensor<2x3xf32>) -> tensor<2x3xf32> { return %x : tensor<2x3xf32> }
func.func @f16(%x: tensor<2x3xf16>) -> tensor<2x3xf16> { return %x : tensor<2x3xf16> }
func.func @bf16(%x: tensor<2x3xbf16>) -> tensor<2x3xbf16> { return %x : tensor<2x3xbf16> }
func.func @i1(%x: tensor<2x3xi1>) -> tensor<2x3xi1> { return %x : tensor<2x3xi1> }
func.func @i8(%x: tensor<2x3xi8>) -> tensor<2x3xi8> { return %x : tensor<2x3xi8> }
func.func @i16(%x: tensor<2x3xi16>) -> tensor<2x3xi16> { return %x : tensor<2x3xi16> }
func.func @i32(%x: tensor<2x3xi32>) -> tensor<2x3xi32> { return %x : tensor<2x3xi32> }
func.func @i64(%x: tensor<2x3xi64>) -> tensor<2x3xi64> { return %x : tensor<2x3xi64> }
func.func @index(%x: tensor<2x3xindex>) -> tensor<2x3xindex> { return %x : tensor<2x3xindex> }
func.func @scalar(%x: tensor<f32>) -> tensor<f32> { return %x : tensor<f32> }
func.func @cube(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> { return %x : tensor<2x3x4xf32> }
func.func @dynamic(%x: tensor<?x?xf32>) -> tensor<?x?xf32> { return %x : tensor<?x?xf32> }
func.func @twice(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) { return %x, %x : tensor<?xf32>, tensor<?xf32> }
