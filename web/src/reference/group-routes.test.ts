// Routes in groups for the reference.
import { describe, expect, it } from "vitest";
import { groupOf, groupRoutes } from "./group-routes.ts";

describe("the reference's groups", () => {
  it.each([
    { path: "/api/v1/photos/{photoId}/faces", group: "photos" },
    { path: "/api/v1/api-keys", group: "api keys" },
    { path: "/media/{grant}/i/{photoId}/{file}", group: "renders" },
    { path: "/i/{photoId}/{ops}/{file}", group: "renders" },
    { path: "/iiif/3/{photoId}/info.json", group: "renders in other dialects" },
    { path: "/.well-known/jwks.json", group: "discovery" },
    { path: "/health/live", group: "health" },
    { path: "/", group: "other" },
  ])("put $path under $group", ({ path, group }) => {
    expect(groupOf(path)).toBe(group);
  });

  it("tag every route and lose nothing of it", () => {
    const grouped = groupRoutes({
      openapi: "3.1.0",
      paths: { "/health": { get: { summary: "Is it up" } }, "/api/v1/faces": { get: {}, post: { summary: "Draw" } } },
    });
    expect(grouped).toEqual({
      openapi: "3.1.0",
      paths: {
        "/health": { get: { summary: "Is it up", tags: ["health"] } },
        "/api/v1/faces": { get: { tags: ["faces"] }, post: { summary: "Draw", tags: ["faces"] } },
      },
      tags: [{ name: "faces" }, { name: "health" }],
    });
  });
});
