// Scores as a table for people, and as JSON.
#include <algorithm>

#include "exercise/score.h"

namespace jindo::exercise {
namespace {
std::string percent(uint64_t ppm) {  // to a hundredth, rounded down: 99.99 is not 100
  std::string fraction = std::to_string(ppm / 100 % 100);
  if (fraction.size() < 2) fraction.insert(0, "0");
  return std::to_string(ppm / 10000) + "." + fraction + " %";
}
std::string dollars(Uint128 micro) {
  std::string digits = std::to_string(static_cast<uint64_t>(micro / 1'000'000)), out;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out + " USD";
}
std::string padded(std::string text, size_t width) {
  text.resize(std::max(text.size() + 1, width), ' ');
  return text;
}
}  // namespace

void print_score_table(const Truth& truth, const std::vector<Score>& scores, size_t missed_most,
                       const base::TextSink& out) {
  for (const Score& score : scores) {
    out(truth.scenario + ": " + score.answer + " (" + score.kind + (score.policy.empty() ? "" : ", " + score.policy) +
        ")\n");
    std::string group;
    for (const Line& line : score.lines) {
      if (line.group != group) out("  " + line.group + "\n");
      group = line.group;
      const bool value = score.kind == "trace" || score.kind == "addresses" ? group != "addresses" : false;
      out("    " + padded(line.name, 44) + padded(percent(line.ratio.ppm()), 10) +
          (value ? dollars(line.ratio.part) + " of " + dollars(line.ratio.whole)
                 : std::to_string(static_cast<uint64_t>(line.ratio.part)) + " of " +
                       std::to_string(static_cast<uint64_t>(line.ratio.whole))) +
          "\n");
    }
    const auto list = [&](const char* title, const std::vector<Missed>& rows) {
      if (rows.empty() || missed_most == 0) return;
      out(std::string("  ") + title + "\n");
      for (size_t i = 0; i < std::min(missed_most, rows.size()); ++i) {
        const Missed& row = rows[i];
        out("    " + (row.chain.empty() ? "" : row.chain + " ") + row.address +
            (row.owner.empty() ? "" : " (" + row.owner + ")") + ": " +
            (row.usd_micro > 0 ? dollars(row.usd_micro) + ", " : "") + row.what + "\n");
      }
      if (rows.size() > missed_most) out("    and " + std::to_string(rows.size() - missed_most) + " more\n");
    };
    list("missed, the largest first", score.missed);
    list("wrong, the largest first", score.wrong);
  }
}

void print_score_json(const Truth& truth, const std::vector<Score>& scores, const base::TextSink& out) {
  base::JsonWriter json(out);
  json.begin_object();
  json.field("scenario", truth.scenario);
  json.key("scores");
  json.begin_array();
  for (const Score& score : scores) {
    json.begin_object();
    json.field("answer", score.answer);
    json.field("kind", score.kind);
    if (!score.policy.empty()) json.field("policy", score.policy);
    json.key("lines");
    json.begin_array();
    json.compact(true);
    const auto decimal = [](Uint128 value) { return base::to_decimal(base::to_uint256(value)); };
    for (const Line& line : score.lines) {
      json.begin_object();
      json.field("group", line.group);
      json.field("name", line.name);
      json.field("parts_per_million", line.ratio.ppm());
      json.field("part", decimal(line.ratio.part));
      json.field("whole", decimal(line.ratio.whole));
      json.end_object();
    }
    json.compact(false);
    json.end_array();
    for (const auto& [name, rows] : {std::pair{"missed", &score.missed}, std::pair{"wrong", &score.wrong}}) {
      json.key(name);
      json.begin_array();
      json.compact(true);
      for (const Missed& row : *rows) {
        json.begin_object();
        json.field("chain", row.chain);
        json.field("address", row.address);
        json.field("owner", row.owner);
        json.field("what", row.what);
        json.field("usd_micro", decimal(row.usd_micro));
        json.end_object();
      }
      json.compact(false);
      json.end_array();
    }
    json.end_object();
  }
  json.end_array();
  json.end_object();
}
}  // namespace jindo::exercise
