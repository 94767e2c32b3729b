// A device with a passkey store, played by Chromium itself: asks nobody, says yes.
import type { Page } from "playwright-core";

export interface Authenticator {
  /** Passkeys it holds. */
  count(): Promise<number>;
  /** While false, every request for a passkey waits for a person who never comes, also when they are here afterwards. */
  setPresent(isPresent: boolean): Promise<void>;
  remove(): Promise<void>;
}

export async function addAuthenticator(page: Page): Promise<Authenticator> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    count: async () => (await devtools.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length,
    setPresent: async (enabled) => {
      await devtools.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled });
    },
    remove: async () => {
      await devtools.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
    },
  };
}
