// OpenSSL and xxHash behind one interface.
#include "base/hash.h"

#include <openssl/evp.h>
#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

#include "base/check.h"

namespace jindo::base {
namespace {
// Fetched once: OpenSSL 3's implicit fetch costs more than the hash of a transaction.
const EVP_MD* sha256_method() {
  static const EVP_MD* method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CHECK(method != nullptr);
  return method;
}
const EVP_MD* ripemd160_method() {
  static const EVP_MD* method = EVP_MD_fetch(nullptr, "RIPEMD160", nullptr);
  CHECK(method != nullptr);
  return method;
}
struct Context {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  Context() { CHECK(context != nullptr); }
  ~Context() { EVP_MD_CTX_free(context); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};
void digest(const EVP_MD* method, Bytes bytes, uint8_t* out) {
  thread_local Context context;
  unsigned size = 0;
  CHECK(EVP_DigestInit_ex2(context.context, method, nullptr) == 1);
  CHECK(EVP_DigestUpdate(context.context, bytes.data(), bytes.size()) == 1);
  CHECK(EVP_DigestFinal_ex(context.context, out, &size) == 1);
}
}  // namespace

struct Sha256::State {
  Context context;
};
Sha256::Sha256() : state_(std::make_unique<State>()) { reset(); }
Sha256::~Sha256() = default;
void Sha256::reset() { CHECK(EVP_DigestInit_ex2(state_->context.context, sha256_method(), nullptr) == 1); }
void Sha256::update(Bytes bytes) { CHECK(EVP_DigestUpdate(state_->context.context, bytes.data(), bytes.size()) == 1); }
Hash256 Sha256::finish() {
  Hash256 out;
  unsigned size = 0;
  CHECK(EVP_DigestFinal_ex(state_->context.context, out.data(), &size) == 1);
  reset();
  return out;
}

Hash256 sha256(Bytes bytes) {
  Hash256 out;
  digest(sha256_method(), bytes, out.data());
  return out;
}
Hash256 sha256d(Bytes bytes) {
  Hash256 out;
  digest(sha256_method(), bytes, out.data());
  digest(sha256_method(), out, out.data());
  return out;
}
Hash160 hash160(Bytes bytes) {
  const Hash256 first = sha256(bytes);
  Hash160 out;
  digest(ripemd160_method(), first, out.data());
  return out;
}

uint64_t xxh3(Bytes bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

struct Xxh3Stream::State {
  XXH3_state_t* state = XXH3_createState();
};
Xxh3Stream::Xxh3Stream() : state_(std::make_unique<State>()) {
  CHECK(state_->state != nullptr);
  XXH3_64bits_reset(state_->state);
}
Xxh3Stream::~Xxh3Stream() {
  if (state_) XXH3_freeState(state_->state);
}
Xxh3Stream::Xxh3Stream(Xxh3Stream&&) noexcept = default;
Xxh3Stream& Xxh3Stream::operator=(Xxh3Stream&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}
void Xxh3Stream::update(Bytes bytes) { XXH3_64bits_update(state_->state, bytes.data(), bytes.size()); }
uint64_t Xxh3Stream::digest() const { return XXH3_64bits_digest(state_->state); }
}  // namespace jindo::base
