// New alerts, as the server sends them.
import { signal } from "@preact/signals";
import type { AlertRow } from "../api";
import { t } from "../i18n";
import { say } from "../state";

export const alertsSeen = signal(0); // counts up with each that came
let source: EventSource | null = null;
const KINDS = ["deposit", "address", "cluster", "incident", "category", "taken_back", "decision_changed"];
export function listen() {
  stopListening();
  source = new EventSource("/v1/alerts/stream");
  const onAlert = (event: MessageEvent<string>) => {
    alertsSeen.value++;
    try {
      const alert = JSON.parse(event.data) as AlertRow["alert"];
      say(t("alerts.new", { title: `${alert.title} · ${alert.kind}` }));
    } catch {
      /* the list shows it whatever it says */
    }
  };
  for (const kind of KINDS) source.addEventListener(kind, onAlert as EventListener);
}
export function stopListening() {
  source?.close();
  source = null;
}
