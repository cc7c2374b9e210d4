// Signing in with a key; from a link that ends in "#key=…" by itself.
import { useState } from "preact/hooks";
import { post, type Session } from "../api";
import { Field } from "../parts/basic";
import { t } from "../i18n";
import { session } from "../state";

export async function signIn(key: string) {
  session.value = await post<Session>("/v1/session", { key });
}
export function SignInPage({ ended }: { ended: boolean }) {
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState(ended ? t("signin.ended") : "");
  const submit = async (e: Event) => {
    e.preventDefault();
    try {
      await signIn(key.trim());
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <main id="main" class="signin">
      <img src="/favicon.svg" alt="" width="56" height="56" />
      <h1>{t("app.title")}</h1>
      <form class="panel" onSubmit={(e) => void submit(e)}>
        <h2>{t("signin.title")}</h2>
        <Field
          label={t("signin.key")}
          type="password"
          autocomplete="off"
          required
          value={key}
          onInput={(e) => setKey(e.currentTarget.value)}
          hint={t("signin.hint")}
          size={40}
        />
        {problem ? (
          <p class="problem" role="alert">
            {problem}
          </p>
        ) : null}
        <button type="submit" class="main">
          {t("signin.go")}
        </button>
      </form>
    </main>
  );
}
