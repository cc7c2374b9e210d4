// Incidents read from YAML: one function a part of the file, each saying what was expected where it fails.
#include "incidents/incident.h"

#include <algorithm>

#include "attribution/tag.h"
#include "base/clock.h"
#include "base/file.h"
#include "decode/yaml_fields.h"

namespace jindo::incidents {
namespace {
using base::bad_input;
using base::Status;
constexpr size_t kIncidentBytesMax = 1 << 20;

class Reader {
 public:
  explicit Reader(std::string path) : fields_(std::move(path)) {}

  base::Result<Incident> run(const std::string& yaml) {
    JINDO_TRY(const YAML::Node root, fields_.load(yaml));
    JINDO_DO(fields_.guard([&] { return incident(root); }));
    return std::move(out_);
  }

 private:
  base::Error wrong(const YAML::Node& at, const std::string& what) const { return fields_.wrong(at, what); }
  base::Result<std::string> text(const YAML::Node& parent, const char* name, bool needed) const {
    return fields_.text(parent, name, needed);
  }
  base::Result<YAML::Node> list(const YAML::Node& parent, const char* name) const { return fields_.list(parent, name); }

  Status incident(const YAML::Node& root) {
    if (!root.IsMap()) return wrong(root, "expected an incident: id, name, date, thefts …");
    JINDO_TRY(out_.id, text(root, "id", true));
    if (out_.id.empty() || out_.id.size() > 100 ||
        out_.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos) {
      return wrong(root["id"],
                   "'id': expected lower case letters, digits and dashes, found '" + out_.id.substr(0, 60) + "'");
    }
    JINDO_TRY(out_.name, text(root, "name", true));
    JINDO_TRY(out_.victim, text(root, "victim", false));
    JINDO_TRY(out_.date, text(root, "date", true));
    if (!base::parse_time(out_.date))
      return wrong(root["date"], "'date': expected YYYY-MM-DD, found '" + out_.date.substr(0, 40) + "'");
    JINDO_TRY(out_.summary, text(root, "summary", false));
    JINDO_TRY(const YAML::Node attributions, list(root, "attribution"));
    for (const auto& node : attributions) JINDO_DO(attribution(node));
    JINDO_TRY(const YAML::Node tokens, list(root, "tokens"));
    for (const auto& node : tokens) JINDO_DO(token(node));
    JINDO_TRY(const YAML::Node thefts, list(root, "thefts"));
    for (const auto& node : thefts) JINDO_DO(theft(node));
    JINDO_TRY(const YAML::Node addresses, list(root, "addresses"));
    for (const auto& node : addresses) JINDO_DO(address(node));
    JINDO_TRY(const YAML::Node sources, list(root, "sources"));
    for (const auto& node : sources) {
      if (!node.IsScalar()) return wrong(node, "'sources': expected texts");
      out_.sources.push_back(node.Scalar());
    }
    JINDO_TRY(const YAML::Node notes, list(root, "notes"));
    for (const auto& node : notes) {
      if (!node.IsScalar()) return wrong(node, "'notes': expected texts");
      out_.notes.push_back(node.Scalar());
    }
    JINDO_TRY(out_.marking, text(root, "marking", false));
    if (!out_.marking.empty()) {
      const auto marking = attribution::find_marking(out_.marking);
      if (!marking)
        return wrong(root["marking"],
                     "'marking': expected TLP:CLEAR, TLP:GREEN, TLP:AMBER, TLP:AMBER+STRICT or TLP:RED");
      out_.marking = attribution::name_of(*marking);
    }
    if (const YAML::Node shared = root["shared"]) {
      if (!shared.IsMap()) return wrong(shared, "'shared': expected {object, by}");
      JINDO_TRY(out_.shared_object, text(shared, "object", true));
      JINDO_TRY(out_.shared_by, text(shared, "by", true));
    }
    return {};
  }

  Status attribution(const YAML::Node& node) {
    if (!node.IsMap()) return wrong(node, "'attribution': expected {actor, by, date, confidence, source}");
    Attribution a;
    JINDO_TRY(a.actor, text(node, "actor", true));
    JINDO_TRY(a.by, text(node, "by", true));
    JINDO_TRY(a.date, text(node, "date", true));
    if (!base::parse_time(a.date)) return wrong(node["date"], "'date': expected YYYY-MM-DD");
    JINDO_TRY(a.confidence, text(node, "confidence", false));
    JINDO_TRY(a.source, text(node, "source", false));
    out_.attribution.push_back(a);
    return {};
  }

