// Random requests by real users against the real stack: nobody may ever see a byte of somebody else's, and nothing may break.
import { createHash } from "node:crypto";
import { AuditAction } from "../../shared/contracts/audit.ts";
import { Scope } from "../../shared/contracts/auth.ts";
import type { TestPlatform } from "../fixtures/test-platform.ts";
import { Random } from "../fuzz/random.ts";
import { fillPath, type GatewayRoute } from "./gateway-routes.ts";
import { idsWithin, pictureDigests, type Tenant, tracesOf } from "./tenants.ts";
import type { Headers, TestCredentials } from "./test-credentials.ts";

export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  /** Called now and then with how many requests are done. */
  readonly onProgress?: (done: number) => void;
}

export interface FuzzReport {
  readonly requests: number;
  readonly seed: number;
  /** How many answers had each status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Routes that answered 2xx to somebody: the fuzz reaches behind the walls. */
  readonly reached: number;
  readonly violations: readonly string[];
}

/** Requests under way at a time. */
const LANES = 8;
/** Requests between two looks at what there is to betray: ids come to be while it runs. */
const LOOK_EVERY = 2000;
/** Requests between two rounds of new credentials; divides LOOK_EVERY. */
const LET_IN_EVERY = 250;
/** Violations after which a run has said enough. */
const VIOLATIONS_MAX = 20;
const METHODS = ["GET", "GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] as const;

const WORDS = [
  "",
  "0",
  "1",
  "-1",
  "null",
  "true",
  "undefined",
  "NaN",
  "../",
  "..%2f",
  "%00",
  "\u202e",
  "'; DROP TABLE users;--",
  "<script>alert(1)</script>",
  "w320.jpg",
  "w1280.webp",
  "w1.gif",
  "crop.jpg",
  "none",
  "any",
  "all",
  "2026-01-01",
  "9".repeat(40),
  "a".repeat(3000),
  "🦊",
  ...Scope.options,
  ...AuditAction.options.slice(0, 5),
];
const QUERY_NAMES = [
  "cursor",
  "limit",
  "status",
  "batch",
  "person",
  "match",
  "wait",
  "since",
  "g",
  "ticket",
  "user",
  "action",
  "to",
  "part",
  "permanent",
  "hidden",
  "q",
  "client_id",
  "redirect_uri",
  "scope",
  "state",
  "code",
  "response_type",
  "code_challenge",
];
const BODY_NAMES = [
  "name",
  "email",
  "favourite",
  "takenAt",
  "into",
  "from",
  "faces",
  "person",
  "cover",
  "hidden",
  "birthday",
  "answer",
  "box",
  "granted",
  "version",
  "clientBatchId",
  "expected",
  "files",
  "token",
  "password",
  "scopes",
  "expiresInDays",
  "kind",
  "redirectUris",
  "isPublic",
  "userCode",
  "isAllowed",
  "query",
  "confirm",
  "role",
  "status",
  "quotaBytes",
  "passwords",
  "registration",
  "grant_type",
  "refresh_token",
  "client_id",
  "client_secret",
  "actionId",
];

export async function fuzzRequests(
  platform: TestPlatform,
  make: TestCredentials,
  tenants: readonly Tenant[],
  routes: readonly GatewayRoute[],
  options: FuzzOptions,
): Promise<FuzzReport> {
  const random = new Random(options.seed);
  const pick = <T>(list: readonly T[]): T => random.pick(list);
  const chance = (probability: number) => random.next() < probability;
  const statuses: Record<string, number> = {};
  const reached = new Set<string>();
  const violations: string[] = [];
  const credentials = new Map<Tenant, Headers[]>();
  /** Others' ids that a user was given to guess with and has sent: they may stand in that user's own texts from then on. */
  const sent = new Map(tenants.map((tenant) => [tenant, new Set<string>()]));
  // As traces are: the id within what a client is called by, too.
  const pool = new Set(tenants.flatMap(({ ids }) => Object.values(ids).flatMap((id) => [id, ...idsWithin(id)])));
  let traces = new Map<Tenant, Set<string>>();
  let pictures = new Map<Tenant, Set<string>>();

  async function look(): Promise<void> {
    const { db, bucket } = platform.stack;
    traces = new Map(await Promise.all(tenants.map(async (t) => [t, await tracesOf(db, t)] as const)));
    pictures = new Map(await Promise.all(tenants.map(async (t) => [t, await pictureDigests(bucket, t)] as const)));
  }

  /** Whatever a request revoked or locked meanwhile is opened again: a fuzz of 401 finds nothing. */
  async function letIn(): Promise<void> {
    for (const tenant of tenants) {
      await platform.stack.db
        .prepare(`UPDATE users SET status = 'active', delete_after = NULL WHERE id = ?`)
        .bind(tenant.userId)
        .run();
      credentials.set(tenant, [
        await make.session(tenant.userId),
        await make.session(tenant.userId),
        await make.key(tenant.userId),
        await make.key(tenant.userId, { scopes: ["photo.read", "person.read"] }),
      ]);
    }
  }

  const value = (caller: Tenant, depth = 0): unknown => {
    const kinds = depth < 2 ? 8 : 6;
    switch (random.below(kinds)) {
      case 0:
        return pick(Object.values(caller.ids));
      case 1:
        return pick(Object.values(pick(tenants).ids));
      case 2:
        return pick(WORDS);
      case 3:
        return random.below(2 ** pick([3, 8, 31, 53])) * pick([1, 1, -1]);
      case 4:
        return chance(0.5);
      case 5:
        return null;
      case 6:
        return Array.from({ length: random.below(4) }, () => value(caller, depth + 1));
      default:
        return Object.fromEntries(
          Array.from({ length: random.below(4) }, () => [pick(BODY_NAMES), value(caller, depth + 1)]),
        );
    }
  };

  const parameter = (caller: Tenant, name: string): string => {
    if (chance(0.4)) return caller.ids[name] ?? pick(Object.values(caller.ids));
    if (chance(0.6)) {
      const other = pick(tenants);
      return other.ids[name] ?? pick(Object.values(other.ids));
    }
    return pick(WORDS) || "x";
  };

  async function once(): Promise<void> {
    const caller = pick(tenants);
    const route = pick(routes);
    const method = chance(0.9) && route.method !== "ALL" ? route.method : pick(METHODS);
    const query = Array.from({ length: chance(0.4) ? random.below(4) : 0 }, () => {
      return `${pick(QUERY_NAMES)}=${encodeURIComponent(String(value(caller, 2)))}`;
    }).join("&");
    const path = fillPath(route.path, (name) => parameter(caller, name)) + (query === "" ? "" : `?${query}`);
    const hasBody = !["GET", "HEAD", "OPTIONS"].includes(method) && chance(0.85);
    const body = hasBody ? bodyOf(caller) : undefined;
    const headers: Headers = {
      ...pick(credentials.get(caller) ?? []),
      ...(hasBody
        ? {
            "content-type": pick([
              "application/json",
              "application/json",
              "application/json",
              "text/plain",
              "application/x-www-form-urlencoded",
            ]),
          }
        : {}),
      ...(chance(0.1) ? { range: pick(["bytes=0-", "bytes=5-1", "bytes=-3", "bytes=0-0,2-3", "items=1"]) } : {}),
      ...(chance(0.1) ? { "if-none-match": pick(['"0"', "*", 'W/"1"']) } : {}),
      ...(chance(0.1) ? { "idempotency-key": pick(Object.values(caller.ids)) } : {}),
    };
    const asked = path + (body ?? "") + JSON.stringify(headers);
    for (const id of pool) if (asked.includes(id)) sent.get(caller)?.add(id);
    const response = await platform.anonymous(path, {
      method,
      headers,
      redirect: "manual",
      ...(body === undefined ? {} : { body }),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    judge(caller, `${method} ${path} ${body ?? ""}`, withDecoded(asked), response, bytes);
    if (response.ok) reached.add(`${route.method} ${route.path}`);
  }

  const bodyOf = (caller: Tenant): string => {
    if (chance(0.05)) return pick(["", "{", "[]", "null", '{"__proto__":{"role":"owner"}}', "x".repeat(70_000)]);
    return JSON.stringify(
      Object.fromEntries(Array.from({ length: random.below(5) }, () => [pick(BODY_NAMES), value(caller)])),
    );
  };

  function judge(caller: Tenant, what: string, asked: string, response: Response, bytes: Uint8Array): void {
    statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    const complain = (why: string) => violations.push(`${why}: ${what.slice(0, 400)} -> ${response.status}`);
    if (response.status >= 500) complain(new TextDecoder().decode(bytes.slice(0, 300)));
    const answer = `${new TextDecoder().decode(bytes)}\n${[...response.headers].join("\n")}`;
    const digest = bytes.length > 200 ? createHash("sha256").update(bytes).digest("hex") : "";
    for (const other of tenants) {
      if (other === caller) continue;
      for (const trace of traces.get(other) ?? [])
        if (answer.includes(trace) && !asked.includes(trace) && sent.get(caller)?.has(trace) !== true)
          complain(`${trace} of ${other.canary}`);
      if (pictures.get(other)?.has(digest)) complain(`a picture of ${other.canary}`);
    }
  }

  let started = 0;
  while (started < options.requests && violations.length < VIOLATIONS_MAX) {
    if (started % LOOK_EVERY === 0) await look();
    await letIn();
    const until = Math.min(options.requests, started + LET_IN_EVERY);
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        while (started < until && violations.length < VIOLATIONS_MAX) {
          started++;
          await once();
        }
      }),
    );
    if (started % LOOK_EVERY === 0) options.onProgress?.(started);
  }
  return { requests: started, seed: options.seed, statuses, reached: reached.size, violations };
}

/** What was asked, as the platform may write it back. */
function withDecoded(text: string): string {
  try {
    return text + decodeURIComponent(text);
  } catch {
    return text;
  }
}
