// The board: every incident, what was stolen, how far it was followed, where it lies or ended.
import { useEffect, useState } from "preact/hooks";
import {
  type Act,
  type AmountLine,
  type Assets,
  type Board,
  type BoardIncident,
  get,
  POLICIES,
  type Policy,
} from "../api";
import {
  AsOf,
  Head,
  Amount,
  Fact,
  MarkingLine,
  Marking,
  policyName,
  Select,
  Share,
  Time,
  useAnswer,
  Waiting,
} from "../parts/basic";
import { showDate, t, term } from "../i18n";
import { adjust, links, place } from "../router";
import { pageMarking, strictest } from "../state";

// Each figure has one definition (docs/methodology/figures.md), said where its name is pointed at.
const FIGURES = ["stolen", "followed", "held", "ended", "frozen", "returned"] as const;
type Sort = "date" | "name" | "last" | "alerts";

// What others say they sent back or froze, where they named an amount: sums by asset.
export function actSums(acts: Act[] | undefined, act: string): { asset: string; amount: string }[] {
  const sums = new Map<string, bigint>();
  for (const a of acts ?? [])
    if (a.act === act && a.amount && a.chain) {
      const asset = `${a.chain}/${a.asset ?? ""}`;
      sums.set(asset, (sums.get(asset) ?? 0n) + BigInt(a.amount));
    }
  return [...sums].map(([asset, amount]) => ({ asset, amount: amount.toString() }));
}
// How an act names an asset, as the board's lines do: the chain's coin has no contract.
const sameAsset = (line: string, told: string, assets: Assets) => {
  const chain = line.slice(0, line.indexOf("/"));
  return (
    line.toLowerCase() === told.toLowerCase() ||
    told === `${chain}/` ||
    told.toLowerCase() === `${chain}/${assets[line]?.symbol ?? ""}`.toLowerCase()
  );
};
export function AmountsTable({ amounts, assets, acts }: { amounts: AmountLine[]; assets: Assets; acts?: Act[] }) {
  const told = { frozen: actSums(acts, "frozen"), returned: actSums(acts, "returned") };
  const rest = { frozen: [...told.frozen], returned: [...told.returned] };
  const toldOf = (what: "frozen" | "returned", asset: string) => {
    const found = rest[what].filter((x) => sameAsset(asset, x.asset, assets));
    rest[what] = rest[what].filter((x) => !found.includes(x));
    return found.reduce((s, x) => s + BigInt(x.amount), 0n);
  };
  const cell = (base: string | undefined, ppm: number | undefined, asset: string) =>
    base === undefined ? (
      "–"
    ) : (
      <>
        <Share ppm={ppm} />
        {base === "0" ? null : (
          <small>
            <Amount base={base} asset={asset} assets={assets} />
          </small>
        )}
      </>
    );
  const ppmOf = (part: bigint, whole: string) => (whole === "0" ? 0 : Number((part * 1_000_000n) / BigInt(whole)));
  return (
    <table class="amounts">
      <Head names={FIGURES.map((f) => ({ name: t(`board.${f}`), what: t(`figure.${f}`) }))} />
      <tbody>
        {amounts.map((a) => {
          // Frozen: by tags on addresses, or by what others told, whichever is more; they may mean the same money.
          const frozen = toldOf("frozen", a.asset),
            returned = toldOf("returned", a.asset),
            tagged = BigInt(a.frozen ?? "0"),
            most = frozen > tagged ? frozen : tagged;
          return (
            <tr key={a.asset}>
              <td>
                <Amount base={a.stolen} asset={a.asset} assets={assets} />
              </td>
              <td>{cell(a.followed, a.followed_ppm, a.asset)}</td>
              <td>{cell(a.held, a.held_ppm, a.asset)}</td>
              <td>{cell(a.ended, a.ended_ppm, a.asset)}</td>
              <td>{cell(most.toString(), ppmOf(most, a.stolen), a.asset)}</td>
              <td>{cell(returned.toString(), ppmOf(returned, a.stolen), a.asset)}</td>
            </tr>
          );
        })}
        {(["frozen", "returned"] as const).flatMap((what) =>
          rest[what].map((r) => (
            <tr key={what + r.asset}>
              <th scope="row" colSpan={4}>
                {t(what === "frozen" ? "board.frozen" : "board.returned")}
              </th>
              <td colSpan={2}>
                <Amount base={r.amount} asset={r.asset} assets={assets} />
              </td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  );
}
export function Where({
  incident,
  assets,
  most,
}: {
  incident: Pick<BoardIncident, "ended_where" | "held_where">;
  assets: Assets;
  most: number;
}) {
  const lines = [
    ...(incident.ended_where ?? []).map((e) => ({
      text: `${assets[e.asset]?.symbol ?? ""} ${t("board.endedAt")} ${e.name || term("terminal", e.kind)}`,
      ppm: e.ppm,
    })),
    ...(incident.held_where ?? []).map((h) => ({
      text: `${assets[h.asset]?.symbol ?? ""} ${t("board.heldAt")} ${h.basis === "role" ? term("role", h.name) : h.name || t("board.unlabelled")}`,
      ppm: h.ppm,
    })),
  ]
    .filter((l) => l.ppm > 0)
    .sort((a, b) => b.ppm - a.ppm)
    .slice(0, most);
  return (
    <ul class="where">
      {lines.map((l) => (
        <li key={l.text + l.ppm}>
          <Share ppm={l.ppm} /> {l.text}
        </li>
      ))}
    </ul>
  );
}
function Card({ incident, assets, policy }: { incident: BoardIncident; assets: Assets; policy: Policy }) {
  return (
    <article class="card" aria-labelledby={"i-" + incident.id}>
      <header>
        <h2 id={"i-" + incident.id}>
          <a href={links.incident(incident.id, undefined, { policy: policy === "fifo" ? undefined : policy })}>
            {incident.name}
          </a>
        </h2>
        <Marking marking={strictest(incident.marking, incident.traced_marking)} />
      </header>
      <p class="lead">
        {showDate(incident.date)}
        {incident.victim ? ` · ${t("board.victim")} ${incident.victim}` : ""}
      </p>
      {incident.amounts ? (
        <>
          <AmountsTable amounts={incident.amounts} assets={assets} acts={incident.sharing?.acts} />
          <Where incident={incident} assets={assets} most={4} />
        </>
      ) : (
        <p class="note">
          <b>{incident.state === "waiting" ? t("board.waiting") : t("board.untraced")}</b> {incident.problem}
        </p>
      )}
      <dl class="facts">
        {incident.last_movement ? (
          <Fact name={t("board.last")}>
            <Time at={incident.last_movement} />
          </Fact>
        ) : null}
        {incident.addresses ? (
          <Fact name={t("address.title")}>{t("board.addresses", { n: incident.addresses })}</Fact>
        ) : null}
        <Fact name={t("board.alerts")}>
          {incident.open_alerts ? (
            <a href={"#/alerts?incident=" + encodeURIComponent(incident.id)}>{incident.open_alerts}</a>
          ) : (
            "0"
          )}
        </Fact>
        {incident.shared_by ? (
          <Fact name={t("nav.sharing")}>
            {t("board.shared", { name: incident.sharing?.published_by_name ?? incident.shared_by })}
          </Fact>
        ) : null}
      </dl>
    </article>
  );
}
// Dots along the years; the list under it says the same.
function Timeline({ incidents }: { incidents: BoardIncident[] }) {
  const dated = incidents.filter((i) => i.date).sort((a, b) => a.date.localeCompare(b.date));
  if (dated.length < 2) return null;
  const first = Date.parse(dated[0]!.date),
    last = Date.parse(dated.at(-1)!.date);
  const x = (date: string) => 40 + (900 * (Date.parse(date) - first)) / Math.max(1, last - first);
  // Names stand in the first lane, above or below the line, where they meet no other; without one, the dot tells.
  const lanes = [32, 78, 14, 96].map((y) => ({ y, taken: [] as [number, number][] }));
  const named = dated.map((i) => {
    const wide = i.name.length * 7 + 12,
      at = x(i.date),
      anchor = at > 860 ? "end" : at < 120 ? "start" : "middle";
    const from = anchor === "end" ? at - wide : anchor === "start" ? at : at - wide / 2;
    const lane = lanes.find((l) => l.taken.every(([a, b]) => from + wide < a || from > b));
    lane?.taken.push([from, from + wide]);
    return { incident: i, y: lane?.y, anchor } as const;
  });
  return (
    <figure class="timeline">
      <figcaption>{t("board.timeline")}</figcaption>
      <svg viewBox="0 0 980 104" role="group" aria-label={t("board.timeline")}>
        <line x1="30" x2="950" y1="52" y2="52" />
        {named.map(({ incident: i, y, anchor }) => (
          <a key={i.id} href={links.incident(i.id)} aria-label={`${i.name}, ${showDate(i.date)}`}>
            <circle cx={x(i.date)} cy="52" r="7" class={i.state === "traced" ? "traced" : "waiting"} />
            <title>{i.name}</title>
            {y === undefined ? null : (
              <text x={x(i.date)} y={y} text-anchor={anchor}>
                {i.name}
              </text>
            )}
          </a>
        ))}
      </svg>
    </figure>
  );
}
export function BoardPage() {
  const policy = (place.value.query.get("policy") ?? "fifo") as Policy;
  const [filter, setFilter] = useState("");
  const [sort, setSort] = useState<Sort>("date");
  const answer = useAnswer<Board>((signal) => get("/v1/board", { policy }, signal), policy);
  const board = answer.data;
  const marking = board
    ? strictest(...board.incidents.flatMap((i) => [i.marking, i.traced_marking, i.sharing?.marking]))
    : "";
  useEffect(() => {
    pageMarking.value = marking;
  }, [marking]);
  const wanted = filter.trim().toLowerCase();
  const shown = (board?.incidents ?? [])
    .filter(
      (i) =>
        !wanted ||
        `${i.id} ${i.name} ${i.victim} ${i.date} ${i.attributed_to.join(" ")}`.toLowerCase().includes(wanted),
    )
    .sort((a, b) =>
      // Those with figures first: they are what the board is for.
      sort !== "name" && (a.state === "traced") !== (b.state === "traced")
        ? a.state === "traced"
          ? -1
          : 1
        : sort === "name"
          ? a.name.localeCompare(b.name)
          : sort === "alerts"
            ? b.open_alerts - a.open_alerts
            : sort === "last"
              ? (b.last_movement ?? "").localeCompare(a.last_movement ?? "")
              : b.date.localeCompare(a.date),
    );
  return (
    <>
      <h1>{t("board.title")}</h1>
      <p class="lead">{t("board.lead")}</p>
      <div class="controls">
        <span class="field">
          <label for="board-filter">{t("board.filter")}</label>
          <input id="board-filter" type="search" value={filter} onInput={(e) => setFilter(e.currentTarget.value)} />
        </span>
        <Select<Sort>
          label={t("board.sort")}
          value={sort}
          onChange={setSort}
          options={(["date", "last", "alerts", "name"] as const).map((s) => ({
            value: s,
            label: t(`board.sort.${s}`),
          }))}
        />
        <Select<Policy>
          label={t("board.policy")}
          value={policy}
          onChange={(p) => adjust({ policy: p === "fifo" ? undefined : p })}
          options={POLICIES.filter((p) => p !== "poison").map((p) => ({ value: p, label: policyName(p) }))}
        />
      </div>
      <Waiting answer={answer}>
        {board ? (
          <>
            <MarkingLine marking={marking} />
            <Timeline incidents={board.incidents} />
            <div class="cards">
              {shown.map((i) => (
                <Card key={i.id} incident={i} assets={board.assets} policy={policy} />
              ))}
            </div>
            <AsOf heights={Object.fromEntries(board.coverage.chains.map((c) => [c.chain, c.height]))} />
          </>
        ) : null}
      </Waiting>
    </>
  );
}
