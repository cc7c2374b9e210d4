// The graph page: canvas, what is selected, filters for expanding, list of nodes, legend, overview, saved views, files.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { type Assets, type Expansion, get, type GraphNode, part, type Path, type Policy, post, put, type TraceGraph, type View } from "../api";
import { Address, amountText, Dialog, Field, Marking, MarkingLine, Menu, Select, Share, Time, Transaction } from "../parts/basic";
import { type Key, readAmount, shortAddress, showNumber, showShare, t, term } from "../i18n";
import { adjust, go, link, links, place } from "../router";
import { can, copy, dark, download, isMarked, pageMarking, say, strictest } from "../state";
import { Canvas } from "../graph/canvas";
import { CATEGORIES, categoryOf, LOOKS } from "../graph/categories";
import { shapePath, toCsv, toGraphml, toSvg } from "../graph/files";
import { GraphModel, type Item, placesAround, placesOfTrace, type Tie, tieOf, tiesOfExpansion, tiesOfTrace, chainOfKey } from "../graph/model";

const NODES_MAX = 20_000;
interface Filters { direction: "both" | "in" | "out"; from: string; until: string; asset: string; min: string; max: string; only: "all" | "tainted" | "services"; limit: string }
const NO_FILTERS: Filters = { direction: "both", from: "", until: "", asset: "", min: "", max: "", only: "all", limit: "50" };
interface SavedView { version: 1; incident: string; policy: Policy; inferred: boolean; items: Item[]; ties: Tie[]; assets: Assets; collapsed: boolean; marking: string }

export function itemName(item: Item): string {
  if (item.members) return `${item.label && item.label !== item.cluster ? item.label : shortAddress(item.label ?? "")} (${showNumber(item.members.length)})`;
  if (item.kind === "terminal" || item.kind === "link") return (item.label ?? "").replace(/^(fee|burn|superseded|service|bound)\b/, (k) => term("terminal", k)).replace(/\S{24,}$/, (a) => shortAddress(a, 4));
  const name = item.owner ?? (item.role ? term("role", item.role) : "");
  const address = shortAddress(item.address ?? "", 4);
  return name ? `${name} · ${address}` : address;
}

