// Sharing: what came from whom under which marking, what we published, who has acted.
import { useEffect, useState } from "preact/hooks";
import { type Acts, ApiError, type Directory, get, part, post, type SharedObjects } from "../api";
import { Head, Amount, Marking, MarkingLine, Select, Time, useAnswer, Waiting } from "../parts/basic";
import { type Key, t } from "../i18n";
import { links } from "../router";
import { can, pageMarking, sayProblem, strictest } from "../state";

interface Peers {
  peers: {
    id: string;
    connected: boolean;
    pulled: number;
    pushed: number;
    refused: number;
    failures: number;
    problem: string;
  }[];
}
interface Proposals {
  proposals: {
    id: string;
    collection: string;
    key: string;
    at: string;
    envelope: { objects?: { type: string; name?: string }[] };
  }[];
}

function ActsList({ incident }: { incident: string }) {
  const answer = useAnswer<Acts>((signal) => get(`/v1/sharing/incidents/${part(incident)}`, {}, signal), incident);
  const acts = answer.data;
  return (
    <Waiting answer={answer}>
      {acts ? (
        <>
          <p>
            <Marking marking={acts.marking} />{" "}
            {t("incident.published", { name: acts.published_by_name, time: acts.published })}
            {acts.withdrawn ? <span class="chip">{t("sharing.withdrawn")}</span> : null}
            {acts.flag_to_first_hold_ms !== undefined
              ? ` · ${t("incident.firstHold", { ms: acts.flag_to_first_hold_ms })}`
              : ""}
          </p>
          <table>
            <Head names={[t("sharing.from"), t("sharing.title2"), t("sharing.when"), { n: t("address.amount") }]} />
            <tbody>
              {acts.acts.map((a, i) => (
                <tr key={i}>
                  <td>{a.name}</td>
                  <td>
                    {t(`sharing.act.${a.act}` as Key)} {a.comment}
                  </td>
                  <td>
                    <Time at={a.at} />
                  </td>
                  <td class="n">
                    {a.amount && a.chain ? (
                      <Amount base={a.amount} asset={`${a.chain}/${a.asset ?? ""}`} assets={{}} />
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      ) : null}
    </Waiting>
  );
}
function ProposalList() {
  const answer = useAnswer<Proposals>(
    can("share-write") ? (signal) => get("/v1/sharing/proposals", {}, signal) : null,
    "proposals",
  );
  const list = answer.data?.proposals ?? [];
  if (!list.length) return null;
  const decide = async (id: string, agree: boolean) => {
    try {
      await post(`/v1/sharing/proposals/${part(id)}`, { agree });
      answer.again();
    } catch (error) {
      sayProblem(error);
    }
  };
  return (
    <section>
      <h2>{t("sharing.proposals")}</h2>
      <ul class="plain">
        {list.map((p) => (
          <li key={p.id}>
            <Time at={p.at} /> ·{" "}
            {(p.envelope.objects ?? [])
              .map((o) => o.name ?? o.type)
              .slice(0, 4)
              .join(", ")}
            {can("share-publish") ? (
              <>
                {" "}
                <button type="button" onClick={() => void decide(p.id, true)}>
                  {t("sharing.agree")}
                </button>{" "}
                <button type="button" onClick={() => void decide(p.id, false)}>
                  {t("sharing.refuse")}
                </button>
              </>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
interface Incidents {
  incidents: { id: string; name: string; shared_by?: string }[];
}
function ObjectTable({ objects }: { objects: SharedObjects["objects"] }) {
  return (
    <table>
      <Head
        names={[
          t("sharing.when"),
          t("marking.label"),
          t("sharing.type"),
          t("sharing.title2"),
          t("sharing.from"),
          t("sharing.collection"),
          t("sharing.signature"),
        ]}
      />
      <tbody>
        {objects.map((o) => (
          <tr key={o.position}>
            <td>
              <Time at={o.received} />
            </td>
            <td>
              <Marking marking={o.marking} />
            </td>
            <td>{o.type}</td>
            <td>
              {o.title}
              {o.withdrawn ? <span class="chip">{t("sharing.withdrawn")}</span> : null}
            </td>
            <td>
              {o.from}
              {o.sent_by ? ` (${o.sent_by})` : ""}
              {o.ours ? <span class="chip">{t("sharing.ours")}</span> : null}
            </td>
            <td>{o.collection}</td>
            <td>{o.signature}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
interface WhoActedProps {
  incidents: Incidents | null;
  incident: string;
  onChoose: (incident: string) => void;
}
function WhoActed({ incidents, incident, onChoose }: WhoActedProps) {
  return (
    <section>
      <h2>{t("sharing.whoActed")}</h2>
      <div class="controls">
        <Select
          label={t("nav.incidents")}
          value={incident}
          onChange={onChoose}
          options={[
            { value: "", label: "–" },
            ...(incidents?.incidents ?? []).map((i) => ({ value: i.id, label: i.name })),
          ]}
        />
        {incident ? (
          <a class="button" href={links.incident(incident)}>
            {t("app.open")}
          </a>
        ) : null}
      </div>
      {incident ? <ActsList incident={incident} /> : null}
    </section>
  );
}
// The servers kept in step with, and the groups of the directory.
function Others({ peers, directory }: { peers: Peers | null; directory: Directory | null }) {
  return (
    <>
      {peers?.peers.length ? (
        <section>
          <h2>{t("sharing.peers")}</h2>
          <ul>
            {peers.peers.map((p) => (
              <li key={p.id}>
                <b>{p.id}</b> {p.connected ? t("sharing.connected") : t("sharing.notConnected")} ·{" "}
                {t("sharing.pulled", { n: p.pulled })} · {t("sharing.pushed", { n: p.pushed })} {p.problem}
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {directory?.groups?.length ? (
        <ul class="plain">
          {directory.groups.map((g) => (
            <li key={g.id}>
              <b>{g.name}</b> · {g.purpose}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
export function SharingPage() {
  const [after, setAfter] = useState(0);
  const [who, setWho] = useState<"all" | "received" | "ours">("all");
  const [filter, setFilter] = useState("");
  const [incident, setIncident] = useState("");
  const answer = useAnswer<SharedObjects>(
    (signal) => get("/v1/sharing/objects", { after, limit: 200 }, signal),
    String(after),
  );
  const directory = useAnswer<Directory>((signal) => get("/v1/sharing", {}, signal), "directory");
  const peers = useAnswer<Peers>((signal) => get("/v1/sharing/peers", {}, signal), "peers");
  const incidents = useAnswer<Incidents>((signal) => get("/v1/incidents", {}, signal), "incidents");
  const wanted = filter.trim().toLowerCase();
  const rows = (answer.data?.objects ?? []).filter(
    (o) =>
      (who === "all" || (who === "ours") === o.ours) &&
      (!wanted || `${o.type} ${o.title} ${o.from} ${o.collection} ${o.marking}`.toLowerCase().includes(wanted)),
  );
  const marking = strictest(...(answer.data?.objects ?? []).map((o) => o.marking));
  useEffect(() => {
    pageMarking.value = marking;
  }, [marking]);
  const none = answer.error instanceof ApiError && answer.error.status === 404;
  return (
    <>
      <h1>{t("sharing.title")}</h1>
      <p class="lead">{t("sharing.lead")}</p>
      {none ? (
        <p class="note">{t("sharing.none")}</p>
      ) : (
        <Waiting answer={answer}>
          <MarkingLine marking={marking} />
          <ProposalList />
          <WhoActed incidents={incidents.data} incident={incident} onChoose={setIncident} />
          <section>
            <h2>{t("sharing.objects")}</h2>
            <p class="lead">{t("sharing.recorded")}</p>
            <div class="controls">
              <Select
                label={t("sharing.show")}
                value={who}
                onChange={setWho}
                options={[
                  { value: "all", label: t("app.all") },
                  { value: "received", label: t("sharing.received") },
                  { value: "ours", label: t("sharing.ours") },
                ]}
              />
              <span class="field">
                <label for="objects-filter">{t("sharing.filter")}</label>
                <input
                  id="objects-filter"
                  type="search"
                  value={filter}
                  onInput={(e) => setFilter(e.currentTarget.value)}
                />
              </span>
            </div>
            <div class="scroll">
              <ObjectTable objects={rows} />
            </div>
            <p>
              {answer.data?.earlier ? (
                <button type="button" onClick={() => setAfter(1)}>
                  {t("sharing.earlier")}
                </button>
              ) : null}{" "}
              {answer.data?.later ? (
                <button type="button" onClick={() => setAfter(answer.data!.objects[0]?.position ?? 0)}>
                  {t("sharing.onward")}
                </button>
              ) : null}{" "}
              {after ? (
                <button type="button" onClick={() => setAfter(0)}>
                  {t("sharing.newest")}
                </button>
              ) : null}
            </p>
          </section>
          <Others peers={peers.data} directory={directory.data} />
        </Waiting>
      )}
    </>
  );
}
