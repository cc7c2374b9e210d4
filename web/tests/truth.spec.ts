// What is shown is true, and shown at all: policies compared by their whole traces, columns by time, pages of empty
// answers, a page that fails, how old the data is, figures with their definitions.
import type { Page } from "@playwright/test";
import { EXERCISE, expect, go, open, PUBLIC, type Server, test, THIEF } from "./desk";

const POLICIES = ["fifo", "haircut", "poison", "lifo", "tiho"];
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
const flowAt = (incident: string, query: string) => `/incident/${incident}/flow?${query}`;
const told = async (page: Page) => ({
  problems: await page.locator("main .problem").count(),
  controls: await page.locator("main .controls").count(),
  headings: await page.locator("main h1").count(),
});
const settled = (page: Page) => expect(page.locator("main .loading")).toHaveCount(0);

test("a place that is only folded into “N more” is not called “not reached”", async ({ page }) => {
  await open(page, PUBLIC, flowAt("ronin-2022", `policies=${POLICIES.join()}&nodes=15`));
  await settled(page);
  await expect(page.locator(".flows > section")).toHaveCount(5);
  // Every policy's trace reaches this depositor, whatever the fifteen boxes of each picture are.
  const row = page.locator(".differences tbody tr", { hasText: "0x002c93" });
  if (await row.count()) await expect(row).not.toContainText("not reached");
  // Each cell says what that policy's trace says, for every place that the table or a picture names.
  const wrong = await page.evaluate(async (policies) => {
    const flows = new Map<string, Map<string, unknown>>();
    for (const policy of policies) {
      const answer = await (await fetch(`/v1/incidents/ronin-2022/flow?policy=${policy}&nodes=400`)).json();
      const places = answer.nodes.filter((n: { kind: string }) => n.kind !== "rest");
      flows.set(policy, new Map(places.map((n: { key: string; arrived: unknown }) => [n.key, n.arrived])));
    }
    const out: string[] = [];
    for (const policy of policies) {
      const beside = policies.filter((p) => p !== policy).join();
      const few = await (
        await fetch(`/v1/incidents/ronin-2022/flow?policy=${policy}&nodes=15&beside=${beside}`)
      ).json();
      for (const place of [...few.nodes, ...few.differences]) {
        if (place.kind === "rest") continue;
        for (const p of policies) {
          const truth = (flows.get(p)!.get(place.key) as Record<string, number[]> | undefined)?.[p];
          if (JSON.stringify(place.arrived[p]) !== JSON.stringify(truth))
            out.push(`${policy}: ${place.key} under ${p}`);
        }
      }
    }
    return out;
  }, POLICIES);
  expect(wrong).toEqual([]);
  // ◆ stands at places that no other trace reaches, and nowhere else.
  const marked = page.locator("svg.sankey a, svg.sankey g", { has: page.locator(".box.only") });
  const only = await page.evaluate(async (policies) => {
    let count = 0;
    for (const policy of policies) {
      const beside = policies.filter((p) => p !== policy).join();
      const flow = await (
        await fetch(`/v1/incidents/ronin-2022/flow?policy=${policy}&nodes=15&beside=${beside}`)
      ).json();
      const drawn = new Set(
        flow.links
          .filter((l: { back: boolean }) => !l.back)
          .flatMap((l: { from: number; to: number }) => [l.from, l.to]),
      );
      count += flow.nodes.filter(
        (n: { kind: string; arrived?: object }, i: number) =>
          drawn.has(i) && n.kind !== "rest" && Object.keys(n.arrived!).length === 1,
      ).length;
    }
    return count;
  }, POLICIES);
  await expect(marked).toHaveCount(only);
});

test("columns by time are drawn for every incident, policy and number of boxes", async ({ page }) => {
  test.slow();
  const cases: [Server, string][] = [
    [PUBLIC, "ronin-2022"],
    [PUBLIC, "wide-2023"],
    [EXERCISE, EXERCISE.incident],
  ];
  for (const [server, incident] of cases) {
    await open(page, server, flowAt(incident, "by=time"));
    for (const nodes of ["15", "30", "60", "120"])
      for (const policies of ["fifo", "lifo", "haircut", "poison", "tiho", "fifo,haircut"]) {
        await go(page, flowAt(incident, `by=time&nodes=${nodes}&policies=${policies}`));
        await settled(page);
        await expect(page.locator(".flows > section")).toHaveCount(policies.split(",").length);
        await expect(page.getByLabel("Columns by")).toHaveCount(1);
        // What is drawn follows the answer: waited for, with the one limit.
        await expect(page.locator("svg.sankey .box").nth(1)).toBeVisible();
        await expect
          .poll(() => told(page), { message: `${incident} ${nodes} ${policies}` })
          .toEqual({ problems: 0, controls: 2, headings: 1 });
      }
  }
});

test("what goes back to an earlier place is drawn, so that nothing looks like a last resting place that is none", async ({
  page,
}) => {
  await open(page, EXERCISE, flowAt(EXERCISE.incident, "nodes=120"));
  await settled(page);
  const back = await page.evaluate(async (id) => {
    const flow = await (await fetch(`/v1/incidents/${id}/flow?policy=fifo&nodes=120`)).json();
    return flow.links.filter((l: { back: boolean }) => l.back).length;
  }, EXERCISE.incident);
  await expect(page.locator("svg.sankey path.back")).toHaveCount(back);
});

