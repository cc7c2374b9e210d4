// Policies out of YAML: every field that is not known, and every value that cannot be, is an error with its line.
#include "screening/policy.h"

#include <algorithm>
#include <set>

#include "base/clock.h"
#include "base/file.h"
#include "base/hex.h"
#include "decode/yaml_fields.h"
#include "resolve/link.h"
#include "typology/finding.h"

namespace jindo::screening {
namespace {
using base::bad_input;
using base::Status;

// "0.25" of a coin with so many decimals, in base units.
std::optional<base::Uint256> parse_coins(std::string_view text, int decimals) {
  const size_t point = text.find('.');
  std::string digits(text.substr(0, point));
  std::string fraction = point == std::string_view::npos ? "" : std::string(text.substr(point + 1));
  if (digits.empty() || (point != std::string_view::npos && fraction.empty())) return std::nullopt;
  if (fraction.size() > static_cast<size_t>(decimals)) return std::nullopt;
  fraction.resize(static_cast<size_t>(decimals), '0');
  return base::parse_decimal(digits + fraction);
}

class Reader {
 public:
  explicit Reader(std::string path) : fields_(std::move(path)) {}

  base::Result<Policy> run(const std::string& yaml) {
    JINDO_TRY(const YAML::Node root, fields_.load(yaml));
    JINDO_DO(fields_.guard([&] { return policy(root); }));
    out_.text = yaml;
    out_.digest = base::to_hex(base::sha256(base::as_bytes(yaml)));
    return std::move(out_);
  }

 private:
  base::Error wrong(const YAML::Node& at, const std::string& what) const { return fields_.wrong(at, what); }
  base::Result<std::string> text(const YAML::Node& parent, const char* name, bool needed) const {
    return fields_.text(parent, name, needed);
  }
  Status known(const YAML::Node& node, const std::set<std::string>& names, const char* what) const {
    if (!node.IsMap()) return wrong(node, std::string("expected ") + what);
    for (const auto& field : node) {
      const std::string name = field.first.Scalar();
      if (names.count(name) != 0) continue;
      std::string all;
      for (const std::string& n : names) all += (all.empty() ? "" : ", ") + n;
      return wrong(field.first, "unknown field '" + name.substr(0, 60) + "' in " + what + "; known: " + all);
    }
    return {};
  }
  base::Result<std::vector<std::string>> texts(const YAML::Node& parent, const char* name) const {
    std::vector<std::string> out;
    const YAML::Node node = parent[name];
    if (!node) return out;
    if (node.IsScalar()) {
      out.push_back(node.Scalar());
      return out;
    }
    if (!node.IsSequence()) return wrong(node, std::string("'") + name + "': expected a text or a list of texts");
    for (const auto& item : node) {
      if (!item.IsScalar()) return wrong(item, std::string("'") + name + "': expected texts");
      out.push_back(item.Scalar());
    }
    return out;
  }
  base::Result<bool> yes(const YAML::Node& parent, const char* name, bool fallback) const {
    JINDO_TRY(const std::string value, text(parent, name, false));
    if (value.empty()) return fallback;
    if (value == "true" || value == "yes") return true;
    if (value == "false" || value == "no") return false;
    return wrong(parent[name], std::string("'") + name + "': expected true or false, found '" + value + "'");
  }
  base::Result<std::optional<uint32_t>> count(const YAML::Node& parent, const char* name, uint32_t max) const {
    JINDO_TRY(const std::string value, text(parent, name, false));
    if (value.empty()) return std::optional<uint32_t>();
    const auto number = base::parse_decimal(value);
    if (!number || *number > base::Uint256(max))
      return wrong(parent[name], std::string("'") + name + "': expected a whole number up to " + std::to_string(max) +
                                     ", found '" + value + "'");
    return std::optional<uint32_t>(static_cast<uint32_t>(number->low()));
  }
  base::Result<std::optional<uint32_t>> part(const YAML::Node& parent, const char* name) const {
    JINDO_TRY(const std::string value, text(parent, name, false));
    if (value.empty()) return std::optional<uint32_t>();
    const auto number = resolve::parse_confidence(value);
    if (!number)
      return wrong(parent[name],
                   std::string("'") + name + "': expected 0 to 1 with at most six places, found '" + value + "'");
    return number;
  }
  base::Result<Verdict> verdict(const YAML::Node& parent, const char* name, Verdict fallback, bool needed) const {
    JINDO_TRY(const std::string value, text(parent, name, needed));
    if (value.empty()) return fallback;
    const auto found = find_verdict(value);
    if (!found)
      return wrong(parent[name], std::string("'") + name + "': expected allow, review or hold, found '" + value + "'");
    return *found;
  }

