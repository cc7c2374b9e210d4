// The graph page: canvas, what is selected, filters for expanding, list of nodes, legend, overview, saved views, files.
// How it begins, expands, finds paths and keeps views is in hooks of its folder; here they meet.
import { useMemo, useRef, useState } from "preact/hooks";
import type { Policy } from "../api";
import { categoryOf } from "../graph/categories";
import type { Sheet } from "../graph/files";
import type { Item } from "../graph/model";
import { type Key, shortAddress, t } from "../i18n";
import { MarkingLine } from "../parts/basic";
import { place } from "../router";
import { isMarked } from "../state";
import { Supernode, TextDialog } from "./graph/dialogs";
import { itemName } from "./graph/names";
import { Selected } from "./graph/selected";
import { FilterPanel, NodeList } from "./graph/side";
import { Stage } from "./graph/stage";
import { Start } from "./graph/start";
import { Toolbar } from "./graph/toolbar";
import { useCanvas } from "./graph/use_canvas";
import { type ExpansionWork, useExpansion } from "./graph/use_expansion";
import { usePath } from "./graph/use_path";
import { type Beginning, useTrace } from "./graph/use_trace";
import { useViews, type Views } from "./graph/use_views";
import { useWork, type Work } from "./graph/use_work";

type Shown = ReturnType<Work["model"]["shown"]>;
type OpenDialog = "" | "note" | "path" | "save";

