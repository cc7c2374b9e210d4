// The drawing in passes: what flows through each address, which are shown, a box for each, places, then SVG from the
// back to the front.
#include "report/flow_picture.h"

#include <algorithm>
#include <map>

#include "report/markup.h"
#include "report/trace_text.h"

namespace jindo::report {
namespace {
constexpr int kColumn = 250, kBox = 14, kTop = 46, kGap = 9, kHeight = 620, kLabel = 11;
constexpr int kColumnsMax = 8;
constexpr size_t kRibbonTitleMax = 400;     // bytes of a ribbon's title from which on nothing is added
constexpr uint64_t kPoisonWeight = 20'000;  // poison's amounts have no sum: every ribbon is as wide

// A picture needs no exact figures: parts as integers, in millionths of the whole.
uint64_t millionths(const base::Uint256& part, const base::Uint256& whole) {
  if (whole.is_zero()) return 0;
  return base::mul_div(part, base::Uint256(1'000'000), whole).quotient.low();
}
std::string shortened(const std::string& text) {
  return text.size() <= 18 ? text : text.substr(0, 8) + "…" + text.substr(text.size() - 6);
}
int column_of(const inquiry::FlowNode& node) {
  return static_cast<int>(std::min<uint32_t>(node.hops == UINT32_MAX ? 0 : node.hops, kColumnsMax - 1));
}
std::string column_title(int column) {
  if (column == 0) return "taken from";
  if (column == 1) return "thief";
  return std::to_string(column - 1) + (column == kColumnsMax - 1 ? "+" : "") +
         (column == 2 ? " movement on" : " movements on");
}

struct Box {
  uint64_t weight = 0;  // in millionths of what was stolen of the source, summed over sources
  int column = 0;
  int x = 0, y = 0, height = 0;
  int out_at = 0, in_at = 0;  // where the next ribbon leaves and arrives
  std::string label, title, colour;
};
struct Ribbon {
  uint64_t weight = 0;  // as a box's
  std::string title;
};

class FlowPicture {
 public:
  FlowPicture(const inquiry::Traced& traced, const inquiry::Flow& flow) : traced_(traced), flow_(flow) {}
  std::string draw(size_t nodes_max) {
    sum_flows();
    choose_shown(nodes_max);
    make_boxes();
    place_boxes();
    std::string out = head();
    add_ribbons(out);
    add_boxes(out);
    return out + "</svg>\n";
  }

 private:
  bool poison() const { return traced_.result.policy == trace::Policy::kPoison; }
  // Sources in other assets are drawn against their own total.
  uint64_t weight_of(const inquiry::FlowEdge& edge) const {
    return poison() ? kPoisonWeight : millionths(edge.origin, traced_.result.totals[edge.source].stolen);
  }
  uint64_t through(size_t n) const { return std::max(in_[n], out_[n]); }
  Box& box(int number) { return boxes_[static_cast<size_t>(number)]; }
  int pixels(uint64_t weight) const {
    return static_cast<int>(weight * static_cast<uint64_t>(kHeight - 120) / fullest_);
  }

  void sum_flows() {
    in_.resize(flow_.nodes.size());
    out_.resize(flow_.nodes.size());
    for (const inquiry::FlowEdge& edge : flow_.edges) {
      if (edge.from == edge.to) continue;
      in_[edge.to] += weight_of(edge);
      out_[edge.from] += weight_of(edge);
    }
  }

  void choose_shown(size_t nodes_max) {
    std::vector<uint32_t> order(flow_.nodes.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return through(a) > through(b); });
    shown_.assign(flow_.nodes.size(), false);
    for (size_t i = 0; i < order.size() && i < nodes_max; ++i) shown_[order[i]] = true;
  }

  // A box for each address shown, and one a column for what is not.
  void make_boxes() {
    std::map<int, int> rest_of;  // column -> box of what is not shown
    std::map<int, uint64_t> hidden;
    box_of_.assign(flow_.nodes.size(), -1);
    for (uint32_t n = 0; n < flow_.nodes.size(); ++n) {
      const int column = column_of(flow_.nodes[n]);
      const int next = static_cast<int>(boxes_.size());
      if (shown_[n]) {
        box_of_[n] = next;
        boxes_.push_back(box_for(n));
        continue;
      }
      if (rest_of.emplace(column, next).second) {
        Box rest;
        rest.column = column;
        rest.colour = "#9aa3ad";
        boxes_.push_back(rest);
      }
      box_of_[n] = rest_of[column];
      box(box_of_[n]).weight += through(n);
      ++hidden[column];
    }
    for (const auto& [column, rest] : rest_of) {
      const std::string count = std::to_string(hidden[column]);
      box(rest).label = count + " more";
      box(rest).title = count + " more addresses; the tables list them all";
    }
  }
  Box box_for(uint32_t n) const {
    const inquiry::FlowNode& node = flow_.nodes[n];
    Box out;
    out.column = column_of(node);
    out.weight = through(n);
    out.label = shortened(node.terminal ? node.label : chain::format_address(*node.network, node.address)) +
                (node.role.empty() ? "" : " · " + node.role);
    out.title = node.label + (node.role.empty() ? "" : " (" + node.role + ")") + ", " + std::string(node.network->name);
    out.colour = node.terminal          ? "#5b6470"
                 : node.theft           ? "#b3261e"
                 : in_[n] == 0          ? "#3d6b4f"
                 : out_[n] < in_[n] / 2 ? "#c77700"
                                        : "#2f5d8a";
    return out;
  }

