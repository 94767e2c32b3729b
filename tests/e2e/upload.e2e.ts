// The heart: files go in, thumbnails come out, and whatever happens is said plainly.
import { afterAll, beforeAll, expect, test } from "vitest";
import { journeys } from "./chromium.ts";
import { damagedPng, drawPictures, type PictureFile, textNamedJpg } from "./pictures.ts";
import { listPhotos, signIn, type Visit, visit } from "./real-stack.ts";

const DONE_WITHIN_MS = 120_000;

journeys("upload", () => {
  let on: Visit;
  let pictures: PictureFile[];
  beforeAll(async () => {
    on = await visit();
  }, 180_000);
  afterAll(async () => on?.close());

  const latest = () => on.page.getByRole("region", { name: /^Upload / }).first();
  const headline = (text: string) => latest().getByRole("heading", { name: text, exact: true });

  test("signs in by the link of the terminal, and the token leaves the address bar", async () => {
    await signIn(on);
    expect(on.page.url()).toBe(`${on.stack.url}/`);
    await on.page.goBack().catch(() => null);
    expect(on.page.url()).not.toContain("token");
    await on.page.goto(`${on.stack.url}/upload`);
  }, 60_000);

  test(
    "uploads 12 photos, shows their thumbnails, fills all three bars and says All done",
    async () => {
      const { page } = on;
      pictures = await drawPictures(page, 12, "first");
      await page.getByTestId("files").setInputFiles(pictures);
      await headline("Processing your photos").waitFor();
      await headline("All done").waitFor({ timeout: DONE_WITHIN_MS });
      const bars = latest().getByRole("progressbar");
      expect(await bars.count()).toBe(3);
      for (const bar of await bars.all()) expect(await bar.getAttribute("aria-valuetext")).toBe("100 %, 12 of 12");
      await latest().getByText("12 done").waitFor();
      await page.waitForFunction(
        () =>
          [...document.querySelectorAll<HTMLImageElement>("main li img")].filter((img) => img.naturalWidth > 0)
            .length >= 4,
      );
      expect(await listPhotos(on)).toHaveLength(12);
    },
    DONE_WITHIN_MS + 30_000,
  );

  test("answers the same photos dropped again with Already in your library", async () => {
    const { page } = on;
    const names = pictures.map(({ name, buffer }) => ({ name, base64: buffer.toString("base64") }));
    // Anywhere in the app: here, on the gallery.
    await page.goto(`${on.stack.url}/gallery`);
    await page.getByRole("grid").waitFor();
    const carried = await page.evaluateHandle((files) => {
      const made = new DataTransfer();
      for (const { name, base64 } of files) {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        made.items.add(new File([bytes], name, { type: "image/jpeg" }));
      }
      made.items.add(new File(["notes"], "notes.txt", { type: "text/plain" }));
      return made;
    }, names);
    await page.dispatchEvent("main", "drop", { dataTransfer: carried });
    await page.waitForURL("**/upload");
    await latest().getByText("12 already in your library").waitFor({ timeout: 30_000 });
    await headline("All done").waitFor({ timeout: 30_000 });
    await latest().getByText("1 file was left out").waitFor();
    expect(await listPhotos(on)).toHaveLength(12);
  }, 90_000);

  test(
    "groups what failed by cause, with a sentence and Retry, and leaves the good ones alone",
    async () => {
      const { page } = on;
      const [good] = await drawPictures(page, 1, "good");
      await page
        .getByTestId("files")
        .setInputFiles([good as PictureFile, damagedPng("damaged.png"), textNamedJpg("not-a-picture.jpg")]);
      const trouble = latest().getByRole("region", { name: "Needs attention" });
      await trouble.getByText(/picture data is damaged/).waitFor({ timeout: DONE_WITHIN_MS });
      await trouble.getByText(/not a picture we can read/).waitFor();
      await latest().getByText("1 done").waitFor({ timeout: DONE_WITHIN_MS });
      expect(await trouble.getByRole("button", { name: /^Retry/ }).count()).toBe(3);
      await trouble.getByRole("button", { name: "Retry all 2" }).click();
      await trouble.getByText(/picture data is damaged/).waitFor({ timeout: DONE_WITHIN_MS });
      await trouble.getByText(/not a picture we can read/).waitFor({ timeout: DONE_WITHIN_MS });
    },
    DONE_WITHIN_MS * 2,
  );

  test("shows the photos in the gallery as thumbnails", async () => {
    const { page } = on;
    await page.goto(`${on.stack.url}/gallery`);
    await page.waitForFunction(() => document.querySelectorAll("[role=gridcell] img[data-loaded]").length >= 13);
    expect(await page.evaluate(() => document.querySelectorAll("[role=grid] *").length)).toBeLessThanOrEqual(250);
  }, 60_000);

  test("never broke the security policy", () => {
    expect(on.violations).toEqual([]);
  });
});
