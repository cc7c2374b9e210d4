// A small account chain for tests: named by numbers, a block an act, with movements and one event.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "base/hash.h"
#include "ledger/ledger_writer.h"

namespace jindo::tests {
inline chain::AddressKey key(uint8_t n) {
  std::array<uint8_t, 20> bytes{};
  bytes[19] = n;
  return chain::make_key(chain::AddressKind::kAccount, bytes);
}
inline base::Hash256 id_of(uint64_t n, uint8_t kind) {
  base::Hash256 out{};
  std::memcpy(out.data(), &n, sizeof n);
  out[31] = kind;
  return out;
}

struct Move {
  chain::AddressKey asset, from, to;
  base::Uint256 amount;
};
// A chain being made: a block an act.
struct Maker {
  std::vector<chain::AccountBlock> blocks;
  void act(int64_t time, const base::Hash256& id, const std::vector<Move>& moves, const std::string& event = "",
           const base::Hash256& word = {}, uint8_t emitter = 200, const std::vector<uint8_t>& data = {},
           int words = 1) {
    chain::AccountBlock block;
    block.height = blocks.size() + 1;
    block.hash = id_of(block.height, 99);
    block.time = time;
    chain::AccountTransaction tx;
    tx.id = id;
    for (const Move& move : moves) {
      chain::AccountMovement m;
      m.asset = move.asset;
      m.from = move.from;
      m.to = move.to;
      m.amount = move.amount;
      block.movements.push_back(m);
    }
    tx.movements = static_cast<uint32_t>(moves.size());
    block.transactions.push_back(tx);
    if (!event.empty()) {
      chain::BlockNote note;
      note.topics = static_cast<uint8_t>(1 + words);
      note.contract = key(emitter);
      const auto topic = base::keccak256(base::as_bytes(event));
      block.note_bytes.assign(topic.begin(), topic.end());
      for (int i = 0; i < words; ++i) block.note_bytes.insert(block.note_bytes.end(), word.begin(), word.end());
      block.note_bytes.insert(block.note_bytes.end(), data.begin(), data.end());
      note.bytes = static_cast<uint32_t>(block.note_bytes.size());
      block.notes.push_back(note);
    }
    blocks.push_back(std::move(block));
  }
};
inline void store(const std::string& folder, const chain::Network& network,
                  const std::vector<chain::AccountBlock>& blocks, size_t portion) {
  ledger::WriterOptions options;
  options.durable = false;
  auto writer = ledger::LedgerWriter::open(folder, options);
  ASSERT_TRUE(writer.ok()) << writer.error().message;
  for (size_t at = 0; at < blocks.size(); at += portion) {
    const auto status = writer->append_account(network, {}, [&](ledger::AccountBuilder& builder) -> base::Status {
      for (size_t i = at; i < std::min(blocks.size(), at + portion); ++i) JINDO_DO(builder.add(blocks[i]));
      return {};
    });
    ASSERT_TRUE(status.ok()) << status.error().message;
  }
}

}  // namespace jindo::tests
