// The small parts every page is made of.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { ApiError, type Assets } from "../api";
import { type Key, shortAddress, showAmount, showShare, showTime, t, term } from "../i18n";
import { links } from "../router";
import { copy, isMarked } from "../state";

export function Marking({ marking }: { marking: string | undefined }) {
  const name = marking || t("marking.none");
  return (
    <span
      class={"marking " + (marking ? "m-" + marking.replace("TLP:", "").replace("+", "-").toLowerCase() : "m-none")}
    >
      {name}
    </span>
  );
}
export function Amount({
  base,
  asset,
  assets,
  exact,
}: {
  base: string;
  asset: string;
  assets: Assets;
  exact?: boolean;
}) {
  const facts = assets[asset] ?? { symbol: asset.slice(asset.indexOf("/") + 1), decimals: 0 };
  return (
    <span class="amount" title={`${showAmount(base, facts.decimals, false)} ${facts.symbol}`}>
      {showAmount(base, facts.decimals, !exact)} <span class="symbol">{facts.symbol}</span>
    </span>
  );
}
export const amountText = (base: string, asset: string, assets: Assets) => {
  const facts = assets[asset] ?? { symbol: asset.slice(asset.indexOf("/") + 1), decimals: 0 };
  return `${showAmount(base, facts.decimals)} ${facts.symbol}`;
};
export function Copy({ text, label }: { text: string; label?: string }) {
  return (
    <button
      type="button"
      class="icon"
      title={t("app.copy")}
      aria-label={`${t("app.copy")}: ${label ?? text}`}
      onClick={() => copy(text)}
    >
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d="M5 2h8v9h-2v3H3V5h2zm1 1v2h5v5h1V3zM4 6v7h6V6z" />
      </svg>
    </button>
  );
}
export function Address({
  chain,
  address,
  owner,
  role,
  whole,
}: {
  chain: string;
  address: string;
  owner?: string;
  role?: string;
  whole?: boolean;
}) {
  return (
    <span class="address">
      {owner ? <b>{owner} </b> : null}
      <a href={links.address(chain, address)} title={`${chain} ${address}`}>
        <code>{whole ? address : shortAddress(address)}</code>
      </a>
      <Copy text={address} />
      {role ? <span class="chip">{term("role", role)}</span> : null}
    </span>
  );
}
export function Transaction({ chain, id }: { chain: string; id: string }) {
  return (
    <span class="address">
      <a href={links.transaction(chain, id)} title={`${chain} ${id}`}>
        <code>{shortAddress(id)}</code>
      </a>
      <Copy text={id} />
    </span>
  );
}
export const Time = ({ at }: { at: string | undefined }) => (at ? <time dateTime={at}>{showTime(at)}</time> : null);
export function Share({ ppm, label }: { ppm: number | undefined; label?: string }) {
  const width = Math.min(100, (ppm ?? 0) / 1e4);
  return (
    <span class="share">
      <span class="bar" aria-hidden="true">
        <span
          ref={(e) => {
            if (e) e.style.width = `${width}%`;
          }}
        />
      </span>
      <span>
        {label ? label + " " : ""}
        {showShare(ppm)}
      </span>
    </span>
  );
}
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

// A table's head; a column of numbers is { n: its name }, one that says on hover what it means { name, what }.
export function Head({ names }: { names: (string | { n: string } | { name: string; what: string })[] }) {
  return (
    <thead>
      <tr>
        {names.map((name, i) =>
          typeof name === "string" ? (
            <th key={i} scope="col">
              {name}
            </th>
          ) : "what" in name ? (
            <th key={i} scope="col" title={name.what}>
              {name.name}
            </th>
          ) : (
            <th key={i} scope="col" class="n">
              {name.n}
            </th>
          ),
        )}
      </tr>
    </thead>
  );
}

// ---- asking the server ----
export type Answer<T> = { data: T | null; error: ApiError | null; loading: boolean; again: () => void };
// Asks when `key` changes; an answer that comes late to a question no longer asked is dropped.
export function useAnswer<T>(ask: ((signal: AbortSignal) => Promise<T>) | null, key: string): Answer<T> {
  const [state, set] = useState<{ data: T | null; error: ApiError | null; loading: boolean; key: string }>({
    data: null,
    error: null,
    loading: !!ask,
    key,
  });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!ask) {
      set({ data: null, error: null, loading: false, key });
      return;
    }
    const stop = new AbortController();
    set((before) => ({ data: before.key === key ? before.data : null, error: null, loading: true, key }));
    ask(stop.signal).then(
      (data) => {
        if (!stop.signal.aborted) set({ data, error: null, loading: false, key });
      },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        set({
          data: null,
          error: error instanceof ApiError ? error : new ApiError(0, String(error)),
          loading: false,
          key,
        });
      },
    );
    return () => stop.abort();
    // oxlint-disable-next-line react/exhaustive-deps -- `key` says what is asked; `ask` is another function each time
  }, [key, round]);
  return { ...state, again: () => setRound((n) => n + 1) };
}
export function Waiting({ answer, children }: { answer: Answer<unknown>; children?: ComponentChildren }) {
  if (answer.error)
    return (
      <div class="problem" role="alert">
        <p>
          <b>{answer.error.status === 0 ? t("app.offline") : t("app.error")}</b> {answer.error.message}
        </p>
        <button type="button" onClick={answer.again}>
          {t("app.retry")}
        </button>
      </div>
    );
  if (!answer.data)
    return (
      <p class="loading" role="status">
        {t("app.loading")}
      </p>
    );
  return <>{children}</>;
}

