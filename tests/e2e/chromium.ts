// Finds a Chromium on this machine. We never download one: where there is none, the journeys say how to get it.
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";
import { describe, test } from "vitest";

const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const HOW_TO_GET_IT = "No Chromium found. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to one.";

export function chromiumPath(): string | undefined {
  const named = process.env["CHROMIUM_PATH"];
  return [...(named ? [named] : []), ...USUAL_PLACES].find((path) => existsSync(path));
}

export function launchChromium(): Promise<Browser> {
  const executablePath = chromiumPath();
  if (executablePath === undefined) throw new Error(HOW_TO_GET_IT);
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--no-first-run",
    ],
  });
}

/** A group of journeys: skipped with a reason where no browser is, but a failure in CI, where that would hide everything. */
export function journeys(name: string, body: () => void): void {
  if (chromiumPath() !== undefined) {
    describe(name, body);
  } else if (process.env["CI"]) {
    test(name, () => {
      throw new Error(HOW_TO_GET_IT);
    });
  } else {
    test.skip(`${name} (${HOW_TO_GET_IT})`, () => {});
  }
}
