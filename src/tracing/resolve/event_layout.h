// EventLayout: a contract event as its Solidity declaration gives it, for reading its parameters out of topics and data
// (Solidity documentation, "Contract ABI Specification": events, static and dynamic types). Text such as
//   Deposit(address indexed to, address indexed asset, uint256 amount, string memo)
// Reading never trusts the bytes: what is not there is nullopt. Immutable once parsed; thread safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chain/address.h"
#include "ledger/notes.h"

namespace jindo::resolve {

class EventLayout {
 public:
  // Limits: 4 KiB of text, 40 parameters, tuples 4 deep.
  static base::Result<EventLayout> parse(std::string_view declaration);
  const std::string& signature() const { return signature_; }  // canonical: "Deposit(address,address,uint256,string)"
  const base::Hash256& topic() const { return topic_; }
  bool has(std::string_view parameter) const { return find(parameter) != nullptr; }

  // The event is this one: its first topic and the number of topics. What the data lacks shows when it is read.
  bool matches(const ledger::Note& note) const;
  // A value type's 32 bytes. Dynamic indexed parameters are hashes of their values, as the chain has them.
  std::optional<base::Hash256> word(const ledger::Note& note, std::string_view parameter) const;
  std::optional<base::Uint256> number(const ledger::Note& note, std::string_view parameter) const;
  // The address in a word: its last 20 bytes, if the others are zero.
  std::optional<chain::AddressKey> address(const ledger::Note& note, std::string_view parameter) const;
  // bytes or string; nullopt where offset or length point outside.
  std::optional<base::Bytes> bytes(const ledger::Note& note, std::string_view parameter) const;

 private:
  struct Parameter {
    std::string name;
    bool indexed = false;
    bool dynamic = false;
    size_t place = 0;  // topic number, or byte of the head in the data
  };
  const Parameter* find(std::string_view name) const;
  std::string signature_;
  base::Hash256 topic_{};
  std::vector<Parameter> parameters_;
  uint32_t topics_ = 1;
  size_t head_bytes_ = 0;
};

base::Uint256 number_of(const base::Hash256& word);  // big-endian
base::Hash256 word_of(const base::Uint256& number);

}  // namespace jindo::resolve
