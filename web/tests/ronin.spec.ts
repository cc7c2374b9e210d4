// The Ronin case, as an investigator would go through it.
import { expect, go, open, options, PUBLIC, ready, saved, test, THIEF } from "./desk";

test("the board tells what was stolen, and opens the incident", async ({ page }) => {
  await open(page, PUBLIC, "/incidents");
  const card = page.getByRole("article", { name: "Ronin bridge" });
  await expect(card).toContainText("173,600");
  await expect(card).toContainText("25,500,000");
  await expect(card).toContainText("mixer depositor");
  await expect(page.getByRole("article", { name: "Bybit cold wallet" })).toContainText("Waits for its blocks");
  await page.getByLabel("Filter incidents").fill("sky mavis");
  await expect(page.getByRole("article")).toHaveCount(1);
  await card.getByRole("link", { name: "Ronin bridge" }).click();
  await expect(page).toHaveURL(/#\/incident\/ronin-2022$/);
  await expect(page.getByRole("heading", { level: 1, name: "Ronin bridge" })).toBeVisible();
  await expect(page.getByText("Attributed to Lazarus Group (APT38) by FBI")).toBeVisible();
  await expect(page.locator("table.amounts")).toContainText("173,600");
  await page.getByText("Days as a table").click();
  await expect(page.locator("figure.days tbody tr")).toHaveCount(42);
});

test("policies stand side by side with their differences; a click leads to the trail", async ({ page }) => {
  await open(page, PUBLIC, "/incident/ronin-2022/flow");
  await page.getByLabel("Haircut").check();
  await page.getByLabel("Poison").check();
  await expect(page.locator(".flows > section")).toHaveCount(3);
  await expect(page).toHaveURL(/policies=fifo(,|%2C)haircut(,|%2C)poison/);
  // Every box that is drawn has its height, every band its width.
  for (const section of await page.locator(".flows > section").all())
    expect(await section.locator("svg.sankey .bands path").count()).toBeGreaterThan(20);
  const differences = page.locator(".differences tbody tr");
  expect(await differences.count()).toBeGreaterThan(5);
  const header = await page.locator(".differences thead th").allInnerTexts();
  expect(header).toEqual(["Place", "First in, first out", "Haircut", "Poison", "Difference"]);
  // What the table says is what the server says: share under each policy of the first line's place.
  const first = differences.first(),
    href = await first.getByRole("link").getAttribute("href");
  const address = decodeURIComponent(/to=([^&]+)/.exec(href!)![1]!);
  const shares = await page.evaluate(async (a) => {
    const out: number[][] = [];
    for (const policy of ["fifo", "haircut"]) {
      const flow = await (await fetch(`/v1/incidents/ronin-2022/flow?policy=${policy}&nodes=400`)).json();
      const node = flow.nodes.find((n: { address?: string }) => n.address === a);
      out.push(node?.arrived[policy] ?? flow.sources.map(() => 0));
    }
    return out;
  }, address);
  const spread = Math.max(...shares[0]!.map((ppm, s) => Math.abs(ppm - shares[1]![s]!)));
  expect(spread).toBeGreaterThan(1000);
  const cells = await first.locator("td").allInnerTexts();
  expect(cells[3]).toBe(
    new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 }).format(spread / 1e6),
  );
  await page.getByLabel("Columns by").selectOption("time");
  await expect(page.locator("svg.sankey .column").first()).toBeVisible();
  await page.getByLabel("Columns by").selectOption("service");
  await expect(page.locator("svg.sankey").first()).toContainText("mixer depositor");
  await page.getByLabel("Columns by").selectOption("hops");
  await page
    .locator("svg.sankey")
    .first()
    .getByRole("link", { name: /^0x002c93/ })
    .first()
    .focus();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/trail\?/);
  await expect(page.locator("table.trail tbody tr")).toHaveCount(3);
  await expect(page.locator("table.trail")).toContainText("8,721.2914");
});