  Status policy(const YAML::Node& root) {
    JINDO_DO(known(root,
                   {"version", "name", "tracing", "unknown", "behind_seconds", "untraced", "categories", "rules",
                    "lists", "exemptions"},
                   "a policy"));
    JINDO_TRY(const std::string version, text(root, "version", true));
    if (version != "1")
      return wrong(root["version"], "'version': this program reads version 1, found '" + version + "'");
    JINDO_TRY(out_.name, text(root, "name", true));
    if (root["tracing"]) JINDO_DO(tracing(root["tracing"]));
    JINDO_TRY(out_.unknown, verdict(root, "unknown", Verdict::kReview, false));
    JINDO_TRY(const auto behind, count(root, "behind_seconds", 1 << 30));
    out_.behind_seconds = behind.value_or(0);
    JINDO_TRY(out_.untraced, verdict(root, "untraced", Verdict::kAllow, false));
    JINDO_TRY(const YAML::Node categories, fields_.list(root, "categories"));
    for (const auto& node : categories) JINDO_DO(category(node));
    JINDO_TRY(const YAML::Node rules, fields_.list(root, "rules"));
    if (rules.size() > kPolicyRulesMax) return wrong(rules, "more than " + std::to_string(kPolicyRulesMax) + " rules");
    for (const auto& node : rules) JINDO_DO(rule(node));
    JINDO_TRY(const YAML::Node lists, fields_.list(root, "lists"));
    for (const auto& node : lists) JINDO_DO(list_of(node));
    JINDO_TRY(const YAML::Node exemptions, fields_.list(root, "exemptions"));
    for (const auto& node : exemptions) JINDO_DO(exemption(node));
    return {};
  }

  Status tracing(const YAML::Node& node) {
    JINDO_DO(known(node, {"policy", "links"}, "'tracing'"));
    JINDO_TRY(const std::string name, text(node, "policy", false));
    if (!name.empty()) {
      const auto found = trace::parse_policy(name);
      if (!found.ok()) return wrong(node["policy"], found.error().message);
      if (*found == trace::Policy::kPoison)
        return wrong(node["policy"],
                     "'policy': poison taints places, its amounts have no sum to hold a limit against; expected fifo, "
                     "lifo, haircut or tiho");
      out_.tracing = *found;
    }
    JINDO_TRY(out_.links, yes(node, "links", true));
    return {};
  }

  base::Result<std::string> category_name(const YAML::Node& at, const std::string& name) const {
    const attribution::Category found = attribution::find_category(name);
    if (found == attribution::Category::kUnknown) {
      std::string all;
      for (const auto& info : attribution::categories()) all += (all.empty() ? "" : ", ") + std::string(info.name);
      return wrong(at, "unknown category '" + name.substr(0, 60) + "'; known: " + all);
    }
    return std::string(attribution::name_of(found));
  }

  Status category(const YAML::Node& node) {
    exposure::TrackedCategory out;
    if (node.IsScalar()) {
      JINDO_TRY(out.name, category_name(node, node.Scalar()));
    } else {
      JINDO_DO(known(node, {"name", "indirect", "hops_max", "sent"}, "a category"));
      JINDO_TRY(const std::string name, text(node, "name", true));
      JINDO_TRY(out.name, category_name(node["name"], name));
      JINDO_TRY(out.indirect, yes(node, "indirect", true));
      JINDO_TRY(out.hops_max, count(node, "hops_max", 65000));
      JINDO_TRY(out.sent, yes(node, "sent", true));
    }
    for (const auto& other : out_.categories)
      if (other.name == out.name) return wrong(node, "category '" + out.name + "' stands here twice");
    out_.categories.push_back(out);
    return {};
  }

