// Any bytes as an OpenPGP message: the reader ends with a value or an error, whatever they are.
#include "intel/openpgp.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jindo;
  static const auto key = [] {
    auto made = intel::MailKey::open_or_make("/tmp/jindo-fuzz-mail-key.asc", "fuzz");
    if (!made.ok()) __builtin_trap();
    return std::move(*made);
  }();
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)intel::is_mail(text);
  (void)intel::mail_fingerprint("fuzz", text);
  (void)key->decrypt(text, {{"own", key->public_key()}}, size_t{1} << 20);
  if (size < 2 || size > 4096) return 0;
  // What is changed on its way is refused, or is what was written.
  const auto mail = key->encrypt(text, {{"own", key->public_key()}});
  if (!mail.ok()) __builtin_trap();
  std::string changed = *mail;
  changed[(data[0] * 256U + data[1]) % changed.size()] ^= 1;
  const auto opened = key->decrypt(changed, {{"own", key->public_key()}}, size_t{1} << 20);
  if (opened.ok() && opened->text != text) __builtin_trap();
  return 0;
}
