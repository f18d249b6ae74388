# Libraries of others. What the distribution has is taken from it; what it has only in a form that cannot be linked
# statically is built from the upstream release archive, whose hash is checked.
include(ExternalProject)

find_package(Boost 1.81 REQUIRED COMPONENTS filesystem)
find_package(nlohmann_json 3.10 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)

function(prefer_static output name)
  if(IBTEST_STATIC)
    find_library(${output} NAMES lib${name}.a REQUIRED)
  else()
    find_library(${output} NAMES ${name} REQUIRED)
  endif()
endfunction()

prefer_static(YAML_CPP_LIBRARY_FILE yaml-cpp)
prefer_static(BOOST_FILESYSTEM_LIBRARY_FILE boost_filesystem)
prefer_static(SSL_LIBRARY_FILE ssl)
prefer_static(CRYPTO_LIBRARY_FILE crypto)
prefer_static(Z_LIBRARY_FILE z)
prefer_static(RE2_LIBRARY_FILE re2)
prefer_static(UTF8PROC_LIBRARY_FILE utf8proc)

add_library(third_party_yaml_cpp INTERFACE)
target_link_libraries(third_party_yaml_cpp INTERFACE ${YAML_CPP_LIBRARY_FILE})
add_library(ThirdParty::yaml_cpp ALIAS third_party_yaml_cpp)

# fmt: as an archive where there is one. Used by its headers alone, every source file would compile all of it.
find_library(FMT_LIBRARY_FILE NAMES libfmt.a)
if(FMT_LIBRARY_FILE)
  add_library(third_party_fmt INTERFACE)
  target_link_libraries(third_party_fmt INTERFACE ${FMT_LIBRARY_FILE})
elseif(fmt_VERSION VERSION_LESS 10)
  add_library(third_party_fmt STATIC ${CMAKE_SOURCE_DIR}/cmake/fmt.cpp)
else()
  add_library(third_party_fmt INTERFACE)
  target_link_libraries(third_party_fmt INTERFACE fmt::fmt-header-only)
endif()

add_library(third_party_json INTERFACE)
target_link_libraries(third_party_json INTERFACE nlohmann_json::nlohmann_json third_party_fmt)
add_library(ThirdParty::json ALIAS third_party_json)

add_library(third_party_crypto INTERFACE)
target_link_libraries(third_party_crypto INTERFACE ${CRYPTO_LIBRARY_FILE} Threads::Threads ${CMAKE_DL_LIBS})
add_library(ThirdParty::crypto ALIAS third_party_crypto)

# Go's dialect of regular expressions, and Unicode's letter case.
add_library(third_party_text INTERFACE)
target_link_libraries(third_party_text INTERFACE ${RE2_LIBRARY_FILE} ${UTF8PROC_LIBRARY_FILE} Threads::Threads)
add_library(ThirdParty::text ALIAS third_party_text)

# Boost.Process v2 on Asio, compiled once.
add_library(third_party_process STATIC ${CMAKE_SOURCE_DIR}/cmake/boost_process.cpp)
target_include_directories(third_party_process SYSTEM PUBLIC ${Boost_INCLUDE_DIRS})
target_compile_features(third_party_process PUBLIC cxx_std_20)
target_compile_definitions(third_party_process PUBLIC BOOST_PROCESS_V2_SEPARATE_COMPILATION)
target_link_libraries(third_party_process PUBLIC ${BOOST_FILESYSTEM_LIBRARY_FILE} Threads::Threads)
add_library(ThirdParty::process ALIAS third_party_process)

