// The flow as Sankey diagrams, policies side by side; what they do not agree on is marked and listed.
import { sankeyLinkHorizontal } from "d3-sankey";
import { useMemo } from "preact/hooks";
import { type Flow, type FlowDifference, type FlowLink, type FlowNode, get, part, POLICIES, type Policy } from "../api";
import { Boundary } from "../parts/boundary";
import { amountText, Check, Head, policyName, Select, useAnswer, Waiting } from "../parts/basic";
import { shortAddress, showDate, showShare, showTime, t, term } from "../i18n";
import { adjust, links, place } from "../router";
import { type L, layOut, type N } from "./flow_layout";

type By = "hops" | "time" | "service";
type Named = Pick<FlowNode, "kind" | "label" | "role" | "address"> & { addresses?: number };

export function placeName(node: Named): string {
  if (node.kind === "rest") return node.label ? t("board.unlabelled") : t("flow.rest", { n: node.addresses ?? 0 });
  if (node.label === "taken from" && !node.address) return t("flow.column.0");
  const role = node.role ? term("role", node.role) : "";
  if (node.kind === "address" || node.kind === "theft") {
    const label =
      node.address && node.label === node.address
        ? shortAddress(node.label)
        : node.role && node.label === node.role
          ? role
          : node.label;
    return role && label !== role ? `${label} · ${role}` : label;
  }
  return node.label.replace(/^(fee|burn|superseded|service|bound)\b/, (kind) => term("terminal", kind));
}
function columnName(flow: Flow, column: number): string {
  if (flow.by === "time") {
    const name = flow.columns[column] ?? "";
    return name.length >= 10
      ? showDate(name.slice(0, 10)) + (name.length > 10 ? ` ${name.slice(11)} h` : "")
      : name || t("flow.column.0");
  }
  return column === 0
    ? t("flow.column.0")
    : column === 1
      ? t("flow.column.1")
      : t("flow.column.n", { n: flow.columns[column]?.endsWith("+") ? `${column - 1}+` : column - 1 });
}
// The difference under which two policies are taken to agree on a place: a thousandth of what was stolen.
const AGREE_PPM = 1000;

// Shares by source: of one stolen asset alone, of several each with its symbol. They are never added: no number says
// how much of one asset another is.
export function sharesText(shares: readonly number[] | undefined, flow: Pick<Flow, "sources" | "assets">): string {
  if (!shares) return "";
  if (shares.length < 2) return showShare(shares[0] ?? 0);
  const symbol = (s: number) => flow.assets[flow.sources[s]?.asset ?? ""]?.symbol ?? "?";
  const told = shares.flatMap((ppm, s) => (ppm > 0 ? [`${showShare(ppm)} ${symbol(s)}`] : []));
  return told.length ? told.join(" + ") : showShare(0);
}

