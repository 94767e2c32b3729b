// A reload in the middle of an upload, and a network that goes away: nothing lost, nothing doubled.
import { afterAll, beforeAll, expect, test } from "vitest";
import { journeys } from "./chromium.ts";
import { drawPictures } from "./pictures.ts";
import { listPhotos, signIn, type Visit, visit } from "./real-stack.ts";

const COUNT = 40;
const DONE_WITHIN_MS = 180_000;

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

  test("never broke the security policy", () => {
    expect(on.violations).toEqual([]);
  });
});
