// A scenario read from YAML, field by field; what is wrong is said with its line.
#include "exercise/scenario.h"

#include <algorithm>
#include <set>

#include "base/clock.h"
#include "base/file.h"
#include "base/uint256.h"
#include "decode/yaml_fields.h"

namespace jindo::exercise {
namespace {
using base::bad_input;
using base::Status;
constexpr size_t kScenarioBytesMax = 1 << 20;
constexpr size_t kStepsMax = 200;

struct VerbRow {
  Verb verb;
  const char* name;
  const char* technique;
};
constexpr VerbRow kVerbs[] = {
    {Verb::kTheft, "theft", "theft"},
    {Verb::kSalaries, "salaries", "it_worker_salaries"},
    {Verb::kSplit, "split", "fan_out"},
    {Verb::kForward, "forward", "hops"},
    {Verb::kPeel, "peel", "peel_chain"},
    {Verb::kConsolidate, "consolidate", "consolidation"},
    {Verb::kPay, "pay", "commingling"},
    {Verb::kSwap, "swap", "swap"},
    {Verb::kWrap, "wrap", "wrap"},
    {Verb::kBridge, "bridge", "chain_hop"},
    {Verb::kMix, "mix", "mixer"},
    {Verb::kCoinjoin, "coinjoin", "coinjoin"},
    {Verb::kDeposit, "deposit", "exchange_cash_out"},
    {Verb::kFreeze, "freeze", "freeze"},
    {Verb::kBuyHashrate, "buy_hashrate", "mined_coins"},
};

bool is_identifier(const std::string& text) {
  return !text.empty() && text.size() <= 100 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
}

// Scenarios and incidents name files and are incidents' identifiers: no underscores.
bool is_file_identifier(const std::string& text) { return is_identifier(text) && text.find('_') == std::string::npos; }

class Reader {
 public:
  explicit Reader(std::string path) : fields_(std::move(path)) {}
  base::Result<Scenario> run(const std::string& yaml) {
    JINDO_TRY(const YAML::Node root, fields_.load(yaml));
    JINDO_DO(fields_.guard([&] { return read_scenario(root); }));
    out_.text = yaml;
    return std::move(out_);
  }

 private:
  base::Error wrong(const YAML::Node& at, const std::string& what) const { return fields_.wrong(at, what); }
  Status known_fields(const YAML::Node& node, const std::set<std::string>& known, const std::string& label) const {
    for (const auto& field : node) {
      if (known.count(field.first.Scalar()) == 0) {
        std::string all;
        for (const std::string& name : known) all += (all.empty() ? "" : ", ") + name;
        return wrong(field.first, label + ": unknown field '" + field.first.Scalar() + "'; known: " + all);
      }
    }
    return {};
  }
  base::Result<int64_t> span(const YAML::Node& parent, const char* name, int64_t fallback) const {
    JINDO_TRY(const std::string text, fields_.text(parent, name, false));
    if (text.empty()) return fallback;
    if (text == "0") return int64_t{0};
    const char unit = text.back();
    const int64_t seconds = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : 0;
    const auto number = base::parse_decimal(std::string_view(text).substr(0, text.size() - 1));
    if (seconds == 0 || !number || !number->fits_u64() || number->low() > 100'000'000)
      return wrong(parent[name], std::string("'") + name + "': expected a span like 90s, 45m, 6h or 3d, found '" +
                                     text.substr(0, 40) + "'");
    return static_cast<int64_t>(number->low()) * seconds;
  }
  base::Result<uint32_t> count(const YAML::Node& parent, const char* name, uint32_t fallback, uint32_t most) const {
    JINDO_TRY(const std::string text, fields_.text(parent, name, false));
    if (text.empty()) return fallback;
    const auto number = base::parse_decimal(text);
    if (!number || !number->fits_u64() || number->low() == 0 || number->low() > most)
      return wrong(parent[name], std::string("'") + name + "': expected 1 to " + std::to_string(most) + ", found '" +
                                     text.substr(0, 40) + "'");
    return static_cast<uint32_t>(number->low());
  }
  Status read_texts(const YAML::Node& root, const char* name, std::vector<std::string>& out) const {
    JINDO_TRY(const YAML::Node list, fields_.list(root, name));
    for (const auto& node : list) {
      if (!node.IsScalar()) return wrong(node, std::string("'") + name + "': expected texts");
      out.push_back(node.Scalar());
    }
    return {};
  }

