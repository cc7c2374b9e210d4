// An exercise with a marked incident, services by name, inferred links, alerts, a sharing organisation.
import { expect, EXERCISE, go, open, options, PUBLIC, ready, saved, test } from "./desk";

const id = EXERCISE.incident;

test("an alert is answered: assigned, commented, closed", async ({ page }) => {
  await open(page, EXERCISE, "/alerts");
  const rows = page.locator(".inbox tbody tr");
  await expect(rows.first()).toContainText("TLP:AMBER");
  const before = await rows.count();
  const number = await rows.first().locator("td").first().innerText();
  await rows
    .first()
    .getByRole("button", { name: /Answer alert/ })
    .click();
  await page.getByRole("button", { name: "Assign to me" }).click();
  await page.getByLabel("Comment").fill("held; asked compliance");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.locator(".said")).toContainText(`Alert ${number} saved`);
  await expect(rows).toHaveCount(before - 1); // no longer open
  await page.locator(".controls").getByLabel("State").selectOption("working");
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText("held; asked compliance");
  await expect(rows.first()).toContainText("test");
  await rows
    .first()
    .getByRole("button", { name: /Answer alert/ })
    .click();
  await page.locator(".inbox form").getByLabel("State").selectOption("closed");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(rows).toHaveCount(0);
  await page.locator(".controls").getByLabel("State").selectOption("closed");
  await expect(rows).toHaveCount(1);
});

test("markings are seen on every page, and go with copies and files", async ({ page }) => {
  await open(page, EXERCISE, "/incidents");
  for (const place of [
    "/incidents",
    `/incident/${id}`,
    `/incident/${id}/flow`,
    `/incident/${id}/findings`,
    `/incident/${id}/graph`,
    "/alerts",
  ]) {
    await go(page, place);
    await expect(page.locator(".top-marking"), place).toContainText("TLP:AMBER");
  }
  await go(page, `/incident/${id}`);
  await page.locator("main").getByRole("button", { name: /^Copy/ }).first().click();
  await expect(page.locator(".said")).toContainText("Copied with its marking");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\nTLP:AMBER$/);
  // By hand, too.
  await page.locator("main p").first().selectText();
  await page.keyboard.press("Control+c");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\nTLP:AMBER$/);
  await go(page, `/incident/${id}/graph`);
  await ready(page);
  const menu = page.locator(".toolbar").getByRole("button", { name: /Export/ });
  for (const [name, pattern] of [
    ["CSV of links", /^TLP:AMBER,/m],
    ["GraphML", /<data key="marking">TLP:AMBER</],
    ["SVG picture", />TLP:AMBER</],
  ] as const) {
    const file = await saved(page, async () => {
      await menu.click();
      await page.getByRole("menuitem", { name }).click();
    });
    expect(file.name).toContain("TLP-AMBER");
    expect(file.text).toMatch(pattern);
  }
  const whole = await saved(page, async () => {
    await page
      .locator(".page-head")
      .getByRole("button", { name: /Export/ })
      .click();
    await page.getByRole("menuitem", { name: "Whole trace, GraphML" }).click();
  });
  expect(whole.text).toContain("TLP:AMBER");
  expect(whole.name).toContain("TLP-AMBER");
});

