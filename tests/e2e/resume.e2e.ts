// A reload in the middle of an upload, and a network that goes away: nothing lost, nothing doubled.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { journeys } from "./chromium.ts";
import { drawPictures } from "./pictures.ts";
import { listPhotos, signIn, type Visit, visit } from "./real-stack.ts";

const COUNT = 40;
const DONE_WITHIN_MS = 180_000;
const LARGE_BYTES = 40_000_000;
const CHUNK_BYTES = 8 * 1024 * 1024;

journeys("an interrupted upload", () => {
  let on: Visit;
  beforeAll(async () => {
    on = await visit();
    await signIn(on);
  }, 180_000);
  afterAll(async () => on?.close());

  const card = () => on.page.getByRole("region", { name: /^Upload / }).first();
  const safe = async () =>
    Number(
      /(\d+) of/.exec((await card().getByRole("progressbar").first().getAttribute("aria-valuetext")) ?? "")?.[1] ?? 0,
    );

  test(
    "continues by itself after a reload",
    async () => {
      const { page } = on;
      await page.goto(`${on.stack.url}/upload`);
      const pictures = await drawPictures(page, COUNT, "reload", 1600);
      await page.getByTestId("files").setInputFiles(pictures);
      await expect.poll(safe, { timeout: 60_000, interval: 50 }).toBeGreaterThanOrEqual(2);
      const before = await safe();
      expect(before).toBeLessThan(COUNT);
      await page.reload();
      await card().waitFor({ timeout: 30_000 });
      await card().getByRole("heading", { name: "All done" }).waitFor({ timeout: DONE_WITHIN_MS });
      const photos = await listPhotos(on);
      expect(photos).toHaveLength(COUNT);
      expect(new Set(photos.map(({ filename }) => filename)).size).toBe(COUNT);
      expect(photos.every(({ status }) => status === "done")).toBe(true);
    },
    DONE_WITHIN_MS + 120_000,
  );

  test(
    "waits for the network and goes on when it is back",
    async () => {
      const { page, context } = on;
      const pictures = await drawPictures(page, 12, "offline", 1200);
      await page.getByTestId("files").setInputFiles(pictures);
      await context.setOffline(true);
      await page.getByText(/^Offline/).waitFor();
      await page.waitForTimeout(3000);
      await context.setOffline(false);
      await card().getByRole("heading", { name: "All done" }).waitFor({ timeout: DONE_WITHIN_MS });
      expect(await listPhotos(on)).toHaveLength(COUNT + 12);
    },
    DONE_WITHIN_MS + 60_000,
  );

  test(
    "goes on with a large file where it stopped",
    async () => {
      const { page, context } = on;
      await page.goto(`${on.stack.url}/upload`);
      const [picture] = await drawPictures(page, 1, "large", 800);
      // What follows a picture's end is nobody's business, and makes it as large as it is wanted.
      const buffer = Buffer.concat([picture?.buffer ?? Buffer.alloc(0), Buffer.alloc(LARGE_BYTES)]);
      const taken: number[] = [];
      context.on("response", (response) => {
        const request = response.request();
        if (request.method() === "PATCH" && response.status() === 204)
          taken.push(Number(request.headers()["upload-offset"]));
      });
      const folder = mkdtempSync(join(tmpdir(), "heliograph-large-"));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      writeFileSync(join(folder, "large.jpg"), buffer);
      await page.getByTestId("files").setInputFiles(join(folder, "large.jpg"));
      await expect.poll(() => taken.length, { timeout: 60_000, interval: 10 }).toBeGreaterThan(0);
      expect(taken.length).toBeLessThan(Math.ceil(buffer.byteLength / CHUNK_BYTES));
      await page.reload();
      await card().getByRole("heading", { name: "All done" }).waitFor({ timeout: DONE_WITHIN_MS });
      // No chunk was taken twice; the page may have gone away before it heard of one.
      expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b));
      expect(taken.at(-1)).toBe(Math.floor(buffer.byteLength / CHUNK_BYTES) * CHUNK_BYTES);
      const { filename, bytes, status } = (await listPhotos(on)).find((photo) => photo.filename === "large.jpg") ?? {};
      expect({ filename, bytes, status }).toEqual({ filename: "large.jpg", bytes: buffer.byteLength, status: "done" });
    },
    DONE_WITHIN_MS + 60_000,
  );

  test("never broke the security policy", () => {
    expect(on.violations).toEqual([]);
  });
});
