// What others' objects say of wallets, into the tags that answers and traces read, and out of them when it is withdrawn
// or changed. Only what this organisation's clients may see too: tags are in every answer. Page by page,
// by a thread of its own that gives way, so that a flood of indicators keeps no incident and no reader waiting.
#include <algorithm>
#include <chrono>

#include "base/file.h"
#include "base/json_writer.h"
#include "base/parallel.h"
#include "federation/sharing.h"
#include "intel/wallet_tags.h"

namespace jindo::federation {
namespace {
using base::Status;
// Those that speak of wallets, and those whose names they carry.
const std::vector<std::string> kSpeaking = {
    "indicator", "relationship", "cryptocurrency-wallet", "threat-actor", "intrusion-set", "campaign",
    "malware",   "tool",         "infrastructure",        "identity"};
}  // namespace

struct Sharing::TagChanges {
  attribution::TagBatch said;
  std::vector<std::string> looked;           // objects whose tags are to be those in `said`, no others
  std::map<std::string, std::string> maker;  // of observables: only its maker's tags are looked at
};

Status Sharing::look_at_tags(const intel::Version& version, TagChanges& changes) {
  const auto directory = store_->directory();
  const auto maker = directory->organisations.find(version.owner);
  if (maker == directory->organisations.end() || !acted_on(version)) return {};
  const auto reader = directory->least_of_ours();
  if (!reader) return {};
  const auto audiences = store_->audiences();
  const auto find = [&](const std::string& id) -> std::optional<std::string> {
    const auto versions = store_->versions_of(id);
    if (!versions.ok()) return std::nullopt;
    for (size_t i = versions->size(); i-- > 0;) {
      const intel::Version& v = (*versions)[i];
      if (v.deleted || !audiences->sees(v.audience, *reader)) continue;
      return v.revoked ? std::nullopt : std::optional(v.json);
    }
    return std::nullopt;
  };
  JINDO_TRY(const stix::Object object, stix::parse_object(version.json));
  intel::WalletTags tags;
  if (!version.revoked) tags = intel::wallet_tags(object, maker->second, audiences->tlp(version.audience), find);
  if (tags.speaks || version.revoked || version.type == "relationship" || version.type == "indicator") {
    changes.looked.push_back(version.object);
    if (stix::is_observable(version.type)) changes.maker[version.object] = maker->second.name;
  }
  for (const attribution::Refusal& refusal : tags.batch.refused)
    say("info", "not_tagged",
        "\"object\":" + base::json_escape(refusal.place) + ",\"address\":" + base::json_escape(refusal.subject) +
            ",\"problem\":" + base::json_escape(refusal.reason));
  for (attribution::Tag& tag : tags.batch.tags) changes.said.tags.push_back(std::move(tag));
  return {};
}
Status Sharing::apply_tags(TagChanges& changes) {
  if (changes.looked.empty()) return {};
  std::set<base::Hash256> said;
  for (const attribution::Tag& tag : changes.said.tags) said.insert(attribution::identity_of(tag));
  // Those said before and no more.
  const std::string records = node_->records_path();
  std::vector<std::pair<int64_t, std::string>> gone;  // tag, object
  std::set<std::string> marks;
  if (base::exists(records)) {
    JINDO_TRY(const auto store, attribution::TagStore::open(records, records::Database::Access::kRead));
    for (const std::string& object : changes.looked) {
      if (tagged_.count(object) == 0) continue;
      JINDO_TRY(const auto before, store.tags_from(attribution::kSharedTags, object));
      const auto maker = changes.maker.find(object);
      for (const attribution::Tag& tag : before) {
        if (tag.withdrawal || said.count(attribution::identity_of(tag)) != 0 ||
            (maker != changes.maker.end() && maker->second != tag.author))
          continue;
        gone.emplace_back(tag.id, object);
        marks.insert("tag:" + object);
        marks.insert("category:" + std::string(attribution::name_of(tag.category)));
      }
    }
  }
  if (gone.empty() && changes.said.tags.empty()) return {};
  for (const attribution::Tag& tag : changes.said.tags) tagged_.insert(tag.source);
  return node_->change_tags({marks.begin(), marks.end()}, [&](attribution::TagStore& store, int64_t at) -> Status {
    for (const auto& [tag, object] : gone)
      JINDO_DO(store.withdraw(tag, at, "sharing", object + " was changed or withdrawn"));
    attribution::ImportOptions options;
    options.collection = attribution::kSharedTags;
    options.as_of = at;
    options.partial = true;
    options.now = at;
    JINDO_TRY(const auto summary, store.import(changes.said, options));
    if (summary.added > 0) say("info", "tagged", "\"tags\":" + std::to_string(summary.added));
    return {};
  });
}
Status Sharing::load_tagged() {
  const std::string records = node_->records_path();
  if (!base::exists(records)) return {};
  JINDO_TRY(const auto store, attribution::TagStore::open(records, records::Database::Access::kRead));
  return store.each([&](attribution::Tag&& tag) -> Status {
    if (tag.collection == attribution::kSharedTags) tagged_.insert(tag.source);
    return {};
  });
}
void Sharing::keep_tags() {
  base::give_way(10);
  int64_t position = 0;
  while (!stopping_) {
    const int64_t newest = store_->wait_beyond(position, 50);
    if (newest <= position) continue;
    const Status tagged = take_in_tags();
    if (tagged.ok()) {
      position = newest;
      continue;
    }
    say("error", "take_in", "\"problem\":" + base::json_escape(tagged.error().message));
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
}
Status Sharing::take_in_tags() {
  const auto directory = store_->directory();
  const auto reader = directory->least_of_ours();
  if (!reader) return {};
  for (const auto& [id, collection] : directory->collections) {
    JINDO_TRY(const std::string kept, store_->fact(place_of("tagged", id)));
    intel::Query query;
    query.after = kept.empty() ? 0 : std::strtoll(kept.c_str(), nullptr, 10);
    query.types = kSpeaking;
    query.limit = 100;  // their texts are in memory together, up to 4 MiB each
    for (;;) {
      JINDO_TRY(const intel::Page page, store_->page(collection, *reader, query));
      if (page.items.empty()) break;
      TagChanges changes;
      for (const intel::Item& item : page.items) {
        const bool named =
            item.type != "indicator" && item.type != "relationship" && item.type != "cryptocurrency-wallet";
        // Most say nothing of wallets and never did: they cost no look-up.
        if (!named && item.json.find("cryptocurrency-wallet") == std::string::npos && tagged_.count(item.object) == 0)
          continue;
        if (!named) {
          JINDO_TRY(const auto version, store_->version(item.number));
          if (version) JINDO_DO(look_at_tags(*version, changes));
        }
        if (item.type == "indicator" || item.type == "relationship") continue;
        // What it is called, or that it is withdrawn, is said by those that name it.
        JINDO_TRY(const auto naming, store_->naming(item.object));
        for (const intel::Version& v : naming)
          if (v.type == "relationship" && !v.revoked) JINDO_DO(look_at_tags(v, changes));
      }
      JINDO_DO(apply_tags(changes));
      query.after = page.items.back().position;
      JINDO_DO(store_->set_fact(place_of("tagged", id), std::to_string(query.after)));
      if (!page.more || stopping_) break;
    }
  }
  return {};
}
}  // namespace jindo::federation
