# The CMake package: find_package(Norm) in the build tree and in the install
# tree, with headers (those from ODS too) and .td files.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

include(CMakePackageConfigHelpers)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT norm-dev
  FILES_MATCHING PATTERN "*.h" PATTERN "*.td")
install(DIRECTORY ${PROJECT_BINARY_DIR}/include/
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT norm-dev
  FILES_MATCHING PATTERN "*.h" PATTERN "*.h.inc"
  PATTERN "CMakeFiles" EXCLUDE)

# One file for both trees: it looks for the others beside itself.
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/modules/NormConfig.cmake.in
  ${PROJECT_BINARY_DIR}/${NORM_CMAKE_DIR}/NormConfig.cmake
  INSTALL_DESTINATION ${NORM_INSTALL_CMAKE_DIR})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/${NORM_CMAKE_DIR}/NormConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/${NORM_CMAKE_DIR}/NormConfig.cmake
  ${PROJECT_BINARY_DIR}/${NORM_CMAKE_DIR}/NormConfigVersion.cmake
  DESTINATION ${NORM_INSTALL_CMAKE_DIR} COMPONENT norm-dev)
foreach(part Compiler C Runtime)
  export(EXPORT Norm${part}Targets
    FILE ${PROJECT_BINARY_DIR}/${NORM_CMAKE_DIR}/Norm${part}Targets.cmake)
  install(EXPORT Norm${part}Targets
    DESTINATION ${NORM_INSTALL_CMAKE_DIR} COMPONENT norm-dev)
endforeach()

if(PROJECT_IS_TOP_LEVEL)
  include(NormDebian)
endif()
