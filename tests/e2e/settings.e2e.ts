// The settings on the real stack: each section saves, shows and ends what it says; the keyboard is enough.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Authenticator, addAuthenticator } from "./authenticator.ts";
import { journeys } from "./chromium.ts";
import { press, tabTo } from "./keyboard.ts";
import { look } from "./look.ts";
import { drawPictures } from "./pictures.ts";
import { type Visit, visit } from "./real-stack.ts";

const STEP_MS = 10_000;
/** The end record of a ZIP without a comment. */
const ZIP_END_BYTES = 22;
const SECTIONS = ["profile", "sign-in", "sessions", "people", "storage", "api-keys", "apps", "activity", "danger"];

journeys("settings", () => {
  let on: Visit;
  let device: Authenticator;
  beforeAll(async () => {
    on = await visit();
    on.page.setDefaultTimeout(STEP_MS);
    await on.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    device = await addAuthenticator(on.page);
    await on.page.goto(on.stack.signInUrl);
    await on.page.getByLabel("Your name").fill("Ada Lovelace");
    await on.page.getByRole("button", { name: "Continue" }).click();
    await on.page.getByRole("button", { name: "Create a passkey" }).click();
    await heading("Welcome, Ada Lovelace").waitFor();
  });
  afterAll(async () => on?.close());

  const heading = (name: string | RegExp) => on.page.getByRole("heading", { level: 1, name });
  const button = (name: string | RegExp) => on.page.getByRole("button", { name });
  const dialog = (name: string | RegExp) => on.page.getByRole("dialog", { name });

  /** Time passes: the proof of every session is an hour old. */
  function makeStale(): void {
    on.stack.runSql("UPDATE sessions SET authenticated_at = authenticated_at - 3600000");
  }

  /** The databases of what waits to be sent. */
  const queues = () =>
    on.page.evaluate(async () =>
      (await indexedDB.databases()).map(({ name }) => name).filter((name) => name?.startsWith("heliograph-uploads-")),
    );

  async function open(path: string): Promise<void> {
    await on.page.goto(on.stack.url + path);
    await on.page.getByRole("navigation", { name: "Settings" }).waitFor();
  }

  test("has no axe violation in any section, on a desk and on a phone", async () => {
    for (const section of SECTIONS) {
      await open(`/settings/${section}`);
      await on.page.waitForLoadState("networkidle").catch(() => {});
      await look(on.page, `settings-${section}`);
    }
  }, 180_000);

  test("saves the name by itself, and says so", async () => {
    const { page } = on;
    await open("/settings/profile");
    await page.getByLabel("Your name").fill("Augusta Ada King");
    await page.getByRole("status").getByText("Saved").waitFor();
    await look(page, "settings-profile-saved");
    await page.reload();
    await button("Account of Augusta Ada King").waitFor();
    await page.getByLabel("Your name").fill("Ada Lovelace");
    await page.getByRole("status").getByText("Saved").waitFor();
  });

  test("renames a passkey and adds none twice; the last way in stays", async () => {
    const { page } = on;
    await open("/settings/sign-in");
    await button(/^Rename/).click();
    await dialog("Rename the passkey").getByLabel("Name").fill("This computer");
    await dialog("Rename the passkey").getByRole("button", { name: "Save" }).click();
    const mine = page.getByRole("list", { name: "Passkeys" });
    await mine.getByText("This computer", { exact: true }).waitFor();
    await button("Add a passkey").click();
    await page.getByText("This device already has a passkey for your account.").waitFor();
    expect(await device.count()).toBe(1);
    await button("Remove This computer").click();
    await dialog(/Remove/)
      .getByRole("button", { name: "Remove the passkey" })
      .click();
    await page.getByText("You could not sign in again without it.").waitFor();
    await dialog(/Remove/)
      .getByRole("button", { name: "Keep it" })
      .click();
  });

  test("creates an API key and copies it by keyboard alone; the key works until it is revoked", async () => {
    const { page, stack } = on;
    await open("/settings/api-keys");
    await press(page, button("Create a key"));
    await tabTo(page, dialog("Create an API key").getByRole("textbox", { name: "Name" }));
    await page.keyboard.type("Backup");
    await press(page, dialog("Create an API key").getByRole("checkbox", { name: /^Add, change/ }), "Space");
    await look(page, "api-key-form");
    await press(page, button("Create the key"));
    await dialog("Copy your key now").waitFor();
    await look(page, "api-key-shown");
    await press(page, button("Copy api key"));
    await button("Copied api key").waitFor();
    const key = await page.evaluate(() => navigator.clipboard.readText());
    expect(key).toMatch(/^hg_/);
    await press(page, button("Done"));
    expect(await page.content()).not.toContain(key);

    const ask = (path: string) => fetch(stack.url + path, { headers: { authorization: `Bearer ${key}` } });
    expect((await ask("/api/v1/photos")).status).toBe(200);
    expect((await ask("/api/v1/people")).status).toBe(403);
    await press(page, button("Revoke Backup"));
    await press(page, button("Revoke the key"));
    await page
      .getByRole("list", { name: "API keys" })
      .getByText("Backup", { exact: true })
      .waitFor({ state: "detached" });
    expect((await ask("/api/v1/photos")).status).toBe(401);
  });

  test("asks for a fresh proof when the sign-in is old: a passkey gives it, and the key is made after all", async () => {
    const { page } = on;
    await open("/settings/api-keys");
    makeStale();
    await device.setPresent(false);
    await button("Create a key").click();
    await dialog("Create an API key").getByRole("textbox", { name: "Name" }).fill("Late");
    await button("Create the key").click();
    await dialog("Confirm it is you").waitFor();
    await look(page, "confirm-it-is-you");
    await device.setPresent(true);
    await button("Use a passkey").click();
    await dialog("Copy your key now").waitFor();
    await button("Done").click();
    await page.getByRole("list", { name: "API keys" }).getByText("Late", { exact: true }).waitFor();
  });

  test("lets whoever has no way in add a passkey, and prove it is them by that", async () => {
    const { page, stack } = on;
    await device.remove();
    device = await addAuthenticator(page);
    stack.runSql("DELETE FROM passkeys");
    makeStale();
    await open("/settings/api-keys");
    await button("Create a key").click();
    await dialog("Create an API key").getByRole("textbox", { name: "Name" }).fill("Later");
    await button("Create the key").click();
    await dialog("Add a passkey first").waitFor();
    expect(await button("Sign in again").count()).toBe(0);
    await look(page, "confirm-without-a-way-in");
    await button("Add a passkey").click();
    await dialog("Confirm it is you").getByRole("button", { name: "Use a passkey" }).click();
    await dialog("Copy your key now").waitFor();
    expect(await device.count()).toBe(1);
    await button("Done").click();
  });

  test("keeps what waits to be sent for whoever signs in again to prove it is them", async () => {
    await open("/settings/api-keys");
    await expect.poll(queues).toHaveLength(1);
    const before = await queues();
    makeStale();
    await device.setPresent(false);
    await button("Create a key").click();
    await dialog("Create an API key").getByRole("textbox", { name: "Name" }).fill("Last");
    await button("Create the key").click();
    await dialog("Confirm it is you").getByRole("button", { name: "Sign in again" }).click();
    await heading("Sign in to Heliograph").waitFor();
    expect(await queues()).toEqual(before);
    await device.setPresent(true);
    // Offered quietly once more, to a device that says yes.
    await on.page.reload();
    await heading("API keys").waitFor();
    expect(await queues()).toEqual(before);
  });

  test("ends another session, which is signed out at once", async () => {
    const { page, stack } = on;
    const cookies = await on.context.cookies();
    await on.context.clearCookies();
    await page.goto(`${stack.url}/login`);
    // The same passkey, offered quietly: a second session.
    await heading(/^Welcome, /).waitFor();
    await open("/settings/sessions");
    const rows = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
    await expect.poll(() => rows.count()).toBe(2);
    await look(page, "settings-sessions-two");
    await button("Sign out all others").click();
    await expect.poll(() => rows.count()).toBe(1);
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    expect((await fetch(`${stack.url}/api/v1/auth/userinfo`, { headers: { cookie } })).status).toBe(401);
  });

  test("lists what happened, in words", async () => {
    await open("/settings/activity");
    const events = on.page.getByRole("list", { name: "Events" });
    for (const words of ["API key revoked", "API key created", "Passkey renamed", "Signed in"])
      await events.getByText(words, { exact: true }).first().waitFor();
    await look(on.page, "settings-activity-full");
  });

  test("offers every photo in one whole ZIP", async () => {
    const { page, stack } = on;
    await page.goto(`${stack.url}/upload`);
    await page.getByTestId("files").setInputFiles(await drawPictures(page, 3, "export"));
    await page.getByRole("heading", { name: "All done" }).first().waitFor({ timeout: 60_000 });
    await open("/settings/storage");
    await button("Prepare the download").click();
    const link = page.getByRole("link", { name: "Download part 1" });
    await link.waitFor();
    await look(page, "settings-storage-export");
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    const stream = await download.createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const zip = Buffer.concat(chunks);
    // The last record counts the files and says where their list ends, which is where it stands itself.
    const end = zip.subarray(-ZIP_END_BYTES);
    expect(end.readUInt32LE(0)).toBe(0x06054b50);
    expect(end.readUInt16LE(10)).toBeGreaterThanOrEqual(3);
    expect(end.readUInt32LE(12) + end.readUInt32LE(16)).toBe(zip.length - ZIP_END_BYTES);
    for (const name of ["export-000", "export-001", "export-002"]) expect(zip.includes(name)).toBe(true);
    expect(await download.failure()).toBeNull();
  });

  test("deletes the account after it was typed, and takes it back within the time", async () => {
    const { page } = on;
    await open("/settings/danger");
    await button("Delete my account").click();
    const ask = dialog("Delete your account?");
    const confirm = ask.getByRole("button", { name: "Delete my account" });
    expect(await confirm.getAttribute("aria-disabled")).toBe("true");
    await ask.getByRole("textbox").fill("Ada Lovelace");
    await look(page, "delete-account");
    await confirm.click();
    await page.getByText("This account is being deleted").first().waitFor();
    await look(page, "delete-account-closing");
    await button("Keep my account").click();
    await page.getByText("This account is being deleted").first().waitFor({ state: "detached" });
  });

  test("never broke the security policy", () => expect(on.violations).toEqual([]));
});
