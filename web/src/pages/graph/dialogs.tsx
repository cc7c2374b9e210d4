// The graph page's dialogs: a text to give (note, path, name of a view), and choosing from a very busy address.
import { useState } from "preact/hooks";
import type { Expansion, GraphNode } from "../../api";
import { showNumber, t } from "../../i18n";
import { Address, amountText, Dialog, Field } from "../../parts/basic";

interface TextDialogProps {
  title: string;
  label: string;
  value: string;
  area?: boolean;
  choices?: { value: string; label: string }[];
  onClose: () => void;
  onSave: (text: string) => void;
}
export function TextDialog({ title, label, value, area, choices, onClose, onSave }: TextDialogProps) {
  const [text, setText] = useState(value);
  const typed = (e: { currentTarget: { value: string } }) => setText(e.currentTarget.value);
  const submit = (e: Event) => {
    e.preventDefault();
    onSave(text.trim());
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        {area ? (
          <span class="field">
            <label for="dialog-text">{label}</label>
            <textarea id="dialog-text" rows={5} maxLength={4000} value={text} onInput={typed} />
          </span>
        ) : (
          <Field
            label={label}
            value={text}
            required
            maxLength={200}
            list={choices ? "dialog-choices" : undefined}
            onInput={typed}
            size={50}
          />
        )}
        {choices ? (
          <datalist id="dialog-choices">
            {choices.map((c) => (
              <option key={c.value} value={c.value}>
                {c.label}
              </option>
            ))}
          </datalist>
        ) : null}
        <p class="row">
          <button type="submit" class="main">
            {t("app.save")}
          </button>{" "}
          <button type="button" onClick={onClose}>
            {t("app.cancel")}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
interface Party {
  node: GraphNode;
  movements: number;
  amounts: string[];
}
// The counterparties of a summary: those of the ledger's movements, then those that only the trace names.
function partiesOf(answer: Expansion): Party[] {
  const amount = (way: "in" | "out", base: string, asset: string) =>
    `${t(`address.${way}`)} ${amountText(base, asset, answer.assets)}`;
  const out: Party[] = answer.neighbours.map(({ dealings, ...node }) => ({
    node,
    movements: dealings.reduce((s, d) => s + d.movements, 0),
    amounts: dealings.map((d) => amount(d.direction, d.amount, d.asset)),
  }));
  const self = answer.node.key;
  const known = new Set(out.map((p) => p.node.key));
  for (const edge of answer.trace?.edges ?? []) {
    const incoming = edge.to === self;
    const key = incoming ? edge.from : edge.to;
    const node = answer.trace!.nodes.find((n) => n.key === key);
    if (!node || known.has(key) || key === self) continue;
    known.add(key);
    const carried = edge.tainted && edge.asset ? [amount(incoming ? "in" : "out", edge.tainted, edge.asset)] : [];
    out.push({ node, movements: edge.movements, amounts: carried });
  }
  return out;
}
interface PartyRowProps {
  party: Party;
  chosen: boolean;
  there: boolean;
  onToggle: () => void;
}
function PartyRow({ party: { node, movements, amounts }, chosen, there, onToggle }: PartyRowProps) {
  const label = `${t("graph.add")}: ${node.owner ?? node.address ?? node.label}`;
  return (
    <tr>
      <td>
        <input type="checkbox" aria-label={label} checked={chosen || there} disabled={there} onChange={onToggle} />
      </td>
      <td>
        {node.address ? (
          <Address chain={node.chain} address={node.address} owner={node.owner} role={node.role} />
        ) : (
          node.label
        )}
      </td>
      <td class="n">{showNumber(movements)}</td>
      <td>
        {amounts.map((text) => (
          <div key={text}>{text}</div>
        ))}
      </td>
    </tr>
  );
}
interface SupernodeProps {
  answer: Expansion;
  onClose: () => void;
  onTake: (keys: Set<string>) => void;
  has: (key: string) => boolean;
}
export function Supernode({ answer, onClose, onTake, has }: SupernodeProps) {
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const parties = partiesOf(answer);
  const all = Math.max(answer.neighbours_all, answer.trace?.edges_all ?? 0, parties.length);
  const toggle = (key: string) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    setChosen(next);
  };
  return (
    <Dialog wide title={t("graph.supernode")} onClose={onClose}>
      <p>
        <Address chain={answer.chain} address={answer.address} owner={answer.node.owner} />{" "}
        {t("graph.supernodeNote", { n: answer.movements, k: parties.length, m: answer.examined })}
      </p>
      <p>{t("app.of", { n: parties.length, all })}</p>
      <div class="scroll tall">
        <table>
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden">{t("graph.add")}</span>
              </th>
              <th scope="col">{t("address.counterparty")}</th>
              <th scope="col" class="n">
                {t("address.movements")}
              </th>
              <th scope="col">{t("flow.amount")}</th>
            </tr>
          </thead>
          <tbody>
            {parties.map((party) => {
              const key = party.node.key;
              return (
                <PartyRow
                  key={key}
                  party={party}
                  chosen={chosen.has(key)}
                  there={has(key)}
                  onToggle={() => toggle(key)}
                />
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="row">
        <button type="button" class="main" disabled={!chosen.size} onClick={() => onTake(chosen)}>
          {t("graph.add")}
        </button>{" "}
        <button type="button" onClick={() => onTake(new Set(parties.map((p) => p.node.key)))}>
          {t("graph.addAll")}
        </button>{" "}
        <button type="button" onClick={onClose}>
          {t("app.close")}
        </button>
      </p>
    </Dialog>
  );
}
