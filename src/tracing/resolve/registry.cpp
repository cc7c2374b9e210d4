// Reading the YAML files, entry by entry, with what is wrong and where; look-ups by an event's topic.
#include "resolve/registry.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "decode/yaml_fields.h"

namespace jindo::resolve {
namespace {
using base::bad_input;
using base::Status;
constexpr size_t kBytesMax = size_t{4} << 20;
constexpr size_t kEntriesMax = 10'000;
}  // namespace

bool BridgeEntry::knows(const chain::Network& network, const chain::AddressKey& contract) const {
  const auto found = contracts.find(&network);
  return found != contracts.end() && found->second.count(contract) != 0;
}

class RegistryReader {
 public:
  RegistryReader(std::string path, Registry& out) : fields_(std::move(path)), out_(out) {}

  Status run(const std::string& yaml) {
    if (yaml.size() > kBytesMax) return bad_input(fields_.path() + ": more than 4 MiB (limit)");
    JINDO_TRY(const YAML::Node root, fields_.load(yaml));
    return fields_.guard([&] { return registry(root); });
  }

 private:
  base::Error wrong(const YAML::Node& at, const std::string& what) const { return fields_.wrong(at, what); }
  // A misspelt field would be an entry that does less than it says.
  Status only(const YAML::Node& node, std::initializer_list<std::string_view> fields) const {
    for (const auto& field : node) {
      const std::string& name = field.first.Scalar();
      if (std::find(fields.begin(), fields.end(), name) == fields.end())
        return wrong(field.first, "no field '" + name.substr(0, 40) + "' is known here");
    }
    return {};
  }

  Status registry(const YAML::Node& root) {
    if (!root.IsMap()) return wrong(root, "expected a registry: format, version, swaps, mixers, bridges");
    JINDO_DO(only(root, {"format", "version", "numberings", "assets", "swaps", "mixers", "bridges"}));
    JINDO_TRY(const std::string format, fields_.text(root, "format", true));
    if (format != "jindo-registry-1")
      return wrong(root["format"], "expected format jindo-registry-1, found '" + format.substr(0, 40) + "'");
    JINDO_TRY(const std::string version, fields_.text(root, "version", true));
    out_.version_ += (out_.version_.empty() ? "" : " ") + version;
    JINDO_DO(numberings(root["numberings"]));
    JINDO_TRY(const YAML::Node swaps, fields_.list(root, "swaps"));
    for (const auto& node : swaps) JINDO_DO(swap(node));
    JINDO_TRY(const YAML::Node assets, fields_.list(root, "assets"));
    for (const auto& node : assets) JINDO_DO(asset(node));
    JINDO_TRY(const YAML::Node mixers, fields_.list(root, "mixers"));
    for (const auto& node : mixers) JINDO_DO(mixer(node));
    JINDO_TRY(const YAML::Node bridges, fields_.list(root, "bridges"));
    for (const auto& node : bridges) JINDO_DO(bridge(node));
    if (out_.bridges_.size() + out_.mixers_.size() + out_.swaps_.size() > kEntriesMax)
      return wrong(root, "more than 10,000 entries (limit)");
    return {};
  }

  Status numberings(const YAML::Node& node) {
    if (!node || node.IsNull()) return {};
    if (!node.IsMap()) return wrong(node, "'numberings': expected {name: {chain: number}}");
    for (const auto& named : node) {
      if (!named.second.IsMap()) return wrong(named.second, "expected {chain: number}");
      auto& numbers = out_.numberings_[named.first.Scalar()];
      for (const auto& row : named.second) {
        const auto network = chain::find_network(row.first.Scalar());
        if (!network.ok()) return wrong(row.first, network.error().message);
        const auto number = base::parse_decimal(row.second.Scalar());
        if (!number || !number->fits_u64()) return wrong(row.second, "expected a chain's number");
        numbers[*network] = number->low();
      }
    }
    return {};
  }

