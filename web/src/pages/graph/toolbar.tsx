// The graph page's toolbar: undo, layout, collapsing, camera, the case view, files; and how the work goes.
import { type Sheet, toCsv, toGraphml, toSvg } from "../../graph/files";
import { t } from "../../i18n";
import { Menu } from "../../parts/basic";
import { can, copy, download, isMarked } from "../../state";
import type { Work } from "./use_work";
import { viewLink, type Views } from "./use_views";

function Files({ work, sheet }: { work: Work; sheet: () => Sheet }) {
  const { canvas, marking, fail } = work;
  const text = (ending: string, type: string, write: (of: Sheet) => string) => {
    const of = sheet();
    download(`${of.title}.${ending}`, type, write(of), marking);
  };
  const png = async () => {
    const { title } = sheet();
    const blob = await canvas.current?.png(title, isMarked(marking) ? marking : "");
    if (blob) download(`${title}.png`, "image/png", blob, marking);
  };
  return (
    <Menu
      label={t("app.export")}
      items={[
        { label: t("graph.exportPng"), act: () => void png().catch(fail) },
        { label: t("graph.exportSvg"), act: () => text("svg", "image/svg+xml", toSvg) },
        { label: t("graph.exportGraphml"), act: () => text("graphml", "application/xml", toGraphml) },
        { label: t("graph.exportCsv"), act: () => text("csv", "text/csv", toCsv) },
      ]}
    />
  );
}
function Camera({ canvas }: Pick<Work, "canvas">) {
  return (
    <>
      <button type="button" onClick={() => canvas.current?.fit()}>
        {t("graph.fit")}
      </button>
      <button type="button" aria-label={t("graph.zoomIn")} onClick={() => canvas.current?.zoom(0.7)}>
        +
      </button>
      <button type="button" aria-label={t("graph.zoomOut")} onClick={() => canvas.current?.zoom(1.4)}>
        −
      </button>
    </>
  );
}
interface ToolbarProps {
  work: Work;
  views: Views;
  running: boolean;
  empty: boolean;
  sheet: () => Sheet;
  onSave: () => void;
}
export function Toolbar({ work, views, running, empty, sheet, onSave }: ToolbarProps) {
  const { model, canvas, marking } = work;
  const { view } = views;
  const collapse = () => {
    canvas.current?.stopLayout();
    model.collapse(!model.collapsed);
    work.select(null);
  };
  const layout = () => (running ? canvas.current?.stopLayout() : canvas.current?.startLayout());
  return (
    <div class="toolbar" role="toolbar" aria-label={t("graph.title")}>
      <button type="button" disabled={!model.canUndo} onClick={() => model.undo()}>
        {t("graph.undo")}
      </button>
      <button type="button" disabled={!model.canRedo} onClick={() => model.redo()}>
        {t("graph.redo")}
      </button>
      <button type="button" onClick={layout}>
        {running ? t("graph.stopLayout") : t("graph.layout")}
      </button>
      <button type="button" aria-pressed={model.collapsed} onClick={collapse}>
        {model.collapsed ? t("graph.uncollapse") : t("graph.collapse")}
      </button>
      <Camera canvas={canvas} />
      {can("write") ? (
        <button type="button" disabled={empty} onClick={onSave}>
          {t("graph.saveView")}
        </button>
      ) : null}
      {view ? (
        <button type="button" onClick={() => void copy(viewLink(view), marking)}>
          {t("graph.link")}
        </button>
      ) : null}
      <Files work={work} sheet={sheet} />
      <span class="status" role="status">
        {work.busy || work.note}
      </span>
    </div>
  );
}
