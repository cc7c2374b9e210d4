// What is on the canvas: nodes, what passed between them, where they stand. Every change is a step that can be undone.
// No drawing here, and no server.
import type { Assets, Expansion, GraphEdge, GraphNode, HeldHere, TraceGraph } from "../api";

export interface Item extends GraphNode {
  x: number;
  y: number;
  pinned?: boolean;
  note?: string;
  members?: string[]; // of an owner's addresses collapsed into one
}
// One direction between two nodes, in one asset, of one kind.
export interface Tie {
  id: string;
  from: string;
  to: string;
  kind: "trace" | "dealing";
  asset?: string;
  amount?: string;
  tainted?: string;
  ppm?: number;
  inferred: boolean;
  joint?: boolean;
  movements: number;
  first_time: string;
  last_time: string;
  transaction: string;
  chain: string;
}
export interface Step {
  added: Item[];
  removed: Item[];
  addedTies: Tie[];
  removedTies: Tie[];
  changed: { key: string; before: Partial<Item>; after: Partial<Item> }[];
  collapsed?: { before: boolean; after: boolean };
}
// What several places hold together, asset by asset.
function heldBy(members: readonly Item[]): HeldHere[] {
  const sums = new Map<string, HeldHere>();
  for (const h of members.flatMap((m) => m.held ?? [])) {
    const sum = sums.get(h.asset) ?? { asset: h.asset, origin: "0", ppm: 0 };
    sums.set(h.asset, {
      asset: h.asset,
      origin: (BigInt(sum.origin) + BigInt(h.origin)).toString(),
      ppm: sum.ppm + h.ppm,
    });
  }
  return [...sums.values()];
}
const emptyStep = (): Step => ({ added: [], removed: [], addedTies: [], removedTies: [], changed: [] });
const UNDO_MAX = 200;

export class GraphModel {
  readonly items = new Map<string, Item>();
  readonly ties = new Map<string, Tie>();
  collapsed = false;
  assets: Assets = {};
  private done: Step[] = [];
  private undone: Step[] = [];
  revision = 0;
  onChange: (step: Step) => void = () => {};

  get canUndo() {
    return this.done.length > 0;
  }
  get canRedo() {
    return this.undone.length > 0;
  }

