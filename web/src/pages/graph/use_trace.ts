// How the graph page begins: with a kept view, with one address, or with the trace of an incident.
import { useEffect, useState } from "preact/hooks";
import { get, part, type TraceGraph } from "../../api";
import { placesOfTrace, tiesOfTrace } from "../../graph/model";
import { t } from "../../i18n";
import type { useExpansion } from "./use_expansion";
import type { useViews } from "./use_views";
import type { Work } from "./use_work";

const NODES_MAX = 20_000;
const LAYOUT_AT_ONCE_MAX = 1500; // larger traces stay as they are placed until somebody asks for the layout
export interface Beginning {
  incident: string;
  address: string; // "chain:address"
  view: string;
  show: string; // keys of nodes to mark, by commas
}

async function loadTrace({ model, canvas, ...work }: Work, show: string, signal: AbortSignal) {
  const { incident, policy, inferred } = work;
  work.setBusy(t("graph.busy"));
  performance.mark("jindo-graph-asked");
  const query = { policy, inferred, nodes: NODES_MAX };
  const graph = await get<TraceGraph>(`/v1/incidents/${part(incident)}/graph`, query, signal);
  performance.mark("jindo-graph-answered");
  const { nodes, nodes_all } = graph;
  const places = placesOfTrace(graph);
  model.add(nodes, tiesOfTrace(graph), graph.assets, (n) => places.get(n.key) ?? { x: 0, y: 0 });
  work.carry(graph.marking, ...nodes.map((n) => n.marking));
  work.setNote(nodes.length < nodes_all ? t("graph.trimmed", { n: nodes.length, all: nodes_all }) : "");
  canvas.current?.fit();
  performance.mark("jindo-graph-drawn");
  if (nodes.length > 2 && nodes.length <= LAYOUT_AT_ONCE_MAX) canvas.current?.startLayout(2500);
  if (show) {
    const keys = show.split(",").filter((k) => model.items.has(k));
    canvas.current?.mark(keys);
    if (keys[0]) work.select(keys[0]);
  }
}
// Gives whether what the page begins with is there.
export function useTrace(
  work: Work,
  beginning: Beginning,
  openView: ReturnType<typeof useViews>["open"],
  expand: ReturnType<typeof useExpansion>["expand"],
): boolean {
  const { address, view, show } = beginning;
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const stop = new AbortController();
    const begin = async () => {
      work.setProblem("");
      work.model.clear();
      work.select(null);
      work.setMarking("");
      if (view) {
        await openView(view, stop.signal);
      } else if (address) {
        const at = address.indexOf(":");
        await expand(address, address.slice(0, at), address.slice(at + 1), true, stop.signal);
        work.canvas.current?.fit();
      } else if (work.incident) {
        await loadTrace(work, show, stop.signal);
      }
    };
    begin()
      .catch(work.fail)
      .finally(() => {
        if (stop.signal.aborted) return;
        work.setBusy("");
        setReady(true);
      });
    return () => stop.abort();
    // oxlint-disable-next-line react/exhaustive-deps -- what else is used changes with every drawing
  }, [beginning.incident, work.policy, work.inferred, address, view]);
  return ready;
}
