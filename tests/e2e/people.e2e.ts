// People, by keyboard alone, on the real platform with real faces: from the first question to the last deletion.
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "./axe.ts";
import { journeys } from "./chromium.ts";
import { facesOf, hasCorpusFaces, WHY_NO_FACES } from "./corpus-faces.ts";
import { press, tabTo } from "./keyboard.ts";
import { signIn, type Visit, visit } from "./real-stack.ts";

const PEOPLE = 6;
const PHOTOS_EACH = 8;
const INDEXED_WITHIN_MS = 180_000;

function faceJourneys(body: () => void): void {
  if (hasCorpusFaces()) journeys("people", body);
  else test.skip(`people (${WHY_NO_FACES})`, () => {});
}

interface Consent {
  readonly state: string;
  readonly ask: boolean;
  readonly photosWaiting: number;
  readonly photosIndexing: number;
  readonly isDeleting: boolean;
  readonly stored: { readonly faces: number; readonly people: number; readonly vectors: number };
}

const read = <Answer>(page: Page, path: string): Promise<Answer> =>
  page.evaluate(async (url) => (await fetch(url)).json(), `/api/v1${path}`);
const consentOf = (page: Page) => read<Consent>(page, "/consent/faces");
const countPeople = async (page: Page, query: string) =>
  (await read<{ total: number }>(page, `/people?limit=200&${query}`)).total;