  Status read_scenario(const YAML::Node& root) {
    if (!root.IsMap()) return wrong(root, "expected a scenario: id, name, start, duration, chains, steps …");
    JINDO_DO(known_fields(root,
                          {"id", "name", "modelled_on", "summary", "known", "start", "duration", "chains", "prices",
                           "actors", "wallets", "incidents", "steps", "questions", "hints", "sources"},
                          "scenario"));
    JINDO_DO(read_about(root));
    JINDO_DO(read_chains(root));
    JINDO_DO(read_prices(root));
    JINDO_DO(read_actors(root));
    JINDO_DO(read_incidents(root));
    JINDO_TRY(const YAML::Node wallets, fields_.list(root, "wallets"));
    for (const auto& node : wallets) JINDO_DO(read_wallet(node));
    JINDO_TRY(const YAML::Node steps, fields_.list(root, "steps"));
    if (steps.size() == 0 || steps.size() > kStepsMax)
      return wrong(root, "'steps': expected 1 to " + std::to_string(kStepsMax) + " steps");
    for (const auto& node : steps) JINDO_DO(read_step(node));
    JINDO_DO(read_texts(root, "questions", out_.questions));
    JINDO_DO(read_texts(root, "hints", out_.hints));
    return read_texts(root, "sources", out_.sources);
  }

  // What it is called, when it begins, how long it lasts.
  Status read_about(const YAML::Node& root) {
    JINDO_TRY(out_.id, fields_.text(root, "id", true));
    if (!is_file_identifier(out_.id)) return wrong(root["id"], "'id': expected lower case letters, digits and dashes");
    JINDO_TRY(out_.name, fields_.text(root, "name", true));
    JINDO_TRY(out_.modelled_on, fields_.text(root, "modelled_on", false));
    JINDO_TRY(out_.summary, fields_.text(root, "summary", true));
    JINDO_TRY(out_.known, fields_.text(root, "known", true));
    JINDO_TRY(const std::string start, fields_.text(root, "start", true));
    const auto time = base::parse_time(start);
    if (!time || *time < 1'600'000'000 || *time > 2'000'000'000)
      return wrong(root["start"], "'start': expected a time from 2020 to 2033, like 2024-05-31T04:00:00Z");
    out_.start = *time;
    JINDO_TRY(out_.duration, span(root, "duration", 0));
    if (out_.duration < 3600 || out_.duration > 400 * 86400) return wrong(root, "'duration': expected 1h to 400d");
    return {};
  }
  Status read_chains(const YAML::Node& root) {
    const YAML::Node list = root["chains"];
    if (!list || !list.IsMap() || list.size() == 0)
      return wrong(root, "'chains': expected {chain: share of the movements, …}");
    for (const auto& node : list) {
      auto network = chain::find_network(node.first.Scalar());
      if (!network.ok()) return wrong(node.first, network.error().message);
      const auto share = base::parse_decimal(node.second.Scalar());
      if (!share || !share->fits_u64() || share->low() == 0 || share->low() > 1000)
        return wrong(node.second, "'chains': expected a share from 1 to 1000");
      for (const auto& [known, unused] : out_.chains)
        if (known == *network) return wrong(node.first, "chain '" + node.first.Scalar() + "' stands twice");
      const bool utxo = (*network)->model == chain::LedgerModel::kUtxo;
      for (const auto& [known, unused] : out_.chains)
        if (utxo && known->model == chain::LedgerModel::kUtxo)
          return wrong(node.first,
                       "one bitcoin network an exercise; '" + std::string(known->name) + "' is there already");
      out_.chains.emplace_back(*network, static_cast<uint32_t>(share->low()));
    }
    return {};
  }
  Status read_prices(const YAML::Node& root) {
    if (const YAML::Node list = root["prices"]; list && list.IsMap()) {
      for (const auto& node : list) {
        const auto micro = parse_units(node.second.Scalar(), 6);
        if (!micro || *micro == 0 || *micro > base::Uint128{1} << 50)
          return wrong(node.second, "'prices': expected dollars a whole unit, like 2500 or 0.15");
        out_.prices[node.first.Scalar()] = static_cast<uint64_t>(*micro);
      }
    }
    return {};
  }
  Status read_actors(const YAML::Node& root) {
    JINDO_TRY(const YAML::Node list, fields_.list(root, "actors"));
    for (const auto& node : list) {
      JINDO_DO(known_fields(node, {"id", "name", "kind"}, "actor"));
      Actor actor;
      JINDO_TRY(actor.id, fields_.text(node, "id", true));
      JINDO_TRY(actor.name, fields_.text(node, "name", true));
      JINDO_TRY(actor.kind, fields_.text(node, "kind", true));
      if (actor.name.find_first_of(",\"\n") != std::string::npos)
        return wrong(node["name"], "'name': no comma, quote or line end in an actor's name");
      out_.actors.push_back(actor);
    }
    return {};
  }
  Status read_incidents(const YAML::Node& root) {
    JINDO_TRY(const YAML::Node list, fields_.list(root, "incidents"));
    for (const auto& node : list) {
      JINDO_DO(known_fields(node, {"id", "name", "victim"}, "incident"));
      IncidentPlan incident;
      JINDO_TRY(incident.id, fields_.text(node, "id", true));
      JINDO_TRY(incident.name, fields_.text(node, "name", true));
      JINDO_TRY(incident.victim, fields_.text(node, "victim", true));
      if (!is_file_identifier(incident.id))
        return wrong(node["id"], "'id': expected lower case letters, digits and dashes");
      out_.incidents.push_back(incident);
    }
    if (out_.incidents.empty()) return wrong(root, "'incidents': expected at least one {id, name, victim}");
    return {};
  }

