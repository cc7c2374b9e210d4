// The frame around every page: navigation, search, who is signed in, settings; and which page is shown.
import { signal } from "@preact/signals";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { lazyPage } from "./parts/lazy";
import { remove } from "./api";
import {
  chooseLanguage,
  chooseZone,
  language,
  LANGUAGES,
  localZone,
  showTime,
  t,
  type Key,
  type Language,
  zone,
  type Zone,
} from "./i18n";
import { Dialog, Marking, Menu, Select } from "./parts/basic";
import { SearchBox } from "./parts/search_box";
import { Boundary } from "./parts/boundary";
import { ChainAges } from "./parts/chain_ages";
import { alertsSeen, listen, stopListening } from "./parts/alert_stream";
import { go, place } from "./router";
import { can, chooseTheme, pageMarking, said, session, theme, type Theme } from "./state";
import { AddressPage } from "./pages/address";
import { AlertsPage } from "./pages/alerts";
import { BoardPage } from "./pages/board";
import { SharingPage } from "./pages/sharing";
import { SignInPage } from "./pages/signin";
import { TransactionPage } from "./pages/transaction";
import { ViewsPage } from "./pages/views";

export const ended = signal(false);
// The graph and what draws it come when somebody goes there.
const GraphPage = lazyPage(async () => (await import("./pages/graph")).GraphPage);
const IncidentPage = lazyPage(async () => (await import("./pages/incident")).IncidentPage);

