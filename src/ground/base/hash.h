// The hash functions of the field, by OpenSSL, and the fast one for tables and checksums, by xxHash.
// Sha256 is reusable and not thread safe; make one a thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.h"

namespace jindo::base {

using Hash256 = std::array<uint8_t, 32>;
using Hash160 = std::array<uint8_t, 20>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void reset();
  void update(Bytes bytes);
  template <class T>
  void update_value(const T& value) {
    update({reinterpret_cast<const uint8_t*>(&value), sizeof(T)});
  }
  Hash256 finish();  // and resets

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Hash256 sha256(Bytes bytes);
Hash256 sha256d(Bytes bytes);    // SHA-256 twice: bitcoin's transaction and block identifiers
Hash160 hash160(Bytes bytes);    // RIPEMD-160 of SHA-256
Hash256 keccak256(Bytes bytes);  // Keccak-256 with the original padding (0x01), as Ethereum uses; not SHA3-256

uint64_t xxh3(Bytes bytes);

class Xxh3Stream {
 public:
  Xxh3Stream();
  ~Xxh3Stream();
  Xxh3Stream(Xxh3Stream&&) noexcept;
  Xxh3Stream& operator=(Xxh3Stream&&) noexcept;
  void update(Bytes bytes);
  uint64_t digest() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jindo::base
