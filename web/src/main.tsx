import { render } from "preact";
import { App } from "./app";
import { get, type Session, whenSignedOut } from "./api";
import { startLanguage } from "./i18n";
import { signIn } from "./pages/signin";
import { go, place } from "./router";
import { say, session } from "./state";
import "./styles.css";

// A link may bring a key behind "#key=": it never goes to a server in an address, and leaves the address bar at once.
async function begin() {
  const brought = /^#key=([^&]+)(?:&to=(.*))?$/.exec(location.hash);
  if (brought) {
    history.replaceState(null, "", "#" + (brought[2] ? decodeURIComponent(brought[2]) : "/"));
    go(location.hash);
    dispatchEvent(new HashChangeEvent("hashchange"));
  }
  const language = startLanguage().catch(() => undefined);
  try {
    if (brought) await signIn(decodeURIComponent(brought[1]!));
    else session.value = await get<Session>("/v1/session");
  } catch (error) {
    say((error as Error).message, true);
  }
  await language;
  whenSignedOut(() => { session.value = { signed_in: false }; ended.value = true; });
  render(<App />, document.getElementById("app")!);
  void place.value;
}
import { ended } from "./app";
void begin();
