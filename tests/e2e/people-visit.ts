// A visit to a library of known faces: what the journeys about people read, open and look for.
import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { journeys } from "./chromium.ts";
import { facesOf, hasCorpusFaces, WHY_NO_FACES } from "./corpus-faces.ts";
import { tabTo } from "./keyboard.ts";
import { signIn, type Visit, visit } from "./real-stack.ts";

export const PEOPLE = 6;
export const PHOTOS_EACH = 8;
export const INDEXED_WITHIN_MS = 180_000;
const GROUPED_WITHIN_MS = 60_000;

/** Journeys that need the corpus' faces: skipped, saying so, where it is absent. */
export function faceJourneys(name: string, body: () => void): void {
  if (hasCorpusFaces()) journeys(name, body);
  else test.skip(`${name} (${WHY_NO_FACES})`, () => {});
}

interface Consent {
  readonly state: string;
  readonly ask: boolean;
  readonly photosWaiting: number;
  readonly photosIndexing: number;
  readonly isDeleting: boolean;
  readonly stored: { readonly faces: number; readonly people: number; readonly vectors: number };
}

export const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element === document.activeElement);

export class PeopleVisit {
  readonly on: Visit;
  readonly page: Page;

  private constructor(on: Visit) {
    this.on = on;
    this.page = on.page;
  }

  /** A fresh platform with the photos of six people, all of them through. */
  static async begin(wishes: { readonly consent: boolean }): Promise<PeopleVisit> {
    const library = new PeopleVisit(await visit({ width: 1280, height: 800 }, wishes));
    const { on, page } = library;
    await signIn(on);
    await page.goto(`${on.stack.url}/upload`);
    await page.getByTestId("files").setInputFiles(facesOf(PEOPLE, PHOTOS_EACH));
    await page.getByRole("heading", { name: "All done" }).first().waitFor({ timeout: INDEXED_WITHIN_MS });
    return library;
  }

  read<Answer>(path: string): Promise<Answer> {
    return this.page.evaluate(async (url) => (await fetch(url)).json(), `/api/v1${path}`);
  }

  /** Asks the API for a change and answers the status. */
  change(method: string, path: string, body: unknown): Promise<number> {
    return this.page.evaluate(
      async ([method, url, body]) => {
        const headers = { "content-type": "application/json" };
        return (await fetch(url, { method, headers, body })).status;
      },
      [method, `/api/v1${path}`, JSON.stringify(body)] as const,
    );
  }

  consent(): Promise<Consent> {
    return this.read<Consent>("/consent/faces");
  }

  async count(query: string): Promise<number> {
    return (await this.read<{ total: number }>(`/people?limit=200&${query}`)).total;
  }

  people(query: string): Promise<{ items: { id: string; photos: number }[] }> {
    return this.read(`/people?limit=200&${query}`);
  }

  /** The first face of a person, as the audit wall shows it. */
  async faceOf(name: string): Promise<string> {
    const { items } = await this.people(`named=true&q=${name}`);
    const faces = await this.read<{ items: { id: string }[] }>(`/faces?person=${items[0]?.id}`);
    return faces.items[0]?.id ?? "";
  }

  /** Waits until the faces of the library have become unnamed people. */
  async untilGrouped(): Promise<void> {
    const untilMs = Date.now() + GROUPED_WITHIN_MS;
    while ((await this.count("named=false")) < PEOPLE - 1) {
      if (Date.now() > untilMs) throw new Error("The faces did not become people in time");
      await this.page.waitForTimeout(500);
    }
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.on.stack.url + path);
    await this.page.getByRole("heading", { level: 1 }).waitFor();
  }

  cells(grid: string | RegExp): Locator {
    return this.page.getByRole("grid", { name: grid }).getByRole("gridcell");
  }

  message(words: string | RegExp): Locator {
    return this.page.getByRole("region", { name: "Messages" }).getByText(words).first();
  }

  /** From the wall to a person's page, by keys. */
  async openPerson(name: string): Promise<void> {
    const { page } = this;
    await this.open("/people");
    const cell = page.getByRole("gridcell", { name: new RegExp(`^${name} `) });
    await cell.waitFor();
    await tabTo(page, page.locator("[role=gridcell][tabindex='0']").first());
    for (let step = 0; step < 30 && !(await isFocused(cell)); step += 1) await page.keyboard.press("ArrowRight");
    expect(await isFocused(cell)).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name }).waitFor();
  }
}
