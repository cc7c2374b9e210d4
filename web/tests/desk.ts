// What every test needs: the two servers, signing in, and the watch that nothing leaves the server or breaks its policy.
import { expect, type Page, test as base } from "@playwright/test";
import axe from "axe-core";

const need = (name: string) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run tests/workbench_test.py`);
  return value;
};
export const PUBLIC = { url: need("JINDO_WB_PUBLIC"), key: need("JINDO_WB_PUBLIC_KEY") };
export const EXERCISE = {
  url: need("JINDO_WB_EXERCISE"),
  key: need("JINDO_WB_EXERCISE_KEY"),
  incident: need("JINDO_WB_EXERCISE_INCIDENT"),
};
export type Server = { url: string; key: string };

export const test = base.extend<{ watched: void }>({
  // Every page: no request to another host, no script error, nothing that the content-security policy stopped.
  watched: [
    async ({ page }, use) => {
      const wrong: string[] = [];
      page.on("request", (r) => {
        if (!/^(data|blob):/.test(r.url()) && new URL(r.url()).hostname !== "127.0.0.1")
          wrong.push("request to " + r.url());
      });
      page.on("pageerror", (e) => wrong.push("script error: " + e.message));
      page.on("console", (m) => {
        if (m.type() === "error" && !/Failed to load resource/.test(m.text())) wrong.push("console: " + m.text());
      });
      await use();
      expect(wrong).toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };

export async function open(page: Page, server: Server, to: string) {
  await page.goto(`${server.url}/#key=${server.key}&to=${encodeURIComponent(to)}`);
  await expect(page.locator("main h1").first()).toBeVisible();
  expect(page.url(), "the key stays in no address").not.toContain(server.key);
}
// Within one page's life: another place.
export const go = (page: Page, to: string) =>
  page.evaluate((t) => {
    location.hash = t;
  }, to);

// axe-core's findings of impact serious or critical, as readable lines. Run by the driver, past the page's policy.
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const result = await page.evaluate(async () => {
    const run = (
      window as unknown as {
        axe: {
          run: (
            on: Document,
            o: object,
          ) => Promise<{
            violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
          }>;
        };
      }
    ).axe.run;
    return run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
  });
  return result.violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map(
      (v) =>
        `${v.id} (${v.impact}): ${v.nodes
          .slice(0, 3)
          .map((n) => n.html.slice(0, 160) + " — " + n.failureSummary.replaceAll("\n", " ").slice(0, 220))
          .join(" | ")}`,
    );
}
export async function saved(
  page: Page,
  act: () => Promise<void>,
): Promise<{ name: string; text: string; bytes: Buffer }> {
  const waiting = page.waitForEvent("download");
  await act();
  const download = await waiting;
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return { name: download.suggestedFilename(), bytes, text: bytes.toString("utf8") };
}
export const ready = (page: Page) => expect(page.locator(".graph-page")).toHaveAttribute("data-ready", "yes");
export const THIEF = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96";
// Of the search box; a page's <select>s have options too.
export const options = (page: Page) => page.locator("#search-list").getByRole("option");