  // Heights: the fullest column fills the picture.
  void place_boxes() {
    for (int b = 0; b < static_cast<int>(boxes_.size()); ++b) columns_[box(b).column].push_back(b);
    size_t longest = 1;
    for (const auto& [column, list] : columns_) {
      uint64_t sum = 0;
      for (const int b : list) sum += box(b).weight;
      fullest_ = std::max(fullest_, sum);
      longest = std::max(longest, list.size());
    }
    height_ = std::max<int>(kHeight, static_cast<int>(longest) * (kLabel + kGap + 2));
    for (auto& [column, list] : columns_) {
      std::stable_sort(list.begin(), list.end(), [&](int a, int b) { return box(a).weight > box(b).weight; });
      int y = kTop;
      for (const int b : list) {
        Box& placed = box(b);
        placed.x = 20 + column * kColumn;
        placed.y = y;
        placed.height = std::max(2, pixels(placed.weight));
        placed.out_at = placed.in_at = y;
        y += std::max(placed.height, kLabel) + kGap;
      }
      height_ = std::max(height_, y);
    }
  }

  std::string head() const {
    const int width = 20 + (columns_.empty() ? 1 : columns_.rbegin()->first + 1) * kColumn;
    std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(width) + " " +
                      std::to_string(height_ + 10) + "\" role=\"img\" aria-label=\"Flow of the stolen value\">\n";
    for (const auto& [column, list] : columns_)
      out += "<text x=\"" + std::to_string(20 + column * kColumn) + "\" y=\"24\" class=\"column\">" +
             column_title(column) + "</text>\n";
    return out;
  }

  // Edges between the same boxes are one ribbon. The widest come first, so that thin ones stay visible.
  void add_ribbons(std::string& out) {
    std::map<std::pair<int, int>, Ribbon> ribbons;
    for (const inquiry::FlowEdge& edge : flow_.edges) {
      const int from = box_of_[edge.from], to = box_of_[edge.to];
      if (from == to) continue;
      Ribbon& ribbon = ribbons[{from, to}];
      ribbon.weight += weight_of(edge);
      if (ribbon.title.size() < kRibbonTitleMax) ribbon.title += (ribbon.title.empty() ? "" : "; ") + edge_text(edge);
    }
    std::vector<std::pair<std::pair<int, int>, Ribbon>> sorted(ribbons.begin(), ribbons.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second.weight > b.second.weight; });
    for (const auto& [ends, ribbon] : sorted) out += ribbon_path(box(ends.first), box(ends.second), ribbon);
  }
  std::string edge_text(const inquiry::FlowEdge& edge) const {
    const trace::Source& source = traced_.result.sources[edge.source];
    return (poison() ? std::string("tainted")
                     : amount_and_asset(traced_.incidents, *source.network, source.asset, edge.origin)) +
           " of " + source.incident;
  }
  std::string ribbon_path(Box& from, Box& to, const Ribbon& ribbon) const {
    const int thick = std::max(1, pixels(ribbon.weight));
    const int x1 = from.x + kBox, x2 = to.x;
    const int y1 = std::min(from.out_at, from.y + from.height - 1) + thick / 2,
              y2 = std::min(to.in_at, to.y + to.height - 1) + thick / 2;
    from.out_at += thick;
    to.in_at += thick;
    const int bend = std::max(60, (x2 - x1) / 2);
    return "<path d=\"M" + std::to_string(x1) + " " + std::to_string(y1) + " C" + std::to_string(x1 + bend) + " " +
           std::to_string(y1) + " " + std::to_string(x2 - bend) + " " + std::to_string(y2) + " " + std::to_string(x2) +
           " " + std::to_string(y2) + "\" stroke-width=\"" + std::to_string(thick) + "\" class=\"" +
           (to.column <= from.column ? "back" : "ribbon") + "\"><title>" +
           escape_markup(from.title + " → " + to.title + ": " + ribbon.title) + "</title></path>\n";
  }

  void add_boxes(std::string& out) const {
    for (const Box& box : boxes_)
      out += "<g><rect x=\"" + std::to_string(box.x) + "\" y=\"" + std::to_string(box.y) + "\" width=\"" +
             std::to_string(kBox) + "\" height=\"" + std::to_string(box.height) + "\" fill=\"" + box.colour +
             "\"/><text x=\"" + std::to_string(box.x + kBox + 5) + "\" y=\"" +
             std::to_string(box.y + std::min(box.height, kLabel + 4) / 2 + 5) + "\">" + escape_markup(box.label) +
             "</text><title>" + escape_markup(box.title) + "</title></g>\n";
  }

  const inquiry::Traced& traced_;
  const inquiry::Flow& flow_;
  std::vector<uint64_t> in_, out_;  // of each node, what passes
  std::vector<bool> shown_;
  std::vector<Box> boxes_;
  std::vector<int> box_of_;                  // of each node
  std::map<int, std::vector<int>> columns_;  // boxes, from top to bottom
  uint64_t fullest_ = 1;                     // weight of the fullest column
  int height_ = kHeight;
};
}  // namespace

std::string draw_flow(const inquiry::Traced& traced, const inquiry::Flow& flow, size_t nodes_max) {
  return FlowPicture(traced, flow).draw(nodes_max);
}
}  // namespace jindo::report