  bool has_chain(const std::string& name) const {
    return std::any_of(out_.chains.begin(), out_.chains.end(), [&](const auto& c) { return c.first->name == name; });
  }
  bool has_actor(const std::string& id) const {
    return std::any_of(out_.actors.begin(), out_.actors.end(), [&](const Actor& a) { return a.id == id; });
  }

  Status read_wallet(const YAML::Node& node) {
    JINDO_DO(known_fields(node, {"id", "chain", "owner", "holds", "contract"}, "wallet"));
    WalletGroup group;
    JINDO_TRY(group.id, fields_.text(node, "id", true));
    JINDO_TRY(group.chain, fields_.text(node, "chain", true));
    JINDO_TRY(group.owner, fields_.text(node, "owner", true));
    if (!has_chain(group.chain)) return wrong(node["chain"], "chain '" + group.chain + "' is not among 'chains'");
    if (!has_actor(group.owner)) return wrong(node["owner"], "owner '" + group.owner + "' is not among 'actors'");
    JINDO_TRY(const std::string contract, fields_.text(node, "contract", false));
    group.contract = contract == "true";
    if (const YAML::Node holds = node["holds"]; holds && holds.IsMap()) {
      for (const auto& item : holds) group.holds.push_back({item.first.Scalar(), item.second.Scalar()});
    }
    if (!groups_.insert(group.id).second) return wrong(node["id"], "wallets '" + group.id + "' stand twice");
    out_.wallets.push_back(group);
    return {};
  }