faceJourneys(() => {
  let on: Visit;
  let page: Page;
  beforeAll(async () => {
    on = await visit({ width: 1280, height: 800 }, { consent: false });
    page = on.page;
    await signIn(on);
    await page.goto(`${on.stack.url}/upload`);
    await page.getByTestId("files").setInputFiles(facesOf(PEOPLE, PHOTOS_EACH));
    await page.getByRole("heading", { name: "All done" }).first().waitFor({ timeout: INDEXED_WITHIN_MS });
  }, INDEXED_WITHIN_MS + 120_000);
  afterAll(async () => on?.close());

  const open = async (path: string) => {
    await page.goto(on.stack.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
  };
  const cells = (grid: string | RegExp) => page.getByRole("grid", { name: grid }).getByRole("gridcell");
  const wall = () => cells("People with names");
  const message = (words: string | RegExp) => page.getByRole("region", { name: "Messages" }).getByText(words).first();
  const fields = () => page.getByRole("combobox", { name: /^Name of the person/ });

  /** Types a name into the first field of "Who is this?" and waits for the server to have it. */
  async function nameFirst(name: string): Promise<void> {
    const before = await countPeople(page, `named=true&q=${name}`);
    await tabTo(page, fields());
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
    await message(before === 0 ? `Named ${name}.` : `Merged into ${name}.`).waitFor();
    await expect.poll(() => countPeople(page, `named=true&q=${name}`)).toBe(1);
  }

  async function openPerson(name: string): Promise<void> {
    await open("/people");
    const cell = page.getByRole("gridcell", { name: new RegExp(`^${name} `) });
    await cell.waitFor();
    await tabTo(page, page.locator("[role=gridcell][tabindex='0']").first());
    for (let step = 0; step < 30 && !(await isFocused(cell)); step += 1) await page.keyboard.press("ArrowRight");
    expect(await isFocused(cell)).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name }).waitFor();
  }

  const isFocused = (target: Locator) => target.evaluate((element) => element === document.activeElement);

  test("asks once, takes Not now for an answer, and never nags", async () => {
    expect(await consentOf(page)).toMatchObject({ state: "unset", ask: true, photosWaiting: PEOPLE * PHOTOS_EACH });
    await page.getByRole("heading", { name: "Find people in your photos?" }).waitFor();
    await expectAccessible(page, "/upload, asked");
    await press(page, page.getByRole("button", { name: "Not now" }));
    await open("/gallery");
    await page.getByRole("gridcell").first().waitFor();
    expect(await page.getByRole("heading", { name: "Find people in your photos?" }).count()).toBe(0);
    expect((await consentOf(page)).state).toBe("unset");
  });

  test("shows what recognition means while it is off", async () => {
    await open("/people");
    await page.getByRole("switch", { name: "Face recognition" }).waitFor();
    expect(await page.getByRole("switch").getAttribute("aria-checked")).toBe("false");
    await expectAccessible(page, "/people, off");
  });

  test(
    "one yes in the gallery indexes everything that was skipped, with its progress",
    async () => {
      await page.evaluate(() => localStorage.removeItem("heliograph-faces-not-now"));
      await open("/gallery");
      await press(page, page.getByRole("button", { name: "Turn on" }));
      await page.getByText("Face recognition is on").first().waitFor();
      await expect
        .poll(
          async () => {
            const { photosWaiting, photosIndexing } = await consentOf(page);
            return photosWaiting + photosIndexing;
          },
          { timeout: INDEXED_WITHIN_MS, interval: 500 },
        )
        .toBe(0);
      expect((await consentOf(page)).stored.faces).toBeGreaterThanOrEqual(PEOPLE * PHOTOS_EACH * 0.9);
      await expect
        .poll(() => countPeople(page, "named=false"), { timeout: 60_000, interval: 500 })
        .toBeGreaterThanOrEqual(PEOPLE - 1);
    },
    INDEXED_WITHIN_MS + 90_000,
  );

  test("names people one after another without leaving the keyboard", async () => {
    await open("/people");
    await page.getByRole("heading", { name: "Who is this?" }).waitFor();
    await expectAccessible(page, "/people, nobody named");
    for (const name of ["Asha", "Ben", "Cleo", "Dev"]) await nameFirst(name);
    await expect.poll(() => wall().count()).toBe(4);
    await expectAccessible(page, "/people, named");
  });

  test("joins whoever gets a name that exists, and says so", async () => {
    const unnamed = await countPeople(page, "named=false");
    await nameFirst("Asha");
    await expect.poll(() => countPeople(page, "named=false")).toBe(unnamed - 1);
    expect(await wall().count()).toBe(4);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("Control+z");
    await message("Undone.").waitFor();
    await expect.poll(() => countPeople(page, "named=false")).toBe(unnamed);
  });

  test("takes a name back, with a clear word, when the server could not keep it", async () => {
    await open("/people");
    await expect.poll(() => wall().count()).toBe(4);
    await page.route("**/api/v1/people/*", (route) =>
      route.request().method() === "PATCH" ? route.fulfill({ status: 503, body: "" }) : route.continue(),
    );
    await tabTo(page, fields());
    await page.keyboard.type("Nobody");
    await page.keyboard.press("Enter");
    await message(/^The name could not be kept/).waitFor();
    await expect.poll(() => wall().count()).toBe(4);
    expect(await message("Named Nobody.").count()).toBe(0);
    await page.unroute("**/api/v1/people/*");
  });

  test("merges two people, and Ctrl+Z takes it back", async () => {
    await open("/people");
    await tabTo(page, wall().first());
    await page.keyboard.press("m");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("m");
    await page.getByRole("region", { name: "Selection" }).getByText("2 people selected").waitFor();
    await expectAccessible(page, "/people, two selected");
    await press(page, page.getByRole("region", { name: "Selection" }).getByRole("button", { name: "Merge" }));
    await page.getByRole("dialog", { name: /^Merge 2 people/ }).waitFor();
    await expectAccessible(page, "merge dialog");
    await press(page, page.getByRole("dialog").getByRole("button", { name: "Merge" }));
    await expect.poll(() => wall().count()).toBe(3);
    await expect.poll(() => countPeople(page, "named=true")).toBe(3);
    await page.keyboard.press("Control+z");
    await message("Undone.").waitFor();
    await expect.poll(() => wall().count()).toBe(4);
    await expect.poll(() => countPeople(page, "named=true")).toBe(4);
  });

  test("splits faces off a person, and the history brings them back", async () => {
    await openPerson("Asha");
    await page.getByRole("gridcell").first().waitFor();
    await expectAccessible(page, "person, photos");
    await press(page, page.getByRole("link", { name: "Faces", exact: true }));
    const faces = cells(/^Faces of Asha/);
    await faces.first().waitFor();
    const before = await faces.count();
    expect(before).toBeGreaterThanOrEqual(3);
    await tabTo(page, faces.first());
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowRight");
    await page.getByText("2 faces selected").waitFor();
    await expectAccessible(page, "person, faces selected");
    await page.keyboard.press("p");
    await expect.poll(() => faces.count()).toBe(before - 2);
    await message(/^2 faces are a person of their own now/).waitFor();

    await press(page, page.getByRole("link", { name: "History" }));
    await page.getByRole("heading", { level: 1, name: "History of people" }).waitFor();
    await expectAccessible(page, "history");
    await press(page, page.getByRole("button", { name: /^Undo: Split 2 faces off Asha/ }));
    await message("Undone.").waitFor();
    await openPerson("Asha");
    await press(page, page.getByRole("link", { name: "Faces", exact: true }));
    await expect.poll(() => faces.count()).toBe(before);
  });

  test("hides a person, keeps them out of every list, and shows them again", async () => {
    await open("/people");
    await tabTo(page, wall().first());
    const name = (await wall().first().locator("span").first().textContent()) ?? "";
    await page.keyboard.press("h");
    await message(`${name} is hidden.`).waitFor();
    await expect.poll(() => wall().count()).toBe(3);
    // The neighbour has the focus: nobody is thrown back to the top of the page.
    expect(await wall().evaluateAll((all) => all.includes(document.activeElement as HTMLElement))).toBe(true);
    await press(page, page.getByRole("link", { name: "Show 1 hidden person" }));
    await cells("Hidden people").first().waitFor();
    expect(page.url()).toContain("hidden=true");
    await expectAccessible(page, "/people, hidden shown");
    await tabTo(page, fields());
    await page.keyboard.type(name.slice(0, 2));
    expect(await page.getByRole("option", { name: new RegExp(`^${name}`) }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await tabTo(page, cells("Hidden people").first());
    await page.keyboard.press("h");
    await expect.poll(() => wall().count()).toBe(4);
  });

  test("puts a wrong face right in the open photo", async () => {
    await openPerson("Ben");
    await tabTo(page, page.getByRole("grid", { name: /^Photos/ }).locator("[tabindex='0']"));
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Ben", exact: true }).waitFor();
    await expectAccessible(page, "viewer with faces");
    // A box and its row point at each other.
    await tabTo(page, dialog.getByRole("button", { name: "Ben", exact: true }));
    expect(await dialog.locator("li[data-face][data-active]").count()).toBe(1);
    await page.keyboard.press("f");
    await expect.poll(() => dialog.getByRole("list", { name: "Faces in this photo" }).count()).toBe(0);
    await page.keyboard.press("f");
    const before = await countPeople(page, "named=true&q=Nadia");
    await press(page, dialog.getByRole("button", { name: "Somebody else" }));
    await page.keyboard.type("Nadia");
    await page.keyboard.press("Enter");
    await dialog.getByRole("link", { name: "Nadia" }).waitFor();
    await expect.poll(() => countPeople(page, "named=true&q=Nadia")).toBe(before + 1);
    await page.keyboard.press("Control+z");
    await expect.poll(() => countPeople(page, "named=true&q=Nadia")).toBe(before);
    await dialog.getByRole("link", { name: "Ben" }).waitFor();
    // The button goes with what it did; the focus stays with its face.
    await press(page, dialog.getByRole("button", { name: /^Not this person/ }));
    await expect.poll(() => dialog.getByRole("link", { name: "Ben" }).count()).toBe(0);
    expect(await dialog.locator("li[data-face] :focus").count()).toBe(1);
    await page.keyboard.press("Control+z");
    await dialog.getByRole("link", { name: "Ben" }).waitFor();
  });

  test("draws a face by keys and forgets it again", async () => {
    const dialog = page.getByRole("dialog");
    const rows = () => dialog.locator("li[data-face]").count();
    const before = await rows();
    await press(page, dialog.getByRole("button", { name: "Draw a face" }));
    const box = dialog.getByRole("button", { name: /^Box around a face/ });
    await expect.poll(() => isFocused(box)).toBe(true);
    const left = async () => Number.parseFloat(await box.evaluate((element) => (element as HTMLElement).style.left));
    const start = await left();
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Shift+ArrowUp");
    await expect.poll(left).toBeCloseTo(start - 1);
    await expectAccessible(page, "viewer, drawing");
    await page.keyboard.press("Enter");
    await press(page, dialog.getByRole("button", { name: "Save without a name" }));
    await expect.poll(rows, { timeout: 20_000 }).toBe(before + 1);
    await page.keyboard.press("Control+z");
    await expect.poll(rows, { timeout: 20_000 }).toBe(before);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  });

  test("gives a face of nobody a name", async () => {
    const setAside = await page.evaluate(async () => {
      const people = await (await fetch("/api/v1/people?named=true&q=Dev")).json();
      const faces = await (await fetch(`/api/v1/faces?person=${people.items[0].id}`)).json();
      const answer = await fetch(`/api/v1/faces/${faces.items[0].id}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ person: null }),
      });
      return answer.status;
    });
    expect(setAside).toBe(200);
    await open("/people");
    await press(page, page.getByRole("link", { name: /belongs? to nobody$/ }));
    await page.getByRole("heading", { level: 1, name: "Faces of nobody" }).waitFor();
    const faces = cells(/^Faces of nobody/);
    await faces.first().waitFor();
    await expectAccessible(page, "/people/nobody");
    const before = await faces.count();
    await tabTo(page, faces.first());
    await page.keyboard.press("n");
    const field = page.getByRole("dialog").getByRole("combobox");
    await expect.poll(() => isFocused(field)).toBe(true);
    await page.keyboard.type("Eve");
    await page.keyboard.press("Enter");
    await message("This is Eve.").waitFor();
    await expect.poll(() => faces.count()).toBe(before - 1);
    await expect.poll(() => countPeople(page, "named=true&q=Eve")).toBe(1);
    await page.keyboard.press("Control+z");
    await expect.poll(() => faces.count()).toBe(before);
    await expect.poll(() => countPeople(page, "named=true&q=Eve")).toBe(0);
  });

  test("asks Same person?, remembers No, joins on Yes, and gives both back", async () => {
    // Two mistakes somebody might make: a face of Ben's and one of Cleo's are called by another name.
    const mistaken = await page.evaluate(async () => {
      const answers: number[] = [];
      for (const [name, wrong] of [
        ["Ben", "Benny"],
        ["Cleo", "Leo"],
      ]) {
        const people = await (await fetch(`/api/v1/people?named=true&q=${name}`)).json();
        const faces = await (await fetch(`/api/v1/faces?person=${people.items[0].id}`)).json();
        const answer = await fetch(`/api/v1/faces/${faces.items[0].id}`, {
          method: "PUT",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ person: "new", name: wrong }),
        });
        answers.push(answer.status);
      }
      return answers;
    });
    expect(mistaken).toEqual([200, 200]);
    const total = async () => (await read<{ total: number }>(page, "/people/suggestions?limit=1")).total;
    await expect.poll(total).toBeGreaterThanOrEqual(2);
    const before = await total();
    const people = await countPeople(page, "named=true");

    await open("/people/review");
    await page.getByRole("button", { name: /^Yes, same/ }).waitFor();
    await expectAccessible(page, "/people/review");
    const question = async () => (await page.getByRole("article").allTextContents()).join(" / ");
    const first = await question();
    await page.keyboard.press("n");
    await page.getByText("0 same · 1 different · 0 skipped").waitFor();
    await expect.poll(question).not.toBe(first);
    await expect.poll(total).toBe(before - 1);
    await page.keyboard.press("u");
    await page.getByText("0 same · 0 different · 0 skipped").waitFor();
    await expect.poll(question).toBe(first);
    await expect.poll(total).toBe(before);
    await page.keyboard.press("s");
    await page.getByText("0 same · 0 different · 1 skipped").waitFor();
    await page.keyboard.press("u");
    await page.keyboard.press("y");
    await page.getByText("1 same · 0 different · 0 skipped").waitFor();
    await expect.poll(() => countPeople(page, "named=true")).toBe(people - 1);
    await page.keyboard.press("Control+z");
    await page.getByText("0 same · 0 different · 0 skipped").waitFor();
    await expect.poll(() => countPeople(page, "named=true")).toBe(people);
    for (let left = before; left > 0; left -= 1) {
      await page.keyboard.press("y");
      await page.waitForTimeout(300);
    }
    await page.getByRole("heading", { name: "That is all for now" }).waitFor();
    await expectAccessible(page, "/people/review, done");
  });

  test("shows photos with certain people only, by the address", async () => {
    const { items } = await read<{ items: { id: string; photos: number }[] }>(page, "/people?named=true");
    const [first, second] = items;
    await open(`/gallery?person=${first?.id}`);
    await page.getByRole("gridcell").first().waitFor();
    await expect.poll(() => page.getByRole("gridcell").count()).toBe(first?.photos);
    await expectAccessible(page, "/gallery, filtered");
    await open(`/gallery?person=${first?.id},${second?.id}&match=any`);
    await expect.poll(() => page.getByRole("gridcell").count()).toBe((first?.photos ?? 0) + (second?.photos ?? 0));
    await press(page, page.getByRole("radio", { name: "Any of them" }), "ArrowLeft");
    await page.getByText("No photo has them in it").waitFor();
  });

  test("finds photos by a picture, most alike first", async () => {
    await open("/people");
    await page.getByTestId("find-by-photo").setInputFiles(facesOf(1, PHOTOS_EACH + 1).slice(-1));
    const results = page.getByRole("region", { name: "Find by photo" }).getByRole("listitem");
    await results.first().waitFor({ timeout: 30_000 });
    expect(await results.count()).toBeGreaterThanOrEqual(PHOTOS_EACH / 2);
    await expectAccessible(page, "/people, found by photo");
    // A picture dropped there is searched with, not uploaded.
    const carried = await page.evaluateHandle(async () => {
      const picture = await (
        await fetch(document.querySelector<HTMLImageElement>("[data-own-drop] ~ ul img")?.src ?? "")
      ).blob();
      const made = new DataTransfer();
      made.items.add(new File([picture], "found.jpg", { type: "image/jpeg" }));
      return made;
    });
    const searched = page.waitForResponse((response) => response.url().endsWith("/photos/search/face"));
    await page.dispatchEvent("[data-own-drop]", "drop", { dataTransfer: carried });
    expect((await searched).status()).toBe(200);
    expect(new URL(page.url()).pathname).toBe("/people");
  });

  test.each([320, 390, 768])(
    "never scrolls sideways at %i px",
    async (width) => {
      await page.setViewportSize({ width, height: 740 });
      const { items } = await read<{ items: { id: string }[] }>(page, "/people?named=true");
      const own = `/people/${items[0]?.id}`;
      for (const path of [
        "/people?hidden=true",
        "/people/nobody",
        "/people/review",
        "/people/history",
        own,
        `${own}?view=faces`,
      ]) {
        await open(path);
        await page.waitForTimeout(400);
        expect
          .soft(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), path)
          .toBeLessThanOrEqual(0);
      }
    },
    60_000,
  );

  test("deletes everything after a second word, and says so", async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await open("/people");
    await press(page, page.getByRole("switch", { name: "Face recognition" }), "Space");
    const dialog = page.getByRole("dialog", { name: /^Turn off/ });
    await dialog.waitFor();
    await expectAccessible(page, "withdrawal dialog");
    await press(page, dialog.getByRole("checkbox"), "Space");
    await press(page, dialog.getByRole("button", { name: "Turn off and delete" }));
    await expect.poll(() => page.getByRole("switch").getAttribute("aria-checked")).toBe("false");
    expect(await page.getByRole("grid").count()).toBe(0);
    await expect
      .poll(
        async () => {
          const { stored, isDeleting } = await consentOf(page);
          return isDeleting ? null : stored;
        },
        { timeout: 60_000, interval: 500 },
      )
      .toEqual({ faces: 0, people: 0, vectors: 0 });
    await expectAccessible(page, "/people, withdrawn");
  }, 120_000);

  test("never broke the security policy", () => {
    expect(on.violations).toEqual([]);
  });
});
