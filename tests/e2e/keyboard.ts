// Getting somewhere with nothing but a keyboard: Tab until it has the focus.
import type { Locator, Page } from "playwright-core";

/** More tab stops than any page of ours has; beyond it the thing cannot be reached. */
const TAB_STOPS_MAX = 150;

async function hasFocus(target: Locator): Promise<boolean> {
  return (await target.count()) > 0 && target.first().evaluate((element) => element === document.activeElement);
}

/** Tabs on until `target` has the focus; throws when it is never reached. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.first().waitFor();
  for (let stop = 0; stop < TAB_STOPS_MAX; stop += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The keyboard never reached ${target}`);
}

/** Tabs to a control and presses it. */
export async function press(page: Page, target: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}
