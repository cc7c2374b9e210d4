// Events of EVM chains and Tron, from an export's row to parts of fixed size, and the text that a call's input may be.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "decode/evm_rows.h"

namespace jindo::decode {

const base::Hash256& transfer_topic();  // Transfer(address,address,uint256)
const base::Hash256& approval_topic();  // Approval(address,address,uint256)

// A token's Transfer: the event's name and three words, however many of them are indexed (ERC-20 indexes two; older
// tokens none). All three indexed is an NFT's (ERC-721): its third word is an id, no amount.
enum class TransferShape { kNone, kAmount, kNft, kOther };  // kOther: of that name, and not three words
TransferShape transfer_shape(std::span<const base::Hash256> topics, uint64_t data_size);
// Of the shapes kAmount and kNft. An address is a word's last 20 bytes.
void take_transfer(std::span<const base::Hash256> topics, base::Bytes data, Account20& from, Account20& to,
                   base::Uint256& value);
base::Uint256 abi_number(base::Bytes word);  // 32 bytes, big endian
// Hands out the parts of an event. `row` has everything but topics and data.
base::Status emit_log(EvmLogRow row, const std::vector<base::Hash256>& topics, base::Bytes data,
                      const std::function<base::Status(const EvmLogRow&)>& sink);

// What an input says to people and routers: its text, if all of it is printable ASCII (3 bytes and more), or the memo
// in the arguments of a call to a THORChain router (deposit, depositWithExpiry, transferOut). Into the row.
void take_call_text(base::Bytes input, EvmTransactionRow& row);

// The string at argument `index` (from 0) of ABI-encoded arguments; empty where there is none (Solidity's ABI
// specification, "Use of dynamic types").
base::Bytes abi_bytes(base::Bytes arguments, size_t index);

}  // namespace jindo::decode
