// What is large: the bundle, and a trace of thousands of addresses that can be worked in. How long it takes, with 20,000, is measured by
// figures.mjs (`make bench`).
import { gzipSync } from "node:zlib";
import { expect, open, PUBLIC, ready, test } from "./desk";

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
    for (const m of body.toString("utf8").matchAll(/["'`](?:\.\/|\/assets\/|assets\/)([\w.-]+\.(?:js|css))["'`]/g))
      queue.push("/assets/" + m[1]!);
  }
  const kib = (n: number) => (n / 1024).toFixed(1) + " KiB";
  for (const [path, s] of [...seen].sort()) console.log(`${path}: ${kib(s.plain)}, ${kib(s.packed)} gzipped`);
  const all = [...seen.values()].reduce((s, f) => ({ plain: s.plain + f.plain, packed: s.packed + f.packed }), {
    plain: 0,
    packed: 0,
  });
  console.log(`the whole workbench: ${kib(all.plain)}, ${kib(all.packed)} gzipped`);
  expect(seen.size).toBeGreaterThan(5);
  expect(all.packed).toBeLessThan(400 * 1024);
});

test("a trace of 4,202 addresses can be worked in", async ({ page }) => {
  await open(page, PUBLIC, "/incidents");
  await page.evaluate(() => {
    location.hash = "/incident/wide-2023/graph";
  });
  await ready(page);
  await expect(page.locator(".graph-page")).toHaveAttribute("data-nodes", "4202");
  // By hand: the picture goes along.
  const camera = () =>
    page.evaluate(() => {
      const { sigma } = (
        window as unknown as { jindoGraph: { sigma: { getCamera(): { getState(): { x: number; y: number } } } } }
      ).jindoGraph;
      const { x, y } = sigma.getCamera().getState();
      return `${x} ${y}`;
    });
  const before = await camera();
  const stage = (await page.locator(".stage").boundingBox())!;
  await page.mouse.move(stage.x + 300, stage.y + 200);
  await page.mouse.down();
  for (let i = 0; i < 5; i++) await page.mouse.move(stage.x + 300 + i * 24, stage.y + 200 + i * 12);
  await page.mouse.up();
  await expect.poll(camera).not.toBe(before);
  // The layout runs beside: the page answers meanwhile, and a click on a node is heard.
  await page.getByRole("button", { name: "Lay out" }).click();
  const stop = page.getByRole("button", { name: "Stop layout" });
  if (await stop.isVisible()) await stop.click();
  await page.getByText(/^Nodes as a list/).click();
  await page.getByLabel("Filter nodes").fill("0xa1A1");
  await page.locator(".node-list button").first().click();
  await expect(page.locator(".graph-side .panel").first()).toContainText("Received the theft");
});