  private apply(step: Step, keep: boolean) {
    for (const tie of step.removedTies) this.ties.delete(tie.id);
    for (const item of step.removed) this.items.delete(item.key);
    for (const item of step.added) this.items.set(item.key, { ...item });
    for (const tie of step.addedTies) this.ties.set(tie.id, tie);
    for (const change of step.changed) {
      const item = this.items.get(change.key);
      // A new object: parts of the page are drawn again only where what they are given is another one.
      if (item) this.items.set(change.key, { ...item, ...change.after });
    }
    if (step.collapsed) this.collapsed = step.collapsed.after;
    if (keep) {
      this.done.push(step);
      if (this.done.length > UNDO_MAX) this.done.shift();
      this.undone = [];
    }
    this.revision++;
    this.onChange(step);
  }
  static inverse(step: Step): Step {
    return {
      added: step.removed,
      removed: step.added,
      addedTies: step.removedTies,
      removedTies: step.addedTies,
      changed: step.changed.map((c) => ({ key: c.key, before: c.after, after: c.before })),
      collapsed: step.collapsed && { before: step.collapsed.after, after: step.collapsed.before },
    };
  }
  undo() {
    const step = this.done.pop();
    if (!step) return;
    this.undone.push(step);
    this.apply(GraphModel.inverse(step), false);
  }
  redo() {
    const step = this.undone.pop();
    if (!step) return;
    this.done.push(step);
    this.apply(step, false);
  }
  // Adds what is not there yet. `place` says where a new node stands.
  add(
    nodes: GraphNode[],
    ties: Tie[],
    assets: Assets,
    place: (node: GraphNode, index: number, count: number) => { x: number; y: number },
  ): number {
    this.assets = { ...this.assets, ...assets };
    const step = emptyStep();
    const fresh = new Map<string, GraphNode>();
    for (const node of nodes) if (!this.items.has(node.key)) fresh.set(node.key, node);
    let index = 0;
    for (const node of fresh.values()) step.added.push({ ...node, ...place(node, index++, fresh.size) });
    for (const node of nodes) {
      // what is known better now
      const item = this.items.get(node.key);
      if (!item) continue;
      const after: Partial<Item> = {};
      if (node.kind === "theft" && item.kind !== "theft") after.kind = "theft";
      if (node.held_ppm !== undefined && item.held_ppm === undefined) {
        after.held_ppm = node.held_ppm;
        after.held = node.held;
      }
      if (node.hops !== undefined && item.hops === undefined) after.hops = node.hops;
      if (node.cluster && !item.cluster) {
        after.cluster = node.cluster;
        after.cluster_size = node.cluster_size;
      }
      if (Object.keys(after).length)
        step.changed.push({
          key: node.key,
          after,
          before: Object.fromEntries(Object.keys(after).map((k) => [k, item[k as keyof Item]])),
        });
    }
    for (const tie of ties) {
      const known = this.ties.get(tie.id);
      if (known && known.movements >= tie.movements) continue;
      if ((!this.items.has(tie.from) && !fresh.has(tie.from)) || (!this.items.has(tie.to) && !fresh.has(tie.to)))
        continue;
      if (known) step.removedTies.push(known);
      step.addedTies.push(tie);
    }
    if (step.added.length || step.addedTies.length || step.changed.length) this.apply(step, true);
    return step.added.length;
  }
  remove(keys: string[]) {
    const gone = new Set(keys);
    const step = emptyStep();
    step.removed = keys
      .map((k) => this.items.get(k))
      .filter((i): i is Item => !!i)
      .map((i) => ({ ...i }));
    step.removedTies = [...this.ties.values()].filter((t) => gone.has(t.from) || gone.has(t.to));
    if (step.removed.length) this.apply(step, true);
  }
  change(key: string, after: Partial<Item>) {
    const item = this.items.get(key);
    if (!item) return;
    const before = Object.fromEntries(Object.keys(after).map((k) => [k, item[k as keyof Item]]));
    this.apply({ ...emptyStep(), changed: [{ key, before, after }] }, true);
  }
  // Where a layout put them: no step of its own, nobody undoes a layout node by node.
  move(key: string, x: number, y: number) {
    const item = this.items.get(key);
    if (item) {
      item.x = x;
      item.y = y;
    }
  }
  collapse(on: boolean) {
    if (on !== this.collapsed) this.apply({ ...emptyStep(), collapsed: { before: this.collapsed, after: on } }, true);
  }
  clear() {
    this.items.clear();
    this.ties.clear();
    this.done = [];
    this.undone = [];
    this.collapsed = false;
    this.revision++;
    this.onChange(emptyStep());
  }

  // ---- what is shown: with collapsed owners, one node for an owner's addresses ----
  // Addresses are one owner's by a tag's name or by co-spending; a thief's are not collapsed by role.
  private ownerOf(item: Item): string | null {
    if (item.kind === "terminal" || item.kind === "link") return null;
    if (item.owner) return `owner ${item.owner}`;
    if (item.cluster) return `cluster ${item.chain} ${item.cluster}`;
    return null;
  }
  shown(): { items: Item[]; ties: Tie[]; into: Map<string, string> } {
    const into = new Map<string, string>();
    if (!this.collapsed) return { items: [...this.items.values()], ties: [...this.ties.values()], into };
    const groups = new Map<string, Item[]>();
    for (const item of this.items.values()) {
      const owner = this.ownerOf(item);
      if (owner) groups.set(owner, [...(groups.get(owner) ?? []), item]);
    }
    const items: Item[] = [];
    for (const [owner, members] of groups) {
      if (members.length < 2) continue;
      const first = members[0]!;
      for (const m of members) into.set(m.key, owner);
      items.push({
        ...first,
        key: owner,
        label: first.owner ?? first.cluster,
        members: members.map((m) => m.key),
        held_ppm: members.reduce((s, m) => s + (m.held_ppm ?? 0), 0),
        held: heldBy(members),
        x: members.reduce((s, m) => s + m.x, 0) / members.length,
        y: members.reduce((s, m) => s + m.y, 0) / members.length,
        pinned: members.some((m) => m.pinned),
        note:
          members
            .map((m) => m.note)
            .filter((n) => n)
            .join("\n") || undefined,
      });
    }
    for (const item of this.items.values()) if (!into.has(item.key)) items.push(item);
    const ties: Tie[] = [];
    for (const tie of this.ties.values()) {
      const from = into.get(tie.from) ?? tie.from,
        to = into.get(tie.to) ?? tie.to;
      if (from !== to) ties.push(from === tie.from && to === tie.to ? tie : { ...tie, from, to });
    }
    return { items, ties, into };
  }
}

