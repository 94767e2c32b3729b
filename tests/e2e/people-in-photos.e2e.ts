// Who is in which photo, by keyboard alone: the open photo, faces of nobody, the review, the filter, finding by a picture.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "./axe.ts";
import { facesOf } from "./corpus-faces.ts";
import { press, tabTo } from "./keyboard.ts";
import { faceJourneys, INDEXED_WITHIN_MS, isFocused, PeopleVisit, PHOTOS_EACH } from "./people-visit.ts";

faceJourneys("people in photos", () => {
  let library: PeopleVisit;
  let page: Page;
  beforeAll(async () => {
    library = await PeopleVisit.begin({ consent: true });
    page = library.page;
    await library.untilGrouped();
    const { items } = await library.people("named=false");
    for (const [at, name] of ["Asha", "Ben", "Cleo", "Dev"].entries())
      expect(await library.change("PATCH", `/people/${items[at]?.id}`, { name })).toBe(200);
  }, INDEXED_WITHIN_MS + 180_000);
  afterAll(async () => library?.on.close());

  test("puts a wrong face right in the open photo", async () => {
    await library.openPerson("Ben");
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
    const before = await library.count("named=true&q=Nadia");
    await press(page, dialog.getByRole("button", { name: "Somebody else" }));
    await page.keyboard.type("Nadia");
    await page.keyboard.press("Enter");
    await dialog.getByRole("link", { name: "Nadia" }).waitFor();
    await expect.poll(() => library.count("named=true&q=Nadia")).toBe(before + 1);
    await page.keyboard.press("Control+z");
    await expect.poll(() => library.count("named=true&q=Nadia")).toBe(before);
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
    const setAside = await library.change("PUT", `/faces/${await library.faceOf("Dev")}`, { person: null });
    expect(setAside).toBe(200);
    await library.open("/people");
    await press(page, page.getByRole("link", { name: /belongs? to nobody$/ }));
    await page.getByRole("heading", { level: 1, name: "Faces of nobody" }).waitFor();
    const faces = library.cells(/^Faces of nobody/);
    await faces.first().waitFor();
    await expectAccessible(page, "/people/nobody");
    const before = await faces.count();
    await tabTo(page, faces.first());
    await page.keyboard.press("n");
    const field = page.getByRole("dialog").getByRole("combobox");
    await expect.poll(() => isFocused(field)).toBe(true);
    await page.keyboard.type("Eve");
    await page.keyboard.press("Enter");
    await library.message("This is Eve.").waitFor();
    await expect.poll(() => faces.count()).toBe(before - 1);
    await expect.poll(() => library.count("named=true&q=Eve")).toBe(1);
    await page.keyboard.press("Control+z");
    await expect.poll(() => faces.count()).toBe(before);
    await expect.poll(() => library.count("named=true&q=Eve")).toBe(0);
  });

  test("asks Same person?, remembers No, joins on Yes, and gives both back", async () => {
    // Two mistakes somebody might make: a face of Ben's and one of Cleo's are called by another name.
    const call = async (name: string, wrong: string) =>
      library.change("PUT", `/faces/${await library.faceOf(name)}`, { person: "new", name: wrong });
    const mistaken = [await call("Ben", "Benny"), await call("Cleo", "Leo")];
    expect(mistaken).toEqual([200, 200]);
    const total = async () => (await library.read<{ total: number }>("/people/suggestions?limit=1")).total;
    await expect.poll(total).toBeGreaterThanOrEqual(2);
    const before = await total();
    const people = await library.count("named=true");

    await library.open("/people/review");
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
    // A key that is held down repeats itself, and answers once.
    await page.keyboard.down("s");
    await page.keyboard.down("s");
    await page.keyboard.up("s");
    await page.getByText("0 same · 0 different · 1 skipped").waitFor();
    await page.keyboard.press("u");
    await page.keyboard.press("y");
    await page.getByText("1 same · 0 different · 0 skipped").waitFor();
    await expect.poll(() => library.count("named=true")).toBe(people - 1);
    await page.keyboard.press("Control+z");
    await page.getByText("0 same · 0 different · 0 skipped").waitFor();
    await expect.poll(() => library.count("named=true")).toBe(people);
    for (let left = before; left > 0; left -= 1) {
      await page.keyboard.press("y");
      await page.waitForTimeout(300);
    }
    await page.getByRole("heading", { name: "That is all for now" }).waitFor();
    await expectAccessible(page, "/people/review, done");
  });

  test("shows photos with certain people only, by the address", async () => {
    const { items } = await library.people("named=true");
    const [first, second] = items;
    await library.open(`/gallery?person=${first?.id}`);
    await page.getByRole("gridcell").first().waitFor();
    await expect.poll(() => page.getByRole("gridcell").count()).toBe(first?.photos);
    await expectAccessible(page, "/gallery, filtered");
    await library.open(`/gallery?person=${first?.id},${second?.id}&match=any`);
    await expect.poll(() => page.getByRole("gridcell").count()).toBe((first?.photos ?? 0) + (second?.photos ?? 0));
    await press(page, page.getByRole("radio", { name: "Any of them" }), "ArrowLeft");
    await page.getByText("No photo has them in it").waitFor();
  });

  test("finds photos by a picture, most alike first", async () => {
    await library.open("/people");
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

  test("never broke the security policy", () => {
    expect(library.on.violations).toEqual([]);
  });
});