  Status amounts(const YAML::Node& parent, const char* name, std::vector<AmountLimit>& out) const {
    const YAML::Node node = parent[name];
    if (!node) return {};
    if (!node.IsSequence())
      return wrong(node, std::string("'") + name + "': expected a list of {asset, chain, amount}");
    for (const auto& item : node) {
      JINDO_DO(known(item, {"asset", "chain", "amount"}, "an amount {asset, chain, amount}"));
      AmountLimit limit;
      JINDO_TRY(const std::string chain, text(item, "chain", false));
      JINDO_TRY(const std::string asset, text(item, "asset", true));
      JINDO_TRY(const std::string amount, text(item, "amount", true));
      if (!chain.empty()) {
        const auto network = chain::find_network(chain);
        if (!network.ok()) return wrong(item["chain"], network.error().message);
        limit.network = *network;
      }
      int decimals = -1;
      for (const chain::Network& network : chain::networks()) {
        if (network.native != asset || (limit.network != nullptr && limit.network != &network)) continue;
        decimals = network.decimals;
        limit.symbol = asset;
      }
      if (decimals >= 0) {
        limit.asset = chain::native_asset();
        const auto parsed = parse_coins(amount, decimals);
        if (!parsed)
          return wrong(item["amount"], "'amount': expected an amount of " + asset + " with at most " +
                                           std::to_string(decimals) + " places, found '" + amount + "'");
        limit.amount = *parsed;
      } else {
        if (limit.network == nullptr)
          return wrong(item, "'asset': '" + asset.substr(0, 60) + "' is no chain's coin; a token needs its 'chain'");
        auto key = chain::parse_asset(*limit.network, asset);
        if (!key.ok()) return wrong(item["asset"], key.error().message);
        limit.asset = *key;
        const auto parsed = base::parse_decimal(amount);
        if (!parsed) return wrong(item["amount"], "'amount': expected base units of the token, found '" + amount + "'");
        limit.amount = *parsed;
      }
      out.push_back(limit);
    }
    return {};
  }

  Status rule(const YAML::Node& node) {
    JINDO_DO(known(node, {"id", "verdict", "text", "when"}, "a rule"));
    Rule out;
    JINDO_TRY(out.id, text(node, "id", true));
    for (const Rule& other : out_.rules)
      if (other.id == out.id) return wrong(node["id"], "rule '" + out.id + "' stands here twice");
    JINDO_TRY(out.verdict, verdict(node, "verdict", Verdict::kReview, true));
    JINDO_TRY(out.text, text(node, "text", false));
    const YAML::Node when = node["when"];
    if (!when) return wrong(node, "rule '" + out.id + "': expected 'when'");
    JINDO_DO(known(when,
                   {"incidents", "categories", "direction", "hops_max", "share_min", "amount_min", "held", "exact",
                    "within_days", "tags", "confidence_min", "techniques", "score_min", "question_amount_min"},
                   "'when'"));
    JINDO_DO(when_exposed(when, out));
    JINDO_DO(when_tagged(when, out));
    JINDO_DO(when_found(when, out));
    const int kinds = int{out.of_exposures()} + int{out.of_tags()} + int{out.of_findings()};
    if (kinds != 1)
      return wrong(when, "rule '" + out.id + "': expected one of: incidents or categories; tags; techniques");
    out_.rules.push_back(std::move(out));
    return {};
  }

  Status when_exposed(const YAML::Node& when, Rule& out) const {
    JINDO_TRY(out.incidents, texts(when, "incidents"));
    if (out.incidents == std::vector<std::string>{"*"}) {
      out.any_incident = true;
      out.incidents.clear();
    }
    JINDO_TRY(const auto categories, texts(when, "categories"));
    for (const std::string& name : categories) {
      JINDO_TRY(const std::string category, category_name(when["categories"], name));
      if (std::none_of(out_.categories.begin(), out_.categories.end(),
                       [&](const auto& c) { return c.name == category; }))
        return wrong(when["categories"],
                     "category '" + category + "' is not followed: add it to 'categories' of the policy");
      out.categories.push_back(category);
    }
    JINDO_TRY(const std::string direction, text(when, "direction", false));
    if (direction == "received")
      out.direction = Direction::kReceived;
    else if (direction == "sent")
      out.direction = Direction::kSent;
    else if (!direction.empty() && direction != "any")
      return wrong(when["direction"], "'direction': expected received, sent or any, found '" + direction + "'");
    JINDO_TRY(out.hops_max, count(when, "hops_max", 65000));
    JINDO_TRY(out.share_min, part(when, "share_min"));
    JINDO_DO(amounts(when, "amount_min", out.amounts_min));
    JINDO_DO(amounts(when, "question_amount_min", out.question_amounts_min));
    JINDO_TRY(out.held_only, yes(when, "held", false));
    JINDO_TRY(out.exact_only, yes(when, "exact", false));
    JINDO_TRY(const auto days, count(when, "within_days", 100000));
    if (days) out.within_seconds = int64_t{86400} * *days;
    return {};
  }
  Status when_tagged(const YAML::Node& when, Rule& out) const {
    JINDO_TRY(const auto tags, texts(when, "tags"));
    for (const std::string& name : tags) {
      JINDO_TRY(const std::string category, category_name(when["tags"], name));
      out.tags.push_back(attribution::find_category(category));
    }
    JINDO_TRY(const auto confidence, count(when, "confidence_min", 100));
    out.confidence_min = static_cast<uint8_t>(confidence.value_or(0));
    return {};
  }
  Status when_found(const YAML::Node& when, Rule& out) const {
    JINDO_TRY(out.techniques, texts(when, "techniques"));
    if (out.techniques == std::vector<std::string>{"*"}) {
      out.any_technique = true;
      out.techniques.clear();
    }
    for (const std::string& technique : out.techniques)
      if (std::none_of(typology::techniques().begin(), typology::techniques().end(),
                       [&](const typology::TechniqueInfo& t) { return technique == t.id; }))
        return wrong(when["techniques"],
                     "unknown technique '" + technique.substr(0, 60) + "'; see: jindo technique list");
    JINDO_TRY(const auto score, part(when, "score_min"));
    out.score_min = score.value_or(0);
    return {};
  }