// ---- a dialog ----
export function Dialog({
  title,
  onClose,
  children,
  wide,
}: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  wide?: boolean;
}) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current!;
    const before = document.activeElement as HTMLElement | null;
    dialog.showModal();
    return () => {
      dialog.close();
      before?.focus?.();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={wide ? "wide" : ""}
      aria-labelledby={id}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
      onClick={(e) => {
        if (e.target === ref.current) onClose();
      }}
    >
      <div class="inside">
        <header>
          <h2 id={id}>{title}</h2>
          <button type="button" class="icon" aria-label={t("app.close")} onClick={onClose}>
            ✕
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

// ---- fields ----
export function Select<T extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (v: T) => void;
}) {
  const id = useId();
  return (
    <span class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(e) => onChange(e.currentTarget.value as T)}>
        {options.map((o) => (
          <option key={o.value} value={o.value}>
            {o.label}
          </option>
        ))}
      </select>
    </span>
  );
}
export function Field(props: { label: string; hint?: string } & JSX.IntrinsicElements["input"]) {
  const { label, hint, ...rest } = props;
  const id = useId();
  return (
    <span class="field">
      <label for={id}>{label}</label>
      <input id={id} {...rest} aria-describedby={hint ? id + "h" : undefined} />
      {hint ? <small id={id + "h"}>{hint}</small> : null}
    </span>
  );
}
export function Check({
  label,
  checked,
  onChange,
  disabled,
}: {
  label: string;
  checked: boolean;
  onChange: (v: boolean) => void;
  disabled?: boolean;
}) {
  const id = useId();
  return (
    <span class="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(e) => onChange(e.currentTarget.checked)}
      />
      <label for={id}>{label}</label>
    </span>
  );
}
// A menu of things to do, under a button.
export function Menu({
  label,
  items,
}: {
  label: string;
  items: { label: string; act: () => void; disabled?: boolean }[];
}) {
  const [open, setOpen] = useState(false);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return;
    const away = (e: Event) => {
      if (!ref.current?.contains(e.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", away);
    (ref.current?.querySelector("[role=menuitem]") as HTMLElement | null)?.focus();
    return () => removeEventListener("pointerdown", away);
  }, [open]);
  const onKey = (e: KeyboardEvent) => {
    const all = [...(ref.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (e.key === "Escape") {
      setOpen(false);
      (ref.current?.firstElementChild as HTMLElement | null)?.focus();
      e.stopPropagation();
    }
    if (e.key === "ArrowDown") {
      all[(at + 1) % all.length]?.focus();
      e.preventDefault();
    }
    if (e.key === "ArrowUp") {
      all[(at - 1 + all.length) % all.length]?.focus();
      e.preventDefault();
    }
  };
  return (
    <div class="menu" ref={ref} onKeyDown={onKey}>
      <button type="button" aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        {label} ▾
      </button>
      {open ? (
        <div role="menu" aria-label={label}>
          {items.map((item) => (
            <button
              type="button"
              role="menuitem"
              key={item.label}
              disabled={item.disabled}
              onClick={() => {
                setOpen(false);
                item.act();
              }}
            >
              {item.label}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
export function AsOf({ heights, ledger }: { heights: Record<string, number>; ledger?: string }) {
  const text = Object.entries(heights)
    .map(([chain, height]) => `${chain} ${t("app.block", { n: height })}`)
    .join(", ");
  return (
    <p class="as-of">
      {t("app.asOf", { heights: text })}
      {ledger ? (
        <>
          {" "}
          · <span title={ledger}>{t("app.ledger", { digest: ledger.slice(0, 12) })}</span>
        </>
      ) : null}
    </p>
  );
}
export function MarkingLine({ marking }: { marking: string }) {
  return (
    <p class={"marking-line" + (isMarked(marking) ? " marked" : "")}>
      <Marking marking={marking} /> <span>{marking ? t("marking.page", { marking }) : t("marking.nonePage")}</span>
    </p>
  );
}
export const policyName = (policy: string) => t(`policy.${policy}` as Key);
