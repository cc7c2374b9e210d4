// Where nothing was asked for yet: an address or a theft to begin with.
import { useEffect, useState } from "preact/hooks";
import { get } from "../../api";
import { t } from "../../i18n";
import { Field, Select } from "../../parts/basic";
import { go, link } from "../../router";
import { say } from "../../state";

export function Start() {
  const [text, setText] = useState("");
  const [incidents, setIncidents] = useState<{ id: string; name: string }[]>([]);
  useEffect(() => {
    get<{ incidents: { id: string; name: string }[] }>("/v1/incidents").then(
      (a) => setIncidents(a.incidents),
      () => {},
    );
  }, []);
  const begin = async (e: Event) => {
    e.preventDefault();
    try {
      const query = { q: text, limit: 5 };
      const found = await get<{ results: { kind: string; chain?: string; address?: string }[] }>("/v1/search", query);
      const first = found.results.find((r) => r.kind === "address");
      if (first) go(link(["graph"], { address: `${first.chain}:${first.address}` }));
      else say(t("search.none", { q: text }), true);
    } catch (error) {
      say((error as Error).message, true);
    }
  };
  const choose = (incident: string) => {
    if (incident) go(link(["graph"], { incident }));
  };
  return (
    <section class="panel start">
      <p>{t("graph.empty")}</p>
      <form class="controls" onSubmit={(e) => void begin(e)}>
        <Field
          label={t("graph.start")}
          value={text}
          size={46}
          required
          onInput={(e) => setText(e.currentTarget.value)}
        />
        <button type="submit" class="main">
          {t("graph.startGo")}
        </button>
        <Select
          label={t("graph.fromIncident")}
          value=""
          onChange={choose}
          options={[{ value: "", label: "–" }, ...incidents.map((i) => ({ value: i.id, label: i.name }))]}
        />
      </form>
    </section>
  );
}
