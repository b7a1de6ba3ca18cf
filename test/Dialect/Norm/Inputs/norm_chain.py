# Writes a function of N norms, each of the one before.
import sys

count = int(sys.argv[1])
tensor = "tensor<4x64xf32>"
print(f"func.func @main(%v0: {tensor}) -> {tensor} {{")
print(f"  %init = tensor.empty() : {tensor}")
for i in range(count):
    print(f"  %v{i + 1} = norm.rmsnorm ins(%v{i} : {tensor}) outs(%init : {tensor})"
          f" epsilon = 1.0e-5 -> {tensor}")
print(f"  return %v{count} : {tensor}\n}}")