  Status read_step(const YAML::Node& node) {
    if (!node.IsMap()) return wrong(node, "expected a step: {do: VERB, …}");
    JINDO_DO(known_fields(
        node, {"id",   "do",     "incident",  "of",   "from",    "to",     "chain",      "asset",   "into",
               "by",   "style",  "technique", "note", "outcome", "amount", "tranche",    "below",   "wallets",
               "hops", "rounds", "share",     "at",   "after",   "over",   "look_alike", "knowable"},
        "step"));
    Step step;
    step.line = node.Mark().line + 1;
    JINDO_TRY(const std::string verb, fields_.text(node, "do", true));
    const auto* row =
        std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const VerbRow& r) { return r.name == verb; });
    if (row == std::end(kVerbs)) {
      std::string known;
      for (const VerbRow& r : kVerbs) known += (known.empty() ? "" : ", ") + std::string(r.name);
      return wrong(node["do"], "unknown verb '" + verb.substr(0, 40) + "'; known: " + known);
    }
    step.verb = row->verb;
    JINDO_TRY(step.technique, fields_.text(node, "technique", false));
    if (step.technique.empty()) step.technique = row->technique;
    if (!is_identifier(step.technique))
      return wrong(node["technique"], "'technique': expected lower case and underscores");
    JINDO_TRY(step.id, fields_.text(node, "id", false));
    if (step.id.empty()) step.id = std::to_string(out_.steps.size() + 1) + "-" + verb;
    if (!is_identifier(step.id)) return wrong(node["id"], "'id': expected lower case letters, digits and dashes");
    const std::pair<const char*, std::string*> names[] = {
        {"incident", &step.incident}, {"of", &step.of},       {"from", &step.from},        {"to", &step.to},
        {"chain", &step.chain},       {"asset", &step.asset}, {"into", &step.into},        {"by", &step.by},
        {"style", &step.style},       {"note", &step.note},   {"outcome", &step.outcome},  {"amount", &step.amount},
        {"tranche", &step.tranche},   {"below", &step.below}, {"knowable", &step.knowable}};
    for (const auto& [name, value] : names) {
      JINDO_TRY(*value, fields_.text(node, name, false));
    }
    JINDO_TRY(step.wallets, count(node, "wallets", 0, 1'000'000));
    JINDO_TRY(step.hops, count(node, "hops", 1, 1000));
    JINDO_TRY(step.rounds, count(node, "rounds", 1, 1000));
    JINDO_TRY(const uint32_t percent, count(node, "share", 100, 100));
    step.share = percent * 10;
    JINDO_TRY(step.after, span(node, "after", 3600));
    JINDO_TRY(step.over, span(node, "over", 0));
    if (node["at"]) {
      JINDO_TRY(const int64_t at, span(node, "at", 0));
      step.at = at;
    }
    JINDO_TRY(const std::string look_alike, fields_.text(node, "look_alike", false));
    step.look_alike = look_alike == "true";
    JINDO_DO(check(node, step));
    if (!step.to.empty()) groups_.insert(step.to);
    out_.steps.push_back(step);
    return {};
  }

  Status check(const YAML::Node& node, const Step& step) const {
    const auto needs = [&](const char* name, const std::string& value) -> Status {
      if (!value.empty()) return {};
      return wrong(node, std::string("a step '") + verb_name(step.verb) + "' needs '" + name + "'");
    };
    JINDO_DO(needs("from", step.from));
    if (step.from != "crowd" && groups_.count(step.from) == 0)
      return wrong(node["from"], "nobody made wallets '" + step.from + "' before this step");
    if (!step.chain.empty() && !has_chain(step.chain))
      return wrong(node["chain"], "chain '" + step.chain + "' is not among 'chains'");
    const bool is_theft = step.verb == Verb::kTheft || step.verb == Verb::kSalaries;
    if (is_theft) {
      JINDO_DO(needs("incident", step.incident));
      JINDO_DO(needs("by", step.by));
      if (!has_actor(step.by)) return wrong(node["by"], "'" + step.by + "' is not among 'actors'");
      const bool known = std::any_of(out_.incidents.begin(), out_.incidents.end(),
                                     [&](const IncidentPlan& i) { return i.id == step.incident; });
      if (!known) return wrong(node["incident"], "incident '" + step.incident + "' is not among 'incidents'");
      if (step.from == "crowd") JINDO_DO(needs("chain", step.chain));
    } else if (step.from == "crowd") {
      return wrong(node["from"], "only theft and salaries come from the crowd");
    }
    if (step.verb != Verb::kDeposit && step.verb != Verb::kFreeze) JINDO_DO(needs("to", step.to));
    if (step.verb == Verb::kSwap || step.verb == Verb::kBridge)
      JINDO_DO(needs(step.verb == Verb::kSwap ? "into" : "chain", step.verb == Verb::kSwap ? step.into : step.chain));
    if (step.verb == Verb::kPay && groups_.count(step.to) == 0)
      return wrong(node["to"], "nobody made wallets '" + step.to + "' before this step");
    if (!step.of.empty() && std::none_of(out_.incidents.begin(), out_.incidents.end(),
                                         [&](const IncidentPlan& i) { return i.id == step.of; }))
      return wrong(node["of"], "incident '" + step.of + "' is not among 'incidents'");
    if (!step.knowable.empty() && step.knowable != "exact" && step.knowable != "inferable" &&
        step.knowable != "thief_only")
      return wrong(node["knowable"], "'knowable': expected exact, inferable or thief_only");
    if (!step.outcome.empty() && step.outcome != "cashed_out" && step.outcome != "frozen")
      return wrong(node["outcome"], "'outcome': expected cashed_out or frozen");
    if (step.verb == Verb::kCoinjoin && step.style != "wasabi1" && step.style != "wasabi2" &&
        step.style != "whirlpool" && step.style != "joinmarket")
      return wrong(node, "'style': expected wasabi1, wasabi2, whirlpool or joinmarket");
    for (const std::string& amount : {step.amount, step.tranche, step.below})
      if (!amount.empty() && !parse_units(amount, 18))
        return wrong(node, "'" + amount + "': expected an amount in whole units, like 173600 or 0.5");
    return {};
  }

