// Planned blocks as bytes of blk files: transactions are serialised and hashed in parallel, files written in order.
#include "synth/bitcoin_encoder.h"

#include <algorithm>
#include <cstring>

#include "base/parallel.h"
#include "base/random.h"
#include "chain/script.h"

namespace jindo::synth {
namespace {
using base::append;
using base::Hash256;
using base::Status;
using Buffer = std::vector<uint8_t>;
constexpr uint64_t kBlockFileBytesMax = uint64_t{128} << 20;
constexpr size_t kPreviousBytes = 36;
constexpr size_t kKeptBytesMost = 2048;

template <class T>
void little(Buffer& out, T value) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
  out.insert(out.end(), bytes, bytes + sizeof(T));
}
void compact_size(Buffer& out, uint64_t value) {
  if (value < 0xfd) {
    out.push_back(static_cast<uint8_t>(value));
  } else if (value <= 0xffff) {
    out.push_back(0xfd);
    little(out, static_cast<uint16_t>(value));
  } else {
    out.push_back(0xfe);
    little(out, static_cast<uint32_t>(value));
  }
}
Hash256 merkle_root(std::vector<Hash256> level) {
  if (level.empty()) return {};
  while (level.size() > 1) {
    if (level.size() % 2 == 1) level.push_back(level.back());
    for (size_t i = 0; i < level.size() / 2; ++i) {
      uint8_t pair[64];
      std::memcpy(pair, level[2 * i].data(), 32);
      std::memcpy(pair + 32, level[2 * i + 1].data(), 32);
      level[i] = base::sha256d(pair);
    }
    level.resize(level.size() / 2);
  }
  return level[0];
}
}  // namespace

// A transaction without what it spends: the outpoints are put in when they are known.
struct BitcoinEncoder::Encoded {
  Buffer base;     // version, inputs, outputs, lock time: what the txid covers
  Buffer witness;  // all inputs' stacks; empty: not segwit
  std::vector<uint32_t> previous_at;
  std::string owners;
  Hash256 id{};

  void full(Buffer& out) const {  // BIP 144: marker and flag behind the version, stacks before the lock time
    if (witness.empty()) {
      append(out, base);
      return;
    }
    append(out, jindo::base::Bytes(base).first(4));
    out.push_back(0);
    out.push_back(1);
    append(out, jindo::base::Bytes(base).subspan(4, base.size() - 8));
    append(out, witness);
    append(out, jindo::base::Bytes(base).last(4));
  }
};

// A block but for its header.
struct BitcoinEncoder::EncodedBlock {
  Hash256 merkle{};
  Buffer body;
  std::string owners;
};

BitcoinEncoder::BitcoinEncoder(BitcoinFilesOptions options, const OwnerNames& owners)
    : options_(std::move(options)), owners_(owners) {}

BitcoinEncoder::~BitcoinEncoder() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Status BitcoinEncoder::open() {
  JINDO_DO(base::make_folders(options_.folder));
  if (options_.obfuscate) {
    const uint64_t word = base::mix(options_.seed, 0x786f72);
    std::memcpy(key_.data(), &word, 8);
    JINDO_TRY(base::FileWriter writer, base::FileWriter::create(options_.folder + "/xor.dat"));
    JINDO_DO(writer.append(key_));
    JINDO_DO(writer.close(true));
  }
  JINDO_TRY(owners_file_, base::FileWriter::create(options_.owners_path, size_t{1} << 20));
  JINDO_DO(owners_file_.append(base::as_bytes(OwnerNames::kHeader)));
  thread_ = std::thread([this] { work(); });
  return {};
}

Status BitcoinEncoder::drain(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [this] { return !has_waiting_; });
  return status_;
}

Status BitcoinEncoder::submit(std::vector<PlannedBlock> batch) {
  if (batch.empty()) return {};
  std::unique_lock<std::mutex> lock(mutex_);
  JINDO_DO(drain(lock));
  waiting_ = std::move(batch);
  has_waiting_ = true;
  lock.unlock();
  changed_.notify_all();
  return {};
}

Status BitcoinEncoder::finish() {
  std::unique_lock<std::mutex> lock(mutex_);
  JINDO_DO(drain(lock));
  changed_.wait(lock, [this] { return !busy_; });
  JINDO_DO(status_);
  stop_ = true;
  lock.unlock();
  changed_.notify_all();
  thread_.join();
  if (file_open_) JINDO_DO(file_.close(true));
  JINDO_DO(owners_file_.close(true));
  return base::sync_folder(options_.folder);
}

chain::TxId BitcoinEncoder::id(uint64_t number) {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [&] { return kept_.count(number) != 0 || !status_.ok() || (!has_waiting_ && !busy_); });
  const auto found = kept_.find(number);
  CHECK(found != kept_.end() || !status_.ok());
  return found == kept_.end() ? chain::TxId{} : found->second;
}

