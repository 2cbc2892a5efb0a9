# windlass_module(NAME USES... PRIVATE_USES...)
#
# One room of the house: a static library made of src/NAME/*.cpp, and, from the
# *_test.cpp beside the sources, one test program NAME_test that CTest runs
# whole (label "unit"; "pg" for *_pg_test.cpp, which start a real server).
#
# Files named in src/NAME/embed.txt (one path a line, from the source root) are
# carried inside the library; see src/base/embedded.h.

add_library(windlass_options INTERFACE)
target_compile_options(windlass_options INTERFACE -Wall -Wextra -Wpedantic -Werror)
target_include_directories(windlass_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_definitions(windlass_options INTERFACE
  WINDLASS_VERSION="${PROJECT_VERSION}")
if(WINDLASS_SANITIZE)
  target_compile_options(windlass_options INTERFACE
    -fsanitize=${WINDLASS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(windlass_options INTERFACE -fsanitize=${WINDLASS_SANITIZE})
endif()

# Headers that most files include, compiled once with all that they make of templates: with clang the build takes
# a third of the time (GCC gains nothing by it). Each file still names what it uses: scripts/check-includes.
set(windlass_precompiled_headers
  <algorithm> <array> <chrono> <cstdint> <filesystem> <functional> <map> <memory> <optional> <set> <span>
  <string> <string_view> <tuple> <utility> <vector> <fmt/core.h> <nlohmann/json.hpp> <tl/expected.hpp>)

function(windlass_precompiled)
  if(NOT WINDLASS_PRECOMPILED)
    return()
  endif()
  set(empty ${PROJECT_BINARY_DIR}/embedded/precompiled.cpp)
  file(WRITE ${empty} "")
  # Without the time of its making in it ccache knows it again.
  target_compile_options(windlass_options INTERFACE
    "$<$<CXX_COMPILER_ID:Clang>:SHELL:-Xclang -fno-pch-timestamp>")
  add_library(windlass_precompiled OBJECT ${empty})
  target_link_libraries(windlass_precompiled PRIVATE windlass_options fmt::fmt)
  target_precompile_headers(windlass_precompiled PRIVATE ${windlass_precompiled_headers})
  if(WINDLASS_TESTS)
    add_library(windlass_precompiled_tests OBJECT ${empty})
    target_link_libraries(windlass_precompiled_tests PRIVATE windlass_options fmt::fmt GTest::gtest GTest::gmock
                          rapidcheck)
    target_compile_definitions(windlass_precompiled_tests PRIVATE WINDLASS_SOURCE_ROOT="${PROJECT_SOURCE_DIR}")
    target_precompile_headers(windlass_precompiled_tests PRIVATE ${windlass_precompiled_headers}
                              <gtest/gtest.h> <rapidcheck.h>)
  endif()
endfunction()

function(windlass_module name)
  cmake_parse_arguments(MODULE "" "" "USES;PRIVATE_USES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp
       ${PROJECT_SOURCE_DIR}/src/${name}/*/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  set(manifest ${PROJECT_SOURCE_DIR}/src/${name}/embed.txt)
  if(EXISTS ${manifest})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${manifest})
    file(STRINGS ${manifest} patterns)
    set(embedded "")
    foreach(pattern ${patterns})
      file(GLOB found CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/${pattern})
      if(NOT found)
        message(FATAL_ERROR "src/${name}/embed.txt names ${pattern}, which matches no file")
      endif()
      list(APPEND embedded ${found})
    endforeach()
    set(out ${PROJECT_BINARY_DIR}/embedded/${name}_embedded.cpp)
    set(absolute "")
    foreach(file ${embedded})
      list(APPEND absolute ${PROJECT_SOURCE_DIR}/${file})
    endforeach()
    string(REPLACE ";" "|" joined "${embedded}")
    add_custom_command(
      OUTPUT ${out}
      COMMAND ${CMAKE_COMMAND} -DOUT=${out} -DROOT=${PROJECT_SOURCE_DIR} -DROOM=${name}
              "-DFILES=${joined}" -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
      DEPENDS ${absolute} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
      VERBATIM)
    list(APPEND sources ${out})
  endif()

  if(NOT sources)
    file(WRITE ${PROJECT_BINARY_DIR}/embedded/${name}_empty.cpp "")
    set(sources ${PROJECT_BINARY_DIR}/embedded/${name}_empty.cpp)
  endif()
  add_library(windlass_${name} STATIC ${sources})
  target_link_libraries(windlass_${name} PUBLIC windlass_options)
  foreach(dependency ${MODULE_USES})
    if(TARGET windlass_${dependency})
      target_link_libraries(windlass_${name} PUBLIC windlass_${dependency})
    else()
      target_link_libraries(windlass_${name} PUBLIC ${dependency})
    endif()
  endforeach()
  target_link_libraries(windlass_${name} PRIVATE ${MODULE_PRIVATE_USES})
  if(WINDLASS_PRECOMPILED)
    target_precompile_headers(windlass_${name} REUSE_FROM windlass_precompiled)
  endif()

  if(WINDLASS_TESTS AND tests)
    set(unit ${tests})
    list(FILTER unit EXCLUDE REGEX "_pg_test\\.cpp$")
    set(pg ${tests})
    list(FILTER pg INCLUDE REGEX "_pg_test\\.cpp$")
    foreach(kind unit pg)
      if(${kind})
        set(program ${name}_${kind}_test)
        add_executable(${program} ${${kind}})
        target_link_libraries(${program} PRIVATE windlass_${name} ${MODULE_PRIVATE_USES} GTest::gtest
                              GTest::gmock GTest::gtest_main rapidcheck nlohmann_json::nlohmann_json)
        if(WINDLASS_PRECOMPILED)
          target_precompile_headers(${program} REUSE_FROM windlass_precompiled_tests)
        endif()
        target_link_options(${program} PRIVATE "-Wl,--exclude-libs,libpg_query.a")
        target_compile_definitions(${program} PRIVATE WINDLASS_SOURCE_ROOT="${PROJECT_SOURCE_DIR}")
        add_test(NAME ${program} COMMAND ${program})
        set_tests_properties(${program} PROPERTIES LABELS ${kind})
      endif()
    endforeach()
  endif()
endfunction()
