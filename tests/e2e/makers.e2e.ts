// What can be made of a photo, from the open photo and from a selection, on the real stack: by pointer and by keyboard.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readZip } from "../fixtures/read-zip.ts";
import { journeys } from "./chromium.ts";
import { press, tabTo } from "./keyboard.ts";
import { look } from "./look.ts";
import { drawPictures } from "./pictures.ts";
import { listPhotos, signIn, type Visit, visit } from "./real-stack.ts";
import { testServices } from "./services-journeys.ts";

journeys("makers", () => {
  let on: Visit;
  beforeAll(async () => {
    on = await visit();
    on.page.setDefaultTimeout(15_000);
    await on.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await signIn(on);
    await on.page.goto(`${on.stack.url}/upload`);
    await on.page.getByTestId("files").setInputFiles(await drawPictures(on.page, 4, "made", 2000));
    await on.page.getByRole("heading", { name: "All done", exact: true }).first().waitFor({ timeout: 120_000 });
  }, 240_000);
  afterAll(async () => on?.close());

  const viewer = () => on.page.getByRole("dialog").first();
  const tab = (name: string) => viewer().getByRole("tab", { name });
  const result = () => viewer().getByRole("img", { name: "The result" });
  const address = () => viewer().getByLabel("Address", { exact: true }).inputValue();
  /** Width and height of the picture that is shown. */
  const resultSize = () =>
    result().evaluate((img) => [(img as HTMLImageElement).naturalWidth, (img as HTMLImageElement).naturalHeight]);

  /** Opens a photo in the gallery: the one whose shape is 3:2, 2000 x 1333 px. */
  async function openPhoto(): Promise<string> {
    const photo = (await listPhotos(on)).find(({ filename }) => filename.endsWith("made-000.jpg"));
    await on.page.goto(`${on.stack.url}/gallery?photo=${photo?.id}`);
    await tab("About").waitFor();
    return photo?.id ?? "";
  }

  test("tabs are gone through by arrows, and the photo behind them stays", async () => {
    const { page } = on;
    const id = await openPhoto();
    await tabTo(page, tab("About"));
    await page.keyboard.press("ArrowRight");
    await viewer().getByRole("tab", { name: "People", selected: true }).waitFor();
    await page.keyboard.press("End");
    await viewer().getByRole("tab", { name: "Transform", selected: true }).waitFor();
    expect(new URL(page.url()).searchParams.get("photo")).toBe(id);
  });

  test("shows the result with its size, its address and what it saves", async () => {
    const { page, stack } = on;
    await result().waitFor();
    await viewer().getByText("1,600 × 1,066 px").or(viewer().getByText("1,600 × 1,067 px")).waitFor();
    await viewer()
      .getByText(/(smaller|larger) than the original|about as large/)
      .waitFor();
    const shown = new URL(await address());
    expect(shown.origin).toBe(stack.url);
    expect(shown.pathname).toMatch(/^\/i\/[0-9a-f-]{36}\/w_1600,h_1600\/made-000\.jpg$/);
    const answer = await page.request.get(shown.href);
    expect(answer.status()).toBe(200);
    expect(answer.headers()["content-type"]).toBe("image/jpeg");
  });

  test("crops in a shape by keyboard, turns, and makes another format; the picture is what the address says", async () => {
    const { page } = on;
    await viewer().getByLabel("Shape").selectOption({ label: "Square (1:1)" });
    const frame = viewer().getByRole("button", { name: /^What is kept of the photo/ });
    await tabTo(page, frame);
    const before = await frame.boundingBox();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Shift+ArrowUp");
    const after = await frame.boundingBox();
    expect(after?.x ?? 0).toBeLessThan(before?.x ?? 0);
    expect(after?.width ?? 0).toBeLessThan(before?.width ?? 0);
    expect(Math.abs((after?.width ?? 0) - (after?.height ?? 9))).toBeLessThan(2);
    await viewer().getByLabel("Longest side").selectOption("512");
    await viewer().getByLabel("Format").selectOption("webp");
    await press(page, viewer().getByRole("button", { name: "Turn right" }));
    await expect.poll(address).toMatch(/\/w_512,h_512,crop_pct:[\d.:]+,rot_90\/made-000\.webp$/);
    await expect.poll(resultSize, { timeout: 20_000 }).toEqual([512, 512]);
    expect(await result().getAttribute("data-stale")).toBeNull();
    await look(page, "transform-cropped");
  });

  test("drags a corner of the crop and keeps its shape", async () => {
    const { page } = on;
    const frame = viewer().getByRole("button", { name: /^What is kept of the photo/ });
    const before = await frame.boundingBox();
    if (!before) throw new Error("the frame is not there");
    await page.mouse.move(before.x + before.width - 6, before.y + before.height - 6);
    await page.mouse.down();
    await page.mouse.move(before.x + before.width / 2, before.y + before.height / 2, { steps: 5 });
    await page.mouse.up();
    const after = await frame.boundingBox();
    expect(after?.width ?? 0).toBeLessThan(before.width * 0.7);
    expect(Math.abs((after?.width ?? 0) - (after?.height ?? 9))).toBeLessThan(2);
    expect(after?.x).toBeCloseTo(before.x, 0);
  });

  test("keeps a version, shows when it is there, and deletes it", async () => {
    const { page } = on;
    await viewer().getByRole("button", { name: "Save version" }).click();
    const list = viewer().getByRole("list", { name: "Versions" });
    const open = list.getByRole("link", { name: /^Open Transformed WEBP, 512 × 51[0-9] px/ });
    await open.waitFor({ timeout: 40_000 });
    const href = (await open.getAttribute("href")) ?? "";
    expect((await page.request.get(new URL(href, on.stack.url).href)).headers()["content-type"]).toBe("image/webp");
    await press(page, list.getByRole("button", { name: /^Delete Transformed WEBP/ }));
    await viewer().getByText("None is kept yet.").waitFor();
  });

  test("signs a public link that opens without signing in, and ends it", async () => {
    const { page } = on;
    await viewer().getByRole("button", { name: "Create a public link" }).click();
    const dialog = page.getByRole("dialog", { name: "Create a public link" });
    await look(page, "public-link");
    await dialog.getByRole("button", { name: "Create the link" }).click();
    const link = await page.getByLabel("Public link", { exact: true }).inputValue();
    await page.getByRole("button", { name: "Done" }).click();
    const opened = await fetch(link);
    expect(opened.status).toBe(200);
    expect(opened.headers.get("content-type")).toBe("image/webp");
    await viewer().getByRole("button", { name: "Create a public link" }).click();
    await dialog.getByRole("button", { name: "End all links of this photo" }).click();
    await dialog.getByText("Every public link of this photo has ended.").waitFor();
    expect((await fetch(link)).status).toBe(404);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(on.violations).toEqual([]);
  });

  test("ends every link made with a key, and begins another", async () => {
    const { page, stack } = on;
    const id = (await listPhotos(on))[0]?.id;
    const link = await page.evaluate(
      async (id) =>
        (
          await (
            await fetch(`/api/v1/photos/${id}/links`, {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify({ ops: "w_160" }),
            })
          ).json()
        ).url as string,
      id,
    );
    expect((await fetch(link)).status).toBe(200);
    await page.goto(`${stack.url}/settings/links`);
    const keys = page.getByRole("list", { name: "Keys of public links" });
    await press(page, page.getByRole("button", { name: "Begin a new key" }));
    await expect.poll(() => keys.getByRole("listitem").count()).toBe(2);
    expect((await fetch(link)).status).toBe(200);
    await look(page, "settings-links");
    const old = keys.getByRole("listitem").filter({ hasNotText: "Signs new links" });
    await press(page, old.getByRole("button", { name: /^End all its links/ }));
    await press(page, page.getByRole("button", { name: "End the links" }));
    await expect.poll(() => keys.getByRole("listitem").count()).toBe(1);
    expect((await fetch(link)).status).toBe(404);
  });

  test("selects photos by keyboard and by pointer, and downloads them as one ZIP", async () => {
    const { page, stack } = on;
    await page.goto(`${stack.url}/gallery`);
    const cells = page.getByRole("gridcell");
    await tabTo(page, cells.first());
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowRight");
    const bar = page.getByRole("region", { name: "Selection" });
    await bar.getByText("2 photos selected").waitFor();
    await cells.nth(3).click();
    await bar.getByText("3 photos selected").waitFor();
    await look(page, "gallery-selection");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      press(page, bar.getByRole("link", { name: /^Download as ZIP/ })),
    ]);
    expect(download.suggestedFilename()).toMatch(/\.zip$/);
    const files = readZip(readFileSync(await download.path()));
    expect([...files.keys()].sort()).toHaveLength(3);
    const sizes = new Map((await listPhotos(on)).map(({ filename, bytes }) => [filename, bytes]));
    for (const [name, bytes] of files) expect(bytes.byteLength, name).toBe(sizes.get(name));
    await press(page, bar.getByRole("button", { name: "Clear" }));
    await bar.waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("gridcell");
    expect(on.violations).toEqual([]);
  });

  test("dithers over the photo as soon as something is chosen, by kernels that the page itself may not run", async () => {
    const { page } = on;
    await openPhoto();
    await tab("Dither").click();
    const canvas = viewer().getByRole("img", { name: "The dithered photo" });
    await canvas.waitFor();
    /** Colours the canvas shows, rrggbb. */
    const colours = () =>
      canvas.evaluate((element) => {
        const { width, height } = element as HTMLCanvasElement;
        const data = (element as HTMLCanvasElement).getContext("2d")?.getImageData(0, 0, width, height).data;
        const seen = new Set<string>();
        for (let at = 0; data && at < data.length; at += 4)
          seen.add([...data.subarray(at, at + 3)].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
        return [...seen].sort();
      });
    expect(await colours()).toEqual(["000000", "ffffff"]);
    await viewer().getByText("px, 2 colours").waitFor();
    // Every dot covers the same number of the screen's pixels.
    const dot = await canvas.evaluate((element) => element.clientWidth / (element as HTMLCanvasElement).width);
    expect(dot).toBeGreaterThanOrEqual(1);
    expect(dot).toBeCloseTo(Math.round(dot), 5);
    await look(page, "dither");
    await viewer().getByLabel("Method").selectOption("bayer8");
    await viewer().getByLabel("Colours", { exact: true }).selectOption("gameboy");
    await expect.poll(colours).toEqual(["306230", "8bac0f", "9bbc0f"]);
    await viewer().getByLabel("Colours", { exact: true }).selectOption("own");
    await viewer().getByLabel("Your colours").fill("#102030 and");
    await viewer().getByText("2 to 64 colours").waitFor();
    await viewer().getByLabel("Your colours").fill("#102030, #fed");
    await expect.poll(colours).toEqual(["102030", "ffeedd"]);
    await viewer().getByLabel("Before and after").fill("50");
    await look(page, "dither-compared");
    expect(on.violations).toEqual([]);
  });

  test("keeps a dithered version that is what was seen, as a small PNG by palette", async () => {
    const { page } = on;
    expect(new URL(await address()).pathname).toMatch(/w_512,h_512,dither_bayer8,pal_102030:ffeedd\/made-000\.png$/);
    await press(page, viewer().getByRole("button", { name: "Save version" }));
    const open = viewer().getByRole("link", { name: /^Open Dithered PNG, 512 × 341 px/ });
    await open.waitFor({ timeout: 30_000 });
    const answer = await page.request.get(new URL((await open.getAttribute("href")) ?? "", page.url()).href);
    expect(answer.headers()["content-type"]).toBe("image/png");
    const bytes = await answer.body();
    // One bit a pixel, by palette.
    expect([bytes[24], bytes[25]]).toEqual([1, 3]);
    expect(bytes.length).toBeLessThan((512 * 341) / 8 + 200);
  });

  testServices(() => on);
});
