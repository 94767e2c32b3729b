// Between users: somebody else's id answers exactly as one that never was, on every route that takes an id, whatever else is
// right about the request. That the request is right is shown last: its owner succeeds with the same one.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { openTestPlatform, type TestPlatform } from "../fixtures/test-platform.ts";
import { fillPath, type GatewayRoute, gatewayRoutes } from "./gateway-routes.ts";
import { fillTenant, pictureDigests, type Tenant, tracesOf } from "./tenants.ts";
import { type TestCredentials, testCredentials } from "./test-credentials.ts";

vi.mock("cloudflare:workers", () => ({ DurableObject: class {}, WorkerEntrypoint: class {} }));
vi.mock("cloudflare:sockets", () => ({ connect: () => {} }));
vi.mock("../../shared/codecs/engine/engine-module.ts", () => ({ engineModule: {} }));

const NEVER_WAS = "01900000-0000-7000-8000-00000000dead";

/** Bodies that are right, so that the id alone decides. Routes without one here take none. */
const BODIES: Readonly<Record<string, (tenant: Tenant) => unknown>> = {
  "PATCH /api/v1/photos/:photoId": () => ({ favourite: true }),
  "POST /api/v1/photos/:photoId/faces": () => ({ box: { x: 0.1, y: 0.1, width: 0.3, height: 0.3 } }),
  "PUT /api/v1/faces/:faceId": () => ({ person: null }),
  "PATCH /api/v1/people/:personId": () => ({ name: "Somebody else" }),
  "POST /api/v1/people/:personId/split": ({ ids }) => ({ faces: [ids.faceId] }),
  "PATCH /api/v1/auth/passkeys/:passkeyId": () => ({ name: "Renamed" }),
};
/** Parameters that name nobody's thing: providers are the installation's, a rendition's name is a word. */
const NOT_IDS: ReadonlySet<string> = new Set(["name", "provider", "part", "code", "grant", "suggestionId"]);

let platform: TestPlatform;
let make: TestCredentials;
let routes: GatewayRoute[];
let alice: Tenant;
let bob: Tenant;

beforeAll(async () => {
  platform = await openTestPlatform({ users: 3 });
  make = testCredentials(platform);
  alice = await fillTenant(platform, make, 1);
  bob = await fillTenant(platform, make, 2);
  routes = (await gatewayRoutes()).filter(
    ({ path, rule }) =>
      rule?.who === "user" && rule.isMedia !== true && parametersOf(path).some((name) => !NOT_IDS.has(name)),
  );
});
afterAll(() => platform.close());