// The graph as its files have it: nodes where the canvas shows them now.
function sheetOf({ canvas, incident, policy, inferred, marking }: Work, shown: Shown, title: string): Sheet {
  const graph = canvas.current?.graph;
  const placed = (item: Item) =>
    graph?.hasNode(item.key)
      ? { ...item, x: graph.getNodeAttribute(item.key, "x"), y: graph.getNodeAttribute(item.key, "y") }
      : item;
  return {
    items: shown.items.map(placed),
    ties: shown.ties,
    title,
    marking: isMarked(marking) ? marking : "",
    notes: [incident, policy, inferred ? t("incident.inferred") : ""].filter((x) => x).join(" · "),
    names: itemName,
    categories: (c) => t(`cat.${c}` as Key),
  };
}
function titleOf(work: Work, views: Views, address: string): string {
  if (views.view?.name || work.incident) return views.view?.name || work.incident;
  return address ? shortAddress(address.slice(address.indexOf(":") + 1)) : t("graph.title");
}
// What can be done with the selected node, by key and by button. On the canvas that may be an owner, collapsed.
function nodeActs(work: Work, expansion: ExpansionWork, shown: Shown, openDialog: (which: OpenDialog) => void) {
  const { model, selected, select } = work;
  const item = selected ? model.items.get(selected) : undefined;
  return {
    expand: () => void expansion.expandNode(selected),
    pin: () => {
      if (item) model.change(item.key, { pinned: !item.pinned });
    },
    annotate: () => {
      if (item) openDialog("note");
    },
    path: () => openDialog("path"),
    remove: () => {
      if (!selected) return;
      model.remove(shown.items.find((i) => i.key === selected)?.members ?? [selected]);
      select(null);
    },
  };
}
interface DialogsProps {
  work: Work;
  views: Views;
  expansion: ExpansionWork;
  shown: Shown;
  item: Item | null;
  title: string;
  open: OpenDialog;
  onClose: () => void;
}
function Dialogs({ work, views, expansion, shown, item, title, open, onClose }: DialogsProps) {
  const { model } = work;
  const findPath = usePath(work);
  const { supernode, setSupernode } = expansion;
  const { view } = views;
  const annotate = (at: Item, text: string) => {
    model.change(at.key, { note: text || undefined });
    onClose();
  };
  const choices = (from: Item) =>
    shown.items
      .filter((i) => i.address && i.chain === from.chain && i.key !== from.key)
      .slice(0, 500)
      .map((i) => ({ value: i.address!, label: itemName(i) }));
  return (
    <>
      {supernode ? (
        <Supernode
          answer={supernode}
          onClose={() => setSupernode(null)}
          onTake={(keys) => {
            if (expansion.takeIn(supernode, keys)) setSupernode(null);
          }}
          has={(key) => model.items.has(key)}
        />
      ) : null}
      {open === "note" && item ? (
        <TextDialog
          title={t("graph.annotation")}
          label={t("graph.annotation")}
          value={item.note ?? ""}
          area
          onClose={onClose}
          onSave={(text) => annotate(item, text)}
        />
      ) : null}
      {open === "path" && item ? (
        <TextDialog
          title={t("graph.pathTo", { from: itemName(item) })}
          label={t("address.title")}
          value=""
          choices={choices(item)}
          onClose={onClose}
          onSave={(text) => {
            onClose();
            void findPath(item, text);
          }}
        />
      ) : null}
      {open === "save" ? (
        <TextDialog
          title={t("graph.saveView")}
          label={t("graph.viewName")}
          value={view?.name ?? title}
          onClose={onClose}
          onSave={(name) => void views.save(name, !view || name !== view.name, onClose)}
        />
      ) : null}
    </>
  );
}
function beginningOf(given: string | undefined): Beginning {
  const query = place.value.query;
  return {
    incident: given ?? query.get("incident") ?? "",
    address: query.get("address") ?? "",
    view: query.get("view") ?? "",
    show: query.get("show") ?? "",
  };
}
interface GraphPageProps {
  incident?: string; // where the page is a part of an incident's
  policy?: Policy;
  inferred?: boolean;
}
export function GraphPage({ incident: given, policy = "fifo", inferred = false }: GraphPageProps) {
  const beginning = beginningOf(given);
  const stage = useRef<HTMLDivElement>(null);
  const minimap = useRef<HTMLCanvasElement>(null);
  const [dialog, openDialog] = useState<OpenDialog>("");
  const work = useWork(beginning.incident, policy, inferred);
  const expansion = useExpansion(work);
  const views = useViews(work);
  const { revision, running, noPicture } = useCanvas(work, stage, minimap, (key) => void expansion.expandNode(key));
  const ready = useTrace(work, beginning, views.open, expansion.expand);

  const { model, selected, incident, marking } = work;
  // oxlint-disable-next-line react/exhaustive-deps -- the model is one object; its revision says that it changed
  const shown = useMemo(() => model.shown(), [model, revision]);
  const used = useMemo(() => new Set(shown.items.map(categoryOf)), [shown]);
  const item = shown.items.find((i) => i.key === selected) ?? null;
  const ties = item ? shown.ties.filter((tie) => tie.from === item.key || tie.to === item.key) : [];
  const nameOf = (key: string) => {
    const found = shown.items.find((i) => i.key === key);
    return found ? itemName(found) : key;
  };
  const title = titleOf(work, views, beginning.address);
  const acts = nodeActs(work, expansion, shown, openDialog);
  const asked = given || incident || beginning.address || beginning.view;
  return (
    <div
      class={"graph-page" + (given ? " inside" : "")}
      data-ready={ready && !work.busy ? "yes" : "no"}
      data-nodes={shown.items.length}
      data-edges={shown.ties.length}
    >
      {given ? null : <h1>{t("graph.title")}</h1>}
      {given ? null : <MarkingLine marking={marking} />}
      {asked ? null : <Start />}
      <Toolbar
        work={work}
        views={views}
        running={running}
        empty={shown.items.length === 0}
        sheet={() => sheetOf(work, shown, title)}
        onSave={() => openDialog("save")}
      />
      {work.problem ? (
        <p class="problem" role="alert">
          {t("app.error")}: {work.problem}
        </p>
      ) : null}
      {noPicture ? <p class="note">{t("graph.noWebgl")}</p> : null}
      <div class="graph-layout">
        <Stage work={work} stage={stage} minimap={minimap} shown={shown} used={used} acts={acts} />
        <div class="graph-side">
          <Selected work={work} item={item} ties={ties} nameOf={nameOf} acts={acts} />
          <FilterPanel
            filters={expansion.filters}
            assets={model.assets}
            traced={incident !== ""}
            onChange={expansion.setFilters}
          />
          <NodeList work={work} items={shown.items} />
        </div>
      </div>
      <Dialogs
        work={work}
        views={views}
        expansion={expansion}
        shown={shown}
        item={item}
        title={title}
        open={dialog}
        onClose={() => openDialog("")}
      />
    </div>
  );
}