export function GraphPage({ incident: given, policy = "fifo", inferred = false }: { incident?: string; policy?: Policy; inferred?: boolean }) {
  const query = place.value.query;
  const startAddress = query.get("address") ?? "", viewId = query.get("view") ?? "", show = query.get("show") ?? "";
  const [incident, setIncident] = useState(given ?? query.get("incident") ?? "");
  const [marking, setMarking] = useState("");
  const model = useRef<GraphModel>(null as never);
  model.current ??= new GraphModel();
  const canvas = useRef<Canvas | null>(null);
  const stage = useRef<HTMLDivElement>(null), minimap = useRef<HTMLCanvasElement>(null);
  const [revision, setRevision] = useState(0);
  const [selected, setSelected] = useState<string | null>(null);
  const [filters, setFilters] = useState(NO_FILTERS);
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState("");
  const [note, setNote] = useState("");
  const [running, setRunning] = useState(false);
  const [supernode, setSupernode] = useState<Expansion | null>(null);
  const [dialog, setDialog] = useState<"" | "note" | "path" | "save">("");
  const [view, setView] = useState<View | null>(null);
  const [listFilter, setListFilter] = useState("");
  const [ready, setReady] = useState(false);
  const [noPicture, setNoPicture] = useState(false);
  const m = model.current;
  const traceQuery = { incident: incident || undefined, policy, inferred };

  const carry = (...more: (string | undefined)[]) => setMarking((before) => strictest(before, ...more));
  const fail = (error: unknown) => { if ((error as Error).name !== "AbortError") setProblem((error as Error).message); };

  // ---- canvas, once ----
  useEffect(() => {
    m.onChange = () => setRevision((n) => n + 1);
    let made: Canvas;
    try {
      made = new Canvas(stage.current!, m, itemName, {
        select: (key) => setSelected(key), expand: (key) => void expandRef.current(key), layout: setRunning,
      }, dark.value);
    } catch {  // no WebGL: locked-down machines, remote desktops
      setNoPicture(true);
      return;
    }
    canvas.current = made;
    m.onChange = () => { made.sync(); setRevision((n) => n + 1); };
    made.useMinimap(minimap.current);
    const sized = new ResizeObserver(() => made.sigma.resize().refresh());
    sized.observe(stage.current!);
    (window as unknown as { jindoGraph?: unknown }).jindoGraph = made;  // for tests and the console
    return () => { sized.disconnect(); made.kill(); canvas.current = null; };
  }, []);
  useEffect(() => { canvas.current?.setDark(dark.value); }, [dark.value]);
  useEffect(() => { canvas.current?.select(selected); }, [selected]);
  useEffect(() => { pageMarking.value = marking; }, [marking]);

  // ---- beginning ----
  const loadTrace = async (id: string, signal?: AbortSignal) => {
    setBusy(t("graph.busy"));
    performance.mark("jindo-graph-asked");
    const graph = await get<TraceGraph>(`/v1/incidents/${part(id)}/graph`, { policy, inferred, nodes: NODES_MAX }, signal);
    performance.mark("jindo-graph-answered");
    const places = placesOfTrace(graph);
    m.add(graph.nodes, tiesOfTrace(graph), graph.assets, (n) => places.get(n.key) ?? { x: 0, y: 0 });
    carry(graph.marking, ...graph.nodes.map((n) => n.marking));
    setNote(graph.nodes.length < graph.nodes_all ? t("graph.trimmed", { n: graph.nodes.length, all: graph.nodes_all }) : "");
    canvas.current?.fit();
    performance.mark("jindo-graph-drawn");
    if (graph.nodes.length > 2 && graph.nodes.length <= 1500) canvas.current?.startLayout(2500);
    if (show) {
      const keys = show.split(",").filter((k) => m.items.has(k));
      canvas.current?.mark(keys);
      if (keys[0]) setSelected(keys[0]);
    }
  };
  useEffect(() => {
    const stop = new AbortController();
    const begin = async () => {
      setProblem("");
      m.clear();
      setSelected(null);
      setMarking("");
      if (viewId) {
        const saved = await get<View>(`/v1/views/${part(viewId)}`, {}, stop.signal);
        const content = saved.content as SavedView;
        if (content.version !== 1) throw new Error(t("graph.viewVersion", { version: String(content.version) }));
        const at = new Map(content.items.map((i) => [i.key, i]));
        m.add(content.items, content.ties, content.assets, (n) => ({ x: at.get(n.key)!.x, y: at.get(n.key)!.y }));
        m.collapse(content.collapsed);
        setIncident(content.incident);
        setView({ ...saved, content: undefined });
        carry(saved.marking, content.marking);
        canvas.current?.fit();
      } else if (startAddress) {
        const at = startAddress.indexOf(":");
        await expand(startAddress, startAddress.slice(0, at), startAddress.slice(at + 1), true, stop.signal);
        canvas.current?.fit();
      } else if (incident) {
        await loadTrace(incident, stop.signal);
      }
    };
    begin().catch(fail).finally(() => { if (!stop.signal.aborted) { setBusy(""); setReady(true); } });
    return () => stop.abort();
  }, [given ?? query.get("incident") ?? "", policy, inferred, startAddress, viewId]);

  // ---- expanding ----
  const takeIn = (answer: Expansion, only?: Set<string>) => {
    const self = m.items.get(answer.node.key);
    const nodes: GraphNode[] = [answer.node, ...answer.neighbours.filter((n) => !only || only.has(n.key)).map(({ dealings: _, ...n }) => n), ...(answer.trace?.nodes ?? []).filter((n) => !only || only.has(n.key))];
    const incoming = new Set([...answer.neighbours.filter((n) => n.dealings.every((d) => d.direction === "in")).map((n) => n.key), ...(answer.trace?.edges ?? []).filter((e) => e.to === answer.node.key).map((e) => e.from)]);
    const around = placesAround(self ?? { x: 0, y: 0 }, incoming);
    const fresh = m.add(nodes, tiesOfExpansion(answer), answer.assets, (n, i, count) => (n.key === answer.node.key ? { x: 0, y: 0 } : around(n, i, count)));
    carry(answer.trace?.marking, ...nodes.map((n) => n.marking));
    say(fresh ? t("graph.expanded", { n: fresh }) : t("graph.nothingNew"));
    return fresh;
  };
  const expand = async (key: string, chain: string, address: string, first = false, signal?: AbortSignal) => {
    setBusy(t("graph.busy"));
    setProblem("");
    try {
      const decimals = m.assets[filters.asset]?.decimals ?? m.assets[Object.keys(m.assets).find((a) => a.startsWith(chain + "/") && !a.includes("/0x")) ?? ""]?.decimals ?? 18;
      const amount = (text: string) => (text ? readAmount(text, decimals) ?? "wrong" : undefined);
      const answer = await get<Expansion>(`/v1/graph/${part(chain)}/${part(address)}`, {
        ...traceQuery, direction: filters.direction === "both" ? undefined : filters.direction, from: filters.from, until: filters.until,
        asset: filters.asset ? filters.asset.slice(filters.asset.indexOf("/") + 1) : undefined, amount_min: amount(filters.min), amount_max: amount(filters.max), only: filters.only, limit: Number(filters.limit),
      }, signal);
      if (!answer.whole || answer.neighbours_all > answer.neighbours.length || (answer.trace && answer.trace.edges_all > answer.trace.edges.length)) {
        if (!m.items.has(answer.node.key)) takeIn(answer, new Set());
        setSupernode(answer);
      } else {
        takeIn(answer);
      }
      if (first) setSelected(answer.node.key);
      else if (m.items.get(key)) setSelected(key);
    } catch (error) { fail(error); } finally { setBusy(""); }
  };
  const expandSelected = (key: string | null) => {
    const item = key ? m.items.get(key) : null;
    if (item?.address && item.kind !== "link") return expand(item.key, item.chain, item.address);
    return Promise.resolve();
  };
  const expandRef = useRef(expandSelected);
  expandRef.current = expandSelected;

  // ---- keyboard ----
  const onKey = (e: KeyboardEvent) => {
    const c = canvas.current;
    if (!c) return;
    const item = selected ? m.items.get(selected) : null;
    const act: Record<string, () => void> = {
      ArrowLeft: () => c.pan(-1, 0), ArrowRight: () => c.pan(1, 0), ArrowUp: () => c.pan(0, 1), ArrowDown: () => c.pan(0, -1),
      "+": () => c.zoom(0.7), "=": () => c.zoom(0.7), "-": () => c.zoom(1.4), f: () => c.fit(), e: () => void expandSelected(selected),
      p: () => { if (item) m.change(item.key, { pinned: !item.pinned }); }, n: () => { if (item) setDialog("note"); }, Delete: () => { if (selected) { m.remove(members(selected)); setSelected(null); } },
      Escape: () => setSelected(null),
    };
    if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "z") { e.shiftKey ? m.redo() : m.undo(); e.preventDefault(); return; }
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const does = act[e.key];
    if (does) { does(); e.preventDefault(); }
  };
  const members = (key: string) => shown.items.find((i) => i.key === key)?.members ?? [key];

  // ---- what is shown beside ----
  const shown = useMemo(() => m.shown(), [revision]);
  const item = selected ? shown.items.find((i) => i.key === selected) ?? null : null;
  const ties = item ? shown.ties.filter((tie) => tie.from === item.key || tie.to === item.key) : [];
  const nameOf = (key: string) => { const i = shown.items.find((x) => x.key === key); return i ? itemName(i) : key; };
  const wanted = listFilter.trim().toLowerCase();
  const listed = shown.items.filter((i) => !wanted || `${i.address ?? ""} ${i.owner ?? ""} ${i.role ?? ""} ${i.label ?? ""} ${i.note ?? ""} ${i.category ?? ""} ${itemName(i)}`.toLowerCase().includes(wanted));
  const used = useMemo(() => new Set(shown.items.map(categoryOf)), [shown]);
  const title = view?.name || incident || (startAddress ? shortAddress(startAddress.slice(startAddress.indexOf(":") + 1)) : t("graph.title"));
  const sheet = () => {
    const at = canvas.current;
    const items = shown.items.map((i) => ({ ...i, ...(at?.graph.hasNode(i.key) ? { x: at.graph.getNodeAttribute(i.key, "x"), y: at.graph.getNodeAttribute(i.key, "y") } : {}) }));
    return { items, ties: shown.ties, title, marking: isMarked(marking) ? marking : "", notes: [incident, policy, inferred ? t("incident.inferred") : ""].filter((x) => x).join(" · "), names: itemName, categories: (c: string) => t(`cat.${c}` as Key) };
  };
  const save = async (name: string, asNew: boolean) => {
    canvas.current?.stopLayout();
    const content: SavedView = { version: 1, incident, policy, inferred, items: [...m.items.values()], ties: [...m.ties.values()], assets: m.assets, collapsed: m.collapsed, marking };
    const body = { name, incident, marking, content, ...(view && !asNew ? { revision: view.revision } : {}) };
    try {
      const saved = view && !asNew ? await put<View>(`/v1/views/${part(view.id)}`, body) : await post<View>("/v1/views", body);
      setView(saved);
      setDialog("");
      await copy(location.origin + "/" + link(["graph"], { view: saved.id }), marking);
      say(t("graph.saved"));
    } catch (error) { say((error as { status?: number }).status === 409 ? t("graph.conflict") : `${t("app.error")}: ${(error as Error).message}`, true); }
  };
  const findPath = async (to: string) => {
    if (!item?.address) return;
    setDialog("");
    setBusy(t("graph.busy"));
    try {
      const path = await get<Path>(`/v1/graph/${part(item.chain)}/${part(item.address)}/path`, { ...traceQuery, to: to.trim() });
      if (!path.found) {
        say([path.gave_up ? t("graph.pathGaveUp", { visited: path.visited ?? 0 }) : t("graph.pathNone", { visited: path.visited ?? 0 }), path.passed_over ? t("graph.pathOver", { n: path.passed_over }) : ""].join(" "), true);
        return;
      }
      const from = m.items.get(item.key) ?? { x: 0, y: 0 };
      m.add(path.nodes, path.edges.map((e) => tieOf(e, chainOfKey(e.to))), path.assets, (_, i, count) => ({ x: from.x + (i + 1) * 14, y: from.y + 6 * Math.sin(i) + count * 0 }));
      canvas.current?.mark(path.nodes.map((n) => n.key));
      carry(...path.nodes.map((n) => n.marking));
      say(t("graph.pathFound", { n: path.edges.length }) + (path.in_trace ? " · " + t("graph.pathInTrace") : ""));
    } catch (error) { say(`${t("app.error")}: ${(error as Error).message}`, true); } finally { setBusy(""); }
  };

  return (
    <div class={"graph-page" + (given ? " inside" : "")} data-ready={ready && !busy ? "yes" : "no"} data-nodes={shown.items.length} data-edges={shown.ties.length}>
      {given ? null : <h1>{t("graph.title")}</h1>}
      {given ? null : <MarkingLine marking={marking} />}
      {!given && !incident && !startAddress && !viewId ? <Start /> : null}
      <div class="toolbar" role="toolbar" aria-label={t("graph.title")}>
        <button type="button" disabled={!m.canUndo} onClick={() => m.undo()}>{t("graph.undo")}</button>
        <button type="button" disabled={!m.canRedo} onClick={() => m.redo()}>{t("graph.redo")}</button>
        <button type="button" onClick={() => (running ? canvas.current?.stopLayout() : canvas.current?.startLayout())}>{running ? t("graph.stopLayout") : t("graph.layout")}</button>
        <button type="button" aria-pressed={m.collapsed} onClick={() => { canvas.current?.stopLayout(); m.collapse(!m.collapsed); setSelected(null); }}>{m.collapsed ? t("graph.uncollapse") : t("graph.collapse")}</button>
        <button type="button" onClick={() => canvas.current?.fit()}>{t("graph.fit")}</button>
        <button type="button" aria-label={t("graph.zoomIn")} onClick={() => canvas.current?.zoom(0.7)}>+</button>
        <button type="button" aria-label={t("graph.zoomOut")} onClick={() => canvas.current?.zoom(1.4)}>−</button>
        {can("write") ? <button type="button" disabled={shown.items.length === 0} onClick={() => setDialog("save")}>{t("graph.saveView")}</button> : null}
        {view ? <button type="button" onClick={() => void copy(location.origin + "/" + link(["graph"], { view: view.id }), marking)}>{t("graph.link")}</button> : null}
        <Menu label={t("app.export")} items={[
          { label: t("graph.exportPng"), act: () => void canvas.current?.png(title, isMarked(marking) ? marking : "").then((b) => download(`${title}.png`, "image/png", b, marking)).catch(fail) },
          { label: t("graph.exportSvg"), act: () => download(`${title}.svg`, "image/svg+xml", toSvg(sheet()), marking) },
          { label: t("graph.exportGraphml"), act: () => download(`${title}.graphml`, "application/xml", toGraphml(sheet()), marking) },
          { label: t("graph.exportCsv"), act: () => download(`${title}.csv`, "text/csv", toCsv(sheet()), marking) },
        ]} />
        <span class="status" role="status">{busy || note}</span>
      </div>
      {problem ? <p class="problem" role="alert">{t("app.error")}: {problem}</p> : null}
      {noPicture ? <p class="note">{t("graph.noWebgl")}</p> : null}
      <div class="graph-layout">
        <div class="stage-frame">
          <div ref={stage} class="stage" tabIndex={0} role="application" aria-label={`${t("graph.canvas", { n: shown.items.length, m: shown.ties.length })}. ${t("graph.keys")}`} onKeyDown={onKey} />
          <canvas ref={minimap} class="minimap" width={180} height={130} role="img" aria-label={t("graph.minimap")} onPointerDown={(e) => { const r = e.currentTarget.getBoundingClientRect(); canvas.current?.minimapGo(((e.clientX - r.left) * 180) / r.width, ((e.clientY - r.top) * 130) / r.height); }} />
          <aside class="legend" aria-label={t("graph.legend")}>
            {CATEGORIES.filter((c) => used.has(c)).map((c) => (
              <div key={c}><svg viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true"><path d={shapePath(LOOKS[c].shape, 6)} fill={dark.value ? LOOKS[c].dark : LOOKS[c].light} fill-rule="evenodd" /></svg> {t(`cat.${c}`)}</div>
            ))}
            <div><svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true"><path class="k-taint" d="M0 4H24" /></svg> {t("graph.taintedLink")}</div>
            <div><svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true"><path class="k-plain" d="M0 4H24" /></svg> {t("graph.exactLink")}</div>
            <div><svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true"><path class="k-plain dashed" d="M0 4H24" /></svg> {t("graph.inferredLink")}</div>
          </aside>
        </div>
        <div class="graph-side">
          <section class="panel" aria-labelledby="graph-selected">
            <h2 id="graph-selected">{t("graph.selected")}</h2>
            {item ? (
              <>
                <p><span class="chip">{t(`cat.${categoryOf(item)}`)}</span> {item.marking ? <Marking marking={item.marking} /> : null} {item.pinned ? <span class="chip">{t("graph.pinned")}</span> : null}</p>
                {item.members ? <p>{t("graph.members", { n: item.members.length })}: <b>{item.label}</b></p>
                  : item.address ? <p><Address chain={item.chain} address={item.address} owner={item.owner} role={item.role} /> <small>{item.chain}</small></p> : <p><b>{itemName(item)}</b></p>}
                {item.source ? <p><small>{t("incident.source")}: {item.source}</small></p> : null}
                {item.hops !== undefined ? <p>{t("graph.hops", { n: Math.max(0, item.hops - 1) })}</p> : null}
                {item.held_ppm ? <p>{t("graph.heldShare", { share: showShare(item.held_ppm) })}</p> : null}
                {item.note ? <p class="quote">{item.note}</p> : null}
                <div class="row">
                  {!item.members && item.address ? <button type="button" class="main" onClick={() => void expandSelected(item.key)}>{t("graph.expand")}</button> : null}
                  {!item.members ? <button type="button" onClick={() => m.change(item.key, { pinned: !item.pinned })}>{item.pinned ? t("graph.unpin") : t("graph.pin")}</button> : null}
                  {!item.members ? <button type="button" onClick={() => setDialog("note")}>{t("graph.annotate")}</button> : null}
                  {item.address && !item.members ? <button type="button" onClick={() => setDialog("path")}>{t("graph.path")}</button> : null}
                  <button type="button" onClick={() => { m.remove(members(item.key)); setSelected(null); }}>{t("graph.removeNode")}</button>
                </div>
                <p>{item.address ? <a href={links.address(item.chain, item.address)}>{t("graph.addressPage")}</a> : null}{item.address && incident && item.hops !== undefined ? <> · <a href={links.incident(incident, "trail", { to: item.address, policy: policy === "fifo" ? undefined : policy, inferred: inferred ? "true" : undefined })}>{t("graph.trailHere")}</a></> : null}</p>
                <details><summary>{t("graph.neighbours", { n: new Set(ties.map((tie) => (tie.from === item.key ? tie.to : tie.from))).size })}</summary>
                  <ul class="ties">{ties.slice(0, 200).map((tie) => (
                    <li key={tie.id + tie.from + tie.to}>
                      {tie.from === item.key ? "→" : "←"} <button type="button" class="link" onClick={() => { const other = tie.from === item.key ? tie.to : tie.from; setSelected(other); canvas.current?.lookAt(other); }}>{nameOf(tie.from === item.key ? tie.to : tie.from)}</button>{" "}
                      {tie.asset && (tie.tainted ?? tie.amount) ? amountText((tie.tainted ?? tie.amount)!, tie.asset, m.assets) : ""} {tie.ppm ? <Share ppm={tie.ppm} /> : null}
                      <span class={"chip " + (tie.inferred ? "inferred" : tie.kind === "trace" ? "theft" : "")}>{tie.kind === "trace" ? t("graph.taintedLink") : t("board.movements", { n: tie.movements })}{tie.inferred ? ", " + t("incident.inferred") : ""}</span>
                      {tie.joint ? <small>{t("graph.joint")}</small> : null} <small><Time at={tie.first_time} /></small> <Transaction chain={tie.chain} id={tie.transaction} />
                    </li>
                  ))}</ul>
                </details>
              </>
            ) : <p class="note">{t("graph.nothingSelected")}</p>}
          </section>
          <details class="panel"><summary>{t("graph.filters")}</summary>
            <div class="controls small">
              <Select label={t("address.direction")} value={filters.direction} onChange={(v) => setFilters({ ...filters, direction: v })} options={[{ value: "both", label: t("graph.expandBoth") }, { value: "in", label: t("graph.expandIn") }, { value: "out", label: t("graph.expandOut") }]} />
              <Select label={t("graph.only")} value={filters.only} onChange={(v) => setFilters({ ...filters, only: v })} options={(["all", "tainted", "services"] as const).filter((v) => v !== "tainted" || incident).map((v) => ({ value: v, label: t(`graph.only.${v}`) }))} />
              <Select label={t("graph.asset")} value={filters.asset} onChange={(v) => setFilters({ ...filters, asset: v })} options={[{ value: "", label: t("graph.anyAsset") }, ...Object.entries(m.assets).map(([value, a]) => ({ value, label: `${a.symbol} (${value.slice(0, value.indexOf("/"))})` }))]} />
              <Field label={t("graph.from")} type="date" value={filters.from} onInput={(e) => setFilters({ ...filters, from: e.currentTarget.value })} />
              <Field label={t("graph.until")} type="date" value={filters.until} onInput={(e) => setFilters({ ...filters, until: e.currentTarget.value })} />
              <Field label={t("graph.min")} inputMode="decimal" value={filters.min} onInput={(e) => setFilters({ ...filters, min: e.currentTarget.value })} size={9} />
              <Field label={t("graph.max")} inputMode="decimal" value={filters.max} onInput={(e) => setFilters({ ...filters, max: e.currentTarget.value })} size={9} />
              <Select label={t("graph.most")} value={filters.limit} onChange={(v) => setFilters({ ...filters, limit: v })} options={["10", "25", "50", "100", "500"].map((v) => ({ value: v, label: v }))} />
              <button type="button" onClick={() => setFilters(NO_FILTERS)}>{t("app.reset")}</button>
            </div>
          </details>
          <details class="panel" open={shown.items.length > 0 && shown.items.length < 200}><summary>{t("graph.nodes")} ({showNumber(shown.items.length)})</summary>
            <span class="field"><label for="node-filter">{t("graph.filterList")}</label><input id="node-filter" type="search" value={listFilter} onInput={(e) => setListFilter(e.currentTarget.value)} /></span>
            <ul class="node-list">{listed.slice(0, 300).map((i) => (
              <li key={i.key}><button type="button" class="link" aria-pressed={i.key === selected} onClick={() => { setSelected(i.key); canvas.current?.lookAt(i.key); }}>{itemName(i)}</button> <small>{t(`cat.${categoryOf(i)}`)}{i.note ? ` · ${t("graph.noted")}` : ""}</small></li>
            ))}</ul>
            {listed.length > 300 ? <p class="note">{t("app.of", { n: 300, all: listed.length })}</p> : null}
          </details>
        </div>
      </div>
      {supernode ? <Supernode answer={supernode} onClose={() => setSupernode(null)} onTake={(keys) => { const fresh = takeIn(supernode, keys); if (fresh) setSupernode(null); }} has={(key) => m.items.has(key)} /> : null}
      {dialog === "note" && item ? <TextDialog title={t("graph.annotation")} label={t("graph.annotation")} value={item.note ?? ""} area onClose={() => setDialog("")} onSave={(text) => { m.change(item.key, { note: text || undefined }); setDialog(""); }} /> : null}
      {dialog === "path" && item ? <TextDialog title={t("graph.pathTo", { from: itemName(item) })} label={t("address.title")} value="" choices={shown.items.filter((i) => i.address && i.chain === item.chain && i.key !== item.key).slice(0, 500).map((i) => ({ value: i.address!, label: itemName(i) }))} onClose={() => setDialog("")} onSave={(text) => void findPath(text)} /> : null}
      {dialog === "save" ? <TextDialog title={t("graph.saveView")} label={t("graph.viewName")} value={view?.name ?? title} onClose={() => setDialog("")} onSave={(name) => void save(name, !view || name !== view.name)} /> : null}
    </div>
  );
}
function TextDialog({ title, label, value, area, choices, onClose, onSave }: { title: string; label: string; value: string; area?: boolean; choices?: { value: string; label: string }[]; onClose: () => void; onSave: (text: string) => void }) {
  const [text, setText] = useState(value);
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(e) => { e.preventDefault(); onSave(text.trim()); }}>
        {area ? <span class="field"><label for="dialog-text">{label}</label><textarea id="dialog-text" rows={5} maxLength={4000} value={text} onInput={(e) => setText(e.currentTarget.value)} /></span>
          : <Field label={label} value={text} required maxLength={200} list={choices ? "dialog-choices" : undefined} onInput={(e) => setText(e.currentTarget.value)} size={50} />}
        {choices ? <datalist id="dialog-choices">{choices.map((c) => <option key={c.value} value={c.value}>{c.label}</option>)}</datalist> : null}
        <p class="row"><button type="submit" class="main">{t("app.save")}</button> <button type="button" onClick={onClose}>{t("app.cancel")}</button></p>
      </form>
    </Dialog>
  );
}
// The counterparties of a summary: those of the ledger's movements, then those that only the trace names.
function partiesOf(answer: Expansion): { node: GraphNode; movements: number; amounts: string[] }[] {
  const out = answer.neighbours.map(({ dealings, ...node }) => ({
    node, movements: dealings.reduce((s, d) => s + d.movements, 0),
    amounts: dealings.map((d) => `${t(`address.${d.direction}`)} ${amountText(d.amount, d.asset, answer.assets)}`),
  }));
  const known = new Set(out.map((p) => p.node.key));
  for (const edge of answer.trace?.edges ?? []) {
    const incoming = edge.to === answer.node.key, key = incoming ? edge.from : edge.to;
    const node = answer.trace!.nodes.find((n) => n.key === key);
    if (!node || known.has(key) || key === answer.node.key) continue;
    known.add(key);
    out.push({ node, movements: edge.movements, amounts: edge.tainted && edge.asset ? [`${t(incoming ? "address.in" : "address.out")} ${amountText(edge.tainted, edge.asset, answer.assets)}`] : [] });
  }
  return out;
}
function Supernode({ answer, onClose, onTake, has }: { answer: Expansion; onClose: () => void; onTake: (keys: Set<string>) => void; has: (key: string) => boolean }) {
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const toggle = (key: string) => { const next = new Set(chosen); next.has(key) ? next.delete(key) : next.add(key); setChosen(next); };
  const parties = partiesOf(answer);
  return (
    <Dialog wide title={t("graph.supernode")} onClose={onClose}>
      <p><Address chain={answer.chain} address={answer.address} owner={answer.node.owner} /> {t("graph.supernodeNote", { n: answer.movements, k: parties.length, m: answer.examined })}</p>
      <p>{t("app.of", { n: parties.length, all: Math.max(answer.neighbours_all, answer.trace?.edges_all ?? 0, parties.length) })}</p>
      <div class="scroll tall"><table>
        <thead><tr><th scope="col"><span class="hidden">{t("graph.add")}</span></th><th scope="col">{t("address.counterparty")}</th><th scope="col" class="n">{t("address.movements")}</th><th scope="col">{t("flow.amount")}</th></tr></thead>
        <tbody>{parties.map(({ node, movements, amounts }) => (
          <tr key={node.key}><td><input type="checkbox" aria-label={`${t("graph.add")}: ${node.owner ?? node.address ?? node.label}`} checked={chosen.has(node.key) || has(node.key)} disabled={has(node.key)} onChange={() => toggle(node.key)} /></td>
            <td>{node.address ? <Address chain={node.chain} address={node.address} owner={node.owner} role={node.role} /> : node.label}</td><td class="n">{showNumber(movements)}</td>
            <td>{amounts.map((text) => <div key={text}>{text}</div>)}</td></tr>
        ))}</tbody>
      </table></div>
      <p class="row"><button type="button" class="main" disabled={!chosen.size} onClick={() => onTake(chosen)}>{t("graph.add")}</button> <button type="button" onClick={() => onTake(new Set(parties.map((p) => p.node.key)))}>{t("graph.addAll")}</button> <button type="button" onClick={onClose}>{t("app.close")}</button></p>
    </Dialog>
  );
}
function Start() {
  const [text, setText] = useState("");
  const [incidents, setIncidents] = useState<{ id: string; name: string }[]>([]);
  useEffect(() => { get<{ incidents: { id: string; name: string }[] }>("/v1/incidents").then((a) => setIncidents(a.incidents), () => {}); }, []);
  const begin = async (e: Event) => {
    e.preventDefault();
    try {
      const found = await get<{ results: { kind: string; chain?: string; address?: string }[] }>("/v1/search", { q: text, limit: 5 });
      const first = found.results.find((r) => r.kind === "address");
      if (first) go(link(["graph"], { address: `${first.chain}:${first.address}` }));
      else say(t("search.none", { q: text }), true);
    } catch (error) { say((error as Error).message, true); }
  };
  return (
    <section class="panel start">
      <p>{t("graph.empty")}</p>
      <form class="controls" onSubmit={(e) => void begin(e)}>
        <Field label={t("graph.start")} value={text} size={46} required onInput={(e) => setText(e.currentTarget.value)} />
        <button type="submit" class="main">{t("graph.startGo")}</button>
        <Select label={t("graph.fromIncident")} value="" onChange={(v) => { if (v) go(link(["graph"], { incident: v })); }} options={[{ value: "", label: "–" }, ...incidents.map((i) => ({ value: i.id, label: i.name }))]} />
      </form>
    </section>
  );
}
export { adjust };
