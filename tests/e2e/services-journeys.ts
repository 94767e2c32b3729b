// The Services page and the API reference on the real stack: what each service is, the form its document asks for, what it
// answers; all of it from our own host, under policies that nothing in them breaks.
import { beforeAll, expect, test } from "vitest";
import { findOperation } from "../../web/src/features/services/open-api.ts";
import { SERVICES } from "../../web/src/features/services/service-list.ts";
import { groupOf } from "../../web/src/reference/group-routes.ts";
import { press, tabTo } from "./keyboard.ts";
import { look } from "./look.ts";
import { drawPictures } from "./pictures.ts";
import { listPhotos, type Visit } from "./real-stack.ts";

/** Swagger UI's own: headings that skip a level, its title outside of its main part, buttons inside of buttons, boxes of code
 * that only a pointer scrolls. */
const SWAGGER_UI_BREAKS = ["heading-order", "region", "nested-interactive", "scrollable-region-focusable"];

/** @param getVisit the visit these tests go on with: signed in, with photos in the library */
export function testServices(getVisit: () => Visit): void {
  const hosts = new Set<string>();
  beforeAll(() => {
    getVisit().page.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith("http")) hosts.add(host);
    });
  });

  const heading = (name: string) => getVisit().page.getByRole("heading", { level: 1, name, exact: true });
  const answer = () => getVisit().page.getByRole("region", { name: "Answer", exact: true });

  test("shows every service with what it is for and how it is", async () => {
    const { page, stack } = getVisit();
    await page.goto(`${stack.url}/services`);
    await heading("Services").waitFor();
    await page.getByText("Working").first().waitFor();
    await look(page, "services");
  });

  test("takes a file by the form of its document, and shows what became of it", async () => {
    const { page } = getVisit();
    const [picture] = await drawPictures(page, 1, "services", 900);
    await page.getByRole("link", { name: "Try it: Upload" }).click();
    await heading("Upload").waitFor();
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("Choose a file.").waitFor();
    await page.getByLabel("file").setInputFiles(picture ?? []);
    await page.getByRole("button", { name: "Send" }).click();
    await answer().getByRole("heading", { name: "201" }).waitFor();
    expect(await answer().textContent()).toContain('"filename": "services-000.jpg"');
    await expect
      .poll(async () => (await listPhotos(getVisit())).map(({ filename }) => filename))
      .toContain("services-000.jpg");
    await expect
      .poll(async () => (await listPhotos(getVisit())).every(({ status }) => status === "done"), { timeout: 60_000 })
      .toBe(true);
  });

  test("answers with a picture, by keyboard alone; the code beside it is the same call, and works", async () => {
    const { page, stack } = getVisit();
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
    const { page } = getVisit();
    await page.getByRole("textbox", { name: /^name/ }).fill("w7.jpg");
    await page.getByRole("button", { name: "Send" }).click();
    await answer().getByRole("heading", { name: "404" }).waitFor();
    expect(await answer().textContent()).toContain('"code"');
    expect(getVisit().violations).toEqual([]);
  });

  test("makes a picture by its address, and takes what an example begins with", async () => {
    const { page, stack } = getVisit();
    for (const [service, type] of [
      ["transform", "image/jpeg"],
      ["iiif", "application/ld+json"],
    ] as const) {
      await page.goto(`${stack.url}/services/${service}`);
      await page.getByRole("button", { name: "Send" }).click();
      await answer().getByRole("heading", { name: "200" }).waitFor();
      expect(await answer().textContent()).toContain(type);
    }
    await page.goto(`${stack.url}/services/links`);
    await page.getByRole("button", { name: "Send" }).click();
    await answer().getByRole("heading", { name: "201" }).waitFor();
    expect(getVisit().violations).toEqual([]);
  });

  test("offers nothing the API does not have", async () => {
    const document = await (await getVisit().page.request.get(`${getVisit().stack.url}/api/v1/openapi.json`)).json();
    const missing = SERVICES.flatMap(({ offers }) => offers)
      .map(({ route }) => route)
      .filter((route) => findOperation(document, route) === null);
    expect(missing).toEqual([]);
  });

  test("the reference shows the routes of the document in groups, contacts no other host, and breaks no rule of its policy", async () => {
    const { page, stack } = getVisit();
    const answer = await page.goto(`${stack.url}/docs`);
    expect(answer?.status()).toBe(200);
    const policy = (await answer?.headerValue("content-security-policy")) ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    const groups = page.locator(".opblock-tag");
    await groups.first().waitFor();
    const { paths } = await (await page.request.get(`${stack.url}/api/v1/openapi.json`)).json();
    expect(await groups.count()).toBe(new Set(Object.keys(paths).map(groupOf)).size);
    await groups.filter({ hasText: /^photos/ }).click();
    const ofPhotos = Object.entries(paths as Record<string, object>).filter(([path]) => groupOf(path) === "photos");
    await expect
      .poll(() => page.locator(".opblock").count())
      .toBe(ofPhotos.flatMap(([, methods]) => Object.keys(methods)).length);
    await look(page, "docs", SWAGGER_UI_BREAKS);
    expect([...hosts]).toEqual([new URL(stack.url).host]);
    expect(getVisit().violations).toEqual([]);
  });

  test("the reference tries a route for real, as whoever is signed in", async () => {
    const { page } = getVisit();
    await page.locator(".opblock-tag", { hasText: /^auth/ }).click();
    const row = page.locator(".opblock", { hasText: "/api/v1/auth/userinfo" }).first();
    await row.getByRole("button").first().click();
    await row.getByRole("button", { name: "Try it out" }).click();
    await row.getByRole("button", { name: "Execute" }).click();
    await row.locator(".live-responses-table .response-col_status").getByText("200").waitFor();
    expect(await row.locator(".live-responses-table").textContent()).toContain("owner");
    expect([...hosts]).toHaveLength(1);
    expect(getVisit().violations).toEqual([]);
  });
}