function Page(): ComponentChildren {
  const { parts, query } = place.value;
  switch (parts[0] ?? "incidents") {
    case "incidents":
      return <BoardPage />;
    case "incident":
      return <IncidentPage key={parts[1]} />;
    case "graph":
      return <GraphPage key={`${query.get("view")} ${query.get("address")} ${query.get("incident")}`} />;
    case "address":
      return <AddressPage key={parts.join()} />;
    case "transaction":
      return <TransactionPage key={parts.join()} />;
    case "alerts":
      return <AlertsPage />;
    case "sharing":
      return <SharingPage />;
    case "views":
      return <ViewsPage />;
    default:
      return <h1>{t("app.notFound")}</h1>;
  }
}
const SECTIONS: readonly { at: string; label: Key; also: string[] }[] = [
  { at: "incidents", label: "nav.incidents", also: ["incident"] },
  { at: "graph", label: "nav.graph", also: [] },
  { at: "alerts", label: "nav.alerts", also: [] },
  { at: "sharing", label: "nav.sharing", also: [] },
  { at: "views", label: "nav.views", also: [] },
];
const KEYS: readonly [string, Key][] = [
  ["/", "keys.search"],
  ["g i", "keys.goIncidents"],
  ["g g", "keys.goGraph"],
  ["g a", "keys.goAlerts"],
  ["g s", "keys.goSharing"],
  ["?", "keys.help"],
  ["Esc", "keys.escape"],
  ["e", "keys.expand"],
  ["p", "keys.pin"],
  ["n", "keys.note"],
  ["f", "keys.fit"],
  ["Ctrl Z", "keys.undo"],
];
function useKeys(help: () => void) {
  const before = useRef({ key: "", at: 0 });
  useEffect(() => {
    const on = (e: KeyboardEvent) => {
      const target = e.target as HTMLElement;
      if (
        e.ctrlKey ||
        e.metaKey ||
        e.altKey ||
        /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
        document.querySelector("dialog[open]")
      )
        return;
      if (e.key === "?") {
        help();
        e.preventDefault();
        return;
      }
      const then =
        before.current.key === "g" && Date.now() - before.current.at < 1500
          ? ({ i: "incidents", g: "graph", a: "alerts", s: "sharing", v: "views" } as Record<string, string>)[e.key]
          : undefined;
      before.current = { key: e.key, at: Date.now() };
      if (then) {
        go("#/" + then);
        e.preventDefault();
        e.stopPropagation();
        before.current.key = "";
      }
    };
    addEventListener("keydown", on, true);
    return () => removeEventListener("keydown", on, true);
  }, [help]);
}
function Settings({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("app.settings")} onClose={onClose}>
      <div class="controls">
        <Select<Language>
          label={t("app.language")}
          value={language.value}
          onChange={(v) => void chooseLanguage(v)}
          options={LANGUAGES.map((l) => ({ value: l.code, label: l.name }))}
        />
        <Select<Theme>
          label={t("app.theme")}
          value={theme.value}
          onChange={chooseTheme}
          options={(["system", "light", "dark"] as const).map((v) => ({ value: v, label: t(`app.theme.${v}`) }))}
        />
        <Select<Zone>
          label={t("app.times")}
          value={zone.value}
          onChange={chooseZone}
          options={[
            { value: "utc", label: t("app.times.utc") },
            { value: "local", label: t("app.times.local", { zone: localZone }) },
          ]}
        />
      </div>
    </Dialog>
  );
}
function KeyList({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t("keys.title")} onClose={onClose}>
      <dl class="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((k) => (
                <kbd key={k}>{k}</kbd>
              ))}
            </dt>
            <dd>{t(what)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
export function App() {
  const [open, setOpen] = useState<"" | "settings" | "keys">("");
  const main = useRef<HTMLElement>(null);
  const signedIn = session.value.signed_in;
  const showKeys = useCallback(() => setOpen("keys"), []);
  useKeys(showKeys);
  useEffect(() => {
    if (!signedIn || !can("read")) return;
    listen();
    return stopListening;
  }, [signedIn]);
  // A page that was gone to begins at its top, and screen readers begin there too.
  const where = place.value.parts.slice(0, 2).join("/");
  const firstPage = useRef(true);
  useLayoutEffect(() => {
    // at once: later it would take the focus from whoever types already
    if (firstPage.current) {
      firstPage.current = false;
      return;
    }
    scrollTo(0, 0);
    if (!/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? ""))
      main.current?.focus({ preventScroll: true });
  }, [where]);
  const section = place.value.parts[0] ?? "incidents";
  const current = SECTIONS.find((s) => s.at === section || s.also.includes(section));
  const title = [place.value.parts[1], current ? t(current.label) : "", "Jindo"].filter((x) => x).join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (!signedIn) return <SignInPage ended={ended.value} />;
  const signOut = async () => {
    try {
      await remove("/v1/session");
    } finally {
      ended.value = false;
      session.value = { signed_in: false };
    }
  };
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(e) => {
          e.preventDefault();
          main.current?.focus();
        }}
      >
        {t("app.skip")}
      </a>
      <header class="top">
        <a class="brand" href="#/incidents">
          <img src="/favicon.svg" alt="" width="26" height="26" /> Jindo
        </a>
        <nav aria-label={t("nav.main")}>
          {SECTIONS.map((s) => (
            <a key={s.at} href={"#/" + s.at} aria-current={s === current ? "page" : undefined}>
              {t(s.label)}
              {s.at === "alerts" && alertsSeen.value ? <span class="badge">{alertsSeen.value}</span> : null}
            </a>
          ))}
        </nav>
        <SearchBox />
        <span class="top-marking" title={t("marking.label")}>
          <Marking marking={pageMarking.value} />
        </span>
        <Menu
          label={session.value.name ?? ""}
          items={[
            { label: t("app.settings"), act: () => setOpen("settings") },
            { label: t("app.help"), act: () => setOpen("keys") },
            { label: t("app.print"), act: () => print() },
            { label: t("signin.out"), act: () => void signOut() },
          ]}
        />
      </header>
      {can("read") ? (
        <Boundary where={where}>
          <ChainAges />
        </Boundary>
      ) : null}
      <main id="main" ref={main} tabIndex={-1}>
        <Boundary where={`${place.value.parts.join("/")}?${place.value.query}`}>
          <Page />
        </Boundary>
      </main>
      <footer class="print-only">
        <p>
          <Marking marking={pageMarking.value} />{" "}
          {t("app.printed", { time: showTime(new Date().toISOString()), place: location.host })} ·{" "}
          {t("signin.as", { name: session.value.name ?? "", role: session.value.role ?? "" })}
        </p>
      </footer>
      <div
        class={"said" + (said.value.text ? " on" : "") + (said.value.bad ? " bad" : "")}
        role={said.value.bad ? "alert" : "status"}
      >
        {said.value.text}
      </div>
      {open === "settings" ? <Settings onClose={() => setOpen("")} /> : null}
      {open === "keys" ? <KeyList onClose={() => setOpen("")} /> : null}
    </>
  );
}