# Where the archive of a release is: in build/archives (scripts/setup puts it there where the upstream site cannot be
# reached), else upstream.
function(archive_url output archive upstream)
  if(EXISTS ${CMAKE_SOURCE_DIR}/build/archives/${archive})
    set(${output} file://${CMAKE_SOURCE_DIR}/build/archives/${archive} PARENT_SCOPE)
  else()
    set(${output} ${upstream}/${archive} PARENT_SCOPE)
  endif()
endfunction()
set(third_party_settings -DCMAKE_BUILD_TYPE=Release -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DCMAKE_INSTALL_LIBDIR=lib)
if(CCACHE_PROGRAM)
  list(APPEND third_party_settings -DCMAKE_C_COMPILER_LAUNCHER=${CCACHE_PROGRAM})
endif()
if(CMAKE_TOOLCHAIN_FILE)
  list(APPEND third_party_settings -DCMAKE_TOOLCHAIN_FILE=${CMAKE_TOOLCHAIN_FILE})
endif()
# What is built has nothing of ours in it, so all presets for one architecture share it.
set(third_party_folder ${CMAKE_SOURCE_DIR}/build/third_party)
if(CMAKE_CROSSCOMPILING)
  set(third_party_folder ${third_party_folder}/${CMAKE_SYSTEM_PROCESSOR})
endif()

# libcurl: HTTP and HTTPS over OpenSSL, nothing else.
set(CURL_VERSION 8.14.1)
set(CURL_SHA256 6766ada7101d292b42b8b15681120acd68effa4a9660935853cf6d61f0d984d4)
archive_url(curl_url curl-${CURL_VERSION}.tar.gz https://curl.se/download)
set(curl_prefix ${third_party_folder}/curl-${CURL_VERSION})
set(curl_archive_file ${curl_prefix}/install/lib/libcurl.a)
if(NOT EXISTS ${curl_archive_file})
  ExternalProject_Add(curl_build
    PREFIX ${curl_prefix}
    URL ${curl_url}
    URL_HASH SHA256=${CURL_SHA256}
    DOWNLOAD_EXTRACT_TIMESTAMP TRUE
    CMAKE_ARGS ${third_party_settings} -DCMAKE_INSTALL_PREFIX=${curl_prefix}/install
      -DBUILD_SHARED_LIBS=OFF -DBUILD_STATIC_LIBS=ON -DBUILD_CURL_EXE=OFF -DBUILD_TESTING=OFF -DBUILD_LIBCURL_DOCS=OFF
      -DBUILD_MISC_DOCS=OFF -DENABLE_CURL_MANUAL=OFF -DHTTP_ONLY=ON -DCURL_USE_OPENSSL=ON -DCURL_ZLIB=ON
      -DCURL_BROTLI=OFF -DCURL_ZSTD=OFF -DUSE_NGHTTP2=OFF -DUSE_LIBIDN2=OFF -DCURL_USE_LIBPSL=OFF
      -DCURL_USE_LIBSSH2=OFF -DCURL_DISABLE_LDAP=ON -DCURL_DISABLE_NTLM=ON -DCURL_USE_GSSAPI=OFF
      -DENABLE_UNIX_SOCKETS=ON -DOPENSSL_USE_STATIC_LIBS=ON
    BUILD_BYPRODUCTS ${curl_archive_file}
    LOG_DOWNLOAD ON LOG_CONFIGURE ON LOG_BUILD ON LOG_INSTALL ON LOG_OUTPUT_ON_FAILURE ON)
endif()
add_library(third_party_curl INTERFACE)
if(TARGET curl_build)
  add_dependencies(third_party_curl curl_build)
endif()
file(MAKE_DIRECTORY ${curl_prefix}/install/include)
target_include_directories(third_party_curl SYSTEM INTERFACE ${curl_prefix}/install/include)
target_compile_definitions(third_party_curl INTERFACE CURL_STATICLIB)
target_link_libraries(third_party_curl INTERFACE ${curl_archive_file} ${SSL_LIBRARY_FILE} ${CRYPTO_LIBRARY_FILE}
  ${Z_LIBRARY_FILE} Threads::Threads ${CMAKE_DL_LIBS})
add_library(ThirdParty::curl ALIAS third_party_curl)

if(IBTEST_AGENT_ONLY)
  return()
endif()

# What only ibtest itself needs.
find_package(CLI11 2.1 REQUIRED)
prefer_static(PUGIXML_LIBRARY_FILE pugixml)

add_library(third_party_pugixml INTERFACE)
target_link_libraries(third_party_pugixml INTERFACE ${PUGIXML_LIBRARY_FILE})
add_library(ThirdParty::pugixml ALIAS third_party_pugixml)

add_library(third_party_cli11 INTERFACE)
target_link_libraries(third_party_cli11 INTERFACE CLI11::CLI11)
add_library(ThirdParty::cli11 ALIAS third_party_cli11)

# libssh2: the first release that logs in with RSA keys to today's servers, with upstream's later corrections of security.
set(LIBSSH2_VERSION 1.11.1)
set(LIBSSH2_SHA256 d9ec76cbe34db98eec3539fe2c899d26b0c837cb3eb466a56b0f109cabf658f7)
archive_url(libssh2_url libssh2-${LIBSSH2_VERSION}.tar.gz https://libssh2.org/download)
set(libssh2_prefix ${third_party_folder}/libssh2-${LIBSSH2_VERSION})
set(libssh2_archive_file ${libssh2_prefix}/install/lib/libssh2.a)
if(NOT EXISTS ${libssh2_archive_file})
  ExternalProject_Add(libssh2_build
    PREFIX ${libssh2_prefix}
    URL ${libssh2_url}
    URL_HASH SHA256=${LIBSSH2_SHA256}
    DOWNLOAD_EXTRACT_TIMESTAMP TRUE
    PATCH_COMMAND patch -p1 -i ${CMAKE_SOURCE_DIR}/cmake/patches/libssh2-${LIBSSH2_VERSION}.patch
    CMAKE_ARGS ${third_party_settings} -DCMAKE_INSTALL_PREFIX=${libssh2_prefix}/install
      -DBUILD_SHARED_LIBS=OFF -DBUILD_STATIC_LIBS=ON -DBUILD_EXAMPLES=OFF -DBUILD_TESTING=OFF -DCRYPTO_BACKEND=OpenSSL
      -DENABLE_ZLIB_COMPRESSION=OFF -DLIBSSH2_NO_DEPRECATED=ON -DOPENSSL_USE_STATIC_LIBS=ON
    BUILD_BYPRODUCTS ${libssh2_archive_file}
    LOG_DOWNLOAD ON LOG_PATCH ON LOG_CONFIGURE ON LOG_BUILD ON LOG_INSTALL ON LOG_OUTPUT_ON_FAILURE ON)
endif()
add_library(third_party_ssh2 INTERFACE)
if(TARGET libssh2_build)
  add_dependencies(third_party_ssh2 libssh2_build)
endif()
file(MAKE_DIRECTORY ${libssh2_prefix}/install/include)
target_include_directories(third_party_ssh2 SYSTEM INTERFACE ${libssh2_prefix}/install/include)
target_link_libraries(third_party_ssh2 INTERFACE ${libssh2_archive_file} ${CRYPTO_LIBRARY_FILE} ${Z_LIBRARY_FILE}
  Threads::Threads ${CMAKE_DL_LIBS})
add_library(ThirdParty::ssh2 ALIAS third_party_ssh2)