  Status asset(const YAML::Node& node) {
    if (!node.IsMap()) return wrong(node, "'assets': expected {chain, address, symbol, decimals, freezable}");
    JINDO_DO(only(node, {"chain", "address", "symbol", "decimals", "freezable", "source"}));
    AssetEntry out;
    JINDO_TRY(const std::string chain, fields_.text(node, "chain", true));
    const auto network = chain::find_network(chain);
    if (!network.ok()) return wrong(node["chain"], network.error().message);
    out.network = *network;
    JINDO_TRY(const std::string address, fields_.text(node, "address", true));
    const auto key = chain::parse_asset(*out.network, address);
    if (!key.ok()) return wrong(node["address"], key.error().message);
    out.key = *key;
    JINDO_TRY(out.facts.symbol, fields_.text(node, "symbol", true));
    JINDO_TRY(const std::string decimals, fields_.text(node, "decimals", true));
    const auto places = base::parse_decimal(decimals);
    if (!places || *places > base::Uint256(38)) return wrong(node["decimals"], "expected 0 to 38");
    out.facts.decimals = static_cast<int>(places->low());
    JINDO_TRY(const std::string freezable, fields_.text(node, "freezable", false));
    out.facts.freezable = freezable == "true";
    out_.assets_.push_back(std::move(out));
    return {};
  }

  base::Result<EventLayout> layout(const YAML::Node& parent, const char* name) {
    JINDO_TRY(const std::string text, fields_.text(parent, name, true));
    auto parsed = EventLayout::parse(text);
    if (!parsed.ok()) return wrong(parent[name], parsed.error().message);
    return parsed;
  }
  Status swap(const YAML::Node& node) {
    if (!node.IsMap()) return wrong(node, "'swaps': expected {protocol, source, event}");
    JINDO_DO(only(node, {"protocol", "source", "event", "wraps"}));
    SwapEvent out;
    JINDO_TRY(out.protocol, fields_.text(node, "protocol", true));
    JINDO_TRY(out.layout, layout(node, "event"));
    JINDO_TRY(const std::string wraps, fields_.text(node, "wraps", false));
    out.wraps = wraps == "true";
    out_.swaps_[out.layout.topic()].push_back(std::move(out));
    return {};
  }
  Status contracts(const YAML::Node& node, Contracts& out) {
    if (!node || node.IsNull()) return {};
    if (!node.IsMap()) return wrong(node, "'contracts': expected {chain: [address]}");
    for (const auto& row : node) {
      const auto network = chain::find_network(row.first.Scalar());
      if (!network.ok()) return wrong(row.first, network.error().message);
      if (!row.second.IsSequence()) return wrong(row.second, "expected a list of addresses");
      for (const auto& address : row.second) {
        const auto key = chain::parse_address(**network, address.Scalar());
        if (!key.ok()) return wrong(address, key.error().message);
        out[*network].insert(*key);
      }
    }
    return {};
  }
  Status mixer(const YAML::Node& node) {
    if (!node.IsMap())
      return wrong(node, "'mixers': expected {id, name, source, deposit, withdrawal, contracts, routers}");
    JINDO_DO(only(node, {"id", "name", "source", "deposit", "withdrawal", "contracts", "routers"}));
    MixerEntry out;
    JINDO_TRY(out.id, fields_.text(node, "id", true));
    JINDO_TRY(out.name, fields_.text(node, "name", true));
    JINDO_TRY(out.source, fields_.text(node, "source", false));
    JINDO_TRY(out.deposit, layout(node, "deposit"));
    JINDO_TRY(out.withdrawal, layout(node, "withdrawal"));
    JINDO_DO(contracts(node["contracts"], out.contracts));
    JINDO_DO(contracts(node["routers"], out.routers));
    out_.mixers_.push_back(std::move(out));
    return {};
  }

