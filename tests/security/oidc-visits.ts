// Visits to a hostile provider through the real stack: begun at our door, ended at our door, looked at from outside.
import type { StackOptions } from "../../local/open-stack.ts";
import { type HostileIssuer, type Script, startHostileProvider } from "../fixtures/hostile-provider.ts";
import { type Browser, openBrowser } from "../fixtures/redirect-browser.ts";
import { openTestPlatform, type TestPlatform } from "../fixtures/test-platform.ts";
import { testCredentials } from "./test-credentials.ts";

export const CLIENT_SECRET = "a client secret of 32 characters, at least";

export interface Begun {
  readonly browser: Browser;
  /** Where we send the browser. */
  readonly there: string;
}

function oidcVisits(platform: TestPlatform) {
  const origin = platform.stack.url;
  const owner = () => testCredentials(platform).session(platform.stack.users[0]?.id ?? "");
  const isOurPage = (url: URL) => url.origin !== origin || !url.pathname.startsWith("/api/");

  return {
    origin,
    async put(id: string, issuer: string, change: Record<string, unknown> = {}): Promise<Response> {
      const clientId = `client-of-${id}`;
      return await platform.anonymous(`/api/v1/admin/providers/${id}`, {
        method: "PUT",
        headers: { ...(await owner()), "content-type": "application/json" },
        body: JSON.stringify({ name: id, issuer, clientId, clientSecret: CLIENT_SECRET, allowSignUp: true, ...change }),
      });
    },
    async remove(id: string): Promise<void> {
      await platform.anonymous(`/api/v1/admin/providers/${id}`, { method: "DELETE", headers: await owner() });
    },

    async begin(id: string, query = "", browser = openBrowser()): Promise<Begun> {
      const response = await browser.call(`${origin}/api/v1/auth/oidc/${id}/start${query}`);
      return { browser, there: response.headers.get("location") ?? "" };
    },
    /** @returns where the browser ends, as a path of ours or a whole address of somebody else's */
    async end(browser: Browser, back: URL | string): Promise<string> {
      const { url, text, status } = await browser.visit(String(back), isOurPage);
      if (status !== 302) throw new Error(`a person sees ${status}: ${text}`);
      return url.startsWith(`${origin}/`) ? url.slice(origin.length) : url;
    },
    async visit(id: string, issuer: HostileIssuer, query = ""): Promise<{ end: string; browser: Browser }> {
      const { browser, there } = await this.begin(id, query);
      return { end: await this.end(browser, issuer.agree(there)), browser };
    },
    isSignedIn: (browser: Browser): boolean => browser.cookies(origin).has("hg_session_local"),
    async count(table: "users" | "identities" | "sessions"): Promise<number> {
      const row = await platform.stack.db.prepare(`SELECT COUNT(*) AS n FROM ${table}`).first<{ n: number }>();
      return row?.n ?? -1;
    },
  };
}

/** A platform that knows two issuers of a hostile provider, as "one" and "other". */
export async function openHostileVisits(options: Partial<StackOptions> = {}) {
  const platform = await openTestPlatform({ attemptLimitFactor: 1000, ...options });
  const hostile = await startHostileProvider();
  const visits = oidcVisits(platform);
  const [one, other] = [hostile.newIssuer(), hostile.newIssuer()];
  for (const [id, { issuer }] of Object.entries({ one, other })) {
    const answer = await visits.put(id, issuer);
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  }
  let subjects = 0;
  return {
    platform,
    hostile,
    visits,
    one,
    other,
    /** Somebody nobody has seen before, so that a success would make an account. */
    newcomer: (script: Script = {}): Script => ({ ...script, sub: `newcomer ${++subjects}` }),
    state: async (): Promise<number[]> => [
      await visits.count("users"),
      await visits.count("identities"),
      await visits.count("sessions"),
    ],
    async close(): Promise<void> {
      await hostile.close();
      await platform.close();
    },
  };
}
