// One incident: figures, timeline, what is known of it; and the tabs to its flow, graph, findings, trails.
import { useEffect } from "preact/hooks";
import { get, type IncidentPage as Incident, part, POLICIES, type Policy } from "../api";
import {
  Head,
  Address,
  Amount,
  AsOf,
  Check,
  Fact,
  Marking,
  MarkingLine,
  Menu,
  policyName,
  Select,
  Time,
  Transaction,
  useAnswer,
  Waiting,
} from "../parts/basic";
import { TabLinks } from "../parts/tabs";
import { type Key, showDate, showNumber, showShare, showTime, t, term } from "../i18n";
import { adjust, links, place } from "../router";
import { download, pageMarking, sayProblem, strictest } from "../state";
import { AmountsTable, Where } from "./board";
import { FindingsPage } from "./findings";
import { FlowPage } from "./flow";
import { TrailPage } from "./trail";
import { GraphPage } from "./graph";

export function Days({ days }: { days: { day: string; movements: number; ppm: number[] }[] }) {
  // Without sums (poison) the bars are how many movements there were.
  const sums = days.some((d) => d.ppm.some((p) => p > 0));
  const size = (d: (typeof days)[number]) => (sums ? Math.max(0, ...d.ppm) : d.movements);
  const most = Math.max(1, ...days.map(size));
  const first = Date.parse(days[0]!.day),
    last = Date.parse(days.at(-1)!.day);
  const span = Math.max(1, (last - first) / 864e5);
  const width = Math.max(3, Math.min(24, 900 / (span + 1) - 1));
  return (
    <figure class="days">
      <figcaption>{t("incident.days")}</figcaption>
      <svg viewBox="0 0 980 150" role="img" aria-label={t("incident.days")}>
        <line x1="30" x2="960" y1="120" y2="120" />
        {days.map((d) => {
          const value = size(d),
            height = Math.max(2, (100 * value) / most);
          return (
            <rect
              key={d.day}
              x={30 + (900 * (Date.parse(d.day) - first)) / 864e5 / (span + 1)}
              y={120 - height}
              width={width}
              height={height}
            >
              <title>{`${showDate(d.day)}: ${sums ? showShare(value) + ", " : ""}${t("board.movements", { n: d.movements })}`}</title>
            </rect>
          );
        })}
        <text x="30" y="140">
          {showDate(days[0]!.day)}
        </text>
        <text x="950" y="140" text-anchor="end">
          {showDate(days.at(-1)!.day)}
        </text>
      </svg>
      <details>
        <summary>{t("incident.daysTable")}</summary>
        <table>
          <Head names={[t("incident.day"), t("address.movements"), t("incident.unit.share")]} />
          <tbody>
            {days.map((d) => (
              <tr key={d.day}>
                <td>{showDate(d.day)}</td>
                <td class="n">{showNumber(d.movements)}</td>
                <td class="n">{d.ppm.map((p) => showShare(p)).join(" · ")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
interface Event {
  at: string;
  text: string;
  href?: string;
  kind: string;
}
function events(incident: Incident): Event[] {
  const out: Event[] = [];
  for (const a of incident.attribution)
    out.push({ at: a.date, kind: "attributed", text: t("incident.event.attributed", { actor: a.actor, by: a.by }) });
  if (incident.first_movement)
    out.push({ at: incident.first_movement, kind: "theft", text: t("incident.event.theft") });
  if (incident.last_movement) out.push({ at: incident.last_movement, kind: "last", text: t("incident.event.last") });
  for (const e of (incident.ended_where ?? []).slice(0, 12))
    if (e.kind === "service")
      out.push({
        at: e.first_time,
        kind: "ended",
        text: `${t("incident.event.ended", { name: e.name ?? e.kind })} (${showShare(e.ppm)})`,
      });
  for (const l of (incident.links ?? []).slice(0, 40))
    out.push({
      at: l.time,
      kind: "link",
      href: links.transaction(l.chain, l.transaction),
      text:
        t("incident.event.link", { kind: l.kind, service: l.service || l.chain }) +
        (l.exact ? "" : ` (${t("incident.inferred")})`),
    });
  if (incident.sharing) {
    out.push({
      at: incident.sharing.published,
      kind: "act",
      text: t("incident.event.published", { name: incident.sharing.published_by_name }),
    });
    for (const a of incident.sharing.acts)
      out.push({
        at: a.at,
        kind: "act",
        text: t("incident.event.act", { name: a.name, act: t(`sharing.act.${a.act}` as Key) }),
      });
  }
  return out.sort((a, b) => a.at.localeCompare(b.at));
}
// What was stolen and how far it was followed.
function Figures({ incident }: { incident: Incident }) {
  return (
    <section>
      <AmountsTable amounts={incident.amounts ?? []} assets={incident.assets} acts={incident.sharing?.acts} />
      {incident.trace?.policy === "poison" ? <p class="note">{t("flow.poisonNote")}</p> : null}
      <div class="two">
        <div>
          <h3>{t("board.where")}</h3>
          <Where incident={incident} assets={incident.assets} most={12} />
        </div>
        <dl class="facts">
          <Fact name={t("address.title")}>{t("board.addresses", { n: incident.addresses ?? 0 })}</Fact>
          <Fact name={t("address.movements")}>{showNumber(incident.movements ?? 0)}</Fact>
          {incident.last_movement ? (
            <Fact name={t("board.last")}>
              <Time at={incident.last_movement} />
            </Fact>
          ) : null}
          <Fact name={t("board.alerts")}>
            <a href={"#/alerts?incident=" + encodeURIComponent(incident.id)}>{incident.open_alerts}</a>
          </Fact>
        </dl>
      </div>
      {incident.days?.length ? <Days days={incident.days} /> : null}
    </section>
  );
}
function Thefts({ incident }: { incident: Incident }) {
  return (
    <section>
      <h2>{t("incident.theft")}</h2>
      <ul class="plain">
        {incident.thefts.map((theft, i) => (
          <li key={i}>
            {theft.amount ? (
              <Amount base={theft.amount} asset={theft.asset} assets={incident.assets} exact />
            ) : (
              theft.asset
            )}{" "}
            · {theft.transaction ? <Transaction chain={theft.chain} id={theft.transaction} /> : null}
            {theft.to ? (
              <>
                {" "}
                → <Address chain={theft.chain} address={theft.to} />
              </>
            ) : null}
            {theft.address ? <Address chain={theft.chain} address={theft.address} /> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
function Links({ incident }: { incident: Incident }) {
  return (
    <section>
      <h2>{t("incident.links")}</h2>
      <div class="scroll">
        <table>
          <Head
            names={[t("address.time"), t("sharing.type"), t("flow.from"), t("flow.to"), t("address.transaction")]}
          />
          <tbody>
            {(incident.links ?? []).slice(0, 200).map((l, i) => (
              <tr key={i}>
                <td>
                  <Time at={l.time} />
                </td>
                <td>
                  {l.kind} {l.service}{" "}
                  <span class={"chip " + (l.exact ? "" : "inferred")}>
                    {l.exact ? t("incident.exact") : `${t("incident.inferred")} ${showShare(l.confidence_ppm)}`}
                  </span>
                </td>
                <td>
                  <Amount base={l.from_amount} asset={l.from_asset} assets={incident.assets} />
                </td>
                <td>
                  <Amount base={l.to_amount} asset={l.to_asset} assets={incident.assets} />
                </td>
                <td>
                  <Transaction chain={l.chain} id={l.transaction} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
function Attribution({ incident }: { incident: Incident }) {
  return (
    <section>
      <h2>{t("incident.attribution")}</h2>
      <div class="scroll">
        <table>
          <Head
            names={[
              t("incident.actor"),
              t("incident.by"),
              t("incident.date"),
              t("incident.confidence"),
              t("incident.source"),
            ]}
          />
          <tbody>
            {incident.attribution.map((a, i) => (
              <tr key={i}>
                <td>{a.actor}</td>
                <td>{a.by}</td>
                <td>{showDate(a.date)}</td>
                <td>{a.confidence}</td>
                <td>{a.source}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
function KnownAddresses({ incident }: { incident: Incident }) {
  return (
    <section>
      <h2>{t("incident.known")}</h2>
      <div class="scroll">
        <table>
          <Head names={[t("address.title"), t("incident.role"), t("incident.note"), t("incident.source")]} />
          <tbody>
            {incident.known_addresses.map((a) => (
              <tr key={a.chain + a.address}>
                <td>
                  <Address chain={a.chain} address={a.address} />
                </td>
                <td>{term("role", a.role)}</td>
                <td>{a.note}</td>
                <td>{a.source}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
function Overview({ incident }: { incident: Incident }) {
  return (
    <>
      {incident.summary ? <p>{incident.summary}</p> : null}
      {incident.amounts ? (
        <Figures incident={incident} />
      ) : (
        <p class="note">{t("incident.noTrace", { why: incident.problem ?? "" })}</p>
      )}
      <section>
        <h2>{t("incident.timeline")}</h2>
        <ol class="events">
          {events(incident).map((e, i) => (
            <li key={i} class={e.kind}>
              <time dateTime={e.at}>{e.at.length > 10 ? showTime(e.at) : showDate(e.at)}</time>{" "}
              {e.href ? <a href={e.href}>{e.text}</a> : e.text}
            </li>
          ))}
        </ol>
      </section>
      {incident.sharing ? (
        <section>
          <h2>{t("incident.acts")}</h2>
          <p>
            <Marking marking={incident.sharing.marking} />{" "}
            {t("incident.published", {
              name: incident.sharing.published_by_name,
              time: showTime(incident.sharing.published),
            })}
            {incident.sharing.flag_to_first_hold_ms !== undefined
              ? " · " + t("incident.firstHold", { ms: incident.sharing.flag_to_first_hold_ms })
              : ""}
          </p>
        </section>
      ) : null}
      <Thefts incident={incident} />
      {incident.links?.length ? <Links incident={incident} /> : null}
      {incident.attribution.length ? <Attribution incident={incident} /> : null}
      {incident.known_addresses.length ? <KnownAddresses incident={incident} /> : null}
      {incident.sources_named.length || incident.notes.length ? (
        <section>
          <h2>{t("incident.sources")}</h2>
          <ul>
            {[...incident.sources_named, ...incident.notes].map((s) => (
              <li key={s}>{s}</li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}
export function IncidentPage() {
  const { parts, query } = place.value;
  const id = parts[1] ?? "",
    tab = parts[2] ?? "overview";
  const policy = (query.get("policy") ?? "fifo") as Policy,
    inferred = query.get("inferred") === "true";
  const answer = useAnswer<Incident>(
    (signal) => get(`/v1/incidents/${part(id)}`, { policy, inferred }, signal),
    `${id} ${policy} ${inferred}`,
  );
  const incident = answer.data;
  const marking = incident ? strictest(incident.marking, incident.trace?.marking, incident.sharing?.marking) : "";
  useEffect(() => {
    pageMarking.value = marking;
  }, [marking, tab]);
  const keep = { policy: policy === "fifo" ? undefined : policy, inferred: inferred ? "true" : undefined };
  const tabs = (["overview", "flow", "graph", "findings"] as const).map((name) => ({
    id: name,
    label: t(`incident.${name}`),
    href: links.incident(id, name === "overview" ? undefined : name, keep),
  }));
  if (tab === "trail") tabs.push({ id: "trail" as never, label: t("incident.trail"), href: location.hash });
  const file = async (format: "csv" | "graphml") => {
    try {
      const answered = await fetch(
        `/v1/incidents/${part(id)}/file?policy=${policy}&inferred=${inferred}&format=${format}`,
      );
      if (!answered.ok) throw new Error(await answered.text());
      download(
        `${id}-${policy}.${format}`,
        format === "csv" ? "text/csv" : "application/xml",
        await answered.blob(),
        marking,
      );
    } catch (error) {
      sayProblem(error);
    }
  };
  return (
    <>
      <header class="page-head">
        <h1>{incident?.name ?? id}</h1>
        {incident ? (
          <p class="lead">
            {showDate(incident.date)}
            {incident.victim ? ` · ${t("board.victim")} ${incident.victim}` : ""}
          </p>
        ) : null}
        <div class="controls">
          {tab === "flow" ? null : (
            <Select<Policy>
              label={t("board.policy")}
              value={policy}
              onChange={(p) => adjust({ policy: p === "fifo" ? undefined : p })}
              options={POLICIES.map((p) => ({ value: p, label: policyName(p) }))}
            />
          )}
          <Check
            label={t("incident.follow")}
            checked={inferred}
            onChange={(v) => adjust({ inferred: v ? "true" : undefined })}
          />
          <Menu
            label={t("app.export")}
            items={[
              { label: t("incident.exportCsv"), act: () => void file("csv") },
              { label: t("incident.exportGraphml"), act: () => void file("graphml") },
              { label: t("app.print"), act: () => print() },
            ]}
          />
        </div>
      </header>
      <TabLinks label={incident?.name ?? id} current={tab} tabs={tabs} />
      <Waiting answer={answer}>
        {incident ? (
          <>
            <MarkingLine marking={marking} />
            {inferred ? <p class="note">{t("incident.inferredNote")}</p> : null}
            {tab === "overview" ? <Overview incident={incident} /> : null}
            {tab === "flow" ? <FlowPage id={id} inferred={inferred} /> : null}
            {tab === "findings" ? <FindingsPage id={id} policy={policy} inferred={inferred} /> : null}
            {tab === "trail" ? (
              <TrailPage id={id} policy={policy} inferred={inferred} to={query.get("to") ?? ""} />
            ) : null}
            {tab === "graph" ? <GraphPage incident={id} policy={policy} inferred={inferred} /> : null}
            {incident.trace && tab !== "graph" ? (
              <AsOf heights={incident.trace.as_of} ledger={incident.trace.ledger} />
            ) : null}
          </>
        ) : null}
      </Waiting>
    </>
  );
}
