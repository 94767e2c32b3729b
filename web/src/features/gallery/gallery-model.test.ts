// The gallery's photos: order, live arrivals, old news, deletions.
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Photo } from "../../../../shared/contracts/photos.ts";
import { GalleryModel, ratiosOf } from "./gallery-model.ts";

function photo(at: number, change: Partial<Photo> = {}): Photo {
  return {
    id: `01920000-0000-7000-8000-${String(at).padStart(12, "0")}` as Photo["id"],
    filename: `${at}.jpg`,
    mime: "image/jpeg",
    bytes: 1,
    sha256: null,
    width: 300,
    height: 200,
    takenAt: null,
    camera: null,
    location: null,
    createdAt: new Date(at * 1000).toISOString(),
    deletedAt: null,
    favourite: false,
    status: "done",
    rev: 1,
    gen: 1,
    thumbhash: null,
    faces: 0,
    stages: { thumbnail: { state: "done", attempts: 1 }, index: { state: "done", attempts: 1 } },
    renditions: {},
    ...change,
  } as Photo;
}

/** A library of `count` photos behind fetch, paged as the server pages. */
function serve(count: number): void {
  serveThese(Array.from({ length: count }, (_, at) => photo(count - at)));
}

function serveThese(all: readonly Photo[]): void {
  const count = all.length;
  vi.stubGlobal("fetch", async (path: string) => {
    const url = new URL(path, "http://localhost");
    if (url.pathname.endsWith("/layout")) return new Response(new Uint16Array(count).fill(1500).buffer);
    const from = Number(url.searchParams.get("cursor") ?? 0);
    const items = all.slice(from, from + Number(url.searchParams.get("limit")));
    return Response.json({ items, cursor: from + items.length < count ? String(from + items.length) : null });
  });
}

const names = (model: GalleryModel) => model.view.photos.map(({ filename }) => filename);

describe("the gallery's model", () => {
  let model: GalleryModel;
  beforeEach(() => {
    model = new GalleryModel();
    return () => vi.unstubAllGlobals();
  });

  test("knows the shape of everything from the first page on, and reads on as far as asked", async () => {
    serve(1000);
    await model.open();
    expect(model.view.photos).toHaveLength(200);
    expect(ratiosOf(model.view)).toHaveLength(1000);
    await model.loadUpTo(500);
    expect(model.view.photos).toHaveLength(600);
    expect(ratiosOf(model.view)).toHaveLength(1000);
    await model.loadUpTo(5000);
    expect(model.view.photos).toHaveLength(1000);
    expect(model.hasMore).toBe(false);
  });

  test("puts arrivals in their place, newest first, and ignores older revisions", async () => {
    serve(3);
    await model.open();
    model.put([photo(5), photo(4)]);
    expect(names(model)).toEqual(["5.jpg", "4.jpg", "3.jpg", "2.jpg", "1.jpg"]);
    model.put([photo(2, { rev: 7, faces: 3 })]);
    model.put([photo(2, { rev: 6, faces: 0 })]);
    expect(model.find(photo(2).id)?.faces).toBe(3);
  });

  test("leaves out photos without bytes, and does not let an old page bring back a deleted one", async () => {
    serve(3);
    await model.open();
    model.put([photo(9, { status: "uploading" })]);
    model.remove(photo(2).id);
    await model.refreshTop(1);
    expect(names(model)).toEqual(["3.jpg", "1.jpg"]);
    model.put([photo(2, { rev: 3 })]);
    expect(names(model)).toEqual(["3.jpg", "2.jpg", "1.jpg"]);
  });

  test("notes a new state at once and names the photos worth reading again", async () => {
    serve(2);
    await model.open();
    const unknown = photo(8).id;
    expect(model.note([{ id: photo(1).id, status: "indexing", rev: 2 }])).toEqual([photo(1).id]);
    expect(model.find(photo(1).id)?.status).toBe("indexing");
    expect(model.note([{ id: unknown, status: "processing", rev: 1 }])).toEqual([]);
    expect(model.note([{ id: unknown, status: "indexing", rev: 2 }])).toEqual([unknown]);
    expect(model.note([{ id: photo(2).id, status: "done", rev: 1 }])).toEqual([]);
  });

  test("keeps to its part of the library: strangers stay out, and what no longer belongs goes", async () => {
    serve(3);
    const part = new GalleryModel({ person: "somebody" });
    await part.open();
    expect(ratiosOf(part.view)).toHaveLength(3);
    part.put([photo(9), photo(2, { rev: 5, faces: 4 })]);
    expect(part.note([{ id: photo(8).id, status: "done", rev: 1 }])).toEqual([]);
    expect(names(part)).toEqual(["3.jpg", "2.jpg", "1.jpg"]);
    expect(part.find(photo(2).id)?.faces).toBe(4);
    serveThese([photo(7), photo(1)]);
    await part.reload();
    expect(names(part)).toEqual(["7.jpg", "1.jpg"]);
    part.remove(photo(7).id);
    part.put([photo(7, { rev: 2 })]);
    expect(names(part)).toEqual(["7.jpg", "1.jpg"]);
  });

  test("asks the server for that part, on every page", async () => {
    const asked: string[] = [];
    vi.stubGlobal("fetch", async (path: string) => {
      asked.push(path);
      return Response.json({ items: [], cursor: asked.length < 3 ? "more" : null });
    });
    const part = new GalleryModel({ person: "a,b", match: "any" });
    await part.open();
    await part.loadUpTo(10);
    expect(asked).toHaveLength(3);
    for (const path of asked) expect(path).toMatch(/person=a%2Cb&match=any/);
  });

  test("says what went wrong instead of showing nothing", async () => {
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("no network");
    });
    await model.open();
    expect(model.view.state).toBe("failed");
  });
});
