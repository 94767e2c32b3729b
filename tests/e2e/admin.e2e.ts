// Admin on the real stack: inviting by keyboard, the invited person's first minute, what an admin may change; and that a
// browser keeps nothing of whoever left it.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Authenticator, addAuthenticator } from "./authenticator.ts";
import { journeys } from "./chromium.ts";
import { press, tabTo } from "./keyboard.ts";
import { look } from "./look.ts";
import { drawPictures } from "./pictures.ts";
import { type Visit, visit } from "./real-stack.ts";

const STEP_MS = 10_000;

journeys("admin", () => {
  let on: Visit;
  let device: Authenticator;
  let invitation = "";
  let ownersLink = "";
  beforeAll(async () => {
    on = await visit();
    on.page.setDefaultTimeout(STEP_MS);
    device = await addAuthenticator(on.page);
    await on.page.goto(on.stack.signInUrl);
    await on.page.getByLabel("Your name").fill("Ada Lovelace");
    await button("Continue").click();
    await button("Create a passkey").click();
    await heading("Welcome, Ada Lovelace").waitFor();
  });
  afterAll(async () => on?.close());

  const heading = (name: string | RegExp) => on.page.getByRole("heading", { level: 1, name });
  const button = (name: string | RegExp) => on.page.getByRole("button", { name, exact: typeof name === "string" });
  const dialog = (name: string | RegExp) => on.page.getByRole("dialog", { name });

  async function open(path: string): Promise<void> {
    await on.page.goto(on.stack.url + path);
    await on.page.getByRole("heading", { level: 1 }).waitFor();
  }

  test("has no axe violation in any tab, on a desk and on a phone", async () => {
    for (const tab of ["users", "invitations", "sign-in", "audit"]) {
      await open(`/admin/${tab}`);
      await on.page.waitForLoadState("networkidle").catch(() => {});
      await look(on.page, `admin-${tab}`);
    }
  });

  test("invites a user by keyboard alone; the link is shown once", async () => {
    const { page } = on;
    await open("/admin/users");
    await press(page, page.getByRole("link", { name: "Invite somebody" }));
    await press(page, button("Invite somebody"));
    await tabTo(page, dialog("Invite somebody").getByLabel(/^E-mail/));
    await press(page, dialog("Invite somebody").getByRole("textbox", { name: /^Room/ }), "1");
    await look(page, "invite-form");
    await press(page, button("Make the link"));
    await dialog("Send this link").waitFor();
    invitation = await page.getByRole("textbox", { name: "Invitation link" }).inputValue();
    await look(page, "invite-link");
    await press(page, button("Done"));
    expect(await page.content()).not.toContain(invitation);
    await page.getByText("Anybody with the link").waitFor();
  });

  test("makes an owner a sign-in link of their own", async () => {
    const { page } = on;
    await open("/admin/users");
    await button("New sign-in link for Ada Lovelace").click();
    await button("Make the link").click();
    await dialog("Hand over this link").waitFor();
    ownersLink = (await page.getByRole("textbox", { name: "Sign-in link" }).inputValue()).replace(
      "//127.0.0.1:",
      "//localhost:",
    );
    await button("Done").click();
  });

  test("leaves nothing of whoever signs out in the browser", async () => {
    const { page } = on;
    await open("/upload");
    await page.getByTestId("files").setInputFiles(await drawPictures(page, 2, "secret of ada"));
    await page.getByRole("heading", { name: "All done" }).first().waitFor({ timeout: 60_000 });
    await open("/gallery");
    await page.getByRole("gridcell").first().waitFor();
    await device.setPresent(false);
    await button(/^Account of/).click();
    await button("Sign out").click();
    await heading("Sign in to Heliograph").waitFor();
    expect(await keptByBrowser()).toEqual({ databases: [], keys: [] });
  });

  test("lets in the invited person, who sees nothing of the one before", async () => {
    const { page } = on;
    await device.remove();
    device = await addAuthenticator(page);
    await page.goto(invitation.replace("//127.0.0.1:", "//localhost:"));
    await heading("Ada Lovelace invites you").waitFor();
    expect(page.url()).not.toContain("token");
    await look(page, "invitation");
    await page.getByLabel("Your name").fill("Grace Hopper");
    await button("Accept the invitation").click();
    await heading("Welcome to Heliograph").waitFor();
    await button("Continue").click();
    await button("Create a passkey").click();
    await heading("Welcome, Grace Hopper").waitFor();
    await open("/gallery");
    await page.waitForTimeout(500);
    expect(await page.getByRole("gridcell").count()).toBe(0);
    await open("/upload");
    expect(await page.content()).not.toContain("secret of ada");
    expect(await page.getByRole("link", { name: "Admin" }).count()).toBe(0);
    await open("/admin/users");
    await heading("For admins").waitFor();
    await look(page, "admin-refused");
    await open("/settings/storage");
    await page.getByText("0 B of 1 GB").waitFor();
  });

  test("keeps an account that asked to be deleted, when its person says so", async () => {
    const { page } = on;
    await open("/settings/danger");
    await button("Delete my account").click();
    await dialog("Delete your account?").getByRole("textbox").fill("Grace Hopper");
    await dialog("Delete your account?").getByRole("button", { name: "Delete my account" }).click();
    await page.getByText("This account is being deleted").first().waitFor();
    await open("/gallery");
    await heading("Your library is closed").waitFor();
    await look(page, "closing");
    await button("Keep my account").click();
    await heading("Gallery").waitFor();
  });

  test("gives somebody without a way in a link of the owner's, which leads to where they make one", async () => {
    const { page, stack } = on;
    await device.setPresent(false);
    await button(/^Account of/).click();
    await button("Sign out").click();
    await heading("Sign in to Heliograph").waitFor();
    await page.goto(ownersLink);
    await page.getByRole("list", { name: "Passkeys" }).waitFor();
    await open("/admin/users");
    await button("New sign-in link for Grace Hopper").click();
    await look(page, "admin-sign-in-link");
    await button("Make the link").click();
    await dialog("Hand over this link").waitFor();
    const link = await page.getByRole("textbox", { name: "Sign-in link" }).inputValue();
    await look(page, "admin-sign-in-link-shown");
    await button("Done").click();
    expect(await page.content()).not.toContain(link);
    await button(/^Account of/).click();
    await button("Sign out").click();
    await heading("Sign in to Heliograph").waitFor();
    stack.runSql("DELETE FROM passkeys");
    await page.goto("about:blank");
    await page.goto(link.replace("//127.0.0.1:", "//localhost:"));
    await heading("Welcome to Heliograph").waitFor();
    await button("Continue").click();
    await device.setPresent(true);
    await button("Create a passkey").click();
    await page.getByRole("list", { name: "Passkeys" }).getByRole("listitem").waitFor();
  });

  test("refuses an invitation that was used", async () => {
    const { page } = on;
    await page.goto("about:blank");
    await page.goto(invitation.replace("//127.0.0.1:", "//localhost:"));
    await heading("This invitation does not work").waitFor();
  });

  test("never broke the security policy", () => expect(on.violations).toEqual([]));

  const keptByBrowser = () =>
    on.page.evaluate(async () => ({
      databases: (await indexedDB.databases()).map(({ name }) => name).filter((name) => name?.includes("uploads")),
      keys: Object.keys(localStorage),
    }));
});
