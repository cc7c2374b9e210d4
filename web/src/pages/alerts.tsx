// The inbox: alerts as they come; assign, comment, state.
import { useEffect, useState } from "preact/hooks";
import { type AlertRow, get, post } from "../api";
import {
  Head,
  Address,
  Check,
  Field,
  Marking,
  MarkingLine,
  Select,
  Time,
  Transaction,
  useAnswer,
  Waiting,
} from "../parts/basic";
import { type Key, t } from "../i18n";
import { links, place } from "../router";
import { can, pageMarking, say, sayProblem, session, strictest } from "../state";
import { alertsSeen } from "../parts/alert_stream";

type State = AlertRow["state"];
const STATES: readonly State[] = ["open", "working", "closed"];

async function load(state: string, signal: AbortSignal): Promise<AlertRow[]> {
  // Every page: numbers count up, the newest are the last.
  const out: AlertRow[] = [];
  for (let after = 0; out.length < 20_000;) {
    const page = await get<{ alerts: AlertRow[]; next: number }>(
      "/v1/alerts",
      { state: state || undefined, limit: 1000, after },
      signal,
    );
    out.push(...page.alerts);
    if (page.next === after) break;
    after = page.next;
  }
  return out.reverse();
}
const kindName = (kind: string) => {
  const key = `alerts.kind.${kind}` as Key;
  const text = t(key);
  return text ?? kind;
};
function AnswerForm({ row, onSaved }: { row: AlertRow; onSaved: () => void }) {
  const [state, setState] = useState<State>(row.state);
  const [assignee, setAssignee] = useState(row.assignee);
  const [comment, setComment] = useState(row.comment);
  const save = async (e: Event) => {
    e.preventDefault();
    try {
      await post(`/v1/alerts/${row.number}`, { state, assignee, comment });
      say(t("alerts.saved", { n: row.number }));
      onSaved();
    } catch (error) {
      sayProblem(error);
    }
  };
  const a = row.alert;
  return (
    <section class="panel" aria-labelledby="answer-title">
      <h2 id="answer-title">{t("alerts.answer", { n: row.number })}</h2>
      <p>
        <Marking marking={a.marking} /> <span class="chip">{kindName(a.kind)}</span>{" "}
        {a.source === "incident" ? <a href={links.incident(a.id)}>{a.title}</a> : a.title}
      </p>
      {a.address && a.chain ? (
        <p>
          <Address chain={a.chain} address={a.address} whole />
        </p>
      ) : null}
      {a.from && a.chain ? (
        <p>
          {t("flow.from")} <Address chain={a.chain} address={a.from} />
        </p>
      ) : null}
      {a.transaction && a.chain ? (
        <p>
          <Transaction chain={a.chain} id={a.transaction} />
        </p>
      ) : null}
      {a.address && a.source === "incident" ? (
        <p>
          <a href={links.incident(a.id, "trail", { to: a.address })}>{t("graph.trailHere")}</a>
        </p>
      ) : null}
      {can("write") ? (
        <form onSubmit={(e) => void save(e)}>
          <Select<State>
            label={t("alerts.state")}
            value={state}
            onChange={setState}
            options={STATES.map((s) => ({ value: s, label: t(`alerts.state.${s}`) }))}
          />
          <Field
            label={t("alerts.assignee")}
            value={assignee}
            maxLength={60}
            onInput={(e) => setAssignee(e.currentTarget.value)}
          />
          <button
            type="button"
            onClick={() => {
              setAssignee(session.value.name ?? "");
              if (state === "open") setState("working");
            }}
          >
            {t("alerts.take")}
          </button>
          <span class="field">
            <label for="alert-comment">{t("alerts.comment")}</label>
            <textarea
              id="alert-comment"
              rows={4}
              maxLength={3000}
              value={comment}
              onInput={(e) => setComment(e.currentTarget.value)}
            />
          </span>
          <button type="submit" class="main">
            {t("app.save")}
          </button>
        </form>
      ) : (
        <p class="note">{t("alerts.readOnly")}</p>
      )}
    </section>
  );
}
interface AlertLineProps {
  r: AlertRow;
  selected: boolean;
  onSelect: (number: number) => void;
}
function AlertLine({ r, selected, onSelect }: AlertLineProps) {
  return (
    <tr class={selected ? "selected" : ""} onClick={() => onSelect(r.number)}>
      <td class="n">
        <button
          type="button"
          class="link"
          aria-label={t("alerts.answer", { n: r.number })}
          aria-pressed={selected}
          onClick={() => onSelect(r.number)}
        >
          {r.number}
        </button>
      </td>
      <td>
        <Time at={r.alert.at} />
      </td>
      <td>
        {r.alert.title} <span class="chip">{kindName(r.alert.kind)}</span>{" "}
        {r.alert.stage ? <small>{t(`alerts.stage.${r.alert.stage}` as Key) ?? r.alert.stage}</small> : null}{" "}
        {r.alert.label ? <small>{r.alert.label}</small> : null}
      </td>
      <td>{r.alert.address && r.alert.chain ? <Address chain={r.alert.chain} address={r.alert.address} /> : null}</td>
      <td>
        {t(`alerts.state.${r.state}`)}
        {r.assignee ? <small> · {r.assignee}</small> : null}
        {r.comment ? <div class="quote">{r.comment}</div> : null}
      </td>
      <td>
        <Marking marking={r.alert.marking} />
      </td>
    </tr>
  );
}
export function AlertsPage() {
  const incident = place.value.query.get("incident") ?? "";
  const [state, setState] = useState<State | "">("open");
  const [selected, select] = useState<number | null>(Number(place.value.parts[1]) || null);
  const [mine, setMine] = useState(false);
  const [shown, setShown] = useState(200);
  const answer = useAnswer<AlertRow[]>((signal) => load(state, signal), `${state} ${alertsSeen.value}`);
  const rows = (answer.data ?? []).filter(
    (r) => (!incident || r.alert.id === incident) && (!mine || r.assignee === session.value.name),
  );
  const marking = strictest(...rows.map((r) => r.alert.marking));
  useEffect(() => {
    pageMarking.value = marking;
  }, [marking]);
  const row = (answer.data ?? []).find((r) => r.number === selected);
  return (
    <>
      <h1>{t("alerts.title")}</h1>
      <p class="lead">{t("alerts.live")}</p>
      <div class="controls">
        <Select<State | "">
          label={t("alerts.state")}
          value={state}
          onChange={setState}
          options={[
            { value: "", label: t("app.all") },
            ...STATES.map((s) => ({ value: s, label: t(`alerts.state.${s}`) })),
          ]}
        />
        <Check label={t("alerts.assignee") + ": " + (session.value.name ?? "")} checked={mine} onChange={setMine} />
        {incident ? (
          <a class="button" href="#/alerts">
            {incident} ✕
          </a>
        ) : null}
      </div>
      <Waiting answer={answer}>
        <MarkingLine marking={marking} />
        <div class="inbox">
          <div class="scroll">
            {rows.length === 0 ? (
              <p class="note">{t("alerts.none")}</p>
            ) : (
              <table>
                <caption class="hidden">{t("alerts.list")}</caption>
                <Head
                  names={[
                    { n: "#" },
                    t("alerts.when"),
                    t("alerts.what"),
                    t("address.title"),
                    t("alerts.state"),
                    t("marking.label"),
                  ]}
                />
                <tbody>
                  {rows.slice(0, shown).map((r) => (
                    <AlertLine key={r.number} r={r} selected={r.number === selected} onSelect={select} />
                  ))}
                </tbody>
              </table>
            )}
            {rows.length > shown ? (
              <button type="button" onClick={() => setShown(shown + 500)}>
                {t("app.more")} ({t("app.of", { n: shown, all: rows.length })})
              </button>
            ) : null}
          </div>
          {row ? (
            <AnswerForm key={row.number} row={row} onSaved={answer.again} />
          ) : (
            <p class="note">{t("alerts.select")}</p>
          )}
        </div>
      </Waiting>
    </>
  );
}
