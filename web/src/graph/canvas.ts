// The canvas: the model drawn by WebGL (sigma), laid out in a worker, with an overview beside it. The model says what
// there is; this says how it looks and what the pointer does.
import { DirectedGraph } from "graphology";
import Sigma from "sigma";
import { EdgeArrowProgram, EdgeRectangleProgram } from "sigma/rendering";
import { categoryOf, LOOKS, SHAPES } from "./categories";
import { DashedArrowProgram, DashedLineProgram } from "./dashes";
import type { LayoutNews, LayoutTask } from "./layout.worker";
import type { GraphModel, Item, Tie } from "./model";
import { ShapeProgram } from "./shapes";

const MANY = 3000; // nodes or edges: simpler drawing from here on
const LAYOUT_MS = 12_000;
export interface CanvasEvents {
  select: (key: string | null) => void;
  expand: (key: string) => void;
  layout: (running: boolean) => void;
}
type NodeLook = {
  x: number;
  y: number;
  size: number;
  color: string;
  label: string;
  type: string;
  shape: number;
  border: string;
  zIndex: number;
  highlighted?: boolean;
};
type EdgeLook = { size: number; color: string; type: string; zIndex: number; ties: Tie[] };

export class Canvas {
  readonly graph = new DirectedGraph<NodeLook, EdgeLook>();
  readonly sigma: Sigma<NodeLook, EdgeLook>;
  private worker: Worker | null = null;
  private order: string[] = [];
  private selected: string | null = null;
  private marked = new Set<string>();
  private dark = false;
  private into = new Map<string, string>();
  private shownCollapsed = false;
  private dragging: string | null = null;
  private minimap: HTMLCanvasElement | null = null;
  private minimapDue = 0;
  running = false;

  constructor(
    readonly container: HTMLElement,
    readonly model: GraphModel,
    readonly names: (item: Item) => string,
    readonly events: CanvasEvents,
    dark: boolean,
  ) {
    this.dark = dark;
    this.sigma = new Sigma<NodeLook, EdgeLook>(this.graph, container, {
      defaultNodeType: "shape",
      nodeProgramClasses: { shape: ShapeProgram as never },
      defaultEdgeType: "line",
      edgeProgramClasses: {
        arrow: EdgeArrowProgram as never,
        line: EdgeRectangleProgram as never,
        dashedArrow: DashedArrowProgram as never,
        dashedLine: DashedLineProgram as never,
      },
      labelFont: "system-ui, sans-serif",
      labelSize: 12,
      labelColor: { color: dark ? "#e6e9ee" : "#1c2128" },
      labelRenderedSizeThreshold: 5,
      labelDensity: 0.6,
      labelGridCellSize: 140,
      zIndex: true,
      minCameraRatio: 0.002,
      maxCameraRatio: 8,
      allowInvalidContainer: true,
      minEdgeThickness: 1,
      defaultDrawNodeHover: (context, data, settings) => this.drawHover(context, data as never, settings.labelSize),
    });
    this.sigma.on("clickNode", ({ node }) => this.events.select(node));
    this.sigma.on("clickStage", () => this.events.select(null));
    this.sigma.on("doubleClickNode", ({ node, preventSigmaDefault }) => {
      preventSigmaDefault();
      this.events.expand(node);
    });
    this.sigma.on("downNode", ({ node }) => {
      this.dragging = node;
      if (!this.sigma.getCustomBBox()) this.sigma.setCustomBBox(this.sigma.getBBox());
    });
    const mouse = this.sigma.getMouseCaptor();
    let moved = false;
    mouse.on("mousemovebody", (e) => {
      if (!this.dragging) return;
      const at = this.sigma.viewportToGraph(e);
      this.graph.setNodeAttribute(this.dragging, "x", at.x);
      this.graph.setNodeAttribute(this.dragging, "y", at.y);
      moved = true;
      e.preventSigmaDefault();
      e.original.preventDefault();
      e.original.stopPropagation();
    });
    const drop = () => {
      if (this.dragging && moved) this.placed(this.dragging); // where a hand put it, it stays
      this.dragging = null;
      moved = false;
    };
    mouse.on("mouseup", drop);
    mouse.on("mouseleave", drop);
    this.sigma.on("afterRender", () => this.minimapSoon());
  }
  private placed(node: string) {
    const { x, y } = this.graph.getNodeAttributes(node);
    const item = this.model.items.get(node);
    if (!item) return;
    this.model.change(node, { x, y, pinned: true });
  }
  kill() {
    this.stopLayout();
    this.worker?.terminate();
    this.sigma.kill();
  }

