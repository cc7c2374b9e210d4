// Signatures over objects: Ed25519 (RFC 8032) over the hash of the canonical form (RFC 8785), with the hash of the
// version before it, so that the holder of two versions can see that nothing was put between them. The private key is
// a PEM file that only its owner may read.
#pragma once

#include <memory>
#include <string>

#include "stix/object.h"

namespace jindo::intel {

class SigningKey {
 public:
  // Makes the file where it is not there.
  static base::Result<std::shared_ptr<const SigningKey>> open_or_make(const std::string& path);
  ~SigningKey();
  const std::string& public_hex() const { return public_; }
  std::string sign(std::string_view message) const;  // 128 hex digits

 private:
  SigningKey() = default;
  void* key_ = nullptr;
  std::string public_;
};

// Ed25519: whether the signature (hex) over the message is the key's (hex).
bool check_signed(std::string_view message, const std::string& key, const std::string& signature);
// The object with the signature extension; `previous`: hash of the version before it, hex, "" for the first.
base::Result<std::string> sign_object(const SigningKey& key, std::string_view json, const std::string& previous);
enum class SignatureState : uint8_t { kNone, kValid, kUnknownKey, kWrong };
const char* name_of(SignatureState state);
// kUnknownKey does not come from here: whose key it is, the directory knows.
SignatureState check_signature(const stix::Object& object);
// The object's text with one more entry in its extensions (in place of one of the same name).
base::Result<std::string> with_extension(std::string_view json, const std::string& id, const std::string& extension);

}  // namespace jindo::intel
