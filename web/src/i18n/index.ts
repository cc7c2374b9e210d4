// Words and habits of the reader's language. t("board.addresses", {n: 3}) puts values in and picks the plural.
import { signal, computed } from "@preact/signals";
import { en, type Key, type Words } from "./en";

export type { Key } from "./en";
export type Language = "en" | "ko" | "ja" | "fr";
export const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: "en", name: "English" },
  { code: "ko", name: "한국어" },
  { code: "ja", name: "日本語" },
  { code: "fr", name: "Français" },
];
// Other languages than English come as files of their own, when they are chosen.
const load: Record<Exclude<Language, "en">, () => Promise<Words>> = {
  ko: async () => (await import("./ko")).ko,
  ja: async () => (await import("./ja")).ja,
  fr: async () => (await import("./fr")).fr,
};
function stored(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}
export function store(name: string, value: string) {
  try {
    localStorage.setItem(name, value);
  } catch {
    /* private windows keep nothing: the choice lasts this visit */
  }
}
function firstLanguage(): Language {
  const known = (code: string) => LANGUAGES.find((l) => l.code === code.slice(0, 2).toLowerCase())?.code;
  return known(stored("jindo.language") ?? "") ?? navigator.languages.map(known).find((l) => l) ?? "en";
}
export const language = signal<Language>("en");
const words = signal<Words>(en);
export async function showLanguage(code: Language) {
  words.value = code === "en" ? en : await load[code]();
  language.value = code;
  document.documentElement.lang = code;
}
export const chooseLanguage = (code: Language) => {
  store("jindo.language", code);
  return showLanguage(code);
};
export const startLanguage = () => showLanguage(firstLanguage());

const plurals = computed(() => new Intl.PluralRules(language.value));
export function t(key: Key, values: Record<string, string | number> = {}): string {
  let text: string = words.value[key];
  if (text.includes("|")) {
    const [one, many] = text.split("|") as [string, string];
    text = plurals.value.select(Number(values.n ?? 0)) === "one" ? one : many;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined
      ? whole
      : typeof value === "number"
        ? new Intl.NumberFormat(language.value).format(value)
        : value;
  });
}
// A term of the field that has a translation, else itself.
export function term(kind: "role" | "terminal", name: string): string {
  const key = `${kind}.${name}` as Key;
  return key in words.value ? words.value[key] : name.replaceAll("_", " ");
}

// ---- times ----
export type Zone = "utc" | "local";
export const zone = signal<Zone>(stored("jindo.zone") === "local" ? "local" : "utc");
export function chooseZone(z: Zone) {
  store("jindo.zone", z);
  zone.value = z;
}
export const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const format = computed(() => ({
  time: new Intl.DateTimeFormat(language.value, {
    dateStyle: "medium",
    timeStyle: "medium",
    timeZone: zone.value === "utc" ? "UTC" : localZone,
  }),
  date: new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeZone: "UTC" }),
  share: new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 1 }),
  fineShare: new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 4 }),
}));
export function showTime(iso: string | undefined): string {
  if (!iso) return "";
  const time = new Date(iso);
  return Number.isNaN(time.valueOf()) ? iso : format.value.time.format(time) + (zone.value === "utc" ? " UTC" : "");
}
export function showDate(iso: string | undefined): string {
  if (!iso) return "";
  const time = new Date(iso.length === 10 ? iso + "T00:00:00Z" : iso);
  return Number.isNaN(time.valueOf()) ? iso : format.value.date.format(time);
}

// "4 years ago", or "2 hours" alone: the largest unit of which there are two, or the smallest.
const SPANS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365.25 * 86400],
  ["month", 30.44 * 86400],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];
export function showAge(seconds: number, ago = true): string {
  const [unit, size] = SPANS.find(([, s]) => seconds >= 2 * s) ?? ["minute", 60];
  const n = Math.floor(seconds / size);
  return ago
    ? new Intl.RelativeTimeFormat(language.value, { numeric: "always" }).format(-n, unit)
    : new Intl.NumberFormat(language.value, { style: "unit", unit, unitDisplay: "long" }).format(n);
}

// ---- numbers ----
export const showNumber = (n: number) => new Intl.NumberFormat(language.value).format(n);
// Parts per million as percent; what is not nothing never reads as 0 %, and what is not all never as 100 %.
export function showShare(ppm: number | undefined): string {
  if (ppm === undefined) return "";
  if (ppm >= 999_500 && ppm < 1_000_000) return format.value.share.format(0.999);
  return (ppm > 0 && ppm < 500 ? format.value.fineShare : format.value.share).format(ppm / 1e6);
}
// Base units with the point where the asset has it, exactly: no floating point touches them. `short` keeps six figures
// of the fraction at most and says "…" where it left some out.
export function showAmount(base: string, decimals: number, short = true): string {
  const parts = new Intl.NumberFormat(language.value).formatToParts(1.5);
  const point = parts.find((p) => p.type === "decimal")?.value ?? ".";
  const digits = base.padStart(decimals + 1, "0");
  const whole = decimals === 0 ? digits : digits.slice(0, -decimals);
  let fraction = decimals === 0 ? "" : digits.slice(-decimals).replace(/0+$/, "");
  let cut = "";
  if (short) {
    const keep =
      whole === "0"
        ? Math.max(6, fraction.length - fraction.replace(/^0+/, "").length + 3)
        : Math.max(2, 8 - whole.length);
    if (fraction.length > keep) {
      fraction = fraction.slice(0, keep);
      cut = "…";
    }
  }
  return new Intl.NumberFormat(language.value).format(BigInt(whole)) + (fraction || cut ? point + fraction + cut : "");
}
// "1,234.5" as its reader writes it, to base units; null where it is no amount.
export function readAmount(text: string, decimals: number): string | null {
  const parts = new Intl.NumberFormat(language.value).formatToParts(1234567.5);
  const point = parts.find((p) => p.type === "decimal")?.value ?? ".";
  const group = parts.find((p) => p.type === "group")?.value ?? ",";
  let plain = text
    .trim()
    .replaceAll(group, "")
    .replace(/[\s\u00a0\u202f]/g, "");
  plain = plain.replace(point, ".");
  const match = /^(\d+)(?:\.(\d*))?$/.exec(plain);
  if (!match || (match[2] ?? "").length > decimals) return null;
  return (match[1]! + (match[2] ?? "").padEnd(decimals, "0")).replace(/^0+(?=\d)/, "");
}
// An address with its middle left out: the ends are what people compare.
export function shortAddress(text: string, ends = 6): string {
  const head = text.startsWith("0x") ? ends + 2 : ends;
  return text.length <= head + ends + 1 ? text : `${text.slice(0, head)}…${text.slice(-ends)}`;
}
