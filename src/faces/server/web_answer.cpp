// A file of the workbench as an answer: gzipped where the browser takes it, 304 where it has it.
#include "server/web_assets.h"

namespace jindo::server {
namespace {
// Scripts, styles, pictures, requests: from this server and nowhere else; nothing inline; in nobody's frame. Pictures
// may also be made by the page itself (exports: blob:, data:).
constexpr const char* kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'";
}  // namespace

std::optional<net::Response> web_answer(const net::Request& request) {
  if (request.method != "GET") return std::nullopt;
  const std::string_view path = request.path == "/" ? std::string_view("/index.html") : std::string_view(request.path);
  for (const WebAsset& asset : web_assets()) {
    if (asset.path != path) continue;
    net::Response out;
    out.no_store = false;
    out.content_type = asset.type;
    out.headers = {{"ETag", std::string(asset.etag)},
                   {"Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache"},
                   {"Vary", "Accept-Encoding"},
                   {"Content-Security-Policy", kContentPolicy},
                   {"Referrer-Policy", "no-referrer"},
                   {"Cross-Origin-Opener-Policy", "same-origin"},
                   {"Cross-Origin-Resource-Policy", "same-origin"},
                   {"X-Frame-Options", "DENY"},
                   {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"}};
    if (request.if_none_match == asset.etag) {
      out.status = 304;
      return out;
    }
    const bool gzip = !asset.gzip.empty() && request.accept_encoding.find("gzip") != std::string_view::npos;
    if (gzip) out.headers.emplace_back("Content-Encoding", "gzip");
    out.body = gzip ? asset.gzip : asset.plain;
    return out;
  }
  return std::nullopt;
}
}  // namespace jindo::server
