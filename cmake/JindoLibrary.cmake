# jindo_library(NAME DEPS ...): one directory under src = one static library = one namespace.
# Sources are every *.cpp but main.cpp and *_test.cpp; unit tests stand beside the code and go into jindo_tests.
set_property(GLOBAL PROPERTY JINDO_TEST_SOURCES "")
set_property(GLOBAL PROPERTY JINDO_LIBRARIES "")
function(jindo_library name wing)
  cmake_parse_arguments(ARG "" "" "DEPS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${wing}/${name}/*.cpp)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${wing}/${name}/*_test.cpp)
  list(FILTER sources EXCLUDE REGEX "(_test|main)\\.cpp$")
  add_library(jindo_${name} STATIC ${sources})
  target_include_directories(jindo_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src/${wing})
  target_link_libraries(jindo_${name} PUBLIC ${ARG_DEPS})
  # Several sources at a time: the release preset asks for it (JINDO_UNITY), since headers are half of a clean build.
  set_target_properties(jindo_${name} PROPERTIES UNITY_BUILD ${JINDO_UNITY} UNITY_BUILD_BATCH_SIZE 6)
  set_property(GLOBAL APPEND PROPERTY JINDO_TEST_SOURCES ${tests})
  set_property(GLOBAL APPEND PROPERTY JINDO_LIBRARIES jindo_${name})
endfunction()
