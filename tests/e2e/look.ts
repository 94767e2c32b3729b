// A page at rest, looked at twice: on a desk and on a phone, by the screen readers' rules and for width.
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { expectAccessible } from "./axe.ts";

const SCREENS = [
  { suffix: "", width: 1280, height: 800 },
  { suffix: "-375", width: 375, height: 812 },
];

/** Notes what is wrong and goes on. Where SCREENSHOTS_DIR is set, leaves pictures for people to look at. */
export async function look(page: Page, name: string, notOurs: readonly string[] = []): Promise<void> {
  const dir = process.env["SCREENSHOTS_DIR"];
  for (const { suffix, ...size } of SCREENS) {
    await page.setViewportSize(size);
    await expectAccessible(page, name + suffix, notOurs);
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(tooWide, `${name}${suffix} scrolls sideways`).toBeLessThanOrEqual(0);
    if (dir) await page.screenshot({ path: join(dir, `${name}${suffix}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}
