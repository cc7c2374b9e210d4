// Expanding a node: asking who it dealt with under the filters, and putting the answer on the canvas; an answer that is
// only a summary waits as `supernode` until somebody chooses from it.
import { useState } from "preact/hooks";
import { type Expansion, get, type GraphNode, part } from "../../api";
import { placesAround, tiesOfExpansion } from "../../graph/model";
import { readAmount, t } from "../../i18n";
import { say } from "../../state";
import { traceQuery, type Work } from "./use_work";

export interface Filters {
  direction: "both" | "in" | "out";
  from: string;
  until: string;
  asset: string;
  min: string;
  max: string;
  only: "all" | "tainted" | "services";
  limit: string;
}
export const NO_FILTERS: Filters = {
  direction: "both",
  from: "",
  until: "",
  asset: "",
  min: "",
  max: "",
  only: "all",
  limit: "50",
};
// The filters as the server's query; amounts are in base units of the asset, or of the chain's coin.
function filterQuery(filters: Filters, assets: Work["model"]["assets"], chain: string) {
  const coin = Object.keys(assets).find((a) => a.startsWith(chain + "/") && !a.includes("/0x")) ?? "";
  const decimals = assets[filters.asset]?.decimals ?? assets[coin]?.decimals ?? 18;
  const amount = (text: string) => (text ? (readAmount(text, decimals) ?? "wrong") : undefined);
  return {
    direction: filters.direction === "both" ? undefined : filters.direction,
    from: filters.from,
    until: filters.until,
    asset: filters.asset ? filters.asset.slice(filters.asset.indexOf("/") + 1) : undefined,
    amount_min: amount(filters.min),
    amount_max: amount(filters.max),
    only: filters.only,
    limit: Number(filters.limit),
  };
}
const isSummary = (answer: Expansion) =>
  !answer.whole ||
  answer.neighbours_all > answer.neighbours.length ||
  (!!answer.trace && answer.trace.edges_all > answer.trace.edges.length);

// Those of the answer's parties that go on the canvas, the node itself first.
function nodesOf(answer: Expansion, only?: Set<string>): GraphNode[] {
  const neighbours = answer.neighbours.map(({ dealings: _dealings, ...node }) => node);
  const others = [...neighbours, ...(answer.trace?.nodes ?? [])];
  return [answer.node, ...others.filter((n) => !only || only.has(n.key))];
}
function payersOf(answer: Expansion): Set<string> {
  const byDealings = answer.neighbours.filter((n) => n.dealings.every((d) => d.direction === "in"));
  const byTrace = (answer.trace?.edges ?? []).filter((e) => e.to === answer.node.key);
  return new Set([...byDealings.map((n) => n.key), ...byTrace.map((e) => e.from)]);
}

export function useExpansion(work: Work) {
  const { model, select, carry, fail, setBusy, setProblem } = work;
  const [filters, setFilters] = useState(NO_FILTERS);
  const [supernode, setSupernode] = useState<Expansion | null>(null);

  // Puts the answer on the canvas, or those of it named; gives how many nodes were new.
  const takeIn = (answer: Expansion, only?: Set<string>) => {
    const nodes = nodesOf(answer, only);
    const around = placesAround(model.items.get(answer.node.key) ?? { x: 0, y: 0 }, payersOf(answer));
    const fresh = model.add(nodes, tiesOfExpansion(answer), answer.assets, (n, i, count) =>
      n.key === answer.node.key ? { x: 0, y: 0 } : around(n, i, count),
    );
    carry(answer.trace?.marking, ...nodes.map((n) => n.marking));
    say(fresh ? t("graph.expanded", { n: fresh }) : t("graph.nothingNew"));
    return fresh;
  };
  const expand = async (key: string, chain: string, address: string, first = false, signal?: AbortSignal) => {
    setBusy(t("graph.busy"));
    setProblem("");
    try {
      const query = { ...traceQuery(work), ...filterQuery(filters, model.assets, chain) };
      const answer = await get<Expansion>(`/v1/graph/${part(chain)}/${part(address)}`, query, signal);
      if (isSummary(answer)) {
        if (!model.items.has(answer.node.key)) takeIn(answer, new Set());
        setSupernode(answer);
      } else {
        takeIn(answer);
      }
      if (first) select(answer.node.key);
      else if (model.items.get(key)) select(key);
    } catch (error) {
      fail(error);
    } finally {
      setBusy("");
    }
  };
  const expandNode = async (key: string | null) => {
    const item = key ? model.items.get(key) : null;
    if (item?.address && item.kind !== "link") await expand(item.key, item.chain, item.address);
  };
  return { filters, setFilters, supernode, setSupernode, takeIn, expand, expandNode };
}
export type ExpansionWork = ReturnType<typeof useExpansion>;
