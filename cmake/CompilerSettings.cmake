# Warnings, sanitizers and the flags that every target of the project shares.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
add_library(ibtest_settings INTERFACE)
target_compile_options(ibtest_settings INTERFACE -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor)
target_include_directories(ibtest_settings INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(ibtest_settings INTERFACE IBTEST_VERSION="${PROJECT_VERSION}")

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these from inside the standard library's own templates.
  target_compile_options(ibtest_settings INTERFACE -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-maybe-uninitialized -Wno-dangling-pointer)
  if(CMAKE_UNITY_BUILD)
    # What one source names is seen in those behind it, and their anonymous namespaces are taken for a header's.
    target_compile_options(ibtest_settings INTERFACE -Wno-shadow -Wno-subobject-linkage)
  endif()
endif()

if(IBTEST_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
