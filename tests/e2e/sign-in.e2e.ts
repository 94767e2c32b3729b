// Getting in, in every way there is, on the real stack: the owner's first link, a passkey, a mailed link, a provider, a password.
import { afterAll, beforeAll, expect, test } from "vitest";
import { problemOf } from "../../web/src/problem-of.test-help.ts";
import { type OidcProvider, startOidcProvider } from "../fixtures/oidc-provider.ts";
import { type Authenticator, addAuthenticator } from "./authenticator.ts";
import { journeys } from "./chromium.ts";
import { press } from "./keyboard.ts";
import { look } from "./look.ts";
import { drawPictures } from "./pictures.ts";
import { PostOffice } from "./post-office.ts";
import { listPhotos, type Visit, visit } from "./real-stack.ts";

const STEP_MS = 10_000;
const ADDRESS = "ada@example.org";
const PASSWORD = "four words make one";

journeys("sign-in", () => {
  let on: Visit;
  let post: PostOffice;
  let device: Authenticator;
  let provider: OidcProvider;
  beforeAll(async () => {
    post = await PostOffice.open();
    on = await visit(undefined, { variables: post.variables });
    on.page.setDefaultTimeout(STEP_MS);
    device = await addAuthenticator(on.page);
  });
  afterAll(async () => {
    await on?.close();
    await post?.close();
    await provider?.close();
  });

  const heading = (name: string | RegExp) => on.page.getByRole("heading", { level: 1, name });
  const button = (name: string | RegExp) => on.page.getByRole("button", { name });

  async function open(path: string): Promise<void> {
    await on.page.goto(on.stack.url + path);
    await on.page.getByRole("heading", { level: 1 }).waitFor();
  }

  async function signOut(): Promise<void> {
    await button(/^Account of/).click();
    await on.page.getByRole("button", { name: "Sign out", exact: true }).click();
    await heading("Sign in to Heliograph").waitFor();
  }

  test("waits for the owner's link while nobody owns the installation", async () => {
    await open("/");
    await on.page.getByText("Nobody owns this installation yet").waitFor();
    await look(on.page, "unclaimed");
  });

  test("makes the first visitor the owner, who names themselves and makes a passkey", async () => {
    const { page, stack } = on;
    await page.goto(stack.signInUrl);
    await heading("Welcome to Heliograph").waitFor();
    expect(page.url()).not.toContain("token");
    await look(page, "welcome-owner");
    await page.getByLabel("Your name").fill("Ada Lovelace");
    await page.getByLabel("E-mail address").fill(ADDRESS);
    await button("Continue").click();
    await heading(/Come back with a passkey/).waitFor();
    await look(page, "welcome-owner-passkey");
    await button("Create a passkey").click();
    await heading("Welcome, Ada Lovelace").waitFor();
    expect(await device.count()).toBe(1);
  });

  test("confirms the owner's address by the link mailed to it, once its account is signed in", async () => {
    const { page } = on;
    const link = await post.linkTo(ADDRESS);
    await device.setPresent(false);
    await signOut();
    await page.goto("about:blank");
    await page.goto(link);
    await page.getByText("Sign in to confirm your address").waitFor();
    expect(page.url()).not.toContain("token");
    await look(page, "link-waits-for-sign-in");
    await device.setPresent(true);
    await button("Continue with a passkey").click();
    await page.getByText("Your address is confirmed").waitFor();
    await page.getByText("Proved", { exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/settings/profile");
  });

  test("asks before a link signs somebody in where somebody is signed in already", async () => {
    const { page, stack, browser } = on;
    const there = await browser.newContext();
    await there.request.post(`${stack.url}/api/v1/auth/email`, {
      data: { email: ADDRESS },
      headers: { origin: stack.url },
    });
    const link = await post.linkTo(ADDRESS);
    await page.goto("about:blank");
    await page.goto(link);
    await heading("Use this link?").waitFor();
    await page.getByText("You are signed in as Ada Lovelace").waitFor();
    expect(page.url()).not.toContain("token");
    await look(page, "link-asks");
    await button("Stay signed in").click();
    await heading("Welcome, Ada Lovelace").waitFor();
    await page.goto("about:blank");
    await page.goto(link);
    await button("Use the link").click();
    await heading("Welcome, Ada Lovelace").waitFor();
    await there.close();
  });

  test("opens the account by the passkey alone, by keyboard, and goes where the person wanted to", async () => {
    const { page } = on;
    await device.setPresent(false);
    await signOut();
    await open("/settings/sessions");
    await heading("Sign in to Heliograph").waitFor();
    await button("Continue with a passkey").waitFor();
    await look(page, "sign-in");
    await device.setPresent(true);
    await press(page, button("Continue with a passkey"));
    await heading("Sessions").waitFor();
    await page.getByText("This one").waitFor();
  });

  test("opens the account by a mailed link, which works once", async () => {
    const { page } = on;
    await device.setPresent(false);
    await signOut();
    await open("/login?to=/gallery");
    await page.getByLabel("E-mail address").fill(ADDRESS);
    await button("Email me a link").click();
    await page.getByRole("heading", { name: "Look into your mail" }).waitFor();
    await look(page, "link-sent");
    const link = await post.linkTo(ADDRESS);
    await page.goto(link);
    await heading("Gallery").waitFor();
    await signOut();
    await page.goto("about:blank");
    await page.goto(link);
    await page.getByText("This link does not work any more").waitFor();
    await look(page, "link-used");
  });

  test("says the same of an address nobody has", async () => {
    const { page } = on;
    await open("/login");
    await page.getByLabel("E-mail address").fill("nobody@example.org");
    await button("Email me a link").click();
    await page.getByText("If nobody@example.org has an account here, a link is on its way").waitFor();
    expect(post.letters).toEqual([]);
  });

  test("opens the account by a provider that was added and linked, and leaves it with the session", async () => {
    const { page, stack } = on;
    await signInByPasskey();
    const accounts = new Map([["ada-there", { name: "Ada there", email: "ada@provider.example" }]]);
    const redirectUri = `${stack.url}/api/v1/auth/oidc/example/callback`;
    provider = await startOidcProvider({
      accounts,
      clients: [
        {
          clientId: "heliograph",
          clientSecret: "secret of tests",
          redirectUris: [redirectUri],
          postLogoutRedirectUris: [`${stack.url}/login`],
        },
      ],
    });
    await open("/admin/sign-in");
    await button("Add a provider").click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Example");
    await dialog.getByRole("textbox", { name: "Short name" }).fill("example");
    expect(await dialog.getByRole("textbox", { name: "Redirect URI" }).inputValue()).toBe(redirectUri);
    await dialog.getByRole("textbox", { name: "Issuer" }).fill(provider.issuer);
    await dialog.getByRole("textbox", { name: "Client ID" }).fill("heliograph");
    await dialog.getByRole("textbox", { name: "Client secret" }).fill("secret of tests");
    await look(page, "provider-form");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("list", { name: "Providers" }).getByText("Example", { exact: true }).waitFor();

    await open("/settings/sign-in");
    await button("Link Example").click();
    await heading("Sign in to Example provider").waitFor();
    await page.getByRole("textbox", { name: "Account" }).fill("ada-there");
    await button("Continue").click();
    await page.waitForURL(/\/settings/);
    await open("/settings/sign-in");
    await page.getByRole("list", { name: "Linked providers" }).getByText("Example", { exact: true }).waitFor();
    await look(page, "settings-sign-in-linked");

    await device.setPresent(false);
    await signOutAnywhere();
    await open("/login?to=/albums");
    await page.getByRole("link", { name: "Continue with Example" }).click();
    // The provider remembers who was there.
    await heading("Albums").waitFor();
    await open("/settings/sessions");
    await page
      .getByText(/by Example/)
      .first()
      .waitFor();

    await signOutAnywhere();
    await heading("Sign out of Example provider").waitFor();
    await button("Sign out").click();
    await heading("Sign in to Heliograph").waitFor();
  });

  test("opens the account by a password where an admin allows them", async () => {
    const { page } = on;
    await signInByPasskey();
    await open("/admin/sign-in");
    await page.getByLabel("Allow passwords").check();
    await page.getByText("Saved").waitFor();
    await open("/settings/sign-in");
    await page.getByLabel("New password").fill("short");
    await button("Save the password").click();
    await page.getByText("Take 12 characters or more").waitFor();
    await page.getByLabel("New password").fill(PASSWORD);
    await button("Save the password").click();
    await page.getByText("The password is saved").waitFor();
    await device.setPresent(false);
    await signOutAnywhere();
    await open("/login");
    await button("Use a password instead").click();
    await page.getByLabel("E-mail address").fill(ADDRESS);
    await page.getByLabel("Password").fill("not that one at all");
    await button("Sign in with the password").click();
    await page.getByText("That address and password do not fit").waitFor();
    await look(page, "password-wrong");
    await page.route("**/api/v1/auth/login", (route) =>
      route.fulfill({ status: 429, headers: { "retry-after": "60" }, json: problemOf("too-many-requests") }),
    );
    await button("Sign in with the password").click();
    await page.getByText("Too many tries").waitFor();
    expect(await button("Sign in with the password").getAttribute("aria-disabled")).toBe("true");
    // Another way is no more of the same tries.
    expect(await button("Continue with a passkey").getAttribute("aria-disabled")).not.toBe("true");
    await look(page, "password-too-often");
    await page.unroute("**/api/v1/auth/login");
    await open("/login");
    await button("Use a password instead").click();
    await page.getByLabel("E-mail address").fill(ADDRESS);
    await page.getByLabel("Password").fill(PASSWORD);
    await button("Sign in with the password").click();
    await heading("Welcome, Ada Lovelace").waitFor();
  });

  test("keeps what was dropped before anybody was signed in, also over the visit to a provider", async () => {
    const { page } = on;
    await device.setPresent(false);
    await signOut();
    const [picture] = await drawPictures(page, 1, "early");
    await page.evaluate(
      async (bytes) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(bytes)], "early.jpg", { type: "image/jpeg" }));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      },
      [...(picture?.buffer ?? [])],
    );
    await page.getByText("1 photo waits here, and will be sent as soon as you are signed in.").waitFor();
    await heading("Sign in to Heliograph").waitFor();
    await look(page, "dropped-early");
    await page.getByRole("link", { name: "Continue with Example" }).click();
    await page.getByRole("textbox", { name: "Account" }).fill("ada-there");
    await button("Continue").click();
    await heading("Welcome, Ada Lovelace").waitFor();
    await expect.poll(async () => (await listPhotos(on)).map(({ filename }) => filename)).toEqual(["early.jpg"]);
  });

  test("never broke the security policy", () => expect(on.violations).toEqual([]));

  /** By the quiet offer of the address field: a device that says yes needs no press at all. */
  async function signInByPasskey(): Promise<void> {
    await device.setPresent(true);
    await open("/login");
    await heading(/^Welcome, /).waitFor();
  }

  /** Also where the provider wants to hear of it: the browser may end on a page of theirs. */
  async function signOutAnywhere(): Promise<void> {
    await button(/^Account of/).click();
    const left = on.page.waitForEvent("load");
    await on.page.getByRole("button", { name: "Sign out", exact: true }).click();
    await left;
  }
});
