// What the workbench's pages cost, measured, each beside its budget: node figures.mjs PUBLIC KEY (bench/pages.py starts the server).
// Machines are shared: the best of several counts where it can be had.
import { chromium } from "playwright";

const [url, key] = process.argv.slice(2);
const place = (to) => `${url}/#key=${key}&to=${encodeURIComponent(to)}`;
const middle = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
function show(what, figure, budget, unit = "ms", note = "") {
  const over = budget !== undefined && figure > budget;
  const beside = budget === undefined ? "" : `budget ${budget.toLocaleString("en")} ${unit}${over ? "  OVER" : ""}`;
  console.log(
    `${what.padEnd(78)} ${figure.toFixed(1).padStart(9)} ${unit.padEnd(4)} ${beside.padEnd(24)} ${note}`.trimEnd(),
  );
}

const browser = await chromium.launch({
  executablePath: process.env.JINDO_CHROMIUM,
  args: ["--no-sandbox", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"],
});
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
context.setDefaultTimeout(300_000);
const page = await context.newPage();
await page.goto(place("/incidents"));
await page.locator(".card table.amounts").first().waitFor();

const paints = [];
for (let i = 0; i < 7; i++) {
  const fresh = await browser.newContext({ storageState: await context.storageState() }); // nothing cached
  fresh.setDefaultTimeout(300_000);
  const first = await fresh.newPage();
  await first.goto(url + "/#/incidents");
  await first.locator(".card table.amounts").first().waitFor();
  paints.push(await first.evaluate(() => performance.now()));
  if (i === 0) {
    const files = await first.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter((r) => r.name.includes("/assets/"))
        .map((r) => r.encodedBodySize),
    );
    show(
      "loaded for the first page, gzipped",
      files.reduce((sum, size) => sum + size, 0) / 1024,
      undefined,
      "KiB",
      `${files.length} files of script and style`,
    );
  }
  await fresh.close();
}
show(
  "first useful paint: the board with figures, nothing cached, best of seven",
  Math.min(...paints),
  1000,
  "ms",
  paints.map((t) => t.toFixed(0)).join(", "),
);

const searches = await page.evaluate(async (q) => {
  const times = [];
  for (let i = 0; i < 10; i++) {
    const begun = performance.now();
    await (await fetch("/v1/search?q=" + q)).text();
    times.push(performance.now() - begun);
  }
  return times;
}, "098b716b8aaf21512996dc57eb0615e2383e2f96");
show("a search, seen from the page, best of ten", Math.min(...searches), 50);

const from = await page.evaluate(() => performance.now());
await page.evaluate(() => {
  location.hash = "/incident/wide-2023/graph";
});
await page.locator('.graph-page[data-ready="yes"]').waitFor();
const at = await page.evaluate((start) => {
  const mark = (name) => performance.getEntriesByName(name).at(-1).startTime - start;
  return { answered: mark("jindo-graph-answered"), drawn: mark("jindo-graph-drawn") };
}, from);
show("a trace of 20,000 addresses: from the click to the server's answer", at.answered, 1000);
show("… to the drawn graph", at.drawn, 3000);
const frames = await page.evaluate(async () => {
  const { sigma } = window.jindoGraph,
    times = [];
  for (let i = 0; i < 15; i++) {
    const begun = performance.now();
    sigma.getCamera().setState({ x: 0.5 + i * 0.005 });
    await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
    times.push(performance.now() - begun);
  }
  return times;
});
show(
  "… a still frame with all edges, median",
  middle(frames),
  undefined,
  "ms",
  `${Math.max(...frames).toFixed(0)} worst`,
);
const stage = await page.locator(".stage").boundingBox();
await page.mouse.move(stage.x + 300, stage.y + 200);
await page.mouse.down();
const dragging = page.evaluate(async () => {
  const times = [];
  let last = performance.now();
  for (let i = 0; i < 20; i++) {
    await new Promise((r) => requestAnimationFrame(r));
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  return times;
});
for (let i = 0; i < 20; i++) await page.mouse.move(stage.x + 300 + i * 6, stage.y + 200 + i * 3);
const dragged = await dragging;
await page.mouse.up();
show("… dragged by hand, a frame, median", middle(dragged), 50, "ms", `${Math.max(...dragged).toFixed(0)} worst`);
await page.getByRole("button", { name: "Lay out" }).click();
const waits = await page.evaluate(async () => {
  const times = [];
  for (let i = 0; i < 15; i++) {
    const begun = performance.now();
    await new Promise((r) => setTimeout(r, 0));
    times.push(performance.now() - begun);
    await new Promise((r) => setTimeout(r, 40));
  }
  return times;
});
show(
  "… while the layout runs, the page waits, median",
  middle(waits),
  50,
  "ms",
  `${Math.max(...waits).toFixed(0)} worst`,
);
await browser.close();
