// Every version received, checked again: its text against its hash, the chain of all, signatures, predecessors.
#include "base/hex.h"
#include "intel/provenance.h"
#include "intel/store.h"

namespace jindo::intel {
base::Result<Store::Verified> Store::verify() {
  Verified out;
  std::string chain;
  std::map<std::string, std::set<std::string>> hashes;  // of each object's versions so far
  const auto known = directory();
  for (int64_t after = 0;;) {
    JINDO_TRY(const auto versions, versions_after(after, 1000));
    if (versions.empty()) break;
    for (const Version& v : versions) {
      after = v.number;
      const std::string where = path_ + ": version " + std::to_string(v.number) + " (" + v.object + ")";
      if (v.number != static_cast<int64_t>(++out.versions))
        return base::answer_no(where + ": one before it is missing");
      auto object = stix::parse_object(v.json);
      if (!object.ok()) return base::answer_no(where + ": " + object.error().message);
      const std::string body = base::to_hex(base::sha256(base::as_bytes(v.json)));
      chain = base::to_hex(base::sha256(
          base::as_bytes(chain + "\n" + std::to_string(v.number) + "\n" + v.object + "\n" + v.owner + "\n" + body)));
      if (chain != v.chain)
        return base::answer_no(where + ": it, or one before it, was changed: the chain breaks here");
      if (base::to_hex(object->hash) != v.hash || object->id != v.object)
        return base::answer_no(where + ": its columns and its text differ");
      switch (check_signature(*object)) {
        case SignatureState::kNone:
          ++out.unsigned_ones;
          break;
        case SignatureState::kWrong:
          return base::answer_no(where + ": its signature does not fit");
        default: {
          const auto signer = known->key_owner.find(object->signature->key);
          ++(signer == known->key_owner.end() ? out.unknown_key : out.signed_valid);
          if (!object->signature->previous.empty())
            ++(hashes[v.object].count(object->signature->previous) != 0 ? out.linked : out.gaps);
        }
      }
      hashes[v.object].insert(v.hash);
    }
  }
  out.head = chain;
  return out;
}
}  // namespace jindo::intel
