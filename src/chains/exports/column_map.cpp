// The map's YAML: every word is known, or an error that names its line.
#include "exports/column_map.h"

#include <algorithm>
#include <array>

#include "base/file.h"
#include "decode/yaml_fields.h"
#include "exports/chain_names.h"
#include "exports/table.h"

namespace jindo::exports {
namespace {
using base::Status;
constexpr size_t kMapBytesMax = size_t{1} << 20;
constexpr size_t kWordsMax = 100;
constexpr size_t kAssetsMax = 1000;
constexpr std::array<const char*, ColumnMap::kFields> kFieldNames = {
    "transaction", "block",    "time", "index", "log",    "from",  "to",      "asset",
    "amount",      "decimals", "fee",  "kind",  "failed", "chain", "token_id"};

class MapReader {
 public:
  explicit MapReader(const std::string& name) : yaml_(name) {}
  base::Result<ColumnMap> read(const std::string& text);

 private:
  Status only(const YAML::Node& node, const char* what, std::initializer_list<std::string_view> known);
  Status read_root(const YAML::Node& root);
  Status read_columns(const YAML::Node& node);
  Status read_constants(const YAML::Node& node);
  Status read_time(const YAML::Node& node);
  Status read_amount(const YAML::Node& node, const char* what, AmountForm& out);
  Status read_kinds(const YAML::Node& node);
  Status read_assets(const YAML::Node& node);
  base::Result<std::vector<std::string>> words(const YAML::Node& parent, const char* name);
  decode::YamlFields yaml_;
  ColumnMap out_;
};

Status MapReader::only(const YAML::Node& node, const char* what, std::initializer_list<std::string_view> known) {
  if (!node.IsMap()) return yaml_.wrong(node, std::string("'") + what + "': expected a map of names");
  for (const auto& pair : node) {
    const std::string key = pair.first.Scalar();
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    std::string names;
    for (const std::string_view name : known) names += (names.empty() ? "" : ", ") + std::string(name);
    return yaml_.wrong(pair.first, std::string("'") + what + "' has no '" + key + "'; known: " + names);
  }
  return {};
}

base::Result<std::vector<std::string>> MapReader::words(const YAML::Node& parent, const char* name) {
  std::vector<std::string> out;
  const YAML::Node node = parent[name];
  if (!node || node.IsNull()) return out;
  if (node.IsScalar()) return std::vector<std::string>{node.Scalar()};
  if (!node.IsSequence() || node.size() > kWordsMax)
    return yaml_.wrong(node, std::string("'") + name + "': expected a word or a list of at most 100");
  for (const auto& word : node) {
    if (!word.IsScalar()) return yaml_.wrong(word, std::string("'") + name + "': expected words");
    out.push_back(word.Scalar());
  }
  return out;
}

Status MapReader::read_columns(const YAML::Node& node) {
  JINDO_DO(only(node, "columns",
                {"transaction", "block", "time", "index", "log", "from", "to", "asset", "amount", "decimals", "fee",
                 "kind", "failed", "chain", "token_id"}));
  out_.columns.assign(ColumnMap::kFields, "");
  for (size_t i = 0; i < ColumnMap::kFields; ++i) {
    JINDO_TRY(out_.columns[i], yaml_.text(node, kFieldNames[i], false));
  }
  if (out_.columns[static_cast<size_t>(ColumnMap::Field::kAmount)].empty() &&
      out_.columns[static_cast<size_t>(ColumnMap::Field::kFee)].empty() &&
      out_.columns[static_cast<size_t>(ColumnMap::Field::kTokenId)].empty())
    return yaml_.wrong(node, "'columns': expected 'amount' or 'fee'");
  return {};
}

Status MapReader::read_constants(const YAML::Node& node) {
  JINDO_DO(only(node, "constants", {"transaction", "from", "to", "asset"}));
  for (const ColumnMap::Field field :
       {ColumnMap::Field::kTransaction, ColumnMap::Field::kFrom, ColumnMap::Field::kTo, ColumnMap::Field::kAsset}) {
    const char* name = kFieldNames[static_cast<size_t>(field)];
    JINDO_TRY(const std::string value, yaml_.text(node, name, false));
    if (value.empty()) continue;
    if (!out_.columns[static_cast<size_t>(field)].empty())
      return yaml_.wrong(node[name], std::string("'") + name + "' is a column already");
    out_.constants[field] = value;
  }
  return {};
}

Status MapReader::read_time(const YAML::Node& node) {
  JINDO_DO(only(node, "time", {"format", "zone"}));
  JINDO_TRY(out_.time_format, yaml_.text(node, "format", false));
  JINDO_TRY(out_.zone, yaml_.text(node, "zone", false));
  const std::string& zone = out_.zone;
  const bool offset = zone.size() == 6 && (zone[0] == '+' || zone[0] == '-') && zone[3] == ':';
  if (!zone.empty() && zone != "UTC" && !offset)
    return yaml_.wrong(node["zone"], "'zone': expected UTC or an offset like +09:00");
  return {};
}

Status MapReader::read_amount(const YAML::Node& node, const char* what, AmountForm& out) {
  JINDO_DO(only(node, what, {"unit", "decimals", "point", "thousands", "strip"}));
  JINDO_TRY(const std::string unit, yaml_.text(node, "unit", false));
  if (!unit.empty() && unit != "whole" && unit != "base")
    return yaml_.wrong(node["unit"], "'unit': expected whole (1.5 ETH) or base (wei, satoshi, sun)");
  if (!unit.empty()) out.whole = unit == "whole";
  JINDO_TRY(const std::string decimals, yaml_.text(node, "decimals", false));
  if (!decimals.empty()) {
    const auto value = base::parse_decimal(decimals);
    if (!value || *value > base::Uint256(77)) return yaml_.wrong(node["decimals"], "'decimals': expected 0 to 77");
    out.decimals = static_cast<int>(value->low());
  }
  JINDO_TRY(const std::string point, yaml_.text(node, "point", false));
  if (point.size() > 1) return yaml_.wrong(node["point"], "'point': expected one character");
  if (!point.empty()) out.point = point[0];
  if (node["thousands"]) {
    JINDO_TRY(out.thousands, yaml_.text(node, "thousands", false));
  } else if (out.point == ',') {
    out.thousands = ".";
  }
  if (out.thousands.find(out.point) != std::string::npos)
    return yaml_.wrong(node, std::string("'") + what + "': the decimal point cannot stand between thousands too");
  JINDO_TRY(out.strip, words(node, "strip"));
  return {};
}

Status MapReader::read_kinds(const YAML::Node& node) {
  JINDO_DO(only(node, "kind", {"fee", "value", "internal", "token", "skip"}));
  const std::pair<const char*, ColumnMap::Kind> kinds[] = {{"fee", ColumnMap::Kind::kFee},
                                                           {"value", ColumnMap::Kind::kValue},
                                                           {"internal", ColumnMap::Kind::kInternal},
                                                           {"token", ColumnMap::Kind::kToken},
                                                           {"skip", ColumnMap::Kind::kSkip}};
  for (const auto& [name, kind] : kinds) {
    JINDO_TRY(const std::vector<std::string> cells, words(node, name));
    for (const std::string& cell : cells)
      if (!out_.kinds.try_emplace(normal_name(cell), kind).second)
        return yaml_.wrong(node[name], "'kind': '" + cell + "' stands twice");
  }
  return {};
}

Status MapReader::read_assets(const YAML::Node& node) {
  if (!node.IsMap() || node.size() > kAssetsMax)
    return yaml_.wrong(node, "'assets': expected a map of at most 1000 names to 'coin' or a contract");
  for (const auto& pair : node) {
    if (!pair.first.IsScalar() || !pair.second.IsScalar())
      return yaml_.wrong(pair.first, "'assets': expected NAME: coin, or NAME: CONTRACT");
    out_.assets[pair.first.Scalar()] = pair.second.Scalar();
  }
  return {};
}

Status MapReader::read_root(const YAML::Node& root) {
  JINDO_DO(only(
      root, "the map",
      {"chain", "sheet", "header_row", "columns", "constants", "time", "amount", "fee", "kind", "failed", "assets"}));
  JINDO_TRY(const std::string chain, yaml_.text(root, "chain", false));
  if (!chain.empty()) out_.chain = chain_by_any_name(chain);
  if (!chain.empty() && out_.chain.empty()) return yaml_.wrong(root["chain"], "'chain': unknown chain '" + chain + "'");
  JINDO_TRY(out_.sheet, yaml_.text(root, "sheet", false));
  JINDO_TRY(const std::string row, yaml_.text(root, "header_row", false));
  if (!row.empty()) {
    const auto value = base::parse_decimal(row);
    if (!value || value->is_zero() || *value > base::Uint256(Table::kHeadRows))
      return yaml_.wrong(root["header_row"], "'header_row': expected 1 to " + std::to_string(Table::kHeadRows));
    out_.header_row = static_cast<size_t>(value->low());
  }
  if (!root["columns"]) return yaml_.wrong(root, "'columns' is missing");
  JINDO_DO(read_columns(root["columns"]));
  if (root["constants"]) JINDO_DO(read_constants(root["constants"]));
  if (root["time"]) JINDO_DO(read_time(root["time"]));
  if (root["amount"]) JINDO_DO(read_amount(root["amount"], "amount", out_.amount));
  out_.fee = out_.amount;
  if (root["fee"]) JINDO_DO(read_amount(root["fee"], "fee", out_.fee));
  if (root["kind"]) JINDO_DO(read_kinds(root["kind"]));
  JINDO_TRY(out_.failed, words(root, "failed"));
  if (root["assets"]) JINDO_DO(read_assets(root["assets"]));
  return {};
}

base::Result<ColumnMap> MapReader::read(const std::string& text) {
  JINDO_TRY(const YAML::Node root, yaml_.load(text));
  JINDO_DO(yaml_.guard([&] { return read_root(root); }));
  return std::move(out_);
}
}  // namespace

base::Result<ColumnMap> ColumnMap::parse(const std::string& name, const std::string& yaml) {
  if (yaml.size() > kMapBytesMax) return base::bad_input(name + ": a column map of more than 1 MiB (limit)");
  return MapReader(name).read(yaml);
}

base::Result<ColumnMap> ColumnMap::read(const std::string& path) {
  JINDO_TRY(const std::string text, base::read_file(path, kMapBytesMax));
  return parse(path, text);
}
}  // namespace jindo::exports
