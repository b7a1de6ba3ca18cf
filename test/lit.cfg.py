# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

import importlib.util
import os
import shutil
import subprocess
import sys

import lit.formats
from lit.llvm import llvm_config

config.name = "NORM"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test"]
config.excludes = ["CMakeLists.txt", "Inputs", "corpus", "corpus-backward", "lib", "Fuzz"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.norm_obj_root, "test")

lib_dir = os.path.join(config.norm_obj_root, "lib")
# MLIR may lie in a folder of its own.
mlir_tools_dir = os.path.realpath(os.path.join(config.mlir_dir, "..", "..", "..", "bin"))
config.substitutions += [
    ("%norm_src_root", config.norm_src_root),
    ("%norm_obj_root", config.norm_obj_root),
    ("%norm_lib_dir", lib_dir),
    # A driver without a device, for what loads libcuda.so.1.
    ("%fake_cuda", "env LD_LIBRARY_PATH=" + os.path.join(lib_dir, "fake-cuda")),
    ("%llvm_tools", config.llvm_tools_dir),
    ("%norm_plugin", os.path.join(lib_dir, "NormPlugin" + config.shlib_ext)),
    ("%shlibext", config.shlib_ext),
    ("%mlir_include", os.path.join(os.path.dirname(mlir_tools_dir), "include")),
    # Programs that use the C interface.
    ("%c_compile", f"{config.c_compiler} -std=c11 -Wall -Wextra -Werror -pedantic"),
    ("%cxx_compile", f"{config.cxx_compiler} -std=c++17 -Wall -Wextra -Werror"),
    ("%norm_c", f"-I{config.norm_src_root}/include -L{lib_dir} -lnorm-c -Wl,-rpath,{lib_dir} -lm"
     + (f" -g -fsanitize={config.norm_sanitize}" if config.norm_sanitize else "")),
    # An outside project is configured with the compiler of this build.
    ("%cmake_args", config.cmake_args),
]

# Unit tests are built where GoogleTest is.
if config.norm_unit_tests == "ON":
    config.available_features.add("gtest")

# tools/test.sh --all: tests that take long say `REQUIRES: long`.
if lit_config.params.get("long"):
    config.available_features.add("long")

# The Python package is tested in the build tree where it is built, and in an
# environment of its own where the tools that build it can be fetched.
if config.norm_python in ("ON", "1", "TRUE"):
    config.available_features.add("python-package")
    # Too large to be fetched for a test.
    for feature, modules in (("torch", "torch, torch_mlir"), ("torch-host", "torch"), ("jax-host", "jax"),
                             ("transformers", "transformers")):
        if subprocess.run([config.python_package, "-c", "import " + modules],
                          capture_output=True).returncode == 0:
            config.available_features.add(feature)
    # PyTorch makes tensors on a CUDA device of memory that says so, without a GPU.
    tensors = os.path.join(config.test_source_root, "Python", "torch_tensors.py")
    if "torch-host" in config.available_features and subprocess.run(
            [config.python_package, tensors], capture_output=True).returncode == 0:
        config.available_features.add("torch-cuda-tensors")
if lit_config.params.get("long"):
    if config.python_package and subprocess.run(
            [config.python_package, "-c", "import iree.compiler, iree.runtime"], capture_output=True).returncode == 0:
        config.available_features.add("iree")
    else:
        lit_config.note("Integration/CPU/iree.test is skipped: the interpreter of the package has no "
                        "iree-base-compiler and iree-base-runtime")
if lit_config.params.get("long") and "torch" not in config.available_features:
    lit_config.note("Python/frontends-torch.test and transformers.test are skipped: they "
                    "want the build with NORM_PYTHON=ON for an interpreter that has torch "
                    "and torch_mlir, and transformers")
config.substitutions.append(("%package_interpreter", config.python_package))
if lit_config.params.get("long"):
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("pip") and subprocess.run(
            [sys.executable, "-m", "pip", "download", "-q", "--no-deps",
             "-d", os.path.join(config.test_exec_root, "Python"), "nanobind"],
            capture_output=True).returncode == 0:
        config.available_features.add("package-index")
    else:
        lit_config.note("Python/install.test and frontends-jax.test are skipped: venv "
                        "or pip is missing, or there is no package index")

# libFuzzer comes with clang.
llvm_root = os.path.dirname(config.llvm_tools_dir)
clang = shutil.which("clang++-22") or shutil.which("clang++", path=config.llvm_tools_dir)
if clang and lit_config.params.get("long") and subprocess.run(
        [clang, "-fsanitize=fuzzer,address,undefined", "-x", "c++", "-", "-o", os.devnull], capture_output=True,
        input=b"#include <cstddef>\nextern \"C\" int LLVMFuzzerTestOneInput(const unsigned char *, size_t) { return 0; }").returncode == 0:
    config.available_features.add("libfuzzer")
config.substitutions += [
    ("%libfuzzer_mlir", f"-L{llvm_root}/lib -Wl,-rpath,{llvm_root}/lib -lMLIR -lLLVM"),
    ("%libfuzzer", f"{clang} -std=c++17 -g1 -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all"
     f" -I{config.norm_src_root}/include -I{config.norm_obj_root}/include -isystem {llvm_root}/include")]

