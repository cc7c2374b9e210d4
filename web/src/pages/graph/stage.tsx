// The picture of the graph: the stage with its keys, the overview, the legend.
import type { RefObject } from "preact";
import { CATEGORIES, type Category, LOOKS } from "../../graph/categories";
import { shapePath } from "../../graph/files";
import { t } from "../../i18n";
import { dark } from "../../state";
import type { Work } from "./use_work";

function LegendLine({ look, text }: { look: string; text: string }) {
  return (
    <div>
      <svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true">
        <path class={look} d="M0 4H24" />
      </svg>{" "}
      {text}
    </div>
  );
}
function Legend({ used }: { used: Set<Category> }) {
  return (
    <aside class="legend" aria-label={t("graph.legend")}>
      {CATEGORIES.filter((c) => used.has(c)).map((c) => (
        <div key={c}>
          <svg viewBox="-8 -8 16 16" width="16" height="16" aria-hidden="true">
            <path
              d={shapePath(LOOKS[c].shape, 6)}
              fill={dark.value ? LOOKS[c].dark : LOOKS[c].light}
              fill-rule="evenodd"
            />
          </svg>{" "}
          {t(`cat.${c}`)}
        </div>
      ))}
      <LegendLine look="k-taint" text={t("graph.taintedLink")} />
      <LegendLine look="k-plain" text={t("graph.exactLink")} />
      <LegendLine look="k-plain dashed" text={t("graph.inferredLink")} />
    </aside>
  );
}
// What a key does on the stage.
export interface StageActs {
  expand: () => void;
  pin: () => void;
  annotate: () => void;
  remove: () => void;
}
function keyActs({ canvas, select }: Work, acts: StageActs): Record<string, () => void> {
  const c = canvas.current;
  if (!c) return {};
  return {
    ArrowLeft: () => c.pan(-1, 0),
    ArrowRight: () => c.pan(1, 0),
    ArrowUp: () => c.pan(0, 1),
    ArrowDown: () => c.pan(0, -1),
    "+": () => c.zoom(0.7),
    "=": () => c.zoom(0.7),
    "-": () => c.zoom(1.4),
    f: () => c.fit(),
    e: acts.expand,
    p: acts.pin,
    n: acts.annotate,
    Delete: acts.remove,
    Escape: () => select(null),
  };
}
function onKey(e: KeyboardEvent, work: Work, acts: StageActs) {
  const { model, canvas } = work;
  if (!canvas.current) return;
  if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === "z") {
    if (e.shiftKey) model.redo();
    else model.undo();
    e.preventDefault();
    return;
  }
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const act = keyActs(work, acts)[e.key];
  if (!act) return;
  act();
  e.preventDefault();
}
interface StageProps {
  work: Work;
  stage: RefObject<HTMLDivElement | null>;
  minimap: RefObject<HTMLCanvasElement | null>;
  shown: { items: unknown[]; ties: unknown[] };
  used: Set<Category>;
  acts: StageActs;
}
export function Stage({ work, stage, minimap, shown, used, acts }: StageProps) {
  const label = t("graph.canvas", { n: shown.items.length, m: shown.ties.length });
  const goThere = (e: PointerEvent & { currentTarget: HTMLCanvasElement }) => {
    const { left, top, width, height } = e.currentTarget.getBoundingClientRect();
    work.canvas.current?.minimapGo(((e.clientX - left) * 180) / width, ((e.clientY - top) * 130) / height);
  };
  return (
    <div class="stage-frame">
      <div
        ref={stage}
        class="stage"
        tabIndex={0}
        role="application"
        aria-label={`${label}. ${t("graph.keys")}`}
        onKeyDown={(e) => onKey(e, work, acts)}
      />
      <canvas
        ref={minimap}
        class="minimap"
        width={180}
        height={130}
        role="img"
        aria-label={t("graph.minimap")}
        onPointerDown={goThere}
      />
      <Legend used={used} />
    </div>
  );
}
