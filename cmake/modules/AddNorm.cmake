# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# add_norm_library(NAME sources... [DEPENDS targets...] [LINK_LIBS libs...])
# A library of the project. With the dylib, upstream libraries named in LINK_LIBS
# are replaced by libMLIR.so, so that no second copy of MLIR is linked.
function(add_norm_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK_LIBS;NORM_LIBS"
                        ${ARGN})
  add_mlir_library(${name} ${ARG_UNPARSED_ARGUMENTS}
    DISABLE_INSTALL
    DEPENDS ${ARG_DEPENDS})
  mlir_target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS})
  target_link_libraries(${name} PUBLIC ${ARG_NORM_LIBS})
  target_include_directories(${name} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:include>)
  set_property(GLOBAL APPEND PROPERTY NORM_LIBS ${name})
endfunction()
