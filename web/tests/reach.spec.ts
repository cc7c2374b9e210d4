// For everybody: axe-core on every page, light and dark; the keyboard alone; languages and their habits; a tablet; paper.
import { axeFindings, EXERCISE, expect, go, open, options, PUBLIC, ready, test, THIEF } from "./desk";
import { en } from "../src/i18n/en";
import { fr } from "../src/i18n/fr";
import { ja } from "../src/i18n/ja";
import { ko } from "../src/i18n/ko";

const PLACES = [
  "/incidents",
  "/incident/ronin-2022",
  "/incident/ronin-2022/flow?policies=fifo,haircut",
  "/incident/ronin-2022/findings",
  `/incident/ronin-2022/trail?to=${"0x002c93452d54B6d64bfA9879fCaB14a74f1BDD44"}`,
  "/incident/ronin-2022/graph",
  "/graph",
  `/address/ethereum/${THIEF}`,
  "/transaction/ethereum/0xc28fad5e8d5e0ce6a2eaf67b6687be5d58113e16be590824d6cfa1a94467d0b7",
  "/alerts",
  "/sharing",
  "/views",
];

for (const theme of ["light", "dark"] as const)
  test(`axe-core finds nothing serious: ${theme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: theme });
    await open(page, PUBLIC, "/incidents");
    for (const place of PLACES) {
      await go(page, place);
      await expect(page.locator(".loading")).toHaveCount(0);
      if (place.includes("graph")) await ready(page);
      expect(await axeFindings(page), `${theme} ${place}`).toEqual([]);
    }
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog")).toBeVisible();
    expect(await axeFindings(page), `${theme} dialog`).toEqual([]);
  });
test("axe-core finds nothing serious: alerts with answers, marked pages, signing in", async ({ page }) => {
  await page.goto(EXERCISE.url + "/");
  await expect(page.getByLabel("API key")).toBeVisible();
  expect(await axeFindings(page), "signing in").toEqual([]);
  await open(page, EXERCISE, "/alerts");
  await page.locator(".controls").getByLabel("State").selectOption("");
  await page.locator(".inbox tbody tr").first().click();
  expect(await axeFindings(page), "alerts").toEqual([]);
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: "Search" }).fill("exchange");
  await expect(options(page).first()).toBeVisible();
  expect(await axeFindings(page), "search").toEqual([]);
});
test("all by keyboard: search, open, tabs, an expansion, back", async ({ page }) => {
  await open(page, PUBLIC, "/alerts");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page.getByRole("heading", { level: 1, name: "Incidents" })).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("ronin");
  await expect(options(page).first()).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Ronin bridge" })).toBeVisible();
  await page.getByRole("link", { name: "Graph", exact: true }).last().focus();
  await page.keyboard.press("Enter");
  await ready(page);
  await page.locator(".node-list button").nth(1).focus();
  await page.keyboard.press("Enter");
  await expect(page.locator(".node-list button").nth(1)).toHaveAttribute("aria-pressed", "true");
  await page.locator(".stage").focus();
  const camera = () =>
    page.evaluate(() => {
      const { x, y, ratio } = (
        window as unknown as {
          jindoGraph: { sigma: { getCamera(): { getState(): { x: number; y: number; ratio: number } } } };
        }
      ).jindoGraph.sigma
        .getCamera()
        .getState();
      return [x, y, ratio];
    });
  const [x0, , r0] = await camera();
  await page.keyboard.press("ArrowRight");
  await expect.poll(async () => (await camera())[0]).not.toBe(x0);
  await page.keyboard.press("+");
  await expect.poll(async () => (await camera())[2]!).toBeLessThan(r0!);
  await page.keyboard.press("e");
  await expect(page.locator(".said")).toContainText(/new node|Nothing new/);
  await page.keyboard.press("Tab"); // no trap
  await expect(page.locator(".stage")).not.toBeFocused();
});
test("four languages with their own dates, numbers, words", async ({ page }) => {
  await open(page, PUBLIC, "/incident/ronin-2022");
  const expected = {
    ko: { date: /2022\. 3\. 23\./, words: ko, number: "173,600" },
    ja: { date: /2022\/03\/23/, words: ja, number: "173,600" },
    fr: { date: /23 mars 2022/, words: fr, number: "173\u202f600" },
    en: { date: /Mar 23, 2022|23 Mar 2022/, words: en, number: "173,600" },
  };
  for (const [code, is] of Object.entries(expected)) {
    await page.locator(".top .menu > button").click();
    await page.locator(".top [role=menuitem]").first().click();
    await page.locator("dialog select").first().selectOption(code);
    await page.keyboard.press("Escape");
    await expect(page.locator("html")).toHaveAttribute("lang", code);
    await expect(page.locator(".page-head .lead")).toHaveText(is.date);
    await expect(page.locator("table.amounts")).toContainText(is.number);
    await expect(page.locator(".tabs")).toContainText(is.words["incident.findings"]);
    await expect(page.locator("table.amounts thead")).toContainText(is.words["board.stolen"]);
  }
  // Every language says everything, with the same values in it.
  for (const words of [ko, ja, fr])
    for (const [key, text] of Object.entries(en)) {
      const holes = (s: string) => [...new Set(s.match(/\{\w+\}/g) ?? [])].sort().join();
      const there = words[key as keyof typeof en];
      expect(there, key).toBeTruthy();
      expect(holes(there).replace("{kind}", ""), key).toBe(holes(text).replace("{kind}", ""));
      expect(there.split("|").length, key).toBeLessThanOrEqual(2);
    }
});
test("on a tablet, and zoomed: nothing is cut off sideways", async ({ page }) => {
  for (const size of [
    { width: 820, height: 1180 },
    { width: 1280, height: 800 },
    { width: 640, height: 800 },
  ]) {
    await page.setViewportSize(size);
    await open(page, PUBLIC, "/incidents");
    for (const place of [
      "/incidents",
      "/incident/ronin-2022",
      "/incident/ronin-2022/flow",
      `/address/ethereum/${THIEF}`,
      "/alerts",
      "/incident/ronin-2022/graph",
    ]) {
      await go(page, place);
      await expect(page.locator(".loading")).toHaveCount(0);
      const over = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(over, `${size.width} ${place}`).toBeLessThanOrEqual(0);
    }
  }
});
test("on paper: the content and its marking, without the controls", async ({ page }) => {
  await open(page, EXERCISE, `/incident/${EXERCISE.incident}`);
  await expect(page.locator("table.amounts")).toBeVisible();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.locator(".top")).toBeHidden();
  await expect(page.locator(".print-only")).toBeVisible();
  await expect(page.locator(".print-only")).toContainText("TLP:AMBER");
  const [ink, ground] = await page.evaluate(() => [
    getComputedStyle(document.body).color,
    getComputedStyle(document.body).backgroundColor,
  ]);
  expect([ink, ground]).toEqual(["rgb(0, 0, 0)", "rgb(255, 255, 255)"]);
  expect((await page.pdf()).length).toBeGreaterThan(10_000);
});
test("without motion, nothing moves that was not asked to", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page, PUBLIC, "/incidents");
  const moving = await page.evaluate(
    () =>
      [...document.querySelectorAll("*")].filter((e) => {
        const s = getComputedStyle(e);
        return s.animationName !== "none" || (s.transitionDuration !== "0s" && s.transitionDuration !== "");
      }).length,
  );
  expect(moving).toBe(0);
});
test("without WebGL the graph is a list that works", async ({ page }) => {
  await page.addInitScript(() => {
    const real = HTMLCanvasElement.prototype.getContext as (
      this: HTMLCanvasElement,
      kind: string,
      o?: unknown,
    ) => unknown;
    (HTMLCanvasElement.prototype as { getContext: unknown }).getContext = function (
      this: HTMLCanvasElement,
      kind: string,
      o?: unknown,
    ) {
      return kind.includes("webgl") ? null : real.call(this, kind, o);
    };
  });
  await open(page, PUBLIC, "/incident/ronin-2022/graph");
  await ready(page);
  await expect(page.getByText("This browser draws no WebGL")).toBeVisible();
  await expect(page.locator(".graph-page")).toHaveAttribute("data-nodes", "60");
  await page.locator(".node-list button").nth(1).click();
  await page.getByRole("button", { name: "Expand one hop" }).click();
  await expect(page.locator(".said")).toContainText(/new node|Nothing new/);
});