bool BitcoinEncoder::has_id(uint64_t number) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return kept_.count(number) != 0;
}

void BitcoinEncoder::work() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return has_waiting_ || stop_; });
    if (!has_waiting_) return;
    std::vector<PlannedBlock> batch = std::move(waiting_);
    has_waiting_ = false;
    busy_ = true;
    lock.unlock();
    changed_.notify_all();
    const Status status = encode(batch);
    lock.lock();
    busy_ = false;
    if (!status.ok()) status_ = status;
    changed_.notify_all();
  }
}

// Scripts and addresses: the dear part, and independent of one another.
void BitcoinEncoder::encode_scripts(const PlannedBlock& block, size_t t, Encoded& out) const {
  const PlannedTransaction& tx = block.transactions[t];
  if (out.base.capacity() + out.witness.capacity() > kKeptBytesMost) out = {};  // else every slot grows to the largest
  out.base.clear();
  out.witness.clear();
  out.previous_at.clear();
  out.owners.clear();
  thread_local Buffer script, witness;
  bool segwit = false;
  little(out.base, int32_t{2});
  if (t == 0) {
    compact_size(out.base, 1);
    out.base.insert(out.base.end(), 32, 0);
    little(out.base, UINT32_MAX);
    const Buffer height{3, static_cast<uint8_t>(block.height), static_cast<uint8_t>(block.height >> 8),
                        static_cast<uint8_t>(block.height >> 16)};  // BIP 34
    compact_size(out.base, height.size());
    append(out.base, height);
    little(out.base, UINT32_MAX);
  } else {
    compact_size(out.base, tx.inputs);
    for (uint32_t i = 0; i < tx.inputs; ++i) {
      const PlannedInput& in = block.inputs[tx.first_input + i];
      spend_scripts(options_.seed, in.key, in.kind, base::mix(tx.number, i), script, witness);
      out.previous_at.push_back(static_cast<uint32_t>(out.base.size()));
      out.base.insert(out.base.end(), kPreviousBytes, 0);
      compact_size(out.base, script.size());
      append(out.base, script);
      little(out.base, tx.lock_time != 0 ? UINT32_MAX - 1 : UINT32_MAX - 2);
      if (witness.empty()) witness.push_back(0);
      segwit = segwit || witness.size() > 1;
      append(out.witness, witness);
    }
    if (!segwit) out.witness.clear();
  }
  compact_size(out.base, tx.outputs + (t == 0 ? 1 : 0));
  for (uint32_t o = 0; o < tx.outputs; ++o) {
    const PlannedOutput& planned = block.outputs[tx.first_output + o];
    if (planned.script_bytes > 0) {
      script.assign(block.bytes.begin() + planned.script_at,
                    block.bytes.begin() + planned.script_at + planned.script_bytes);
    } else {
      output_script(options_.seed, planned.key, planned.kind, script);
    }
    little(out.base, planned.value);
    compact_size(out.base, script.size());
    append(out.base, script);
    if (planned.first_use && planned.slot != kNoSlot) {
      const chain::ScriptOwner owner = chain::classify_script(script);
      owners_.append_row(options_.network->name, chain::format_address(*options_.network, owner.key), planned.owner,
                         planned.role, out.owners);
    }
  }
  if (t != 0) little(out.base, tx.lock_time);
}

void BitcoinEncoder::take_outputs(const PlannedBlock& block, const PlannedTransaction& tx, const Hash256& id) {
  for (uint32_t o = 0; o < tx.outputs; ++o) {
    const uint32_t slot = block.outputs[tx.first_output + o].slot;
    if (slot == kNoSlot) continue;
    if (slot >= outpoints_.size()) outpoints_.resize(std::max<size_t>(slot + 1, outpoints_.size() * 5 / 4));
    outpoints_[slot] = {id, o};
  }
  if (tx.keep_id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    kept_[tx.number] = id;
  }
}

// Everything of a block but what its header says of the block before: witness identifiers, the coinbase's commitment
// (BIP 141: SHA256d of the root and 32 reserved zero bytes), both merkle roots, the bytes.
void BitcoinEncoder::assemble(const PlannedBlock& block, Encoded* txs, EncodedBlock& out) const {
  const size_t count = block.transactions.size();
  std::vector<Hash256> ids(count);
  Buffer whole;
  for (size_t t = 1; t < count; ++t) {
    if (txs[t].witness.empty()) {
      ids[t] = txs[t].id;
      continue;
    }
    whole.clear();
    txs[t].full(whole);
    ids[t] = base::sha256d(whole);
  }
  uint8_t commitment[64] = {};
  const Hash256 witness_root = merkle_root(ids);
  std::memcpy(commitment, witness_root.data(), 32);
  Encoded& coinbase = txs[0];
  little(coinbase.base, uint64_t{0});
  append(coinbase.base, std::array<uint8_t, 7>{0x26, 0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed});
  append(coinbase.base, base::sha256d(commitment));
  little(coinbase.base, uint32_t{0});
  coinbase.witness.assign(34, 0);
  coinbase.witness[0] = 1;
  coinbase.witness[1] = 32;
  coinbase.id = base::sha256d(coinbase.base);
  for (size_t t = 0; t < count; ++t) ids[t] = txs[t].id;
  out.merkle = merkle_root(ids);
  out.body.clear();
  out.owners.clear();
  compact_size(out.body, count);
  for (size_t t = 0; t < count; ++t) {
    txs[t].full(out.body);
    out.owners += txs[t].owners;
  }
}

