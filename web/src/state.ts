// What the whole page shares: who is signed in, appearance, the marking of what is shown, what was just said.
import { signal } from "@preact/signals";
import type { Session } from "./api";
import { store, t } from "./i18n";

export const session = signal<Session>({ signed_in: false });
export const can = (right: string) => session.value.rights?.includes(right) ?? false;

// ---- appearance ----
export type Theme = "system" | "light" | "dark";
function storedTheme(): Theme {
  try {
    const t = localStorage.getItem("jindo.theme");
    return t === "light" || t === "dark" ? t : "system";
  } catch {
    return "system";
  }
}
export const theme = signal<Theme>(storedTheme());
const systemDark = matchMedia("(prefers-color-scheme: dark)");
export const dark = signal(false);
function showTheme() {
  dark.value = theme.value === "dark" || (theme.value === "system" && systemDark.matches);
  document.documentElement.dataset.theme = dark.value ? "dark" : "light";
}
systemDark.addEventListener("change", showTheme);
export function chooseTheme(value: Theme) {
  store("jindo.theme", value);
  theme.value = value;
  showTheme();
}
showTheme();

// ---- markings ----
const ORDER = ["", "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"];
export function strictest(...markings: (string | undefined)[]): string {
  return markings.reduce<string>((a, b) => (ORDER.indexOf(b ?? "") > ORDER.indexOf(a) ? b! : a), "");
}
// Of what the page shows now; every page sets it.
export const pageMarking = signal("");
export const isMarked = (marking: string | undefined) => !!marking && marking !== "TLP:CLEAR";

// ---- what was just said ----
export const said = signal<{ text: string; bad: boolean; number: number }>({ text: "", bad: false, number: 0 });
let timer = 0;
export function say(text: string, bad = false) {
  clearTimeout(timer);
  said.value = { text, bad, number: said.value.number + 1 };
  timer = window.setTimeout(
    () => {
      said.value = { ...said.value, text: "" };
    },
    bad ? 12000 : 6000,
  );
}
export const sayProblem = (error: unknown) => say(`${t("app.error")}: ${(error as Error).message}`, true);
// Copies a text with the page's marking under it.
export async function copy(text: string, marking = pageMarking.value) {
  const marked = isMarked(marking);
  try {
    await navigator.clipboard.writeText(marked ? `${text}\n${marking}` : text);
    say(marked ? t("app.copiedMarked", { marking }) : t("app.copied"));
  } catch (error) {
    sayProblem(error);
  }
}
// What is selected and copied by hand carries it too.
addEventListener("copy", (event) => {
  const target = event.target as HTMLElement;
  if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
  const selection = getSelection()?.toString() ?? "";
  if (!selection || !isMarked(pageMarking.value) || !event.clipboardData) return;
  event.clipboardData.setData("text/plain", `${selection}\n${pageMarking.value}`);
  event.preventDefault();
});
// Hands the browser a file; its marking is part of the name.
export function download(name: string, type: string, content: BlobPart, marking = pageMarking.value) {
  const mark = isMarked(marking) ? "." + marking.replace(/[^A-Z+]/g, "-") : "";
  const dot = name.lastIndexOf(".");
  const url = URL.createObjectURL(new Blob([content], { type }));
  const a = document.createElement("a");
  a.href = url;
  a.download = name.slice(0, dot) + mark + name.slice(dot);
  a.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
