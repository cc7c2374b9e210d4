// What is known of the selected node, what can be done with it, and whom it dealt with.
import type { Assets } from "../../api";
import { categoryOf } from "../../graph/categories";
import type { Item, Tie } from "../../graph/model";
import { showShare, t } from "../../i18n";
import { Address, amountText, Marking, Share, Time, Transaction } from "../../parts/basic";
import { links } from "../../router";
import { itemName } from "./names";
import type { Work } from "./use_work";

function Known({ item, assets }: { item: Item; assets: Assets }) {
  return (
    <>
      <p>
        <span class="chip">{t(`cat.${categoryOf(item)}`)}</span>{" "}
        {item.marking ? <Marking marking={item.marking} /> : null}{" "}
        {item.pinned ? <span class="chip">{t("graph.pinned")}</span> : null}
      </p>
      {item.members ? (
        <p>
          {t("graph.members", { n: item.members.length })}: <b>{item.label}</b>
        </p>
      ) : item.address ? (
        <p>
          <Address chain={item.chain} address={item.address} owner={item.owner} role={item.role} />{" "}
          <small>{item.chain}</small>
        </p>
      ) : (
        <p>
          <b>{itemName(item)}</b>
        </p>
      )}
      {item.source ? (
        <p>
          <small>
            {t("incident.source")}: {item.source}
          </small>
        </p>
      ) : null}
      {item.hops !== undefined ? <p>{t("graph.hops", { n: Math.max(0, item.hops - 1) })}</p> : null}
      {(item.held ?? []).map((h) => (
        <p key={h.asset} title={t("figure.held")}>
          {t("graph.heldShare", {
            share: showShare(h.ppm),
            symbol: assets[h.asset]?.symbol ?? h.asset,
            amount: amountText(h.origin, h.asset, assets),
          })}
        </p>
      ))}
      {item.note ? <p class="quote">{item.note}</p> : null}
    </>
  );
}
export interface NodeActs {
  expand: () => void;
  pin: () => void;
  annotate: () => void;
  path: () => void;
  remove: () => void;
}
function Acts({ item, acts }: { item: Item; acts: NodeActs }) {
  const one = !item.members; // an owner collapsed from several addresses is none that could be asked about
  return (
    <div class="row">
      {one && item.address ? (
        <button type="button" class="main" onClick={acts.expand}>
          {t("graph.expand")}
        </button>
      ) : null}
      {one ? (
        <button type="button" onClick={acts.pin}>
          {item.pinned ? t("graph.unpin") : t("graph.pin")}
        </button>
      ) : null}
      {one ? (
        <button type="button" onClick={acts.annotate}>
          {t("graph.annotate")}
        </button>
      ) : null}
      {one && item.address ? (
        <button type="button" onClick={acts.path}>
          {t("graph.path")}
        </button>
      ) : null}
      <button type="button" onClick={acts.remove}>
        {t("graph.removeNode")}
      </button>
    </div>
  );
}
function Onward({ item, work }: { item: Item; work: Work }) {
  const { incident, policy, inferred } = work;
  if (!item.address) return <p />;
  const query = {
    to: item.address,
    policy: policy === "fifo" ? undefined : policy,
    inferred: inferred ? "true" : undefined,
  };
  return (
    <p>
      <a href={links.address(item.chain, item.address)}>{t("graph.addressPage")}</a>
      {incident && item.hops !== undefined ? (
        <>
          {" · "}
          <a href={links.incident(incident, "trail", query)}>{t("graph.trailHere")}</a>
        </>
      ) : null}
    </p>
  );
}
interface TieLineProps {
  tie: Tie;
  self: string;
  work: Work;
  nameOf: (key: string) => string;
}
function TieLine({ tie, self, work, nameOf }: TieLineProps) {
  const other = tie.from === self ? tie.to : tie.from;
  const amount = tie.tainted ?? tie.amount;
  const look = tie.inferred ? "inferred" : tie.kind === "trace" ? "theft" : "";
  const goThere = () => {
    work.select(other);
    work.canvas.current?.lookAt(other);
  };
  return (
    <li>
      {tie.from === self ? "→" : "←"}{" "}
      <button type="button" class="link" onClick={goThere}>
        {nameOf(other)}
      </button>{" "}
      {tie.asset && amount ? amountText(amount, tie.asset, work.model.assets) : ""}{" "}
      {tie.ppm ? <Share ppm={tie.ppm} /> : null}
      <span class={"chip " + look}>
        {tie.kind === "trace" ? t("graph.taintedLink") : t("board.movements", { n: tie.movements })}
        {tie.inferred ? ", " + t("incident.inferred") : ""}
      </span>
      {tie.joint ? <small>{t("graph.joint")}</small> : null}{" "}
      <small>
        <Time at={tie.first_time} />
      </small>{" "}
      <Transaction chain={tie.chain} id={tie.transaction} />
    </li>
  );
}
interface SelectedProps {
  work: Work;
  item: Item | null;
  ties: Tie[];
  nameOf: (key: string) => string;
  acts: NodeActs;
}
export function Selected({ work, item, ties, nameOf, acts }: SelectedProps) {
  const others = new Set(ties.map((tie) => (tie.from === item?.key ? tie.to : tie.from)));
  return (
    <section class="panel" aria-labelledby="graph-selected">
      <h2 id="graph-selected">{t("graph.selected")}</h2>
      {item ? (
        <>
          <Known item={item} assets={work.model.assets} />
          <Acts item={item} acts={acts} />
          <Onward item={item} work={work} />
          <details>
            <summary>{t("graph.neighbours", { n: others.size })}</summary>
            <ul class="ties">
              {ties.slice(0, 200).map((tie) => (
                <TieLine key={tie.id + tie.from + tie.to} tie={tie} self={item.key} work={work} nameOf={nameOf} />
              ))}
            </ul>
          </details>
        </>
      ) : (
        <p class="note">{t("graph.nothingSelected")}</p>
      )}
    </section>
  );
}
