// What the page's walls look like from inside a browser: pictures without a cookie, scripts without strings, and a session that
// is ended somewhere else.
import { afterAll, beforeAll, expect, test } from "vitest";
import { journeys } from "./chromium.ts";
import { drawPictures } from "./pictures.ts";
import { signIn, type Visit, visit } from "./real-stack.ts";

journeys("walls", () => {
  let on: Visit;
  beforeAll(async () => {
    on = await visit();
    await signIn(on);
  }, 180_000);
  afterAll(async () => on?.close());

  test("pictures come by a grant in their address, and their requests carry no credential of the API", async () => {
    const { page, stack } = on;
    const asked: string[] = [];
    page.on("request", (request) => {
      if (request.resourceType() === "image") asked.push(new URL(request.url()).pathname);
    });
    await page.goto(`${stack.url}/upload`);
    await page.getByTestId("files").setInputFiles(await drawPictures(page, 3, "walls"));
    await page.getByRole("heading", { name: "All done", exact: true }).first().waitFor({ timeout: 120_000 });
    await page.goto(`${stack.url}/gallery`);
    await page.waitForFunction(
      () =>
        [...document.querySelectorAll<HTMLImageElement>("[role=gridcell] img")].filter((img) => img.naturalWidth > 0)
          .length >= 3,
    );
    const photos = asked.filter((path) => path.includes("/renditions/"));
    expect(photos.length).toBeGreaterThanOrEqual(3);
    expect(photos.filter((path) => !path.startsWith("/media/"))).toEqual([]);
    expect(on.violations).toEqual([]);
  }, 180_000);

  test("a session that is ended somewhere else leads to the sign-in page, and not round in circles", async () => {
    const { page, stack } = on;
    await page.goto(`${stack.url}/gallery`);
    await page.getByRole("grid").waitFor();
    await page.waitForFunction(async () => {
      const { items } = await (await fetch("/api/v1/auth/sessions")).json();
      return items.length === 1 && items[0].isCurrent && /^Chrome on /.test(items[0].device);
    });
    const tickets: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/progress/ticket")) tickets.push(request.url());
    });
    await page.evaluate(async () => {
      const { items } = await (await fetch("/api/v1/auth/sessions")).json();
      await fetch(`/api/v1/auth/sessions/${items[0].id}`, { method: "DELETE" });
    });
    await page.waitForURL(/\/login/, { timeout: 10_000 });
    await page.waitForTimeout(3000);
    expect(tickets.length).toBeLessThanOrEqual(1);
    expect(new URL(page.url()).pathname).toBe("/login");
    expect(on.violations).toEqual([]);
  }, 60_000);

  // Last: what it tries is reported as what it is.
  test("no string becomes markup or a script, whoever tries", async () => {
    const tried = await on.page.evaluate(() => {
      const names: string[] = [];
      const attempt = (name: string, act: () => unknown) => {
        try {
          act();
          names.push(name);
        } catch {
          // refused, as it should be
        }
      };
      attempt("innerHTML", () => {
        document.createElement("div").innerHTML = "<img src=x onerror=alert(1)>";
      });
      attempt("script.src", () => {
        document.createElement("script").src = "https://evil.example/x.js";
      });
      attempt("worker", () => new Worker("https://evil.example/x.js"));
      attempt("policy", () =>
        (
          window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): void } }
        ).trustedTypes.createPolicy("mine", {}),
      );
      return names;
    });
    expect(tried).toEqual([]);
  });
});