test("the graph: expand, filter, pin, annotate, undo, path, collapse", async ({ page }) => {
  await open(page, PUBLIC, `/graph?address=ethereum:${THIEF}`);
  await ready(page);
  const graph = page.locator(".graph-page");
  await expect(graph).toHaveAttribute("data-nodes", "28");
  await page.getByLabel("Filter nodes").fill("0x53b6");
  await page.locator(".node-list button").first().click();
  await page.getByRole("button", { name: "Expand one hop" }).click();
  await expect.poll(async () => Number(await graph.getAttribute("data-nodes"))).toBeGreaterThan(30);
  const grown = Number(await graph.getAttribute("data-nodes"));
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(graph).toHaveAttribute("data-nodes", "28");
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(graph).toHaveAttribute("data-nodes", String(grown));

  // Filters: only what was paid out, of at least 20,000 ETH.
  await go(page, "/graph");
  await page.getByLabel("Address to begin with").fill(THIEF.toLowerCase().slice(2));
  await page.getByText("Filters for expanding").click();
  await page.getByRole("button", { name: "Begin", exact: true }).click();
  await ready(page);
  await page.getByText("Filters for expanding").click();
  await page.getByLabel("Filter nodes").fill("");
  const before = Number(await graph.getAttribute("data-nodes"));
  expect(before).toBe(28);
  await page.locator(".node-list button").first().click();
  await page.getByRole("button", { name: "Take off the canvas" }).click();
  await expect(graph).toHaveAttribute("data-nodes", "27");
  await page.keyboard.press("Escape");
  await page.locator(".stage").focus();
  await page.keyboard.press("Control+z");
  await expect(graph).toHaveAttribute("data-nodes", "28");

  // Pin and annotate by keyboard.
  await page.locator(".node-list button").nth(2).click();
  await page.locator(".stage").focus();
  await page.keyboard.press("p");
  await expect(page.locator(".graph-side .chip", { hasText: "pinned" })).toBeVisible();
  await page.keyboard.press("n");
  await page.getByRole("dialog").getByLabel("Note on this node").fill("asked the exchange on Monday");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".graph-side .quote")).toHaveText("asked the exchange on Monday");

  // A path to an address that is two payments away.
  await page.getByLabel("Filter nodes").fill("thief");
  await page.locator(".node-list button").first().click();
  await page.getByRole("button", { name: "Path to…" }).click();
  await page.getByRole("dialog").getByLabel("Address").fill("0x002c93452d54b6d64bfa9879fcab14a74f1bdd44");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".said")).toContainText("Path of 2 payments");
  await expect(graph).toHaveAttribute("data-nodes", "29");
});

test("the whole trace as a graph, and filters when expanding it", async ({ page }) => {
  await open(page, PUBLIC, "/incident/ronin-2022/graph");
  await ready(page);
  const graph = page.locator(".graph-page");
  await expect(graph).toHaveAttribute("data-nodes", "60");
  await page.getByText("Filters for expanding").click();
  await page.getByLabel("Direction").selectOption("in");
  await page.getByLabel("Only").selectOption("tainted");
  await page.getByLabel("Filter nodes").fill("thief");
  await page.locator(".node-list button").first().click();
  await page.getByRole("button", { name: "Expand one hop" }).click();
  await expect(page.locator(".said")).toContainText("Nothing new under these filters.");
  await page.getByLabel("Only").selectOption("all");
  await page.getByLabel("At least").fill("1,000,000");
  await page.getByRole("button", { name: "Expand one hop" }).click();
  await expect(page.locator(".said")).toContainText("Nothing new under these filters.");
  await expect(graph).toHaveAttribute("data-nodes", "60");
  // A neighbour that the trace does not know comes with the filters off.
  await page.getByLabel("At least").fill("");
  await page.getByLabel("Direction").selectOption("both");
  await page.getByRole("button", { name: "Expand one hop" }).click();
  await expect.poll(async () => Number(await graph.getAttribute("data-nodes"))).toBeGreaterThanOrEqual(60);
});

