# DuckDB's C API, in this order: an installed CMake package, DUCKDB_ROOT (its release archive), .deps/duckdb (what
# scripts/setup takes from npm). The library is opened at run time by src/chains/decode/parquet.cpp, so that a command
# that reads no Parquet does not pay for loading 70 MB.
set(DUCKDB_ROOT "" CACHE PATH "Folder of a DuckDB release archive: duckdb.h and libduckdb.so")
find_package(DuckDB CONFIG QUIET)
add_library(jindo_duckdb INTERFACE)
if(DuckDB_FOUND)
  find_path(JINDO_DUCKDB_INCLUDE duckdb.h HINTS ${DuckDB_INCLUDE_DIRS})
  find_library(JINDO_DUCKDB_LIBRARY duckdb HINTS ${DuckDB_DIR}/../..)
else()
  find_path(JINDO_DUCKDB_INCLUDE duckdb.h HINTS ${DUCKDB_ROOT} ${CMAKE_SOURCE_DIR}/.deps/duckdb NO_DEFAULT_PATH)
  find_library(JINDO_DUCKDB_LIBRARY duckdb HINTS ${DUCKDB_ROOT} ${CMAKE_SOURCE_DIR}/.deps/duckdb NO_DEFAULT_PATH)
endif()
if(NOT JINDO_DUCKDB_INCLUDE OR NOT JINDO_DUCKDB_LIBRARY)
  message(FATAL_ERROR "DuckDB not found: run scripts/setup, or set DUCKDB_ROOT to its release archive's folder")
endif()
target_include_directories(jindo_duckdb SYSTEM INTERFACE ${JINDO_DUCKDB_INCLUDE})
# The path goes to that one source: in every command line it would keep a compiler cache from finding anything.
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/chains/decode/parquet.cpp PROPERTIES
  COMPILE_DEFINITIONS JINDO_DUCKDB_LIBRARY="${JINDO_DUCKDB_LIBRARY}")