  decode::YamlFields fields_;
  std::set<std::string> groups_;
  Scenario out_;
};
}  // namespace

const char* verb_name(Verb verb) {
  for (const VerbRow& row : kVerbs)
    if (row.verb == verb) return row.name;
  return "";
}

std::optional<base::Uint128> parse_units(const std::string& text, int decimals) {
  const size_t point = text.find('.');
  const std::string fraction = point == std::string::npos ? "" : text.substr(point + 1);
  if (text.empty() || point == 0 || (point != std::string::npos && fraction.empty())) return std::nullopt;
  if (fraction.size() > static_cast<size_t>(decimals)) return std::nullopt;
  const std::string digits =
      text.substr(0, point) + fraction + std::string(static_cast<size_t>(decimals) - fraction.size(), '0');
  const auto number = base::parse_decimal(digits);
  return number ? base::to_uint128(*number) : std::nullopt;
}

base::Result<Scenario> parse_scenario(const std::string& path, const std::string& yaml) {
  if (yaml.size() > kScenarioBytesMax) return bad_input(path + ": more than 1 MiB (limit)");
  return Reader(path).run(yaml);
}

base::Result<Scenario> find_scenario(const std::string& file_or_id, const std::string& folder) {
  const bool is_id = is_identifier(file_or_id);
  std::string path = folder + "/" + file_or_id + ".yaml";
  if (!is_id || (base::exists(file_or_id) && !base::is_folder(file_or_id))) path = file_or_id;
  if (is_id && path != file_or_id && !base::exists(path)) {
    std::string known;
    if (const auto names = base::list_folder(folder); names.ok()) {
      for (const std::string& name : *names)
        if (name.ends_with(".yaml")) known += (known.empty() ? "" : ", ") + name.substr(0, name.size() - 5);
    }
    return bad_input("no scenario '" + file_or_id + "' in " + folder + (known.empty() ? "" : "; known: " + known) +
                     "; or name a file");
  }
  JINDO_TRY(const std::string yaml, base::read_file(path, kScenarioBytesMax));
  return parse_scenario(path, yaml);
}

base::Result<std::vector<Scenario>> list_scenarios(const std::string& folder) {
  JINDO_TRY(const auto names, base::list_folder(folder));
  std::vector<Scenario> out;
  for (const std::string& name : names) {
    if (!name.ends_with(".yaml")) continue;
    JINDO_TRY(Scenario scenario, find_scenario(folder + "/" + name, folder));
    if (scenario.id + ".yaml" != name)
      return bad_input(folder + "/" + name + ": 'id' is '" + scenario.id + "'; expected the file's name");
    out.push_back(std::move(scenario));
  }
  return out;
}
}  // namespace jindo::exercise
