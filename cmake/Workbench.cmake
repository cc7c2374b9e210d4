# The workbench's files inside the server's library: web/ is built by scripts/build-web when one of its files changed.
file(GLOB_RECURSE web_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/src/* ${CMAKE_SOURCE_DIR}/web/public/*)
set(web_table ${CMAKE_BINARY_DIR}/web/web_table.cpp)
add_custom_command(OUTPUT ${web_table}
  COMMAND ${CMAKE_SOURCE_DIR}/scripts/build-web ${CMAKE_BINARY_DIR}/web
  DEPENDS ${web_sources} ${CMAKE_SOURCE_DIR}/web/index.html ${CMAKE_SOURCE_DIR}/web/package-lock.json
    ${CMAKE_SOURCE_DIR}/web/tsconfig.json ${CMAKE_SOURCE_DIR}/web/vite.config.ts
    ${CMAKE_SOURCE_DIR}/scripts/build-web ${CMAKE_SOURCE_DIR}/scripts/embed-web
  COMMENT "Building the workbench" VERBATIM)
target_sources(jindo_server PRIVATE ${web_table})
# Its bytes come by .incbin, of which neither clang-tidy nor unity builds know anything.
set_source_files_properties(${web_table} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
