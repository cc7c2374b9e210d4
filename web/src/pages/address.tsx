// All that is known of an address, with its sources; movements filtered on the server, page by page; the verdict and why.
import { useEffect, useState } from "preact/hooks";
import {
  type AddressPage as Known,
  type AddressPart,
  type Assets,
  get,
  type MovementRow,
  type Movements,
  type Query,
  part,
  post,
  type Screening,
} from "../api";
import {
  Head,
  Address,
  Amount,
  Copy,
  Fact,
  Field,
  Marking,
  MarkingLine,
  Select,
  Time,
  Transaction,
  useAnswer,
  Waiting,
} from "../parts/basic";
import { readAmount, showNumber, showTime, t, term } from "../i18n";
import { links, place } from "../router";
import { cell } from "../graph/files";
import { can, download, isMarked, pageMarking, say, sayProblem, strictest } from "../state";

// The chain's coin, by the name that amounts have; "" where no asset of the chain is known.
const coinOf = (chain: string, assets: Assets) =>
  Object.keys(assets).find((a) => a.startsWith(chain + "/") && !a.includes("/0x")) ?? "";
function assetName(chain: string, asset: string, assets: Assets): string {
  const name = `${chain}/${asset}`;
  return name in assets
    ? name
    : (Object.keys(assets).find((a) => a.startsWith(chain + "/") && assets[a]!.symbol === asset) ?? name);
}
export function Verdict({ chain, address }: { chain: string; address: string }) {
  const answer = useAnswer<Screening>(
    can("screen") ? (signal) => get(`/v1/screen/address/${part(chain)}/${part(address)}`, {}, signal) : null,
    `${chain} ${address}`,
  );
  if (!can("screen")) return null;
  const verdict = answer.data;
  return (
    <section aria-labelledby={"screen-" + chain}>
      <h2 id={"screen-" + chain}>{t("address.screening")}</h2>
      <Waiting answer={answer}>
        {verdict ? (
          <>
            <p>
              <span class={"verdict " + verdict.verdict}>{t(`address.verdict.${verdict.verdict}`)}</span>{" "}
              {verdict.marking ? <Marking marking={verdict.marking} /> : null}{" "}
              <small>{t("address.decision", { n: verdict.decision })}</small>
            </p>
            <h3>{t("address.why")}</h3>
            {verdict.reasons.length ? (
              <ul>
                {verdict.reasons.map((r, i) => (
                  <li key={i}>
                    <b>{r.rule ?? ""}</b> {String(r.because ?? r.text ?? r.reason ?? "")}
                  </li>
                ))}
              </ul>
            ) : (
              <p>{t("address.noReason")}</p>
            )}
            {verdict.unknown.length ? (
              <details>
                <summary>{t("address.notKnown")}</summary>
                <ul>
                  {verdict.unknown.map((u) => (
                    <li key={u}>{u}</li>
                  ))}
                </ul>
              </details>
            ) : null}
          </>
        ) : null}
      </Waiting>
    </section>
  );
}
interface FilterState {
  direction: string;
  asset: string;
  from: string;
  until: string;
  min: string;
  max: string;
  counterparty: string;
  order: string;
}
const NO_FILTER: FilterState = {
  direction: "both",
  asset: "",
  from: "",
  until: "",
  min: "",
  max: "",
  counterparty: "",
  order: "newest",
};
function MovementTable({ chain, movements, assets }: { chain: string; movements: MovementRow[]; assets: Assets }) {
  return (
    <table>
      <Head
        names={[
          t("address.time"),
          t("address.direction"),
          { n: t("address.amount") },
          t("address.counterparty"),
          t("address.transaction"),
        ]}
      />
      <tbody>
        {movements.map((m, i) => (
          <tr key={i}>
            <td>
              <Time at={m.time} />
            </td>
            <td>
              <span class={"way " + m.direction}>{t(`address.${m.direction}`)}</span>
            </td>
            <td class="n">
              <Amount base={m.amount} asset={m.asset} assets={assets} />
            </td>
            <td>
              {m.counterparty ? (
                <Address
                  chain={chain}
                  address={m.counterparty}
                  owner={m.counterparty_owner}
                  role={m.counterparty_role}
                />
              ) : null}
            </td>
            <td>
              <Transaction chain={chain} id={m.transaction} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
interface FilterFormProps {
  chain: string;
  assets: Assets;
  draft: FilterState;
  busy: boolean;
  onDraft: (draft: FilterState) => void;
  onApply: (filter: FilterState) => void;
  onFile: () => void;
}
function FilterForm({ chain, assets, draft, busy, onDraft, onApply, onFile }: FilterFormProps) {
  const set = (name: keyof FilterState) => (e: { currentTarget: { value: string } }) =>
    onDraft({ ...draft, [name]: e.currentTarget.value });
  return (
    <form
      class="controls"
      onSubmit={(e) => {
        e.preventDefault();
        onApply(draft);
      }}
    >
      <Select
        label={t("address.direction")}
        value={draft.direction}
        onChange={(v) => onDraft({ ...draft, direction: v })}
        options={(["both", "in", "out"] as const).map((v) => ({ value: v, label: t(`address.${v}`) }))}
      />
      <Select
        label={t("graph.asset")}
        value={draft.asset}
        onChange={(v) => onDraft({ ...draft, asset: v })}
        options={[
          { value: "", label: t("graph.anyAsset") },
          ...Object.entries(assets)
            .filter(([name]) => name.startsWith(chain + "/"))
            .map(([value, a]) => ({ value, label: a.symbol })),
        ]}
      />
      <Field label={t("graph.from")} type="date" value={draft.from} onInput={set("from")} />
      <Field label={t("graph.until")} type="date" value={draft.until} onInput={set("until")} />
      <Field label={t("graph.min")} inputMode="decimal" value={draft.min} onInput={set("min")} size={10} />
      <Field label={t("graph.max")} inputMode="decimal" value={draft.max} onInput={set("max")} size={10} />
      <Field label={t("address.counterparty")} value={draft.counterparty} onInput={set("counterparty")} size={24} />
      <Select
        label={t("address.order")}
        value={draft.order}
        onChange={(v) => onDraft({ ...draft, order: v })}
        options={[
          { value: "newest", label: t("address.newest") },
          { value: "oldest", label: t("address.oldest") },
        ]}
      />
      <button type="submit">{t("app.apply")}</button>
      <button type="button" disabled={busy} onClick={() => onFile()}>
        {t("app.export")} CSV
      </button>
      <button
        type="button"
        onClick={() => {
          onDraft(NO_FILTER);
          onApply(NO_FILTER);
        }}
      >
        {t("app.reset")}
      </button>
    </form>
  );
}
// Every page under the filter in force, up to a hundred thousand movements; the file says where it stops.
async function csvLines(chain: string, address: string, path: string, asked: Query): Promise<string[]> {
  const lines = [
    "marking,chain,address,direction,time,height,transaction,position,asset,amount,counterparty,counterparty_owner",
  ];
  for (let at = "", pages = 0, end = false; !end && pages < 100; pages++) {
    const page = await get<Movements>(path, { ...asked, cursor: at, limit: 1000 });
    for (const m of page.movements)
      lines.push(
        [
          isMarked(pageMarking.value) ? pageMarking.value : "",
          chain,
          address,
          m.direction,
          m.time,
          m.height,
          m.transaction,
          m.position,
          m.asset,
          m.amount,
          m.counterparty,
          m.counterparty_owner,
        ]
          .map(cell)
          .join(","),
      );
    end = page.end;
    at = page.cursor ?? "";
    if (!end && pages === 99) lines.push(cell(`# not all: the filter lets more through; narrow it`));
  }
  return lines;
}
// The filter as the server's query; amounts are in base units of the asset, or of the chain's coin.
function filterQuery(chain: string, filter: FilterState, assets: Assets): Query {
  const decimals = assets[filter.asset || coinOf(chain, assets)]?.decimals ?? 0;
  const amount = (text: string) => (text ? (readAmount(text, decimals) ?? "wrong") : undefined);
  return {
    direction: filter.direction === "both" ? undefined : filter.direction,
    asset: filter.asset ? filter.asset.slice(chain.length + 1) : undefined,
    from: filter.from,
    until: filter.until,
    amount_min: amount(filter.min),
    amount_max: amount(filter.max),
    counterparty: filter.counterparty.trim(),
    order: filter.order,
  };
}
export function MovementList({ chain, address, assets }: { chain: string; address: string; assets: Assets }) {
  const [draft, setDraft] = useState(NO_FILTER);
  const [filter, setFilter] = useState(NO_FILTER);
  const [rows, setRows] = useState<Movements[]>([]);
  const [cursor, setCursor] = useState("");
  const key = JSON.stringify([chain, address, filter, cursor]);
  const [busy, setBusy] = useState(false);
  const path = `/v1/addresses/${part(chain)}/${part(address)}/movements`;
  const asked = filterQuery(chain, filter, assets);
  const answer = useAnswer<Movements>((signal) => get(path, { ...asked, cursor, limit: 100 }, signal), key);
  useEffect(() => {
    setRows([]);
    setCursor("");
    setFilter(NO_FILTER);
    setDraft(NO_FILTER);
  }, [chain, address]);
  useEffect(() => {
    const page = answer.data;
    if (page) setRows((before) => (cursor ? [...before, page] : [page]));
    // oxlint-disable-next-line react/exhaustive-deps -- a page counts once, under the cursor it was asked with
  }, [answer.data]);
  const toCsv = async () => {
    setBusy(true);
    try {
      const lines = await csvLines(chain, address, path, asked);
      download(`${chain}-${address}.csv`, "text/csv", lines.join("\r\n") + "\r\n");
    } catch (error) {
      sayProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const all = rows.flatMap((page) => page.movements);
  const last = rows.at(-1);
  const known = Object.assign({}, assets, ...rows.map((r) => r.assets)) as Assets;
  const apply = (next: FilterState) => {
    setRows([]);
    setCursor("");
    setFilter(next);
  };
  return (
    <section aria-labelledby={"moves-" + chain}>
      <h2 id={"moves-" + chain}>
        {t("address.movements")} {last ? <small>{t("address.movementsAll", { n: last.movements_all })}</small> : null}
      </h2>
      <FilterForm
        chain={chain}
        assets={assets}
        draft={draft}
        busy={busy}
        onDraft={setDraft}
        onApply={apply}
        onFile={() => void toCsv()}
      />
      {answer.error?.status === 404 ? (
        <p class="note">{t("address.notInLedger")}</p>
      ) : answer.error ? (
        <Waiting answer={answer} />
      ) : null}
      <div class="scroll">
        <MovementTable chain={chain} movements={all} assets={known} />
      </div>
      {answer.loading ? (
        <p class="loading" role="status">
          {t("app.loading")}
        </p>
      ) : last?.end ? (
        <p class="note">{t("address.endReached")}</p>
      ) : last ? (
        <p>
          {all.length === 0 || last.movements.length === 0 ? t("address.examined", { n: last.examined }) + " " : ""}
          <button type="button" onClick={() => setCursor(last.cursor ?? "")}>
            {t("app.more")}
          </button>
        </p>
      ) : null}
    </section>
  );
}
function Owner({ page, more }: { page: AddressPart; more: Known["more"][number] }) {
  const { chain } = page;
  return (
    <section>
      <h2>{t("address.who")}</h2>
      {page.owner ? (
        <p>
          <b>{page.owner.name}</b> <span class="chip">{page.owner.category}</span>{" "}
          <small>
            {t("address.because", { basis: page.owner.basis, evidence: page.owner.evidence })} ({page.owner.confidence})
          </small>
        </p>
      ) : null}
      {more.known_in.map((k) => (
        <p key={k.incident + k.role}>
          <b>{term("role", k.role)}</b> · <a href={links.incident(k.incident)}>{k.name}</a>
          {k.note ? ` · ${k.note}` : ""} <small>{k.source}</small> {k.marking ? <Marking marking={k.marking} /> : null}
        </p>
      ))}
      {!page.owner && !more.known_in.length ? <p>{t("address.unknown")}</p> : null}
      {page.cluster ? (
        <p>
          {t("address.clusterText", { n: page.cluster.addresses })}{" "}
          <Address chain={chain} address={page.cluster.first_address} />
        </p>
      ) : null}
      {page.cluster_note ? <p class="note">{page.cluster_note}</p> : null}
    </section>
  );
}
function Tags({ page }: { page: AddressPart }) {
  return (
    <>
      {page.tags.length ? (
        <section>
          <h2>{t("address.tags")}</h2>
          <div class="scroll">
            <table>
              <Head
                names={[
                  t("address.label"),
                  t("address.category"),
                  t("incident.confidence"),
                  t("incident.source"),
                  t("incident.by"),
                  t("marking.label"),
                ]}
              />
              <tbody>
                {page.tags.map((tag) => (
                  <tr key={tag.id + tag.label}>
                    <td>{tag.label}</td>
                    <td>{tag.category}</td>
                    <td>
                      {tag.confidence} {tag.confidence_term}
                    </td>
                    <td>
                      {tag.source}
                      {tag.stated ? ` · ${showTime(tag.stated)}` : ""}
                    </td>
                    <td>{[tag.author, tag.collection].filter((x) => x).join(" · ")}</td>
                    <td>
                      <Marking marking={tag.marking} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {page.tags_past ? <p class="note">{t("address.past", { n: page.tags_past })}</p> : null}
        </section>
      ) : null}
    </>
  );
}
function Exposures({
  exposures,
  address,
  assets,
}: {
  exposures: Known["more"][number]["exposures"];
  address: string;
  assets: Assets;
}) {
  return (
    <section>
      <h2>{t("address.exposure")}</h2>
      {exposures.length ? (
        <div class="scroll">
          <table>
            <Head
              names={[
                t("incident.theft"),
                t("address.direction"),
                { n: t("address.received") },
                { n: t("address.heldNow") },
                { n: t("address.hops") },
                t("flow.first"),
                t("flow.lastTime"),
              ]}
            />
            <tbody>
              {exposures.map((e, i) => (
                <tr key={i}>
                  <td>
                    {e.source === "incident" ? (
                      <>
                        <a href={links.incident(e.id, "trail", { to: address })}>{e.title}</a>
                      </>
                    ) : (
                      e.title
                    )}
                    {e.inferred ? <span class="chip inferred">{t("incident.inferred")}</span> : null}
                  </td>
                  <td>{t(e.direction === "sent" ? "address.sent" : "address.received")}</td>
                  <td class="n">
                    <Amount base={e.received} asset={e.asset} assets={assets} />
                  </td>
                  <td class="n">
                    <Amount base={e.held} asset={e.asset} assets={assets} />
                  </td>
                  <td class="n">{e.hops}</td>
                  <td>
                    <Time at={e.first_time} />
                  </td>
                  <td>
                    <Time at={e.last_time} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <p>{t("address.noExposure")}</p>
      )}
    </section>
  );
}
function Totals({ page, assets }: { page: AddressPart; assets: Assets }) {
  const named = (asset: string) => assetName(page.chain, asset, assets);
  return (
    <section>
      <h2>{t("address.totals")}</h2>
      <dl class="facts">
        {page.first_time ? (
          <Fact name={t("address.seen")}>
            <Time at={page.first_time} /> – <Time at={page.last_time} />
          </Fact>
        ) : null}
      </dl>
      <table>
        <Head
          names={[
            t("graph.asset"),
            { n: t("address.received") },
            { n: t("address.sent") },
            { n: t("address.movements") },
          ]}
        />
        <tbody>
          {page.totals.map((x) => (
            <tr key={x.asset}>
              <td>{assets[named(x.asset)]?.symbol ?? x.asset}</td>
              <td class="n">
                {x.received ? <Amount base={x.received} asset={named(x.asset)} assets={assets} /> : "> 2^256"}
              </td>
              <td class="n">{x.sent ? <Amount base={x.sent} asset={named(x.asset)} assets={assets} /> : ""}</td>
              <td class="n">{showNumber(x.movements)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
function Counterparties({ page, assets }: { page: AddressPart; assets: Assets }) {
  const { chain } = page;
  const coin = coinOf(chain, assets) || chain;
  return (
    <section>
      <h2>{t("address.counterparties")}</h2>
      <p class="lead">{t("address.counterpartiesOf", { n: page.counterparties.of_latest_movements })}</p>
      <div class="scroll">
        <table>
          <Head names={[t("address.counterparty"), { n: t("address.in") }, { n: t("address.out") }]} />
          <tbody>
            {page.counterparties.list.map((c) => (
              <tr key={c.address}>
                <td>
                  <Address chain={chain} address={c.address} owner={c.owner} />
                </td>
                <td class="n">
                  {c.movements_in} · <Amount base={c.coin_received} asset={coin} assets={assets} />
                </td>
                <td class="n">
                  {c.movements_out} · <Amount base={c.coin_sent} asset={coin} assets={assets} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
function OnePage({ page, more, assets }: { page: AddressPart; more: Known["more"][number]; assets: Assets }) {
  const { chain, address } = page;
  const watch = async () => {
    try {
      await post("/v1/watches", { kind: "address", chain, address, label: "workbench" });
      say(t("address.watched"));
    } catch (error) {
      sayProblem(error);
    }
  };
  return (
    <div class="address-page">
      <p class="big-address">
        <span class="chip">{chain}</span> <code>{address}</code> <Copy text={address} />
      </p>
      <div class="controls">
        <a class="button" href={links.graphOf(chain, address, more.exposures.find((e) => e.source === "incident")?.id)}>
          {t("address.inGraph")}
        </a>
        {can("write") ? (
          <button type="button" onClick={() => void watch()}>
            {t("address.watch")}
          </button>
        ) : null}
      </div>
      <div class="two">
        <Owner page={page} more={more} />
        <Verdict chain={chain} address={address} />
      </div>
      {page.tags.length ? <Tags page={page} /> : null}
      <Exposures exposures={more.exposures} address={address} assets={assets} />
      {page.totals.length ? (
        <div class="two">
          <Totals page={page} assets={assets} />
          <Counterparties page={page} assets={assets} />
        </div>
      ) : null}
      {page.links.length ? (
        <section>
          <h2>{t("address.links")}</h2>
          <ul>
            {page.links.map((l, i) => (
              <li key={i}>
                {l.kind}: <Address chain={l.chain} address={l.address} /> {l.evidence} ({l.confidence})
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      <MovementList chain={chain} address={address} assets={assets} />
    </div>
  );
}
export function AddressPage() {
  const [, chain = "-", address = ""] = place.value.parts;
  const answer = useAnswer<Known>(
    (signal) => get(`/v1/addresses/${part(address)}`, { chain: chain === "-" ? undefined : chain }, signal),
    `${chain} ${address}`,
  );
  const known = answer.data;
  const marking = strictest(known?.marking);
  useEffect(() => {
    pageMarking.value = marking;
  }, [marking]);
  return (
    <>
      <h1>{t("address.title")}</h1>
      <Waiting answer={answer}>
        {known ? (
          <>
            <MarkingLine marking={marking} />
            {known.pages.map((page, i) => (
              <OnePage key={page.chain} page={page} more={known.more[i]!} assets={known.assets} />
            ))}
          </>
        ) : null}
      </Waiting>
    </>
  );
}
