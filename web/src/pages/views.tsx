// Case views kept on this node.
import { useEffect, useState } from "preact/hooks";
import { get, part, remove, type View } from "../api";
import { Dialog, Marking, MarkingLine, Time, useAnswer, Waiting } from "../parts/basic";
import { t } from "../i18n";
import { link } from "../router";
import { can, copy, pageMarking, sayProblem, strictest } from "../state";

export function ViewsPage() {
  const answer = useAnswer<{ views: View[] }>((signal) => get("/v1/views", {}, signal), "views");
  const [asked, ask] = useState<View | null>(null);
  const views = answer.data?.views ?? [];
  const marking = strictest(...views.map((v) => v.marking));
  useEffect(() => {
    pageMarking.value = marking;
  }, [marking]);
  const drop = async (view: View) => {
    try {
      await remove(`/v1/views/${part(view.id)}`);
      ask(null);
      answer.again();
    } catch (error) {
      sayProblem(error);
    }
  };
  return (
    <>
      <h1>{t("views.title")}</h1>
      <p class="lead">{t("views.lead")}</p>
      <Waiting answer={answer}>
        <MarkingLine marking={marking} />
        {views.length === 0 ? (
          <p class="note">{t("views.none")}</p>
        ) : (
          <div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">{t("views.name")}</th>
                  <th scope="col">{t("incident.theft")}</th>
                  <th scope="col">{t("views.author")}</th>
                  <th scope="col">{t("views.changed")}</th>
                  <th scope="col">{t("marking.label")}</th>
                  <th scope="col">
                    <span class="hidden">{t("app.open")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {views.map((v) => (
                  <tr key={v.id}>
                    <td>
                      <a href={link(["graph"], { view: v.id })}>{v.name}</a>
                    </td>
                    <td>{v.incident}</td>
                    <td>{v.author}</td>
                    <td>
                      <Time at={v.changed} />
                    </td>
                    <td>
                      <Marking marking={v.marking} />
                    </td>
                    <td>
                      <button
                        type="button"
                        onClick={() => void copy(location.origin + "/" + link(["graph"], { view: v.id }), v.marking)}
                      >
                        {t("graph.link")}
                      </button>{" "}
                      {can("write") ? (
                        <button type="button" onClick={() => ask(v)}>
                          {t("app.remove")}
                        </button>
                      ) : null}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Waiting>
      {asked ? (
        <Dialog title={t("app.remove")} onClose={() => ask(null)}>
          <p>{t("views.removeAsk", { name: asked.name })}</p>
          <p class="row">
            <button type="button" class="main" onClick={() => void drop(asked)}>
              {t("app.remove")}
            </button>{" "}
            <button type="button" onClick={() => ask(null)}>
              {t("app.cancel")}
            </button>
          </p>
        </Dialog>
      ) : null}
    </>
  );
}
