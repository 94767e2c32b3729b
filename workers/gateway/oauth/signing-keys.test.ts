// The life of signing keys over years, on the real statements: several isolates, one database, a clock of ours.
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { migrationFiles } from "../../../local/local-state.ts";
import { verifyJws } from "../../../shared/tokens/verify-jws.ts";
import { FakeDatabase } from "../../../tests/simulation/fake-d1.ts";
import { type IdentityVault, identityVault } from "../identity/identity-vault.ts";
import { ownKeys, publishedKeys, rotateSigningKey, signingKey } from "./signing-keys.ts";
import { sweepOAuth } from "./sweep-oauth.ts";

const SECRET = "a secret of tests, 32 characters long";
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const START_MS = 1_800_000_000_000;

function installation() {
  const database = new FakeDatabase(migrationFiles().flatMap(({ statements }) => statements));
  const world = { nowMs: START_MS, reads: 0 };
  const db = database.binding(async (_kind, label, execute) => {
    if (label().startsWith("SELECT")) world.reads++;
    // Whoever runs at the same time gets their turn between any two calls.
    await Promise.resolve();
    return execute();
  });
  let ids = 0;
  const isolate = (vault: IdentityVault = identityVault(SECRET)) => ({
    db,
    vault,
    now: () => world.nowMs,
    newId: () => `id-${ids++}`,
  });
  const rows = () => database.rows(`SELECT kid, signs_from, retires_at FROM signing_keys ORDER BY signs_from`);
  return { world, isolate, rows, database };
}

type Isolate = ReturnType<ReturnType<typeof installation>["isolate"]>;

async function sign(deps: Isolate): Promise<string> {
  const { kid, key } = await signingKey(deps);
  return await new SignJWT({ sub: "x" }).setProtectedHeader({ alg: "ES256", kid }).sign(key);
}

const accepts = (deps: Isolate, token: string): Promise<boolean> =>
  verifyJws(token, { keys: ownKeys(deps), keyIds: "ours", algorithms: ["ES256"] }).then(
    () => true,
    () => false,
  );

describe("signing keys", () => {
  it("are one when twenty isolates make the first at the same instant", async () => {
    const { isolate, rows } = installation();
    const isolates = Array.from({ length: 20 }, () => isolate());
    const tokens = await Promise.all(isolates.map(sign));
    expect(rows()).toHaveLength(1);
    for (const token of tokens) expect(await accepts(isolates[7] ?? isolate(), token)).toBe(true);
  });

  it("are sealed: the database alone signs nothing", async () => {
    const { isolate, database } = installation();
    await sign(isolate());
    const [row] = database.rows(`SELECT * FROM signing_keys`);
    expect(JSON.stringify(row)).not.toMatch(/\\?"d\\?"/);
    await expect(sign(isolate(identityVault("another secret, 32 characters long")))).rejects.toThrow("misconfigured");
  });

  it("verify without asking anybody once warm, and are read once in 30 s whatever unknown keys are named", async () => {
    const { world, isolate } = installation();
    const deps = isolate();
    const token = await sign(deps);
    world.reads = 0;
    for (let n = 0; n < 100; n++) expect(await accepts(deps, token)).toBe(true);
    expect(world.reads).toBe(0);
    for (let burst = 0; burst < 100; burst++) {
      world.nowMs += 600;
      const found = await Promise.all(
        Array.from({ length: 100 }, (_, n) => ownKeys(deps).find(`k${burst}-${n}`, "ES256")),
      );
      expect(found.every((key) => key === null)).toBe(true);
    }
    // 10,000 unknown keys in a minute.
    expect(world.reads).toBeLessThanOrEqual(3);
    expect(await accepts(deps, token)).toBe(true);
  });

  it("are known to every isolate before they sign, and until their last token has ended", async () => {
    const { world, isolate, rows } = installation();
    const [signer, verifier] = [isolate(), isolate()];
    let token = await sign(signer);
    let signedAt = world.nowMs;
    // Two months, with a sweep every five minutes where something may happen.
    const kids = new Set<string>();
    for (let elapsed = 0; elapsed < 65 * DAY_MS; ) {
      const nearRotation = elapsed % (30 * DAY_MS) < 60 * MINUTE_MS;
      const step = nearRotation ? MINUTE_MS : 60 * MINUTE_MS;
      elapsed += step;
      world.nowMs += step;
      if (elapsed % (5 * MINUTE_MS) === 0) await sweepOAuth(isolate());
      // The last token of five minutes ago or less is good in an isolate that has had its copy for a while.
      if (world.nowMs - signedAt <= 5 * MINUTE_MS) expect(await accepts(verifier, token)).toBe(true);
      token = await sign(signer);
      signedAt = world.nowMs;
      expect(await accepts(verifier, token), `${elapsed / MINUTE_MS} min`).toBe(true);
      kids.add(String(JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).kid));
    }
    expect(kids.size).toBe(3);
    expect(rows()).toHaveLength(1);
  });

  it("are retired when the last token of theirs has ended, and then accept nothing", async () => {
    const { world, isolate } = installation();
    const deps = isolate();
    const old = await sign(deps);
    const { kid, isNew } = await rotateSigningKey(deps, world.nowMs);
    expect(isNew).toBe(true);
    world.nowMs += 15 * MINUTE_MS - 1;
    expect((await signingKey(deps)).kid).not.toBe(kid);
    world.nowMs += 1;
    expect((await signingKey(deps)).kid).toBe(kid);
    world.nowMs += 6 * MINUTE_MS - 1;
    expect(await publishedKeys(isolate())).toHaveLength(2);
    world.nowMs += 1;
    expect(await publishedKeys(isolate())).toHaveLength(1);
    expect(await accepts(isolate(), old)).toBe(false);
  });

  it("make one successor when every isolate rotates at the same instant", async () => {
    const { world, isolate, rows } = installation();
    await sign(isolate());
    const made = await Promise.all(Array.from({ length: 20 }, () => rotateSigningKey(isolate(), world.nowMs)));
    expect(made.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(made.map(({ kid }) => kid)).size).toBe(1);
    expect(rows()).toHaveLength(2);
    expect(rows().filter((row) => row["retires_at"] === null)).toHaveLength(1);
  });
});

