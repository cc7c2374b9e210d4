// The canvas of the graph page: made once, kept in step with the model, the selection and the appearance.
import { type RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Canvas } from "../../graph/canvas";
import { dark } from "../../state";
import { itemName } from "./names";
import type { Work } from "./use_work";

export function useCanvas(
  work: Work,
  stage: RefObject<HTMLDivElement | null>,
  minimap: RefObject<HTMLCanvasElement | null>,
  expand: (key: string) => void,
) {
  const { model, canvas, selected, select } = work;
  const [revision, setRevision] = useState(0);
  const [running, setRunning] = useState(false);
  const [noPicture, setNoPicture] = useState(false);
  const newestExpand = useRef(expand); // the canvas lives longer than one drawing of the page
  newestExpand.current = expand;
  useEffect(() => {
    model.onChange = () => setRevision((n) => n + 1);
    let made: Canvas;
    try {
      const events = { select, expand: (key: string) => newestExpand.current(key), layout: setRunning };
      made = new Canvas(stage.current!, model, itemName, events, dark.value);
    } catch {
      setNoPicture(true); // no WebGL: locked-down machines, remote desktops
      return;
    }
    canvas.current = made;
    model.onChange = () => {
      made.sync();
      setRevision((n) => n + 1);
    };
    made.showMinimap(minimap.current);
    const sized = new ResizeObserver(() => made.sigma.resize().refresh());
    sized.observe(stage.current!);
    (window as unknown as { jindoGraph?: unknown }).jindoGraph = made; // for tests and the console
    return () => {
      sized.disconnect();
      made.kill();
      canvas.current = null;
    };
  }, [model, canvas, select, stage, minimap]);
  const isDark = dark.value;
  useEffect(() => {
    canvas.current?.setDark(isDark);
  }, [canvas, isDark]);
  useEffect(() => {
    canvas.current?.select(selected);
  }, [canvas, selected]);
  return { revision, running, noPicture };
}
