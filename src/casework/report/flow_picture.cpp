#include "report/flow_picture.h"

#include <algorithm>
#include <map>

#include "report/markup.h"

namespace jindo::report {
namespace {
constexpr int kColumn = 250, kBox = 14, kTop = 46, kGap = 9, kHeight = 620, kLabel = 11;

// A picture needs no exact figures: pixels as integers, in thousandths of the largest flow.
uint64_t thousandths(const base::Uint256& part, const base::Uint256& whole) {
  if (whole.is_zero()) return 0;
  return base::mul_div(part, base::Uint256(1'000'000), whole).quotient.low();
}
std::string shortened(const std::string& text) {
  return text.size() <= 18 ? text : text.substr(0, 8) + "…" + text.substr(text.size() - 6);
}

struct Box {
  uint64_t weight = 0;  // in millionths of the largest column
  int column = 0;
  int x = 0, y = 0, height = 0;
  int out_at = 0, in_at = 0;
  std::string label, title, colour;
};
}  // namespace

std::string draw_flow(const inquiry::Traced& traced, const inquiry::Flow& flow, size_t nodes_max) {
  const bool poison = traced.result.policy == trace::Policy::kPoison;
  base::Uint256 stolen;
  for (const auto& total : traced.result.totals) stolen = std::max(stolen, total.stolen);
  const auto weight_of = [&](const inquiry::FlowEdge& edge) -> uint64_t {
    if (poison) return 20'000;
    // Sources in other assets are drawn against their own total.
    return thousandths(edge.origin, traced.result.totals[edge.source].stolen);
  };
  std::vector<uint64_t> in(flow.nodes.size()), outgoing(flow.nodes.size());
  for (const inquiry::FlowEdge& edge : flow.edges) {
    if (edge.from == edge.to) continue;
    in[edge.to] += weight_of(edge);
    outgoing[edge.from] += weight_of(edge);
  }
  std::vector<uint32_t> order(flow.nodes.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return std::max(in[a], outgoing[a]) > std::max(in[b], outgoing[b]); });
  std::vector<bool> shown(flow.nodes.size(), false);
  for (size_t i = 0; i < order.size() && i < nodes_max; ++i) shown[order[i]] = true;

