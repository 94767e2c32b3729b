// Apps and devices asking to be let in: what the person sees, says, and what the program then gets.
import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { journeys } from "./chromium.ts";
import { press } from "./keyboard.ts";
import { look } from "./look.ts";
import { signIn, type Visit, visit } from "./real-stack.ts";

/** Nobody listens there: the browser's way back ends in the test. */
const BACK = "http://127.0.0.1:9/back";
/** Looks like a number, and must come back as it went. */
const STATE = "1e5";

const STEP_MS = 10_000;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

journeys("authorize", () => {
  let on: Visit;
  let clientId: string;
  let returns: URL[] = [];
  const verifier = randomBytes(32).toString("base64url");
  beforeAll(async () => {
    on = await visit();
    await signIn(on);
    on.page.setDefaultTimeout(STEP_MS);
    await on.context.route(`${BACK}**`, (route) => {
      returns.push(new URL(route.request().url()));
      return route.fulfill({ contentType: "text/html", body: "<h1>The app</h1>" });
    });
  });
  afterAll(async () => on?.close());

  const heading = (name: string | RegExp) => on.page.getByRole("heading", { level: 1, name });
  const button = (name: string) => on.page.getByRole("button", { name, exact: true });

  /** As a program would, without any cookie. */
  async function ask(path: string, form: Record<string, string>): Promise<Answer> {
    const answer = await fetch(`${on.stack.url}/api/v1/auth/${path}`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  async function begin(): Promise<void> {
    returns = [];
    const query = new URLSearchParams({
      response_type: "code",
      client_id: clientId,
      redirect_uri: BACK,
      scope: "openid photo.read",
      state: STATE,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    await on.page.goto(`${on.stack.url}/api/v1/auth/authorize?${query}`);
  }

  test("registers an app in the settings", async () => {
    const { page, stack } = on;
    await page.goto(`${stack.url}/settings/apps`);
    await page.getByRole("button", { name: "Register one" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name" }).fill("Wall Frame");
    await dialog.getByLabel("What it is").selectOption("app");
    await dialog.getByLabel("Where people come back to").fill(BACK);
    await dialog.getByRole("button", { name: "Register" }).click();
    clientId = await dialog.getByRole("textbox", { name: "Client ID" }).inputValue();
    expect(await dialog.getByRole("textbox", { name: "Client secret" }).count()).toBe(0);
    await dialog.getByRole("button", { name: "Done" }).click();
    await page.getByText("Wall Frame", { exact: true }).waitFor();
  });

  test("shows who asks and what for, and answers nothing by itself", async () => {
    await begin();
    await heading("Wall Frame asks to be let in").waitFor();
    await on.page.getByText("See your photos").waitFor();
    await look(on.page, "authorize");
    expect(returns).toEqual([]);
  });

  test("takes a no back to the app, with its state untouched", async () => {
    await button("Deny").click();
    await heading("The app").waitFor();
    expect(Object.fromEntries(returns[0]?.searchParams ?? [])).toMatchObject({ error: "access_denied", state: STATE });
  });

  test("takes a yes back, and the code opens what was asked for", async () => {
    await begin();
    await press(on.page, button("Allow"));
    await heading("The app").waitFor();
    const code = returns[0]?.searchParams.get("code") ?? "";
    expect(returns[0]?.searchParams.get("state")).toBe(STATE);
    const { status, body } = await ask("token", {
      grant_type: "authorization_code",
      code,
      client_id: clientId,
      redirect_uri: BACK,
      code_verifier: verifier,
    });
    expect(status).toBe(200);
    const headers = { authorization: `Bearer ${body["access_token"]}` };
    expect((await fetch(`${on.stack.url}/api/v1/photos`, { headers })).status).toBe(200);
    expect((await fetch(`${on.stack.url}/api/v1/people`, { headers })).status).toBe(403);
  });

  test("lists the app in the settings, and ends its access", async () => {
    const { page, stack } = on;
    await page.goto(`${stack.url}/settings/apps`);
    const mine = page.getByRole("list", { name: "Apps let in" });
    await mine.getByText("Wall Frame").waitFor();
    await look(page, "settings-apps-full");
    await mine.getByRole("button", { name: "End access of Wall Frame" }).click();
    await page.getByText("You have not let in any app.").waitFor();
  });

  test("says so when the request is not one we answer", async () => {
    await on.page.goto(`${on.stack.url}/authorize?client_id=nobody&response_type=code`);
    await heading("This request cannot be answered").waitFor();
    await look(on.page, "authorize-refused");
  });

  test("lets in a device by its code, by keyboard alone, never by opening the link", async () => {
    const { page } = on;
    const { body } = await ask("device", { client_id: "heliograph-cli", scope: "photo.read photo.write" });
    const poll = () =>
      ask("token", {
        grant_type: "urn:ietf:params:oauth:grant-type:device_code",
        device_code: String(body["device_code"]),
        client_id: "heliograph-cli",
      });
    await page.goto(String(body["verification_uri_complete"]).replace("//127.0.0.1:", "//localhost:"));
    await heading("Connect a device").waitFor();
    expect(await page.getByLabel("Code").inputValue()).toBe(body["user_code"]);
    await look(page, "device");
    expect((await poll()).body).toMatchObject({ error: "authorization_pending" });
    await press(page, button("Continue"));
    await heading(/asks to be let in/).waitFor();
    await page.getByText(String(body["user_code"])).waitFor();
    await look(page, "device-asks");
    await press(page, button("Allow"));
    await heading("You can go back to the device").waitFor();
    await page.waitForTimeout(Number(body["interval"]) * 1000);
    expect(await poll()).toMatchObject({ status: 200, body: { token_type: "Bearer" } });
  });

  test("says so when no device shows the code", async () => {
    await on.page.goto(`${on.stack.url}/device`);
    await on.page.getByLabel("Code").fill("BBBB-BBBB");
    await button("Continue").click();
    await on.page.getByText("There is no such code").waitFor();
  });

  test("never broke the security policy", () => expect(on.violations).toEqual([]));
});