  Status entry(const YAML::Node& node, ListEntry& out) const {
    JINDO_TRY(const std::string chain, text(node, "chain", true));
    const auto network = chain::find_network(chain);
    if (!network.ok()) return wrong(node["chain"], network.error().message);
    out.network = *network;
    JINDO_TRY(const std::string address, text(node, "address", true));
    auto key = chain::parse_address(**network, address);
    if (!key.ok()) return wrong(node["address"], key.error().message);
    out.address = *key;
    JINDO_TRY(out.reason, text(node, "reason", true));
    if (out.reason.empty()) return wrong(node["reason"], "'reason': expected a reason");
    JINDO_TRY(out.by, text(node, "by", false));
    JINDO_TRY(const std::string until, text(node, "until", false));
    if (!until.empty()) {
      out.until = base::parse_time(until);
      if (!out.until)
        return wrong(node["until"], "'until': expected a date or time, found '" + until.substr(0, 40) + "'");
    }
    return {};
  }
  Status list_of(const YAML::Node& node) {
    JINDO_DO(known(node, {"name", "verdict", "entries"}, "a list"));
    JINDO_TRY(const std::string name, text(node, "name", true));
    JINDO_TRY(const Verdict kind, verdict(node, "verdict", Verdict::kHold, true));
    JINDO_TRY(const YAML::Node entries, fields_.list(node, "entries"));
    for (const auto& item : entries) {
      JINDO_DO(known(item, {"chain", "address", "reason", "by", "until"}, "an entry of a list"));
      ListEntry out;
      JINDO_DO(entry(item, out));
      out.list = name;
      out.verdict = kind;
      out_.lists.push_back(std::move(out));
    }
    return {};
  }
  Status exemption(const YAML::Node& node) {
    JINDO_DO(known(node, {"rule", "chain", "address", "reason", "by", "until"}, "an exemption"));
    ListEntry out;
    JINDO_DO(entry(node, out));
    JINDO_TRY(out.rule, text(node, "rule", true));
    if (!out.until) return wrong(node, "an exemption needs an end: 'until'");
    if (std::none_of(out_.rules.begin(), out_.rules.end(), [&](const Rule& r) { return r.id == out.rule; }))
      return wrong(node["rule"], "no rule '" + out.rule + "' in this policy");
    out_.exemptions.push_back(std::move(out));
    return {};
  }

  decode::YamlFields fields_;
  Policy out_;
};
}  // namespace

const char* verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAllow:
      return "allow";
    case Verdict::kReview:
      return "review";
    case Verdict::kHold:
      return "hold";
  }
  return "?";
}
std::optional<Verdict> find_verdict(std::string_view name) {
  for (const Verdict verdict : {Verdict::kAllow, Verdict::kReview, Verdict::kHold})
    if (name == verdict_name(verdict)) return verdict;
  return std::nullopt;
}

base::Result<Policy> parse_policy(const std::string& path, const std::string& yaml) {
  if (yaml.size() > kPolicyBytesMax)
    return bad_input(path + ": larger than " + std::to_string(kPolicyBytesMax >> 20) + " MiB, a policy is smaller");
  return Reader(path).run(yaml);
}
base::Result<Policy> read_policy(const std::string& path) {
  JINDO_TRY(const std::string yaml, base::read_file(path, kPolicyBytesMax + 1));
  return parse_policy(path, yaml);
}
}  // namespace jindo::screening
