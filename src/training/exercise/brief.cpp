// The trainee's page, from what the exercise's folder holds beside the answers.
#include "base/file.h"
#include "decode/json_fields.h"
#include "exercise/exercise.h"

namespace jindo::exercise {
namespace {
using decode::JsonFields;
constexpr size_t kManifestBytesMax = 16 << 20;

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

// Both forms from one list of paragraphs.
class Page {
 public:
  explicit Page(bool html) : html_(html) {}
  void title(const std::string& text) {
    if (html_)
      out_ +=
          "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>" + escape(text) +
          "</title><style>body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 "
          "1em}code,pre{font-size:14px;"
          "background:#f2f2f2;overflow-wrap:anywhere}pre{padding:.6em;white-space:pre-wrap}</style></head><body><h1>" +
          escape(text) + "</h1>\n";
    else
      out_ += "# " + text + "\n\n";
  }
  void heading(const std::string& text) { out_ += html_ ? "<h2>" + escape(text) + "</h2>\n" : "## " + text + "\n\n"; }
  void text(std::string_view text) { out_ += html_ ? "<p>" + escape(text) + "</p>\n" : std::string(text) + "\n\n"; }
  void code(const std::string& text) {
    out_ += html_ ? "<pre>" + escape(text) + "</pre>\n" : "```\n" + text + "```\n\n";
  }
  void numbered(const std::vector<std::string>& items) {
    if (html_) out_ += "<ol>";
    for (size_t i = 0; i < items.size(); ++i)
      out_ += html_ ? "<li>" + escape(items[i]) + "</li>" : std::to_string(i + 1) + ". " + items[i] + "\n";
    out_ += html_ ? "</ol>\n" : "\n";
  }
  void folded(const std::string& label, const std::string& text) {
    // Markdown shows folds where it is rendered as HTML, as most viewers do.
    out_ += "<details><summary>" + escape(label) + "</summary><p>" + escape(text) + "</p></details>\n";
    if (!html_) out_ += "\n";
  }
  std::string take() {
    if (html_) out_ += "</body></html>\n";
    return std::move(out_);
  }

 private:
  bool html_;
  std::string out_;
};

base::Result<std::vector<std::string>> texts(const JsonFields& fields, const char* name) {
  std::vector<std::string> out;
  JINDO_TRY(const auto array, fields.array(name));
  for (const simdjson::dom::element element : array) {
    std::string_view text;
    if (element.get(text) != simdjson::SUCCESS) return base::bad_input(std::string("'") + name + "': expected texts");
    out.emplace_back(text);
  }
  return out;
}
}  // namespace

base::Result<std::string> brief(const std::string& folder, bool html) {
  const std::string path = folder + "/exercise.json";
  JINDO_TRY(const std::string content, base::read_file(path, kManifestBytesMax));
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (const auto code = parser.parse(content).get(object); code != simdjson::SUCCESS)
    return base::bad_input(path + ": " + decode::json_error(code).message);
  const JsonFields fields(object);
  const auto write = [&]() -> base::Result<std::string> {
    JINDO_TRY(const auto format, fields.text("format"));
    if (format != "jindo-exercise-1")
      return base::bad_input("'format' is '" + std::string(format.substr(0, 40)) +
                             "'; this program reads jindo-exercise-1");
    JINDO_TRY(const auto name, fields.text("name"));
    JINDO_TRY(const auto hour_zero, fields.text("hour_zero"));
    JINDO_TRY(const auto known, fields.text("known"));
    JINDO_TRY(const auto questions, texts(fields, "questions"));
    JINDO_TRY(const auto hints, texts(fields, "hints"));
    JINDO_TRY(const auto incidents, texts(fields, "incidents"));
    Page page(html);
    page.title("Exercise: " + std::string(name));
    page.text("Every address, name and transaction in this exercise is fictional.");
    page.heading("Hour zero: " + std::string(hour_zero));
    page.text(known);
    page.heading("What you are given");
    std::string ingest;
    JINDO_TRY(const auto chains, fields.array("chains"));
    for (const simdjson::dom::element element : chains) {
      simdjson::dom::object chain_object;
      if (element.get(chain_object) != simdjson::SUCCESS) return base::bad_input("'chains': expected objects");
      const JsonFields chain(chain_object);
      JINDO_TRY(const auto chain_name, chain.text("chain"));
      JINDO_TRY(const auto chain_format, chain.text("format"));
      JINDO_TRY(const auto chain_path, chain.text("path"));
      ingest += "jindo ingest --ledger L --chain " + std::string(chain_name) + " --format " +
                std::string(chain_format) + " " + std::string(chain_path) + "\n";
    }
    page.text(
        "The ledgers, as a node and the usual exports hold them; the incident as it was reported; public labels of "
        "services (services.csv) and contracts (contracts.csv). From this folder:");
    std::string first = incidents.empty() ? "" : incidents[0];
    page.code(ingest + "jindo incident show ./" + first + "\njindo trace --ledger L --incident ./" + first +
              " --policy fifo --services services.csv\n");
    page.heading("Questions");
    page.numbered(questions);
    page.heading("Your answer");
    page.text(
        "A CSV of the places where the stolen value is at the end, with the columns chain and address; or a trace "
        "result (--format json). Your trainer scores it:");
    page.code("jindo exercise score --truth answers/truth.json my-answer.csv\n");
    page.heading("Hints, by stages: open one only when you are stuck");
    for (size_t i = 0; i < hints.size(); ++i) page.folded("Stage " + std::to_string(i + 1), hints[i]);
    return page.take();
  };
  auto out = write();
  if (!out.ok()) return base::Error{out.error().kind, path + ": " + out.error().message};
  return out;
}
}  // namespace jindo::exercise
