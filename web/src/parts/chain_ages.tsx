// Under the header of every page: each chain's last block, how old it is, whether the policy accepts that, and how many
// thefts are not followed here. Asked when a page is gone to, never by itself: that would keep a session alive.
import { useEffect, useState } from "preact/hooks";
import { type Chains, get } from "../api";
import { showAge, showTime, t } from "../i18n";
import { place } from "../router";

const MINUTE = 60_000;

export function ChainAges() {
  const [told, tell] = useState<{ chains: Chains; at: number } | null>(null);
  const [, tick] = useState(0);
  const where = place.value.parts.slice(0, 2).join("/");
  useEffect(() => {
    const stop = new AbortController();
    get<Chains>("/v1/chains", {}, stop.signal).then(
      (chains) => tell({ chains, at: Date.now() }),
      () => undefined, // the page itself says that the server is away
    );
    return () => stop.abort();
  }, [where]);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), MINUTE);
    return () => clearInterval(timer);
  }, []);
  if (!told) return null;
  const { chains, accepted_seconds: accepted, untraced } = told.chains;
  const since = Math.max(0, Date.now() - told.at) / 1000;
  return (
    <p class="ages" aria-label={t("ages.title")} role="note">
      {chains.length === 0 ? <span class="old">{t("ages.none")}</span> : null}
      {chains.map((c) => {
        const age = c.age_seconds + since,
          behind = c.behind || (accepted > 0 && age > accepted);
        return (
          <span key={c.chain} class={behind ? "old" : ""} title={showTime(c.time)}>
            {t("ages.chain", { chain: c.chain, n: c.height, age: showAge(age) })}
            {behind ? ` · ${t("ages.behind", { limit: showAge(accepted, false) })}` : ""}
          </span>
        );
      })}
      {untraced.length ? (
        <span class="old" title={untraced.join(", ")}>
          {t("ages.untraced", { n: untraced.length })}
        </span>
      ) : null}
    </p>
  );
}
