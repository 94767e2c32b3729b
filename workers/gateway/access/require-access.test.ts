import { Hono } from "hono";
import { describe, expect, it, vi } from "vitest";
import { AppError } from "../../../shared/contracts/errors.ts";
import type { AppEnv } from "../app-env.ts";
import { requireAccess } from "./require-access.ts";

vi.mock("cloudflare:workers", () => ({ DurableObject: class {}, WorkerEntrypoint: class {} }));

function appWith(path: string) {
  const app = new Hono<AppEnv>();
  const answered = vi.fn();
  app.use(requireAccess(() => app.routes));
  app.get(path, (c) => {
    answered();
    return c.text("here");
  });
  app.onError((error, c) => c.text(error instanceof AppError ? error.code : String(error), 500));
  return { app, answered };
}

describe("a route that nobody has decided about", () => {
  it("answers nobody", async () => {
    const { app, answered } = appWith("/api/v1/forgotten");
    expect(await (await app.request("/api/v1/forgotten")).text()).toBe("misconfigured");
    expect(answered).not.toHaveBeenCalled();
  });

  it("is told from a path that no route has", async () => {
    const { app } = appWith("/api/v1/forgotten");
    expect(await (await app.request("/api/v1/elsewhere")).text()).toBe("not-found");
  });
});