  // ---- the model onto the canvas ----
  private nodeLook(item: Item, many: boolean): NodeLook {
    const look = LOOKS[categoryOf(item)];
    const weight = Math.sqrt(Math.min(1, (item.held_ppm ?? 0) / 1e6));
    const base = many ? 2.2 : 6;
    const size =
      base +
      weight * (many ? 6 : 9) +
      (item.kind === "theft" ? (many ? 4 : 4) : 0) +
      (item.members ? Math.min(10, Math.log2(item.members.length) * 2) : 0);
    const ground = this.dark ? "#14181d" : "#ffffff";
    return {
      x: item.x,
      y: item.y,
      size,
      color: this.dark ? look.dark : look.light,
      label: this.names(item) + (item.note ? " ✎" : ""),
      type: "shape",
      shape: SHAPES.indexOf(look.shape),
      border: item.pinned ? (this.dark ? "#ffffff" : "#000000") : many ? "#00000000" : ground,
      zIndex: item.kind === "theft" ? 2 : item.kind === "address" ? 0 : 1,
      highlighted: this.marked.has(item.key) || this.selected === item.key,
    };
  }
  private edgeLook(ties: Tie[], many: boolean): EdgeLook {
    const trace = ties.some((t) => t.kind === "trace");
    const exact = ties.some((t) => !t.inferred);
    const ppm = ties.reduce((m, t) => Math.max(m, t.ppm ?? 0), 0);
    const moves = ties.reduce((s, t) => s + t.movements, 0);
    const size = trace ? 1.2 + 5 * Math.sqrt(Math.min(1, ppm / 1e6)) : 0.8 + Math.min(2, Math.log10(1 + moves) * 0.7);
    const color = trace ? (this.dark ? "#ff9a5c" : "#c8662e") : this.dark ? "#56616e" : "#b3bcc6";
    return {
      size: many ? Math.min(size, 1.6) : size,
      color,
      type: exact ? (many ? "line" : "arrow") : many ? "dashedLine" : "dashedArrow",
      zIndex: trace ? 1 : 0,
      ties,
    };
  }
  // Makes the drawing what the model is. While a layout runs, nodes stay where it has brought them.
  sync() {
    if (this.running && !this.shownCollapsed) this.graph.forEachNode((key, { x, y }) => this.model.move(key, x, y));
    const { items, ties, into } = this.model.shown();
    this.into = into;
    this.shownCollapsed = this.model.collapsed;
    const many = items.length > MANY || ties.length > MANY;
    const keys = new Set(items.map((i) => i.key));
    for (const node of this.graph.nodes()) if (!keys.has(node)) this.graph.dropNode(node);
    for (const item of items) {
      const look = this.nodeLook(item, many);
      if (this.graph.hasNode(item.key)) this.graph.replaceNodeAttributes(item.key, look);
      else this.graph.addNode(item.key, look);
    }
    const pairs = new Map<string, Tie[]>();
    for (const tie of ties) {
      const id = `${tie.from}\n${tie.to}`;
      const list = pairs.get(id);
      if (list) list.push(tie);
      else pairs.set(id, [tie]);
    }
    for (const edge of this.graph.edges()) if (!pairs.has(edge)) this.graph.dropEdge(edge);
    for (const [id, list] of pairs) {
      const look = this.edgeLook(list, many);
      if (this.graph.hasEdge(id)) this.graph.replaceEdgeAttributes(id, look);
      else if (this.graph.hasNode(list[0]!.from) && this.graph.hasNode(list[0]!.to))
        this.graph.addEdgeWithKey(id, list[0]!.from, list[0]!.to, look);
    }
    this.sigma.setSetting("hideEdgesOnMove", ties.length > 8000);
    this.sigma.setSetting("labelRenderedSizeThreshold", many ? 7 : 5);
    this.sigma.setSetting("enableEdgeEvents", false);
    this.sigma.refresh();
  }
  setDark(dark: boolean) {
    this.dark = dark;
    this.sigma.setSetting("labelColor", { color: dark ? "#e6e9ee" : "#1c2128" });
    this.sync();
  }
  // The node that stands for a key on the canvas: itself, or the owner it is collapsed into.
  standsFor = (key: string) => this.into.get(key) ?? key;
  select(key: string | null) {
    const before = this.selected;
    this.selected = key;
    for (const k of [before, key])
      if (k && this.graph.hasNode(k)) this.graph.setNodeAttribute(k, "highlighted", this.marked.has(k) || k === key);
  }
  mark(keys: string[]) {
    for (const k of this.marked)
      if (this.graph.hasNode(k)) this.graph.setNodeAttribute(k, "highlighted", k === this.selected);
    this.marked = new Set(keys.map(this.standsFor));
    for (const k of this.marked) if (this.graph.hasNode(k)) this.graph.setNodeAttribute(k, "highlighted", true);
  }
  neighbourTies(key: string): Tie[] {
    if (!this.graph.hasNode(key)) return [];
    return this.graph.edges(key).flatMap((e) => this.graph.getEdgeAttribute(e, "ties"));
  }
  private drawHover(
    context: CanvasRenderingContext2D,
    data: { x: number; y: number; size: number; label?: string | null },
    size: number,
  ) {
    const ink = this.dark ? "#e6e9ee" : "#1c2128",
      ground = this.dark ? "#1d232b" : "#ffffff";
    context.lineWidth = 2;
    context.strokeStyle = ink;
    context.beginPath();
    context.arc(data.x, data.y, data.size + 4, 0, Math.PI * 2);
    context.stroke();
    if (!data.label) return;
    context.font = `600 ${size}px system-ui, sans-serif`;
    const width = context.measureText(data.label).width;
    context.fillStyle = ground;
    context.fillRect(data.x + data.size + 6, data.y - size / 2 - 5, width + 10, size + 10);
    context.strokeRect(data.x + data.size + 6, data.y - size / 2 - 5, width + 10, size + 10);
    context.fillStyle = ink;
    context.fillText(data.label, data.x + data.size + 11, data.y + size / 3);
  }

