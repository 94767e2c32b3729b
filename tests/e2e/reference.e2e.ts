// The API reference at /docs: drawn from our own document, by our own files, under a policy nothing in it breaks.
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectAccessible } from "./axe.ts";
import { journeys } from "./chromium.ts";
import { look } from "./look.ts";
import { signIn, type Visit, visit } from "./real-stack.ts";

/** Swagger UI's own: headings that skip a level, its title outside of its main part, buttons inside of buttons, boxes of code
 * that only a pointer scrolls. */
const SWAGGER_UI_BREAKS = ["heading-order", "region", "nested-interactive", "scrollable-region-focusable"];

journeys("the API reference", () => {
  let on: Visit;
  const hosts = new Set<string>();
  beforeAll(async () => {
    on = await visit();
    on.page.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith("http")) hosts.add(host);
    });
    await signIn(on);
  }, 180_000);
  afterAll(async () => on?.close());

  test("shows every route of the document, contacts no other host, and breaks no rule of its policy", async () => {
    const { page, stack } = on;
    const answer = await page.goto(`${stack.url}/docs`);
    expect(answer?.status()).toBe(200);
    const policy = (await answer?.headerValue("content-security-policy")) ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    await page.locator(".opblock").first().waitFor();
    const { paths } = await (await page.request.get(`${stack.url}/api/v1/openapi.json`)).json();
    const routes = Object.values(paths as Record<string, object>).flatMap((methods) => Object.keys(methods)).length;
    expect(routes).toBeGreaterThan(50);
    await expect.poll(() => page.locator(".opblock").count()).toBe(routes);
    await look(page, "docs", SWAGGER_UI_BREAKS);
    expect([...hosts]).toEqual([new URL(stack.url).host]);
    expect(on.violations).toEqual([]);
  });

  test("tries a route for real, as whoever is signed in", async () => {
    const { page } = on;
    const row = page.locator(".opblock", { hasText: "/api/v1/auth/userinfo" }).first();
    await row.getByRole("button").first().click();
    await row.getByRole("button", { name: "Try it out" }).click();
    await row.getByRole("button", { name: "Execute" }).click();
    await row.locator(".live-responses-table .response-col_status").getByText("200").waitFor();
    expect(await row.locator(".live-responses-table").textContent()).toContain("owner");
    await expectAccessible(page, "a tried route", SWAGGER_UI_BREAKS);
    expect([...hosts]).toHaveLength(1);
    expect(on.violations).toEqual([]);
  });
});