// ---- the server's answers as nodes and ties ----
export function tieOf(edge: GraphEdge, chain: string): Tie {
  return {
    id: `t ${edge.from} ${edge.to} ${edge.asset ?? ""} ${edge.inferred}`,
    from: edge.from,
    to: edge.to,
    kind: edge.tainted === undefined ? "dealing" : "trace",
    asset: edge.asset,
    tainted: edge.tainted,
    ppm: edge.ppm,
    inferred: edge.inferred,
    movements: edge.movements,
    first_time: edge.first_time,
    last_time: edge.last_time,
    transaction: edge.transaction,
    chain,
  };
}
export const chainOfKey = (key: string) => key.slice(0, key.indexOf(":"));
export function tiesOfTrace(graph: Pick<TraceGraph, "edges">): Tie[] {
  return graph.edges.map((e) => tieOf(e, chainOfKey(e.to)));
}
export function tiesOfExpansion(e: Expansion): Tie[] {
  const self = e.node.key;
  const out: Tie[] = [];
  for (const n of e.neighbours)
    for (const d of n.dealings) {
      const from = d.direction === "in" ? n.key : self,
        to = d.direction === "in" ? self : n.key;
      out.push({
        id: `d ${from} ${to} ${d.asset}`,
        from,
        to,
        kind: "dealing",
        asset: d.asset,
        amount: d.amount,
        inferred: false,
        joint: d.joint,
        movements: d.movements,
        first_time: d.first_time,
        last_time: d.last_time,
        transaction: d.transaction,
        chain: e.chain,
      });
    }
  if (e.trace) out.push(...tiesOfTrace(e.trace));
  return out;
}

// ---- where nodes stand at first ----
// A trace from left to right by hops, each node near the middle of those it came from; the same trace, the same picture.
export function placesOfTrace(graph: Pick<TraceGraph, "nodes" | "edges">): Map<string, { x: number; y: number }> {
  const parents = new Map<string, string[]>();
  for (const e of graph.edges) parents.set(e.to, [...(parents.get(e.to) ?? []), e.from]);
  const columns = new Map<number, GraphNode[]>();
  for (const n of graph.nodes) columns.set(n.hops ?? 0, [...(columns.get(n.hops ?? 0) ?? []), n]);
  const out = new Map<string, { x: number; y: number }>();
  const most = Math.max(1, ...[...columns.values()].map((c) => c.length));
  const height = Math.max(20, Math.sqrt(most) * 30);
  for (const hops of [...columns.keys()].sort((a, b) => a - b)) {
    const column = columns.get(hops)!;
    const weight = (n: GraphNode) => {
      const ys = (parents.get(n.key) ?? []).map((p) => out.get(p)?.y).filter((y): y is number => y !== undefined);
      return ys.length ? ys.reduce((a, b) => a + b, 0) / ys.length : 0;
    };
    const order = column.map((n, i) => ({ n, w: weight(n), i })).sort((a, b) => a.w - b.w || a.i - b.i);
    // Many in one column stand in several files beside each other.
    const files = Math.max(1, Math.ceil(order.length / 60));
    order.forEach(({ n }, i) => {
      const rows = Math.ceil(order.length / files);
      const file = i % files,
        row = Math.floor(i / files);
      out.set(n.key, {
        x: hops * 30 + (file * 22) / files,
        y: rows === 1 ? weight(n) : ((row + 0.5) / rows - 0.5) * height,
      });
    });
  }
  return out;
}
// Around a node that was expanded: payers to the left, payees to the right, on rings that hold them all.
export function placesAround(at: { x: number; y: number }, incoming: Set<string>) {
  return (node: GraphNode, index: number, count: number) => {
    const left = incoming.has(node.key);
    const ring = 10 + Math.floor(index / 24) * 7 + Math.min(20, count / 8);
    const angle = (((index * 0.618034) % 1) - 0.5) * Math.PI * 0.9;
    return { x: at.x + (left ? -1 : 1) * Math.cos(angle) * ring, y: at.y + Math.sin(angle) * ring };
  };
}
