# Prints a function of as many elementwise loops as the first argument says, and
# a short one with an rmsnorm.

import sys

print("""#id = affine_map<(d0, d1) -> (d0, d1)>
func.func @short(%x: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %init = tensor.empty() : tensor<4x64xf32>
  %y = norm.rmsnorm ins(%x : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>)
       epsilon = 1.000000e-05 -> tensor<4x64xf32>
  return %y : tensor<4x64xf32>
}
func.func @chain(%x0: tensor<4x64xf32>) -> tensor<4x64xf32> {
  %init = tensor.empty() : tensor<4x64xf32>""")
count = int(sys.argv[1])
for number in range(count):
    print(f"""  %x{number + 1} = linalg.generic
      {{indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}}
      ins(%x{number} : tensor<4x64xf32>) outs(%init : tensor<4x64xf32>) {{
  ^bb0(%in: f32, %out: f32):
    %y = math.tanh %in : f32
    linalg.yield %y : f32
  }} -> tensor<4x64xf32>""")
print(f"  return %x{count} : tensor<4x64xf32>\n}}")
