// Pictures of the workbench: node pictures.mjs FOLDER PUBLIC KEY EXERCISE KEY INCIDENT (scripts/screenshots starts the servers).
import { chromium } from "playwright";

const [folder, open, openKey, exercise, exerciseKey, incident] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.JINDO_CHROMIUM,
  args: ["--no-sandbox", "--enable-unsafe-swiftshader"],
});
async function picture(name, url, key, to, { language = "en", scheme = "light", height = 860, before } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height },
    colorScheme: scheme,
    locale: language,
  });
  const page = await context.newPage();
  await page.goto(`${url}/#key=${key}&to=${encodeURIComponent(to)}`);
  await page.locator("main h1").first().waitFor();
  await page.locator(".loading").waitFor({ state: "detached" });
  if (to.includes("graph")) {
    await page.locator('.graph-page[data-ready="yes"]').waitFor();
    await page.waitForTimeout(4000); // the layout comes to rest
  }
  if (before) await before(page);
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${folder}/workbench-${name}.png` });
  console.log(`workbench-${name}.png`);
  await context.close();
}
await picture("board", open, openKey, "/incidents", { height: 720 });
await picture("flow", open, openKey, "/incident/ronin-2022/flow?policies=fifo,haircut&nodes=30", { height: 900 });
await picture("graph", exercise, exerciseKey, `/incident/${incident}/graph`, {
  before: async (page) => {
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByLabel("Filter nodes").fill("Hanok");
    await page.locator(".node-list button").first().click();
    await page.getByRole("button", { name: "Show all" }).click();
    await page.waitForTimeout(600);
  },
});
await picture("address", exercise, exerciseKey, "/alerts", {
  language: "ko",
  scheme: "dark",
  height: 720,
  before: async (page) => {
    const link = await page.locator(".inbox tbody a[href^='#/address']").first().getAttribute("href");
    await page.evaluate((l) => {
      location.hash = l;
    }, link);
    await page.locator(".address-page").waitFor();
    await page.locator(".loading").waitFor({ state: "detached" });
  },
});
await browser.close();
