// The screen readers' rules, on a page at rest.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";

/** Long enough for entrances to finish: colours are computed on what is drawn. */
const REST_MS = 500;

/**
 * Notes every violation, with where it was; the test goes on and fails at its end.
 * @param notOurs rules that somebody else's widget in the page breaks, and we cannot mend
 */
export async function expectAccessible(page: Page, where: string, notOurs: readonly string[] = []): Promise<void> {
  await page.waitForTimeout(REST_MS);
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .disableRules([...notOurs])
    .analyze();
  expect
    .soft(violations.map(({ id, nodes }) => `${where}: ${id} ${nodes[0]?.target} ${nodes[0]?.failureSummary}`))
    .toEqual([]);
}
