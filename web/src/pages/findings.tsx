// Findings as a narrative: a sentence, the transactions it rests on, what it may mistake.
import { type Findings, get, part, type Policy } from "../api";
import { Address, Time, Transaction, useAnswer, Waiting } from "../parts/basic";
import { showDate, t } from "../i18n";
import { link } from "../router";

export function FindingsPage({ id, policy, inferred }: { id: string; policy: Policy; inferred: boolean }) {
  const answer = useAnswer<Findings>(
    (signal) => get(`/v1/incidents/${part(id)}/findings`, { policy, inferred }, signal),
    `${id} ${policy} ${inferred}`,
  );
  const list = [...(answer.data?.findings ?? [])].sort((a, b) => a.first_time.localeCompare(b.first_time));
  return (
    <>
      <h2>{t("findings.title")}</h2>
      <Waiting answer={answer}>
        <p class="lead">{list.length ? t("findings.lead", { n: list.length }) : t("findings.none")}</p>
        <ol class="findings">
          {list.map((f, i) => {
            const day = f.first_time.slice(0, 10);
            const fresh = day !== list[i - 1]?.first_time.slice(0, 10);
            return (
              <li key={i}>
                {fresh ? <h3 class="day">{showDate(day)}</h3> : null}
                <article>
                  <p class="sentence">{f.text}</p>
                  <p class="detail">
                    <b>{f.title}</b> · {t("findings.score", { score: f.score })}
                    {f.inferred ? <span class="chip inferred">{t("findings.inferred")}</span> : null} ·{" "}
                    <Time at={f.first_time} />
                    {f.last_time !== f.first_time ? (
                      <>
                        {" "}
                        – <Time at={f.last_time} />
                      </>
                    ) : null}
                  </p>
                  <details open={f.transactions.length <= 3}>
                    <summary>{t("findings.evidence", { n: f.transactions.length })}</summary>
                    <ul class="inline">
                      {f.transactions.slice(0, 200).map((x) => (
                        <li key={x.transaction}>
                          <Transaction chain={x.chain} id={x.transaction} />
                        </li>
                      ))}
                    </ul>
                  </details>
                  <details>
                    <summary>
                      {t("findings.parties", { n: f.addresses.length })} · {t("findings.mistakes")}
                    </summary>
                    <ul class="inline">
                      {f.addresses.slice(0, 200).map((a) => (
                        <li key={a.address}>
                          <Address chain={a.chain} address={a.address} />
                        </li>
                      ))}
                    </ul>
                    <p>{f.mistakes}</p>
                    <p>
                      {t("findings.describedBy")}: {f.source}
                      {f.fatf ? `; FATF 2020: ${f.fatf}` : ""}
                      {f.mitre ? `; MITRE ATT&CK ${f.mitre}` : ""}
                    </p>
                    <p>
                      <a
                        href={link(["incident", id, "graph"], {
                          policy: policy === "fifo" ? undefined : policy,
                          inferred: inferred ? "true" : undefined,
                          show: f.addresses
                            .slice(0, 40)
                            .map((a) => `${a.chain}:${a.address}`)
                            .join(","),
                        })}
                      >
                        {t("findings.showInGraph")}
                      </a>
                    </p>
                  </details>
                </article>
              </li>
            );
          })}
        </ol>
      </Waiting>
    </>
  );
}
