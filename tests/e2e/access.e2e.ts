// Keyboard only, screen readers' rules (axe), and small screens.
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "./axe.ts";
import { journeys } from "./chromium.ts";
import { damagedPng, drawPictures } from "./pictures.ts";
import { signIn, type Visit, visit } from "./real-stack.ts";

const PAGES = [
  "/",
  "/gallery",
  "/upload",
  "/people",
  "/people/review",
  "/people/history",
  "/people/nobody",
  "/search",
  "/albums",
  "/services",
  "/status",
  "/nowhere",
] as const;

journeys("access", () => {
  let on: Visit;
  beforeAll(async () => {
    on = await visit();
  }, 180_000);
  afterAll(async () => on?.close());

  const axe = (where: string) => expectAccessible(on.page, where);

  async function open(path: string): Promise<void> {
    await on.page.goto(on.stack.url + path);
    await on.page.getByRole("heading", { level: 1 }).waitFor();
  }

  test("has no axe violations signed out, and on every page while the library is empty", async () => {
    await open("/login");
    await axe("login");
    await open("/status");
    await axe("status, signed out");
    await signIn(on);
    for (const path of PAGES) {
      await open(path);
      await axe(`${path}, empty`);
    }
  }, 180_000);

  test("has no axe violations with photos, with failures, and with dialogs open", async () => {
    const { page } = on;
    await open("/upload");
    await page.getByTestId("files").setInputFiles([...(await drawPictures(page, 8, "axe")), damagedPng("damaged.png")]);
    await page.getByRole("region", { name: "Needs attention" }).waitFor({ timeout: 120_000 });
    await axe("/upload, failures");
    for (const path of PAGES) {
      await open(path);
      if (path === "/gallery") await page.getByRole("gridcell").first().waitFor();
      await axe(`${path}, full`);
    }
    await open("/gallery");
    await page.getByRole("gridcell").nth(1).click();
    await page.getByRole("dialog").waitFor();
    await axe("viewer");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await axe("shortcuts");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Account/ }).click();
    await axe("account menu");
  }, 240_000);

  test("can be used by keyboard alone: shell, upload, gallery, viewer", async () => {
    const { page } = on;
    await open("/");
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await page.keyboard.press("Enter");
    // Listened for well before: the browser is told to hand choosers over only once somebody listens.
    const choosing = page.waitForEvent("filechooser");
    await page.keyboard.press("g");
    await page.keyboard.press("u");
    await page.getByRole("heading", { level: 1, name: "Upload" }).waitFor();
    await page.getByRole("button", { name: "Choose files" }).focus();
    await page.keyboard.press("Enter");
    await (await choosing).setFiles(await drawPictures(page, 1, "keyboard"));
    await page.getByRole("heading", { name: "All done" }).first().waitFor({ timeout: 60_000 });

    await page.keyboard.press("g");
    await page.keyboard.press("g");
    await page.getByRole("gridcell").first().waitFor();
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset["index"] ?? null);
    for (let step = 0; step < 30 && (await focused()) === null; step += 1) await page.keyboard.press("Tab");
    expect(await focused()).toBe("0");
    await page.keyboard.press("ArrowRight");
    await expect.poll(focused).toBe("1");
    await page.keyboard.press("ArrowDown");
    await expect.poll(async () => Number(await focused())).toBeGreaterThan(1);
    await page.keyboard.press("End");
    await expect.poll(focused).toBe(String((await page.getByRole("gridcell").count()) - 1));
    await page.keyboard.press("Home");
    await expect.poll(focused).toBe("0");

    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    const first = await page.getByRole("dialog").getAttribute("aria-label");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.getByRole("dialog").getAttribute("aria-label")).not.toBe(first);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    expect(await focused()).not.toBeNull();
  }, 180_000);

  test("deletes with an undo that brings the photo back", async () => {
    const { page } = on;
    await open("/gallery");
    await page.getByRole("gridcell").first().waitFor();
    const before = await page.getByRole("gridcell").count();
    await page.getByRole("gridcell").first().click();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("gridcell").count()).toBe(before - 1);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => page.getByRole("gridcell").count()).toBe(before);
  }, 60_000);

  test("says on the status page that nothing answers, also right after everything was well", async () => {
    const { page, context } = on;
    await open("/status");
    await page.getByText("Everything is working").waitFor();
    await context.setOffline(true);
    await page.getByRole("button", { name: "Check now" }).click();
    await page.getByText("The service does not answer").waitFor();
    expect(await page.getByText("Everything is working").count()).toBe(0);
    await context.setOffline(false);
    await page.getByRole("button", { name: "Check now" }).click();
    await page.getByText("Everything is working").waitFor();
  }, 60_000);

  test.each([320, 360, 768, 1440])(
    "never scrolls sideways at %i px",
    async (width) => {
      await on.page.setViewportSize({ width, height: 740 });
      for (const path of PAGES) {
        await open(path);
        await on.page.waitForTimeout(200);
        expect
          .soft(await on.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), path)
          .toBeLessThanOrEqual(0);
      }
    },
    120_000,
  );

  test("never broke the security policy", () => {
    expect(on.violations).toEqual([]);
  });
});
