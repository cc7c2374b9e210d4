// The schemas of the OpenAPI document: JSON files beside this header, kept inside the program. The tables are written
// by scripts/embed-schemas (cmake/Schemas.cmake). Answers stay open to more fields; what is sent in does not.
#pragma once

#include <span>
#include <string_view>

namespace jindo::server {

struct Schema {
  std::string_view name;  // of a route's body or answer; or of a query parameter
  std::string_view json;  // without blanks
};
std::span<const Schema> schemas();            // schemas/NAME.json, by name
std::span<const Schema> parameter_schemas();  // parameters.json, by name
// The JSON of this name; "" where there is none.
std::string_view find_schema(std::span<const Schema> table, std::string_view name);

}  // namespace jindo::server
