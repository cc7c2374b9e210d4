// The path from a node to an address: asked of the server, put on the canvas and marked there.
import { get, part, type Path } from "../../api";
import { chainOfKey, type Item, tieOf } from "../../graph/model";
import { t } from "../../i18n";
import { say, sayProblem } from "../../state";
import { traceQuery, type Work } from "./use_work";

function sayNoPath(path: Path) {
  const visited = path.visited ?? 0;
  const reason = path.gave_up ? t("graph.pathGaveUp", { visited }) : t("graph.pathNone", { visited });
  const over = path.passed_over ? t("graph.pathOver", { n: path.passed_over }) : "";
  say([reason, over].join(" "), true);
}
function showPath({ model, canvas, carry }: Work, begin: Item, path: Path) {
  const from = model.items.get(begin.key) ?? { x: 0, y: 0 };
  const ties = path.edges.map((e) => tieOf(e, chainOfKey(e.to)));
  model.add(path.nodes, ties, path.assets, (_, i) => ({ x: from.x + (i + 1) * 14, y: from.y + 6 * Math.sin(i) }));
  canvas.current?.mark(path.nodes.map((n) => n.key));
  carry(...path.nodes.map((n) => n.marking));
  const found = t("graph.pathFound", { n: path.edges.length });
  say(found + (path.in_trace ? " · " + t("graph.pathInTrace") : ""));
}
export function usePath(work: Work) {
  return async (item: Item, to: string) => {
    if (!item.address) return;
    work.setBusy(t("graph.busy"));
    try {
      const query = { ...traceQuery(work), to: to.trim() };
      const path = await get<Path>(`/v1/graph/${part(item.chain)}/${part(item.address)}/path`, query);
      if (path.found) showPath(work, item, path);
      else sayNoPath(path);
    } catch (error) {
      sayProblem(error);
    } finally {
      work.setBusy("");
    }
  };
}
