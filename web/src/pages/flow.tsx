// The flow as Sankey diagrams, policies side by side; what they do not agree on is marked and listed.
import { type SankeyLink, type SankeyNode, sankey, sankeyLinkHorizontal } from "d3-sankey";
import { useMemo } from "preact/hooks";
import { type Flow, type FlowLink, type FlowNode, get, part, POLICIES, type Policy } from "../api";
import { amountText, Check, Head, policyName, Select, useAnswer, Waiting } from "../parts/basic";
import { shortAddress, showDate, showShare, showTime, t, term } from "../i18n";
import { adjust, links, place } from "../router";

type By = "hops" | "time" | "service";
type N = SankeyNode<FlowNode, FlowLink & { value: number }>;
type L = SankeyLink<FlowNode, FlowLink & { value: number }>;

export function placeName(node: FlowNode): string {
  if (node.kind === "rest") return node.label ? t("board.unlabelled") : t("flow.rest", { n: node.addresses });
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
function arrived(flow: Flow): Map<string, number> {
  return new Map(flow.nodes.map((n) => [n.key, n.in_ppm]));
}
// The difference under which two policies are taken to agree on a place: a thousandth of what was stolen.
const AGREE_PPM = 1000;

// Where boxes and bands of the picture are; null where nothing moved. Bands that lead back are left out.
function layOut(flow: Flow, width: number) {
  const used = new Set<number>();
  const drawn = flow.links.filter((l) => !l.back);
  for (const l of drawn) {
    used.add(l.from);
    used.add(l.to);
  }
  const numbers = new Map([...used].sort((a, b) => a - b).map((n, i) => [n, i]));
  if (used.size === 0) return null;
  const nodes = [...used].sort((a, b) => a - b).map((n) => ({ ...flow.nodes[n]! }));
  const linked = drawn.map((l) => ({
    ...l,
    source: numbers.get(l.from)!,
    target: numbers.get(l.to)!,
    value: Math.max(l.ppm, 400),
  }));
  const perColumn = new Map<number, number>();
  for (const n of nodes) perColumn.set(n.column, (perColumn.get(n.column) ?? 0) + 1);
  const height = Math.max(320, Math.min(900, Math.max(...perColumn.values()) * 26 + 60));
  const lastColumn = Math.max(1, ...nodes.map((n) => n.column));
  const layout = sankey<FlowNode, FlowLink & { value: number }>()
    .nodeWidth(14)
    .nodePadding(12)
    .extent([
      [8, 34],
      [width - 190, height - 10],
    ])
    .iterations(12);
  if (flow.by === "time") layout.nodeAlign((n, count) => Math.round((n.column / lastColumn) * (count - 1)));
  const graph = layout({ nodes, links: linked });
  return { graph, height };
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
function Picture({ flow, id, others, inferred }: { flow: Flow; id: string; others: Flow[]; inferred: boolean }) {
  const width = others.length >= 1 ? 720 : 1180;
  const picture = useMemo(() => layOut(flow, width), [flow, width]);
  if (!picture) return <p class="note">{t("trail.empty")}</p>;
  const path = sankeyLinkHorizontal<FlowNode, FlowLink & { value: number }>();
  const differs = (node: FlowNode) =>
    node.kind !== "rest" &&
    others.some((o) => Math.abs((arrived(o).get(node.key) ?? 0) - node.in_ppm) > AGREE_PPM) &&
    flow.policy !== "poison" &&
    !others.every((o) => o.policy === "poison");
  const onlyHere = (node: FlowNode) =>
    others.length > 0 && node.kind !== "rest" && others.every((o) => !arrived(o).has(node.key));
  const query = { policy: flow.policy === "fifo" ? undefined : flow.policy, inferred: inferred ? "true" : undefined };
  const to = (node: FlowNode) =>
    node.address ? links.incident(id, "trail", { ...query, to: node.address }) : undefined;
  const places = [...new Set(picture.graph.nodes.map((n) => n.x0!))].sort((a, b) => a - b);
  const gap = places.length > 1 ? places[1]! - places[0]! - 26 : 200;
  const cut = (text: string, x: number) => {
    // what fits before the next column; the rest is told when pointed at
    const most = Math.max(6, Math.floor((x >= places.at(-1)! ? 172 : gap) / 7.3) - 2);
    return text.length > most ? text.slice(0, most - 1) + "…" : text;
  };
  const columns = new Map<number, number>();
  for (const n of picture.graph.nodes)
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
          {(picture.graph.links as L[]).map((l, i) => {
            const link = l as unknown as FlowLink;
            const inside = (
              <path d={path(l) ?? ""} stroke-width={Math.max(1, l.width ?? 1)} class={link.inferred ? "inferred" : ""}>
                <title>{bandText(flow, l)}</title>
              </path>
            );
            return (
              <a
                key={i}
                href={to(l.target as N) ?? links.transaction(link.chain, link.transaction)}
                aria-label={bandText(flow, l)}
                tabIndex={-1}
              >
                {inside}
              </a>
            );
          })}
        </g>
        {(picture.graph.nodes as N[]).map((n) => {
          const name = placeName(n),
            mark = onlyHere(n) ? "only" : differs(n) ? "differs" : "";
          const label = `${name}, ${showShare(n.in_ppm)} ${t("flow.arrived")}${n.held_ppm ? `, ${showShare(n.held_ppm)} ${t("flow.heldHere")}` : ""}${mark === "only" ? `, ${t("flow.only", { policy: policyName(flow.policy) })}` : mark ? `, ${t("flow.differs")}` : ""}`;
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
  const summed = flows.filter((f) => f.policy !== "poison");
  const places = new Map<string, { node: FlowNode; ppm: (number | undefined)[] }>();
  flows.forEach((flow, i) => {
    for (const node of flow.nodes) {
      if (node.kind === "rest") continue;
      const line = places.get(node.key) ?? { node, ppm: flows.map(() => undefined) };
      line.ppm[i] = node.in_ppm;
      places.set(node.key, line);
    }
  });
  const lines = [...places.values()]
    .map((line) => {
      const values = summed.map((f) => line.ppm[flows.indexOf(f)] ?? 0);
      const reached = new Set(line.ppm.map((p) => p !== undefined));
      return {
        ...line,
        spread: values.length ? Math.max(...values) - Math.min(...values) : 0,
        reach: reached.size > 1,
      };
    })
    .filter((line) => line.spread > AGREE_PPM || line.reach)
    .sort((a, b) => b.spread - a.spread)
    .slice(0, 60);
  return (
    <section class="differences">
      <h2>{t("flow.diffTitle")}</h2>
      <p class="lead">{t("flow.diffLead")}</p>
      {lines.length === 0 ? (
        <p>{t("flow.noDiff")}</p>
      ) : (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{t("flow.place")}</th>
                {flows.map((f) => (
                  <th scope="col" class="n" key={f.policy}>
                    {policyName(f.policy)}
                  </th>
                ))}
                <th scope="col" class="n">
                  {t("flow.spread")}
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.map((line) => (
                <tr key={line.node.key}>
                  <th scope="row">
                    {line.node.address ? (
                      <a
                        href={links.incident(id, "trail", {
                          to: line.node.address,
                          policy: flows.find((_, i) => line.ppm[i] !== undefined)?.policy,
                          inferred: inferred ? "true" : undefined,
                        })}
                      >
                        {placeName(line.node)}
                      </a>
                    ) : (
                      placeName(line.node)
                    )}
                  </th>
                  {line.ppm.map((p, i) => (
                    <td class="n" key={i}>
                      {p === undefined ? (
                        <i>{t("flow.reached")}</i>
                      ) : flows[i]!.policy === "poison" ? (
                        "✓"
                      ) : (
                        showShare(p)
                      )}
                    </td>
                  ))}
                  <td class="n">{line.spread > 0 ? showShare(line.spread) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
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
        policies.map((policy) => get<Flow>(`/v1/incidents/${part(id)}/flow`, { policy, by, nodes, inferred }, signal)),
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
                <Picture flow={flow} id={id} others={flows.filter((f) => f !== flow)} inferred={inferred} />
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
