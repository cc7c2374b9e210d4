// Search over everything: "/" goes there from anywhere, arrows choose, Enter opens.
import type { RefObject } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { get, type Search, type SearchResult } from "../api";
import { type Key, shortAddress, showDate, t, term } from "../i18n";
import { go, links } from "../router";
import { Marking } from "./basic";

function target(r: SearchResult): string {
  if (r.kind === "incident") return links.incident(r.id!);
  if (r.kind === "transaction") return links.transaction(r.chain!, r.transaction!);
  return links.address(r.chain ?? "-", r.address ?? r.subject ?? "");
}
function title(r: SearchResult): string {
  if (r.kind === "incident") return `${r.name}${r.victim ? " · " + r.victim : ""}`;
  if (r.kind === "transaction") return shortAddress(r.transaction!, 10);
  return r.owner
    ? `${r.owner} · ${shortAddress(r.address ?? r.subject ?? "", 8)}`
    : shortAddress(r.address ?? r.subject ?? "", 12);
}
function detail(r: SearchResult): string {
  const why = r.why ? t(`search.why.${r.why}` as Key) : "";
  if (r.kind === "incident") return showDate(r.date);
  return [r.chain, r.role ? term("role", r.role) : r.category, why].filter((x) => x).join(" · ");
}
// "/" anywhere goes to the field; a click elsewhere closes what was found.
function useSearchKeys(
  box: RefObject<HTMLElement | null>,
  input: RefObject<HTMLInputElement | null>,
  close: () => void,
) {
  useEffect(() => {
    const away = (e: Event) => {
      if (!box.current?.contains(e.target as Node)) close();
    };
    const hot = (e: KeyboardEvent) => {
      const on = e.target as HTMLElement;
      if (
        e.key !== "/" ||
        e.ctrlKey ||
        e.metaKey ||
        e.altKey ||
        /^(INPUT|TEXTAREA|SELECT)$/.test(on.tagName) ||
        on.isContentEditable
      )
        return;
      e.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener("pointerdown", away);
    addEventListener("keydown", hot);
    return () => {
      removeEventListener("pointerdown", away);
      removeEventListener("keydown", hot);
    };
  }, [box, input, close]);
}
interface ResultsProps {
  results: SearchResult[];
  at: number;
  onPoint: (at: number) => void;
  onChoose: (r: SearchResult) => void;
}
function Results({ results, at, onPoint, onChoose }: ResultsProps) {
  return (
    <ul
      id="search-list"
      role="listbox"
      tabIndex={0}
      aria-label={t("search.label")}
      aria-activedescendant={results.length ? `search-${at}` : undefined}
    >
      {results.map((r, i) => (
        <li
          key={`${r.kind}${target(r)}`}
          id={`search-${i}`}
          role="option"
          aria-selected={i === at}
          onPointerMove={() => onPoint(i)}
          onClick={() => onChoose(r)}
        >
          <span class="chip">{t(`search.kind.${r.kind}` as Key)}</span>
          <span class="what">{title(r)}</span>
          <span class="detail">{detail(r)}</span>
          {r.marking ? <Marking marking={r.marking} /> : null}
        </li>
      ))}
    </ul>
  );
}
function tookText(found: { answer: Search; ms: number } | null): string {
  if (!found) return "";
  const n = found.answer.results.length;
  return n ? t("search.took", { n, ms: found.ms }) : t("search.none", { q: found.answer.q });
}
export function SearchBox() {
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ answer: Search; ms: number } | null>(null);
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const [problem, setProblem] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const openFirst = useRef(false); // Enter was pressed before the answer came
  const newest = useRef<{ text: string; answer: Search } | null>(null); // perhaps not drawn yet
  const box = useRef<HTMLDivElement>(null);
  const choose = (r: SearchResult | undefined) => {
    if (!r) return;
    setOpen(false);
    input.current?.blur();
    go(target(r));
  };
  useEffect(() => {
    if (!open) return;
    const stop = new AbortController();
    const wait = setTimeout(
      async () => {
        const from = performance.now();
        try {
          const answer = await get<Search>(
            "/v1/search",
            { q: text.slice(0, 300) || undefined, limit: 20 },
            stop.signal,
          );
          setFound({ answer, ms: Math.round(performance.now() - from) });
          newest.current = { text, answer };
          setProblem("");
          setAt(0);
          if (openFirst.current && input.current?.value === text) {
            // of what stands there, not of a piece of it
            openFirst.current = false;
            choose(answer.results[0]);
          }
        } catch (error) {
          if ((error as Error).name !== "AbortError") {
            setFound(null);
            setProblem((error as Error).message);
          }
        }
      },
      text ? 60 : 0,
    );
    return () => {
      clearTimeout(wait);
      stop.abort();
    };
  }, [text, open]);
  const close = useCallback(() => setOpen(false), []);
  useSearchKeys(box, input, close);
  const results = found?.answer.results ?? [];
  useEffect(() => {
    document.getElementById(`search-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const onKey = (e: KeyboardEvent) => {
    if (e.key === "ArrowDown") {
      setAt(Math.min(at + 1, results.length - 1));
      e.preventDefault();
    } else if (e.key === "ArrowUp") {
      setAt(Math.max(at - 1, 0));
      e.preventDefault();
    } else if (e.key === "Enter") {
      // Of what stands in the field now; keys may be faster than answers and drawing.
      const now = newest.current;
      if (now?.text === input.current?.value) choose(now?.answer.results[now.answer === found?.answer ? at : 0]);
      else openFirst.current = true;
      e.preventDefault();
    } else if (e.key === "Escape") {
      setOpen(false);
      input.current?.blur();
    }
  };
  return (
    <div class="search" role="search" ref={box} onKeyDown={onKey}>
      <input
        ref={input}
        type="search"
        role="combobox"
        list={undefined}
        aria-label={t("search.label")}
        aria-expanded={open && !!found}
        aria-controls="search-list"
        aria-autocomplete="list"
        aria-activedescendant={open && results.length ? `search-${at}` : undefined}
        autocomplete="off"
        spellcheck={false}
        placeholder={t("search.hint")}
        value={text}
        onInput={(e) => {
          setText(e.currentTarget.value);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
      />
      <kbd aria-hidden="true">/</kbd>
      <div class="results" hidden={!open || (!found && !problem)}>
        <Results results={results} at={at} onPoint={setAt} onChoose={choose} />
        <p class="took" role="status">
          {problem || tookText(found)}
        </p>
      </div>
    </div>
  );
}
