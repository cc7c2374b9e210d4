# The API's schemas inside the server's library: src/faces/server/schemas/*.json and parameters.json, by
# scripts/embed-schemas.
set(schema_folder ${CMAKE_SOURCE_DIR}/src/faces/server/schemas)
set(schema_parameters ${CMAKE_SOURCE_DIR}/src/faces/server/parameters.json)
file(GLOB schema_files CONFIGURE_DEPENDS ${schema_folder}/*.json)
set(schema_table ${CMAKE_BINARY_DIR}/schemas/schema_table.cpp)
add_custom_command(OUTPUT ${schema_table}
  COMMAND ${CMAKE_SOURCE_DIR}/scripts/embed-schemas ${schema_folder} ${schema_parameters} ${schema_table}
  DEPENDS ${schema_files} ${schema_parameters} ${CMAKE_SOURCE_DIR}/scripts/embed-schemas
  COMMENT "Embedding the API's schemas" VERBATIM)
target_sources(jindo_server PRIVATE ${schema_table})
set_source_files_properties(${schema_table} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