  Status bridge(const YAML::Node& node) {
    if (!node.IsMap()) return wrong(node, "'bridges': expected {id, name, source, deposits, releases, contracts}");
    JINDO_DO(only(node, {"id", "name", "source", "numbering", "memos", "deposits", "releases", "contracts"}));
    BridgeEntry out;
    JINDO_TRY(out.id, fields_.text(node, "id", true));
    JINDO_TRY(out.name, fields_.text(node, "name", true));
    JINDO_TRY(out.source, fields_.text(node, "source", false));
    JINDO_TRY(out.numbering, fields_.text(node, "numbering", false));
    if (!out.numbering.empty() && out_.numberings_.count(out.numbering) == 0)
      return wrong(node["numbering"], "no numbering '" + out.numbering.substr(0, 40) + "' stands above");
    JINDO_TRY(const std::string memos, fields_.text(node, "memos", false));
    out.memos = memos == "true";
    for (const BridgeEntry& other : out_.bridges_)
      if (other.id == out.id) return wrong(node["id"], "bridge '" + out.id.substr(0, 60) + "' stands twice");
    for (const bool deposit : {true, false}) {
      JINDO_TRY(const YAML::Node events, fields_.list(node, deposit ? "deposits" : "releases"));
      for (const auto& event : events) {
        BridgeEvent parsed;
        JINDO_DO(bridge_event(event, parsed));
        if (deposit && parsed.key.empty() && parsed.memo.empty())
          return wrong(event, "expected 'key', what names the crossing on both sides, or 'memo'");
        if (!deposit && parsed.key.empty() && parsed.memo.empty() && !parsed.transaction)
          return wrong(event, "expected 'key', 'memo', or 'transaction', the deposit's");
        (deposit ? out.deposits : out.releases).push_back(std::move(parsed));
      }
    }
    JINDO_DO(contracts(node["contracts"], out.contracts));
    out_.bridges_.push_back(std::move(out));
    return {};
  }
  Status bridge_event(const YAML::Node& node, BridgeEvent& out) {
    if (!node.IsMap()) return wrong(node, "expected {event, key, amount, recipient, …}");
    JINDO_DO(only(node, {"event", "key", "transaction", "amount", "recipient", "vault", "to_chain", "memo"}));
    JINDO_TRY(out.layout, layout(node, "event"));
    JINDO_TRY(const YAML::Node key, fields_.list(node, "key"));
    for (const auto& part : key) {
      JINDO_TRY(const Expression expression, parse_expression(part, out.layout));
      out.key.push_back(expression);
    }
    const auto optional = [&](const char* name, std::optional<Expression>& to) -> Status {
      if (!node[name]) return {};
      JINDO_TRY(to, parse_expression(node[name], out.layout));
      return {};
    };
    JINDO_DO(optional("transaction", out.transaction));
    JINDO_DO(optional("amount", out.amount));
    JINDO_DO(optional("recipient", out.recipient));
    JINDO_DO(optional("vault", out.vault));
    JINDO_DO(optional("to_chain", out.to_chain));
    JINDO_TRY(out.memo, fields_.text(node, "memo", false));
    if (!out.memo.empty() && !out.layout.has(out.memo))
      return wrong(node["memo"], "the event has no parameter '" + out.memo.substr(0, 40) + "'");
    return {};
  }
  base::Result<Expression> parse_expression(const YAML::Node& node, const EventLayout& layout) {
    if (!node.IsScalar()) return wrong(node, "expected a parameter's name");
    const std::string text = node.Scalar();
    Expression out;
    if (text == "$chain") {
      out.kind = Expression::Kind::kChain;
    } else if (text == "$transaction") {
      out.kind = Expression::Kind::kTransaction;
    } else if (text == "$kappa") {
      out.kind = Expression::Kind::kKappa;
    } else {
      const size_t bracket = text.find('[');
      out.parameter = text.substr(0, bracket);
      if (!layout.has(out.parameter))
        return wrong(node, "the event has no parameter '" + out.parameter.substr(0, 40) + "'");
      if (bracket != std::string::npos) {
        const size_t colon = text.find(':', bracket);
        const auto from = base::parse_decimal(text.substr(bracket + 1, colon - bracket - 1));
        const auto to = colon == std::string::npos || text.back() != ']'
                            ? std::nullopt
                            : base::parse_decimal(text.substr(colon + 1, text.size() - colon - 2));
        if (!from || !to || !to->fits_u64() || to->low() > 4096 || *to <= *from || to->low() - from->low() > 32)
          return wrong(node, "expected parameter[from:to], at most 32 bytes");
        out.kind = Expression::Kind::kSlice;
        out.from = static_cast<uint32_t>(from->low());
        out.to = static_cast<uint32_t>(to->low());
      }
    }
    return out;
  }

