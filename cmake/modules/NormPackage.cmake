# The CMake package: find_package(Norm) in the build tree and in the install
# tree, with headers (those from ODS too) and .td files.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

include(CMakePackageConfigHelpers)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/ DESTINATION include
  FILES_MATCHING PATTERN "*.h" PATTERN "*.td")
install(DIRECTORY ${PROJECT_BINARY_DIR}/include/ DESTINATION include
  FILES_MATCHING PATTERN "*.h" PATTERN "*.h.inc"
  PATTERN "CMakeFiles" EXCLUDE)

# Both trees have the package under the same relative path, so one file serves.
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/modules/NormConfig.cmake.in
  ${PROJECT_BINARY_DIR}/${NORM_CMAKE_DIR}/NormConfig.cmake
  INSTALL_DESTINATION ${NORM_CMAKE_DIR})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/${NORM_CMAKE_DIR}/NormConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
export(EXPORT NormTargets
  FILE ${PROJECT_BINARY_DIR}/${NORM_CMAKE_DIR}/NormTargets.cmake)

install(EXPORT NormTargets DESTINATION ${NORM_CMAKE_DIR})
install(FILES
  ${PROJECT_BINARY_DIR}/${NORM_CMAKE_DIR}/NormConfig.cmake
  ${PROJECT_BINARY_DIR}/${NORM_CMAKE_DIR}/NormConfigVersion.cmake
  DESTINATION ${NORM_CMAKE_DIR})
