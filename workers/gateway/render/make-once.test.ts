// What becomes of a render: counted, made, and kept only as far as its account's share goes.
import { expect, it } from "vitest";
import { PhotoId, UserId } from "../../../shared/contracts/ids.ts";
import type { RenderRequest } from "../../../shared/contracts/renders.ts";
import type { GatewayDeps } from "../deps.ts";
import { makeOnce } from "./make-once.ts";

const REQUEST: RenderRequest = {
  userId: UserId.parse("00000000-0000-7000-8000-00000000000a"),
  photoId: PhotoId.parse("00000000-0000-7000-8000-00000000000b"),
  gen: 1,
  transform: { format: "jpg" } as RenderRequest["transform"],
  focus: [],
  redact: [],
  key: null,
};
const LIMITS = {
  made: { counter: "made", most: 3, withinMs: 60_000 },
  kept: { counter: "kept", most: 1, withinMs: 86_400_000 },
};

/** A platform with counters that only count, and a renderer that keeps what it is told to. */
function openPlatform() {
  const objects = new Set<string>();
  const counts = new Map<string, number>();
  const facts = { widthPx: 1, heightPx: 1, sizeBytes: 1, contentType: "image/jpeg" };
  const deps = {
    bucket: { head: async (key: string) => (objects.has(key) ? {} : null) },
    renderer: {
      render: async ({ key }: RenderRequest) => {
        if (key === null) return { kind: "made", ...facts, bytes: new Uint8Array(1) };
        objects.add(key);
        return { kind: "stored", ...facts };
      },
    },
    attempts: {
      getByName: (name: string) => ({
        count: async (most: number) => {
          const before = counts.get(name) ?? 0;
          if (before >= most) return { isAllowed: false, retryAfterMs: 1000, isFirst: true };
          counts.set(name, before + 1);
          return { isAllowed: true };
        },
      }),
    },
    now: () => 0,
  } as unknown as GatewayDeps;
  const ask = async (key: string | null) => (await makeOnce(deps, { ...REQUEST, key }, LIMITS)).kind;
  return { ask, objects, counts };
}

it("is handed back where the account has kept its share, and refused where it has made its share", async () => {
  const { ask, objects } = openPlatform();
  expect([await ask("a"), await ask("a"), await ask("b"), await ask("c"), await ask("d")]).toEqual([
    "stored",
    "stored",
    "made",
    "made",
    "limited",
  ]);
  expect([...objects]).toEqual(["a"]);
});

it("that is kept nowhere takes nothing of what may be kept", async () => {
  const { ask, counts } = openPlatform();
  expect(await ask(null)).toBe("made");
  expect(Object.fromEntries(counts)).toEqual({ made: 1 });
});