  base::Result<const chain::Network*> network(const YAML::Node& node) const {
    JINDO_TRY(const std::string name, text(node, "chain", true));
    auto found = chain::find_network(name);
    if (!found.ok()) return wrong(node["chain"], found.error().message);
    return *found;
  }

  Status token(const YAML::Node& node) {
    if (!node.IsMap()) return wrong(node, "'tokens': expected {chain, address, symbol, decimals}");
    Token t;
    JINDO_TRY(t.network, network(node));
    JINDO_TRY(const std::string key, text(node, "address", true));
    auto parsed = chain::parse_asset(*t.network, key);
    if (!parsed.ok()) return wrong(node["address"], parsed.error().message);
    t.key = *parsed;
    JINDO_TRY(t.symbol, text(node, "symbol", true));
    JINDO_TRY(const std::string decimals, text(node, "decimals", true));
    const auto number = base::parse_decimal(decimals);
    if (!number || number->low() > 77 || !number->fits_u64())
      return wrong(node["decimals"], "'decimals': expected 0 to 77");
    t.decimals = static_cast<int>(number->low());
    out_.tokens.push_back(t);
    return {};
  }

  Status theft(const YAML::Node& node) {
    const std::string label = "incident " + out_.id + ", theft " + std::to_string(out_.thefts.size() + 1);
    if (!node.IsMap()) return wrong(node, label + ": expected {chain, transaction, …} or {chain, address, since, …}");
    for (const auto& field : node) {
      const std::string name = field.first.Scalar();
      static const char* const known[] = {"chain",  "transaction", "output", "asset", "to",
                                          "amount", "address",     "since",  "note",  "source"};
      if (std::find(std::begin(known), std::end(known), name) == std::end(known))
        return wrong(field.first, label + ": unknown field '" + name + "'");
    }
    IncidentTheft t;
    t.theft.label = label;
    JINDO_TRY(t.network, network(node));
    const bool utxo = t.network->model == chain::LedgerModel::kUtxo;
    JINDO_TRY(std::string asset, text(node, "asset", !utxo));
    if (asset.empty()) asset = std::string(t.network->native);
    auto key = chain::parse_asset(*t.network, asset);
    for (const Token& token : out_.tokens) {  // a symbol of the incident's own tokens is good too
      if (!key.ok() && token.network == t.network && token.symbol == asset) key = token.key;
    }
    if (!key.ok()) return wrong(node["asset"], label + ": " + key.error().message);
    t.asset = *key;
    JINDO_TRY(const std::string transaction, text(node, "transaction", false));
    JINDO_TRY(const std::string address, text(node, "address", false));
    JINDO_TRY(const std::string amount, text(node, "amount", false));
    if (transaction.empty() == address.empty())
      return wrong(node, label + ": expected either 'transaction' or 'address' with 'since'");
    if (!amount.empty()) {
      t.theft.amount = base::parse_decimal(amount);
      if (!t.theft.amount || t.theft.amount->is_zero())
        return wrong(node["amount"], label + ": 'amount': expected base units, an integer from 1 to 2^256-1, found '" +
                                         amount.substr(0, 90) + "'");
    }
    if (!transaction.empty())
      JINDO_DO(by_transaction(node, utxo, transaction, t));
    else
      JINDO_DO(by_address(node, address, t));
    out_.thefts.push_back(std::move(t));
    return {};
  }
  Status by_transaction(const YAML::Node& node, bool utxo, const std::string& transaction, IncidentTheft& t) {
    const std::string& label = t.theft.label;
    t.theft.transaction.emplace();
    if (!chain::parse_hash(*t.network, transaction, *t.theft.transaction))
      return wrong(node["transaction"], label + ": 'transaction': expected 64 hexadecimal digits");
    JINDO_TRY(const std::string output, text(node, "output", utxo));
    JINDO_TRY(const std::string to, text(node, "to", !utxo));
    if (node["since"]) return wrong(node["since"], label + ": 'since' goes with 'address', not with 'transaction'");
    if (utxo) {
      const auto number = base::parse_decimal(output);
      if (!number || !number->fits_u64() || number->low() >= UINT32_MAX)
        return wrong(node["output"], label + ": 'output': expected the output's index");
      t.theft.output = static_cast<uint32_t>(number->low());
      if (!to.empty())
        return wrong(node["to"], label + ": 'to' is for account chains; here 'output' names the recipient");
      return {};
    }
    if (!output.empty())
      return wrong(node["output"], label + ": 'output' is for UTXO chains; here 'to' names the recipient");
    auto key = chain::parse_address(*t.network, to);
    if (!key.ok()) return wrong(node["to"], label + ": 'to': " + key.error().message);
    t.theft.to = *key;
    return {};
  }
  Status by_address(const YAML::Node& node, const std::string& address, IncidentTheft& t) {
    const std::string& label = t.theft.label;
    auto key = chain::parse_address(*t.network, address);
    if (!key.ok()) return wrong(node["address"], label + ": 'address': " + key.error().message);
    t.theft.address = *key;
    JINDO_TRY(const std::string since, text(node, "since", true));
    const auto time = base::parse_time(since);
    if (!time)
      return wrong(node["since"],
                   label + ": 'since': expected a time like 2022-03-23T00:00:00Z, found '" + since.substr(0, 40) + "'");
    t.theft.since = *time;
    if (t.theft.amount)
      return wrong(node["amount"],
                   label + ": 'amount' goes with 'transaction'; an address is stolen to with all it receives");
    if (node["to"] || node["output"]) return wrong(node, label + ": 'to' and 'output' go with 'transaction'");
    return {};
  }

