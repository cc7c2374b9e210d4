// Where boxes and bands of a flow's picture stand. Bands that lead back to an earlier place close circles, which a
// Sankey diagram has not: they are drawn below it, each in a lane of its own.
import { type SankeyLink, type SankeyNode, sankey } from "d3-sankey";
import type { Flow, FlowLink, FlowNode } from "../api";

export type N = SankeyNode<FlowNode, FlowLink & { value: number }>;
export type L = SankeyLink<FlowNode, FlowLink & { value: number }>;
export interface Back {
  link: FlowLink;
  from: N;
  to: N;
  path: string;
  width: number;
}
export interface Layout {
  nodes: N[];
  links: L[];
  back: Back[];
  height: number;
}
const LANE = 16;
const BACK_WIDEST = 10;
const FILLER = ""; // the key of a box that only keeps a column from being empty

// How many columns the bands make: boxes stand one behind another where a band joins them. The bands have no circles.
function depth(count: number, bands: readonly { from: number; to: number }[]): number {
  const next: number[][] = Array.from({ length: count }, () => []);
  const open = Array.from({ length: count }, () => 0);
  for (const b of bands) {
    next[b.from]!.push(b.to);
    open[b.to]!++;
  }
  const at = Array.from({ length: count }, () => 0);
  const ready = open.flatMap((n, i) => (n === 0 ? [i] : []));
  while (ready.length) {
    const from = ready.pop()!;
    for (const to of next[from]!) {
      at[to] = Math.max(at[to]!, at[from]! + 1);
      if (--open[to]! === 0) ready.push(to);
    }
  }
  return Math.max(0, ...at) + 1;
}
// The layer of each of the picture's columns: spread over all layers, so that the order of columns is kept.
function layersOf(columns: readonly number[], count: number): Map<number, number> {
  const sorted = [...new Set(columns)].sort((a, b) => a - b);
  const last = Math.max(1, sorted.length - 1);
  return new Map(sorted.map((c, i) => [c, Math.round((i / last) * (count - 1))]));
}
function boxOf(key: string, column: number): FlowNode {
  return { key, label: "", kind: "rest", column, in_ppm: 0, out_ppm: 0, held_ppm: 0, held_shares: [], addresses: 0 };
}

// Null where nothing moved.
export function layOut(flow: Flow, width: number): Layout | null {
  const drawn = flow.links.filter((l) => !l.back);
  const used = [...new Set(drawn.flatMap((l) => [l.from, l.to]))].sort((a, b) => a - b);
  if (used.length === 0) return null;
  const numbers = new Map(used.map((n, i) => [n, i]));
  const nodes: FlowNode[] = used.map((n) => ({ ...flow.nodes[n]! }));
  const linked = drawn.map((l) => ({
    ...l,
    source: numbers.get(l.from)!,
    target: numbers.get(l.to)!,
    value: Math.max(l.ppm, 400),
  }));
  const bands = linked.map((l) => ({ from: l.source, to: l.target }));
  const perColumn = new Map<number, number>();
  for (const n of nodes) perColumn.set(n.column, (perColumn.get(n.column) ?? 0) + 1);
  const height = Math.max(320, Math.min(900, Math.max(...perColumn.values()) * 26 + 60));
  const layout = sankey<FlowNode, FlowLink & { value: number }>()
    .nodeWidth(14)
    .nodePadding(12)
    .extent([
      [8, 34],
      [width - 190, height - 10],
    ])
    .iterations(12);
  // Where value only goes back it does not rest: such a box stands where it is reached, not among the last.
  const returns = new Set(flow.links.filter((l) => l.back).map((l) => flow.nodes[l.from]!.key));
  layout.nodeAlign((n, count) =>
    n.sourceLinks?.length || returns.has((n as unknown as FlowNode).key) ? (n.depth ?? 0) : count - 1,
  );
  if (flow.by === "time") {
    const count = depth(nodes.length, bands);
    const columns = nodes.map((n) => n.column);
    const layers = layersOf(columns, count);
    // d3-sankey cannot lay out a layer without a box: each empty one gets one of no height.
    const filled = new Set(layers.values());
    for (let i = 0; i < count; i++)
      if (!filled.has(i)) {
        const column = -1 - i;
        nodes.push(boxOf(FILLER, column));
        layers.set(column, i);
      }
    layout.nodeAlign((n) => layers.get((n as unknown as FlowNode).column) ?? 0);
  }
  const graph = layout({ nodes, links: linked });
  const boxes = graph.nodes.filter((n) => n.key !== FILLER);
  const of = new Map(used.map((n, i) => [n, graph.nodes[i]!]));
  const most = Math.max(1, ...drawn.map((l) => l.ppm));
  const back = flow.links
    .filter((l) => l.back && of.has(l.from) && of.has(l.to))
    .map((link, i): Back => {
      const from = of.get(link.from)!,
        to = of.get(link.to)!,
        y = height + LANE * (i + 0.5),
        right = from.x1! + 12 + 2 * (i % 6),
        left = Math.max(2, to.x0! - 12 - 2 * (i % 6)),
        out = (from.y0! + from.y1!) / 2,
        into = (to.y0! + to.y1!) / 2;
      return {
        link,
        from,
        to,
        width: Math.max(1.5, Math.min(BACK_WIDEST, (link.ppm / most) * BACK_WIDEST)),
        path: `M${from.x1!},${out} C${right + 8},${out} ${right},${y} ${right - 12},${y} L${left + 12},${y} C${left},${y} ${left - 8},${into} ${to.x0!},${into}`,
      };
    });
  return { nodes: boxes, links: graph.links, back, height: height + LANE * back.length + (back.length ? 8 : 0) };
}
