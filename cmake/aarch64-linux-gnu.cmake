# Cross compiles for ARM machines, with the libraries that scripts/setup has unpacked into build/sysroot.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)

get_filename_component(ibtest_sysroot ${CMAKE_CURRENT_LIST_DIR}/../build/sysroot/aarch64 ABSOLUTE)
if(NOT EXISTS ${ibtest_sysroot}/contents)
  message(FATAL_ERROR "the libraries for aarch64 are missing: run scripts/setup aarch64")
endif()
# Only in front of the usual folders, not in their place: libraries that consist of headers are this machine's own.
set(CMAKE_FIND_ROOT_PATH ${ibtest_sysroot})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(ibtest_includes "-isystem ${ibtest_sysroot}/usr/include -isystem ${ibtest_sysroot}/usr/include/aarch64-linux-gnu")
set(CMAKE_C_FLAGS_INIT ${ibtest_includes})
set(CMAKE_CXX_FLAGS_INIT ${ibtest_includes})