// An answer as it is, and with nothing in any of its lists.
const emptied = (value: Json): Json =>
  Array.isArray(value)
    ? []
    : value !== null && typeof value === "object"
      ? Object.fromEntries(Object.entries(value).map(([name, v]) => [name, emptied(v)]))
      : value;
const PAGES = [
  "/incidents",
  "/incident/ronin-2022",
  flowAt("ronin-2022", "policies=fifo,haircut"),
  flowAt("ronin-2022", "by=time"),
  flowAt("ronin-2022", "by=service"),
  "/incident/ronin-2022/graph",
  "/incident/ronin-2022/findings",
  "/incident/ronin-2022/trail?to=0x002c93452d54b6d64bfa9879fcab14a74f1bdd44",
  `/address/ethereum/${THIEF}`,
  "/transaction/ethereum/0xc28fad5e8d5e0ce6a2eaf67b6687be5d58113e16be590824d6cfa1a94467d0b7",
  "/alerts",
  "/sharing",
  "/views",
  `/graph?address=ethereum:${THIEF}`,
];
async function answerWith(page: Page, change: (body: Json) => Json) {
  await page.route(/\/v1\/(?!session)/, async (route) => {
    if (route.request().method() !== "GET" || /\/stream/.test(route.request().url())) return route.continue();
    const answer = await route.fetch();
    if (!answer.ok()) return route.fulfill({ response: answer });
    return route.fulfill({ response: answer, json: change((await answer.json()) as Json) });
  });
}

test("every page stands on answers with nothing in them", async ({ page }) => {
  test.slow();
  await answerWith(page, emptied);
  await open(page, PUBLIC, "/incidents");
  for (const at of PAGES) {
    await go(page, at);
    await settled(page);
    await expect(page.locator("main h1"), at).toHaveCount(1);
    await page.waitForTimeout(150);
    const { problems, controls } = await told(page);
    expect(problems, at).toBe(0);
    expect(controls, at).toBeLessThan(3);
  }
});

test("a page that fails says so in its place, doubles nothing, and the rest goes on", async ({ page }) => {
  await open(page, PUBLIC, "/incidents");
  // Answers that no server gives: what is drawn of them throws. How many parts each page has when it is whole.
  const cases: [string, RegExp, number][] = [
    [flowAt("ronin-2022", "by=time"), /\/flow/, 2],
    ["/incident/ronin-2022/findings", /\/findings/, 1],
    ["/alerts", /\/v1\/alerts(\?|$)/, 1],
    ["/views", /\/v1\/views/, 1],
    ["/incidents?policy=lifo", /\/v1\/board/, 1],
  ];
  for (const [at, broken, most] of cases) {
    await page.route(broken, (route) =>
      route.fulfill({ json: { nodes: null, links: null, findings: 7, incidents: 7, views: 7 } }),
    );
    await go(page, at);
    await expect(page.locator("main .problem"), at).toHaveCount(1);
    const { controls, headings } = await told(page);
    expect(controls, at).toBeLessThan(most + 1);
    expect(headings, at).toBeLessThan(2);
    await expect(page.locator("header.top nav a")).toHaveCount(5);
    await page.unroute(broken);
  }
  await go(page, "/incidents");
  await expect(page.getByRole("article", { name: "Ronin bridge" })).toBeVisible();
  expect((await told(page)).problems).toBe(0);
});

test("every page says how old each chain is", async ({ page }) => {
  await open(page, PUBLIC, "/incidents");
  for (const at of PAGES) {
    await go(page, at);
    const ages = page.locator(".ages");
    await expect(ages).toContainText(/ethereum: block [\d,]+, \d+ years ago/);
    await expect(ages).toContainText("not followed here");
  }
});

test("a figure says on hover what it is, in each language; shares of several assets are not added", async ({
  page,
}) => {
  await open(page, PUBLIC, "/incidents");
  const card = page.getByRole("article", { name: "Ronin bridge" });
  const words = new Set<string>();
  for (const language of ["en", "ko", "ja", "fr"]) {
    await page.evaluate((l) => localStorage.setItem("jindo.language", l), language);
    await page.reload();
    await expect(card.locator("table.amounts th[title]")).toHaveCount(6);
    for (const th of await card.locator("table.amounts th[title]").all()) words.add((await th.getAttribute("title"))!);
  }
  expect(words.size).toBe(24);
  await page.evaluate(() => localStorage.setItem("jindo.language", "en"));
  await page.reload();
  // The thief sent nearly all ETH on, and holds the USDC: each is said of its own asset.
  await go(page, "/incident/ronin-2022/graph");
  await expect(page.locator(".graph-page")).toHaveAttribute("data-ready", "yes");
  await page.getByLabel("Filter nodes").fill(THIEF.slice(0, 8));
  await page.locator(".node-list button").first().click();
  await expect(page.locator(".graph-page")).toContainText("Lies here: 100% of the stolen USDC");
  await expect(page.locator(".graph-page")).not.toContainText("of the theft lies here");
});
