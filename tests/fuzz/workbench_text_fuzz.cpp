// What people and browsers send the workbench as text: what is searched for, where a page goes on, cookies.
#include "chain/address.h"
#include "server/sessions.h"
#include "workbench/movement_walk.h"
#include "workbench/spelling.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string plain = workbench::trimmed(text);
  if (workbench::trimmed(plain) != plain) __builtin_trap();
  const auto spellings = workbench::spellings_of(plain);
  if (spellings.empty() || spellings.size() > 8 || spellings.front().text != plain) __builtin_trap();
  for (const workbench::Spelling& spelling : spellings)
    for (const chain::Network& network : chain::networks()) {
      const auto key = chain::parse_address(network, spelling.text);
      // What was found in a text is found again as the chain writes it.
      if (key.ok() && !key->is_none() && !chain::parse_address(network, chain::format_address(network, *key)).ok())
        __builtin_trap();
    }
  for (const auto model : {chain::LedgerModel::kAccount, chain::LedgerModel::kUtxo})
    if (const auto place = workbench::parse_place(model, text)) {
      const auto again = workbench::parse_place(model, workbench::write_place(model, *place));
      if (!again || again->movement != place->movement || again->output != place->output ||
          again->input != place->input)
        __builtin_trap();
    }
  static server::Sessions sessions("jindo-fuzz");
  net::Request request;
  request.method = "POST";
  request.cookie = text;
  request.origin = text;
  request.host = "127.0.0.1:8650";
  if (sessions.find(request, 1)) __builtin_trap();  // nobody signed in
  (void)sessions.end(request);
  if (server::from_own_page(request) && text.find("127.0.0.1:8650") == std::string::npos) __builtin_trap();
  return 0;
}
