# ibtest_module(NAME DIR folder USES libraries...): the folder's sources as one static library.
function(ibtest_module name)
  cmake_parse_arguments(ARG "" "DIR" "USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${ARG_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ibtest_settings ${ARG_USES})
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC ibtest_settings ${ARG_USES})
  ibtest_precompile(${name})
endfunction()

# ibtest_program(NAME MAIN file USES libraries...): an executable in bin/.
function(ibtest_program name)
  cmake_parse_arguments(ARG "" "MAIN" "USES" ${ARGN})
  add_executable(${name} ${CMAKE_SOURCE_DIR}/${ARG_MAIN})
  target_link_libraries(${name} PRIVATE ibtest_settings ${ARG_USES})
  if(IBTEST_STATIC)
    target_link_options(${name} PRIVATE -static -Wl,--gc-sections)
  endif()
  if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_link_options(${name} PRIVATE -s)
  endif()
endfunction()

# The standard headers that nearly every source includes.
function(ibtest_precompile name)
  target_precompile_headers(${name} PRIVATE <algorithm> <cstdint> <filesystem> <functional> <map> <memory>
    <optional> <string> <string_view> <utility> <variant> <vector>)
endfunction()