describe("somebody else's id", () => {
  it("is asked for on every route that takes one", () => {
    expect(routes.length).toBeGreaterThan(15);
  });

  it("answers as one that never was", async () => {
    const told: string[] = [];
    for (const route of routes) {
      const headers = await make.session(bob.userId);
      const theirs = await ask(route, headers, alice, (name) => alice.ids[name] ?? NEVER_WAS);
      const nobodys = await ask(route, headers, alice, () => NEVER_WAS);
      if (theirs.answer !== nobodys.answer || theirs.status < 400)
        told.push(`${route.method} ${route.path}: ${theirs.answer} for theirs, ${nobodys.answer} for nobody's`);
    }
    expect(told).toEqual([]);
  });

  it("in a body, a query or a list brings nothing of theirs", async () => {
    const headers = { ...(await make.session(bob.userId)), "content-type": "application/json" };
    const { ids } = alice;
    const own = bob.ids;
    const attempts: readonly [string, string, unknown?][] = [
      ["POST", "/api/v1/people/merge", { into: own.personId, from: [ids.personId] }],
      ["POST", "/api/v1/people/merge", { into: ids.personId, from: [own.personId] }],
      ["POST", `/api/v1/people/${own.personId}/split`, { faces: [ids.faceId] }],
      ["PUT", `/api/v1/faces/${own.faceId}`, { person: ids.personId }],
      ["PATCH", `/api/v1/people/${own.personId}`, { cover: ids.faceId }],
      ["GET", `/api/v1/photos?person=${ids.personId}`],
      ["GET", `/api/v1/photos?batch=${ids.batchId}`],
      ["GET", `/api/v1/faces?person=${ids.personId}`],
      ["GET", `/api/v1/photos?user=${alice.userId}&userId=${alice.userId}&user_id=${alice.userId}`],
      ["GET", `/api/v1/progress?user=${alice.userId}`],
      ["GET", `/api/v1/account/audit?user=${alice.userId}`],
    ];
    const traces = await tracesOf(platform.stack.db, alice);
    for (const [method, path, body] of attempts) {
      const asked = path + (body === undefined ? "" : JSON.stringify(body));
      const response = await platform.anonymous(path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await response.text();
      expect(response.status, asked).toBeLessThan(500);
      expect(
        [...traces].filter((trace) => answer.includes(trace) && !asked.includes(trace)),
        `${method} ${asked}`,
      ).toEqual([]);
    }
    const faces = await platform.stack.db
      .prepare(
        `SELECT count(*) AS n FROM faces JOIN people ON people.id = faces.person_id WHERE faces.user_id <> people.user_id`,
      )
      .first<{ n: number }>();
    expect(faces?.n).toBe(0);
  });

  it("left everything of theirs as it was", async () => {
    const call = platform.as(1);
    const { items } = (await (await call("/api/v1/photos")).json()) as {
      items: { filename: string; favourite: boolean }[];
    };
    expect(items.filter(({ favourite }) => favourite)).toEqual([]);
    expect((await pictureDigests(platform.stack.bucket, alice)).size).toBeGreaterThan(3);
    const person = await platform.stack.db
      .prepare(`SELECT name FROM people WHERE id = ?`)
      .bind(alice.ids.personId)
      .first<{ name: string }>();
    expect(person?.name).toBe(`${alice.canary} person`);
  });

  it("would have worked for them: the same requests are answered to their owner", async () => {
    const refused: string[] = [];
    // What deletes comes last, and what others hang on at the very end, so that everything finds what it asks for.
    const lateness = ({ method, path }: GatewayRoute) =>
      method !== "DELETE" || path.endsWith("/links") ? 0 : path.endsWith(":clientId") ? 2 : 1;
    const order = [...routes].sort((a, b) => lateness(a) - lateness(b));
    for (const route of order) {
      const headers = await make.session(alice.userId);
      const { status, answer } = await ask(route, headers, alice, (name) => idFor(route, name) ?? NEVER_WAS);
      if ([401, 403, 404].includes(status)) refused.push(`${route.method} ${route.path}: ${answer}`);
    }
    expect(refused).toEqual([]);
  });
});

/** Restoring needs a deleted photo, sending bytes one that waits for them. */
function idFor(route: GatewayRoute, name: string): string | undefined {
  if (route.path.endsWith("/restore")) return alice.ids.deletedPhotoId;
  if (route.method === "PUT" && route.path.endsWith("/original")) return alice.ids.pendingPhotoId;
  return alice.ids[name];
}

async function ask(
  route: GatewayRoute,
  headers: Record<string, string>,
  tenant: Tenant,
  idOf: (name: string) => string,
): Promise<{ status: number; answer: string }> {
  const body = BODIES[`${route.method} ${route.path}`]?.(tenant);
  const response = await platform.anonymous(
    fillPath(route.path, (name) => (name === "name" ? "w320.jpg" : NOT_IDS.has(name) ? "1" : idOf(name))),
    {
      method: route.method,
      headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
  );
  const text = await response.text();
  const code = response.ok ? "" : ((JSON.parse(text || "{}") as { code?: string }).code ?? "");
  return { status: response.status, answer: `${response.status} ${code}` };
}

function parametersOf(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
}
