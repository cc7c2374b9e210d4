// What it costs: the first useful paint, the size of what is loaded, a trace of 20,000 addresses until one can work in it.
import { gzipSync } from "node:zlib";
import { expect, open, PUBLIC, ready, test } from "./desk";

test("first useful paint under a second on loopback", async ({ page, browser }) => {
  await open(page, PUBLIC, "/incidents");
  const state = await page.context().storageState();
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const context = await browser.newContext({ storageState: state });  // nothing cached
    const fresh = await context.newPage();
    await fresh.goto(PUBLIC.url + "/#/incidents");
    await fresh.locator(".card table.amounts").first().waitFor();
    times.push(await fresh.evaluate(() => performance.now()));
    if (i === 0) {
      const loaded = await fresh.evaluate(() => performance.getEntriesByType("resource").map((r) => ({ name: r.name, size: (r as PerformanceResourceTiming).encodedBodySize })));
      const files = loaded.filter((r) => r.name.includes("/assets/"));
      console.log(`first page: ${files.length} files of script and style, ${(files.reduce((s, f) => s + f.size, 0) / 1024).toFixed(1)} KiB gzipped`);
    }
    await context.close();
  }
  console.log(`first useful paint (board with figures): ${times.map((x) => x.toFixed(0)).join(", ")} ms`);
  expect(Math.min(...times)).toBeLessThan(1000);  // the best of five: the machines are shared
});
test("the bundle's size", async ({ request }) => {
  const html = await (await request.get(PUBLIC.url + "/")).text();
  const seen = new Map<string, { plain: number; packed: number }>();
  const queue = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((m) => m[1]!);
  while (queue.length) {
    const path = queue.pop()!;
    if (seen.has(path)) continue;
    const answer = await request.get(PUBLIC.url + path);
    expect(answer.status(), path).toBe(200);
    expect(answer.headers()["cache-control"]).toContain("immutable");
    const body = await answer.body();
    seen.set(path, { plain: body.length, packed: gzipSync(body).length });
    for (const m of body.toString("utf8").matchAll(/["'`](?:\.\/|\/assets\/|assets\/)([\w.-]+\.(?:js|css))["'`]/g)) queue.push("/assets/" + m[1]!);
  }
  const kib = (n: number) => (n / 1024).toFixed(1) + " KiB";
  for (const [path, s] of [...seen].sort()) console.log(`${path}: ${kib(s.plain)}, ${kib(s.packed)} gzipped`);
  const all = [...seen.values()].reduce((s, f) => ({ plain: s.plain + f.plain, packed: s.packed + f.packed }), { plain: 0, packed: 0 });
  console.log(`the whole workbench: ${kib(all.plain)}, ${kib(all.packed)} gzipped`);
  expect(seen.size).toBeGreaterThan(5);
  expect(all.packed).toBeLessThan(400 * 1024);
});
test("a trace of 20,000 addresses can be worked in", async ({ page }) => {
  await open(page, PUBLIC, "/incidents");
  const from = await page.evaluate(() => performance.now());
  await page.evaluate(() => { location.hash = "/incident/wide-2023/graph"; });
  await ready(page);
  const times = await page.evaluate((start) => {
    const at = (name: string) => performance.getEntriesByName(name).at(-1)!.startTime;
    return { asked: at("jindo-graph-asked") - start, answered: at("jindo-graph-answered") - start, drawn: at("jindo-graph-drawn") - start, now: performance.now() - start };
  }, from);
  await expect(page.locator(".graph-page")).toHaveAttribute("data-nodes", "20000");
  // A frame with all of it, moved: what a drag costs.
  const frames = await page.evaluate(async () => {
    const { sigma } = (window as unknown as { jindoGraph: { sigma: { getCamera(): { setState(s: object): void; getState(): { x: number } }; refresh(o?: object): void } } }).jindoGraph;
    const out: number[] = [];
    for (let i = 0; i < 15; i++) {
      const begun = performance.now();
      sigma.getCamera().setState({ x: 0.5 + i * 0.005 });
      await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
      out.push(performance.now() - begun);
    }
    return out.sort((a, b) => a - b);
  });
  console.log(`20,000 addresses: asked after ${times.asked.toFixed(0)} ms, answered ${times.answered.toFixed(0)}, drawn ${times.drawn.toFixed(0)}; a moved frame ${frames[7]!.toFixed(0)} ms (median), ${frames.at(-1)!.toFixed(0)} worst`);
  // By hand: while it is dragged, edges wait.
  const stage = (await page.locator(".stage").boundingBox())!;
  await page.mouse.move(stage.x + 300, stage.y + 200);
  await page.mouse.down();
  const dragged = await (async () => {
    const counting = page.evaluate(async () => {
      const out: number[] = [];
      let last = performance.now();
      for (let i = 0; i < 20; i++) { await new Promise((r) => requestAnimationFrame(r)); const now = performance.now(); out.push(now - last); last = now; }
      return out.sort((a, b) => a - b);
    });
    for (let i = 0; i < 20; i++) await page.mouse.move(stage.x + 300 + i * 6, stage.y + 200 + i * 3);
    return counting;
  })();
  await page.mouse.up();
  console.log(`20,000 addresses, dragged by hand: ${dragged[10]!.toFixed(0)} ms a frame (median), ${dragged.at(-1)!.toFixed(0)} worst`);
  // The layout runs beside: the page answers meanwhile.
  await page.getByRole("button", { name: "Lay out" }).click();
  const waits = await page.evaluate(async () => {
    const out: number[] = [];
    for (let i = 0; i < 15; i++) { const begun = performance.now(); await new Promise((r) => setTimeout(r, 0)); out.push(performance.now() - begun); await new Promise((r) => setTimeout(r, 40)); }
    return out.sort((a, b) => a - b);
  });
  const stop = page.getByRole("button", { name: "Stop layout" });
  if (await stop.isVisible()) await stop.click();
  console.log(`20,000 addresses, while laying out: the page waits ${waits[7]!.toFixed(0)} ms (median), ${waits.at(-1)!.toFixed(0)} worst`);
  // A click on a node is heard.
  await page.getByText(/^Nodes as a list/).click();
  await page.getByLabel("Filter nodes").fill("0xa1A1");
  await page.locator(".node-list button").first().click();
  await expect(page.locator(".graph-side .panel").first()).toContainText("Received the theft");
});
