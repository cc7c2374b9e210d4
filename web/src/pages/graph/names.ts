// What a node is called on the canvas, in the list and in files.
import { shortAddress, showNumber, term } from "../../i18n";
import type { Item } from "../../graph/model";

export function itemName(item: Item): string {
  if (item.members) {
    const owner = item.label && item.label !== item.cluster ? item.label : shortAddress(item.label ?? "");
    return `${owner} (${showNumber(item.members.length)})`;
  }
  if (item.kind === "terminal" || item.kind === "link")
    return (item.label ?? "")
      .replace(/^(fee|burn|superseded|service|bound)\b/, (k) => term("terminal", k))
      .replace(/\S{24,}$/, (a) => shortAddress(a, 4));
  const name = item.owner ?? (item.role ? term("role", item.role) : "");
  const address = shortAddress(item.address ?? "", 4);
  return name ? `${name} · ${address}` : address;
}
