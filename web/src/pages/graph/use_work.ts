// What the parts of the graph page share: the model, the canvas, what is selected, the marking, and how the work goes.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Policy } from "../../api";
import type { Canvas } from "../../graph/canvas";
import { GraphModel } from "../../graph/model";
import { pageMarking, strictest } from "../../state";

export type Work = ReturnType<typeof useWork>;

export function useWork(firstIncident: string, policy: Policy, inferred: boolean) {
  const model = useRef<GraphModel | null>(null);
  model.current ??= new GraphModel();
  const canvas = useRef<Canvas | null>(null);
  const [incident, setIncident] = useState(firstIncident);
  const [selected, select] = useState<string | null>(null);
  const [marking, setMarking] = useState("");
  const [busy, setBusy] = useState("");
  const [problem, setProblem] = useState("");
  const [note, setNote] = useState("");
  useEffect(() => {
    pageMarking.value = marking;
  }, [marking]);
  return {
    model: model.current,
    canvas,
    incident,
    setIncident,
    policy,
    inferred,
    selected,
    select,
    marking,
    setMarking,
    busy,
    setBusy,
    problem,
    setProblem,
    note,
    setNote,
    // The page is marked as strictly as the strictest thing that came onto it.
    carry: (...more: (string | undefined)[]) => setMarking((before) => strictest(before, ...more)),
    fail: (error: unknown) => {
      if ((error as Error).name !== "AbortError") setProblem((error as Error).message);
    },
  };
}
// Which trace an address is looked at in: part of every question about it.
export const traceQuery = ({ incident, policy, inferred }: Work) => ({
  incident: incident || undefined,
  policy,
  inferred,
});
