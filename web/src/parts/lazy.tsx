// A page whose code comes when it is first shown.
import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n";

export function lazyPage<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  let Loaded: FunctionComponent<P> | null = null;
  return function Lazy(props: P) {
    const [, again] = useState(0);
    const [problem, setProblem] = useState("");
    useEffect(() => {
      if (!Loaded)
        load().then(
          (c) => {
            Loaded = c;
            again((n) => n + 1);
          },
          (e: unknown) => setProblem(String(e)),
        );
    }, []);
    if (problem)
      return (
        <p class="problem" role="alert">
          {problem}
        </p>
      );
    return Loaded ? (
      <Loaded {...props} />
    ) : (
      <p class="loading" role="status">
        {t("app.loading")}
      </p>
    );
  };
}
