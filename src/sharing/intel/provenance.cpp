// OpenSSL's Ed25519 over an object's hash; the key file; versions signed and checked.
#include "intel/provenance.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <simdjson.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>

#include "base/file.h"
#include "base/hex.h"
#include "base/json_writer.h"
#include "stix/extensions.h"

namespace jindo::intel {
namespace {
std::string signed_text(const base::Hash256& hash) { return "jindo stix object 1\n" + base::to_hex(hash); }
EVP_PKEY* pkey(void* key) { return static_cast<EVP_PKEY*>(key); }
}  // namespace

SigningKey::~SigningKey() { EVP_PKEY_free(pkey(key_)); }

base::Result<std::shared_ptr<const SigningKey>> SigningKey::open_or_make(const std::string& path) {
  std::shared_ptr<SigningKey> out(new SigningKey);
  if (!base::exists(path)) {
    EVP_PKEY* made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    if (made == nullptr) return base::machine_failed("the machine makes no Ed25519 key");
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(memory, made, nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    const std::string pem(data, static_cast<size_t>(size));
    BIO_free(memory);
    EVP_PKEY_free(made);
    const mode_t before = umask(077);
    const base::Status written = base::replace_file(path, pem);
    umask(before);
    if (!written.ok()) return written.error();
  }
  std::FILE* file = std::fopen(path.c_str(), "r");
  if (file == nullptr) return base::machine_failed(path + ": cannot be read");
  out->key_ = PEM_read_PrivateKey(file, nullptr, nullptr, nullptr);
  std::fclose(file);
  std::array<uint8_t, 32> raw{};
  size_t size = raw.size();
  if (out->key_ == nullptr || EVP_PKEY_get_raw_public_key(pkey(out->key_), raw.data(), &size) != 1 || size != 32)
    return base::bad_input(path + ": expected an Ed25519 private key, PEM");
  out->public_ = base::to_hex(raw);
  return std::shared_ptr<const SigningKey>(out);
}
std::string SigningKey::sign(std::string_view message) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::array<uint8_t, 64> out{};
  size_t size = out.size();
  CHECK(EVP_DigestSignInit(context, nullptr, nullptr, nullptr, pkey(key_)) == 1 &&
        EVP_DigestSign(context, out.data(), &size, reinterpret_cast<const uint8_t*>(message.data()), message.size()) ==
            1 &&
        size == 64);
  EVP_MD_CTX_free(context);
  return base::to_hex(out);
}

base::Result<std::string> with_extension(std::string_view json, const std::string& id, const std::string& extension) {
  simdjson::dom::parser parser;
  simdjson::dom::object from;
  if (parser.parse(json.data(), json.size()).get(from) != simdjson::SUCCESS)
    return base::bad_input("expected a JSON object");
  std::string out = "{", extensions;
  for (const auto member : from) {
    simdjson::dom::object inner;
    if (member.key == "extensions" && member.value.get(inner) == simdjson::SUCCESS) {
      for (const auto e : inner)
        if (e.key != id)
          extensions +=
              (extensions.empty() ? "" : ",") + base::json_escape(e.key) + ":" + std::string(simdjson::minify(e.value));
      continue;
    }
    out += (out.size() == 1 ? "" : ",") + base::json_escape(member.key) + ":" +
           std::string(simdjson::minify(member.value));
  }
  if (!extension.empty()) extensions += (extensions.empty() ? "" : ",") + base::json_escape(id) + ":" + extension;
  if (!extensions.empty()) out += (out.size() == 1 ? "" : ",") + std::string("\"extensions\":{") + extensions + "}";
  return out + "}";
}

base::Result<std::string> sign_object(const SigningKey& key, std::string_view json, const std::string& previous) {
  const auto extension = [&](const std::string& signature) {
    return base::json_object([&](base::JsonWriter& writer) {
      writer.field("extension_type", "property-extension");
      writer.field("key", key.public_hex());
      if (!previous.empty()) writer.field("previous", previous);
      writer.field("signature", signature);
    });
  };
  JINDO_TRY(const std::string unsigned_text, with_extension(json, stix::kSignature, extension(std::string(128, '0'))));
  JINDO_TRY(const stix::Object object, stix::parse_object(unsigned_text));
  return with_extension(json, stix::kSignature, extension(key.sign(signed_text(object.hash))));
}

const char* name_of(SignatureState state) {
  switch (state) {
    case SignatureState::kNone:
      return "none";
    case SignatureState::kValid:
      return "valid";
    case SignatureState::kUnknownKey:
      return "unknown key";
    default:
      return "wrong";
  }
}
bool check_signed(std::string_view message, const std::string& key_hex, const std::string& signature_hex) {
  std::array<uint8_t, 32> raw{};
  std::array<uint8_t, 64> signature{};
  if (!base::from_hex(key_hex, raw) || !base::from_hex(signature_hex, signature)) return false;
  EVP_PKEY* key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size());
  if (key == nullptr) return false;
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool good = EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, key) == 1 &&
                    EVP_DigestVerify(context, signature.data(), signature.size(),
                                     reinterpret_cast<const uint8_t*>(message.data()), message.size()) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return good;
}
SignatureState check_signature(const stix::Object& object) {
  if (!object.signature) return SignatureState::kNone;
  return check_signed(signed_text(object.hash), object.signature->key, object.signature->value)
             ? SignatureState::kValid
             : SignatureState::kWrong;
}
}  // namespace jindo::intel