  Status address(const YAML::Node& node) {
    if (!node.IsMap()) return wrong(node, "'addresses': expected {chain, address, role, source}");
    KnownAddress a;
    JINDO_TRY(a.chain, text(node, "chain", true));
    JINDO_TRY(a.text, text(node, "address", true));
    JINDO_TRY(a.role, text(node, "role", true));
    JINDO_TRY(a.source, text(node, "source", true));
    JINDO_TRY(a.note, text(node, "note", false));
    const auto found = chain::find_network(a.chain);
    if (found.ok()) {
      a.network = *found;
      auto key = chain::parse_address(*a.network, a.text);
      if (!key.ok()) return wrong(node["address"], "'address': " + key.error().message);
      a.key = *key;
    }
    out_.addresses.push_back(a);
    return {};
  }

  decode::YamlFields fields_;
  Incident out_;
};
}  // namespace

base::Result<Incident> parse_incident(const std::string& path, const std::string& yaml) {
  if (yaml.size() > kIncidentBytesMax) return bad_input(path + ": more than 1 MiB (limit)");
  return Reader(path).run(yaml);
}

base::Result<Incident> read_incident(const std::string& path) {
  JINDO_TRY(const std::string yaml, base::read_file(path, kIncidentBytesMax));
  return parse_incident(path, yaml);
}

base::Result<Incident> find_incident(const std::string& file_or_id, const std::string& folder) {
  const bool is_id = file_or_id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
  if (!is_id || (base::exists(file_or_id) && !base::is_folder(file_or_id))) return read_incident(file_or_id);
  const std::string path = folder + "/" + file_or_id + ".yaml";
  if (base::exists(path)) return read_incident(path);
  std::string known;
  if (const auto names = base::list_folder(folder); names.ok()) {
    for (const std::string& name : *names) {
      if (name.size() > 5 && name.substr(name.size() - 5) == ".yaml")
        known += (known.empty() ? "" : ", ") + name.substr(0, name.size() - 5);
    }
  }
  return bad_input("no incident '" + file_or_id + "' in " + folder + (known.empty() ? "" : "; known: " + known) +
                   "; or name a file");
}

base::Result<std::vector<Incident>> list_incidents(const std::string& folder) {
  JINDO_TRY(const auto names, base::list_folder(folder));
  std::vector<Incident> out;
  for (const std::string& name : names) {
    if (name.size() <= 5 || name.substr(name.size() - 5) != ".yaml") continue;
    JINDO_TRY(Incident incident, read_incident(folder + "/" + name));
    if (incident.id + ".yaml" != name)
      return bad_input(folder + "/" + name + ": 'id' is '" + incident.id + "'; expected the file's name");
    out.push_back(std::move(incident));
  }
  std::stable_sort(out.begin(), out.end(), [](const Incident& a, const Incident& b) { return a.date < b.date; });
  return out;
}

std::vector<trace::Source> trace_sources(const std::vector<Incident>& incidents) {
  std::vector<trace::Source> out;
  for (const Incident& incident : incidents) {
    const size_t first = out.size();
    for (const IncidentTheft& theft : incident.thefts) {
      auto at = std::find_if(out.begin() + static_cast<ptrdiff_t>(first), out.end(), [&](const trace::Source& s) {
        return s.network == theft.network && s.asset == theft.asset;
      });
      if (at == out.end()) {
        trace::Source source;
        source.incident = incident.id;
        source.network = theft.network;
        source.asset = theft.asset;
        out.push_back(std::move(source));
        at = out.end() - 1;
      }
      at->thefts.push_back(theft.theft);
    }
  }
  return out;
}
}  // namespace jindo::incidents