// What a band says when it is pointed at.
function bandText(flow: Flow, l: L): string {
  const link = l as unknown as FlowLink & L;
  const amounts =
    link.origin
      .map((o, s) => (o === "0" ? "" : amountText(o, flow.sources[s]!.asset, flow.assets)))
      .filter((x) => x)
      .join(" + ") || "–";
  return (
    t("flow.band", {
      from: placeName(l.source as N),
      to: placeName(l.target as N),
      amount: amounts,
      n: link.movements,
    }) + (link.inferred ? ` (${t("incident.inferred")})` : "")
  );
}
const ofTransaction = (l: FlowLink) => links.transaction(l.chain, l.transaction);
function Band(band: { text: string; href: string; path: string; width: number; look: string }) {
  return (
    <a href={band.href} aria-label={band.text} tabIndex={-1}>
      <path d={band.path} stroke-width={band.width} class={band.look}>
        <title>{band.text}</title>
      </path>
    </a>
  );
}
// Whether a place is reached under this policy only, or by another share: by the whole traces, whatever is drawn.
type Mark = "" | "only" | "differs";
function markOf(node: FlowNode, flow: Flow, others: readonly Flow[]): Mark {
  const arrived = node.arrived;
  if (!arrived || others.length === 0) return "";
  if (others.every((o) => arrived[o.policy] === undefined)) return "only";
  if (flow.policy === "poison") return "";
  const own = arrived[flow.policy] ?? [];
  const differs = others.some((o) => {
    const theirs = arrived[o.policy] ?? [];
    return o.policy !== "poison" && own.some((ppm, s) => Math.abs(ppm - (theirs[s] ?? 0)) > AGREE_PPM);
  });
  return differs ? "differs" : "";
}
// What a box says when it is pointed at.
function boxText(n: FlowNode, flow: Flow, mark: Mark): string {
  const sums = flow.policy !== "poison";
  return [
    placeName(n),
    sums && n.arrived ? `${sharesText(n.arrived[flow.policy], flow)} ${t("flow.arrived")}` : "",
    sums && n.held_ppm ? `${sharesText(n.held_shares, flow)} ${t("flow.heldHere")}` : "",
    mark === "only" ? t("flow.only", { policy: policyName(flow.policy) }) : mark ? t("flow.differs") : "",
  ]
    .filter((x) => x)
    .join(", ");
}
function Picture({ flow, id, others, inferred }: { flow: Flow; id: string; others: Flow[]; inferred: boolean }) {
  const width = others.length >= 1 ? 720 : 1180;
  const picture = useMemo(() => layOut(flow, width), [flow, width]);
  if (!picture) return <p class="note">{t("trail.empty")}</p>;
  const path = sankeyLinkHorizontal<FlowNode, FlowLink & { value: number }>();
  const query = { policy: flow.policy === "fifo" ? undefined : flow.policy, inferred: inferred ? "true" : undefined };
  const to = (node: FlowNode) =>
    node.address ? links.incident(id, "trail", { ...query, to: node.address }) : undefined;
  const places = [...new Set(picture.nodes.map((n) => n.x0!))].sort((a, b) => a - b);
  const gap = places.length > 1 ? places[1]! - places[0]! - 26 : 200;
  const cut = (text: string, x: number) => {
    // what fits before the next column; the rest is told when pointed at
    const most = Math.max(6, Math.floor((x >= places.at(-1)! ? 172 : gap) / 7.3) - 2);
    return text.length > most ? text.slice(0, most - 1) + "…" : text;
  };
  const columns = new Map<number, number>();
  for (const n of picture.nodes)
    if (!columns.has(n.column) || n.x0! < columns.get(n.column)!) columns.set(n.column, n.x0!);
  return (
    <div class="scroll">
      <svg
        class="sankey"
        viewBox={`0 0 ${width} ${picture.height}`}
        role="group"
        aria-label={t("flow.picture", { policy: policyName(flow.policy), n: flow.nodes.length })}
      >
        {[...columns].map(([column, x]) => (
          <text key={column} class="column" x={x} y="18">
            {columnName(flow, column)}
          </text>
        ))}
        <g class="bands">
          {picture.links.map((l, i) => (
            <Band
              key={i}
              text={bandText(flow, l)}
              href={to(l.target as N) ?? ofTransaction(l as unknown as FlowLink)}
              path={path(l) ?? ""}
              width={Math.max(1, l.width ?? 1)}
              look={(l as unknown as FlowLink).inferred ? "inferred" : ""}
            />
          ))}
          {picture.back.map((b, i) => (
            <Band
              key={"back" + i}
              text={`${bandText(flow, { ...b.link, source: b.from, target: b.to } as unknown as L)} · ${t("flow.goesBack")}`}
              href={to(b.to) ?? ofTransaction(b.link)}
              path={b.path}
              width={b.width}
              look="back"
            />
          ))}
        </g>
        {picture.nodes.map((n) => {
          const name = placeName(n),
            mark = markOf(n, flow, others),
            label = boxText(n, flow, mark);
          const inside = (
            <>
              <rect
                x={n.x0}
                y={n.y0}
                width={n.x1! - n.x0!}
                height={Math.max(2, n.y1! - n.y0!)}
                class={`box ${n.kind} ${mark}`}
              />
              <text x={n.x1! + 5} y={(n.y0! + n.y1!) / 2 + 4}>
                {cut(name, n.x0!)}
                {mark === "only" ? " ◆" : mark ? " ◇" : ""}
              </text>
              <title>{label}</title>
            </>
          );
          const href = to(n);
          return href ? (
            <a key={n.key} href={href}>
              {inside}
            </a>
          ) : (
            <g key={n.key}>{inside}</g>
          );
        })}
      </svg>
    </div>
  );
}
function Differences({ flows, id, inferred }: { flows: Flow[]; id: string; inferred: boolean }) {
  const first = flows[0]!;
  const lines = first.differences ?? [];
  const all = first.differences_all ?? lines.length;
  const cell = (line: FlowDifference, policy: Policy) =>
    line.arrived[policy] === undefined ? (
      <i>{t("flow.reached")}</i>
    ) : policy === "poison" ? (
      "✓"
    ) : (
      sharesText(line.arrived[policy], first)
    );
  return (
    <section class="differences">
      <h2>{t("flow.diffTitle")}</h2>
      <p class="lead">{t("flow.diffLead")}</p>
      {lines.length === 0 ? (
        <p>{t("flow.noDiff")}</p>
      ) : (
        <div class="scroll">
          <table>
            <Head
              names={[t("flow.place"), ...flows.map((f) => ({ n: policyName(f.policy) })), { n: t("flow.spread") }]}
            />
            <tbody>
              {lines.map((line) => (
                <tr key={line.key}>
                  <th scope="row">
                    {line.address ? (
                      <a
                        href={links.incident(id, "trail", {
                          to: line.address,
                          policy: flows.find((f) => line.arrived[f.policy] !== undefined)?.policy,
                          inferred: inferred ? "true" : undefined,
                        })}
                      >
                        {placeName(line)}
                      </a>
                    ) : (
                      placeName(line)
                    )}
                  </th>
                  {flows.map((f) => (
                    <td class="n" key={f.policy}>
                      {cell(line, f.policy)}
                    </td>
                  ))}
                  <td class="n">{line.spread_ppm > 0 ? showShare(line.spread_ppm) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {all > lines.length ? <p class="note">{t("flow.diffMore", { n: all - lines.length })}</p> : null}
    </section>
  );
}
function FlowTable({ flow }: { flow: Flow }) {
  return (
    <details>
      <summary>
        {t("flow.table")}: {policyName(flow.policy)}
      </summary>
      <div class="scroll">
        <table>
          <Head
            names={[
              t("flow.from"),
              t("flow.to"),
              t("flow.amount"),
              { n: t("flow.share") },
              t("flow.first"),
              t("flow.lastTime"),
              t("address.transaction"),
            ]}
          />
          <tbody>
            {flow.links.map((l, i) => (
              <tr key={i}>
                <td>{placeName(flow.nodes[l.from]!)}</td>
                <td>
                  {placeName(flow.nodes[l.to]!)}
                  {l.inferred ? <span class="chip inferred">{t("incident.inferred")}</span> : null}
                </td>
                <td>
                  {l.origin.map((o, s) =>
                    o === "0" ? null : <div key={s}>{amountText(o, flow.sources[s]!.asset, flow.assets)}</div>,
                  )}
                </td>
                <td class="n">{flow.policy === "poison" ? "–" : showShare(l.ppm)}</td>
                <td>{showTime(l.first_time)}</td>
                <td>{showTime(l.last_time)}</td>
                <td>
                  <a href={links.transaction(l.chain, l.transaction)}>
                    <code>{shortAddress(l.transaction)}</code>
                  </a>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
export function FlowPage({ id, inferred }: { id: string; inferred: boolean }) {
  const query = place.value.query;
  const by = (query.get("by") ?? "hops") as By;
  const nodes = Number(query.get("nodes") ?? 30);
  const policies = (query.get("policies")?.split(",") ?? [query.get("policy") ?? "fifo"]).filter((p): p is Policy =>
    POLICIES.includes(p as Policy),
  );
  const choose = (p: Policy, on: boolean) => {
    const next = POLICIES.filter((x) => (x === p ? on : policies.includes(x)));
    if (next.length) adjust({ policies: next.join(","), policy: undefined });
  };
  const answer = useAnswer<Flow[]>(
    (signal) =>
      Promise.all(
        policies.map((policy) => {
          const beside = policies.filter((p) => p !== policy).join(",");
          return get<Flow>(`/v1/incidents/${part(id)}/flow`, { policy, by, nodes, inferred, beside }, signal);
        }),
      ),
    `${id} ${policies.join()} ${by} ${nodes} ${inferred}`,
  );
  const flows = answer.data ?? [];
  return (
    <>
      <h2>{t("flow.title")}</h2>
      <div class="controls">
        <fieldset class="choices">
          <legend>{t("flow.compare")}</legend>
          {POLICIES.map((p) => (
            <Check
              key={p}
              label={policyName(p)}
              checked={policies.includes(p)}
              onChange={(on) => choose(p, on)}
              disabled={policies.length === 1 && policies[0] === p}
            />
          ))}
        </fieldset>
        <Select<By>
          label={t("flow.by")}
          value={by}
          onChange={(v) => adjust({ by: v === "hops" ? undefined : v })}
          options={(["hops", "time", "service"] as const).map((v) => ({ value: v, label: t(`flow.by.${v}`) }))}
        />
        <Select
          label={t("flow.nodes")}
          value={String(nodes)}
          onChange={(v) => adjust({ nodes: v })}
          options={["15", "30", "60", "120"].map((v) => ({ value: v, label: v }))}
        />
      </div>
      <Waiting answer={answer}>
        <div class={"flows n" + Math.min(3, flows.length)}>
          {flows.map((flow) => {
            const back = flow.links.filter((l) => l.back).length;
            return (
              <section key={flow.policy} aria-labelledby={"flow-" + flow.policy}>
                <h3 id={"flow-" + flow.policy}>{policyName(flow.policy)}</h3>
                <Boundary where={`${flow.policy} ${by} ${nodes} ${inferred}`}>
                  <Picture flow={flow} id={id} others={flows.filter((f) => f !== flow)} inferred={inferred} />
                </Boundary>
                {flow.policy === "poison" ? <p class="note">{t("flow.poisonNote")}</p> : null}
                {back ? <p class="note">{t("flow.back", { n: back })}</p> : null}
              </section>
            );
          })}
        </div>
        {flows.length > 1 ? <Differences flows={flows} id={id} inferred={inferred} /> : null}
        {flows.map((flow) => (
          <FlowTable key={flow.policy} flow={flow} />
        ))}
      </Waiting>
    </>
  );
}