  // ---- layout ----
  startLayout(milliseconds = LAYOUT_MS) {
    if (this.graph.order < 2) return;
    this.worker ??= new Worker(new URL("./layout.worker.ts", import.meta.url), { type: "module" });
    this.order = this.graph.nodes();
    const number = new Map(this.order.map((k, n) => [k, n]));
    const xy = new Float32Array(this.order.length * 2),
      fixed = new Uint8Array(this.order.length);
    this.order.forEach((key, n) => {
      const { x, y } = this.graph.getNodeAttributes(key);
      xy[n * 2] = x;
      xy[n * 2 + 1] = y;
      fixed[n] = this.model.items.get(key)?.pinned ? 1 : 0;
    });
    const ends = new Uint32Array(this.graph.size * 2);
    let e = 0;
    this.graph.forEachEdge((_, __, from, to) => {
      ends[e++] = number.get(from)!;
      ends[e++] = number.get(to)!;
    });
    const worker = this.worker;
    worker.onmessage = (event: MessageEvent<LayoutNews>) => {
      const { xy: now, done } = event.data;
      this.sigma.setCustomBBox(null);
      this.graph.updateEachNodeAttributes(
        (key, attributes) => {
          const n = number.get(key);
          if (n === undefined || key === this.dragging || this.model.items.get(key)?.pinned) return attributes;
          attributes.x = now[n * 2]!;
          attributes.y = now[n * 2 + 1]!;
          return attributes;
        },
        { attributes: ["x", "y"] },
      );
      if (done) this.layoutEnded();
    };
    this.running = true;
    this.events.layout(true);
    worker.postMessage(
      { xy, fixed, ends, milliseconds, iterations: this.order.length > MANY ? 400 : 800 } satisfies LayoutTask,
      [xy.buffer, fixed.buffer, ends.buffer],
    );
  }
  private layoutEnded() {
    this.running = false;
    if (!this.shownCollapsed) this.graph.forEachNode((key, { x, y }) => this.model.move(key, x, y));
    this.events.layout(false);
  }
  stopLayout() {
    if (!this.running) return;
    this.worker?.postMessage("stop");
    this.layoutEnded();
  }

