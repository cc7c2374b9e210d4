// The list of incidents in force: few, so that it is looked through.
#include "node/flagged_incidents.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/hash.h"
#include "base/hex.h"

namespace jindo::node {
namespace {
base::Status add_files_of(const std::string& folder, std::vector<std::string>& files) {
  JINDO_TRY(const auto names, base::list_folder(folder));
  for (const std::string& name : names)
    if (name.ends_with(".yaml") || name.ends_with(".yml")) files.push_back(folder + "/" + name);
  return {};
}
}  // namespace

base::Status FlaggedIncidents::load(const std::vector<std::string>& given, const std::string& folder) {
  std::vector<std::string> files;
  for (const std::string& path : given) {
    if (base::is_folder(path))
      JINDO_DO(add_files_of(path, files));
    else
      files.push_back(path);
  }
  JINDO_DO(add_files_of(folder, files));
  for (const std::string& file : files) {
    JINDO_TRY(const std::string yaml, base::read_file(file, 1 << 20));
    JINDO_TRY(incidents::Incident incident, incidents::parse_incident(file, yaml));
    put(std::move(incident), yaml);
  }
  return {};
}

void FlaggedIncidents::put(incidents::Incident incident, const std::string& yaml) {
  remove(incident.id);
  all_.push_back({std::move(incident), base::to_hex(base::sha256(base::as_bytes(yaml))), yaml});
}
void FlaggedIncidents::remove(const std::string& id) {
  all_.erase(std::remove_if(all_.begin(), all_.end(), [&](const Flagged& f) { return f.incident.id == id; }),
             all_.end());
}
const Flagged* FlaggedIncidents::find(const std::string& id) const {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Flagged& f) { return f.incident.id == id; });
  return found == all_.end() ? nullptr : &*found;
}
void FlaggedIncidents::sort() {
  std::sort(all_.begin(), all_.end(), [](const Flagged& a, const Flagged& b) { return a.incident.id < b.incident.id; });
}

std::string FlaggedIncidents::marking_of(const exposure::SourceInfo& source) const {
  if (source.kind != exposure::SourceKind::kIncident) return "";
  const Flagged* flagged = find(source.id);
  return flagged == nullptr ? "" : flagged->incident.marking;
}
std::string FlaggedIncidents::alerted_fact(const Flagged& flagged) {
  return "told " + flagged.incident.id + " " + flagged.digest;
}
std::string FlaggedIncidents::alerted_fact_of_category(const std::string& category) {
  return "told category " + category;
}
std::string FlaggedIncidents::alerted_fact(const exposure::SourceInfo& source) const {
  if (source.kind == exposure::SourceKind::kCategory) return alerted_fact_of_category(source.id);
  const Flagged* flagged = find(source.id);
  return flagged == nullptr ? "told " + source.id : alerted_fact(*flagged);
}
}  // namespace jindo::node
