// A trace that goes on: run to the ledger's tip once, then on with each commit that only adds blocks. After any number
// of steps it is what run() gives on the same ledger, byte for byte (tests/property_live_test.cpp). Where blocks were
// taken back, or links appeared that reach into what ran already, it has to start again: go_on() says so. Not
// thread safe; the ledger that it last saw is kept.
#pragma once

#include <memory>

#include "trace/trace.h"

namespace jindo::trace {

class LiveTrace {
 public:
  // Errors as run(). Services, resolver and observer of the options must outlive it.
  static base::Result<std::unique_ptr<LiveTrace>> start(std::shared_ptr<const ledger::Ledger> ledger,
                                                        std::vector<Source> sources, const Options& options);
  ~LiveTrace();
  // True: it is at the grown ledger's tip. False: start again; this one is of no use any more.
  bool go_on(std::shared_ptr<const ledger::Ledger> grown);
  // Unconfirmed transactions, parents before children: what each would bring to its outputs, or to the receiver of a
  // payment on an account chain (by what the payer holds now).
  void forget_previews();
  void preview(const chain::Network& network, const PendingTransaction& transaction, std::vector<PendingArrival>& out);
  void preview_payment(const chain::Network& network, const chain::AddressKey& from, const chain::AddressKey& asset,
                       const base::Uint256& amount, std::vector<PendingArrival>& out);
  // As run() would give it now; the trace can go on after. Terminals must be kept.
  base::Result<Result> result() const;
  base::Result<Result> take_result();
  const std::vector<ChainState>& chains() const;
  const Result& running() const;  // totals, names; holdings are not in it

 private:
  struct State;
  explicit LiveTrace(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace jindo::trace
