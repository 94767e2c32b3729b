// People, by keyboard alone, on the real platform with real faces: from the first question to the last deletion.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "./axe.ts";
import { press, tabTo } from "./keyboard.ts";
import { faceJourneys, INDEXED_WITHIN_MS, PEOPLE, PeopleVisit, PHOTOS_EACH } from "./people-visit.ts";

faceJourneys("people", () => {
  let library: PeopleVisit;
  let page: Page;
  beforeAll(async () => {
    library = await PeopleVisit.begin({ consent: false });
    page = library.page;
  }, INDEXED_WITHIN_MS + 120_000);
  afterAll(async () => library?.on.close());

  const wall = () => library.cells("People with names");
  const fields = () => page.getByRole("combobox", { name: /^Name of the person/ });

  /** Types a name into the first field of "Who is this?" and waits for the server to have it. */
  async function nameFirst(name: string): Promise<void> {
    const before = await library.count(`named=true&q=${name}`);
    await tabTo(page, fields());
    await page.keyboard.type(name);
    await page.keyboard.press("Enter");
    await library.message(before === 0 ? `Named ${name}.` : `Merged into ${name}.`).waitFor();
    await expect.poll(() => library.count(`named=true&q=${name}`)).toBe(1);
  }

  test("asks once, takes Not now for an answer, and never nags", async () => {
    expect(await library.consent()).toMatchObject({ state: "unset", ask: true, photosWaiting: PEOPLE * PHOTOS_EACH });
    await page.getByRole("heading", { name: "Find people in your photos?" }).waitFor();
    await expectAccessible(page, "/upload, asked");
    await press(page, page.getByRole("button", { name: "Not now" }));
    await library.open("/gallery");
    await page.getByRole("gridcell").first().waitFor();
    expect(await page.getByRole("heading", { name: "Find people in your photos?" }).count()).toBe(0);
    expect((await library.consent()).state).toBe("unset");
  });

  test("shows what recognition means while it is off", async () => {
    await library.open("/people");
    await page.getByRole("switch", { name: "Face recognition" }).waitFor();
    expect(await page.getByRole("switch").getAttribute("aria-checked")).toBe("false");
    await expectAccessible(page, "/people, off");
  });

  test(
    "one yes in the gallery indexes everything that was skipped, with its progress",
    async () => {
      await page.evaluate(() => localStorage.removeItem("heliograph-faces-not-now"));
      await library.open("/gallery");
      await press(page, page.getByRole("button", { name: "Turn on" }));
      await page.getByText("Face recognition is on").first().waitFor();
      await expect
        .poll(
          async () => {
            const { photosWaiting, photosIndexing } = await library.consent();
            return photosWaiting + photosIndexing;
          },
          { timeout: INDEXED_WITHIN_MS, interval: 500 },
        )
        .toBe(0);
      expect((await library.consent()).stored.faces).toBeGreaterThanOrEqual(PEOPLE * PHOTOS_EACH * 0.9);
      await library.untilGrouped();
    },
    INDEXED_WITHIN_MS + 90_000,
  );

  test("names people one after another without leaving the keyboard", async () => {
    await library.open("/people");
    await page.getByRole("heading", { name: "Who is this?" }).waitFor();
    await expectAccessible(page, "/people, nobody named");
    for (const name of ["Asha", "Ben", "Cleo", "Dev"]) await nameFirst(name);
    await expect.poll(() => wall().count()).toBe(4);
    await expectAccessible(page, "/people, named");
  });

  test("joins whoever gets a name that exists, and says so", async () => {
    const unnamed = await library.count("named=false");
    await nameFirst("Asha");
    await expect.poll(() => library.count("named=false")).toBe(unnamed - 1);
    expect(await wall().count()).toBe(4);
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("Control+z");
    await library.message("Undone.").waitFor();
    await expect.poll(() => library.count("named=false")).toBe(unnamed);
  });

  test("takes a name back, with a clear word, when the server could not keep it", async () => {
    await library.open("/people");
    await expect.poll(() => wall().count()).toBe(4);
    await page.route("**/api/v1/people/*", (route) =>
      route.request().method() === "PATCH" ? route.fulfill({ status: 503, body: "" }) : route.continue(),
    );
    await tabTo(page, fields());
    await page.keyboard.type("Nobody");
    await page.keyboard.press("Enter");
    await library.message(/^The name could not be kept/).waitFor();
    await expect.poll(() => wall().count()).toBe(4);
    expect(await library.message("Named Nobody.").count()).toBe(0);
    await page.unroute("**/api/v1/people/*");
  });

  test("merges two people, and Ctrl+Z takes it back", async () => {
    await library.open("/people");
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
    await expect.poll(() => library.count("named=true")).toBe(3);
    await page.keyboard.press("Control+z");
    await library.message("Undone.").waitFor();
    await expect.poll(() => wall().count()).toBe(4);
    await expect.poll(() => library.count("named=true")).toBe(4);
  });

  test("splits faces off a person, and the history brings them back", async () => {
    await library.openPerson("Asha");
    await page.getByRole("gridcell").first().waitFor();
    await expectAccessible(page, "person, photos");
    await press(page, page.getByRole("link", { name: "Faces", exact: true }));
    const faces = library.cells(/^Faces of Asha/);
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
    await library.message(/^2 faces are a person of their own now/).waitFor();

    await press(page, page.getByRole("link", { name: "History" }));
    await page.getByRole("heading", { level: 1, name: "History of people" }).waitFor();
    await expectAccessible(page, "history");
    await press(page, page.getByRole("button", { name: /^Undo: Split 2 faces off Asha/ }));
    await library.message("Undone.").waitFor();
    await library.openPerson("Asha");
    await press(page, page.getByRole("link", { name: "Faces", exact: true }));
    await expect.poll(() => faces.count()).toBe(before);
  });

  test("hides a person, keeps them out of every list, and shows them again", async () => {
    await library.open("/people");
    await tabTo(page, wall().first());
    const name = (await wall().first().locator("span").first().textContent()) ?? "";
    await page.keyboard.press("h");
    await library.message(`${name} is hidden.`).waitFor();
    await expect.poll(() => wall().count()).toBe(3);
    // The neighbour has the focus: nobody is thrown back to the top of the page.
    expect(await wall().evaluateAll((all) => all.includes(document.activeElement as HTMLElement))).toBe(true);
    await press(page, page.getByRole("link", { name: "Show 1 hidden person" }));
    await library.cells("Hidden people").first().waitFor();
    expect(page.url()).toContain("hidden=true");
    await expectAccessible(page, "/people, hidden shown");
    await tabTo(page, fields());
    await page.keyboard.type(name.slice(0, 2));
    expect(await page.getByRole("option", { name: new RegExp(`^${name}`) }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await tabTo(page, library.cells("Hidden people").first());
    await page.keyboard.press("h");
    await expect.poll(() => wall().count()).toBe(4);
  });

  test.each([320, 390, 768])(
    "never scrolls sideways at %i px",
    async (width) => {
      await page.setViewportSize({ width, height: 740 });
      const { items } = await library.people("named=true");
      const own = `/people/${items[0]?.id}`;
      for (const path of [
        "/people?hidden=true",
        "/people/nobody",
        "/people/review",
        "/people/history",
        own,
        `${own}?view=faces`,
      ]) {
        await library.open(path);
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
    await library.open("/people");
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
          const { stored, isDeleting } = await library.consent();
          return isDeleting ? null : stored;
        },
        { timeout: 60_000, interval: 500 },
      )
      .toEqual({ faces: 0, people: 0, vectors: 0 });
    await expectAccessible(page, "/people, withdrawn");
  }, 120_000);

  test("never broke the security policy", () => {
    expect(library.on.violations).toEqual([]);
  });
});