test("files of the graph, and of the whole trace", async ({ page }) => {
  await open(page, PUBLIC, "/incident/ronin-2022/graph");
  await ready(page);
  const menu = page.locator(".toolbar").getByRole("button", { name: /Export/ });
  const take = async (name: string) =>
    saved(page, async () => {
      await menu.click();
      await page.getByRole("menuitem", { name }).click();
    });
  const csv = await take("CSV of links");
  expect(csv.name).toBe("ronin-2022.csv");
  const lines = csv.text.trim().split("\r\n");
  expect(lines.length).toBe(Number(await page.locator(".graph-page").getAttribute("data-edges")) + 1);
  expect(lines[0]).toContain("from,from_owner,to_chain,to,to_owner,asset,amount,tainted");
  expect(csv.text).toContain("0x002c93452d54B6d64bfA9879fCaB14a74f1BDD44");
  const graphml = await take("GraphML");
  expect(graphml.text.match(/<node /g)).toHaveLength(60);
  expect(graphml.text.match(/<edge /g)).toHaveLength(lines.length - 1);
  const svg = await take("SVG picture");
  expect(svg.text).toMatch(/^<svg /);
  expect(svg.text.match(/<line /g)!.length).toBe(lines.length - 1);
  const png = await take("PNG picture");
  expect(png.bytes.subarray(1, 4).toString()).toBe("PNG");
  // Not an empty picture: the canvas is drawn in many colours.
  const colours = await page.evaluate(
    async (data) => {
      const image = await createImageBitmap(new Blob([new Uint8Array(data)], { type: "image/png" }));
      const canvas = new OffscreenCanvas(image.width, image.height),
        context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      const pixels = context.getImageData(0, 0, image.width, image.height).data,
        seen = new Set<number>();
      for (let i = 0; i < pixels.length; i += 4) seen.add((pixels[i]! << 16) | (pixels[i + 1]! << 8) | pixels[i + 2]!);
      return seen.size;
    },
    [...png.bytes],
  );
  expect(colours).toBeGreaterThan(20);
  const whole = await saved(page, async () => {
    await page
      .locator(".page-head")
      .getByRole("button", { name: /Export/ })
      .click();
    await page.getByRole("menuitem", { name: "Whole trace, CSV" }).click();
  });
  expect(whole.name).toBe("ronin-2022-fifo.csv");
  expect(whole.text.split("\n")[0]).toContain("address");
});

test("search finds an address in any spelling", async ({ page }) => {
  await open(page, PUBLIC, "/incidents");
  await page.keyboard.press("/");
  const box = page.getByRole("combobox", { name: "Search" });
  await expect(box).toBeFocused();
  const plain = "098b716b8aaf21512996dc57eb0615e2383e2f96";
  for (const text of [
    THIEF,
    plain,
    plain.toUpperCase(),
    "0X" + plain.toUpperCase(),
    `ethereum:${THIEF}`,
    `eip155:1:0x${plain}`,
    `https://etherscan.io/address/0x${plain}#tokentxns`,
    `  “0x${plain}” `.replace(/[“”]/g, '"'),
    "0x098b716B8AAF21512996dC57EB0615e2383E2f96",
    "0x\u200b" + plain,
  ]) {
    await box.fill(text);
    await expect(options(page).first(), text).toContainText("0x098B716B8Aaf…");
    await expect(options(page), text).toHaveCount(1);
  }
  await box.fill("huobi");
  await expect(options(page).first()).toContainText("exchange deposit");
  await box.fill("lazarus");
  await expect(options(page).filter({ hasText: "Ronin bridge" })).toBeVisible();
  await box.fill("0xc28fad5e8d5e0ce6a2eaf67b6687be5d58113e16be590824d6cfa1a94467d0b7");
  await expect(options(page).first()).toContainText("Transaction");
  await box.fill("nothing is called this");
  await expect(page.locator(".took")).toContainText("Nothing found");
  await box.fill("ronin");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/incident\/ronin-2022/);
});