# With sanitizers the C interface alone is tested (threads), or what reads files and
# programs, too: the other tests need tools that are not built then.
if config.norm_sanitize:
    config.available_features.add("sanitized")
    rooms = {"CAPI"} if config.norm_sanitize == "thread" else {"CAPI", "Hostile", "Raise", "Report", "Runtime", "tools"}
    config.excludes += sorted(set(os.listdir(config.test_source_root)) - rooms)
    if config.norm_sanitize == "thread":
        config.excludes += ["ahead.test", "mlir.test", "one-object.test"]  # They need the tools.
    raise_tests = set(os.listdir(os.path.join(config.test_source_root, "Raise")))
    config.excludes += sorted(raise_tests - {"corpus.test"})
    # MLIR is not instrumented: containers that it fills and norm reads look as if they
    # overflowed. What contexts of it leave until the end is no leak. LLVM gives the threads
    # that write files a stack for signals, which the sanitizer would take for its own. Sizes that are asked
    # for by hostile inputs get no memory, as without a sanitizer.
    os.environ.setdefault("ASAN_OPTIONS", "detect_container_overflow=0:detect_leaks=0:use_sigaltstack=0"
                          ":allocator_may_return_null=1")
    llvm_config.with_environment("NORM_SANITIZED", config.norm_sanitize)
    # dlopen() is called by the sanitizer, which has not the run path of the tool.
    llvm_config.with_environment("LD_LIBRARY_PATH", os.path.join(llvm_root, "lib"), append_path=True)
    for name in ("ASAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"):
        llvm_config.with_system_environment(name)

# Sharded programs run under each MPI that norm's library was built for.
for name, packages in (("mpich", "mpich libmpich-dev"), ("openmpi", "openmpi-bin libopenmpi-dev")):
    library = os.path.join(lib_dir, f"libnorm_mpi_{name}{config.shlib_ext}")
    reason = (not shutil.which("mpiexec." + name) and f"there is no mpiexec.{name}" or
              not os.path.exists(library) and f"the build has made no {os.path.basename(library)}")
    if not reason:
        config.available_features.add(name)
    elif not config.norm_sanitize:
        lit_config.note(f"tests of test/Sharding that run under {name} are skipped: {reason} (Debian: {packages}; "
                        "tools/setup.sh --mpi)")

# Upstream's test dialect is in the mlir-opt of some distributions.
if "test-affine-reify-value-bounds" in subprocess.run([os.path.join(mlir_tools_dir, "mlir-opt"), "--help"],
                                                      capture_output=True, text=True).stdout:
    config.available_features.add("mlir-test-dialect")

# PTX is assembled where NVIDIA's assembler is in the path.
if shutil.which("ptxas"):
    config.available_features.add("ptxas")

# Code for AArch64 runs there, or in an emulator with the C library of Debian.
if os.uname().machine == "aarch64":
    config.available_features.add("aarch64")
    aarch64_compile, aarch64_run = config.c_compiler, "env"
else:
    aarch64_compile, aarch64_run = "aarch64-linux-gnu-gcc", "qemu-aarch64 -L /usr/aarch64-linux-gnu"
    if shutil.which(aarch64_compile) and shutil.which("qemu-aarch64"):
        config.available_features.add("aarch64")
config.substitutions += [("%aarch64_compile", aarch64_compile), ("%aarch64_run", aarch64_run)]

# Certificates of raises are proved where the interpreter of norm-check has a solver,
# which tools/test.sh puts into the build folder.
solver_dir = os.path.join(config.norm_obj_root, "python")
llvm_config.with_environment("PYTHONPATH", solver_dir, append_path=True)
for module in ("z3", "cvc5"):
    if subprocess.run(["python3", "-c", "import " + module], capture_output=True,
                      env={**os.environ, "PYTHONPATH": solver_dir}).returncode == 0:
        config.available_features.add(module)

# Debian's packages are made where its tools are.
if shutil.which("dpkg-shlibdeps"):
    config.available_features.add("dpkg")

# Figures are drawn where matplotlib is installed.
if importlib.util.find_spec("matplotlib"):
    config.available_features.add("matplotlib")

# The page of a report is opened where Debian's browser is installed.
if shutil.which("chromium"):
    config.available_features.add("chromium")

# A container may have no terminals to give away.
try:
    for descriptor in os.openpty():
        os.close(descriptor)
    config.available_features.add("terminal")
except OSError:
    pass

llvm_config.with_system_environment(["HOME", "TMP", "TEMP"])
llvm_config.use_default_substitutions()
llvm_config.with_environment("PATH", [config.llvm_tools_dir, mlir_tools_dir], append_path=True)
tools_dir = os.path.join(config.norm_obj_root, "bin")
llvm_config.with_environment("PATH", tools_dir, append_path=True)
llvm_config.add_tool_substitutions(
    ["bind-arguments", "norm-broken-law", "norm-check", "norm-compile", "norm-emulate", "norm-fuzz-check", "norm-launch", "norm-lsp-server", "norm-mlir-c", "norm-opt", "norm-run", "norm-bench", "mlir-opt"]
    + (["norm-unit-tests"] if config.norm_unit_tests == "ON" else []),
    [tools_dir, mlir_tools_dir, config.llvm_tools_dir])
