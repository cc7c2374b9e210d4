// The trail: every movement from the theft to one place.
import { get, part, type Policy, type Trail } from "../api";
import { Head, Address, Amount, Time, Transaction, useAnswer, Waiting } from "../parts/basic";
import { shortAddress, t, term } from "../i18n";

// The trail's steps name their asset by its contract alone.
const assetOf = (chain: string, asset: string, assets: Trail["assets"]) => {
  const name = `${chain}/${asset}`;
  return name in assets
    ? name
    : (Object.keys(assets).find((a) => a.startsWith(chain + "/") && assets[a]!.symbol === asset) ?? name);
};
export function TrailPage({ id, policy, inferred, to }: { id: string; policy: Policy; inferred: boolean; to: string }) {
  const answer = useAnswer<Trail>(
    (signal) => get(`/v1/incidents/${part(id)}/trail`, { policy, inferred, to }, signal),
    `${id} ${policy} ${inferred} ${to}`,
  );
  const trail = answer.data;
  const steps = trail?.trail.steps ?? [];
  return (
    <>
      <h2>{t("trail.title", { to: shortAddress(to, 10) })}</h2>
      <p class="lead">{t("trail.lead")}</p>
      {answer.error?.status === 404 ? (
        <p class="note">
          {t("trail.empty")} {answer.error.message}
        </p>
      ) : (
        <Waiting answer={answer}>
          {trail ? (
            <div class="scroll">
              <table class="trail">
                <Head
                  names={[
                    { n: t("trail.step") },
                    t("trail.time"),
                    t("flow.from"),
                    t("flow.to"),
                    t("trail.stolenPart"),
                    t("trail.transaction"),
                  ]}
                />
                <tbody>
                  {steps.map((s, i) => {
                    const through = s.into_link ?? s.out_of_link;
                    return (
                      <tr key={i} class={s.inferred ? "inferred" : ""}>
                        <td class="n">{i + 1}</td>
                        <td>
                          <Time at={s.time} />
                        </td>
                        <td>{s.from ? <Address chain={s.chain} address={s.from} /> : null}</td>
                        <td>
                          {s.to ? <Address chain={s.chain} address={s.to} /> : null}
                          {s.ends ? (
                            <span class="chip">{t("trail.ends", { what: term("terminal", s.ends) })}</span>
                          ) : null}
                          {through ? (
                            <span class="chip">
                              {t("trail.through", { kind: through.kind, service: through.service ?? "" })}
                            </span>
                          ) : null}
                          {s.theft ? <span class="chip theft">{t("incident.theft")}</span> : null}
                          {s.inferred ? <span class="chip inferred">{t("incident.inferred")}</span> : null}
                        </td>
                        <td>
                          <Amount
                            base={s.amount}
                            asset={assetOf(s.chain, s.asset, trail.assets)}
                            assets={trail.assets}
                            exact
                          />
                          {s.mixed ? <small>{t("trail.mixed")}</small> : null}
                        </td>
                        <td>
                          <Transaction chain={s.chain} id={s.transaction} />
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          ) : null}
        </Waiting>
      )}
    </>
  );
}
