# How the project declares its libraries, tools and generated headers.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# The target `Norm` stands for all libraries of the compiler. Tools and users
# link it alone, users as Norm::Compiler.
add_library(Norm INTERFACE)
add_library(Norm::Compiler ALIAS Norm)
add_dependencies(Norm norm-headers)
target_include_directories(Norm SYSTEM INTERFACE
  "$<BUILD_INTERFACE:${MLIR_INCLUDE_DIRS};${LLVM_INCLUDE_DIRS}>")
install(TARGETS Norm EXPORT NormCompilerTargets)

# add_norm_library(NAME sources... [DEPENDS targets...] [LINK_LIBS libs...]
#                  [NORM_LIBS libs...])
# A library of the project, installed and part of `Norm`. LINK_LIBS are upstream
# libraries; with the dylib they are replaced by libMLIR.so, so that no second
# copy of MLIR is linked. NORM_LIBS are libraries of the project.
function(add_norm_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK_LIBS;NORM_LIBS" ${ARGN})
  add_mlir_library(${name} ${ARG_UNPARSED_ARGUMENTS}
    DISABLE_INSTALL
    EXCLUDE_FROM_LIBMLIR
    DEPENDS ${ARG_DEPENDS})
  mlir_target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS})
  target_link_libraries(${name} PUBLIC ${ARG_NORM_LIBS})
  target_include_directories(${name} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${name} INTERFACE cxx_std_17)
  target_link_libraries(Norm INTERFACE ${name})
  install(TARGETS ${name} EXPORT NormCompilerTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT norm-dev
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT norm-dev)
endfunction()

# add_norm_tool(NAME sources... [LINK_COMPONENTS components...]
#               [LINK_LIBS libs...])
# An installed program that links `Norm`, LLVM's components LINK_COMPONENTS and
# the upstream libraries LINK_LIBS.
function(add_norm_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_COMPONENTS;LINK_LIBS" ${ARGN})
  set(LLVM_LINK_COMPONENTS Support ${ARG_LINK_COMPONENTS})
  add_llvm_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  target_link_libraries(${name} PRIVATE Norm)
  mlir_target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS})
  mlir_check_all_link_libraries(${name})
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    COMPONENT norm-tools)
endfunction()

# add_norm_tablegen_target(NAME)
# Collects the mlir_tablegen() calls before it and orders every other target of
# the project after them.
function(add_norm_tablegen_target name)
  set(LLVM_COMMON_DEPENDS)
  add_public_tablegen_target(${name})
  add_dependencies(norm-headers ${name})
endfunction()