test("inferred links look different, and say so", async ({ page }) => {
  await open(page, PUBLIC, "/incident/stated-2023/graph");
  await ready(page);
  const types = () =>
    page.evaluate(() => {
      const graph = (
        window as unknown as {
          jindoGraph: {
            graph: {
              mapEdges: (
                f: (k: string, a: { type: string; ties: { inferred: boolean }[] }) => [string, boolean],
              ) => [string, boolean][];
            };
          };
        }
      ).jindoGraph.graph;
      return graph.mapEdges((_, a) => [a.type, a.ties.every((t) => t.inferred)]);
    });
  // The partner's statement is not followed unless it is asked for: the trace ends at the service.
  await expect(page.locator(".graph-page")).toHaveAttribute("data-nodes", "3");
  expect((await types()).filter(([, inferred]) => inferred)).toEqual([]);
  await page.getByLabel("Follow inferred links too").check();
  await expect(page.locator(".graph-page")).toHaveAttribute("data-nodes", "5");
  await ready(page);
  const now = await types();
  expect(now.filter(([, i]) => i).length).toBeGreaterThan(1);
  for (const [type, all] of now) expect(type).toBe(all ? "dashedArrow" : "arrow");
  await expect(page.getByText("Inferred links are likely, not certain")).toBeVisible();
  await go(page, "/incident/stated-2023/flow?inferred=true");
  await expect(page.locator("svg.sankey path.inferred")).not.toHaveCount(0); // a level band has no height of its own
  await go(page, "/incident/stated-2023?inferred=true");
  await expect(
    page.locator("section", { hasText: "Where it changed form or chain" }).last().locator("tbody tr"),
  ).toContainText("inferred 90%");
});

test("owners collapse into one node and come apart again", async ({ page }) => {
  await open(page, EXERCISE, `/incident/${id}/graph`);
  await ready(page);
  const graph = page.locator(".graph-page"),
    before = Number(await graph.getAttribute("data-nodes"));
  await page.getByLabel("Filter nodes").fill("Exchange");
  await page.locator(".node-list button").first().click();
  await page.getByRole("button", { name: "Collapse owners" }).click();
  const collapsed = Number(await graph.getAttribute("data-nodes"));
  expect(collapsed).toBeLessThanOrEqual(before);
  await page.getByRole("button", { name: "Show single addresses" }).click();
  await expect(graph).toHaveAttribute("data-nodes", String(before));
});

test("an exchange found by name; its address tells whose it is and why", async ({ page }) => {
  await open(page, EXERCISE, "/incidents");
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Search" }).fill("hanok");
  await expect(options(page).first()).toContainText("Hanok Exchange");
  await options(page).first().click();
  await expect(page.locator("section", { hasText: "Who is it" }).first()).toContainText("Hanok Exchange");
  await expect(page.getByText("exercise: public labels").first()).toBeVisible();
});

test("sharing: what is published stands in the list, with marking and maker", async ({ page }) => {
  await open(page, EXERCISE, "/sharing");
  await expect(page.getByRole("heading", { level: 1, name: "Sharing" })).toBeVisible();
  const status = await page.evaluate(async (incident) => {
    const answer = await fetch("/v1/sharing/publish", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ incident, collection: "Exercise thefts", marking: "amber" }),
    });
    return answer.status;
  }, id);
  expect(status).toBe(202);
  await page.reload();
  const rows = page.locator("section", { has: page.getByRole("heading", { name: "Objects" }) }).locator("tbody tr");
  await expect(rows.first()).toBeVisible();
  for (const text of await rows.allInnerTexts()) expect(text).toMatch(/TLP:(AMBER|CLEAR)/);
  await expect(rows.filter({ hasText: "incident" }).first()).toContainText("Exercise agency");
  await expect(rows.filter({ hasText: "incident" }).first()).toContainText("valid");
  await page.getByLabel("Incidents").selectOption(id);
  await expect(page.getByText(/Published by Exercise agency/)).toBeVisible();
});

test("what is typed into the API's address bar by another site does nothing", async ({ page }) => {
  await open(page, EXERCISE, "/incidents");
  const cookies = await page.context().cookies();
  const session = cookies.find((c) => c.name.startsWith("jindo-"))!;
  expect(session.httpOnly).toBe(true);
  expect(session.sameSite).toBe("Strict");
  expect(await page.evaluate(() => document.cookie)).toBe("");
  // Signing out ends it at the server.
  await page.getByRole("button", { name: /test/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByLabel("API key")).toBeVisible();
  await page.context().addCookies([session]);
  await page.reload();
  await expect(page.getByLabel("API key")).toBeVisible();
  await page.getByLabel("API key").fill("wrong");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("unknown, expired or revoked");
  await page.getByLabel("API key").fill(EXERCISE.key);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Incidents" })).toBeVisible();
});
