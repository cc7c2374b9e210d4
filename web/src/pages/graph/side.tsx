// Beside the picture: the filters for expanding, and the nodes as a list.
import { useState } from "preact/hooks";
import type { Assets } from "../../api";
import { categoryOf } from "../../graph/categories";
import type { Item } from "../../graph/model";
import { showNumber, t } from "../../i18n";
import { Field, Select } from "../../parts/basic";
import { itemName } from "./names";
import { type Filters, NO_FILTERS } from "./use_expansion";
import type { Work } from "./use_work";

const LISTED_MAX = 300;
interface FilterPanelProps {
  filters: Filters;
  assets: Assets;
  traced: boolean; // only in an incident's trace is anything tainted
  onChange: (filters: Filters) => void;
}
export function FilterPanel({ filters, assets, traced, onChange }: FilterPanelProps) {
  const set = (some: Partial<Filters>) => onChange({ ...filters, ...some });
  const typed = (name: "from" | "until" | "min" | "max") => (e: { currentTarget: { value: string } }) =>
    set({ [name]: e.currentTarget.value });
  const directions = [
    { value: "both", label: t("graph.expandBoth") },
    { value: "in", label: t("graph.expandIn") },
    { value: "out", label: t("graph.expandOut") },
  ] as const;
  const only = (["all", "tainted", "services"] as const).filter((v) => v !== "tainted" || traced);
  const named = Object.entries(assets).map(([value, a]) => ({
    value,
    label: `${a.symbol} (${value.slice(0, value.indexOf("/"))})`,
  }));
  return (
    <details class="panel">
      <summary>{t("graph.filters")}</summary>
      <div class="controls small">
        <Select<Filters["direction"]>
          label={t("address.direction")}
          value={filters.direction}
          onChange={(direction) => set({ direction })}
          options={directions}
        />
        <Select<Filters["only"]>
          label={t("graph.only")}
          value={filters.only}
          onChange={(v) => set({ only: v })}
          options={only.map((v) => ({ value: v, label: t(`graph.only.${v}`) }))}
        />
        <Select
          label={t("graph.asset")}
          value={filters.asset}
          onChange={(asset) => set({ asset })}
          options={[{ value: "", label: t("graph.anyAsset") }, ...named]}
        />
        <Field label={t("graph.from")} type="date" value={filters.from} onInput={typed("from")} />
        <Field label={t("graph.until")} type="date" value={filters.until} onInput={typed("until")} />
        <Field label={t("graph.min")} inputMode="decimal" value={filters.min} onInput={typed("min")} size={9} />
        <Field label={t("graph.max")} inputMode="decimal" value={filters.max} onInput={typed("max")} size={9} />
        <Select
          label={t("graph.most")}
          value={filters.limit}
          onChange={(limit) => set({ limit })}
          options={["10", "25", "50", "100", "500"].map((v) => ({ value: v, label: v }))}
        />
        <button type="button" onClick={() => onChange(NO_FILTERS)}>
          {t("app.reset")}
        </button>
      </div>
    </details>
  );
}
const searchText = (i: Item) =>
  [i.address, i.owner, i.role, i.label, i.note, i.category, itemName(i)]
    .map((text) => text ?? "")
    .join(" ")
    .toLowerCase();

export function NodeList({ work, items }: { work: Work; items: Item[] }) {
  const [filter, setFilter] = useState("");
  const wanted = filter.trim().toLowerCase();
  const listed = items.filter((i) => !wanted || searchText(i).includes(wanted));
  const goThere = (key: string) => {
    work.select(key);
    work.canvas.current?.lookAt(key);
  };
  return (
    <details class="panel" open={items.length > 0 && items.length < 200}>
      <summary>
        {t("graph.nodes")} ({showNumber(items.length)})
      </summary>
      <span class="field">
        <label for="node-filter">{t("graph.filterList")}</label>
        <input id="node-filter" type="search" value={filter} onInput={(e) => setFilter(e.currentTarget.value)} />
      </span>
      <ul class="node-list">
        {listed.slice(0, LISTED_MAX).map((i) => (
          <li key={i.key}>
            <button type="button" class="link" aria-pressed={i.key === work.selected} onClick={() => goThere(i.key)}>
              {itemName(i)}
            </button>{" "}
            <small>
              {t(`cat.${categoryOf(i)}`)}
              {i.note ? ` · ${t("graph.noted")}` : ""}
            </small>
          </li>
        ))}
      </ul>
      {listed.length > LISTED_MAX ? <p class="note">{t("app.of", { n: LISTED_MAX, all: listed.length })}</p> : null}
    </details>
  );
}