  // ---- camera ----
  // Whoever wants no motion gets none.
  private cameraTo(state: { x?: number; y?: number; ratio?: number; angle?: number }, duration: number) {
    const camera = this.sigma.getCamera();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) camera.setState(state);
    else void camera.animate(state, { duration });
  }
  fit() {
    this.sigma.setCustomBBox(null);
    this.sigma.refresh();
    this.cameraTo({ x: 0.5, y: 0.5, ratio: 1, angle: 0 }, 250);
  }
  zoom(by: number) {
    this.cameraTo({ ratio: this.sigma.getCamera().getState().ratio * by }, 120);
  }
  pan(dx: number, dy: number) {
    const camera = this.sigma.getCamera(),
      { x, y, ratio } = camera.getState();
    camera.setState({ x: x + dx * 0.08 * ratio, y: y + dy * 0.08 * ratio });
  }
  lookAt(key: string) {
    const data = this.sigma.getNodeDisplayData(this.standsFor(key));
    if (data)
      this.cameraTo({ x: data.x, y: data.y, ratio: Math.min(0.5, this.sigma.getCamera().getState().ratio) }, 250);
  }

  // ---- overview ----
  showMinimap(canvas: HTMLCanvasElement | null) {
    this.minimap = canvas;
    this.minimapSoon();
  }
  private minimapSoon() {
    if (!this.minimap || this.minimapDue) return;
    this.minimapDue = window.setTimeout(() => {
      this.minimapDue = 0;
      this.drawMinimap();
    }, 200);
  }
  private minimapScale() {
    const canvas = this.minimap!,
      { x, y } = this.sigma.getBBox();
    const width = Math.max(1e-9, x[1] - x[0]),
      height = Math.max(1e-9, y[1] - y[0]);
    const k = Math.min((canvas.width - 12) / width, (canvas.height - 12) / height);
    return { k, left: x[0] - (canvas.width / k - width) / 2, top: y[1] + (canvas.height / k - height) / 2 };
  }
  private drawMinimap() {
    const canvas = this.minimap,
      context = canvas?.getContext("2d");
    if (!canvas || !context) return;
    const { k, left, top } = this.minimapScale();
    context.clearRect(0, 0, canvas.width, canvas.height);
    const dot = this.graph.order > 2000 ? 1 : 3;
    this.graph.forEachNode((_, a) => {
      context.fillStyle = a.color;
      context.fillRect((a.x - left) * k - dot / 2, (top - a.y) * k - dot / 2, dot, dot);
    });
    const { width, height } = this.sigma.getDimensions();
    const a = this.sigma.viewportToGraph({ x: 0, y: 0 }),
      b = this.sigma.viewportToGraph({ x: width, y: height });
    context.strokeStyle = this.dark ? "#ffffff" : "#000000";
    context.lineWidth = 1.5;
    context.strokeRect((a.x - left) * k, (top - a.y) * k, (b.x - a.x) * k, (a.y - b.y) * k);
  }
  minimapGo(px: number, py: number) {
    if (!this.minimap) return;
    const { k, left, top } = this.minimapScale();
    const at = this.sigma.graphToViewport({ x: px / k + left, y: top - py / k });
    const framed = this.sigma.viewportToFramedGraph(at);
    this.sigma.getCamera().setState({ x: framed.x, y: framed.y });
  }

  // ---- a picture ----
  async png(title: string, marking: string): Promise<Blob> {
    this.sigma.refresh(); // drawn in this very turn, so that the layers still hold what they show
    const layers = this.sigma.getCanvases();
    const first = layers.edges!,
      scale = first.width / this.sigma.getDimensions().width;
    const out = document.createElement("canvas");
    out.width = first.width;
    out.height = first.height + 34 * scale;
    const context = out.getContext("2d")!;
    context.fillStyle = this.dark ? "#14181d" : "#ffffff";
    context.fillRect(0, 0, out.width, out.height);
    for (const name of ["edges", "edgeLabels", "nodes", "labels", "hovers", "hoverNodes"]) {
      const layer = layers[name];
      if (layer && layer.width) context.drawImage(layer, 0, 0, first.width, first.height);
    }
    context.fillStyle = this.dark ? "#e6e9ee" : "#1c2128";
    context.font = `${14 * scale}px system-ui, sans-serif`;
    context.fillText(title, 12 * scale, first.height + 22 * scale);
    context.textAlign = "right";
    context.font = `bold ${14 * scale}px system-ui, sans-serif`;
    context.fillText(marking, out.width - 12 * scale, first.height + 22 * scale);
    return new Promise((resolve, reject) =>
      out.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
    );
  }
}
