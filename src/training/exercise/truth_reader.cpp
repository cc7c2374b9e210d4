// The answer key read back from answers/truth.json (docs/formats/exercise.md), with its limits.
#include <algorithm>

#include "base/file.h"
#include "decode/json_fields.h"
#include "exercise/score.h"

namespace jindo::exercise {
namespace {
using base::bad_input;
using base::Status;
using decode::JsonFields;
constexpr size_t kTruthBytesMax = size_t{3} << 30;

constexpr uint64_t kUsdMicroMost = 1'000'000'000'000'000'000;  // a trillion dollars

class TruthReader {
 public:
  explicit TruthReader(Truth& out) : out_(out) {}
  Status read(const JsonFields& root) {
    JINDO_TRY(const auto format, root.text("format"));
    if (format != "jindo-truth-1")
      return bad_input("'format' is '" + std::string(format.substr(0, 40)) + "'; this program reads jindo-truth-1");
    JINDO_TRY(const auto scenario, root.text("scenario"));
    out_.scenario = scenario;
    JINDO_DO(each(root, "stolen", [&](const JsonFields& row) { return stolen(row); }));
    JINDO_DO(each(root, "holders", [&](const JsonFields& row) { return holder(row); }));
    JINDO_DO(each(root, "links", [&](const JsonFields& row) { return link(row); }));
    JINDO_DO(each(root, "steps", [&](const JsonFields& row) { return step(row); }));
    JINDO_DO(each(root, "trail", [&](const JsonFields& row) -> Status {
      JINDO_TRY(const auto chain, row.text("chain"));
      JINDO_TRY(const auto to, row.text("to"));
      out_.on_the_way.push_back(std::string(chain) + " " + std::string(to));
      // As far as the chain leads: nothing before it, nor it itself, is only inferred or the thief's to know.
      JINDO_TRY(const auto id, row.text("transaction"));
      JINDO_TRY(const auto knowable, row.text("knowable"));
      bool led = true;
      if (row.has("parent")) {
        JINDO_TRY(const uint64_t parent, row.u64("parent"));
        if (parent >= led_.size()) return bad_input("'parent': expected an earlier row");
        led = led_[parent];
      }
      // One knows that value went into a joint transaction, if not what came out of it for whom.
      const std::string key = std::string(chain) + " " + std::string(id);
      const bool joint =
          std::binary_search(out_.techniques["coinjoin"].begin(), out_.techniques["coinjoin"].end(), key);
      if (led && (knowable == "exact" || joint)) out_.reachable.push_back(key);
      led_.push_back(led && knowable == "exact");
      return {};
    }));
    std::sort(out_.reachable.begin(), out_.reachable.end());
    out_.reachable.erase(std::unique(out_.reachable.begin(), out_.reachable.end()), out_.reachable.end());
    std::sort(out_.on_the_way.begin(), out_.on_the_way.end());
    JINDO_TRY(const auto owners, root.array("owners"));
    for (const simdjson::dom::element element : owners) {
      std::string_view name;
      if (element.get(name) != simdjson::SUCCESS || name.find('/') != std::string_view::npos)
        return bad_input("'owners': expected file names");
      out_.owner_files.push_back(out_.folder + "/" + std::string(name));
    }
    return {};
  }

