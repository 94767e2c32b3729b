// The walls, whole: every route against everybody, on the real stack. The matrix itself is docs/access-matrix.md, so that a
// review sees a wall move; a route that nobody has decided about fails here, and answers nobody.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ACCESS_RULES } from "../../workers/gateway/access/access-rules.ts";
import { openTestPlatform, type TestPlatform } from "../fixtures/test-platform.ts";
import { fillPath, type GatewayRoute, gatewayRoutes } from "./gateway-routes.ts";
import { PRINCIPALS, type TestUsers, type Verdict } from "./principals.ts";
import { type TestCredentials, testCredentials } from "./test-credentials.ts";

vi.mock("cloudflare:workers", () => ({ DurableObject: class {}, WorkerEntrypoint: class {} }));
vi.mock("cloudflare:sockets", () => ({ connect: () => {} }));
vi.mock("../../shared/codecs/engine/engine-module.ts", () => ({ engineModule: {} }));

/** What a wall says; anything else is the route's own answer. */
const WALL_CODES: ReadonlySet<string> = new Set([
  "unauthenticated",
  "forbidden",
  "confirmation-required",
  "account-disabled",
  "account-closing",
  "cross-site-request",
]);
/** Requests under way at a time. */
const LANES = 8;
/** What they do shows in other requests of the same user: asked one after the other, at the end. */
const TOUCHES_OTHERS: ReadonlySet<string> = new Set(["/api/v1/account/keep", "/api/v1/auth/sessions/end-others"]);
const NOBODYS_ID = "01900000-0000-7000-8000-000000000000";
const isChange = ({ method }: GatewayRoute) => !["GET", "HEAD"].includes(method);

let routes: GatewayRoute[];
let platform: TestPlatform;
let make: TestCredentials;
let users: TestUsers;

beforeAll(async () => {
  routes = await gatewayRoutes();
  platform = await openTestPlatform();
  make = testCredentials(platform);
  users = {
    owner: platform.stack.users[0]?.id ?? "",
    admin: await make.user({ name: "Admin", role: "admin" }),
    member: await make.user({ name: "Member" }),
    closing: await make.user({ name: "Leaving", status: "closing" }),
    locked: await make.user({ name: "Locked", status: "disabled" }),
  };
});
afterAll(() => platform.close());

describe("the table of access rules", () => {
  it("decides about every route there is", () => {
    expect(routes.length).toBeGreaterThan(90);
    expect(routes.filter(({ rule }) => rule === undefined)).toEqual([]);
  });

  it("decides about no route that is not there", () => {
    const names = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    expect(Object.keys(ACCESS_RULES).filter((name) => !names.has(name))).toEqual([]);
  });

  it("is the matrix of docs/access-matrix.md", async () => {
    await expect(matrixPage(routes)).toMatchFileSnapshot("../../docs/access-matrix.md");
  });
});

describe("every route answers as its row says", () => {
  it.each(PRINCIPALS.map((principal) => [principal.name, principal] as const))("to %s", async (_, principal) => {
    const wrong: string[] = [];
    const walled = routes.filter(({ rule }) => rule !== undefined && rule.isMedia !== true);
    const ask = async (route: GatewayRoute) => {
      if (route.rule === undefined) return;
      // A credential of its own: some routes end the one they are called with.
      const got = await verdictOf(route, await principal.headers(make, users));
      const expected = principal.verdict(route.rule, isChange(route));
      if (got !== expected) wrong.push(`${route.method} ${route.path}: expected ${expected}, got ${got}`);
    };
    const others = walled.filter(({ path }) => !TOUCHES_OTHERS.has(path));
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        for (let route = others.pop(); route !== undefined; route = others.pop()) await ask(route);
      }),
    );
    for (const route of walled.filter(({ path }) => TOUCHES_OTHERS.has(path))) {
      await ask(route);
      // Whoever may take their account back may just have done so.
      await leave(users.closing);
    }
    expect(wrong).toEqual([]);
  });
});

async function leave(userId: string): Promise<void> {
  await platform.stack.db
    .prepare(`UPDATE users SET status = 'closing', delete_after = ?2 WHERE id = ?1`)
    .bind(userId, Date.now() + 24 * 60 * 60_000)
    .run();
}

async function verdictOf({ method, path }: GatewayRoute, headers: Record<string, string>): Promise<Verdict> {
  const response = await platform.anonymous(
    fillPath(path, (name) => (name === "provider" ? "nowhere" : NOBODYS_ID)),
    {
      method: method === "ALL" ? "POST" : method,
      headers: { ...headers, ...(method === "GET" ? {} : { "content-type": "application/json" }) },
      // Not an object: whoever passes the wall is told that the body is wrong, and nothing happens.
      ...(method === "GET" ? {} : { body: "[]" }),
      redirect: "manual",
    },
  );
  const code = await codeOf(response);
  // 501 is an answer: not built yet.
  if (response.status !== 501) expect(response.status, `${method} ${path}: ${code}`).toBeLessThan(500);
  if (!WALL_CODES.has(code)) return "pass";
  return response.status === 401 ? 401 : 403;
}

async function codeOf(response: Response): Promise<string> {
  try {
    return String(((await response.json()) as { code?: unknown }).code ?? "");
  } catch {
    return "";
  }
}

/** Markdown: one row a route, one column a principal. */
function matrixPage(all: readonly GatewayRoute[]): string {
  const cell = (verdict: Verdict) => (verdict === "pass" ? "✓" : String(verdict));
  const head = ["route", ...PRINCIPALS.map(({ name }) => name)];
  const rows = all.map((route) => [
    `\`${route.method} ${route.path}\``,
    ...PRINCIPALS.map(({ verdict }) => (route.rule === undefined ? "?" : cell(verdict(route.rule, isChange(route))))),
  ]);
  return [
    "# Who may call what",
    "",
    "Made from `workers/gateway/access/access-rules.ts` by the tests, which hold every cell against the running platform.",
    "✓: the route itself answers (which may be that there is nothing of the caller's by that id). Routes below `/media` read no",
    "cookie and no key: only the grant in their address opens them.",
    "",
    `| ${head.join(" | ")} |`,
    `|${head.map(() => "---").join("|")}|`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
    "",
  ].join("\n");
}
