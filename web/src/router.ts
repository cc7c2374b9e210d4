// Where the page is: "#/incident/ronin-2022/flow?policy=fifo". The server sees none of it.
import { signal } from "@preact/signals";

export interface Place {
  parts: string[];
  query: URLSearchParams;
}
function read(): Place {
  const hash = location.hash.replace(/^#/, "");
  const question = hash.indexOf("?");
  const path = question < 0 ? hash : hash.slice(0, question);
  return {
    parts: path
      .split("/")
      .filter((p) => p)
      .map((p) => {
        try {
          return decodeURIComponent(p);
        } catch {
          return p;
        }
      }),
    query: new URLSearchParams(question < 0 ? "" : hash.slice(question + 1)),
  };
}
export const place = signal<Place>(read());
export function reread() {
  place.value = read();
}
addEventListener("hashchange", reread);

export function link(parts: (string | number)[], query: Record<string, string | undefined> = {}): string {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) out.set(name, value);
  const text = out.toString();
  return "#/" + parts.map((p) => encodeURIComponent(p)).join("/") + (text ? "?" + text : "");
}
export function go(to: string) {
  location.hash = to.replace(/^#/, "");
}
// The same place with some of its query changed, without a step in the history.
export function adjust(changes: Record<string, string | undefined>) {
  const query = new URLSearchParams(place.value.query);
  for (const [name, value] of Object.entries(changes))
    if (value) query.set(name, value);
    else query.delete(name);
  const text = query.toString();
  history.replaceState(null, "", "#/" + place.value.parts.map(encodeURIComponent).join("/") + (text ? "?" + text : ""));
  place.value = { parts: place.value.parts, query };
}
export const links = {
  incident: (id: string, tab?: string, query: Record<string, string | undefined> = {}) =>
    link(tab ? ["incident", id, tab] : ["incident", id], query),
  address: (chain: string, address: string) => link(["address", chain, address]),
  transaction: (chain: string, id: string) => link(["transaction", chain, id]),
  graphOf: (chain: string, address: string, incident?: string) =>
    link(["graph"], { address: `${chain}:${address}`, incident }),
};
