// Case views of the graph: what is kept of one, opening one, saving it with its link copied.
import { useState } from "preact/hooks";
import { ApiError, type Assets, get, part, type Policy, post, put, type View } from "../../api";
import type { Item, Tie } from "../../graph/model";
import { t } from "../../i18n";
import { link } from "../../router";
import { copy, say, sayProblem } from "../../state";
import type { Work } from "./use_work";

interface SavedView {
  version: 1;
  incident: string;
  policy: Policy;
  inferred: boolean;
  items: Item[];
  ties: Tie[];
  assets: Assets;
  collapsed: boolean;
  marking: string;
}
export const viewLink = (view: View) => location.origin + "/" + link(["graph"], { view: view.id });

export function useViews(work: Work) {
  const { model, canvas, marking } = work;
  const [view, setView] = useState<View | null>(null);
  const open = async (id: string, signal: AbortSignal) => {
    const saved = await get<View>(`/v1/views/${part(id)}`, {}, signal);
    const content = saved.content as SavedView;
    if (content.version !== 1) throw new Error(t("graph.viewVersion", { version: String(content.version) }));
    const at = new Map(content.items.map((i) => [i.key, i]));
    model.add(content.items, content.ties, content.assets, (n) => ({ x: at.get(n.key)!.x, y: at.get(n.key)!.y }));
    model.collapse(content.collapsed);
    work.setIncident(content.incident);
    setView({ ...saved, content: undefined });
    work.carry(saved.marking, content.marking);
    canvas.current?.fit();
  };
  // An opened view is written over only in the revision that was read.
  const save = async (name: string, asNew: boolean, onSaved: () => void) => {
    canvas.current?.stopLayout();
    const content: SavedView = {
      version: 1,
      incident: work.incident,
      policy: work.policy,
      inferred: work.inferred,
      items: [...model.items.values()],
      ties: [...model.ties.values()],
      assets: model.assets,
      collapsed: model.collapsed,
      marking,
    };
    const body = { name, incident: work.incident, marking, content };
    try {
      const saved =
        view && !asNew
          ? await put<View>(`/v1/views/${part(view.id)}`, { ...body, revision: view.revision })
          : await post<View>("/v1/views", body);
      setView(saved);
      onSaved();
      await copy(viewLink(saved), marking);
      say(t("graph.saved"));
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) say(t("graph.conflict"), true);
      else sayProblem(error);
    }
  };
  return { view, open, save };
}
export type Views = ReturnType<typeof useViews>;