  constexpr int kColumnsMax = 8;
  const auto column_of = [&](const inquiry::FlowNode& node) {
    return static_cast<int>(std::min<uint32_t>(node.hops == UINT32_MAX ? 0 : node.hops, kColumnsMax - 1));
  };
  std::vector<Box> boxes;
  std::vector<int> box_of(flow.nodes.size(), -1);
  std::map<int, int> rest_of;  // column -> box of what is not shown
  std::map<int, uint64_t> hidden;
  for (uint32_t n = 0; n < flow.nodes.size(); ++n) {
    const inquiry::FlowNode& node = flow.nodes[n];
    const int column = column_of(node);
    if (!shown[n]) {
      if (rest_of.emplace(column, static_cast<int>(boxes.size())).second) {
        Box box;
        box.column = column;
        box.colour = "#9aa3ad";
        boxes.push_back(box);
      }
      box_of[n] = rest_of[column];
      boxes[static_cast<size_t>(box_of[n])].weight += std::max(in[n], outgoing[n]);
      ++hidden[column];
      continue;
    }
    Box box;
    box.column = column;
    box.weight = std::max(in[n], outgoing[n]);
    box.label = shortened(node.terminal ? node.label : chain::format_address(*node.network, node.address)) +
                (node.role.empty() ? "" : " · " + node.role);
    box.title = node.label + (node.role.empty() ? "" : " (" + node.role + ")") + ", " + std::string(node.network->name);
    box.colour = node.terminal             ? "#5b6470"
                 : node.theft              ? "#b3261e"
                 : in[n] == 0              ? "#3d6b4f"
                 : outgoing[n] < in[n] / 2 ? "#c77700"
                                           : "#2f5d8a";
    box_of[n] = static_cast<int>(boxes.size());
    boxes.push_back(box);
  }
  for (const auto& [column, box] : rest_of) {
    boxes[static_cast<size_t>(box)].label = std::to_string(hidden[column]) + " more";
    boxes[static_cast<size_t>(box)].title =
        std::to_string(hidden[column]) + " more addresses; the tables list them all";
  }
  // Heights: the fullest column fills the picture.
  std::map<int, std::vector<int>> columns;
  for (int b = 0; b < static_cast<int>(boxes.size()); ++b) columns[boxes[static_cast<size_t>(b)].column].push_back(b);
  uint64_t fullest = 1;
  size_t longest = 1;
  for (const auto& [column, list] : columns) {
    uint64_t sum = 0;
    for (const int b : list) sum += boxes[static_cast<size_t>(b)].weight;
    fullest = std::max(fullest, sum);
    longest = std::max(longest, list.size());
  }
  const int height = std::max<int>(kHeight, static_cast<int>(longest) * (kLabel + kGap + 2));
  const auto pixels = [&](uint64_t weight) {
    return static_cast<int>(weight * static_cast<uint64_t>(kHeight - 120) / fullest);
  };
  int bottom = 0;
  for (auto& [column, list] : columns) {
    std::stable_sort(list.begin(), list.end(), [&](int a, int b) {
      return boxes[static_cast<size_t>(a)].weight > boxes[static_cast<size_t>(b)].weight;
    });
    int y = kTop;
    for (const int b : list) {
      Box& box = boxes[static_cast<size_t>(b)];
      box.x = 20 + column * kColumn;
      box.y = y;
      box.height = std::max(2, pixels(box.weight));
      box.out_at = box.in_at = y;
      y += std::max(box.height, kLabel) + kGap;
    }
    bottom = std::max(bottom, y);
  }
  const int width = 20 + (columns.empty() ? 1 : columns.rbegin()->first + 1) * kColumn;
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(width) + " " +
                    std::to_string(std::max(height, bottom) + 10) +
                    "\" role=\"img\" aria-label=\"Flow of the stolen value\">\n";
  for (const auto& [column, list] : columns) {
    out += "<text x=\"" + std::to_string(20 + column * kColumn) + "\" y=\"24\" class=\"column\">" +
           (column == 0   ? "taken from"
            : column == 1 ? "thief"
                          : std::to_string(column - 1) + (column == kColumnsMax - 1 ? "+" : "") +
                                (column == 2 ? " movement on" : " movements on")) +
           "</text>\n";
  }
  // Ribbons, the widest first so that thin ones stay visible.
  std::map<std::pair<int, int>, std::pair<uint64_t, std::string>> ribbons;
  for (const inquiry::FlowEdge& edge : flow.edges) {
    const int from = box_of[edge.from], to = box_of[edge.to];
    if (from == to) continue;
    auto& ribbon = ribbons[{from, to}];
    ribbon.first += weight_of(edge);
    const trace::Source& source = traced.result.sources[edge.source];
    if (ribbon.second.size() < 400) {
      ribbon.second += (ribbon.second.empty() ? "" : "; ") +
                       (poison ? std::string("tainted")
                               : inquiry::show_amount(traced.incidents, *source.network, source.asset, edge.origin) +
                                     " " + inquiry::show_asset(traced.incidents, *source.network, source.asset)) +
                       " of " + source.incident;
    }
  }
  std::vector<std::pair<std::pair<int, int>, std::pair<uint64_t, std::string>>> sorted(ribbons.begin(), ribbons.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second.first > b.second.first; });
  for (const auto& [ends, ribbon] : sorted) {
    Box& from = boxes[static_cast<size_t>(ends.first)];
    Box& to = boxes[static_cast<size_t>(ends.second)];
    const int thick = std::max(1, pixels(ribbon.first));
    const int x1 = from.x + kBox, x2 = to.x;
    const int y1 = std::min(from.out_at, from.y + from.height - 1) + thick / 2,
              y2 = std::min(to.in_at, to.y + to.height - 1) + thick / 2;
    from.out_at += thick;
    to.in_at += thick;
    const int bend = std::max(60, (x2 - x1) / 2);
    out += "<path d=\"M" + std::to_string(x1) + " " + std::to_string(y1) + " C" + std::to_string(x1 + bend) + " " +
           std::to_string(y1) + " " + std::to_string(x2 - bend) + " " + std::to_string(y2) + " " + std::to_string(x2) +
           " " + std::to_string(y2) + "\" stroke-width=\"" + std::to_string(thick) + "\" class=\"" +
           (to.column <= from.column ? "back" : "ribbon") + "\"><title>" +
           escape_markup(from.title + " → " + to.title + ": " + ribbon.second) + "</title></path>\n";
  }
  for (const Box& box : boxes) {
    out += "<g><rect x=\"" + std::to_string(box.x) + "\" y=\"" + std::to_string(box.y) + "\" width=\"" +
           std::to_string(kBox) + "\" height=\"" + std::to_string(box.height) + "\" fill=\"" + box.colour +
           "\"/><text x=\"" + std::to_string(box.x + kBox + 5) + "\" y=\"" +
           std::to_string(box.y + std::min(box.height, kLabel + 4) / 2 + 5) + "\">" + escape_markup(box.label) +
           "</text><title>" + escape_markup(box.title) + "</title></g>\n";
  }
  return out + "</svg>\n";
}
}  // namespace jindo::report