Status BitcoinEncoder::encode(const std::vector<PlannedBlock>& batch) {
  std::vector<size_t> first(batch.size() + 1);
  for (size_t b = 0; b < batch.size(); ++b) first[b + 1] = first[b] + batch[b].transactions.size();
  if (scratch_.size() < first.back()) scratch_.resize(first.back());
  if (blocks_.size() < batch.size()) blocks_.resize(batch.size());
  constexpr size_t kGrain = 256;
  JINDO_DO(base::parallel_for((first.back() + kGrain - 1) / kGrain, options_.threads, [&](size_t g) -> Status {
    size_t b = static_cast<size_t>(std::upper_bound(first.begin(), first.end(), g * kGrain) - first.begin()) - 1;
    for (size_t i = g * kGrain; i < std::min(first.back(), (g + 1) * kGrain); ++i) {
      while (i >= first[b + 1]) ++b;
      encode_scripts(batch[b], i - first[b], scratch_[i]);
    }
    return {};
  }));
  // Identifiers, in order: a transaction may spend what one before it in its block made. Coinbases are not spent within
  // a batch (they mature after 100 blocks), so theirs can wait.
  for (size_t b = 0; b < batch.size(); ++b) {
    for (size_t t = 1; t < batch[b].transactions.size(); ++t) {
      Encoded& out = scratch_[first[b] + t];
      const PlannedTransaction& tx = batch[b].transactions[t];
      for (uint32_t i = 0; i < tx.inputs; ++i) {
        const Outpoint& previous = outpoints_[batch[b].inputs[tx.first_input + i].slot];
        std::memcpy(out.base.data() + out.previous_at[i], previous.id.data(), 32);
        std::memcpy(out.base.data() + out.previous_at[i] + 32, &previous.index, 4);
      }
      out.id = base::sha256d(out.base);
      take_outputs(batch[b], tx, out.id);
    }
  }
  JINDO_DO(base::parallel_for(batch.size(), options_.threads, [&](size_t b) -> Status {
    assemble(batch[b], scratch_.data() + first[b], blocks_[b]);
    return {};
  }));
  for (size_t b = 0; b < batch.size(); ++b) {
    take_outputs(batch[b], batch[b].transactions.front(), scratch_[first[b]].id);
    Buffer header;
    header.reserve(80);
    little(header, uint32_t{0x20000000});
    append(header, tip_);
    append(header, blocks_[b].merkle);
    little(header, static_cast<uint32_t>(batch[b].time));
    little(header, uint32_t{0x1d00ffff});
    little(header, static_cast<uint32_t>(base::mix(options_.seed, batch[b].height)));
    tip_ = base::sha256d(header);
    JINDO_DO(owners_file_.append(base::as_bytes(blocks_[b].owners)));
    JINDO_DO(write_block(header, blocks_[b].body));
  }
  return {};
}

Status BitcoinEncoder::write_block(const Buffer& header, const Buffer& body) {
  const size_t size = header.size() + body.size();
  if (!file_open_ || file_.size() + size + 8 > kBlockFileBytesMax) {
    if (file_open_) JINDO_DO(file_.close(true));
    char name[32];
    std::snprintf(name, sizeof name, "/blk%05u.dat", file_number_++);
    JINDO_TRY(file_, base::FileWriter::create(options_.folder + name, size_t{1} << 20));
    file_open_ = true;
  }
  Buffer prefix;
  append(prefix, options_.network->magic);
  little(prefix, static_cast<uint32_t>(size));
  bytes_written_ += prefix.size() + size;
  if (!options_.obfuscate) {
    JINDO_DO(file_.append(prefix));
    JINDO_DO(file_.append(header));
    return file_.append(body);
  }
  append(prefix, header);
  append(prefix, body);
  const uint64_t offset = file_.size();
  for (size_t i = 0; i < prefix.size(); ++i) prefix[i] ^= key_[(offset + i) % 8];
  return file_.append(prefix);
}
}  // namespace jindo::synth
