// What a sign-in costs the whole platform (gateway, database, counters of attempts), through the front door, as CPU of workerd.
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { uuidv7 } from "uuidv7";
import { issueSignInLink } from "../../local/local-state.ts";
import { openStack, STACK_DEFAULTS, type Stack } from "../../local/open-stack.ts";
import type { WebAuthnOptions } from "../../shared/contracts/sign-in.ts";
import { Browser } from "../../tests/fixtures/browser.ts";
import { SoftAuthenticator } from "../../tests/fixtures/soft-authenticator.ts";
import { hashPassword } from "../../workers/gateway/identity/password-hash.ts";
import { workerdCpuMs } from "../workerd-cpu.ts";

export type SignInWork = "passkey" | "password" | "email-link" | "session";

/** How often one sample does it, so that clock ticks of 10 ms are noise. */
const TIMES: Readonly<Record<SignInWork, number>> = { passkey: 40, password: 8, "email-link": 80, session: 300 };
const EMAIL = "bench@example.org";
const PASSWORD = "correct horse battery";

/** @returns CPU (ms) of each work, per sample; null where the system does not say */
export async function measureSignIns(rounds: number): Promise<Map<SignInWork, number[]> | null> {
  const stateDir = mkdtempSync(join(tmpdir(), "heliograph-bench-"));
  const stack = await openStack({
    ...STACK_DEFAULTS,
    stateDir,
    users: 2,
    models: false,
    sweepEverySeconds: 0,
    attemptLimitFactor: 10_000,
  });
  try {
    const works = await prepare(stack);
    const samples = new Map<SignInWork, number[]>();
    for (let round = -1; round < rounds; round++)
      for (const [name, work] of works) {
        const cpuMs = await sample(TIMES[name], work);
        if (cpuMs === null) return null;
        if (round >= 0) samples.set(name, [...(samples.get(name) ?? []), cpuMs]);
      }
    return samples;
  } finally {
    await stack.close();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function sample(times: number, work: () => Promise<() => Promise<unknown>>): Promise<number | null> {
  const runs: (() => Promise<unknown>)[] = [];
  for (let time = 0; time < times; time++) runs.push(await work());
  const before = workerdCpuMs(process.pid);
  for (const run of runs) await run();
  const after = workerdCpuMs(process.pid);
  return before === null || after === null ? null : (after - before) / times;
}

/** Each work prepares one sign-in, which is not counted, and returns it. */
async function prepare(stack: Stack): Promise<[SignInWork, () => Promise<() => Promise<unknown>>][]> {
  const userId = stack.users[0]?.id ?? "";
  await stack.db
    .prepare(`UPDATE users SET email = ?2, email_verified_at = 1, password_hash = ?3 WHERE id = ?1`)
    .bind(userId, EMAIL, hashPassword(PASSWORD))
    .run();
  await stack.db
    .prepare(`INSERT INTO settings (name, value, changed_at) VALUES ('identity', '{"passwords":true}', 0)`)
    .run();
  const insertLink = async (): Promise<string> => {
    const token = randomBytes(32).toString("base64url");
    await stack.db
      .prepare(
        `INSERT INTO sign_in_links (hash, id, user_id, purpose, email, expires_at) VALUES (?, ?, ?, 'sign-in', ?, ?)`,
      )
      .bind(createHash("sha256").update(token).digest("hex"), uuidv7(), userId, EMAIL, Date.now() + 600_000)
      .run();
    return token;
  };
  const signedIn = new Browser(stack.url);
  await signedIn.ask("POST", "/api/v1/auth/link", { token: await insertLink() });
  const device = new SoftAuthenticator(stack.url, { isSynced: true });
  const options = await signedIn.ask<WebAuthnOptions>("POST", "/api/v1/auth/passkeys/options");
  await signedIn.ask("POST", "/api/v1/auth/passkeys", { response: device.create(options) }, 201);
  // Somebody else: an account keeps a hundred sessions, and the sign-ins above make more.
  const other = new Browser(stack.url);
  const link = await issueSignInLink(stack.db, stack.users[1]?.id ?? "", stack.url, Date.now());
  await other.ask("POST", "/api/v1/auth/link", { token: new URL(link).hash.replace("#token=", "") });
  return [
    [
      "passkey",
      async () => async () => {
        const browser = new Browser(stack.url);
        const asked = await browser.ask<WebAuthnOptions>("POST", "/api/v1/auth/passkeys/sign-in/options");
        await browser.ask("POST", "/api/v1/auth/passkeys/sign-in", device.get(asked));
      },
    ],
    [
      "password",
      async () => () => new Browser(stack.url).ask("POST", "/api/v1/auth/login", { email: EMAIL, password: PASSWORD }),
    ],
    [
      "email-link",
      async () => {
        const token = await insertLink();
        return () => new Browser(stack.url).ask("POST", "/api/v1/auth/link", { token });
      },
    ],
    ["session", async () => () => other.ask("GET", "/api/v1/auth/userinfo")],
  ];
}
