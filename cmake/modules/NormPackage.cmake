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

# Packages for Debian, by tools/package.sh: norm-mlir and norm-mlir-dev.
if(PROJECT_IS_TOP_LEVEL)
  set(CPACK_PACKAGE_NAME norm-mlir)
  set(CPACK_PACKAGE_CONTACT "The norm project <norm@localhost>")
  set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
    "normalization layers found in MLIR programs and compiled")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_COMPONENTS_ALL norm-tools norm-dev)
  set(CPACK_DEB_COMPONENT_INSTALL ON)
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
  # Their library is in no folder of the system's, and in this package.
  set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
    ${PROJECT_BINARY_DIR}/lib ${LLVM_LIBRARY_DIR})
  set(CPACK_DEBIAN_PACKAGE_SECTION devel)
  set(CPACK_STRIP_FILES ON)
  set(CPACK_DEBIAN_NORM-TOOLS_PACKAGE_NAME norm-mlir)
  set(CPACK_DEBIAN_NORM-TOOLS_PACKAGE_RECOMMENDS "libomp5-14 | libgomp1")
  set(CPACK_DEBIAN_NORM-DEV_PACKAGE_NAME norm-mlir-dev)
  set(CPACK_DEBIAN_NORM-DEV_PACKAGE_DEPENDS
    "norm-mlir (= ${PROJECT_VERSION}), libmlir-22-dev, llvm-22-dev")
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/norm-mlir COMPONENT norm-tools)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/norm-mlir-dev COMPONENT norm-dev)
  include(CPack)
endif()