 private:
  template <class Row>
  Status each(const JsonFields& parent, const char* name, Row row) {
    JINDO_TRY(const auto array, parent.array(name));
    size_t number = 0;
    for (const simdjson::dom::element element : array) {
      simdjson::dom::object object;
      ++number;
      if (element.get(object) != simdjson::SUCCESS)
        return bad_input(std::string("'") + name + "', element " + std::to_string(number) + ": expected an object");
      const Status status = row(JsonFields(object));
      if (!status.ok())
        return bad_input(std::string("'") + name + "', element " + std::to_string(number) + ": " +
                         status.error().message);
    }
    return {};
  }
  static Status text(const JsonFields& row, const char* name, std::string& out) {
    JINDO_TRY(const auto value, row.text(name));
    out = value;
    return {};
  }
  Status stolen(const JsonFields& row) {
    TruthSource source;
    JINDO_DO(text(row, "incident", source.incident));
    JINDO_DO(text(row, "stolen_chain", source.chain));
    JINDO_DO(text(row, "stolen_asset", source.asset));
    JINDO_TRY(const auto amount, row.amount("amount"));
    JINDO_TRY(const auto usd, row.amount("usd_micro"));
    const auto stolen = base::to_uint128(amount);
    if (!stolen || *stolen == 0) return bad_input("'amount': expected 1 to 2^128-1");
    if (usd > base::Uint256(kUsdMicroMost)) return bad_input("'usd_micro': expected at most 10^18");
    source.stolen = *stolen;
    source.usd_micro = usd.low();
    out_.sources.push_back(source);
    return {};
  }
  Status holder(const JsonFields& row) {
    TruthHolder holder;
    std::string incident, chain, asset;
    JINDO_DO(text(row, "incident", incident));
    JINDO_DO(text(row, "stolen_chain", chain));
    JINDO_DO(text(row, "stolen_asset", asset));
    const auto source = std::find_if(out_.sources.begin(), out_.sources.end(), [&](const TruthSource& s) {
      return s.incident == incident && s.chain == chain && s.asset == asset;
    });
    if (source == out_.sources.end()) return bad_input("names a theft that 'stolen' lacks");
    holder.source = static_cast<uint32_t>(source - out_.sources.begin());
    const std::pair<const char*, std::string*> fields[] = {
        {"chain", &holder.chain}, {"asset", &holder.asset}, {"address", &holder.address},  {"owner", &holder.owner},
        {"kind", &holder.kind},   {"state", &holder.state}, {"knowable", &holder.knowable}};
    for (const auto& [name, to] : fields) JINDO_DO(text(row, name, *to));
    JINDO_TRY(holder.hops, row.u64("hops"));
    JINDO_TRY(const auto origin, row.amount("origin"));
    if (origin > base::to_uint256(source->stolen)) return bad_input("'origin' is more than was stolen");
    holder.origin = *base::to_uint128(origin);
    JINDO_TRY(const auto until, row.object("exact_until"));
    JINDO_DO(text(JsonFields(until), "owner", holder.exact_owner));
    JINDO_TRY(const auto techniques, row.array("techniques"));
    for (const simdjson::dom::element element : techniques) {
      std::string_view name;
      if (element.get(name) != simdjson::SUCCESS) return bad_input("'techniques': expected texts");
      holder.techniques.emplace_back(name);
    }
    out_.holders.push_back(std::move(holder));
    return {};
  }
  Status link(const JsonFields& row) {
    TruthLink link;
    const std::pair<const char*, std::string*> fields[] = {{"kind", &link.kind},
                                                           {"knowable", &link.knowable},
                                                           {"from_chain", &link.from_chain},
                                                           {"from_transaction", &link.from},
                                                           {"to_chain", &link.to_chain},
                                                           {"to_transaction", &link.to}};
    for (const auto& [name, to] : fields) JINDO_DO(text(row, name, *to));
    out_.links.push_back(std::move(link));
    return {};
  }
  Status step(const JsonFields& row) {
    JINDO_TRY(const auto technique, row.text("technique"));
    auto& all = out_.techniques[std::string(technique)];
    JINDO_DO(each(row, "transactions", [&](const JsonFields& tx) -> Status {
      JINDO_TRY(const auto chain, tx.text("chain"));
      JINDO_TRY(const auto id, tx.text("transaction"));
      all.push_back(std::string(chain) + " " + std::string(id));
      return {};
    }));
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    JINDO_TRY(const auto verb, row.text("do"));
    auto& acts = out_.acts[std::string(verb)];
    acts.insert(acts.end(), all.begin(), all.end());
    std::sort(acts.begin(), acts.end());
    acts.erase(std::unique(acts.begin(), acts.end()), acts.end());
    return {};
  }
  std::vector<bool> led_;  // by row of the trail
  Truth& out_;
};
}  // namespace

base::Result<Truth> read_truth(const std::string& path) {
  JINDO_TRY(const std::string content, base::read_file(path, kTruthBytesMax));
  return parse_truth(path, content);
}

base::Result<Truth> parse_truth(const std::string& path, const std::string& content) {
  std::string padded;
  decode::quote_long_integers(content, padded);
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  const auto code = parser.parse(padded.data(), padded.size() - simdjson::SIMDJSON_PADDING, false).get(object);
  if (code != simdjson::SUCCESS) return bad_input(path + ": " + decode::json_error(code).message);
  Truth out;
  const size_t slash = path.rfind('/');
  out.folder = slash == std::string::npos ? "." : path.substr(0, slash);
  const Status status = TruthReader(out).read(JsonFields(object));
  if (!status.ok()) return base::Error{status.error().kind, path + ": " + status.error().message};
  return out;
}
}  // namespace jindo::exercise