test("an address: who, why, verdict, movements filtered and paged", async ({ page }) => {
  await open(page, PUBLIC, `/address/ethereum/${THIEF}`);
  await expect(page.getByText("thief").first()).toBeVisible();
  await expect(page.locator(".verdict")).toHaveText("Hold");
  await expect(page.getByText("stolen in Ronin bridge").first()).toBeVisible();
  const moves = page.locator("section[aria-labelledby=moves-ethereum]");
  await expect(moves.locator("tbody tr")).toHaveCount(38);
  await moves.getByLabel("At least").fill("20,000");
  await moves.getByLabel("Direction").selectOption("out");
  await moves.getByRole("button", { name: "Apply" }).click();
  await expect(moves.locator("tbody tr")).toHaveCount(4);
  await expect(moves.getByText("That is all.")).toBeVisible();
  for (const text of await moves.locator("tbody tr td:nth-child(3)").allInnerTexts())
    expect(Number(text.replace(/[^\d.]/g, ""))).toBeGreaterThanOrEqual(20000);
  const csv = await saved(page, () => moves.getByRole("button", { name: "Export CSV" }).click());
  expect(csv.name).toBe(`ethereum-${THIEF}.csv`);
  expect(csv.text.trim().split("\r\n")).toHaveLength(5);
  await moves.locator("tbody tr").first().getByRole("link").last().click();
  await expect(page.getByRole("heading", { level: 1, name: "Transaction" })).toBeVisible();
  await expect(page.locator("main table tbody tr")).not.toHaveCount(0);
});

test("findings rest on their transactions", async ({ page }) => {
  await open(page, PUBLIC, "/incident/ronin-2022/findings");
  const findings = page.locator(".findings article");
  await expect(findings.first()).toBeVisible();
  for (const article of await findings.all()) {
    expect((await article.locator(".sentence").innerText()).length).toBeGreaterThan(20);
    await expect(article.getByText(/\d+ transactions?$/).first()).toBeVisible();
  }
});

test("a case view is kept, its link opens it, somebody else's save is not written over", async ({ page, context }) => {
  await open(page, PUBLIC, "/incident/ronin-2022/graph");
  await ready(page);
  await page.getByRole("button", { name: "Save as case view" }).click();
  await page.getByRole("dialog").getByLabel("Name of the view").fill("Ronin, first look");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.locator(".said")).toContainText("Saved");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(/#\/graph\?view=[0-9a-f]{32}$/);
  const other = await context.newPage();
  await other.goto(link);
  await ready(other);
  await expect(other.locator(".graph-page")).toHaveAttribute("data-nodes", "60");
  const save = async (on: typeof page) => {
    await on.getByRole("button", { name: "Save as case view" }).click();
    await on.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  };
  await other.getByLabel("Filter nodes").fill("thief");
  await other.locator(".node-list button").first().click();
  await other.getByRole("button", { name: "Pin" }).click();
  await save(other);
  await expect(other.locator(".said")).toContainText("Saved");
  await save(page);
  await expect(page.locator(".said")).toContainText("Somebody saved this view meanwhile");
  await page.keyboard.press("Escape");
  await go(page, "/views");
  await expect(page.getByRole("link", { name: "Ronin, first look" })).toBeVisible();
  await page.getByRole("button", { name: "Remove" }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByText("None kept yet")).toBeVisible();
});

test("an address that deals with very many opens as a summary to choose from", async ({ page }) => {
  await open(page, PUBLIC, "/graph?address=bsc:0x" + "a1".repeat(20));
  const dialog = page.getByRole("dialog");
  await expect(dialog).toContainText("50 of 201");
  await expect(page.locator(".graph-page")).toHaveAttribute("data-nodes", "1");
  await dialog.getByRole("checkbox").nth(1).check();
  await dialog.getByRole("checkbox").nth(2).check();
  await dialog.getByRole("button", { name: "Put on the canvas" }).click();
  await expect(page.locator(".graph-page")).toHaveAttribute("data-nodes", "3");
});
