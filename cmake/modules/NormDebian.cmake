# Packages for Debian, by tools/package.sh: norm-mlir, norm-mlir-dev and, where an
# MPI is, norm-mlir-mpi. lintian finds no errors in them.
#
# Part of the norm project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

set(CPACK_PACKAGE_NAME norm-mlir)
set(CPACK_PACKAGE_CONTACT "The norm project <norm@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
  "normalization layers found in MLIR programs and compiled")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(components norm-tools norm-dev)
if(NORM_MPIS)
  list(APPEND components norm-mpi)
endif()
set(CPACK_COMPONENTS_ALL ${components})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# LLVM's libraries are in no folder of the system's, norm's are in this package.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
  ${PROJECT_BINARY_DIR}/lib ${LLVM_LIBRARY_DIR})
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_NORM-TOOLS_PACKAGE_NAME norm-mlir)
# norm-check is a script.
set(CPACK_DEBIAN_NORM-TOOLS_PACKAGE_DEPENDS python3)
set(CPACK_DEBIAN_NORM-TOOLS_PACKAGE_RECOMMENDS
  "libomp5-14 | libomp5-19 | libgomp1")
set(CPACK_DEBIAN_NORM-TOOLS_DESCRIPTION
  "RMSNorm, partial RMSNorm and LayerNorm, forward and backward: norm-opt finds
them in MLIR programs by algebra and compiles them, norm-run runs programs,
libnorm-c.so has the C interface, and a plug-in is for mlir-opt.")
set(CPACK_DEBIAN_NORM-DEV_PACKAGE_NAME norm-mlir-dev)
set(CPACK_DEBIAN_NORM-DEV_PACKAGE_DEPENDS
  "norm-mlir (= ${PROJECT_VERSION}), libmlir-22-dev, llvm-22-dev")
set(CPACK_DEBIAN_NORM-DEV_DESCRIPTION
  "Headers, libraries, CMake and pkg-config files of norm, for compilers that use
its dialect and passes and for programs that call its C interface.")
set(CPACK_DEBIAN_NORM-MPI_PACKAGE_NAME norm-mlir-mpi)
set(CPACK_DEBIAN_NORM-MPI_PACKAGE_DEPENDS "norm-mlir (= ${PROJECT_VERSION})")
set(CPACK_DEBIAN_NORM-MPI_DESCRIPTION
  "What norm-run loads to run programs on several processes, for each MPI.")
file(WRITE ${PROJECT_BINARY_DIR}/debian/triggers "activate-noawait ldconfig\n")
foreach(upper NORM-TOOLS NORM-MPI)
  set(CPACK_DEBIAN_${upper}_PACKAGE_CONTROL_EXTRA
    ${PROJECT_BINARY_DIR}/debian/triggers)
endforeach()

# Debian has the text of the license, but for its exceptions.
file(READ ${PROJECT_SOURCE_DIR}/LICENSE license)
string(FIND "${license}" "--- LLVM Exceptions" exceptions)
string(SUBSTRING "${license}" ${exceptions} -1 exceptions)
set(debian ${PROJECT_BINARY_DIR}/debian)
file(WRITE ${debian}/copyright
  "Copyright 2026 The norm project\n\n"
  "Licensed under the Apache License, Version 2.0, which is in\n"
  "/usr/share/common-licenses/Apache-2.0, with these exceptions:\n\n"
  "${exceptions}")
file(WRITE ${debian}/changelog
  "norm-mlir (${PROJECT_VERSION}) unstable; urgency=medium\n\n"
  "  * Changes are told in CHANGELOG.md of the sources.\n\n"
  " -- ${CPACK_PACKAGE_CONTACT}  Tue, 01 Dec 2026 00:00:00 +0000\n")
# Without a date, so that equal sources give equal packages.
execute_process(COMMAND gzip -9nc ${debian}/changelog
  OUTPUT_FILE ${debian}/changelog.gz ERROR_QUIET)

# LLVM's folder is the one that Debian's own tools for MLIR name; a plug-in is
# loaded by its path; there is no address to write to yet.
file(WRITE ${debian}/norm-mlir
  "norm-mlir: bogus-mail-host *\n"
  "norm-mlir: bogus-mail-host-in-debian-changelog *\n"
  "norm-mlir: custom-library-search-path *\n"
  "norm-mlir: sharedobject-in-library-directory-missing-soname *NormPlugin.so*\n")
foreach(package norm-mlir-dev norm-mlir-mpi)
  file(WRITE ${debian}/${package}
    "${package}: bogus-mail-host *\n"
    "${package}: bogus-mail-host-in-debian-changelog *\n"
    "${package}: custom-library-search-path *\n")
endforeach()

foreach(component ${components})
  string(TOUPPER ${component} upper)
  set(package ${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  install(FILES ${debian}/copyright ${debian}/changelog.gz
    DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package} COMPONENT ${component})
  install(FILES ${debian}/${package}
    DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides
    COMPONENT ${component})
endforeach()
include(CPack)
