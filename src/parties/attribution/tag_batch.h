// What an import file says: tags, actors, and what of it is refused with the reason. Each format has a reader of its
// own (read_*.cpp); all take the text in memory, so that each can be fuzzed, but OFAC's XML and CSV, which stream.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "attribution/tag.h"

namespace jindo::attribution {

inline constexpr size_t kImportBytesMax = size_t{256} << 20;  // a file of YAML or JSON
inline constexpr size_t kLabelMax = 512;                      // bytes of a label, a name, a source's word
inline constexpr size_t kContextMax = 16 << 10;

struct Refusal {
  std::string place;  // file and line or row
  std::string subject;
  std::string reason;
};
struct TagBatch {
  std::string collection;        // names what was read, the same at every date
  std::optional<int64_t> as_of;  // the date that the file states
  std::vector<Tag> tags;
  std::vector<Actor> actors;
  std::vector<Refusal> refused;
  std::vector<std::string> notes;

  // Checks a tag as every reader must: its subject is not absurd, its label is one, its dates are in order. A tag that
  // does not pass is refused with the reason.
  void add(Tag tag, const std::string& place);
  void refuse(const std::string& place, std::string_view subject, const std::string& reason);
};

// GraphSense TagPack (YAML): fields of the header hold for each tag that lacks them; "header: !include FILE" takes them
// from a file beside the pack. An address whose form is of another chain than the one named is of that chain.
base::Status read_tagpack(const std::string& path, std::string_view content, TagBatch& batch);
// The files that a pack's header includes, with its folder before them: they are no packs themselves.
std::vector<std::string> tagpack_includes(const std::string& path, std::string_view content);
// GraphSense ActorPack (YAML).
base::Status read_actorpack(const std::string& path, std::string_view content, TagBatch& batch);
// OFAC's SDN list as Advanced XML (a file of any size, streamed; or a text in memory).
base::Status read_ofac_xml(const std::string& path, TagBatch& batch);
base::Status read_ofac_xml_text(const std::string& name, std::string_view content, TagBatch& batch);
// OFAC's addresses as plain lists: sanctioned_addresses_TICKER.txt (one a line) or .json (an array), or the legacy
// sdn.csv, whose remarks name them. `ticker` "" takes it from the file's name.
base::Status read_ofac_list(const std::string& path, std::string_view content, const std::string& ticker,
                            TagBatch& batch);
// Etherscan-style labels: {"0x…": {"name": …, "labels": […]}} or {"0x…": "name"}.
base::Status read_label_json(const std::string& path, std::string_view content, const std::string& chain,
                             TagBatch& batch);
// STIX 2.1: a bundle or one object; cryptocurrency-wallet objects (public extension), their holders, their markings.
base::Status read_stix_wallets(const std::string& path, std::string_view content, TagBatch& batch);
// CSV with a header. `mapping`: a field of a tag -> the column that holds it ("address" -> "addr"); "" leaves it out.
// `defaults`: the confidence of rows that state none.
base::Status read_tag_csv(const std::string& path, const std::map<std::string, std::string>& mapping,
                          const Tag& defaults, TagBatch& batch);
base::Status read_tag_csv_text(const std::string& name, std::string_view content,
                               const std::map<std::string, std::string>& mapping, const Tag& defaults, TagBatch& batch);
std::span<const char* const> tag_csv_fields();

}  // namespace jindo::attribution