  decode::YamlFields fields_;
  Registry& out_;
};

base::Result<Registry> Registry::parse(const std::string& path, const std::string& yaml) {
  Registry out;
  JINDO_DO(RegistryReader(path, out).run(yaml));
  out.digest_ = base::sha256(base::as_bytes(yaml));
  return out;
}

base::Result<Registry> Registry::read(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    if (!base::is_folder(path)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    std::error_code code;
    for (std::filesystem::directory_iterator it(path, code), end; !code && it != end; it.increment(code))
      if (it->path().extension() == ".yaml") found.push_back(it->path().string());
    if (code) return bad_input(path + ": cannot list the folder: " + code.message());
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  Registry out;
  base::Sha256 digest;
  for (const std::string& file : files) {
    JINDO_TRY(const base::MappedFile content, base::MappedFile::open(file));
    const std::string yaml(reinterpret_cast<const char*>(content.bytes().data()), content.bytes().size());
    JINDO_DO(RegistryReader(file, out).run(yaml));
    digest.update(content.bytes());
  }
  out.digest_ = digest.finish();
  return out;
}

const SwapEvent* Registry::find_swap(const ledger::Note& note) const {
  if (note.kind != chain::NoteKind::kEvent || note.topics == 0) return nullptr;
  const auto found = swaps_.find(note.topic0);
  if (found == swaps_.end()) return nullptr;
  for (const SwapEvent& event : found->second)
    if (event.layout.matches(note)) return &event;
  return nullptr;
}

std::optional<uint64_t> Registry::chain_number(const std::string& numbering, const chain::Network& network) const {
  if (!numbering.empty()) {
    const auto found = numberings_.find(numbering);
    if (found == numberings_.end() || found->second.count(&network) == 0) return std::nullopt;
    return found->second.at(&network);
  }
  // "eip155:56", "tron:0x2b6653dc"
  const std::string_view text = network.caip2.substr(network.caip2.find(':') + 1);
  if (text.substr(0, 2) == "0x") {
    const auto number = base::parse_hex_quantity(text);
    return number && number->fits_u64() ? std::optional(number->low()) : std::nullopt;
  }
  if (network.caip2.substr(0, 7) != "eip155:") return std::nullopt;
  const auto number = base::parse_decimal(text);
  return number ? std::optional(number->low()) : std::nullopt;
}

void name_contracts(const Registry& registry, attribution::ServiceDirectory& services) {
  const auto name = [&](const Contracts& contracts, const char* category, const std::string& who,
                        const std::string& source) {
    for (const auto& [network, keys] : contracts)
      for (const chain::AddressKey& key : keys) services.add_known(*network, key, {category, who, source, "registry"});
  };
  for (const MixerEntry& mixer : registry.mixers())
    for (const Contracts* contracts : {&mixer.contracts, &mixer.routers})
      name(*contracts, "mixer", mixer.name, mixer.source);
  for (const BridgeEntry& bridge : registry.bridges()) name(bridge.contracts, "bridge", bridge.name, bridge.source);
}
}  // namespace jindo::resolve