describe("the sweep of grants", () => {
  it("forgets codes after a day and ended grants after a week, and keeps what is alive", async () => {
    const { world, isolate, database } = installation();
    const at = (ago: number) => world.nowMs - ago;
    const code = (hash: string, expiresAt: number) =>
      database
        .statement(
          `INSERT INTO oauth_codes (hash, client_id, user_id, redirect_uri, code_challenge, scopes, authenticated_at, expires_at)
           VALUES (?, 'c', 'u', 'r', 'x', '[]', 0, ?)`,
        )
        .run(hash, expiresAt);
    const grant = (id: string, expiresAt: number, revokedAt: number | null, closedAt: number | null) =>
      database
        .statement(
          `INSERT INTO oauth_grants (id, client_id, user_id, scopes, generation, rotated_at, authenticated_at, created_at,
             expires_at, revoked_at, sockets_closed_at) VALUES (?, 'c', 'u', '[]', 1, 0, 0, 0, ?, ?, ?)`,
        )
        .run(id, expiresAt, revokedAt, closedAt);
    code("old", at(DAY_MS + 1));
    code("used lately", at(DAY_MS - 1));
    grant("alive", at(-DAY_MS), null, null);
    grant("idle", at(8 * DAY_MS), null, null);
    grant("idle lately", at(6 * DAY_MS), null, null);
    grant("revoked", at(-DAY_MS), at(8 * DAY_MS), at(8 * DAY_MS));
    grant("revoked lately", at(-DAY_MS), at(DAY_MS), at(DAY_MS));
    grant("sockets open", at(-DAY_MS), at(8 * DAY_MS), null);
    await sweepOAuth(isolate());
    const names = (table: string, column: string) =>
      database.rows(`SELECT ${column} AS name FROM ${table} ORDER BY 1`).map(({ name }) => name);
    expect(names("oauth_codes", "hash")).toEqual(["used lately"]);
    expect(names("oauth_grants", "id")).toEqual(["alive", "idle lately", "revoked lately", "sockets open"]);
    // Nobody has asked for a token: there is no key to replace.
    expect(names("signing_keys", "kid")).toEqual([]);
  });
});
