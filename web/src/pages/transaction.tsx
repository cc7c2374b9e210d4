// One transaction: what went in and out, whose the parties are.
import { useEffect } from "preact/hooks";
import { get, part, type TransactionPage as Page } from "../api";
import {
  Head,
  Address,
  Amount,
  Copy,
  Fact,
  Time,
  Transaction as TransactionLink,
  useAnswer,
  Waiting,
} from "../parts/basic";
import { showNumber, t } from "../i18n";
import { place } from "../router";
import { pageMarking, strictest } from "../state";

function Party({ page, address }: { page: Page; address: string }) {
  const who = page.parties.find((p) => p.address === address);
  return <Address chain={page.transaction.chain} address={address} owner={who?.owner} role={who?.role} />;
}
// A movement names its asset by contract or by symbol; the page's assets have the chain before it.
function assetName({ assets, transaction: { chain } }: Page, name: string): string {
  if (`${chain}/${name}` in assets) return `${chain}/${name}`;
  return Object.keys(assets).find((a) => a.startsWith(chain + "/") && assets[a]!.symbol === name) ?? name;
}
// Of chains whose transactions spend outputs and make new ones.
function InAndOut({ page }: { page: Page }) {
  const tx = page.transaction;
  return (
    <div class="two">
      {(["in", "out"] as const).map((way) => (
        <section key={way}>
          <h2>{way === "in" ? t("tx.inputs") : t("tx.outputs")}</h2>
          <div class="scroll">
            <table>
              <tbody>
                {tx.movements
                  .filter((m) => m.direction === way)
                  .map((m) => (
                    <tr key={m.position}>
                      <td class="n">{m.position}</td>
                      <td>{m.counterparty ? <Party page={page} address={m.counterparty} /> : t("tx.minted")}</td>
                      <td class="n">
                        <Amount base={m.amount} asset={assetName(page, m.asset)} assets={page.assets} exact />
                      </td>
                      <td>
                        {way === "in" && m.outpoint ? (
                          <TransactionLink chain={tx.chain} id={m.outpoint.split(":")[0]!} />
                        ) : m.spent_by ? (
                          <>
                            {t("tx.spentBy")} <TransactionLink chain={tx.chain} id={m.spent_by} />
                          </>
                        ) : null}
                      </td>
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        </section>
      ))}
    </div>
  );
}
function AllMovements({ page }: { page: Page }) {
  const tx = page.transaction;
  return (
    <section>
      <h2>{t("tx.movements")}</h2>
      <div class="scroll">
        <table>
          <Head names={[{ n: "#" }, t("tx.from"), t("tx.to"), { n: t("address.amount") }]} />
          <tbody>
            {tx.movements.map((m) => {
              const from = (m.outpoint ?? "").replace(/^from /, "");
              return (
                <tr key={m.position}>
                  <td class="n">{m.position}</td>
                  <td>
                    {from ? <Party page={page} address={from} /> : m.direction === "mint" ? t("tx.minted") : null}
                  </td>
                  <td>
                    {m.counterparty ? (
                      <Party page={page} address={m.counterparty} />
                    ) : m.direction === "fee" ? (
                      t("address.fee")
                    ) : null}
                  </td>
                  <td class="n">
                    <Amount base={m.amount} asset={assetName(page, m.asset)} assets={page.assets} exact />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
export function TransactionPage() {
  const [, chain = "-", id = ""] = place.value.parts;
  const answer = useAnswer<Page>(
    (signal) => get(`/v1/transactions/${part(id)}`, { chain: chain === "-" ? undefined : chain }, signal),
    `${chain} ${id}`,
  );
  const page = answer.data;
  const marking = strictest(...(page?.parties.map((p) => p.marking) ?? []));
  useEffect(() => {
    pageMarking.value = marking;
  }, [marking]);
  const tx = page?.transaction;
  const utxo =
    tx?.movements.some((m) => m.direction === "in" || m.spent_by !== undefined || (m.outpoint ?? "").includes(":")) ??
    false;
  return (
    <>
      <h1>{t("tx.title")}</h1>
      <Waiting answer={answer}>
        {tx && page ? (
          <>
            <p class="big-address">
              <span class="chip">{tx.chain}</span> <code>{tx.transaction}</code> <Copy text={tx.transaction} />
            </p>
            <dl class="facts">
              <Fact name={t("address.time")}>
                <Time at={tx.time} />
              </Fact>
              <Fact name={t("app.block", { n: "" })}>{showNumber(tx.height)}</Fact>
            </dl>
            {tx.joint ? (
              <p class="note">
                {t("tx.joint", tx.joint)} {t("tx.advice")}
              </p>
            ) : null}
            {tx.likely_change ? (
              <p class="note">
                {t("tx.change", { n: tx.likely_change.output, confidence: tx.likely_change.confidence })}{" "}
                {t("tx.advice")}
              </p>
            ) : null}
            {utxo ? <InAndOut page={page} /> : <AllMovements page={page} />}
          </>
        ) : null}
      </Waiting>
    </>
  );
}
