// Where the page begins: a key that a link brings, the session, the language; then the frame is drawn.
import { render } from "preact";
import { App, ended } from "./app";
import { get, type Session, whenSignedOut } from "./api";
import { startLanguage } from "./i18n";
import { signIn } from "./pages/signin";
import { reread } from "./router";
import { say, session } from "./state";
import "./styles.css";

// A link may bring a key behind "#key=": it never goes to a server in an address, and leaves the address bar at once.
function keyBrought(): string | null {
  const brought = /^#key=([^&]+)(?:&to=(.*))?$/.exec(location.hash);
  if (!brought) return null;
  const plain = (text: string) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return "";
    }
  }; // a link cut short
  history.replaceState(null, "", "#" + (brought[2] ? plain(brought[2]) : "/"));
  reread();
  return plain(brought[1]!);
}
async function signInBy(key: string | null) {
  try {
    if (key !== null) await signIn(key);
    else session.value = await get<Session>("/v1/session");
  } catch (error) {
    say((error as Error).message, true);
  }
}
async function begin() {
  const language = startLanguage().catch(() => undefined);
  await signInBy(keyBrought());
  await language;
  addEventListener("hashchange", () => {
    const key = keyBrought();
    if (key !== null) void signInBy(key);
  });
  whenSignedOut(() => {
    session.value = { signed_in: false };
    ended.value = true;
  });
  render(<App />, document.getElementById("app")!);
}
void begin();
