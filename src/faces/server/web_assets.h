// The workbench's files, built from web/ and kept inside the program: /, its scripts, styles and pictures. The table is
// written by scripts/embed-web (cmake/Workbench.cmake).
#pragma once

#include <span>
#include <string_view>

#include "net/http.h"

namespace jindo::server {

struct WebAsset {
  std::string_view path;   // "/assets/index-4f2a.js"
  std::string_view type;   // media type
  std::string_view etag;   // quoted
  bool immutable = false;  // its name changes with its content
  std::string_view plain, gzip;
};
std::span<const WebAsset> web_assets();
// The answer to a GET of one of them; nullopt where there is none at this path.
std::optional<net::Response> web_answer(const net::Request& request);

}  // namespace jindo::server
