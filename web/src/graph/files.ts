// The graph as files: SVG, GraphML, CSV. Each carries the marking, and what the graph is of.
import { type Category, categoryOf, LOOKS, type Shape } from "./categories";
import type { Item, Tie } from "./model";

export interface Sheet {
  items: Item[];
  ties: Tie[];
  title: string;
  marking: string;
  notes: string;
  names: (item: Item) => string;
  categories: (c: Category) => string;
}
// No control character may be in XML, not even as an entity.
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
const xml = (text: string) =>
  text
    .replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]!)
    .replace(CONTROLS, " ");
export const cell = (text: string | number | boolean | undefined) => {
  let out = String(text ?? "");
  if (/^[=+\-@\t\r]/.test(out) && !/^-?\d+$/.test(out)) out = "'" + out; // a spreadsheet must not run it
  return /[",\n\r]/.test(out) ? `"${out.replaceAll('"', '""')}"` : out;
};
export function shapePath(shape: Shape, r: number): string {
  const polygon = (...points: [number, number][]) =>
    "M" + points.map(([x, y]) => `${(x * r).toFixed(2)} ${(y * r).toFixed(2)}`).join("L") + "Z";
  switch (shape) {
    case "circle":
      return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
    case "square":
      return polygon([-0.88, -0.88], [0.88, -0.88], [0.88, 0.88], [-0.88, 0.88]);
    case "diamond":
      return polygon([0, -1.24], [1.24, 0], [0, 1.24], [-1.24, 0]);
    case "triangle":
      return polygon([0, -1.14], [1.08, 0.72], [-1.08, 0.72]);
    case "triangleDown":
      return polygon([0, 1.14], [1.08, -0.72], [-1.08, -0.72]);
    case "hexagon":
      return polygon([0.53, -0.92], [1.06, 0], [0.53, 0.92], [-0.53, 0.92], [-1.06, 0], [-0.53, -0.92]);
    case "plus":
      return polygon(
        [-0.36, -1.05],
        [0.36, -1.05],
        [0.36, -0.36],
        [1.05, -0.36],
        [1.05, 0.36],
        [0.36, 0.36],
        [0.36, 1.05],
        [-0.36, 1.05],
        [-0.36, 0.36],
        [-1.05, 0.36],
        [-1.05, -0.36],
        [-0.36, -0.36],
      );
    case "ring":
      return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0ZM${-r / 2} 0a${r / 2} ${r / 2} 0 1 1 ${r} 0a${r / 2} ${r / 2} 0 1 1 ${-r} 0Z`;
  }
}
export function toSvg(sheet: Sheet): string {
  const { items, ties } = sheet;
  const xs = items.map((i) => i.x),
    ys = items.map((i) => -i.y);
  const min = (a: number[]) => a.reduce((m, v) => Math.min(m, v), Infinity),
    max = (a: number[]) => a.reduce((m, v) => Math.max(m, v), -Infinity);
  const left = min(xs),
    top = min(ys),
    width = Math.max(1, max(xs) - left),
    height = Math.max(1, max(ys) - top);
  const W = 1600,
    scale = (W - 260) / width,
    H = Math.max(400, Math.min(4000, height * scale)) + 160;
  const scaleY = (H - 160) / height,
    k = Math.min(scale, scaleY);
  const x = (i: Item) => 40 + (i.x - left) * k,
    y = (i: Item) => 70 + (-i.y - top) * k;
  const at = new Map(items.map((i) => [i.key, i]));
  const r = items.length > 2000 ? 2.5 : items.length > 300 ? 4 : 7;
  const out: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H.toFixed(0)}" font-family="sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="40" y="30" font-size="18">${xml(sheet.title)}</text><text x="40" y="50">${xml(sheet.notes)}</text>`,
    `<text x="${W - 40}" y="30" font-size="16" font-weight="bold" text-anchor="end">${xml(sheet.marking)}</text>`,
    `<defs><marker id="a" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#6b7785"/></marker></defs>`,
  ];
  for (const tie of ties) {
    const from = at.get(tie.from),
      to = at.get(tie.to);
    if (!from || !to) continue;
    const length = Math.hypot(x(to) - x(from), y(to) - y(from)) || 1,
      cut = (r * 1.3) / length;
    out.push(
      `<line x1="${x(from).toFixed(1)}" y1="${y(from).toFixed(1)}" x2="${(x(to) - (x(to) - x(from)) * cut).toFixed(1)}" y2="${(y(to) - (y(to) - y(from)) * cut).toFixed(1)}" stroke="${tie.kind === "trace" ? "#c24e00" : "#8a94a0"}" stroke-width="${tie.kind === "trace" ? 1.6 : 1}"${tie.inferred ? ' stroke-dasharray="5 4"' : ""} marker-end="url(#a)"><title>${xml(`${tie.transaction}`)}</title></line>`,
    );
  }
  for (const item of items) {
    const look = LOOKS[categoryOf(item)];
    out.push(
      `<g transform="translate(${x(item).toFixed(1)} ${y(item).toFixed(1)})"><path d="${shapePath(look.shape, r)}" fill="${look.light}" fill-rule="evenodd"${item.pinned ? ' stroke="#000" stroke-width="2"' : ""}/>${items.length <= 400 ? `<text x="${r + 4}" y="4">${xml(sheet.names(item) + (item.note ? " ✎ " + item.note : ""))}</text>` : ""}<title>${xml(item.address ?? item.label ?? item.key)}</title></g>`,
    );
  }
  const used = [...new Set(items.map(categoryOf))];
  used.forEach((c, i) =>
    out.push(
      `<g transform="translate(${W - 190} ${70 + i * 20})"><path d="${shapePath(LOOKS[c].shape, 6)}" fill="${LOOKS[c].light}" fill-rule="evenodd"/><text x="14" y="4">${xml(sheet.categories(c))}</text></g>`,
    ),
  );
  out.push(`<text x="40" y="${(H - 16).toFixed(0)}">${xml(sheet.marking)}</text></svg>`);
  return out.join("\n");
}
export function toGraphml(sheet: Sheet): string {
  const keys: [string, string, string][] = [
    ["chain", "node", "string"],
    ["address", "node", "string"],
    ["label", "node", "string"],
    ["kind", "node", "string"],
    ["owner", "node", "string"],
    ["category", "node", "string"],
    ["role", "node", "string"],
    ["note", "node", "string"],
    ["hops", "node", "int"],
    ["x", "node", "double"],
    ["y", "node", "double"],
    ["link", "edge", "string"],
    ["asset", "edge", "string"],
    ["amount", "edge", "string"],
    ["tainted", "edge", "string"],
    ["inferred", "edge", "boolean"],
    ["movements", "edge", "int"],
    ["first_time", "edge", "string"],
    ["last_time", "edge", "string"],
    ["transaction", "edge", "string"],
    ["marking", "graph", "string"],
    ["title", "graph", "string"],
    ["notes", "graph", "string"],
  ];
  const data = (key: string, value: unknown) =>
    value === undefined || value === "" ? "" : `<data key="${key}">${xml(String(value))}</data>`;
  const number = new Map(sheet.items.map((i, n) => [i.key, n]));
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<graphml xmlns="http://graphml.graphdrawing.org/xmlns">`,
    ...keys.map(([id, on, type]) => `<key id="${id}" for="${on}" attr.name="${id}" attr.type="${type}"/>`),
    `<graph id="view" edgedefault="directed">${data("marking", sheet.marking)}${data("title", sheet.title)}${data("notes", sheet.notes)}`,
    ...sheet.items.map(
      (i, n) =>
        `<node id="n${n}">${data("chain", i.chain)}${data("address", i.address)}${data("label", i.label)}${data("kind", i.members ? "owner" : i.kind)}${data("owner", i.owner)}${data("category", i.category)}${data("role", i.role)}${data("note", i.note)}${data("hops", i.hops)}${data("x", i.x)}${data("y", i.y)}</node>`,
    ),
    ...sheet.ties
      .filter((tie) => number.has(tie.from) && number.has(tie.to))
      .map(
        (tie, n) =>
          `<edge id="e${n}" source="n${number.get(tie.from)}" target="n${number.get(tie.to)}">${data("link", tie.kind)}${data("asset", tie.asset)}${data("amount", tie.amount)}${data("tainted", tie.tainted)}${data("inferred", tie.inferred)}${data("movements", tie.movements)}${data("first_time", tie.first_time)}${data("last_time", tie.last_time)}${data("transaction", tie.transaction)}</edge>`,
      ),
    `</graph></graphml>`,
    "",
  ].join("\n");
}
export function toCsv(sheet: Sheet): string {
  const at = new Map(sheet.items.map((i) => [i.key, i]));
  const rows = [
    [
      "marking",
      "link",
      "inferred",
      "from_chain",
      "from",
      "from_owner",
      "to_chain",
      "to",
      "to_owner",
      "asset",
      "amount",
      "tainted",
      "movements",
      "first_time",
      "last_time",
      "transaction",
    ].join(","),
  ];
  for (const tie of sheet.ties) {
    const from = at.get(tie.from),
      to = at.get(tie.to);
    if (!from || !to) continue;
    rows.push(
      [
        sheet.marking,
        tie.kind,
        tie.inferred,
        from.chain,
        from.address ?? from.label,
        from.owner,
        to.chain,
        to.address ?? to.label,
        to.owner,
        tie.asset,
        tie.amount,
        tie.tainted,
        tie.movements,
        tie.first_time,
        tie.last_time,
        tie.transaction,
      ]
        .map(cell)
        .join(","),
    );
  }
  return rows.join("\r\n") + "\r\n";
}
