// The Services page on the real stack: what each service is, the form its document asks for, and what it answers.
import { afterAll, beforeAll, expect, test } from "vitest";
import { journeys } from "./chromium.ts";
import { press, tabTo } from "./keyboard.ts";
import { look } from "./look.ts";
import { drawPictures } from "./pictures.ts";
import { listPhotos, signIn, type Visit, visit } from "./real-stack.ts";

journeys("services", () => {
  let on: Visit;
  beforeAll(async () => {
    on = await visit();
    on.page.setDefaultTimeout(15_000);
    await on.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await signIn(on);
  }, 180_000);
  afterAll(async () => on?.close());

  const heading = (name: string) => on.page.getByRole("heading", { level: 1, name, exact: true });
  const answer = () => on.page.getByRole("region", { name: "Answer", exact: true });

  test("shows every service with what it is for and how it is", async () => {
    const { page, stack } = on;
    await page.goto(`${stack.url}/services`);
    await heading("Services").waitFor();
    await page.getByText("Working").first().waitFor();
    await look(page, "services");
  });

  test("takes a file by the form of its document, and shows what became of it", async () => {
    const { page } = on;
    const [picture] = await drawPictures(page, 1, "services", 900);
    await page.getByRole("link", { name: "Try it: Upload" }).click();
    await heading("Upload").waitFor();
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("Choose a file.").waitFor();
    await look(page, "service-upload");
    await page.getByLabel("file").setInputFiles(picture ?? []);
    await page.getByRole("button", { name: "Send" }).click();
    await answer().getByRole("heading", { name: "201" }).waitFor();
    expect(await answer().textContent()).toContain('"filename": "services-000.jpg"');
    await expect
      .poll(async () => (await listPhotos(on)).map(({ status }) => status), { timeout: 60_000 })
      .toEqual(["done"]);
  });

  test("answers with a picture, by keyboard alone; the code beside it is the same call, and works", async () => {
    const { page, stack } = on;
    await page.goto(`${stack.url}/services/thumbnails`);
    await heading("Thumbnails").waitFor();
    await tabTo(page, page.getByRole("tab", { name: "curl" }));
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tab", { name: "fetch", selected: true }).waitFor();
    await press(page, page.getByRole("button", { name: "Copy the code" }));
    const code = await page.evaluate(() => navigator.clipboard.readText());
    expect(code).toContain(`${stack.url}/api/v1/photos/`);
    expect(code).toContain("/renditions/w320.jpg");
    await page.getByRole("textbox", { name: /^name/ }).focus();
    await page.keyboard.press("Enter");
    const picture = answer().getByRole("img", { name: "What was answered" });
    await picture.waitFor();
    await expect.poll(() => picture.evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(320);
    await press(page, answer().getByText("Headers"));
    await answer().getByText("image/jpeg").last().waitFor();
    await look(page, "service-answer");
  });

  test("says what an operation refused, as it was said", async () => {
    const { page } = on;
    await page.getByRole("textbox", { name: /^name/ }).fill("w7.jpg");
    await page.getByRole("button", { name: "Send" }).click();
    await answer().getByRole("heading", { name: "404" }).waitFor();
    expect(await answer().textContent()).toContain('"code"');
    expect(on.violations).toEqual([]);
  });
});
